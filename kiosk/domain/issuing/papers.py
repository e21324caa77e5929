"""The papers of a job: all that is to be sent, kept from its beginning to its report so that it can be resumed.

They hold what the record must not: recipients, contacts, addresses. The record holds their digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from kiosk.domain.issuing.faults import Faults
from kiosk.domain.issuing.reading import Table, read_client, read_distribution, read_order
from kiosk.domain.issuing.wanted import Channel, Kind, Recipient, Wanted


@dataclass(frozen=True, slots=True)
class Papers:
    """What somebody has asked for, as it came; `read` judges it, the first time and every time it is resumed."""

    kind: Kind
    table: Table = field(repr=False)
    currency: str
    recipients: tuple[Recipient, ...] = ()
    per_request: int = 1

    def read(self) -> Wanted | Faults:
        match self.kind:
            case Kind.CLIENT:
                return read_client(self.table)
            case Kind.ORDER:
                return read_order(self.table, self.currency)
            case Kind.EMAIL | Kind.MOBILE:
                return read_distribution(self.table, Channel(self.kind.value), self.recipients)
            case _:
                assert_never(self.kind)


def to_bytes(papers: Papers, salt: str) -> bytes:
    """JSON in ASCII. `salt`: random, so that nobody can find out from the digest what the papers held."""
    told = {
        "salt": salt,
        "kind": papers.kind.value,
        "currency": papers.currency,
        "per_request": papers.per_request,
        "table": papers.table,
        "recipients": [[one.line, one.address, one.name] for one in papers.recipients],
    }
    return json.dumps(told, separators=(",", ":"), default=str).encode("ascii")


def from_bytes(stored: bytes) -> Papers:
    """Raises ValueError, KeyError or TypeError where these are no papers of ours."""
    told = json.loads(stored)
    table = told["table"]
    if not isinstance(table, Mapping):
        raise TypeError("a table is an object")
    return Papers(
        Kind(told["kind"]),
        table,
        told["currency"],
        tuple(Recipient(int(line), str(address), str(name)) for line, address, name in told["recipients"]),
        int(told["per_request"]),
    )
