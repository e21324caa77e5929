"""The end of a guest's order: the one question, the redemption, the till, or giving it up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.place import Place
from kiosk.desks.vouchers.seat_keeping import SeatKeeping
from kiosk.domain.redeeming import Changed, Confirmation, Ended, MoneyDue, Over, Unclear
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Why
from kiosk.domain.voucher_events import Doing, Phase, Remark, Said


@dataclass
class Finishing:
    """Nothing is redeemed but by `redeem`, with the confirmation that `ask_to_confirm` gave last."""

    place: Place
    seats: SeatKeeping

    @property
    def guest(self) -> Guest:
        return self.place.guest

    async def extend(self) -> None:
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER:
            return
        async with self.place.doing(Doing.EXTENDING):
            trouble = await talk.extend()
        if trouble is not None:
            self.place.troubled(trouble)
        else:
            guest.remark = Remark(Said.EXTENDED)

    async def ask_to_confirm(self) -> None:
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER or guest.holding is None:
            return
        async with self.place.doing(Doing.CHECKING):
            result = await talk.to_confirm()
        match result:
            case Confirmation():
                guest.confirmation = result
            case MoneyDue(due, tax):
                guest.holding = replace(guest.holding, due=due, tax=tax)
            case Changed():
                await self.seats.hold_anew()
                guest.remark = guest.remark or Remark(Said.CHANGED)
            case _:
                self.place.troubled(result)

    async def redeem(self, confirmation: Confirmation) -> None:
        """Staff have said yes to it. Cannot be undone."""
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER:
            return
        guest.phase = Phase.REDEEMING
        async with self.place.doing(Doing.REDEEMING):
            result = await talk.complete(confirmation)
        if isinstance(result, Changed):
            guest.phase, guest.remark = Phase.ORDER, Remark(Said.CHANGED)
            guest.unhold()
            return
        self.place.ended(result)

    async def send_to_till(self) -> None:
        """Money is due, and it is paid there: the order is deleted, the vouchers stay unused."""
        talk = self.guest.talk
        if talk is None:
            return
        async with self.place.doing(Doing.GIVING_UP):
            self.place.ended(await talk.give_up(Why.SEND_TO_TILL))

    async def give_up(self, why: Why = Why.GIVEN_UP) -> None:
        """Delete the order. Given up by staff, the guest is forgotten; expired, their vouchers are kept."""
        talk = self.guest.talk
        if talk is None:
            self.place.next_guest()
            return
        async with self.place.doing(Doing.GIVING_UP):
            over = await talk.give_up(why)
        self.place.ended(over)
        if why is Why.GIVEN_UP and isinstance(over, Ended) and over.is_gone:
            self.place.next_guest()
            self.guest.remark = Remark(Said.GIVEN_UP)

    def next_guest(self) -> None:
        if not self.guest.has_order:
            self.place.next_guest()

    def is_about(self, conversation: str) -> bool:
        """Whether it is this guest's order that somebody has finished in the background."""
        talk = self.guest.talk
        return talk is not None and talk.over is not None and talk.conversation.id == conversation

    def settled(self, over: Over) -> None:
        """It has come to its end after all."""
        if self.guest.phase in (Phase.UNCLEAR, Phase.TICKET, Phase.ENDED):
            self.place.ended(over)

    def broke_off(self) -> None:
        """This program failed in the middle: an order that may be completed is not known to be, or not to be."""
        talk = self.guest.talk
        if talk is not None and self.guest.phase is Phase.REDEEMING:
            self.place.ended(talk.over or Unclear(talk.conversation, Doubt.NO_ANSWER))

    def journal_failed(self) -> None:
        talk = self.guest.talk
        if talk is not None and talk.over is not None and self.guest.has_order:
            self.place.ended(talk.over)
        else:
            self.guest.remark = Remark(Said.NO_ANSWER, doubt=Doubt.JOURNAL_FAILED)
