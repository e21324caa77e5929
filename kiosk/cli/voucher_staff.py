"""Questions that staff answer at a terminal while a guest waits. On standard error: standard output is for results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from kiosk.cli.voucher_words import safe
from kiosk.domain.cinema import TicketPrice
from kiosk.domain.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Staff:
    """Without a terminal, or at the end of its input, nobody can be asked: every answer is the one that does least.

    Ctrl-C at any question raises KeyboardInterrupt.
    """

    is_there: bool

    @classmethod
    def at_this_terminal(cls) -> Staff:
        return cls(sys.stdin.isatty())

    def pin(self, label: str, *, again: bool) -> Secret:
        """A voucher's PIN, typed unseen; empty: leave the voucher out."""
        question = f"{'Another PIN of' if again else 'If there is one, the PIN of'} {label} (Enter: leave it out)"
        typed = self._answer(
            lambda: click.prompt(question, default="", hide_input=True, show_default=False, err=True), ""
        )
        return Secret(typed.strip())

    def tickets(self, label: str, most: int) -> int:
        """For how many tickets a voucher is to be used."""
        question = f"{label} is good for up to {most} tickets. How many"
        return self._answer(
            lambda: int(click.prompt(question, type=click.IntRange(1, most), default=most, err=True)), most
        )

    def price(self, label: str, offers: Sequence[TicketPrice]) -> str:
        """One of several ticket types; empty: none."""

        def ask() -> str:
            click.echo(f"{label} fits several prices:", err=True)
            for number, offer in enumerate(offers, start=1):
                click.echo(f"  {number}  {safe(offer.name) or offer.ticket_type_id}  {offer.price}", err=True)
            picked = click.prompt("Which", type=click.IntRange(1, len(offers)), err=True)
            return offers[picked - 1].ticket_type_id

        return self._answer(ask, "")

    def seats(self, count: int) -> tuple[str, ...]:
        """Seats picked on a plan that was shown; none: give up."""
        question = f"{count} {'seat, like C5' if count == 1 else 'seats, like C5,C6'} (Enter: none)"
        return self._answer(lambda: seats_in(click.prompt(question, default="", show_default=False, err=True)), ())

    def says_yes(self, question: str) -> bool:
        return self._answer(lambda: click.confirm(question, default=False, err=True), False)

    def _answer(self, ask: Callable[[], T], otherwise: T) -> T:
        if not self.is_there:
            return otherwise
        try:
            return ask()
        except click.Abort as ended:  # click's one word for Ctrl-C and for the end of input
            if isinstance(ended.__context__, KeyboardInterrupt):
                raise KeyboardInterrupt from None
            click.echo(err=True)
            return otherwise


def seats_in(text: str) -> tuple[str, ...]:
    """The seats of `C5,C6` or `C5 C6`."""
    return tuple(text.replace(",", " ").split())
