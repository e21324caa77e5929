"""One guest at a counter, as far as it has come: what is kept of them, and what every screen is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.desks.vouchers.basket import Waiting
from kiosk.desks.vouchers.talk import Talk
from kiosk.domain.cinema import Programme
from kiosk.domain.redeeming import Confirmation, Holding, Surcharge, masked_voucher
from kiosk.domain.seat_choice import Use
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Ticketed
from kiosk.domain.voucher_events import (
    Ask,
    AtCounter,
    Closing,
    Doing,
    Phase,
    Remark,
    VoucherOnOrder,
)

WITH_AN_ORDER = (Phase.ORDER, Phase.STUCK, Phase.REDEEMING)


@dataclass
class Guest:
    """Barcodes and PINs are kept here and in the talk while the guest stands there, and nowhere else."""

    phase: Phase = Phase.SHOWTIMES
    talk: Talk | None = field(default=None, repr=False)
    waiting: list[Waiting] = field(default_factory=list, repr=False)
    """Vouchers for the next order: scanned before a showtime was picked, or not for this one."""
    refused: str = field(default="", repr=False)
    """The voucher that the last refusal is about: its PIN may be given."""
    served: set[str] = field(default_factory=set, repr=False)
    """Barcodes that were put on an order: one still held up after its redemption begins no new guest."""
    programme: Programme | None = None
    other_type: str = ""
    """The type of the voucher that is not for this showtime."""
    picked: tuple[str, ...] = ()
    """Seats that staff picked, by their ids; none: the office chose."""
    holding: Holding | None = None
    ask: Ask | None = None
    asked_about: str = ""
    confirmation: Confirmation | None = None
    remark: Remark | None = None
    good_for: tuple[str, ...] = ()
    doing: Doing | None = None
    ticketed: Ticketed | None = None
    closing: Closing | None = None
    doubt: Doubt | None = None

    @property
    def has_order(self) -> bool:
        """Whether something stands at the office that is this guest's."""
        return self.talk is not None and self.phase in WITH_AN_ORDER

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.talk.uses if self.talk is not None else ()

    def knows(self, barcode: str) -> bool:
        """Whether a voucher is kept for the next order."""
        return barcode in {one.barcode for one in self._kept()}

    def forget_remark(self) -> None:
        """Staff have gone on: what was to be confirmed, or read, is over."""
        self.confirmation, self.remark, self.good_for = None, None, ()

    def unhold(self) -> None:
        """What is held is not for the vouchers as they are now."""
        self.holding, self.ask, self.asked_about = None, None, ""

    def told(self, at: datetime, lane: str, turn: int, *, is_open: bool) -> AtCounter:
        """Where it stands."""
        talk = self.talk
        return AtCounter(
            at,
            lane,
            is_open,
            self.phase,
            turn,
            self.doing,
            showtime=talk.showtime if talk else None,
            is_allocated=talk.is_allocated if talk else False,
            vouchers=tuple(VoucherOnOrder(use.voucher, use.tickets, use.offers, use.picked) for use in self.uses),
            waiting=tuple(masked_voucher(one.barcode) for one in self._kept()),
            holding=self.holding,
            expires_at=talk.conversation.expires_at if talk and self.has_order else None,
            surcharge=talk.surcharge if talk else Surcharge.SEND_TO_TILL,
            ask=self.ask,
            asked_about=self.asked_about,
            confirmation=self.confirmation,
            remark=self.remark,
            good_for=self.good_for,
            ticketed=self.ticketed,
            closing=self.closing,
            doubt=self.doubt,
        )

    def _kept(self) -> list[Waiting]:
        """What the next order will be given: all of an order that has ended, and what never was on one."""
        if self.talk is None or self.phase not in (Phase.STUCK, Phase.ENDED):
            return self.waiting
        return [*self.talk.basket.everything, *self.waiting]
