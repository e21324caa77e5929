"""Vouchers put on an order and taken off it. Each is sent once, whatever comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.desks.vouchers.record import Record
from kiosk.domain.cinema import CarriedOut, Gone, Order, OrderVoucher, Refused
from kiosk.domain.redeeming import masked_voucher
from kiosk.domain.reply import Failed
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import KeptVoucher, Named, Sent, Step
from kiosk.ports import CinemaOffice

_CLEAR_END = re.compile(r"[0-9A-Za-z]*$")


@dataclass
class Placing:
    """The vouchers of one order. A `Failed` that may have applied leaves the conversation unsure."""

    record: Record
    office: CinemaOffice
    timeout_s: float

    @property
    def _order_id(self) -> str:
        return self.record.conversation.order_id

    async def add(self, barcode: str, pin: Secret, showtime_id: str) -> KeptVoucher | Refused | Gone | Failed:
        """Gone: the order is."""
        await self.record.note(Step.ADD, Sent(barcode))
        reply = await self.office.add_voucher(self._order_id, barcode, pin, showtime_id, within_s=self.timeout_s)
        if isinstance(reply, Failed) and reply.may_have_applied:
            reply = await self._found(barcode) or reply
        elif isinstance(reply, Gone):
            reply = await really_gone(reply, self.office, self._order_id, self.timeout_s)
        match reply:
            case OrderVoucher():
                kept = _kept(reply, barcode)
                await self.record.note(Step.ADDED, kept)
                return kept
            case Failed(may_have_applied=True):
                await self.record.note(Step.LOST)
            case _:
                await self.record.note(Step.NOT_ADDED)
        return reply

    async def _found(self, barcode: str) -> OrderVoucher | Gone | None:
        """After a lost answer: the one voucher on the order that was not there before, where it can be this one."""
        order = await self.office.get_order(self._order_id, within_s=self.timeout_s)
        if not isinstance(order, Order):
            return order if isinstance(order, Gone) else None
        known = {voucher.id for voucher in self.record.conversation.vouchers}
        new = [voucher for voucher in order.vouchers if voucher.id not in known]
        return new[0] if len(new) == 1 and _may_be(new[0], barcode) else None

    async def take_off(self, voucher_id: str) -> CarriedOut | Gone | Failed:
        """Its tickets must have been cleared before."""
        await self.record.note(Step.REMOVE, Named(voucher_id))
        reply = await self.office.remove_voucher(self._order_id, voucher_id, within_s=self.timeout_s)
        if not isinstance(reply, CarriedOut):
            order = await self.office.get_order(self._order_id, within_s=self.timeout_s)
            if isinstance(order, Order) and voucher_id not in {voucher.id for voucher in order.vouchers}:
                reply = CarriedOut()
            elif isinstance(order, Order | Refused):
                reply = Failed(Doubt.OFFICE_ERROR, may_have_applied=True)
            else:
                reply = order
        if isinstance(reply, CarriedOut):
            await self.record.note(Step.REMOVED, Named(voucher_id))
        else:
            await self.record.note(Step.LOST)
        return reply


async def really_gone(reply: Gone, office: CinemaOffice, order_id: str, timeout_s: float) -> Gone | Refused:
    """Whether it is the order that is gone, or something else that the request was about."""
    if isinstance(await office.get_order(order_id, within_s=timeout_s), Order):
        return Refused(reply.title, reply.detail, status=404)
    return reply


def _kept(voucher: OrderVoucher, barcode: str) -> KeptVoucher:
    """A lost answer tells no number of redemptions: one is sure."""
    redemptions = 1 if voucher.available_redemptions is None else max(1, voucher.available_redemptions)
    return KeptVoucher(voucher.id, masked_voucher(barcode), voucher.type_code, voucher.type_name, redemptions)


def _may_be(voucher: OrderVoucher, barcode: str) -> bool:
    """Whether what the office's mask leaves uncovered is the end of this barcode."""
    found = _CLEAR_END.search(voucher.masked_barcode)
    return barcode.endswith(found[0]) if found else True
