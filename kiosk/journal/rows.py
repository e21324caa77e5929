"""Entries as rows, and back: what of an entry is written, and what is left out.

The raw code stands in `intended` rows only: an owed attempt must be looked up again by exactly this code. Every other
row holds it masked. Nothing personal is written; the office's free text about a booking is left out, too: it may name
people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.domain import voucher
from kiosk.domain.attempt import (
    Asked,
    Attempt,
    Entry,
    Intended,
    Mode,
    Outcome,
    Override,
    Owed,
    Parked,
    Settled,
    Started,
    Step,
    Stopped,
    Told,
    Undone,
    fold,
)
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.issuing.job import Note
from kiosk.domain.verdict import Doubt, Grade, Reason
from kiosk.domain.voucher import Conversation, Turn
from kiosk.journal.conversations import KIND, turn_body, turn_of
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.notes import KIND as NOTE
from kiosk.journal.notes import note_body, note_of

Json = dict[str, Any]

KINDS: dict[type[Entry], str] = {
    Intended: "intended",
    Asked: "asked",
    Owed: "owed",
    Parked: "parked",
    Settled: "settled",
    Told: "told",
    Undone: "undone",
    Started: "started",
    Stopped: "stopped",
    Override: "override",
    Turn: KIND,
    Note: NOTE,
}
"""The word of each kind of entry."""

STEPS = {
    "intended": Step.INTEND,
    "asked": Step.ASK,
    "owed": Step.OWE,
    "parked": Step.PARK,
    "settled": Step.SETTLE,
}
"""What a row does to its attempt; a kind that is not here changes nothing."""

_WHY: dict[str, Reason | Doubt] = {word.value: word for word in (*Reason, *Doubt)}
_OWN_COLUMN = {"at", "lane", "attempt"}
_LEFT_OUT = {"office_note"}
_TIMES = ("starts_at", "ends_at", "redeemed_at")


class Row(NamedTuple):
    """A row as it is stored. `seq` is the order; times are only data: a clock may jump.

    `at` is UTC to the microsecond, `mono_ns` the monotonic clock of that engine's life, `body` JSON in ASCII.
    """

    seq: int
    at: str
    kind: str
    lane: str | None
    attempt: str | None
    code_key: bytes | None
    mono_ns: int
    clock_state: str
    body: str
    chain: bytes


def utc_text(at: datetime) -> str:
    """A time as rows hold it. Raises ValueError for a naive one: it says nothing."""
    if at.tzinfo is None:
        raise ValueError("a row's time needs an offset")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def body_of(entry: Entry) -> str:
    """Everything of an entry that has no column of its own."""
    if isinstance(entry, Turn):
        return turn_body(entry)
    if isinstance(entry, Note):
        return note_body(entry)
    body = {
        field.name: _plain(value)
        for field in fields(entry)
        if field.name not in _OWN_COLUMN and (value := getattr(entry, field.name)) is not None
    }
    if isinstance(entry, Told):
        body["code"] = Code(entry.code).masked
    return json.dumps(body, separators=(",", ":"))


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case Booking() | UnitItem():
            return {
                field.name: _plain(item)
                for field in fields(value)
                if field.name not in _LEFT_OUT and (item := getattr(value, field.name)) != field.default
            }
        case _:
            return value


def entry_of(row: Row) -> Entry:
    """The entry of a row. Raises ValueError, KeyError or TypeError where the row is not one of ours."""
    at, lane, attempt = datetime.fromisoformat(row.at), row.lane or "", row.attempt or ""
    body: Json = json.loads(row.body)
    match row.kind:
        case "intended":
            return Intended(
                at,
                attempt,
                lane,
                Mode(body["mode"]),
                body["code"],
                body["supplier"],
                _bookings(body["bookings"]),
                body["asks"],
                body.get("ahead_s", 0.0),
            )
        case "asked":
            return Asked(at, attempt, body.get("ahead_s", 0.0))
        case "owed":
            return Owed(at, attempt, Doubt(body["doubt"]), _time(body.get("retry_at")))
        case "parked":
            return Parked(at, attempt, body["why"], body["conflict"], _time(body.get("redeemed_at")))
        case "settled":
            return Settled(at, attempt, Outcome(body["outcome"]), _bookings(body["bookings"]), body["by"], body["why"])
        case "told":
            return _told(at, lane, row.attempt, body)
        case "undone":
            return Undone(at, attempt, lane, body["by"], body["why"], body["no_show"])
        case "started":
            return Started(at, lane)
        case "stopped":
            return Stopped(at, lane)
        case "override":
            return Override(at, lane, body["by"], body["role"], body["action"], body["about"])
        case "voucher":
            return turn_of(at, attempt, lane, body)
        case "issue":
            return note_of(at, attempt, body)
        case _:
            raise ValueError(f"unknown kind of row: {row.kind}")


def fold_rows(path: Path, rows: Iterable[Row]) -> tuple[Attempt, ...]:
    """The attempts that rows of a file speak of. Raises JournalDamaged for the first row that cannot be read."""
    return fold(_entries(path, rows))


def fold_turns(path: Path, rows: Iterable[Row]) -> tuple[Conversation, ...]:
    """The voucher desk's conversations that rows speak of. Raises as `fold_rows` does."""
    return voucher.fold(entry for entry in _entries(path, rows) if isinstance(entry, Turn))


def read_notes(path: Path, rows: Iterable[Row]) -> tuple[Note, ...]:
    """The notes of issuing jobs among rows. Raises as `fold_rows` does."""
    return tuple(entry for entry in _entries(path, rows) if isinstance(entry, Note))


def _entries(path: Path, rows: Iterable[Row]) -> list[Entry]:
    entries = []
    for row in rows:
        try:
            entries.append(entry_of(row))
        except (ValueError, KeyError, TypeError):
            raise JournalDamaged(path, "the row cannot be read", row.seq) from None
    return entries


def _told(at: datetime, lane: str, attempt: str | None, body: Json) -> Told:
    grade, reason = body.get("grade"), body.get("reason")
    return Told(
        at,
        body["scan_id"],
        lane,
        body["source"],
        body["code"],
        body["outcome"],
        attempt,
        grade and Grade(grade),
        reason and _WHY[reason],
        body["recovered"],
        tuple(body["references"]),
        body["pax"],
    )


def _bookings(listed: list[Json]) -> tuple[Booking, ...]:
    return tuple(
        Booking(
            **{**_with_times(booking), "units": tuple(UnitItem(**_with_times(u)) for u in booking.get("units", ()))}
        )
        for booking in listed
    )


def _with_times(stored: Mapping[str, Any]) -> Json:
    return {**stored, **{name: _time(stored[name]) for name in _TIMES if name in stored}}


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
