"""A lane's intake: scans in the order they came, one at a time; the same ticket held up twice is told quietly.

A different code passes at once. A code seen again while its verdict still stands gets that verdict again, marked as a
repeat: nothing is asked, nothing redeemed. The same code from a second source within a moment is the same scan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.desks.gate import GateDesk, Served, Visit
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code, read_code
from kiosk.domain.events import Checking, ChooseBookings, Decided, Dismiss, Dismissed, Scan
from kiosk.domain.verdict import Admit, Choose, Reason, Refuse, bookings_of
from kiosk.ports import Clock, Feed

FUSED_S = 1.0
"""A code read by two sources within this is one scan: a ticket held under camera and scanner alike."""

WAITING_MOST = 64
"""Scans that may wait in a lane. Beyond it the source waits: a pipe is read no faster than guests are served."""

LOOK_IDLE_S = 120.0
"""A lane that was left looking goes back to work after this long without a scan."""

REMEMBERED = 50
"""Admissions of a lane that can be named in an undo."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """The last verdict of a code, when it was decided and last seen (monotonic seconds), and where it came from."""

    decided: Decided
    decided_s: float
    seen_s: float
    source: str


@dataclass
class Lane:
    """One lane. `repeat_s`: how long a verdict stands after its code was last seen. `desk` None: no office."""

    name: str
    desk: GateDesk | None
    feed: Feed
    clock: Clock
    repeat_s: float
    new_id: Callable[[], str]
    _queue: asyncio.Queue[tuple[Scan | ChooseBookings, float] | None] = field(
        default_factory=lambda: asyncio.Queue(WAITING_MOST)
    )
    _standing: dict[str, _Standing] = field(default_factory=dict)
    _choice: Decided | None = None
    _looking_until_s: float | None = None
    _admitted: dict[str, Decided] = field(default_factory=dict)
    _busy_since_s: float | None = None

    async def put(self, item: Scan | ChooseBookings) -> None:
        """Let a scan (or a choice) wait its turn. Waits itself when too many do."""
        await self._queue.put((item, self.clock.monotonic()))

    async def run(self) -> None:
        """Serve until `finish` and everything before it has been served."""
        while (waiting := await self._queue.get()) is not None:
            item, came_s = waiting
            self._busy_since_s = self.clock.monotonic()
            if isinstance(item, Scan):
                await self._scan(item, came_s)
            else:
                await self._chosen(item, came_s)
            self._busy_since_s = None

    async def finish(self) -> None:
        """No more scans: `run` ends after those that wait."""
        await self._queue.put(None)

    def busy_for_s(self, now_s: float) -> float:
        """How long the lane has been with what it is serving; 0 when it waits for somebody."""
        return 0.0 if self._busy_since_s is None else now_s - self._busy_since_s

    def dismiss(self, command: Dismiss) -> None:
        """Staff put a verdict or choice away: a choice cannot be taken up again, its code can be scanned again."""
        if self._choice and self._choice.scan_id == command.scan_id:
            self._choice = None
        self.feed.tell(Dismissed(self.clock.now(), self.name, command.scan_id))

    def look_only(self, on: bool) -> None:
        """Redeem nothing from now on, or work again. Left by itself after `LOOK_IDLE_S` without a scan."""
        self._looking_until_s = self.clock.monotonic() + LOOK_IDLE_S if on else None
        self._choice = None

    @property
    def is_looking(self) -> bool:
        if self._looking_until_s is not None and self.clock.monotonic() >= self._looking_until_s:
            self._looking_until_s = None
        return self._looking_until_s is not None

    def forget(self, references: tuple[str, ...]) -> None:
        """What was said of these bookings no longer stands: they have been undone, and are good again."""
        self._standing = {
            code: standing
            for code, standing in self._standing.items()
            if not any(booking.reference in references for booking in bookings_of(standing.decided.verdict))
        }

    def admission(self, scan_id: str) -> Decided | None:
        """One of the last admissions of this lane, for an undo."""
        return self._admitted.get(scan_id)

    # ── one scan ────────────────────────────────────────────────────────────────────────────────────

    async def _scan(self, scan: Scan, came_s: float) -> None:
        code = read_code(scan.text, scan.symbology)
        if code is None:
            self._tell(scan, None, self.new_id(), Served(Refuse(Reason.UNREADABLE)), came_s)
            return
        if self.is_looking:
            await self._look(scan, code, came_s)
            return
        if standing := self._stands(code, came_s):
            self._repeat(scan, code, standing, came_s)
            return
        self._choice = None
        scan_id = self.new_id()
        self.feed.tell(Checking(self.clock.now(), scan_id, self.name, scan.source, code))
        decided = await self._serve(scan, code, scan_id, came_s)
        if isinstance(decided.verdict, Admit | Refuse):
            decided_s = self.clock.monotonic()
            self._standing[code.text] = _Standing(decided, decided_s, decided_s, scan.source)

    async def _look(self, scan: Scan, code: Code, came_s: float) -> None:
        self.look_only(True)
        scan_id = self.new_id()
        served = Served(Refuse(Reason.NO_OFFICE))
        if self.desk is not None:
            served = await self.desk.look(Visit(scan_id, self.name, scan.source, code))
        self._tell(scan, code, scan_id, served, came_s, looked=True)

    async def _serve(
        self, scan: Scan, code: Code, scan_id: str, came_s: float, chosen: tuple[Booking, ...] = ()
    ) -> Decided:
        if self.desk is None:
            served = Served(Refuse(Reason.NO_OFFICE))
        else:
            served = await self.desk.serve(Visit(scan_id, self.name, scan.source, code, chosen))
        decided = self._tell(scan, code, scan_id, served, came_s)
        if isinstance(decided.verdict, Choose):
            self._choice = decided
        if isinstance(decided.verdict, Admit):
            self._admitted[decided.scan_id] = decided
            for oldest in list(self._admitted)[:-REMEMBERED]:
                del self._admitted[oldest]
        return decided

    async def _chosen(self, command: ChooseBookings, came_s: float) -> None:
        """Staff have picked. What they saw may be minutes old: the desk looks it up again before it redeems."""
        choice = self._choice
        if choice is None or choice.scan_id != command.scan_id or choice.code is None:
            self.feed.tell(Dismissed(self.clock.now(), self.name, command.scan_id))  # it came too late
            return
        verdict = choice.verdict
        options = verdict.options if isinstance(verdict, Choose) else ()
        picked = tuple(options[place].booking for place in sorted(set(command.picked)) if 0 <= place < len(options))
        if not picked:
            return
        self._choice = None
        scan = Scan(choice.code.text, choice.source, choice.at, self.name, choice.symbology)
        decided = await self._serve(scan, choice.code, self.new_id(), came_s, picked)
        if isinstance(decided.verdict, Admit):
            decided_s = self.clock.monotonic()
            self._standing[choice.code.text] = _Standing(decided, decided_s, decided_s, scan.source)

    # ── repeats ─────────────────────────────────────────────────────────────────────────────────────

    def _stands(self, code: Code, came_s: float) -> _Standing | None:
        self._standing = {c: s for c, s in self._standing.items() if came_s - s.seen_s <= self.repeat_s}
        return self._standing.get(code.text)

    def _repeat(self, scan: Scan, code: Code, standing: _Standing, came_s: float) -> None:
        self._standing[code.text] = replace(standing, seen_s=came_s)
        if scan.source != standing.source and came_s - standing.decided_s <= FUSED_S:
            return
        first = standing.decided
        self.feed.tell(
            replace(
                first,
                at=self.clock.now(),
                source=scan.source,
                symbology=scan.symbology,
                repeat=True,
                repeated_s=max(0.0, came_s - standing.decided_s),
                elapsed_ms=self._since_ms(came_s),
                office_ms=0.0,
            )
        )

    def _tell(
        self,
        scan: Scan,
        code: Code | None,
        scan_id: str,
        served: Served,
        came_s: float,
        *,
        looked: bool = False,
    ) -> Decided:
        decided = Decided(
            at=self.clock.now(),
            scan_id=scan_id,
            lane=self.name,
            source=scan.source,
            code=code,
            verdict=served.verdict,
            symbology=scan.symbology,
            office="octo" if code is not None and self.desk is not None else None,
            supplier=served.supplier or None,
            elapsed_ms=self._since_ms(came_s),
            office_ms=served.office_s * 1000,
            looked=looked,
        )
        self.feed.tell(decided)
        return decided

    def _since_ms(self, came_s: float) -> float:
        return (self.clock.monotonic() - came_s) * 1000
