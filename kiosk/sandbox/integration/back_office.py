"""The back office: clients, orders, what is left of each order's items, and the books of what was issued to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.door import Call
from kiosk.sandbox.integration import asking
from kiosk.sandbox.integration.access import CLIENT_ID
from kiosk.sandbox.integration.operations import Fate, Operations
from kiosk.sandbox.vista.refusals import malformed

PRODUCTS = ("GIFT10", "ADULT1", "POPCORN")
SAMPLE_CLIENT = "HARBOUR"
SAMPLE_ITEM = 60511
SAMPLE_SCARCE_ITEM = 60512
SCARCE = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """How this tenant is set up; undocumented. `found_s`: a token is not found for so long. `process_s`: then it is
    processed for so long. What is wrong with a business's data shows in the token, and never in the write's answer."""

    found_s: float = 0.5
    process_s: float = 2.0


@dataclass(slots=True)
class Item:
    """What an order has of one product, and how much of it nobody has been given yet."""

    id: int
    left: int


class BackOffice:
    """Everything that changes. What is asked for is issued at once and shown later: its token takes its time."""

    def __init__(self, rules: Rules, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self.operations = Operations(rules.found_s, rules.process_s)
        self.clients: set[str] = {SAMPLE_CLIENT}
        self.items = {SAMPLE_ITEM: Item(SAMPLE_ITEM, 1_000_000), SAMPLE_SCARCE_ITEM: Item(SAMPLE_SCARCE_ITEM, SCARCE)}
        self._last_id = 6052

    def client(self, call: Call, fates: Iterable[Fate]) -> list[str]:
        """A code that is taken is found out later."""
        asked = asking.known(asking.body(call), asking.CLIENT, "The body")
        code = asking.text(asked, "code")
        asking.text(asked, "name")
        contact = asking.known(asked.get("contact") or {}, asking.CONTACT, "contact")
        for name in asking.CONTACT:
            asking.text(contact, name, needed=False)
        if not all(isinstance(one, str) for one in asking.entries(asked, "voucherTypeCodes", needed=False)):
            raise malformed("voucherTypeCodes must be an array of strings")
        fate = next(iter(fates))
        is_new = code not in self.clients
        if is_new and fate != "failed":
            self.clients.add(code)
            self._record("client_created", code, code, call)
        return [self._begin("VoucherClient", self._next_id(), fate if is_new else "failed")]

    def order(self, call: Call, fates: Iterable[Fate]) -> list[str]:
        asked = asking.known(asking.body(call), asking.ORDER, "The body")
        reference = asking.text(asked, "reference")
        if not isinstance(asked.get("electronicDistribution"), bool):
            raise malformed("electronicDistribution must be true or false")
        lines = [asking.check_line(line) for line in asking.entries(asked, "vouchers")]
        order_id = self._next_id()
        fate = next(iter(fates))
        known = asking.text(asked, "clientCode") in self.clients
        if not known or not all(line["productCode"] in PRODUCTS for line in lines):
            fate = "failed"
        if fate != "failed":
            for place, line in enumerate(lines, 1):
                item = Item(int(order_id) * 10 + place, asking.whole(line, "quantity"))
                self.items[item.id] = item
                notes = {name: str(line[name]) for name in ("salePrice", "redeemPrice")}
                self._record("vouchers_issued", order_id, reference, call, (str(item.id), str(item.left)), notes)
        return [self._begin("VoucherClientOrder", order_id, fate)]

    def distribution(self, call: Call, fates: Iterable[Fate]) -> list[str]:
        """One token for each distribution item; an item that is not there, or too small, fails by itself."""
        asked = asking.known(asking.body(call), asking.DISTRIBUTION, "The body")
        reference = asking.text(asked, "reference")
        if asked.get("externallyDistributed") is not True:
            raise malformed("externallyDistributed must be true: internal distribution is not available yet")
        everybody = asking.addresses(asked)
        shares = [asking.known(one, asking.ITEM, "An item") for one in asking.entries(asked, "distributionItems")]
        wanted = [(asking.whole(one, "clientOrderItemId"), asking.whole(one, "quantityPerRecipient")) for one in shares]
        return [
            self._share(reference, item_id, each, everybody, fate, call)
            for (item_id, each), fate in zip(wanted, fates, strict=False)
        ]

    def _share(
        self, reference: str, item_id: int, each: int, everybody: tuple[str, ...], fate: Fate, call: Call
    ) -> str:
        item, distribution_id = self.items.get(item_id), self._next_id()
        if item is None or item.left < each * len(everybody):
            fate = "failed"
        if item is not None and fate != "failed":
            item.left -= each * len(everybody)
            for address in everybody:
                notes = {"reference": reference}
                self._record("distributed", distribution_id, address, call, (str(item_id), str(each)), notes)
        return self._begin("VoucherDistribution", distribution_id, fate)

    def _begin(self, entity_type: str, entity_id: str, fate: Fate) -> str:
        return self.operations.begin(entity_type, entity_id, fate, self._clock.now())

    def _next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def _record(
        self,
        action: str,
        subject: str,
        reference: str,
        call: Call,
        parts: tuple[str, ...] = (),
        notes: dict[str, str] | None = None,
    ) -> None:
        self._books.record(
            action,
            at=self._clock.now(),
            subject=subject,
            reference=reference,
            parts=parts,
            whole=not parts,
            by=CLIENT_ID,
            request=call.number,
            route=call.route,
            notes=notes,
        )
