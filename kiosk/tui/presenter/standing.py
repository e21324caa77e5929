"""Panels that are no verdict: ready, checking, the engine away, help."""

from __future__ import annotations

from kiosk.domain.code import show_hostile
from kiosk.domain.out_of_order import Fault
from kiosk.link.fault_words import advice, what_is_wrong
from kiosk.tui.presenter.panel import Panel, Tone
from kiosk.tui.presenter.party import named


def ready(mode: str, *, only_looks: bool = False) -> Panel:
    """Nothing waits: the next guest may come."""
    if only_looks:
        return Panel(Tone.LOOK, "LOOK", "scan a ticket", "it is only looked at, nothing is redeemed")
    what = "scan a ticket" if mode != "validate" else "scan a ticket: it is validated"
    return Panel(Tone.IDLE, "READY", what)


def looking_only(lane: str) -> tuple[str, str]:
    """The words on the frame: above, what must not be mistaken; below, how it ends."""
    return (
        f"{named(lane)} · LOOKING ONLY · nothing is redeemed",
        "i: redeem again · ends by itself after 2 idle minutes",
    )


def out_of_order(fault: Fault) -> Panel:
    """Nobody can be served: the code is read from afar, and read out to the helpline."""
    return Panel(Tone.REFUSE, fault, "OUT OF ORDER", what_is_wrong(fault), advice=advice(fault))


def joining() -> Panel:
    return Panel(Tone.IDLE, "WAIT", "looking for the gate engine")


def checking(masked: str) -> Panel:
    """A code is being looked up, and it takes long enough to say so."""
    return Panel(Tone.IDLE, "", "checking ········", masked)


def redeeming(count: int) -> Panel:
    bookings = "1 booking" if count == 1 else f"{count} bookings"
    return Panel(Tone.IDLE, "", "redeeming ········", bookings)


def too_late() -> Panel:
    """Somebody has scanned, or put the choice away, before what was picked reached the engine."""
    return Panel(
        Tone.DOUBT, "AGAIN", "THIS CHOICE WAS NO LONGER OPEN", "what was picked came too late",
        advice="scan the ticket again",
    )  # fmt: skip


ENGINE_AWAY = "the gate engine is not running: starting again"


def engine_away(why: str = "") -> Panel:
    """`why`: what the link says about it, in words for staff."""
    details = (show_hostile(why, 200),) if why else ()
    return Panel(Tone.DOUBT, "WAIT", "NO ENGINE", ENGINE_AWAY, details, "let the guest wait: nothing is checked now")


def cut_off() -> Panel:
    """The engine went away while a code was being checked: nobody knows yet what became of it."""
    return Panel(
        Tone.DOUBT, "CHECK", "CANNOT CHECK", "the gate engine stopped while it checked this ticket",
        advice="scan it again in a moment: it will be recognised if it was redeemed",
    )  # fmt: skip


def not_sent() -> Panel:
    """A code was read while the engine was away: it has been asked of nobody."""
    return Panel(
        Tone.DOUBT, "CHECK", "CANNOT CHECK", "the gate engine is not running: nothing was checked",
        advice="scan it again in a moment",
    )  # fmt: skip


def not_shown() -> Panel:
    """This screen failed at a verdict; what it said is not known to staff."""
    return Panel(
        Tone.DOUBT, "CHECK", "CANNOT SHOW", "this screen could not show the answer",
        advice="scan it again, and call the desk",
    )  # fmt: skip
