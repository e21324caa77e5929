"""Voucher Management of the Integration Platform: another host than the Digital Platform, with keys of its own."""
