"""The page from which a guest's phone takes the ticket along: read-only, short-lived, one unguessable link an order.

It shows nothing but what one link is for, asks no office, and never holds up a scan: everything that it serves lies
ready in memory.
"""

from kiosk.handover.links import Links
from kiosk.handover.serving import HandOver

__all__ = ["HandOver", "Links"]
