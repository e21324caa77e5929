"""The keys of the voucher desk that work now, and their words on the bottom lines."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.tui.presenter.keys import BACK, DOWN, ENTER, ESCAPE, LEFT, RIGHT, RUBOUT, UP, Hint, Press

GATE = Hint(("g",), "g", "to the gate", Press.TO_GATE, "gate")
TYPE = Hint(("/",), "/", "type a code", Press.TYPE, "code")
HELP = Hint(("?",), "?", "help", Press.HELP)
NEXT_GUEST = Hint((ENTER, ESCAPE), "enter", "next guest", Press.NEXT_GUEST)
SHOWTIMES = Hint(("s",), "s", "other showtime", Press.SHOWTIMES, "showtime")
GIVE_UP = Hint((ESCAPE,), "esc", "give up", Press.GIVE_UP)


@dataclass(frozen=True, slots=True)
class AtTheList:
    """What decides which keys work on the list of showtimes."""

    can_pick: bool = False
    is_filtered: bool = False
    is_several: bool = False
    is_picking_another: bool = False
    """An order stands: esc goes back to it."""
    has_stray: bool = False
    """Something was scanned that belongs to the gate."""
    has_waiting: bool = False


def at_the_list(now: AtTheList) -> tuple[Hint, ...]:
    away = "back to the order" if now.is_picking_another else "to the gate"
    leave = Press.BACK if now.is_picking_another else Press.TO_GATE
    wanted = (
        (now.can_pick, Hint((ENTER,), "enter", "pick", Press.PICK)),
        (now.is_several, Hint((UP, DOWN), "arrows", "move", Press.MOVE)),
        (True, Hint((LEFT, RIGHT), "left right", "day", Press.DAY)),
        (True, Hint((), "letters", "filter", Press.TYPE)),
        (now.is_filtered, Hint(RUBOUT, "backspace", "rub out", Press.RUB_OUT, "rub")),
        (True, Hint(("/",), "/", "type a code", Press.TYPE, "code")),
        (True, HELP),
        (now.has_stray, Hint(("\t", "tab"), "tab", "SCAN IT AT THE GATE", Press.PASS_ON, "AT THE GATE")),
        (now.is_filtered, Hint((ESCAPE,), "esc", "all of them", Press.BACK, "all")),
        (not now.is_filtered, Hint((ESCAPE,), "esc", away, leave, "back" if now.is_picking_another else "gate")),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


@dataclass(frozen=True, slots=True)
class AtTheOrder:
    """What decides which keys work on an order. `enter`: what enter does, empty: nothing."""

    enter: str = ""
    has_plan: bool = False
    has_vouchers: bool = False
    has_several_tickets: bool = False
    has_several_prices: bool = False
    may_extend: bool = False
    wants_pin: bool = False
    is_for_another: bool = False
    """The last voucher is for another showtime."""
    has_stray: bool = False


def at_the_order(now: AtTheOrder) -> tuple[Hint, ...]:
    wanted = (
        (now.has_plan, Hint((UP, DOWN, LEFT, RIGHT), "arrows", "seat", Press.MOVE)),
        (now.has_plan, Hint((" ",), "space", "take", Press.TOGGLE)),
        (bool(now.enter), Hint((ENTER,), "enter", now.enter, Press.ENTER)),
        (now.wants_pin, Hint(("n",), "n", "ITS PIN", Press.PIN)),
        (now.is_for_another, Hint(("f",), "f", "WHAT IT IS FOR", Press.GOOD_FOR)),
        (now.has_stray, Hint(("\t", "tab"), "tab", "SCAN IT AT THE GATE", Press.PASS_ON, "AT THE GATE")),
        (True, Hint(("/",), "/", "add a voucher", Press.TYPE, "add")),
        (now.has_vouchers, Hint(("x",), "x", "take one off", Press.TAKE_OFF, "off")),
        (now.has_several_tickets, Hint(("t",), "t", "tickets", Press.TICKETS)),
        (now.has_several_prices, Hint(("p",), "p", "price", Press.PRICE)),
        (now.may_extend, Hint(("e",), "e", "more time", Press.EXTEND, "time")),
        (True, SHOWTIMES),
        (True, GATE),
        (True, HELP),
        (True, GIVE_UP),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


def stuck() -> tuple[Hint, ...]:
    return (_START_AGAIN, GATE, HELP, GIVE_UP)


def redeeming() -> tuple[Hint, ...]:
    return (Hint(("g",), "g", "to the gate meanwhile: it goes on", Press.TO_GATE),)


def ticket() -> tuple[Hint, ...]:
    return (NEXT_GUEST, TYPE, GATE, HELP)


def ended(*, has_vouchers: bool) -> tuple[Hint, ...]:
    again = (_START_AGAIN, SHOWTIMES) if has_vouchers else ()
    return (*again, NEXT_GUEST, GATE, HELP)


def remark() -> tuple[Hint, ...]:
    """Something that fills the screen, to be read and put away."""
    return (Hint((ENTER, ESCAPE), "enter", "go on", Press.PUT_AWAY), GATE)


def confirming(*, is_ready: bool) -> tuple[Hint, ...]:
    """`is_ready`: it has stood for long enough to be read."""
    redeem = (Hint((ENTER,), "enter", "REDEEM", Press.ENTER),) if is_ready else ()
    return (*redeem, Hint((ESCAPE,), "esc", "back", Press.PUT_AWAY))


def numbered(many: int, what: str) -> tuple[Hint, ...]:
    """A list of which one is picked, by its digit or with the cursor."""
    digits = "123456789"[:many]
    pick = Hint((ENTER, *digits), f"enter 1-{len(digits)}" if many > 1 else "enter 1", what, Press.OPEN)
    return (*((Hint((UP, DOWN), "arrows", "move", Press.MOVE),) if many > 1 else ()), pick, BACK)


_START_AGAIN = Hint(("a",), "a", "start again", Press.START_AGAIN)
