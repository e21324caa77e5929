"""One guest served at the command line: what is done in which order, and what is asked of staff on the way."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kiosk.cli.status import Exit
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_taking import MOST_TRIES, Taking, Wish
from kiosk.cli.voucher_words import (
    confirm_line,
    due_line,
    safe,
    seats_line,
)
from kiosk.desks.vouchers import StartedAgain, Talk, VoucherDesk
from kiosk.domain.cinema import BookingMode, Showtime
from kiosk.domain.errors import TransitionError
from kiosk.domain.redeeming import (
    Added,
    Changed,
    ChoosePrice,
    ChooseSeats,
    Confirmation,
    Done,
    Holding,
    MoneyDue,
    Seating,
    Surcharge,
    WrongSeats,
)
from kiosk.domain.voucher import Why

T = TypeVar("T")


@dataclass
class Clerk:
    """Serves one guest. `run` drives the desk: between its calls staff may take their time."""

    run: Callable[[Coroutine[Any, Any, T]], T]
    desk: VoucherDesk
    wish: Wish
    staff: Staff
    lane: str
    report: Report = field(default_factory=Report)
    talk: Talk | None = None
    holding: Holding | None = None

    def serve(self) -> tuple[str, ...]:
        """From the barcodes to the ticket, as lines; none without one. Whatever ends it early, the order is deleted."""
        try:
            showtime = self._showtime()
            if showtime is not None and self._begin(showtime) and self._hold():
                return self._redeem()
            return ()
        finally:
            self._leave()

    # ── the steps ───────────────────────────────────────────────────────────────────────────────────

    def _showtime(self) -> Showtime | None:
        found = self.run(self.desk.whats_on.find_showtime(self.wish.showtime))
        match found:
            case Showtime():
                return found
            case None:
                self.report.say(f"No showtime {safe(self.wish.showtime)} within a week.", Exit.REFUSED)
            case _:
                self.report.trouble(found)
        return None

    def _begin(self, showtime: Showtime) -> bool:
        taking = Taking(self.run, self.desk, self.wish, self.staff, self.report)
        vouchers = taking.without_tickets()
        if not vouchers:
            return False
        talk = self.run(self.desk.begin(showtime, lane=self.lane))
        if not isinstance(talk, Talk):
            self.report.trouble(talk)
            return False
        self.talk = talk
        return taking.put_on(talk, vouchers)

    def _hold(self, seats: tuple[str, ...] | None = None) -> bool:
        seats = self.wish.seats if seats is None else seats
        for _ in range(MOST_TRIES):
            result = self.run(self._talk.hold(seats))
            match result:
                case Holding():
                    self.holding = result
                    return True
                case ChoosePrice():
                    if not self._choose_price(result):
                        return False
                case ChooseSeats():
                    self.report.say("The office does not choose seats by itself here.")
                    seats = self._pick_seats()
                case WrongSeats():
                    self.report.say(seats_line(result))
                    seats = self._pick_seats()
                case _:
                    self.report.trouble(result)
                    return False
            if isinstance(result, ChooseSeats | WrongSeats) and not seats:
                return False
        self.report.say("Nothing was redeemed.", Exit.REFUSED)
        return False

    def _choose_price(self, choice: ChoosePrice) -> bool:
        picked = self.staff.price(choice.voucher.masked, choice.offers)
        if picked:
            self._talk.use(choice.voucher.id, price=picked)
            return True
        ids = ", ".join(f"{offer.ticket_type_id} ({safe(offer.name)})" for offer in choice.offers)
        self.report.say(f"Several prices fit {choice.voucher.masked}: name one with --price: {ids}.", Exit.REFUSED)
        return False

    def _pick_seats(self) -> tuple[str, ...]:
        seating = self.run(self._talk.seating())
        if not isinstance(seating, Seating):
            self.report.trouble(seating)
            return ()
        picked = self.staff.seats(seating, sum(use.tickets for use in self._talk.uses))
        if not picked:
            self.report.say("Name free seats with --seats.", Exit.REFUSED)
        return picked

    def _redeem(self) -> tuple[str, ...]:
        shown = self._to_confirm()
        if shown is None:
            return ()
        question = confirm_line(shown)
        until = self._talk.conversation.expires_at
        held = f" Held until {until.astimezone():%H:%M:%S}." if until else ""
        if not self.wish.yes and not self.staff.says_yes(question + held):
            self.report.say("Nothing was redeemed.", Exit.REFUSED)
            return ()
        result = self.run(self._talk.complete(shown))
        match result:
            case Done():
                return self.report.ticket(self._talk, result)
            case Changed():
                self.report.say("The order has changed meanwhile: nothing was redeemed. Try again.", Exit.REFUSED)
            case _:
                self.report.trouble(result)
        return ()

    def _to_confirm(self) -> Confirmation | None:
        for _ in range(MOST_TRIES):
            shown = self.run(self._talk.to_confirm())
            match shown:
                case Confirmation():
                    return shown
                case Changed():
                    if not self._hold():
                        return None
                case MoneyDue():
                    if not self._settle_due(shown):
                        return None
                case _:
                    self.report.trouble(shown)
                    return None
        self.report.say("The order does not keep still: nothing was redeemed. Try again.", Exit.REFUSED)
        return None

    def _settle_due(self, money: MoneyDue) -> bool:
        """Whether it can go on: booked unpaid, by configuration."""
        at_till = money.surcharge is Surcharge.SEND_TO_TILL or money.due is None
        self.report.say(due_line(money, at_till=at_till), Exit.REFUSED if at_till else Exit.DONE)
        if at_till:
            self.run(self._talk.give_up(Why.SEND_TO_TILL))
            return False
        again = self.run(self.desk.start_again(self._talk, mode=BookingMode.UNPAID))
        if not isinstance(again, StartedAgain):
            self.report.trouble(again)
            return False
        self.talk = again.talk
        for result in again.vouchers:
            if not isinstance(result, Added):
                self.report.say("A voucher is not taken again: nothing was redeemed.", Exit.REFUSED)
                return False
        return self._hold(self.holding.seats if self.holding and self._talk.is_allocated else ())

    def _leave(self) -> None:
        """Delete what was not to be completed."""
        if self.talk is not None:
            over = self.talk.over or self.run(self.talk.give_up())
            self.report.ended(self.talk, over, self.holding)

    @property
    def _talk(self) -> Talk:
        if self.talk is None:
            raise TransitionError("no order was begun")
        return self.talk
