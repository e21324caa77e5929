"""The order of a guest in words: vouchers, prices, what is held, what is due, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kiosk.domain.cinema import Showtime, TicketPrice
from kiosk.domain.code import show_hostile
from kiosk.domain.money import Money
from kiosk.domain.redeeming import Confirmation, Holding, Surcharge
from kiosk.domain.voucher_events import Ask, AtCounter, Phase, VoucherOnOrder
from kiosk.tui.presenter.panel import Ink, Line
from kiosk.tui.presenter.party import joined
from kiosk.tui.presenter.times import Here, day, hour, today_there

LAST_MINUTE = timedelta(minutes=1)
"""From here on the countdown is loud."""

_LONGEST_NAME = 60
_LONGEST_SEAT = 12


def named(text: str) -> str:
    """An office's name for something, on one line and safe to show."""
    return show_hostile(" ".join(text.split()), _LONGEST_NAME)


def tickets(count: int) -> str:
    return f"{count} ticket" if count == 1 else f"{count} tickets"


def seats(names: Sequence[str]) -> str:
    """`C5`, `C5 and C6`, `C5, C6 and C7`."""
    shown = [show_hostile(name, _LONGEST_SEAT) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def start(showtime_at: datetime | None, here: Here) -> str:
    """`19:00`, in the cinema's own time; with the day where that is not today."""
    if showtime_at is None:
        return ""
    named_day = day(showtime_at.date(), today_there(showtime_at, here))
    return hour(showtime_at) if named_day == "today" else f"{named_day} {hour(showtime_at)}"


def title(showtime: Showtime, here: Here) -> str:
    """`Screen 3 · The Long Take · 19:00`."""
    return joined(named(showtime.screen), named(showtime.film), start(showtime.starts_at, here))


def price(offer: TicketPrice) -> str:
    """`Adult £3.00`; a price of nothing is not told."""
    total = offer.price.total
    return joined(named(offer.name) or named(offer.ticket_type_id), f"{total}" if total.is_due else "")


def offer_line(offer: TicketPrice) -> str:
    fee = f"booking fee {offer.booking_fee}" if offer.booking_fee is not None and offer.booking_fee.is_due else ""
    return joined(price(offer), fee) or named(offer.ticket_type_id)


def voucher_line(one: VoucherOnOrder) -> str:
    """`…0111 Adult Movie Money`."""
    return f"{one.voucher.masked} {named(one.voucher.type_name) or named(one.voucher.type_code)}".strip()


def money(due: Money | None, tax: Money | None) -> str:
    """`£3.00 (tax £0.50)`."""
    if due is None:
        return "not told"
    return f"{due}" if tax is None or not tax.is_due else f"{due} (tax {tax})"


def sentence(confirmation: Confirmation, here: Here) -> str:
    """What staff say yes to: `Redeem 2 vouchers for The Long Take, 19:00, C5 and C6. This cannot be undone.`"""
    vouchers = len(confirmation.vouchers)
    what = f"{vouchers} voucher{'' if vouchers == 1 else 's'}"
    if confirmation.tickets != vouchers:
        what += f" ({tickets(confirmation.tickets)})"
    film = named(confirmation.film) or "this showtime"
    parts = [film, start(confirmation.starts_at, here), seats(confirmation.seats)]
    return f"Redeem {what} for {', '.join(part for part in parts if part)}. This cannot be undone."


# ── how long ────────────────────────────────────────────────────────────────────────────────────────


def countdown(expires_at: datetime | None, here: Here) -> tuple[str, Ink] | None:
    """`4:12` until an order expires, and how loud; None where nobody knows, or our clock cannot be right."""
    if expires_at is None:
        return None
    left = max(timedelta(), expires_at - here.now)
    seconds = int(left.total_seconds())
    ink = Ink.LOUD if left < LAST_MINUTE else Ink.STRONG
    return f"{seconds // 60}:{seconds % 60:02}", ink


def held_for(now: AtCounter, here: Here) -> Line:
    """`order held for 4:12`."""
    told = countdown(now.expires_at, here)
    if told is None:
        return ()
    left, ink = told
    return (
        ("order held for ", Ink.QUIET if ink is Ink.STRONG else Ink.DOUBT),
        (f" {left} " if ink is Ink.LOUD else left, ink),
    )


# ── the order panel ─────────────────────────────────────────────────────────────────────────────────


def order_lines(now: AtCounter, here: Here) -> tuple[Line, ...]:
    """Vouchers, tickets, seats, price, due: what the guest has, top to bottom."""
    lines: list[Line] = []
    for one in now.vouchers:
        lines += _voucher(one, is_asked=now.ask is Ask.PRICE and one.voucher.id == now.asked_about)
    lines += [((f"{masked} waits", Ink.QUIET),) for masked in now.waiting]
    if not lines:
        lines = [(("scan a voucher,", Ink.STRONG),), (("or / to type its code", Ink.TEXT),)]
    return (*lines, (), *_held(now))


def _voucher(one: VoucherOnOrder, *, is_asked: bool) -> list[Line]:
    lines: list[Line] = [((voucher_line(one), Ink.STRONG),)]
    if one.voucher.redemptions > 1:
        lines.append(((f"  {one.tickets} of {one.voucher.redemptions} tickets", Ink.TEXT),))
    picked = next((offer for offer in one.offers if offer.ticket_type_id == one.picked), None)
    if picked is not None:
        lines.append(((f"  {price(picked)}", Ink.TEXT),))
    elif is_asked:
        lines.append((("  which price? p", Ink.DOUBT),))
    return lines


def _held(now: AtCounter) -> list[Line]:
    holding = now.holding
    count = sum(one.tickets for one in now.vouchers)
    if holding is None:
        return [((tickets(count), Ink.TEXT), (": nothing held yet", Ink.QUIET))] if count else []
    lines: list[Line] = [((tickets(holding.tickets), Ink.STRONG),)]
    if holding.seats:
        lines.append((("seats ", Ink.TEXT), (seats(holding.seats), Ink.STRONG)))
    ink = Ink.TEXT if holding.may_be_completed and not holding.is_unpaid else Ink.DOUBT
    lines.append((("to pay ", Ink.TEXT), (f"{holding.due}" if holding.due is not None else "not told", ink)))
    if holding.tax is not None and holding.due is not None and holding.due.is_due:
        lines.append(((f"  tax {holding.tax}", Ink.TEXT),))
    return lines


def next_step(now: AtCounter, missing: int, *, is_changed: bool) -> str:
    """What is to be done now, in a sentence; empty where the key line says it all."""
    if now.phase is not Phase.ORDER:
        return ""
    if not now.vouchers:
        return "Scan the vouchers of this guest, one after the other."
    if now.ask is Ask.PRICE:
        return "Several prices fit a voucher: p picks one."
    if missing:
        return f"Mark {missing} more seat{'' if missing == 1 else 's'}: arrows and space, or the mouse."
    if is_changed or now.holding is None:
        return "Enter asks the office to hold these seats." if now.is_allocated else "Enter asks the office to hold it."
    return due_advice(now.holding, now.surcharge) or "Scan more vouchers, move to other seats, or confirm with enter."


def due_advice(holding: Holding, surcharge: Surcharge) -> str:
    """What to do about money that is due; empty where there is none."""
    if holding.is_unpaid and holding.due is not None and holding.due.is_due:
        return f"{money(holding.due, holding.tax)} stays to be paid at the till."
    if holding.may_be_completed:
        return ""
    if holding.due is None:
        return "The office does not say what is to pay: send the guest to the till. The vouchers stay unused."
    due = money(holding.due, holding.tax)
    if surcharge is Surcharge.SEND_TO_TILL:
        return f"To pay {due}: send the guest to the till, or take one voucher off."
    return f"To pay {due}: book it unpaid, and the guest pays at the till; or take one voucher off."
