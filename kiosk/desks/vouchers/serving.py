"""Serving one guest at a counter: vouchers scanned, put on an order and taken off, the showtime picked and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.desks.vouchers.basket import NO_PIN, Waiting
from kiosk.desks.vouchers.browsing import Browsing
from kiosk.desks.vouchers.desk import StartedAgain
from kiosk.desks.vouchers.finishing import Finishing
from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.place import Place
from kiosk.desks.vouchers.remarks import about_adding, about_trouble
from kiosk.desks.vouchers.seat_keeping import SeatKeeping
from kiosk.desks.vouchers.talk import Talk
from kiosk.domain.cinema import BookingMode, Showtime
from kiosk.domain.code import read_code
from kiosk.domain.redeeming import (
    Added,
    AddResult,
    CodeKind,
    Done,
    Ended,
    NoAnswer,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    Surcharge,
    Unclear,
    Unsure,
    kind_of,
)
from kiosk.domain.secret import Secret
from kiosk.domain.voucher import Why
from kiosk.domain.voucher_events import Doing, Phase, Remark, Said


@dataclass
class Serving:
    """Each scan and each key of staff, one after the other. `more_scans`: others wait to be put on the order.

    Raises JournalError where the record cannot be written: the talk has seen to its order then.
    """

    place: Place
    more_scans: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self.browsing = Browsing(self.place)
        self.seats = SeatKeeping(self.place)
        self.finishing = Finishing(self.place, self.seats)

    @property
    def guest(self) -> Guest:
        return self.place.guest

    async def scan(self, text: str) -> bool:
        """A code was read. False: it is none of this desk's."""
        code = read_code(text)
        if code is None:
            self.guest.remark = Remark(Said.UNREADABLE)
            return True
        match kind_of(code.text, self.place.desk.rules.code_pattern):
            case CodeKind.VOUCHER:
                await self._take(code.text)
                return True
            case CodeKind.TICKET | CodeKind.MAYBE_TICKET as kind:
                return await self.browsing.is_ticket(code.text, kind)
            case _:
                self.guest.remark = Remark(Said.NOT_A_VOUCHER, code.masked)
                return False

    async def _take(self, barcode: str) -> None:
        if self.guest.phase is Phase.TICKET and barcode in self.guest.served:
            return  # still held up after it was redeemed
        if self._is_served:
            self.place.next_guest()
        guest = self.guest
        if guest.phase is Phase.ORDER and guest.talk is not None:
            await self._add(guest.talk, Waiting(barcode))
            await self._hold_anew()
        elif guest.knows(barcode):
            guest.remark = Remark(Said.ALREADY_IN)
        else:
            guest.waiting.append(Waiting(barcode))

    @property
    def _is_served(self) -> bool:
        """Whether a further voucher is another guest's."""
        closing = self.guest.closing
        at_the_till = closing is not None and closing.why is Why.SEND_TO_TILL
        return self.guest.phase in (Phase.TICKET, Phase.UNCLEAR) or (self.guest.phase is Phase.ENDED and at_the_till)

    async def give_pin(self, pin: Secret) -> None:
        guest = self.guest
        if guest.talk is not None and guest.refused and pin:
            await self._add(guest.talk, Waiting(guest.refused, pin))
            await self._hold_anew()

    async def take_off(self, voucher_id: str) -> None:
        talk = self.guest.talk
        if talk is None or voucher_id not in {use.voucher.id for use in talk.uses}:
            return
        async with self.place.doing(Doing.REMOVING):
            trouble = await talk.remove(voucher_id)
        self.guest.unhold()
        if trouble is not None:
            self.place.troubled(trouble)
            return
        self.guest.picked = ()
        await self._hold_anew()

    async def use(self, voucher_id: str, tickets: int | None, ticket_type_id: str | None) -> None:
        talk = self.guest.talk
        if talk is None or self.guest.phase is not Phase.ORDER:
            return
        try:
            talk.use(voucher_id, tickets=tickets, price=ticket_type_id)
        except (ValueError, KeyError):
            return  # the order has changed since the screen was painted
        await self._hold_anew()

    async def _add(self, talk: Talk, one: Waiting) -> None:
        self.guest.unhold()
        async with self.place.doing(Doing.ADDING):
            result = await talk.add(one.barcode, one.pin or NO_PIN)
        self._weigh(one, result)

    def _weigh(self, one: Waiting, result: AddResult) -> None:
        """What came of putting a voucher on the order."""
        guest = self.guest
        guest.refused = ""
        match result:
            case Added():
                guest.served.add(one.barcode)
                guest.waiting = [other for other in guest.waiting if other.barcode != one.barcode]
            case NotForThisShowtime(voucher):
                guest.other_type = voucher.type_code
                if not guest.knows(one.barcode):
                    guest.waiting.append(one)
                guest.remark = about_adding(result)
            case NotAdded():
                guest.refused = one.barcode
                guest.remark = about_adding(result)
            case NoAnswer() | Unsure() | Done() | Unclear() | Ended():
                self.place.troubled(result)
            case _:
                guest.remark = about_adding(result)

    # ── the order ───────────────────────────────────────────────────────────────────────────────────

    async def pick(self, showtime_id: str) -> None:
        """Open an order for a showtime; one that stands already is given up first."""
        programme = self.guest.programme
        showtime = next((one for one in programme.showtimes if one.id == showtime_id), None) if programme else None
        if showtime is None or self.guest.phase in (Phase.REDEEMING, Phase.TICKET, Phase.UNCLEAR):
            return
        if self.guest.talk is None:
            async with self.place.doing(Doing.OPENING):
                begun = await self.place.desk.begin(showtime, lane=self.place.lane)
            await self._begun(begun, ())
        else:
            await self._again(self.guest.talk, showtime)

    async def start_again(self) -> None:
        if self.guest.talk is not None and self.guest.phase in (Phase.ORDER, Phase.STUCK, Phase.ENDED):
            await self._again(self.guest.talk)

    async def _again(self, talk: Talk, showtime: Showtime | None = None, mode: BookingMode = BookingMode.PAID) -> None:
        kept = talk.basket.everything
        if showtime is not None and showtime.id != talk.showtime.id:
            self.guest.picked = ()
        async with self.place.doing(Doing.OPENING):
            begun = await self.place.desk.start_again(talk, showtime=showtime, mode=mode)
        match begun:
            case StartedAgain(new, results):
                await self._begun(new, tuple(zip(kept, results, strict=False)))
            case Done() | Unclear():
                self.place.ended(begun)
            case _:
                if talk.over is not None:
                    self.place.ended(talk.over)
                self.guest.remark = about_trouble(begun)

    async def _begun(self, begun: Talk | OfficeSays | NoAnswer, taken: Sequence[tuple[Waiting, AddResult]]) -> None:
        guest = self.guest
        if not isinstance(begun, Talk):
            guest.remark = about_trouble(begun)
            return
        guest.talk, guest.phase, guest.closing = begun, Phase.ORDER, None
        guest.unhold()
        waiting, guest.waiting = guest.waiting, []
        for one, result in taken:
            self._weigh(one, result)
        for one in waiting:
            if guest.phase is Phase.ORDER:
                await self._add(begun, one)
        await self._hold_anew()

    async def settle_due(self) -> None:
        """Money is due: book it unpaid or send the guest to the till, as the house has it."""
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.holding is None or guest.holding.may_be_completed:
            return
        if talk.surcharge is Surcharge.UNPAID_BOOKING and guest.holding.due is not None:
            await self._again(talk, mode=BookingMode.UNPAID)
        else:
            await self.finishing.send_to_till()

    async def _hold_anew(self) -> None:
        """Unless more vouchers are on their way: then with the last of them."""
        if not self.more_scans():
            await self.seats.hold_anew()
