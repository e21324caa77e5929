"""The keys that work now, and their words on the bottom line: a key that is not here does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.domain.roles import Action


class Press(Enum):
    """What a key asks for."""

    TYPE = auto()
    HELP = auto()
    QUIT = auto()
    PUT_AWAY = auto()
    LOOK_ONLY = auto()
    UNDO = auto()
    REASON = auto()
    OTHER_REASON = auto()
    NO_SHOW = auto()
    SEARCH = auto()
    PARKED = auto()
    ISSUES = auto()
    FIELD = auto()
    OPEN = auto()
    SCAN = auto()
    MARK = auto()
    MARK_ALL = auto()
    TOGGLE = auto()
    MOVE = auto()
    REDEEM = auto()
    ENTER = auto()
    RUB_OUT = auto()
    BACK = auto()
    CLOSE = auto()
    SIGN_IN = auto()
    SIGN_OUT = auto()
    VOUCHERS = auto()
    TO_GATE = auto()
    PASS_ON = auto()
    PICK = auto()
    DAY = auto()
    SHOWTIMES = auto()
    TAKE_OFF = auto()
    TICKETS = auto()
    PRICE = auto()
    EXTEND = auto()
    PIN = auto()
    GOOD_FOR = auto()
    START_AGAIN = auto()
    GIVE_UP = auto()
    NEXT_GUEST = auto()


@dataclass(frozen=True, slots=True)
class Hint:
    """One key, or several of one kind; `shown` and `label` are what staff read."""

    keys: tuple[str, ...]
    shown: str
    label: str
    press: Press
    short: str = ""
    """The label where there is little room."""


ENTER, ESCAPE, UP, DOWN, LEFT, RIGHT = "\r", "escape", "up", "down", "left", "right"
RUBOUT = ("\x7f", "\x08")
INTERRUPT = ("\x03", "\x11")
"""Ctrl-C and Ctrl-Q: the same question as q."""

_TYPE = Hint(("/",), "/", "type a code", Press.TYPE, "code")
_SEARCH = Hint(("l",), "l", "look up", Press.SEARCH, "find")
_PARKED = Hint(("c",), "c", "settle", Press.PARKED)
_ISSUES = Hint(("j",), "j", "jobs", Press.ISSUES)
_UNDO = Hint(("u",), "u", "undo", Press.UNDO)
_HELP = Hint(("?",), "?", "help", Press.HELP)
_QUIT = Hint(("q", *INTERRUPT), "q", "quit", Press.QUIT)
_LEAVE = Hint(("q", *INTERRUPT), "q", "leave", Press.QUIT)
_SIGN_IN = Hint(("p",), "p", "sign in", Press.SIGN_IN, "PIN")
_SIGN_OUT = Hint(("p",), "p", "SIGN OUT", Press.SIGN_OUT)
_RUB_OUT = Hint(RUBOUT, "backspace", "rub out", Press.RUB_OUT)
CLOSE = Hint((ESCAPE,), "esc", "close", Press.BACK)
BACK = Hint((ESCAPE,), "esc", "back", Press.BACK)


VOUCHERS, TAKE_TO_VOUCHERS, ORDER_OPEN = "vouchers", "TAKE IT TO VOUCHERS", "ORDER OPEN"
_SHORT = {VOUCHERS: "desk", TAKE_TO_VOUCHERS: "DESK", ORDER_OPEN: "ORDER"}
"""What the key to the voucher desk says, and the same in a word."""


@dataclass(frozen=True, slots=True)
class AtTheGate:
    """What decides which keys work while nothing is open. `is_joined`: there is an engine to ask.

    `may` is what whoever stands here may do; `guarded`: it takes a PIN to do more; `is_signed_in`: one was shown.
    """

    is_joined: bool = False
    is_locked: bool = False
    may: frozenset[str] = frozenset(Action)
    guarded: bool = False
    is_signed_in: bool = False
    something_stands: bool = False
    is_looking: bool = False
    can_undo: bool = False
    something_parked: bool = False
    something_issued: bool = False
    vouchers: str = ""
    """What the key to the voucher desk says; empty: there is none."""


def at_the_gate(now: AtTheGate) -> tuple[Hint, ...]:
    """The gate with or without a verdict on it."""
    # a supervisor reads the list between two guests: beside a verdict the line has no room for it
    lists_issues = now.something_issued and Action.ISSUE in now.may and not now.something_stands
    look = Hint(("i",), "i", "only look", Press.LOOK_ONLY, "look")
    if now.is_looking:
        look = Hint(("i",), "i", "REDEEM AGAIN", Press.LOOK_ONLY, "REDEEM")
    wanted = (
        (now.something_stands, Hint((ESCAPE,), "esc", "put away", Press.PUT_AWAY, "away")),
        (Action.TYPE_CODE in now.may, _TYPE),
        (
            now.is_joined and bool(now.vouchers) and Action.VOUCHERS in now.may,
            Hint(("v",), "v", now.vouchers, Press.VOUCHERS, _SHORT.get(now.vouchers, "")),
        ),
        (now.is_joined and Action.LOOK_UP in now.may, _SEARCH),
        (now.is_joined and Action.LOOK_ONLY in now.may, look),
        (now.is_joined and now.can_undo and bool({Action.UNDO, Action.NO_SHOW} & now.may), _UNDO),
        (now.is_joined and now.something_parked and Action.SETTLE in now.may, _PARKED),
        (now.is_joined and lists_issues, _ISSUES),
        (now.is_joined and now.guarded, _SIGN_OUT if now.is_signed_in else _SIGN_IN),
        (True, _HELP),
        (not now.is_locked and Action.QUIT in now.may, _QUIT),
        (now.is_locked and now.is_joined and Action.LEAVE in now.may, _LEAVE),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


def choosing(*, numbered: int, marked: int) -> tuple[Hint, ...]:
    """A choice of `numbered` bookings that carry a digit; `marked` of all are marked."""
    digits = "123456789"[:numbered]
    hints = (
        Hint(tuple(digits), f"1-{numbered}" if numbered > 1 else "1", "mark", Press.MARK),
        Hint((UP, DOWN), "arrows", "move", Press.MOVE),
        Hint((" ",), "space", "mark", Press.TOGGLE),
        Hint(("a",), "a", "all", Press.MARK_ALL),
    )
    redeem = (Hint((ENTER,), "enter", f"REDEEM {marked} marked", Press.REDEEM),) if marked else ()
    return (*hints, *redeem, Hint((ESCAPE,), "esc", "not now", Press.PUT_AWAY))


def typing(*, something_typed: bool, enter: str) -> tuple[Hint, ...]:
    """A line that is typed into. Every other character goes into it; `enter` is what enter does."""
    if not something_typed:
        return (CLOSE,)
    return (Hint((ENTER,), "enter", enter, Press.ENTER), _RUB_OUT, CLOSE)


def helping() -> tuple[Hint, ...]:
    return (Hint((UP, DOWN), "arrows", "up and down", Press.MOVE), BACK)


def confirming(what: str) -> tuple[Hint, ...]:
    """A question that enter says yes to."""
    return (Hint((ENTER,), "enter", what, Press.ENTER), BACK)


def undoing(reasons: int, may: frozenset[str]) -> tuple[Hint, ...]:
    """Why an admission is taken back: `reasons` by digit, the next digit for another one."""
    other = str(reasons + 1)
    wanted = (
        (Action.UNDO in may, Hint(tuple("123456789"[:reasons]), f"1-{reasons}", "this reason", Press.REASON)),
        (Action.UNDO in may, Hint((other,), other, "another reason", Press.OTHER_REASON)),
        (Action.NO_SHOW in may, Hint(("n",), "n", "no-show", Press.NO_SHOW)),
        (True, BACK),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


def looking_up(other: str, *, long_enough: bool, something_typed: bool) -> tuple[Hint, ...]:
    """The line for a look-up; `other` is what tab turns to. Every other character goes into it."""
    wanted = (
        (long_enough, Hint((ENTER,), "enter", "look it up", Press.ENTER)),
        (True, Hint(("\t", "tab"), "tab", f"by {other} instead", Press.FIELD)),
        (something_typed, _RUB_OUT),
        (True, CLOSE),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


def found(many: int) -> tuple[Hint, ...]:
    """Bookings of which one can be opened, by its digit or with the cursor."""
    digits = "123456789"[:many]
    open_ = Hint((ENTER, *digits), f"enter 1-{len(digits)}" if many > 1 else "enter 1", "open", Press.OPEN)
    return (*((Hint((UP, DOWN), "arrows", "move", Press.MOVE),) if many > 1 else ()), open_, CLOSE)


def following(many: int) -> tuple[Hint, ...]:
    """A list that is only read."""
    return (*((Hint((UP, DOWN), "arrows", "move", Press.MOVE),) if many > 1 else ()), CLOSE)


def found_one() -> tuple[Hint, ...]:
    return (Hint((ENTER,), "enter", "SCAN IT", Press.SCAN), BACK)


def settling(enter: str, *, is_said: bool, something_typed: bool) -> tuple[Hint, ...]:
    """A line that has to say something before enter goes on."""
    wanted = (
        (is_said, Hint((ENTER,), "enter", enter, Press.ENTER)),
        (something_typed, _RUB_OUT),
        (True, BACK),
    )
    return tuple(hint for is_there, hint in wanted if is_there)


def leaving() -> tuple[Hint, ...]:
    return (Hint(("y",), "y", "close the screen", Press.CLOSE), BACK)


QUESTION = "Close this screen? y closes it, esc goes back."

HELP = (
    ("ADMIT", "let them in, as many as the number says"),
    ("REFUSE", "not with this ticket: the lines below say why, and what to do"),
    ("CHECK", "the machine cannot say: it is not the guest's fault"),
    ("CHOOSE", "several bookings: mark those to redeem, then enter"),
    ("AGAIN", "it did not come through: scan it once more"),
    ("ASK", "used just before a restart: ask whether this guest went in"),
    ("SAME", "admitted just now: nobody else comes in on this ticket"),
    ("LOOK", "only looked at: nothing was redeemed"),
    ("✓✓ ✓ ?", "sure: by the office, by the list (with its age), by nobody"),
    ("next scan", "always wins: it takes the place of whatever is on the screen"),
    ("owed", "what the office has not been told yet, and since when"),
    ("p50 p95", "how long scans took: half of them, nearly all of them"),
)
"""What the words mean, for a new colleague."""

LOCKED = ("locked", "undo, settle and quit need an unlocked screen")
"""Above the words, where nobody may do everything."""

GUARDED = ("sign in", "p asks for a name and a PIN; then more keys work, and the record says whose")
"""Above the words, where a PIN lets staff do more."""
