"""Signing in, in words: who is asked for, what a wrong PIN means, how long the next one has to wait."""

from __future__ import annotations

from datetime import datetime

from kiosk.domain.code import show_hostile
from kiosk.domain.events import Rights
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.times import Here

_SAID = {
    "wrong": "not that name, or not that PIN",
    "wait": "too many wrong ones: this one was not looked at",
    "no_pins": "the PINs cannot be read here: call the desk",
    "journal_failed": "this kiosk cannot write its record: nobody can sign in, call the desk",
}

_NOTES = {
    "journal_failed": "this kiosk cannot write its record: it was not done",
    "signed_out": "signed out",
}

WHAT_FOR = "staff and supervisors do more than guests may; what they do is in the record with their name"


def asking(said: Rights | None, heard_from: datetime | None, here: Here, *, waits: bool) -> Panel:
    """The panel behind the line that is typed into."""
    if waits:
        return Panel(Tone.CHOICE, "", "SIGN IN", "looking at the PIN ········")
    what = _SAID.get(said.word, "") if said is not None else WHAT_FOR
    left_s = (heard_from - here.now).total_seconds() if heard_from is not None else 0.0
    if left_s <= 0:
        return Panel(Tone.CHOICE, "", "SIGN IN", what)
    return Panel(Tone.CHOICE, "", f"WAIT {countdown(left_s)}", what, advice="a PIN is not even looked at before that")


def countdown(left_s: float) -> str:
    """`0:05`, `4:59`: never 0:00 while there is anything left."""
    whole = int(left_s) + (left_s > int(left_s))
    return f"{whole // 60}:{whole % 60:02d}"


def note_on(rights: Rights, before: Rights | None) -> str:
    """What staff should know beside what stands; empty: nothing."""
    if rights.word == "ended":
        name = show_hostile(before.by) if before is not None and before.by else "whoever was signed in"
        return f"{name} was signed out: nothing was done here for a while"
    if rights.word == "not_allowed":
        return "that needs somebody who may do more: p signs in" if not rights.by else "that needs a supervisor's PIN"
    return _NOTES.get(rights.word, "")


def who(rights: Rights) -> Line:
    """Who is signed in, on the strip: it must not be overlooked that this screen may do more now."""
    return ((" ", Ink.TEXT), (f" {show_hostile(rights.by, 20)} · {rights.role} ", Ink.LOUD)) if rights.by else ()
