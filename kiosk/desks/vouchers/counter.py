"""A lane's counter: whether its scans are for the voucher desk, whose turn it is there, and when time is up.

What it is asked waits in its own line and is done one by one: nothing at the gate waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.desks.vouchers.desk import Resumed, VoucherDesk
from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.place import Place
from kiosk.desks.vouchers.remarks import ticketed_of
from kiosk.desks.vouchers.serving import Serving
from kiosk.domain.errors import JournalError
from kiosk.domain.events import Event, Scan
from kiosk.domain.redeeming import Done, Ended
from kiosk.domain.voucher import Why
from kiosk.domain.voucher_events import (
    AskToConfirm,
    CloseCounter,
    ExtendOrder,
    FindGoodFor,
    GivePin,
    GiveUp,
    HoldSeats,
    ListShowtimes,
    NextGuest,
    OpenCounter,
    Phase,
    PickShowtime,
    PutAway,
    Redeem,
    Remark,
    Said,
    SettleDue,
    StartAgain,
    TakeOff,
    UseVoucher,
    VoucherCommand,
    VoucherSettled,
)
from kiosk.ports import Clock, Feed

log = logging.getLogger(__name__)

WAITING_MOST = 64
"""What may wait in a counter's line; what comes beyond it is not taken."""

SEEN_AGAIN_S = 2.0
"""The same code within this is one that is still held up."""

IDLE_S = 300.0
"""A counter that nobody has touched for so long, without an order, forgets its guest and goes back to the gate."""

NEWS_FOR = timedelta(minutes=2)
"""How long an order that was finished in the background is told to screens that join."""

FRESH_S = 60.0
"""Showtimes older than this are asked for again when the counter is opened."""


@dataclass(frozen=True, slots=True)
class _TimeUp:
    """The order of a talk has expired."""

    conversation: str


_Item = tuple[VoucherCommand | Scan | Resumed | _TimeUp, float]


@dataclass
class VoucherCounter:
    """`to_gate` is given what was scanned here by mistake, `on_done` each order that was redeemed.

    `put` takes commands and scans, `run` serves them.
    """

    desk: VoucherDesk
    lane: str
    feed: Feed
    clock: Clock
    to_gate: Callable[[Scan], Awaitable[None]]
    on_done: Callable[[Done], None] = lambda done: None
    is_open: bool = False
    _line: asyncio.Queue[_Item | None] = field(default_factory=lambda: asyncio.Queue(WAITING_MOST), repr=False)
    _scans_waiting: int = 0
    _turn: int = 0
    _confirm_turn: int | None = None
    _ended_s: float = float("-inf")
    _touched_s: float = 0.0
    _listed_s: float = float("-inf")
    _seen: tuple[str, float] = field(default=("", 0.0), repr=False)
    _settled: VoucherSettled | None = None
    _stray: Scan | None = field(default=None, repr=False)
    """Scanned here, and none of this desk's: the gate may have it."""

    def __post_init__(self) -> None:
        self._touched_s = self.clock.monotonic()
        self._place = Place(self.desk, self.lane, self.feed.tell, self._tell, self.on_done)
        self._serving = Serving(self._place, self._more_scans)

    @property
    def guest(self) -> Guest:
        return self._place.guest

    def snapshot(self) -> tuple[Event, ...]:
        """Where it stands, for a screen that joins."""
        told = self.guest.told(self.clock.now(), self.lane, self._turn, is_open=self.is_open)
        serving = self._serving
        known = (serving.browsing.showtimes, serving.seats.plan, serving.seats.seats)
        return (*(one for one in known if one is not None), told, *self._settled_lately)

    @property
    def _settled_lately(self) -> tuple[VoucherSettled, ...]:
        """What was finished at the start of an engine is told to its screen, which starts a little later."""
        if self._settled is None or self.clock.now() - self._settled.at > NEWS_FOR:
            return ()
        return (self._settled,)

    # ── what comes in ───────────────────────────────────────────────────────────────────────────────

    def put(self, item: VoucherCommand | Scan | Resumed) -> None:
        """Let it wait its turn. Opening and closing are done at once: the very next scan goes where staff expect."""
        if isinstance(item, OpenCounter | CloseCounter):
            self.is_open = isinstance(item, OpenCounter)
            self._tell()
        self._queue(item)

    def pass_time(self) -> None:
        """To be called every second or so."""
        talk, now = self.guest.talk, self.clock.now()
        if talk is not None and talk.over is None and self.guest.phase in (Phase.ORDER, Phase.STUCK):
            until = talk.conversation.expires_at
            if until is not None and now >= until and self._was_ahead(until) and self.guest.doing is None:
                self._queue(_TimeUp(talk.conversation.id))
        elif self.clock.monotonic() - self._touched_s > IDLE_S and (self.is_open or self.guest.waiting):
            self._touched_s = self.clock.monotonic()
            self._queue(CloseCounter(self.lane))

    def _was_ahead(self, until: datetime) -> bool:
        """An order that had expired by our clock when it was opened is none: our clock is wrong."""
        talk = self.guest.talk
        return talk is not None and until > talk.conversation.opened_at

    def _queue(self, item: VoucherCommand | Scan | Resumed | _TimeUp) -> None:
        try:
            self._line.put_nowait((item, self.clock.monotonic()))
            self._scans_waiting += isinstance(item, Scan)
        except asyncio.QueueFull:
            log.warning("action=drop lane=%s what=%s", self.lane, type(item).__name__)

    def _more_scans(self) -> bool:
        return self._scans_waiting > 0

    # ── one by one ──────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Serve until `finish`; then an order that nobody has completed is given up."""
        while (waiting := await self._line.get()) is not None:
            item, came_s = waiting
            self._scans_waiting -= isinstance(item, Scan)
            try:
                await self._serve(item, came_s)
            except JournalError:
                self._serving.finishing.journal_failed()
            except Exception:
                log.exception("action=serve lane=%s what=%s", self.lane, type(item).__name__)
                self._serving.finishing.broke_off()
            self._tell()
        if self.guest.has_order:
            with suppress(JournalError):
                await self._serving.finishing.give_up()

    async def finish(self) -> None:
        """Nothing more is taken; `run` ends after what waits."""
        await self._line.put(None)

    async def _serve(self, item: VoucherCommand | Scan | Resumed | _TimeUp, came_s: float) -> None:
        if isinstance(item, Resumed):
            self._resumed(item)
            return
        if isinstance(item, _TimeUp):
            await self._time_up(item)
            return
        self._touched_s = self.clock.monotonic()
        if isinstance(item, Scan):
            await self._scan(item, came_s)
        else:
            await self._command(item)

    async def _command(self, command: VoucherCommand) -> None:
        confirmation = self.guest.confirmation
        if isinstance(command, OpenCounter | FindGoodFor) or command == CloseCounter(command.lane):
            self.guest.confirmation = None
        else:
            self.guest.forget_remark()
        serving = self._serving
        match command:
            case OpenCounter():
                await self._opened()
            case CloseCounter(passing=passing):
                await self._closed(passing=passing)
            case ListShowtimes(day=day):
                await self._list(day)
            case PickShowtime(showtime_id=showtime_id):
                await serving.pick(showtime_id)
            case TakeOff(voucher_id=voucher_id):
                await serving.take_off(voucher_id)
            case UseVoucher(voucher_id=voucher_id, tickets=tickets, ticket_type_id=ticket_type_id):
                await serving.use(voucher_id, tickets, ticket_type_id)
            case HoldSeats(seat_ids=seat_ids):
                await serving.seats.pick(seat_ids)
            case GivePin(pin=pin):
                await serving.give_pin(pin)
            case ExtendOrder():
                await serving.finishing.extend()
            case AskToConfirm():
                await serving.finishing.ask_to_confirm()
                self._confirm_turn = self._turn + 1 if self.guest.confirmation else None
            case Redeem(turn=turn):
                if confirmation is not None and turn == self._confirm_turn:
                    await serving.finishing.redeem(confirmation)
                    self._ended_s = self.clock.monotonic()
                elif self.guest.phase is Phase.ORDER:
                    self.guest.remark = Remark(Said.CHANGED)
            case SettleDue():
                await serving.settle_due()
            case StartAgain():
                await serving.start_again()
            case GiveUp():
                await serving.finishing.give_up()
            case NextGuest():
                serving.finishing.next_guest()
            case FindGoodFor():
                await serving.browsing.find_good_for()
            case PutAway():
                pass
            case _:
                assert_never(command)

    async def _scan(self, scan: Scan, came_s: float) -> None:
        text, seen_s = self._seen
        self._seen = (scan.text, came_s)
        if scan.text == text and came_s - seen_s < SEEN_AGAIN_S and not scan.typed:
            return
        self.guest.forget_remark()
        if came_s < self._ended_s:
            self.guest.remark = Remark(Said.SCAN_AGAIN)
            return
        self._stray = None if await self._serving.scan(scan.text) else scan

    async def _opened(self) -> None:
        if self.clock.monotonic() - self._listed_s > FRESH_S:
            await self._list("")

    async def _closed(self, *, passing: bool) -> None:
        """An order stays as it is until it expires; without one, what is kept of the guest is forgotten."""
        stray, self._stray = self._stray, None
        self.is_open = False
        if not self.guest.has_order and self.guest.phase is not Phase.UNCLEAR:
            self._serving.finishing.next_guest()
        if passing and stray is not None:
            await self.to_gate(stray)

    async def _list(self, day: str) -> None:
        await self._serving.browsing.list_showtimes(day)
        told = self._serving.browsing.showtimes
        self._listed_s = self.clock.monotonic() if told is not None and told.trouble is None else float("-inf")

    async def _time_up(self, up: _TimeUp) -> None:
        """By the clock that staff see. Extended meanwhile, it is not."""
        talk = self.guest.talk
        if talk is None or talk.over is not None or talk.conversation.id != up.conversation:
            return
        until = talk.conversation.expires_at
        if until is not None and self.clock.now() >= until:
            self.guest.forget_remark()
            await self._serving.finishing.give_up(Why.EXPIRED)

    def _resumed(self, resumed: Resumed) -> None:
        """What was left behind has come to its end."""
        conversation, result = resumed.conversation, resumed.result
        if self._serving.finishing.is_about(conversation.id):
            self._serving.finishing.settled(result)
        elif conversation.vouchers and isinstance(result, Done | Ended):
            showing = conversation.showing
            ticketed = ticketed_of(conversation) if isinstance(result, Done) else None
            now = self.clock.now()
            self._settled = VoucherSettled(now, self.lane, showing.film, showing.starts_at, ticketed)
            self.feed.tell(self._settled)

    def _tell(self) -> None:
        self._turn += 1
        self.feed.tell(self.guest.told(self.clock.now(), self.lane, self._turn, is_open=self.is_open))
