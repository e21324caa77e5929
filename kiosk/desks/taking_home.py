"""After a redemption: what the guest may take along is fetched, and a link to it is shown until the phone has it.

Nothing waits for this, and whatever goes wrong in it is a code that is not shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from kiosk.desks.assets import AssetDesk
from kiosk.domain.assets import Ended, GooglePass, TakeHome
from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.domain.events import Event, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.redeeming import Done
from kiosk.domain.voucher_events import AtCounter, Phase
from kiosk.ports import Clock, Feed, Pages

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 1.0
OFFICE_EVERY = 3
"""So many looks at our own page for one question to the office."""


@dataclass
class TakingHome:
    """A `ports.Feed`, too. One offer a lane at a time. `pages` is None where the house has no hand-over page."""

    assets: AssetDesk
    pages: Pages | None
    feed: Feed
    clock: Clock
    new_id: Callable[[], str]
    shown_for: timedelta = timedelta(minutes=2)
    _offers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _open: dict[str, TakeHomeOffered] = field(default_factory=dict)

    def begin(self, done: Done) -> None:
        """Offer the ticket of this order at its lane, beside everything else; what is offered there now ends."""
        lane = done.conversation.lane
        self.end(lane, Ended.REPLACED)
        task = asyncio.create_task(self._offer(lane, done), name=f"take home {lane}")
        self._offers[lane] = task
        task.add_done_callback(lambda ended: self._forget(lane, ended))

    def end(self, lane: str, why: Ended) -> None:
        """The next guest is served there. The page stays open for its time."""
        if (task := self._offers.pop(lane, None)) is not None:
            task.cancel()
        self._close(lane, why)

    @property
    def open(self) -> tuple[TakeHomeOffered, ...]:
        """What is offered now: for a screen that joins."""
        return tuple(self._open.values())

    def tell(self, event: Event) -> None:
        """ports.Feed: the next guest's voucher ends what is offered to this one."""
        if isinstance(event, AtCounter) and event.phase is not Phase.TICKET:
            self.end(event.lane, Ended.REPLACED)

    async def run(self) -> None:
        """Until cancelled; nothing is offered then."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._close_all()

    async def _close_all(self) -> None:
        tasks = list(self._offers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _offer(self, lane: str, done: Done) -> None:
        order_id = done.conversation.order_id
        take_home = TakeHome(tickets_of(done), await self.assets.fetch(order_id))
        link, is_page = self._link(order_id, take_home)
        if not link:
            return
        now = self.clock.now()
        film = next((one.film for one in take_home.showtimes), "")
        offered = TakeHomeOffered(now, lane, self.new_id(), link, is_page, now + self.shown_for, film)
        self._open[lane] = offered
        self.feed.tell(offered)
        self._close(lane, await self._watched(order_id))

    def _link(self, order_id: str, take_home: TakeHome) -> tuple[str, bool]:
        """Our own page, which has everything for every phone; else the Google Wallet's link alone; else nothing."""
        if take_home.is_empty:
            return "", False
        page = "" if self.pages is None else self.pages.put(order_id, take_home)
        google = take_home.assets.google
        return (page, True) if page else (google.url if isinstance(google, GooglePass) else "", False)

    async def _watched(self, order_id: str) -> Ended:
        until_s = self.clock.monotonic() + self.shown_for.total_seconds()
        looks = 0
        while self.clock.monotonic() < until_s:
            await self.clock.sleep(LOOKS_EVERY_S)
            looks += 1
            if self.pages is not None and self.pages.is_seen(order_id):
                return Ended.OPENED
            if looks % OFFICE_EVERY == 0 and await self.assets.is_opened(order_id):
                return Ended.OPENED
        return Ended.LAPSED

    def _close(self, lane: str, why: Ended) -> None:
        if (offered := self._open.pop(lane, None)) is not None:
            self.feed.tell(TakeHomeEnded(self.clock.now(), lane, offered.offer, why))

    def _forget(self, lane: str, ended: asyncio.Task[None]) -> None:
        if self._offers.get(lane) is ended:
            del self._offers[lane]
        if not ended.cancelled() and (error := ended.exception()) is not None:
            log.error("action=take_home error=%s", type(error).__name__)


def tickets_of(done: Done) -> tuple[SeatsOfShowtime, ...]:
    """What the order is for: by the office where its tickets could be read, else as it was held."""
    if done.order is not None and done.order.showtimes:
        return done.order.showtimes
    told = done.conversation
    showing = told.showing
    return (SeatsOfShowtime(showing.showtime_id, showing.film, "", showing.starts_at, told.seats),)
