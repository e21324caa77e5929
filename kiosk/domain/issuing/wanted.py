"""What may be issued: a client, a client's order, a distribution to recipients. Values, checked by `reading`.

Names are the office's own. Contacts and recipients are personal: they never show themselves in a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.money import Money


class Kind(StrEnum):
    """What a job issues. `email` and `mobile` are distributions."""

    CLIENT = "client"
    ORDER = "order"
    EMAIL = "email"
    MOBILE = "mobile"


class Channel(StrEnum):
    """How recipients are reached; the values are those of their `Kind`."""

    EMAIL = "email"
    MOBILE = "mobile"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to speak to at a client. Any of it may be empty."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    fax: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Client:
    """A corporate customer; orders name it by its `code`."""

    code: str
    name: str
    contact: Contact = Contact()
    external_client_id: str = ""
    external_data: str = ""
    voucher_type_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many vouchers of one product. `expires_at` is aware; None: as the product says."""

    product_code: str
    quantity: int
    sale_price: Money
    redeem_price: Money
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClientOrder:
    """An order of a client: its vouchers are issued by it.

    The vendor's page elides the fields of `deliveryAddress`: they are sent as they are given, text for text.
    """

    client_code: str
    reference: str
    vouchers: tuple[OrderLine, ...]
    electronic: bool = True
    external_user_id: str = ""
    external_data: str = ""
    delivery_address: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """A distribution item: each recipient gets so many of this item of the client's order."""

    client_order_item_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """`line` is where they stand in the list: what is told of them where they must not be named."""

    line: int
    address: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Distribution:
    """`externallyDistributed` is not here: the vendor takes nothing but true."""

    channel: Channel
    reference: str
    items: tuple[Share, ...]
    recipients: tuple[Recipient, ...] = ()
    text: str = ""
    """`distributionData`: free text."""


Wanted: TypeAlias = Client | ClientOrder | Distribution


def kind_of(wanted: Wanted) -> Kind:
    match wanted:
        case Client():
            return Kind.CLIENT
        case ClientOrder():
            return Kind.ORDER
        case Distribution(channel=channel):
            return Kind(channel.value)


def items_of(wanted: Wanted) -> int:
    """How many tokens the office should answer one request with: one for each distribution item, else one."""
    return len(wanted.items) if isinstance(wanted, Distribution) else 1


def requests_of(wanted: Wanted, per_request: int) -> tuple[Wanted, ...]:
    """What one job sends, each with a reference of its own, so that the office can be searched for each.

    `per_request`: recipients in one request. A lost answer leaves all of a request's recipients in doubt, and one
    token stands for them all: with 1, everybody has a token of their own.
    """
    if not isinstance(wanted, Distribution):
        return (wanted,)
    everybody = wanted.recipients
    groups = [everybody[at : at + per_request] for at in range(0, len(everybody), per_request)]
    return tuple(
        Distribution(wanted.channel, numbered(wanted.reference, number), wanted.items, group, wanted.text)
        for number, group in enumerate(groups, 1)
    )


def numbered(reference: str, number: int) -> str:
    """The reference of one request of a distribution: `SPRING-0017`."""
    return f"{reference}-{number:04d}"
