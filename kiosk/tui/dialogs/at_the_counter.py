"""What is asked of staff at the voucher desk: a PIN, one of several prices, which voucher, how many tickets, a yes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.events import Event
from kiosk.domain.secret import Secret
from kiosk.domain.voucher_events import GivePin, GiveUp, TakeOff, UseVoucher, VoucherCommand, VoucherOnOrder
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys, voucher_keys
from kiosk.tui.presenter.keys import Hint, Press

LONGEST_PIN = 12
NO_PIN = Secret()


@dataclass(frozen=True, slots=True)
class PinEntry:
    """What is typed is never shown."""

    masked: str
    pin: Secret = NO_PIN

    def takes(self, text: str) -> bool:
        """Whether a text that came at once may be the PIN, read late by a busy machine: no voucher is digits alone."""
        return text.isdecimal() and len(text) <= LONGEST_PIN

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.typing(something_typed=bool(self.pin), enter="try this PIN")

    @property
    def entry(self) -> Entry:
        return Entry(f"PIN of {self.masked}", self.pin.reveal(), is_secret=True)

    def press(self, press: Press, key: str) -> Step:
        if press is Press.ENTER:
            return Step(None, GivePin(self.pin))
        return Step(replace(self, pin=Secret(self.pin.reveal()[:-1])) if press is Press.RUB_OUT else None)

    def typed(self, char: str) -> Dialog:
        return replace(self, pin=Secret((self.pin.reveal() + char)[:LONGEST_PIN]))

    def told(self, event: Event) -> Dialog:
        return self


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, by its digit or with the cursor. `asked` is what each one asks for."""

    title: str
    lines: tuple[str, ...]
    asked: tuple[VoucherCommand, ...]
    what: str
    cursor: int = 0

    @property
    def hints(self) -> tuple[Hint, ...]:
        return voucher_keys.numbered(len(self.lines), self.what)

    @property
    def entry(self) -> Entry | None:
        return None

    def press(self, press: Press, key: str) -> Step:
        match press:
            case Press.MOVE:
                cursor = self.cursor + (-1 if key == keys.UP else 1)
                return Step(replace(self, cursor=max(0, min(len(self.lines) - 1, cursor))))
            case Press.OPEN:
                return Step(None, self.asked[self.cursor if key == keys.ENTER else int(key) - 1])
            case _:
                return Step(None)

    def typed(self, char: str) -> Dialog:
        return self

    def told(self, event: Event) -> Dialog:
        return self


@dataclass(frozen=True, slots=True)
class GivingUp:
    """Before an order is deleted."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.confirming("GIVE UP")

    @property
    def entry(self) -> Entry | None:
        return None

    def press(self, press: Press, key: str) -> Step:
        return Step(None, GiveUp() if press is Press.ENTER else None)

    def typed(self, char: str) -> Dialog:
        return self

    def told(self, event: Event) -> Dialog:
        return self


def price_choice(one: VoucherOnOrder, lines: tuple[str, ...]) -> Choice:
    """`lines` say the prices that fit it."""
    asked = tuple(UseVoucher(one.voucher.id, ticket_type_id=offer.ticket_type_id) for offer in one.offers)
    return Choice(f"{one.voucher.masked} FITS SEVERAL PRICES: which one?", lines, asked, "take this price")


def ticket_choice(one: VoucherOnOrder) -> Choice:
    most = min(9, one.voucher.redemptions)
    lines = tuple(f"{count} ticket" + ("s" if count > 1 else "") for count in range(1, most + 1))
    asked = tuple(UseVoucher(one.voucher.id, tickets=count) for count in range(1, most + 1))
    title = f"{one.voucher.masked}: for how many tickets?"
    return Choice(title, lines, asked, "so many", cursor=max(0, min(most, one.tickets) - 1))


def taking_off(vouchers: tuple[VoucherOnOrder, ...], lines: tuple[str, ...]) -> Choice:
    asked = tuple(TakeOff(one.voucher.id) for one in vouchers)
    return Choice("TAKE WHICH VOUCHER OFF? it stays unused", lines, asked, "take it off")
