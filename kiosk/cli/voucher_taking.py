"""Taking in a guest's vouchers at the command line: tickets told apart, PINs asked for, each put on the order."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk.cli.status import Exit
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_words import found_line, refused_line, safe, when
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
    tickets: int | None = None
    price: str = ""
    yes: bool = False

    def pin_of(self, place: int) -> Secret:
        return self.pins[place] if place < len(self.pins) else Secret()


@dataclass
class Taking:
    """`run` drives the desk: between its calls staff may take their time."""

    run: Callable[[Coroutine[Any, Any, T]], T]
    desk: VoucherDesk
    wish: Wish
    staff: Staff
    report: Report

    def without_tickets(self) -> list[tuple[str, Secret]]:
        """The barcodes that may be vouchers, with their PINs."""
        return [
            (code, self.wish.pin_of(place))
            for place, code in enumerate(self.wish.barcodes)
            if not self._is_ticket(code)
        ]

    def put_on(self, talk: Talk, vouchers: list[tuple[str, Secret]]) -> bool:
        """Whether any is on the order, and the order can go on."""
        return all(self._add(talk, code, pin) for code, pin in vouchers) and bool(talk.uses)

    def _is_ticket(self, code: str) -> bool:
        """A ticket scanned in place of a voucher: told with its seats, and left out."""
        kind = kind_of(code, self.desk.rules.code_pattern)
        if kind not in (CodeKind.TICKET, CodeKind.MAYBE_TICKET):
            return False
        found = self.run(self.desk.whats_on.seats_of(code))
        masked = masked_voucher(code)
        if isinstance(found, FoundSeats):
            self.report.say(found_line(masked, found), Exit.REFUSED)
            self.report.voucher(masked, "ticket")
            return True
        if kind is CodeKind.TICKET:
            self.report.say(f"{masked} looks like a ticket, and the office knows none like it.", Exit.REFUSED)
            self.report.voucher(masked, "unknown_ticket")
            return True
        return False

    def _add(self, talk: Talk, code: str, pin: Secret) -> bool:
        """Whether the order can go on, with this voucher or without it."""
        result = self.run(talk.add(code, pin))
        for _ in range(MOST_TRIES):
            if not isinstance(result, NotAdded):
                break
            self.report.say(refused_line(result.masked, result.title, result.detail, result.earlier))
            typed = self.staff.pin(result.masked)
            if not typed:
                break
            result = self.run(talk.add(code, typed))
        return self._judge(talk, masked_voucher(code), result)

    def _judge(self, talk: Talk, masked: str, result: AddResult) -> bool:
        match result:
            case Added():
                self.report.voucher(
                    masked, "added", type_code=result.voucher.type_code, type_name=result.voucher.type_name
                )
                self._use(talk, result)
            case AlreadyIn():
                self.report.say(f"{masked} is named twice: it is used once.")
            case NotAdded():
                self.report.status = max(self.report.status, Exit.REFUSED)
                self.report.voucher(masked, "refused", title=result.title, detail=result.detail)
            case NotForThisShowtime():
                name = safe(result.voucher.type_name) or safe(result.voucher.type_code)
                self.report.say(f"{masked} ({name}) is not for this showtime.", Exit.REFUSED)
                self.report.voucher(masked, "not_for_this_showtime", type_code=result.voucher.type_code)
                self._tell_good_for(talk, result.voucher.type_code)
            case NoAnswer():
                self.report.trouble(result)
                self.report.voucher(masked, "no_answer")
            case _:
                self.report.trouble(result)
                self.report.voucher(masked, "no_answer")
                return False
        return True

    def _use(self, talk: Talk, added: Added) -> None:
        """For how many tickets, and at which price, where that was said or can be asked."""
        voucher = added.voucher
        tickets = voucher.redemptions
        if self.wish.tickets is not None:
            tickets = min(tickets, self.wish.tickets)
        elif tickets > 1 and not self.wish.yes:
            tickets = self.staff.tickets(voucher.masked, tickets)
        fits = self.wish.price in {offer.ticket_type_id for offer in added.offers}
        talk.use(voucher.id, tickets=tickets, price=self.wish.price if fits else None)

    def _tell_good_for(self, talk: Talk, type_code: str) -> None:
        if not self.staff.says_yes("Look for showtimes of that day that it is good for?"):
            return
        programme = self.run(self.desk.whats_on.showtimes(talk.showtime.business_date or "first"))
        if not isinstance(programme, Programme):
            self.report.trouble(programme)
            return
        good = self.run(self.desk.whats_on.good_for(type_code, programme.showtimes))
        for showtime in good:
            self.report.say(f"  {when(showtime.starts_at)}  {safe(showtime.film)}  {showtime.id}")
        if not good:
            self.report.say("  None.")
