"""The day's list in a few words: how complete it is, and how old."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.events import ListStatus
from kiosk.tui.presenter.panel import Bit, Ink
from kiosk.tui.presenter.times import Here, age


def completeness(lists: Sequence[ListStatus], here: Here) -> Bit | None:
    """`list 412 of 412, 3 min old`, `list NOT complete: 120 of 412`, all suppliers together; None: none is kept."""
    if not lists:
        return None
    today = here.local(here.now).date().isoformat()
    ours = [one for one in lists if one.day == today]
    as_of = [one.as_of for one in ours if one.as_of is not None]
    if not as_of:
        return "NO list of today yet", Ink.DOUBT
    known = sum(one.bookings for one in ours)
    said = all(one.expected is not None for one in ours)
    expected = max(known, sum(one.expected or 0 for one in ours))
    of = f"{known} of {expected}" if said else f"{known} so far"
    if not all(one.complete for one in ours):
        return f"list NOT complete: {of}", Ink.DOUBT
    return f"list {of if said else known}, {age(here.now - min(as_of))} old", Ink.QUIET
