"""A pretend Integration Platform: Voucher Management and its identity service. Everything here is made up."""
