"""What one run of `kiosk voucher redeem` comes to: lines for staff, one JSON object for programs, an exit status."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import click

from kiosk.cli.status import Exit
from kiosk.cli.voucher_lines import amount, conversation_json, outcome, reason
from kiosk.cli.voucher_words import safe, ticket_line, trouble_line, when
from kiosk.desks.vouchers import Talk
from kiosk.domain.redeeming import Done, Ended, Holding, NoAnswer, OfficeSays, Over, Unclear, Unsure
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Conversation, Why

_UNREACHED = (Doubt.OFFLINE, Doubt.NO_ANSWER)


@dataclass
class Report:
    """`status` is the worst that has happened."""

    status: int = Exit.DONE
    vouchers: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=lambda: {"outcome": "refused", "reason": None})
    _told: Over | None = None
    """The end that staff have been told."""

    def say(self, line: str, status: int = Exit.DONE) -> None:
        """A line for staff, on standard error."""
        click.echo(line, err=True)
        self.status = max(self.status, status)

    def trouble(self, trouble: OfficeSays | NoAnswer | Unsure | Over) -> None:
        """Why it does not go on."""
        if isinstance(trouble, Done | Unclear | Ended):
            self._told = trouble
        unreached = (
            (isinstance(trouble, NoAnswer | Unsure) and trouble.doubt in _UNREACHED)
            or isinstance(trouble, Unclear)
            or (isinstance(trouble, Ended) and (trouble.why is Why.NOT_ARRIVED or not trouble.is_gone))
        )
        self.say(trouble_line(trouble), Exit.UNREACHED if unreached else Exit.REFUSED)

    def voucher(self, place: int, masked: str, outcome: str, **more: str) -> None:
        """What became of one barcode."""
        self.vouchers.append({"place": place, "voucher": masked, "outcome": outcome, **more})

    def over(self, over: Over) -> None:
        """An end for a reason that staff have been told; an order that is still there is said all the same."""
        if isinstance(over, Ended) and over.is_gone:
            self._told = over

    def starts_again(self) -> None:
        """The trouble that was told is over."""
        self.status, self._told = Exit.DONE, None

    def ended(self, conversation: Conversation, over: Over, holding: Holding | None) -> None:
        """How the order has ended."""
        if over != self._told:
            self.trouble(over)
        self.result = {
            "outcome": outcome(over),
            "reason": reason(over),
            **conversation_json(conversation),
            "due": amount(holding.due) if holding else None,
            "tax": amount(holding.tax) if holding else None,
            "currency": holding.due.currency if holding and holding.due else None,
        }

    def ticket(self, talk: Talk, done: Done) -> tuple[str, ...]:
        """The ticket, for people."""
        self._told = done
        showtime = talk.showtime
        where = (safe(showtime.film), when(showtime.starts_at), safe(showtime.screen))
        return " · ".join(part for part in where if part), ticket_line(done.conversation, done.order)

    def as_json(self) -> dict[str, Any]:
        vouchers = sorted(self.vouchers, key=lambda one: int(one["place"]))
        return {"event": "voucher", **self.result, "vouchers": vouchers}
