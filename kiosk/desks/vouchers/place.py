"""A counter's place: the guest who is served there, what is said meanwhile, and how an order's end is noted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import assert_never

from kiosk.desks.vouchers.desk import VoucherDesk
from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.remarks import about_trouble, ticketed_of
from kiosk.domain.events import Event
from kiosk.domain.redeeming import Done, Ended, NoAnswer, OfficeSays, Over, Trouble, Unclear, Unsure
from kiosk.domain.voucher_events import Closing, Doing, Phase


@dataclass
class Place:
    """`tell` sends an event, `changed` tells where the guest stands, `on_done` hears of what was redeemed."""

    desk: VoucherDesk
    lane: str
    tell: Callable[[Event], None]
    changed: Callable[[], None]
    on_done: Callable[[Done], None] = lambda done: None
    guest: Guest = field(default_factory=Guest)

    def next_guest(self) -> None:
        """Nothing is kept of the one before; what is on stays known."""
        self.guest = Guest(programme=self.guest.programme)

    @asynccontextmanager
    async def doing(self, what: Doing) -> AsyncIterator[None]:
        """What the office is being asked, told while it is."""
        self.guest.doing = what
        self.changed()
        try:
            yield
        finally:
            self.guest.doing = None

    def ended(self, over: Over) -> None:
        """An order has come to its end, or to where nothing more can be asked of it."""
        guest = self.guest
        match over:
            case Done(conversation):
                guest.phase, guest.ticketed = Phase.TICKET, ticketed_of(conversation)
                self.on_done(over)
            case Unclear(doubt=doubt):
                guest.phase, guest.doubt = Phase.UNCLEAR, doubt
            case Ended(why, title, detail, is_gone):
                guest.phase, guest.closing = Phase.ENDED, Closing(why, title, detail, is_gone)
            case _:
                assert_never(over)

    def troubled(self, trouble: Trouble) -> None:
        """Something was not done: a remark where the order stands as it stood."""
        match trouble:
            case OfficeSays() | NoAnswer():
                self.guest.remark = about_trouble(trouble)
            case Unsure(doubt):
                self.guest.phase, self.guest.doubt = Phase.STUCK, doubt
            case _:
                self.ended(trouble)
