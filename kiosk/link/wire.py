"""Events and commands as JSON lines: one object, one line, safe to print on any terminal.

Imports the domain only, and in a few milliseconds: the screen and the headless gate start with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kiosk import __version__
from kiosk.domain.code import Code, show_hostile
from kiosk.domain.errors import LinkError
from kiosk.domain.events import (
    AttemptSettled,
    Checking,
    ChooseBookings,
    Command,
    Decided,
    Dismiss,
    Dismissed,
    Event,
    GiftCards,
    Leave,
    ListParked,
    LookOnly,
    Noted,
    OfficeDown,
    OfficeUp,
    OwedChanged,
    ParkedList,
    ParkOwed,
    Preview,
    Ready,
    Recent,
    Rights,
    Search,
    SeeGiftCards,
    SettleParked,
    SignIn,
    SignOut,
    SourceBack,
    SourceLost,
    Status,
    Stopping,
    Submit,
    TakeHomeEnded,
    TakeHomeOffered,
    Undo,
    WatchPreview,
)
from kiosk.domain.issuing.events import IssueJobs, ListIssues
from kiosk.link import voucher_kinds
from kiosk.link.shortening import shortened
from kiosk.link.values import Json, fields_of, moment, record, revealed
from kiosk.link.verdict_line import from_line, shown_code, to_line

LINK_VERSION = 1
"""Raised when an engine and a screen of different versions would misunderstand each other."""

LONGEST_LINE = 1 << 20
"""Bytes. Longer lines are refused."""

_EVENTS: dict[str, type[Event]] = {
    "source_lost": SourceLost,
    "source_back": SourceBack,
    "office_down": OfficeDown,
    "office_up": OfficeUp,
    "owed": OwedChanged,
    "settled": AttemptSettled,
    "ready": Ready,
    "stopping": Stopping,
    "dismissed": Dismissed,
    "status": Status,
    "preview": Preview,
    "noted": Noted,
    "parked_list": ParkedList,
    "rights": Rights,
    **voucher_kinds.EVENTS,
    "issue_jobs": IssueJobs,
    "take_home_offered": TakeHomeOffered,
    "take_home_ended": TakeHomeEnded,
    "gift_cards": GiftCards,
}
"""Those whose fields are their keys. `verdict`, `checking` and `recent` hold codes and are written apart."""

_EVENT_NAMES = {kind: name for name, kind in _EVENTS.items()}

_COMMANDS: dict[str, type[Command]] = {
    "submit": Submit,
    "choose": ChooseBookings,
    "dismiss": Dismiss,
    "watch_preview": WatchPreview,
    "look_only": LookOnly,
    "undo": Undo,
    "search": Search,
    "list_parked": ListParked,
    "settle_parked": SettleParked,
    "park_owed": ParkOwed,
    "sign_in": SignIn,
    "sign_out": SignOut,
    "leave": Leave,
    "see_gift_cards": SeeGiftCards,
    **voucher_kinds.COMMANDS,
    "list_issues": ListIssues,
}

_COMMAND_NAMES = {kind: name for name, kind in _COMMANDS.items()}


T = TypeVar("T")


# ── events ──────────────────────────────────────────────────────────────────────────────────────────


def encode(event: Event, *, show_codes: bool = False) -> str:
    """An event as one line, without its line end. Codes are masked unless `show_codes`.

    What is too much for a line is cut: of verdicts the oldest, of bookings, showtimes and areas of seats the last.
    Raises LinkError for any other event that does not fit a line.
    """
    line = _dumps(_event(event, show_codes))
    while len(line.encode()) > LONGEST_LINE:
        event = shortened(event)
        line = _dumps(_event(event, show_codes))
    return line


def encode_answer(event: Event) -> str:
    """An event for the one who has asked, and nobody else: its secrets are written out. Raises LinkError as above."""
    line = _dumps(_event(event, show_codes=False), revealed)
    if len(line.encode()) > LONGEST_LINE:
        raise LinkError("an answer is longer than a line of the link may be")
    return line


def decode_event(line: str | bytes) -> Event | None:
    """The event of a line; None where this version does not know its kind. Raises LinkError for what is no event."""
    said = _loads(line)
    match said.get("event"):
        case "verdict":
            return from_line(said)
        case "checking":
            known = record(_Checking, said)
            return Checking(known.at, known.scan_id, known.lane, known.source, Code(known.code, known.symbology))
        case "recent":
            recent = record(_Recent, said)
            return Recent(recent.at, tuple(from_line(one) for one in recent.decided))
        case str(name) if name in _EVENTS:
            return _sound(record(_EVENTS[name], said))
        case str():
            return None
        case _:
            raise LinkError("a line that is no event")


@dataclass(frozen=True, slots=True)
class _Checking:
    at: datetime
    scan_id: str
    lane: str
    source: str
    symbology: str | None
    code: str


@dataclass(frozen=True, slots=True)
class _Recent:
    at: datetime
    decided: tuple[dict[str, object], ...]


def _event(event: Event, show_codes: bool) -> dict[str, object]:
    match event:
        case Decided():
            return to_line(event, show_codes=show_codes)
        case Checking(code=code):
            return {
                "event": "checking",
                "at": moment(event.at),
                "scan_id": event.scan_id,
                "lane": event.lane,
                "source": event.source,
                "symbology": code.symbology,
                "code": shown_code(code, show_codes=show_codes),
            }
        case Recent(decided=decided):
            lines = [to_line(one, show_codes=show_codes) for one in decided]
            return {"event": "recent", "at": moment(event.at), "decided": lines}
        case _:
            return {"event": _EVENT_NAMES[type(event)], **fields_of(event)}


def _sound(event: Event) -> Event:
    if isinstance(event, Preview) and not (event.width > 0 and event.width * event.height == len(event.grey)):
        raise LinkError("preview: as many bytes as dots were expected")
    return event


# ── commands ────────────────────────────────────────────────────────────────────────────────────────


def encode_command(command: Command) -> str:
    """A command as one line, without its line end: it holds the code in full. Raises LinkError where it is too long."""
    line = _dumps({"command": _COMMAND_NAMES[type(command)], **fields_of(command)}, revealed)
    if len(line.encode()) > LONGEST_LINE:
        raise LinkError("a command is longer than a line of the link may be")
    return line


def decode_command(line: str | bytes) -> Command:
    """The command of a line. Raises LinkError for anything else."""
    said = _loads(line)
    name = said.get("command")
    if not isinstance(name, str) or name not in _COMMANDS:
        raise LinkError("a command that this version does not know")
    return record(_COMMANDS[name], said)


# ── the handshake: each side's first line ───────────────────────────────────────────────────────────


def encode_hello(viewer: str) -> str:
    """Who speaks, and which version of the link: `viewer` is a word for the log (`engine`, `screen`)."""
    return _dumps({"hello": "kiosk", "version": LINK_VERSION, "program": __version__, "viewer": viewer})


def encode_refusal(words: str) -> str:
    """The first line to somebody who is not let in, which every version understands."""
    return _dumps({"hello": "kiosk", "version": LINK_VERSION, "program": __version__, "refused": words})


def decode_hello(line: str | bytes) -> str:
    """Who greets us. Raises LinkError in words for staff: no kiosk, another version, or we are not let in."""
    try:
        said = _loads(line)
    except LinkError:
        said = {}
    if said.get("hello") != "kiosk":
        raise LinkError("what answers there is not a kiosk")
    if said.get("version") != LINK_VERSION:
        theirs = show_hostile(str(said.get("program", "unknown")), 20)
        raise LinkError(
            f"the engine and the screen are of different versions (this one {__version__}, the other {theirs}): "
            "after an update start both again"
        )
    if "refused" in said:
        raise LinkError(show_hostile(str(said["refused"]), 300))
    return show_hostile(str(said.get("viewer", "")), 20)


def encode_dropped(count: int) -> str:
    """To a slow viewer: so many events are missing here. Where things stand follows when it has caught up."""
    return _dumps({"event": "dropped", "count": count})


def encode_ignored(why: str) -> str:
    """To a viewer whose line was no command."""
    return _dumps({"event": "ignored", "message": why})


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────


def _dumps(said: dict[str, object], default: Callable[[object], object] | None = None) -> str:
    """One line without control, format or bidi characters, as they are or escaped: what a terminal would obey.

    `isprintable` is true for what `domain.code` calls readable, but for a few blanks: these are escaped too.
    """
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=default)
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)


def _loads(line: str | bytes) -> Json:
    if len(line) > LONGEST_LINE:
        raise LinkError("a line is too long")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise LinkError("a line is not JSON") from None
    if not isinstance(said, dict):
        raise LinkError("a line is not an object")
    return said
