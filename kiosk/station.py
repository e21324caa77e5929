"""From settings to a running engine. The only module that knows every concrete class; it decides nothing.

Start order: journal, what was left open, office, lanes, outbox, sources. Stop order is the reverse: sources first, then
whatever has been scanned is served to its end, and the journal closes last.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kiosk import __version__
from kiosk.config import Octo, Settings, Source, journal_path, state_dir
from kiosk.desks.gate import GateDesk
from kiosk.desks.intake import Lane
from kiosk.desks.outbox import Outbox
from kiosk.desks.turns import Turns
from kiosk.device.clock import SystemClock
from kiosk.domain.attempt import Owed, Started, State, Stopped
from kiosk.domain.errors import SourceError
from kiosk.domain.events import (
    ChooseBookings,
    Command,
    Decided,
    Dismiss,
    Event,
    OfficeDown,
    OfficeStatus,
    OfficeUp,
    Preview,
    Ready,
    Scan,
    SourceBack,
    SourceLost,
    SourceStatus,
    Stopping,
    Submit,
    WatchPreview,
)
from kiosk.domain.gate import Policy
from kiosk.domain.verdict import Admit, Choose, Doubt, Refuse, Undecided, Verdict
from kiosk.journal.sqlite import SqliteJournal
from kiosk.link.board import Board
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import BarcodeSource, Clock, Feed

log = logging.getLogger(__name__)

STATUS_EVERY_S = 1.0
REOPEN_SOURCE_S = 2.0


class Fanout:
    """One feed out of many: a viewer that fails is nobody's business but its own."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self.feeds = list(feeds)

    def tell(self, event: Event) -> None:
        for feed in self.feeds:
            try:
                feed.tell(event)
            except Exception:
                log.exception("action=tell viewer=%s", type(feed).__name__)


@dataclass
class Station:
    """A running engine. Made by `open`; `exit_status` says, when it has stopped, how it went."""

    settings: Settings
    clock: Clock
    journal: SqliteJournal
    lanes: dict[str, Lane]
    board: Board
    feed: Fanout
    outbox: Outbox | None
    exit_status: int = 0
    preview_wanted: bool = False
    _sources: list[BarcodeSource] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, feeds: Sequence[Feed] = (), clock: Clock | None = None
    ) -> AsyncIterator[Station]:
        """An engine with its journal open and its office being connected.

        Raises ConfigError for a key that is missing, JournalError where the journal cannot be used.
        """
        clock = clock or SystemClock()
        async with AsyncExitStack() as stack:
            lane_names = _lane_names(settings)
            board = Board(lane_names, settings.kiosk.mode.value, clock.now())
            feed = Fanout([board, *feeds])
            journal = await SqliteJournal.open(journal_path(settings), lane=settings.kiosk.lane, clock=clock)
            stack.push_async_callback(journal.close)
            await _take_stock(journal, settings.kiosk.lane, clock)
            desk, outbox = None, None
            if settings.octo is not None:
                desk, outbox = await _gate(settings.octo, settings, journal, clock, board, feed, stack)
            lanes = {name: Lane(name, desk, feed, clock, settings.kiosk.repeat_s, _new_id) for name in lane_names}
            station = cls(settings, clock, journal, lanes, board, feed, outbox)
            feed.feeds.append(_Watcher(station))
            yield station
            await journal.append(Stopped(clock.now(), settings.kiosk.lane))

    def watch(self, feed: Feed) -> None:
        """Tell this viewer everything from now on."""
        self.feed.feeds.append(feed)

    def greeting(self) -> tuple[Event, ...]:
        """What a viewer that joins is told first."""
        now = self.clock.now()
        return self.board.status(now), self.board.recent(now)

    async def on_command(self, command: Command) -> None:
        """What a screen asks."""
        match command:
            case Submit():
                lane = self._lane(command.lane)
                now = self.clock.now()
                await lane.put(Scan(command.text, command.source, now, lane.name, typed=command.typed))
            case ChooseBookings():
                await self._lane(command.lane).put(command)
            case Dismiss():
                self._lane(command.lane).dismiss(command)
            case WatchPreview():
                self.preview_wanted = command.on

    async def serve_until(self, stop: asyncio.Event, *, until_exhausted: bool = False) -> None:
        """Take scans until `stop` is set; then serve what has been scanned.

        `until_exhausted`: also stop when every source has come to its end (standard input, a file).
        """
        self._sources = [source for one in self.settings.sources if (source := _source(one)) is not None]
        serving = [asyncio.create_task(lane.run(), name=f"lane {lane.name}") for lane in self.lanes.values()]
        helping = [asyncio.create_task(self._tell_status())]
        if self.outbox is not None:
            helping.append(asyncio.create_task(self.outbox.run(), name="outbox"))
        reading = [asyncio.create_task(self._read(source), name=source.name) for source in self._sources]
        names = tuple(source.name for source in self._sources)
        self.feed.tell(Ready(self.clock.now(), tuple(self.lanes), self.settings.kiosk.mode.value, __version__, names))
        try:
            await _first_of(stop, reading if until_exhausted else None)
        finally:
            self.feed.tell(Stopping(self.clock.now()))
            await self._drain(reading, serving, helping)

    # ── sources ─────────────────────────────────────────────────────────────────────────────────────

    async def _read(self, source: BarcodeSource) -> None:
        """Read one source for as long as it lives. Whatever is wrong with it stays with it."""
        while True:
            try:
                async for scan in source.scans(self._on_source, self._on_preview):
                    lane = self._lane(scan.lane)
                    await lane.put(scan)
                return
            except SourceError as error:
                self._on_source(
                    SourceStatus(source.name, source.kind, up=False, what=f"{error.what} {error.advice}".strip())
                )
                self._failed(1)
                return
            except Exception:
                log.exception("action=read source=%s", source.name)
                self._on_source(SourceStatus(source.name, source.kind, up=False, what="failed: it is started again"))
                await self.clock.sleep(REOPEN_SOURCE_S)

    def _on_source(self, status: SourceStatus) -> None:
        was_up = self.board.is_source_up(status.name)
        self.board.source(status)
        now = self.clock.now()
        if was_up and not status.up:
            self.feed.tell(SourceLost(now, status.name, status.what))
        elif status.up and not was_up:
            self.feed.tell(SourceBack(now, status.name))

    def _on_preview(self, preview: Preview) -> None:
        if self.preview_wanted:
            self.feed.tell(preview)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────────

    async def _tell_status(self) -> None:
        while True:
            if self.board.has_news:
                self.feed.tell(self.board.status(self.clock.now()))
            await self.clock.sleep(STATUS_EVERY_S)

    async def _drain(
        self, reading: list[asyncio.Task[None]], serving: list[asyncio.Task[None]], helping: list[asyncio.Task[None]]
    ) -> None:
        for source in self._sources:
            await source.close()
        await _cancelled(reading)
        for lane in self.lanes.values():
            await lane.finish()
        await asyncio.gather(*serving)
        await _cancelled(helping)

    def _lane(self, name: str) -> Lane:
        return self.lanes.get(name) or next(iter(self.lanes.values()))

    def note(self, verdict: Verdict) -> None:
        """Remember the worst that has happened, for the exit status."""
        match verdict:
            case Undecided(doubt=Doubt.JOURNAL_FAILED):
                self._failed(4)
            case Undecided(doubt=Doubt.OFFLINE | Doubt.NO_ANSWER):
                self._failed(3)
            case Undecided() | Refuse() | Choose():
                self._failed(1)
            case Admit():
                pass

    def _failed(self, status: int) -> None:
        self.exit_status = max(self.exit_status, status)


class _Watcher:
    """The station's own eye on the feed: the exit status, and when the outbox has work."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def tell(self, event: Event) -> None:
        if not isinstance(event, Decided) or event.repeat:
            return
        self._station.note(event.verdict)
        owed = isinstance(event.verdict, Undecided) and event.verdict.owed
        if self._station.outbox is not None and (owed or self._station.board.owes):
            self._station.outbox.wake()


async def _take_stock(journal: SqliteJournal, lane: str, clock: Clock) -> None:
    """The first rows of a run: what the last one left half-done is owed from now on."""
    now = clock.now()
    left = [attempt for attempt in await journal.open_attempts() if attempt.state is State.INTENDED]
    await journal.append(Started(now, lane), *(Owed(now, attempt.id, Doubt.NO_ANSWER) for attempt in left))


async def _gate(
    octo: Octo,
    settings: Settings,
    journal: SqliteJournal,
    clock: Clock,
    board: Board,
    feed: Feed,
    stack: AsyncExitStack,
) -> tuple[GateDesk, Outbox]:

    def on_status(status: OfficeStatus) -> None:
        was_up = board.is_office_up(status.name)
        board.office(status)
        if status.warning:
            board.notice(f"{status.name}: {status.warning}")
        if status.up is False and was_up is not False:
            feed.tell(OfficeDown(clock.now(), "octo", status.name, status.warning))
        elif status.up and was_up is False:
            feed.tell(OfficeUp(clock.now(), "octo", status.name))
            outbox.wake()

    office = OctoOffice(
        base_url=octo.base_url,
        suppliers=[SupplierKey(supplier.name, supplier.api_key()) for supplier in octo.suppliers],
        env=octo.env,
        clock=clock,
        cache_dir=state_dir() / "catalogue",
        use_credentials=octo.credentials,
        accept_language=octo.accept_language,
        on_status=on_status,
    )
    turns = Turns()
    policy = Policy(settings.kiosk.mode, settings.kiosk.auto_redeem, accepts_test=octo.env == "test")
    desk = GateDesk(office, journal, clock, policy, octo.timeout_s, _new_id, turns)
    outbox = Outbox(office, journal, clock, feed, policy, octo.timeout_s, turns, jitter=_jitter)
    await office.start()
    stack.push_async_callback(office.aclose)
    return desk, outbox


def _source(source: Source) -> BarcodeSource | None:
    """A source as configured. Each kind's libraries are imported only where it is used; the screen reads the wedge."""
    match source.kind:
        case "lines":
            from kiosk.sources.lines import LinesSource

            return LinesSource(name=source.name, lane=source.lane)
        case "camera":
            from kiosk.sources.camera import CameraSource

            return CameraSource(
                name=source.name,
                device=source.device,
                width=source.width,
                height=source.height,
                fps=source.fps,
                fourcc=source.fourcc,
                formats=source.formats,
                min_length=source.min_length,
                lane=source.lane,
            )
        case "evdev":
            from kiosk.sources.evdev_input import EvdevSource

            return EvdevSource(
                name=source.name,
                device=source.device,
                grab=source.grab,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
                layout=source.layout,
            )
        case "serial":
            from kiosk.sources.serial_port import SerialSource

            return SerialSource(
                name=source.name,
                device=source.device,
                baud=source.baud,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
            )
        case "hidraw":
            from kiosk.sources.hidraw import HidPosSource

            return HidPosSource(
                name=source.name,
                device=source.device,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
            )
        case "wedge":
            return None
        case _:
            raise SourceError(source.name, f"a source of kind {source.kind} is not supported by this version")


def _lane_names(settings: Settings) -> tuple[str, ...]:
    """The kiosk's own lane first, then those that sources name."""
    return tuple(dict.fromkeys((settings.kiosk.lane, *(source.lane for source in settings.sources))))


def _new_id() -> str:
    return uuid.uuid4().hex


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311 (spreads retries, guards nothing)


async def _first_of(stop: asyncio.Event, reading: list[asyncio.Task[None]] | None) -> None:
    """Until `stop`, or until all of `reading` has ended, where it is given."""
    waiting: set[asyncio.Future[Any]] = {asyncio.ensure_future(stop.wait())}
    if reading is not None:
        waiting.add(asyncio.ensure_future(asyncio.gather(*reading)))
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
