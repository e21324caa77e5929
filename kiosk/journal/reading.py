"""The journal for people: rows as plain dictionaries, codes masked. Only reads, also while an engine writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk.domain.attempt import Attempt, State
from kiosk.domain.code import Code
from kiosk.domain.voucher import Conversation
from kiosk.journal.chain import Tip
from kiosk.journal.conversations import KIND
from kiosk.journal.database import connect_to_read
from kiosk.journal.failure import plain_words
from kiosk.journal.notes import KIND as NOTE
from kiosk.journal.rows import Row, fold_rows, fold_turns, utc_text
from kiosk.journal.statements import SQL

Json = dict[str, Any]

PAGE_ROWS = 500
"""Rows fetched at a time. Between pages nothing is held: a slow reader keeps no log file from being emptied."""

_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. `brief` leaves out those that a verdict of the same moment tells already."""

    since: datetime | None = None
    until: datetime | None = None
    lane: str | None = None
    kind: str | None = None
    reference: str | None = None
    state: State | None = None
    brief: bool = False


class JournalReader:
    """An open journal. A context manager; raises JournalError where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect_to_read(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def tip(self) -> Tip:
        """The last row, at this moment; `Tip()` where there is none."""
        with plain_words(self._path):
            last = self._db.execute(SQL["last_entry"]).fetchone()
        return Tip(*last) if last else Tip()

    def rows(
        self, wanted: Wanted, *, newest_first: bool = False, up_to: int | None = None, show_codes: bool = False
    ) -> Iterator[Json]:
        """Rows in the order written or the other way round; none after row `up_to`.

        Beside the row's own fields: `state` of its attempt, `references`, `pax`, `product` and `units` of what it is
        about, `chain` in hexadecimal. A row that cannot be read says so: `unreadable`.
        """
        after, before = 0, _NEVER if up_to is None else up_to + 1
        while page := self._page(wanted, after, before, newest_first):
            for stored in page:
                row = _told(stored, show_codes)
                if wanted.reference is None or wanted.reference.casefold() in map(str.casefold, row["references"]):
                    yield row
            after, before = (after, page[-1][0]) if newest_first else (page[-1][0], before)

    def _page(self, wanted: Wanted, after: int, before: int, newest_first: bool) -> list[tuple[Any, ...]]:
        order = " ORDER BY e.seq DESC LIMIT :page" if newest_first else " ORDER BY e.seq LIMIT :page"
        values = {
            "after": after,
            "before": before,
            "since": wanted.since and utc_text(wanted.since),
            "until": wanted.until and utc_text(wanted.until),
            "lane": wanted.lane,
            "kind": wanted.kind,
            "state": wanted.state,
            "brief": wanted.brief,
            "page": PAGE_ROWS,
        }
        with plain_words(self._path):
            return self._db.execute(SQL["listing"] + order, values).fetchall()

    def open_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that are intended or owed."""
        return self._fold("entries_of_open_attempts")

    def parked_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that wait for a supervisor."""
        return self._fold("entries_of_parked_attempts")

    def open_conversations(self) -> tuple[Conversation, ...]:
        """The voucher desk's orders that have not come to their end: led by somebody, or left behind."""
        with plain_words(self._path):
            rows = self._db.execute(SQL["entries_of_open_conversations"]).fetchall()
        return fold_turns(self._path, map(Row._make, rows))

    def _fold(self, query: str) -> tuple[Attempt, ...]:
        with plain_words(self._path):
            rows = self._db.execute(SQL[query]).fetchall()
        return fold_rows(self._path, map(Row._make, rows))


def _told(stored: tuple[Any, ...], show_codes: bool) -> Json:
    row, state, begun = Row._make(stored[:10]), stored[10], stored[11]
    told: Json = {
        "seq": row.seq,
        "at": row.at,
        "kind": row.kind,
        "lane": row.lane,
        "attempt": row.attempt,
        "state": state,
        "references": [],
    }
    try:
        body = json.loads(row.body)
        about = _about_talk if row.kind == KIND else _about_job if row.kind == NOTE else _about
        told |= about(body, json.loads(begun or "{}")) | (body if show_codes else _masked(body, row.kind))
    except (ValueError, KeyError, TypeError, AttributeError):
        told["unreadable"] = True
    return told | {"clock_state": row.clock_state, "mono_ns": row.mono_ns, "chain": row.chain.hex()}


def _about(body: Json, begun: Json) -> Json:
    """What a row is about: its own bookings, or those that its attempt began with."""
    bookings = body.get("bookings") or begun.get("bookings") or []
    units = Counter(unit["unit"] for booking in bookings for unit in booking.get("units", ()))
    return {
        "references": [booking["reference"] for booking in bookings],
        "pax": sum(sum(unit.get("pax", 1) for unit in booking.get("units", ())) or 1 for booking in bookings),
        "product": ", ".join(dict.fromkeys(booking["product"] for booking in bookings if "product" in booking)),
        "units": [{"unit": unit, "count": count} for unit, count in units.items()],
    }


def _about_talk(body: Json, begun: Json) -> Json:
    """What a row of the voucher desk is about: the film, and what has been booked."""
    return {
        "references": [body["booking_id"]] if body.get("booking_id") else [],
        "pax": body.get("tickets", 0),
        "product": body.get("film") or begun.get("film", ""),
        "units": [],
    }


def _about_job(body: Json, begun: Json) -> Json:
    """What a row of an issuing job is about: its reference, and what kind of thing it issues."""
    reference = body.get("reference") or begun.get("reference")
    return {
        "references": [reference] if reference else [],
        "pax": body.get("recipients", 0),
        "product": body.get("kind_of_job", ""),
        "units": [],
    }


def _masked(body: Json, kind: str) -> Json:
    """A copy without anything that a ticket could be made of. Only `intended` rows hold a whole code."""
    masked = dict(body)
    if kind == "intended":
        masked["code"] = Code(body["code"]).masked
    if "bookings" in body:
        masked["bookings"] = [
            {name: Code(value).masked if name == "redemption_code" else value for name, value in booking.items()}
            for booking in body["bookings"]
        ]
    return masked
