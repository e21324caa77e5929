"""The voucher desk: a guest's vouchers redeemed against a showtime, one order for each guest."""

from kiosk.desks.vouchers.desk import Resumed, Rules, StartedAgain, VoucherDesk
from kiosk.desks.vouchers.talk import Talk
from kiosk.desks.vouchers.whats_on import WhatsOn

__all__ = ["Resumed", "Rules", "StartedAgain", "Talk", "VoucherDesk", "WhatsOn"]
