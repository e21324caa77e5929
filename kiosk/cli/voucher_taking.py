"""Taking in a guest's vouchers at the command line: tickets told apart, PINs asked for, each put on the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk.cli.status import Exit
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_words import found_line, left_out_line, refused_line, safe, when
from kiosk.desks.vouchers import Talk, VoucherDesk
from kiosk.domain.cinema import FoundSeats, Programme
from kiosk.domain.redeeming import (
    Added,
    AddResult,
    AlreadyIn,
    CodeKind,
    NoAnswer,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    kind_of,
    masked_voucher,
)
from kiosk.domain.secret import Secret

T = TypeVar("T")

MOST_TRIES = 3
"""How often staff are asked for one thing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for. `seats` and `pins` may be empty, `tickets` None: as many as may be."""

    barcodes: tuple[str, ...]
    showtime: str
    pins: tuple[Secret, ...] = ()
    seats: tuple[str, ...] = ()
    plan: bool = False
    """Seats are to be picked on the plan, also where the office would choose some."""
    tickets: int | None = None
    price: str = ""
    yes: bool = False

    @property
    def scanned(self) -> list[Scanned]:
        """The vouchers as they are spoken of: by their ends, with their places where those are the same."""
        ends = [masked_voucher(code) for code in self.barcodes]
        several = {end for end, count in Counter(ends).items() if count > 1}
        return [
            Scanned(
                place,
                code,
                f"Voucher {place} ({end})" if end in several else end,
                self.pins[place - 1] if place <= len(self.pins) else Secret(),
            )
            for place, (code, end) in enumerate(zip(self.barcodes, ends, strict=True), start=1)
        ]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A barcode, its place on the command line from 1, and how it is called without being shown whole."""

    place: int
    code: str
    label: str
    pin: Secret


@dataclass
class Taking:
    """`run` drives the desk: between its calls staff may take their time."""

    run: Callable[[Coroutine[Any, Any, T]], T]
    desk: VoucherDesk
    wish: Wish
    staff: Staff
    report: Report

    def vouchers(self) -> list[Scanned]:
        """The barcodes that may be vouchers: what became of the others has been told."""
        return [one for one in self.wish.scanned if self._may_be_voucher(one)]

    def put_on(self, talk: Talk, vouchers: list[Scanned]) -> bool:
        """Whether any is on the order, and the order can go on."""
        return all(self._add(talk, one) for one in vouchers) and bool(talk.uses)

    def _may_be_voucher(self, one: Scanned) -> bool:
        kind = kind_of(one.code, self.desk.rules.code_pattern)
        if kind is CodeKind.VOUCHER:
            return True
        looked_up = kind in (CodeKind.TICKET, CodeKind.MAYBE_TICKET)
        found = self.run(self.desk.whats_on.seats_of(one.code)) if looked_up else None
        if isinstance(found, FoundSeats):
            self.report.say(found_line(one.label, found), Exit.REFUSED)
            self._note(one, "ticket", booking_id=found.booking_id)
        elif isinstance(found, OfficeSays | NoAnswer):
            self.report.trouble(found)
            self._note(one, "no_answer")
        elif kind is CodeKind.TICKET:
            said = f"{one.label} looks like a ticket, and the office knows none like it: send the guest to the till."
            self.report.say(said, Exit.REFUSED)
            self._note(one, "unknown_ticket")
        else:
            said = f"{one.label} does not look like a voucher: `vista.vouchers.code_pattern` says how they look."
            self.report.say(said, Exit.REFUSED)
            self._note(one, "not_a_voucher")
        return False

    def _add(self, talk: Talk, one: Scanned) -> bool:
        """Whether the order can go on, with this voucher or without it."""
        result = self.run(talk.add(one.code, one.pin))
        for _ in range(MOST_TRIES):
            if not isinstance(result, NotAdded):
                break
            self.report.say(refused_line(one.label, result.title, result.detail, result.earlier))
            if result.earlier is not None and result.earlier.is_sure:
                break
            typed = self.staff.pin(one.label, again=result.pin_sent)
            if not typed:
                break
            result = self.run(talk.add(one.code, typed))
        return self._judge(talk, one, result)

    def _judge(self, talk: Talk, one: Scanned, result: AddResult) -> bool:
        match result:
            case Added():
                self._note(one, "added", type_code=result.voucher.type_code, type_name=result.voucher.type_name)
                self._use(talk, one, result)
            case AlreadyIn():
                self.report.say(f"{one.label} is named twice: it is used once.")
                self._note(one, "named_twice")
            case NotAdded():
                may_have_pin = not self.staff.is_there and not result.pin_sent
                self.report.say(left_out_line(one.label, may_have_pin=may_have_pin), Exit.REFUSED)
                self._note(one, "refused", title=result.title, detail=result.detail)
            case NotForThisShowtime():
                name = safe(result.voucher.type_name) or safe(result.voucher.type_code)
                self.report.say(f"{one.label} ({name}) is not for this showtime, and is left out.", Exit.REFUSED)
                self._note(one, "not_for_this_showtime", type_code=result.voucher.type_code)
                self._tell_good_for(talk, result.voucher.type_code)
            case _:
                self.report.trouble(result)
                self._note(one, "no_answer")
                return isinstance(result, NoAnswer)
        return True

    def _note(self, one: Scanned, outcome: str, **more: str) -> None:
        self.report.voucher(one.place, masked_voucher(one.code), outcome, **more)

    def _use(self, talk: Talk, one: Scanned, added: Added) -> None:
        """For how many tickets, and at which price, where that was said or can be asked."""
        voucher = added.voucher
        tickets = voucher.redemptions
        if self.wish.tickets is not None:
            tickets = min(tickets, self.wish.tickets)
        elif tickets > 1 and not self.wish.yes:
            tickets = self.staff.tickets(one.label, tickets)
        fits = self.wish.price in {offer.ticket_type_id for offer in added.offers}
        talk.use(voucher.id, tickets=tickets, price=self.wish.price if fits else None)

    def _tell_good_for(self, talk: Talk, type_code: str) -> None:
        """Only when wanted: it costs the office a request for each showtime of the day."""
        day = talk.showtime.business_date
        if not self.staff.is_there:
            date = f" --date {day}" if day else ""
            self.report.say(f"`kiosk voucher showtimes --for {safe(type_code)}{date}` lists those that it is good for.")
            return
        if not self.staff.says_yes("Look for showtimes of that day that it is good for?"):
            return
        programme = self.run(self.desk.whats_on.showtimes(day or "first"))
        if not isinstance(programme, Programme):
            self.report.trouble(programme)
            return
        good = self.run(self.desk.whats_on.good_for(type_code, programme.showtimes))
        for showtime in good:
            full = "  sold out" if showtime.is_sold_out else ""
            self.report.say(f"  {when(showtime.starts_at)}  {safe(showtime.film)}  {showtime.id}{full}")
        if not good:
            self.report.say("  None that day.")
