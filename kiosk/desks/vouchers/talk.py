"""One guest at the voucher desk: an order, the vouchers put on it, the seats held, the confirmation, the tickets.

What the office applied without our hearing of it is read from the order itself; where even that does not tell, the talk
can only be given up and started again. PINs and barcodes are kept in memory for that, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kiosk.desks.vouchers.basket import NO_PIN, Basket, Waiting
from kiosk.desks.vouchers.ending import Ending
from kiosk.desks.vouchers.holding import Hold, Holder
from kiosk.desks.vouchers.placing import Placing
from kiosk.desks.vouchers.plans import Plans
from kiosk.desks.vouchers.record import Record
from kiosk.domain.cinema import Gone, Order, Refused, Showtime, TicketPrice
from kiosk.domain.errors import JournalError, TransitionError
from kiosk.domain.redeeming import (
    Added,
    AddResult,
    AlreadyIn,
    Changed,
    CompleteResult,
    Confirmation,
    ConfirmResult,
    Done,
    Earlier,
    Ended,
    Holding,
    HoldResult,
    MoneyDue,
    NoAnswer,
    NoOrder,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    Over,
    Seating,
    Surcharge,
    Trouble,
    Unclear,
    Unsure,
    masked_voucher,
    offers,
)
from kiosk.domain.reply import Failed
from kiosk.domain.seat_choice import Use, shows
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Conversation, KeptVoucher, Stage, Why
from kiosk.ports import CinemaOffice


@dataclass
class Talk:
    """Begun by `VoucherDesk.begin`. One call at a time: the others wait. `on_over` is called once it is at its end."""

    record: Record
    office: CinemaOffice
    showtime: Showtime
    prices: tuple[TicketPrice, ...]
    plans: Plans
    surcharge: Surcharge
    timeout_s: float
    on_over: Callable[[], object] = lambda: None
    basket: Basket = field(default_factory=Basket, repr=False)
    _seats_before: tuple[str, ...] = ()
    over: Over | None = None
    """How it has ended."""
    _hold: Hold | None = None
    _is_stale: bool = False
    """Vouchers are to be used otherwise than what is held."""
    _to_confirm: Confirmation | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def __post_init__(self) -> None:
        self._placing = Placing(self.record, self.office, self.timeout_s)
        self._holder = Holder(self.record, self.office, self.showtime, self.plans, self.timeout_s)
        self._ending = Ending(self.record, self.office, self.timeout_s)

    @property
    def conversation(self) -> Conversation:
        """Where it stands: stage, vouchers, seats, `expires_at` for a countdown."""
        return self.record.conversation

    @property
    def uses(self) -> tuple[Use, ...]:
        """The vouchers on the order, and how each is to be used."""
        return self.basket.uses

    @property
    def is_allocated(self) -> bool:
        """Whether this showtime has numbered seats."""
        return self._holder.is_allocated

    @property
    def _own_seats(self) -> tuple[str, ...]:
        """Seats that this order holds, or the one before it: what is told about them may be older than that."""
        return self._hold.seat_ids if self._hold else self._seats_before

    # ── vouchers ────────────────────────────────────────────────────────────────────────────────────

    async def add(self, barcode: str, pin: Secret = NO_PIN) -> AddResult:
        """Put a voucher on the order. Refused, or for another showtime, it stays off and the others stay on."""
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            already = self.basket.voucher_of(barcode)
            if already is not None:
                return AlreadyIn(already)
            reply = await self._placing.add(barcode, pin, self.showtime.id)
            match reply:
                case KeptVoucher():
                    return await self._weigh(reply, barcode, pin)
                case Refused():
                    earlier = Earlier.among(await self.record.journal.conversations_of(barcode))
                    return NotAdded(masked_voucher(barcode), reply.title, reply.detail, bool(pin), earlier)
                case Gone() | Failed():
                    self.basket.wait(Waiting(barcode))
                    return await self._no_order(reply)

    async def take_over(self, talk: Talk) -> tuple[AddResult, ...]:
        """Put the vouchers of an earlier order on this one, as they were used there. Ends early with this order."""
        self._seats_before = talk._own_seats
        waiting = talk.basket.take_all()
        results: list[AddResult] = []
        while waiting and self.conversation.stage is Stage.OPEN:
            one = waiting.pop(0)
            result = await self.add(one.barcode, one.pin)
            if isinstance(result, Added) and one.use is not None:
                self.basket.use_alike(result.voucher.id, one.use)
            results.append(result)
        self.basket.wait(*waiting)
        return tuple(results)

    async def _weigh(self, voucher: KeptVoucher, barcode: str, pin: Secret) -> AddResult:
        fitting = offers(self.prices, voucher.type_code, self.showtime)
        if not fitting:
            off = await self._placing.take_off(voucher.id)
            if isinstance(off, Gone | Failed):
                return await self._no_order(off)
            return NotForThisShowtime(voucher)
        self.basket.put(voucher, barcode, pin, fitting)
        return Added(voucher, fitting)

    async def remove(self, voucher_id: str) -> Trouble | None:
        """Take a voucher off; seats that were held are given back and must be held again for the others."""
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            if self._hold is not None:
                cleared = await self._holder.clear()
                if cleared is not None:
                    return await self._trouble(cleared)
                self._hold = None
            off = await self._placing.take_off(voucher_id)
            if isinstance(off, Gone | Failed):
                return await self._trouble(off)
            self.basket.drop(voucher_id)
            return None

    def use(self, voucher_id: str, *, tickets: int | None = None, price: str | None = None) -> None:
        """How a voucher is to be used: for how many tickets (from 1 to its redemptions), at which of its prices.

        Takes effect with the next `hold`. Raises ValueError for what cannot be.
        """
        self.basket.use(voucher_id, tickets, price)
        self._to_confirm = None
        self._is_stale = True

    # ── seats ───────────────────────────────────────────────────────────────────────────────────────

    async def seating(self) -> Seating | Trouble:
        """The plan of the screen, to pick seats on."""
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            found = await self._holder.seating(self._own_seats)
            return found if isinstance(found, Seating) else await self._trouble(found)

    async def hold(self, seats: Sequence[str] = ()) -> HoldResult:
        """Hold tickets for the vouchers; on these seats (names or ids), or on those that the office chooses.

        Raises TransitionError where no voucher is on the order.
        """
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            if not self.uses:
                raise TransitionError("no voucher is on the order")
            held = await self._holder.hold(self.uses, tuple(seats), self._own_seats)
            match held:
                case Hold():
                    self._hold, self._is_stale = held, False
                    return held.holding
                case Refused() | Gone() | Failed():
                    return await self._trouble(held)
                case _:
                    return held

    async def extend(self) -> Trouble | None:
        """Start the order's time again; `conversation.expires_at` says until when."""
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            refused = await self._holder.extend()
            return None if refused is None else await self._trouble(refused)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────

    async def to_confirm(self) -> ConfirmResult:
        """What staff must say yes to. The order is looked at first: it must hold what was shown, and nothing else."""
        async with self._alone() as stuck:
            if stuck is not None:
                return stuck
            hold = self._hold
            if hold is None or self._is_stale or self.conversation.stage is not Stage.HELD:
                return Changed()
            now = await self._as_it_stands(hold)
            if not isinstance(now, Holding):
                return now
            if not now.may_be_completed:
                return MoneyDue(now.due, now.tax, self.surcharge)
            self._to_confirm = Confirmation(
                conversation=self.conversation.id,
                vouchers=tuple(use.voucher for use in self.uses),
                tickets=now.tickets,
                film=self.showtime.film,
                starts_at=self.showtime.starts_at,
                seats=now.seats,
                due=now.due,
                tax=now.tax,
                is_unpaid=now.is_unpaid,
            )
            return self._to_confirm

    async def _as_it_stands(self, hold: Hold) -> Holding | Changed | Trouble:
        """What the order holds now. An office that does not show it before its time is up is taken at its word."""
        order = await self.office.get_order(self.conversation.order_id, within_s=self.timeout_s)
        expires_at = self.conversation.expires_at
        if isinstance(order, Gone) and expires_at is not None and self.record.clock.now() < expires_at:
            return hold.holding
        if not isinstance(order, Order):
            return await self._trouble(order)
        now = self._holder.shown(order, hold.holding.seats)
        is_same = shows(order, self.showtime.id, hold.choices, hold.seat_ids) and now.due == hold.holding.due
        return now if is_same else Changed()

    async def complete(self, confirmation: Confirmation) -> CompleteResult:
        """Redeem. Cannot be undone, and is refused but for the confirmation that `to_confirm` gave last.

        Any change to vouchers or seats since then makes it worthless.
        """
        async with self._alone(keeps_confirmation=True):
            asked, self._to_confirm = self._to_confirm, None
            if asked is None or confirmation != asked or self.conversation.stage is not Stage.HELD:
                return Changed()
            result = await self._ended(self._ending.complete())
            if isinstance(result, Done):
                self.basket.clear()
            return result

    async def give_up(self, why: Why = Why.GIVEN_UP) -> Over:
        """Delete the order: nothing is used. The vouchers are kept for `VoucherDesk.start_again`.

        An order that may be completed is not given up: then this says so.
        """
        async with self._alone():
            return self.over or await self._ended(self._ending.give_up(why))

    async def _ended(self, ending: Awaitable[Over]) -> Over:
        """The end of this talk, whatever it is: from now on the desk may pick up what is left to do."""
        try:
            self.over = await ending
            return self.over
        finally:
            self.over = self.over or self._cut_off(Why.CUT_OFF, Doubt.NO_ANSWER)
            self.on_over()

    def _cut_off(self, why: Why, doubt: Doubt) -> Over:
        """How it has ended where its end could not be waited for, or not be written."""
        if self.conversation.completing_at is None:
            return Ended(why, is_gone=False)
        return Unclear(self.conversation, doubt)

    async def _trouble(self, reply: Refused | Gone | Failed) -> Trouble:
        match reply:
            case Refused():
                return OfficeSays(reply.title, reply.detail)
            case _:
                return await self._no_order(reply)

    async def _no_order(self, reply: Gone | Failed) -> NoOrder:
        match reply:
            case Gone():
                return await self._ended(self._ending.cancel(Why.EXPIRED, reply.title, reply.detail))
            case Failed(may_have_applied=True):
                return Unsure(reply.doubt)
            case Failed():
                return NoAnswer(reply.doubt, reply.retry_after_s)

    @asynccontextmanager
    async def _alone(self, *, keeps_confirmation: bool = False) -> AsyncIterator[Unsure | Over | None]:
        """One call at a time; gives why nothing more can be asked of this order, where that is so.

        Without a record there is no redemption: the order is let go while its id is known.
        """
        async with self._turn:
            if not keeps_confirmation:
                self._to_confirm = None
            try:
                yield self._stuck()
            except JournalError:
                self.over = self._cut_off(Why.JOURNAL_FAILED, Doubt.JOURNAL_FAILED)
                if isinstance(self.over, Ended):
                    await self.office.delete_order(self.conversation.order_id, within_s=self.timeout_s)
                self.on_over()
                raise

    def _stuck(self) -> Unsure | Over | None:
        """A request that was cut off in the middle leaves the order as a lost answer does."""
        if self.over is None and self.conversation.stage not in (Stage.OPEN, Stage.HELD):
            return Unsure(Doubt.NO_ANSWER)
        return self.over
