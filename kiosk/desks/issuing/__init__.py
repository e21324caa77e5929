"""Issuing vouchers: what is asked for is sent once, its tokens are followed to their end, everything is reported."""

from kiosk.desks.issuing.desk import IssuingDesk, Limits
from kiosk.desks.issuing.halt import Halt
from kiosk.desks.issuing.open_job import OpenJob

__all__ = ["Halt", "IssuingDesk", "Limits", "OpenJob"]
