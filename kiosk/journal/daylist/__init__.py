"""The day's list: bookings of today and tomorrow, found by every code, for when the office cannot be asked."""

from kiosk.journal.daylist.file import daylist_path
from kiosk.journal.daylist.sqlite import SqliteDayList

__all__ = ["SqliteDayList", "daylist_path"]
