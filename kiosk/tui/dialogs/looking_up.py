"""A guest without a barcode: bookings by reference, e-mail address or number. Nothing is redeemed by looking."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.booking import Booking
from kiosk.domain.events import Decided, Event, Noted, Search, Submit
from kiosk.domain.gate import is_used
from kiosk.domain.verdict import Choose, Option, Reason, Refuse, Undecided, Use
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press
from kiosk.tui.view import is_search

FEWEST = 3
"""Characters that the engine searches for at least."""

LONGEST = 120
"""Characters of an e-mail address that this line takes."""

FIELDS = {"reference": "reference", "email": "e-mail", "mobile": "mobile number"}
"""The engine's word, and staff's."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """`found` is what came of it; with nothing found, `failed` says why. `opened`: the one that is shown whole."""

    text: str = ""
    field: str = "reference"
    waits: bool = False
    found: tuple[Option, ...] = ()
    cursor: int = 0
    opened: int | None = None
    failed: Refuse | Undecided | Noted | None = None

    @property
    def hints(self) -> tuple[Hint, ...]:
        if self.opened is not None:
            return keys.found_one()
        if self.found:
            return keys.found(len(self.found))
        if self.waits:
            return (keys.CLOSE,)
        following = FIELDS[_next(self.field)]
        return keys.looking_up(following, long_enough=len(self.text.strip()) >= FEWEST, something_typed=bool(self.text))

    @property
    def entry(self) -> Entry | None:
        return None if self.found or self.waits else Entry(FIELDS[self.field], self.text)

    def press(self, press: Press, key: str) -> Step:
        match press:
            case Press.FIELD:
                return Step(replace(self, field=_next(self.field), failed=None))
            case Press.RUB_OUT:
                return Step(replace(self, text=self.text[:-1], failed=None))
            case Press.ENTER:
                return Step(replace(self, waits=True, failed=None), Search(self.text.strip(), self.field))
            case Press.MOVE:
                cursor = self.cursor + (-1 if key == keys.UP else 1)
                return Step(replace(self, cursor=max(0, min(len(self.found) - 1, cursor))))
            case Press.OPEN:
                place = self.cursor if key == keys.ENTER else int(key) - 1
                return Step(replace(self, cursor=place, opened=place))
            case Press.SCAN if self.opened is not None:
                return Step(None, Submit(self.found[self.opened].booking.reference, typed=True))
            case _ if self.opened is not None and len(self.found) > 1:
                return Step(replace(self, opened=None))
            case _:
                return Step(None)

    def typed(self, char: str) -> Dialog:
        if self.entry is None:
            return self
        return replace(self, text=(self.text + char)[:LONGEST], failed=None)

    def told(self, event: Event) -> Dialog:
        if not self.waits:
            return self
        match event:
            case Decided() if is_search(event):
                return self._answered(event)
            case Noted(about="search"):
                return replace(self, waits=False, failed=event)
            case _:
                return self

    def set_aside(self) -> LookUp:
        """As it is taken up again after a scan: nothing is awaited, nothing shown whole."""
        return replace(self, waits=False, opened=None)

    def _answered(self, decided: Decided) -> LookUp:
        done = replace(self, waits=False)
        match decided.verdict:
            case Choose(options=options):
                return replace(done, found=options)
            case Refuse(bookings=bookings) as refuse if bookings:
                return replace(done, found=tuple(_refused(booking, refuse) for booking in bookings))
            case (Refuse() | Undecided()) as failed:
                return replace(done, failed=failed)
            case _:
                return done


def _next(field: str) -> str:
    names = list(FIELDS)
    return names[(names.index(field) + 1) % len(names)]


def _refused(booking: Booking, refuse: Refuse) -> Option:
    """Why one of several cannot be used: a refusal names the reason that matters most, not each one's."""
    if len(refuse.bookings) == 1:
        return Option(booking, refuse.reason, refuse.use)
    if is_used(booking):
        return Option(booking, Reason.ALREADY_REDEEMED, Use(booking.redeemed_at))
    return Option(booking, Reason.NOT_REDEEMABLE)
