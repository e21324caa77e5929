"""A running engine: what is started in which order, and stopped in the reverse.

Start: journal, what was left open, office, lanes, outbox, sources. Stop: sources first, then whatever has been scanned
is served to its end, and the journal closes last.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from kiosk import __version__
from kiosk.config import Settings, issuing_dir, journal_path
from kiosk.desks.access import Access
from kiosk.desks.intake import Lane
from kiosk.desks.supervision import Supervision
from kiosk.desks.taking_home import TakingHome
from kiosk.desks.vouchers import VoucherDesk
from kiosk.device.clock import SystemClock
from kiosk.device.clock_trust import ClockTrust
from kiosk.device.disk import free_bytes
from kiosk.device.service_manager import ServiceManager
from kiosk.domain.attempt import Owed, Started, State, Stopped
from kiosk.domain.errors import JournalError
from kiosk.domain.events import (
    ChooseBookings,
    Command,
    Dismiss,
    Event,
    Leave,
    ListParked,
    LookOnly,
    ParkOwed,
    Ready,
    Scan,
    Search,
    SeeGiftCards,
    SettleParked,
    SignIn,
    SignOut,
    Stopping,
    Submit,
    Undo,
    WatchPreview,
)
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.out_of_order import Seen, fault_of
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher_events import VoucherCommand
from kiosk.journal.jobs import JobFolders
from kiosk.link.board import Board
from kiosk.ports import Asker, Clock, Feed, Journal
from kiosk.station.access import open_access
from kiosk.station.counters import Counters
from kiosk.station.gate import Gate, Surroundings, new_id, open_gate
from kiosk.station.heartbeat import Heart
from kiosk.station.issue_listing import IssueListing
from kiosk.station.record import open_journal
from kiosk.station.sources import Sources
from kiosk.station.taking_home import answer_gift_cards, keep_handing_over, taking_home
from kiosk.station.viewers import Fanout, Shell, Trace, Watch
from kiosk.station.vouchers import keep_settled, open_beside_the_gate

STATUS_EVERY_S = 1.0

NO_MANAGER = ServiceManager()
SHELL = Shell()

Asked = Undo | Search | ListParked | SettleParked | ParkOwed
"""Commands that are answered beside the lanes."""


@dataclass
class Station:
    """Made by `open`. `exit_status` says, when it has stopped, how it went."""

    settings: Settings
    clock: Clock
    journal: Journal
    lanes: dict[str, Lane]
    board: Board
    feed: Fanout
    gate: Gate | None
    trust: ClockTrust
    access: Access
    vouchers: VoucherDesk | None = None
    manager: ServiceManager = NO_MANAGER
    taking_home: TakingHome | None = None
    preview_wanted: bool = False
    _watch: Watch = field(init=False)
    _counters: Counters = field(init=False)
    _issues: IssueListing = field(init=False)
    _asking: set[asyncio.Task[None]] = field(default_factory=set)
    _parked_changed: bool = True

    def __post_init__(self) -> None:
        self._watch = Watch(self._on_owed)
        self._issues = IssueListing(JobFolders(issuing_dir()), self.clock)
        on_done = self.taking_home.begin if self.taking_home else lambda done: None
        self._counters = Counters(self.vouchers, self.lanes.values(), self.feed, self.clock, on_done)
        self.feed.feeds += [self._watch, self._counters, *([self.taking_home] if self.taking_home else [])]

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        feeds: Sequence[Feed] = (),
        clock: Clock | None = None,
        manager: ServiceManager = NO_MANAGER,
    ) -> AsyncIterator[Station]:
        """An engine with its journal open and its office being connected. `manager` hears its heartbeat.

        Raises ConfigError for a key that is missing, JournalError where the journal cannot be used.
        """
        clock = clock or SystemClock()
        async with AsyncExitStack() as stack:
            board = Board(_lane_names(settings), settings.kiosk.mode.value, clock.now())
            feed = Fanout([board, Trace(), manager, *feeds])
            trust = ClockTrust(clock)
            journal = await open_journal(journal_path(settings), settings.kiosk.lane, clock, trust, board)
            stack.push_async_callback(journal.close)
            await _take_stock(journal, settings.kiosk.lane, clock)
            gate = None
            if settings.octo is not None:
                around = Surroundings(settings, journal, clock, trust, board, feed, stack)
                gate = await open_gate(settings.octo, around)
            desk = gate.desk if gate else None
            repeat_s = settings.kiosk.repeat_s
            lanes = {name: Lane(name, desk, feed, clock, repeat_s, new_id) for name in _lane_names(settings)}
            access = await open_access(settings, journal, clock, board, stack)
            cinema = await open_beside_the_gate(settings, journal, clock, board, stack)
            vouchers = cinema.desk if cinema else None
            home = taking_home(settings, cinema.assets, feed, clock, board) if cinema else None
            yield cls(settings, clock, journal, lanes, board, feed, gate, trust, access, vouchers, manager, home)
            await journal.append(Stopped(clock.now(), settings.kiosk.lane))

    @property
    def exit_status(self) -> int:
        return self._watch.exit_status

    def watch(self, feed: Feed) -> None:
        """Tell this viewer everything from now on."""
        self.feed.feeds.append(feed)

    def greeting(self, asker: Asker | None = None) -> tuple[Event, ...]:
        """What a viewer that joins is told first."""
        now = self.clock.now()
        rights = (self.access.rights(asker),) if asker is not None else ()
        return self.board.status(now), self.board.recent(now), *rights, *self._counters.snapshot(), *self._offers

    @property
    def _offers(self) -> tuple[Event, ...]:
        return self.taking_home.open if self.taking_home else ()

    async def on_command(self, command: Command, asker: Asker = SHELL) -> None:
        """What a screen asks, if it may. What it is refused, it alone is told."""
        allowed = await self.access.admit(command, asker)
        if allowed is not None:
            await self._carry_out(allowed, asker)

    async def _carry_out(self, command: Command, asker: Asker) -> None:
        if isinstance(command, VoucherCommand):
            self._counters.ask(command, self._lane(command.lane).name)
            return
        if isinstance(command, ListIssues):
            self._beside(self._list_issues())
            return
        match command:
            case Submit():
                lane = self._lane(command.lane)
                now = self.clock.now()
                await self._take(Scan(command.text, command.source, now, lane.name, typed=command.typed))
            case ChooseBookings():
                await self._lane(command.lane).put(command)
            case Dismiss():
                self._lane(command.lane).dismiss(command)
            case WatchPreview():
                self.preview_wanted = command.on
            case LookOnly():
                self._lane(command.lane).look_only(command.on)
                self.board.looking(self._looking())
                self.feed.tell(self.board.status(self.clock.now()))
            case Undo() | Search() | ListParked() | SettleParked() | ParkOwed():
                if self.gate:
                    self._beside(self._ask(self.gate.supervision, command))
            case SeeGiftCards(order=order):
                self._beside(answer_gift_cards(self.taking_home, order, self.clock, asker))
            case SignIn() | SignOut() | Leave():
                pass  # done when they were let in
            case _:
                assert_never(command)

    def _beside(self, asking: Coroutine[Any, Any, None]) -> None:
        """Beside the lanes: an office, or a disk, that is slow to answer holds up no scan."""
        task = asyncio.create_task(asking)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _list_issues(self) -> None:
        self.feed.tell(await self._issues.jobs())

    async def _take(self, scan: Scan) -> None:
        """A lane is at the gate, or at the voucher desk: its scans go there, whatever they are."""
        lane = self._lane(scan.lane)
        if not self._counters.takes(replace(scan, lane=lane.name)):
            await lane.put(scan)

    async def _ask(self, supervision: Supervision, command: Asked) -> None:
        match command:
            case Undo():
                lane = self._lane(command.lane)
                lane.forget(await supervision.undo(command, lane.admission(command.scan_id), lane.name))
            case Search():
                await supervision.search(command, new_id(), self._lane(command.lane).name)
            case ListParked():
                await supervision.list_parked()
            case SettleParked():
                await supervision.settle_parked(command)
                self._parked_changed = True
            case ParkOwed():
                await supervision.park_owed(command)
                self._on_owed()
            case _:
                assert_never(command)

    async def serve_until(
        self,
        stop: asyncio.Event,
        *,
        until_exhausted: bool = False,
        before_scan: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Take scans until `stop` is set; then serve what has been scanned.

        `until_exhausted`: also stop when every source has come to its end (standard input, a file). `before_scan` is
        awaited before each scan of a source is let in: a reader of the verdicts that lags holds the intake back.
        Raises SourceError for a source that this machine cannot have.
        """

        async def put(scan: Scan) -> None:
            if before_scan is not None:
                await before_scan()
            await self._take(scan)

        sources = Sources(
            self.settings.sources,
            put,
            self.board,
            self.feed,
            self.clock,
            self.feed.tell,
            lambda: self.preview_wanted,
            on_unusable=lambda: self._watch.worst(1),
        )
        sources.start()
        serving = [asyncio.create_task(lane.run(), name=f"lane {lane.name}") for lane in self.lanes.values()]
        helping = [asyncio.create_task(helper) for helper in self._helpers()]
        mode = self.settings.kiosk.mode.value
        self.feed.tell(Ready(self.clock.now(), tuple(self.lanes), mode, __version__, sources.names))
        try:
            exhausted = [sources.exhausted()] if until_exhausted else []
            await _first_of(stop.wait(), _any_ended(serving), *exhausted)
        finally:
            self.feed.tell(Stopping(self.clock.now()))
            await sources.stop()
            for lane in self.lanes.values():
                await lane.finish()
            await asyncio.gather(*serving, *self._asking, self.access.finish())
            await _cancelled(*helping)

    def _helpers(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the lanes, and may be cut off at any moment."""
        helpers = [self._tell_status(), self.access.run()]
        if self.gate:
            helpers.append(self.gate.outbox.run())
            if self.gate.prefetch is not None:
                helpers.append(self.gate.prefetch.run())
        if self.vouchers is not None:
            helpers += [keep_settled(self.vouchers, self._counters.resumed), self._counters.run()]
        if self.taking_home is not None:
            helpers.append(keep_handing_over(self.taking_home))
        if every_s := self.manager.beat_every_s:
            octo = self.settings.octo
            heart = Heart(self.lanes.values(), self.journal, self.clock, octo.timeout_s if octo else 0.0)
            helpers.append(heart.run(self.manager.beat, every_s))
        return helpers

    def _on_owed(self) -> None:
        self._parked_changed = True
        if self.gate:
            self.gate.outbox.wake()

    async def _tell_status(self) -> None:
        while True:
            self.board.looking(self._looking())
            self.board.clock(self.trust.state().value)
            self.board.fault(self._fault())
            if self._parked_changed:
                self._parked_changed = False
                with suppress(JournalError):
                    self.board.parked(len(await self.journal.parked_attempts()))
            self.board.issuing(await self._issues.count())
            if self.board.has_news:
                self.feed.tell(self.board.status(self.clock.now()))
            await self.clock.sleep(STATUS_EVERY_S)

    def _fault(self) -> str:
        """Why nobody can be served, as a code; empty where somebody can."""
        status, settings = self.board.seen, self.settings
        seen = Seen(
            status.journal_ok,
            free_bytes(journal_path(settings).parent),
            status.sources,
            any(source.kind == "wedge" for source in settings.sources),
            status.offices,
            settings.octo is not None or settings.vista is not None,
        )
        return fault_of(seen) or ""

    def _looking(self) -> tuple[str, ...]:
        return tuple(lane.name for lane in self.lanes.values() if lane.is_looking)

    def _lane(self, name: str) -> Lane:
        return self.lanes.get(name) or next(iter(self.lanes.values()))


async def _take_stock(journal: Journal, lane: str, clock: Clock) -> None:
    """The first rows of a run: what the last one left half-done is owed from now on."""
    now = clock.now()
    left = [attempt for attempt in await journal.open_attempts() if attempt.state is State.INTENDED]
    await journal.append(Started(now, lane), *(Owed(now, attempt.id, Doubt.NO_ANSWER) for attempt in left))


def _lane_names(settings: Settings) -> tuple[str, ...]:
    """The kiosk's own lane first, then those that sources name."""
    return tuple(dict.fromkeys((settings.kiosk.lane, *(source.lane for source in settings.sources))))


async def _any_ended(serving: list[asyncio.Task[None]]) -> None:
    """A lane that ends by itself is a fault in this program: the engine stops, and its supervisor starts it again."""
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)


async def _first_of(*waits: Coroutine[Any, Any, Any]) -> None:
    """Until one of these has ended; the others are given up."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancelled(*tasks)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
