"""Fetching the day's list while the office answers: whole days first, then what changes, at the scans' leisure.

A supplier's days are those of the kiosk's own calendar: which zone the office's `localDate` filter goes by is not
documented, and a gate stands where its products are.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from kiosk.domain.errors import JournalError
from kiosk.domain.events import ListStatus
from kiosk.domain.listing import BookingsPage, OfDay, UpdatedBetween, Wanted
from kiosk.domain.offline import ListState, is_dated_ahead
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.ports import BookingsListing, Clock, DayListWriting

log = logging.getLogger(__name__)

PAGE_WITHIN_S = 30.0

PAUSE_S = 0.05
"""Between two pages, and between two looks at whether a lane is serving. A thread of lower priority would not do: it
holds Python's lock while others wait."""

SLOWER = 4.0
SLOWEST_PAUSE_S = 10.0
"""An office that says "too many" counts the scans' requests, too: from then on pages are asked for ever more slowly."""

PATIENCE_S = 5.0
"""So long a page waits for lanes to be done. Behind an office that takes seconds, they never all are."""

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 300.0

OVERLAP = timedelta(minutes=2)
"""Changes are asked for again from so long before the last time: the office's clock is known to a second, and what it
writes may be listed a little later."""

BEYOND = timedelta(days=1)
"""The end of the window lies ahead: a booking that changes while the pages are read must not fall out of it, or those
behind it move up a place unseen."""

NIGHT_ENDS_H = 6
"""Until this hour the day before is listed, too: a night that runs past midnight is for its start's day."""

MOST_SHORT = 3
"""How often in a row pages that do not add up are read again; then the office's count is not to be had."""

_SHORT = Failed(Doubt.OFFICE_ERROR, detail="the pages do not add up")


@dataclass
class Prefetch:
    """Keeps the lists of `suppliers`, as long as `run` runs. `refresh_s`: how often changes are asked for.

    A list older than half of `oldest`, because changes could not be had, is fetched anew. `is_busy`: whether a lane is
    serving a guest. `on_lists` hears how complete the lists are, `on_notice` what staff must see to.
    """

    listing: BookingsListing
    day_list: DayListWriting
    clock: Clock
    suppliers: tuple[str, ...]
    refresh_s: float = 300.0
    oldest: timedelta = timedelta(hours=12)
    is_busy: Callable[[], bool] = lambda: False
    on_lists: Callable[[tuple[ListStatus, ...]], None] = lambda lists: None
    on_notice: Callable[[str], None] = lambda words: None
    jitter: Callable[[], float] = lambda: 1.0
    zone: tzinfo | None = None
    """The kiosk's; None: the machine's."""
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _failures: Counter[str] = field(default_factory=Counter, init=False)
    _short: Counter[tuple[str, date | None]] = field(default_factory=Counter, init=False)
    _pause_s: float = field(default=PAUSE_S, init=False)
    _not_authorised: set[str] = field(default_factory=set, init=False)
    _not_before_s: dict[str, float] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Fetch until cancelled: what is being written is written whole, and gone on with after a restart."""
        await self._tell()
        async with asyncio.TaskGroup() as group:
            for supplier in self.suppliers:
                group.create_task(self._keep(supplier), name=f"prefetch {supplier}")

    def wake(self) -> None:
        """The office has come back: try again at once, except where it has named a time itself."""
        self._woken.set()
        self._woken = asyncio.Event()

    async def _keep(self, supplier: str) -> None:
        while True:
            woken = self._woken
            pause_s = await self.round(supplier)
            sleeping = asyncio.ensure_future(self.clock.sleep(pause_s))
            waking = asyncio.ensure_future(woken.wait())
            try:
                await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleeping.cancel()
                waking.cancel()

    async def round(self, supplier: str) -> float:
        """Bring one supplier's lists up to date, as far as the office lets; the seconds until the next round."""
        wait_s = self._not_before_s.get(supplier, 0.0) - self.clock.monotonic()
        if wait_s > 0:
            return wait_s
        try:
            failed = await self._bring_up_to_date(supplier)
        except JournalError as error:
            log.warning("action=prefetch supplier=%r %s", supplier, error)
            failed = Failed(Doubt.JOURNAL_FAILED)
        await self._tell()
        if failed is None:
            self._failures[supplier] = 0
            return self.refresh_s * self.jitter()
        return self._back_off(supplier, failed)

    def _back_off(self, supplier: str, failed: Failed) -> float:
        self._failures[supplier] += 1
        longer = 2.0 ** min(self._failures[supplier] - 1, 10)
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * longer) * self.jitter()
        if failed.doubt is Doubt.RATE_LIMITED:
            self._pause_s = min(SLOWEST_PAUSE_S, self._pause_s * SLOWER)
        if failed.doubt is Doubt.NOT_AUTHORISED:
            self._tell_not_authorised(supplier)
            pause_s = LONGEST_PAUSE_S
        if failed.retry_after_s is not None:
            self._not_before_s[supplier] = self.clock.monotonic() + failed.retry_after_s
            pause_s = max(pause_s, failed.retry_after_s)
        return pause_s

    def _tell_not_authorised(self, supplier: str) -> None:
        if supplier not in self._not_authorised:
            self._not_authorised.add(supplier)
            self.on_notice(f"{supplier}: its key may not list bookings, so there is no list for when it is offline")

    async def _bring_up_to_date(self, supplier: str) -> Failed | None:
        days = days_wanted(self.clock.now().astimezone(self.zone))
        await self.day_list.forget(min(days))
        failed = await self._catch_up(supplier)
        for day in days:
            if await self._is_due(supplier, day):
                unfetched = await self._fetch(supplier, day)
                if unfetched is not None:
                    return unfetched
        return failed

    # ── a day, from its first page to its last ──────────────────────────────────────────────────────

    async def _is_due(self, supplier: str, day: date) -> bool:
        state = next((s for s in await self._states(supplier) if s.day == day), None)
        if state is None or state.as_of is None:
            return True
        if not state.complete:
            return self._short[supplier, day] < MOST_SHORT
        now = self.clock.now()
        return is_dated_ahead(state.as_of, now) or now - state.as_of > self.oldest / 2

    async def _fetch(self, supplier: str, day: date) -> Failed | None:
        number = await self.day_list.begin(supplier, day, self.clock.now())
        while True:
            page = await self._ask(supplier, OfDay(day), number)
            if isinstance(page, Failed):
                return page
            await self.day_list.put_page(supplier, day, number, page)
            await self._tell()
            if page.is_last(number):
                break
            number += 1
        state = await self.day_list.finish(supplier, day)
        log.info("action=prefetch supplier=%r day=%s bookings=%s of=%s", supplier, day, state.bookings, state.expected)
        if state.complete:
            del self._short[supplier, day]
            return None
        self._short[supplier, day] += 1
        return _SHORT

    # ── what has changed since ──────────────────────────────────────────────────────────────────────

    async def _catch_up(self, supplier: str) -> Failed | None:
        """Ask for all that has changed since the oldest of the supplier's lists."""
        since = min((s.as_of for s in await self._states(supplier) if s.as_of is not None), default=None)
        now = self.clock.now()
        if since is None or since > now:
            return None
        ahead = self.listing.office_ahead
        wanted = UpdatedBetween(since + ahead - OVERLAP, now + ahead + BEYOND)
        met: set[str] = set()
        entries, number = 0, 0
        is_last = False
        while not is_last:
            number += 1
            page = await self._ask(supplier, wanted, number)
            if isinstance(page, Failed):
                return page
            entries += page.entries
            met |= _identities(page, number)
            is_last = page.is_last(number)
            whole = is_last and self._adds_up(supplier, len(met) >= entries)
            await self.day_list.update(supplier, page.bookings, now, is_last=whole)
        return None if whole else _SHORT

    def _adds_up(self, supplier: str, met_all: bool) -> bool:
        """Whether a booking met twice is taken for another one missed: not for ever, for some may be listed twice."""
        if met_all or self._short[supplier, None] >= MOST_SHORT:
            del self._short[supplier, None]
            return True
        self._short[supplier, None] += 1
        return False

    # ── small words ─────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, supplier: str, wanted: Wanted, number: int) -> BookingsPage | Failed:
        """One page, one at a time for all suppliers, and while nobody is served."""
        async with self._one:
            await self._quiet()
            return await self.listing.bookings_page(supplier, wanted, number, within_s=PAGE_WITHIN_S)

    async def _quiet(self) -> None:
        began_s = self.clock.monotonic()
        await self.clock.sleep(self._pause_s)
        while self.is_busy() and self.clock.monotonic() - began_s < PATIENCE_S:
            await self.clock.sleep(PAUSE_S)

    async def _states(self, supplier: str) -> list[ListState]:
        return [state for state in await self.day_list.states() if state.supplier == supplier]

    async def _tell(self) -> None:
        self.on_lists(list_statuses(await self.day_list.states()))


def days_wanted(here: datetime) -> tuple[date, ...]:
    """The days to have on the list at a moment of the kiosk's own time, the most pressing first."""
    today = here.date()
    night = (today - timedelta(days=1),) if here.hour < NIGHT_ENDS_H else ()
    return (today, *night, today + timedelta(days=1))


def list_statuses(states: Iterable[ListState]) -> tuple[ListStatus, ...]:
    """What the feed says of the lists."""
    return tuple(ListStatus(s.supplier, s.day.isoformat(), s.bookings, s.expected, s.complete, s.as_of) for s in states)


def _identities(page: BookingsPage, number: int) -> set[str]:
    """What tells the bookings of a page apart; those that cannot be read are taken for different ones."""
    known = {one.booking.uuid or one.booking.reference for one in page.bookings}
    return known | {f"{number}/{place}" for place in range(page.entries - len(page.bookings))}
