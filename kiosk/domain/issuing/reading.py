"""From a mapping (a file's, or the command line's) to what is wanted, or to every fault in it at once.

Text goes to the office as it is given, within limits; what no form would hold (control and bidi characters) is refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from kiosk.domain.issuing.faults import Fault, Faults
from kiosk.domain.issuing.wanted import Channel, Client, ClientOrder, Contact, Distribution, OrderLine, Recipient, Share
from kiosk.domain.issuing.words import is_plain
from kiosk.domain.money import Money

LONGEST_CODE = 50
LONGEST_WORDS = 200
LONGEST_TEXT = 4000
"""Characters of a free text. [?] The vendor does not document its limits: these are ours."""
MOST_LINES = 200
MOST_QUANTITY = 1_000_000
MOST_PRICE = Decimal(1_000_000)

Table = Mapping[str, object]
T = TypeVar("T")


def read_client(table: Table) -> Client | Faults:
    """A client from `code`, `name`, `contact`, `external_client_id`, `external_data`, `voucher_type_codes`."""
    form = _Form(table, "")
    contact = form.table("contact")
    client = Client(
        code=form.text("code", LONGEST_CODE, needed=True),
        name=form.text("name", LONGEST_WORDS, needed=True),
        contact=Contact(*(contact.text(name, LONGEST_WORDS) for name in ("name", "email", "phone", "fax"))),
        external_client_id=form.text("external_client_id", LONGEST_WORDS),
        external_data=form.text("external_data", LONGEST_TEXT),
        voucher_type_codes=form.texts("voucher_type_codes"),
    )
    return form.faults_or(client)


def read_order(table: Table, currency: str) -> ClientOrder | Faults:
    """An order; amounts are in the configured `currency`, as whole numbers, decimals or texts, never rounded."""
    form = _Form(table, "")
    address = form.table("delivery_address")
    order = ClientOrder(
        client_code=form.text("client_code", LONGEST_CODE, needed=True),
        reference=form.text("reference", LONGEST_WORDS, needed=True),
        vouchers=tuple(_line(line, currency) for line in form.tables("vouchers", needed=True)),
        electronic=form.flag("electronic", default=True),
        external_user_id=form.text("external_user_id", LONGEST_WORDS),
        external_data=form.text("external_data", LONGEST_TEXT),
        delivery_address=tuple((name, address.text(name, LONGEST_WORDS)) for name in address.names),
    )
    return form.faults_or(order)


def read_distribution(table: Table, channel: Channel, recipients: Sequence[Recipient]) -> Distribution | Faults:
    """A distribution; its recipients are read before, by `recipients.read_recipients`."""
    form = _Form(table, "")
    shares = [
        Share(share.whole("client_order_item_id", needed=True), share.whole("quantity_per_recipient", needed=True))
        for share in form.tables("items", needed=True)
    ]
    if len({share.client_order_item_id for share in shares}) < len(shares):
        form.say("items", "one client order item stands there twice")
    distribution = Distribution(
        channel=channel,
        reference=form.text("reference", LONGEST_WORDS, needed=True),
        items=tuple(shares),
        recipients=tuple(recipients),
        text=form.text("distribution_data", LONGEST_TEXT),
    )
    return form.faults_or(distribution)


def _line(form: _Form, currency: str) -> OrderLine:
    return OrderLine(
        product_code=form.text("product_code", LONGEST_CODE, needed=True),
        quantity=form.whole("quantity", needed=True),
        sale_price=form.money("sale_price", currency),
        redeem_price=form.money("redeem_price", currency),
        expires_at=form.moment("expires_at"),
    )


class _Form:
    """A table being read: what is asked for is known, what is left over in the end is a fault."""

    def __init__(self, table: Table, at: str, faults: list[Fault] | None = None) -> None:
        self._table = table
        self._at = at
        self._known: list[str] = []
        self._faults: list[Fault] = [] if faults is None else faults
        self._parts: list[_Form] = []

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._table)

    def faults_or(self, read: T) -> T | Faults:
        self._tell_unknown()
        return Faults(tuple(self._faults)) if self._faults else read

    def say(self, name: str, what: str) -> None:
        self._faults.append(Fault(what, f"{self._at}{name}"))

    def text(self, name: str, longest: int, *, needed: bool = False) -> str:
        value = self._take(name)
        text = value.strip() if isinstance(value, str) else ""
        if value is not None and not isinstance(value, str):
            self.say(name, "must be a text")
        elif needed and not text:
            self.say(name, "is needed")
        elif len(text) > longest:
            self.say(name, f"is longer than {longest} characters")
        elif not is_plain(text, lines=longest == LONGEST_TEXT):
            self.say(name, "holds characters that cannot be read: control or format characters")
        return text

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            self.say(name, "must be a list of texts")
            return ()
        if len(value) > MOST_LINES:
            self.say(name, f"has more than {MOST_LINES} entries")
            return ()
        listed = _Form({f"{name}[{place}]": one for place, one in enumerate(value, 1)}, self._at, self._faults)
        return tuple(listed.text(one, LONGEST_CODE, needed=True) for one in listed.names)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._take(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.say(name, "must be true or false")
        return default

    def whole(self, name: str, *, needed: bool = False) -> int:
        """A whole number from 1 on."""
        value = self._take(name)
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) < 16:
            value = int(value)
        if value is None and not needed:
            return 1
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**53:
            self.say(name, "is needed" if value is None else "must be a whole number from 1 on")
            return 1
        if "quantity" in name and value > MOST_QUANTITY:
            self.say(name, f"is more than {MOST_QUANTITY}")
        return value

    def money(self, name: str, currency: str) -> Money:
        value = self._take(name)
        amount = _amount(value)
        money = Money(amount if amount is not None else Decimal(0), currency)
        if value is None:
            self.say(name, "is needed")
        elif amount is None or not 0 <= amount <= MOST_PRICE:
            self.say(name, f"must be an amount from 0 to {MOST_PRICE}, such as 12.34")
        elif money.rounded.amount != amount:
            self.say(name, f"has more decimals than {currency} has")
        else:
            return money.rounded
        return money

    def moment(self, name: str) -> datetime | None:
        """A day (its last second, UTC) or a time with an offset."""
        value = self._take(name)
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value) if len(value) == len("2026-11-30") else datetime.fromisoformat(value)
        match value:
            case None:
                return None
            case datetime() if value.tzinfo is not None:
                return value.astimezone(UTC)
            case datetime():
                self.say(name, "needs an offset: 2026-12-31T23:59:59+00:00")
            case date():
                return datetime.combine(value, time(23, 59, 59), UTC)
            case _:
                self.say(name, "is no date: write 2026-12-31")
        return None

    def table(self, name: str) -> _Form:
        value = self._take(name)
        if value is not None and not isinstance(value, Mapping):
            self.say(name, "must be a table")
        return self._part(value if isinstance(value, Mapping) else {}, f"{name}.")

    def tables(self, name: str, *, needed: bool = False) -> list[_Form]:
        value = self._take(name)
        entries = list(value) if isinstance(value, list | tuple) else []
        if value is not None and (
            not isinstance(value, list | tuple) or not all(isinstance(e, Mapping) for e in value)
        ):
            self.say(name, "must be a list of tables")
            return []
        if (needed and not entries) or len(entries) > MOST_LINES:
            self.say(name, f"must have 1 to {MOST_LINES} entries")
            return []
        return [self._part(entry, f"{name}[{place}].") for place, entry in enumerate(entries, 1)]

    def _part(self, table: Table, at: str) -> _Form:
        part = _Form(table, f"{self._at}{at}", self._faults)
        self._parts.append(part)
        return part

    def _take(self, name: str) -> object:
        self._known.append(name)
        return self._table.get(name)

    def _tell_unknown(self) -> None:
        for name in self._table:
            if name not in self._known:
                near = difflib.get_close_matches(str(name)[:LONGEST_CODE], self._known, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(self._known)}"
                shown = name[:LONGEST_CODE] if isinstance(name, str) and is_plain(name) else "a name"
                self._faults.append(Fault(f"is not known{hint}", f"{self._at}{shown}"))
        for part in self._parts:
            part._tell_unknown()


def _amount(value: object) -> Decimal | None:
    """Exactly what was written. A float is not: files are read with decimals in their place."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and len(value) > 20:
        return None
    try:
        exact = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact.adjusted()) < 20 else None
