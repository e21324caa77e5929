"""One guest served at the command line: what is done in which order, and what is asked of staff on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from kiosk.cli.status import Exit
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_taking import MOST_TRIES, Taking, Wish
from kiosk.cli.voucher_words import confirm_line, due_line, plan_lines, safe, seats_line
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
    Ended,
    Holding,
    MoneyDue,
    Over,
    Seating,
    Surcharge,
    WrongSeats,
)
from kiosk.domain.voucher import Why

T = TypeVar("T")

SLOW_S = 4.0
"""A completion that takes longer is spoken of."""

BRIEFLY = timedelta(seconds=2)
"""For what was cut off just now: whoever has pressed Ctrl-C does not want to wait."""


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
    is_cut_off: bool = False
    """By Ctrl-C, perhaps while a request was on its way."""

    def serve(self) -> tuple[str, ...]:
        """From the barcodes to the ticket, as lines; none without one. Whatever ends it early, the order is deleted."""
        try:
            return self._ticket()
        except KeyboardInterrupt:
            self.is_cut_off = True
            raise
        finally:
            self._leave()

    def _ticket(self) -> tuple[str, ...]:
        showtime = self._showtime()
        if showtime is None or not self._begin(showtime):
            return ()
        picks = self.wish.plan and self._talk.is_allocated
        seats = self._pick_seats() if picks else self.wish.seats
        while seats or not picks:
            if self._hold(seats):
                ticket = self._redeem()
                if ticket:
                    return ticket
            if not self._starts_again():
                break
            seats = self._seats_before
        return ()

    # ── the steps ───────────────────────────────────────────────────────────────────────────────────

    def _showtime(self) -> Showtime | None:
        found = self.run(self.desk.whats_on.find_showtime(self.wish.showtime))
        match found:
            case Showtime():
                return found
            case None:
                self.report.say(
                    f"No showtime {safe(self.wish.showtime)} within a week: `kiosk voucher showtimes` lists them.",
                    Exit.REFUSED,
                )
            case _:
                self.report.trouble(found)
        return None

    def _begin(self, showtime: Showtime) -> bool:
        taking = Taking(self.run, self.desk, self.wish, self.staff, self.report)
        vouchers = taking.vouchers()
        if not vouchers:
            return False
        talk = self.run(self.desk.begin(showtime, lane=self.lane))
        if not isinstance(talk, Talk):
            self.report.trouble(talk)
            return False
        self.talk = talk
        if not taking.put_on(talk, vouchers):
            if not talk.uses and talk.over is None:  # what became of each voucher has been told
                self.report.over(self.run(talk.give_up()))
            return False
        return True

    def _hold(self, seats: tuple[str, ...]) -> bool:
        tries = 0
        while tries < MOST_TRIES:
            result = self.run(self._talk.hold(seats))
            match result:
                case Holding():
                    self.holding = result
                    return True
                case ChoosePrice():
                    if not self._choose_price(result):
                        return False
                case ChooseSeats() | WrongSeats():
                    tries += 1
                    self.report.say(seats_line(result))
                    seats = self._pick_seats()
                    if not seats:
                        return False
                case _:
                    self.report.trouble(result)
                    return False
        self.report.status = max(self.report.status, Exit.REFUSED)
        return False

    def _choose_price(self, choice: ChoosePrice) -> bool:
        """One answer for all vouchers that fit the same prices."""
        alike = [use for use in self._talk.uses if use.offers == choice.offers and use.price is None]
        masked = ", ".join(use.voucher.masked for use in alike)
        picked = self.staff.price(masked, choice.offers)
        if not picked:
            ids = ", ".join(f"{offer.ticket_type_id} ({safe(offer.name)})" for offer in choice.offers)
            self.report.say(f"Several prices fit {masked}: name one with --price: {ids}.", Exit.REFUSED)
            return False
        for use in alike:
            self._talk.use(use.voucher.id, price=picked)
        return True

    def _pick_seats(self) -> tuple[str, ...]:
        seating = self.run(self._talk.seating())
        if not isinstance(seating, Seating):
            self.report.trouble(seating)
            return ()
        for line in plan_lines(seating):
            self.report.say(line)
        picked = self.staff.seats(sum(use.tickets for use in self._talk.uses))
        if not picked:
            advice = "" if self.staff.is_there else " Name free ones with --seats."
            self.report.say(f"No seats were chosen.{advice}", Exit.REFUSED)
        return picked

    def _redeem(self) -> tuple[str, ...]:
        shown = self._to_confirm()
        if shown is None:
            return ()
        question = confirm_line(shown)
        until = self._talk.conversation.expires_at
        held = f" Held until {until.astimezone():%H:%M:%S}." if until else ""
        if not self.wish.yes and not self.staff.says_yes(question + held):
            self.report.status = max(self.report.status, Exit.REFUSED)
            return ()
        result = self.run(self._waited_for(self._talk.complete(shown)))
        match result:
            case Done():
                return self.report.ticket(self._talk, result)
            case Changed():
                self.report.say("The order has changed meanwhile: try again.", Exit.REFUSED)
            case _:
                self.report.trouble(result)
        return ()

    async def _waited_for(self, completing: Awaitable[T]) -> T:
        """An office may take as long as the order lives: a guest waits, and staff must know for what."""
        line = "The office has not said yet how it ended: wait. After Ctrl-C `kiosk voucher resume` asks again."
        slow = asyncio.get_running_loop().call_later(SLOW_S, self.report.say, line)
        try:
            return await completing
        finally:
            slow.cancel()

    def _to_confirm(self) -> Confirmation | None:
        for _ in range(MOST_TRIES):
            shown = self.run(self._talk.to_confirm())
            match shown:
                case Confirmation():
                    return shown
                case Changed():
                    if not self._hold(self._seats_before):
                        return None
                case MoneyDue():
                    if not self._settle_due(shown):
                        return None
                case _:
                    self.report.trouble(shown)
                    return None
        self.report.say("The order does not keep still: try again.", Exit.REFUSED)
        return None

    def _settle_due(self, money: MoneyDue) -> bool:
        """Whether it can go on: booked unpaid, by configuration."""
        at_till = money.surcharge is Surcharge.SEND_TO_TILL or money.due is None
        self.report.say(due_line(money, at_till=at_till), Exit.REFUSED if at_till else Exit.DONE)
        if not at_till:
            return self._again(mode=BookingMode.UNPAID) and self._hold(self._seats_before)
        self.report.over(self.run(self._talk.give_up(Why.SEND_TO_TILL)))
        return False

    # ── once more, and the end ──────────────────────────────────────────────────────────────────────

    def _starts_again(self) -> bool:
        """The order's time had run out, and staff want another one with the same vouchers."""
        over = self._talk.over
        is_over_time = isinstance(over, Ended) and over.why is Why.EXPIRED
        return is_over_time and self.staff.says_yes("Start again with the same vouchers?") and self._again()

    def _again(self, mode: BookingMode = BookingMode.PAID) -> bool:
        again = self.run(self.desk.start_again(self._talk, mode=mode))
        if not isinstance(again, StartedAgain):
            self.report.trouble(again)
            return False
        self.talk = again.talk
        self.report.starts_again()
        if not all(isinstance(result, Added) for result in again.vouchers):
            self.report.say("A voucher is not taken again.", Exit.REFUSED)
            return False
        return True

    @property
    def _seats_before(self) -> tuple[str, ...]:
        return self.holding.seats if self.holding and self._talk.is_allocated else ()

    def _leave(self) -> None:
        """Delete what was not to be completed, and let one more Ctrl-C pass while doing so."""
        try:
            self._end()
        except KeyboardInterrupt:
            self.is_cut_off = True
            self._end()
            raise

    def _end(self) -> None:
        """What was cut off is looked at once more."""
        if self.talk is None:
            if self.is_cut_off:  # an order may have been opened just then
                self.run(self.desk.resume(BRIEFLY))
            return
        over: Over = self.talk.over or self.run(self.talk.give_up())
        conversation = self.talk.conversation
        if self.is_cut_off:
            for resumed in self.run(self.desk.resume(BRIEFLY)):
                if resumed.conversation.id == conversation.id:
                    over, conversation = resumed.result, resumed.conversation
        self.report.ended(conversation, over, self.holding)

    @property
    def _talk(self) -> Talk:
        if self.talk is None:
            raise TransitionError("no order was begun")
        return self.talk
