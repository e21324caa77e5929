"""Questions that staff answer at a terminal while a guest waits. On standard error: standard output is for results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from kiosk.cli.voucher_words import plan_lines, safe
from kiosk.domain.cinema import TicketPrice
from kiosk.domain.redeeming import Seating
from kiosk.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Staff:
    """Without a terminal nobody can be asked, and every answer is empty."""

    is_there: bool

    @classmethod
    def at_this_terminal(cls) -> Staff:
        return cls(sys.stdin.isatty())

    def pin(self, masked: str) -> Secret:
        """A voucher's PIN, typed unseen; empty: leave the voucher out."""
        if not self.is_there:
            return Secret()
        typed = click.prompt(
            f"The PIN of {masked} (empty: leave it out)", default="", hide_input=True, show_default=False, err=True
        )
        return Secret(typed.strip())

    def tickets(self, masked: str, most: int) -> int:
        """For how many tickets a voucher is to be used."""
        if not self.is_there:
            return most
        question = f"{masked} is good for up to {most} tickets. How many"
        return int(click.prompt(question, type=click.IntRange(1, most), default=most, err=True))

    def price(self, masked: str, offers: Sequence[TicketPrice]) -> str:
        """One of several ticket types; empty: none."""
        if not self.is_there:
            return ""
        click.echo(f"{masked} fits several prices:", err=True)
        for number, offer in enumerate(offers, start=1):
            click.echo(f"  {number}  {safe(offer.name) or offer.ticket_type_id}  {offer.price}", err=True)
        picked = click.prompt("Which", type=click.IntRange(1, len(offers)), err=True)
        return offers[picked - 1].ticket_type_id

    def seats(self, seating: Seating, count: int) -> tuple[str, ...]:
        """Seats picked on the plan; none: give up."""
        if not self.is_there:
            return ()
        for line in plan_lines(seating):
            click.echo(line, err=True)
        return seats_in(
            click.prompt(f"{count} seats, like C5,C6 (empty: none)", default="", show_default=False, err=True)
        )

    def says_yes(self, question: str) -> bool:
        return self.is_there and click.confirm(question, default=False, err=True)


def seats_in(text: str) -> tuple[str, ...]:
    """The seats of `C5,C6` or `C5 C6`."""
    return tuple(text.replace(",", " ").split())
