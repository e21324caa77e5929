"""What may happen to the list, each within one open transaction: passes over a day's pages, changes, forgetting."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kiosk.domain.listing import BookingsPage, ListedBooking
from kiosk.domain.offline import ListState, is_dated_ahead
from kiosk.journal.daylist.file import SQL
from kiosk.journal.daylist.rows import Stored, pack, stored, unpack
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.rows import utc_text

RESUMABLE = timedelta(hours=1)
"""How long after its begin a pass that was cut off is gone on with: what moved from page to page since is missed."""

OPEN_DATED_DAYS = 30
"""How long an open-dated booking is kept after its last change: nothing lists these, so they only ever add up."""


class ListRow(NamedTuple):
    """A row of `list`: how its passes go. `number` is that of the last pass begun."""

    supplier: str
    day: str
    as_of: str | None
    number: int
    began_at: str | None
    next_page: int
    entries: int


def lists(db: sqlite3.Connection) -> list[ListRow]:
    return [ListRow._make(row) for row in db.execute(SQL["lists"])]


def states(db: sqlite3.Connection) -> tuple[ListState, ...]:
    """How much is on the list."""
    return tuple(
        ListState(
            supplier=supplier,
            day=date.fromisoformat(day),
            bookings=bookings,
            expected=expected,
            complete=bool(complete),
            as_of=None if as_of is None else datetime.fromisoformat(as_of),
        )
        for supplier, day, as_of, expected, complete, bookings in db.execute(SQL["states"])
    )


# ── a pass over a day's pages ───────────────────────────────────────────────────────────────────────


def begin(db: sqlite3.Connection, supplier: str, day: date, now: datetime) -> int:
    """The page to ask for: the next one of a pass that was cut off a moment ago, or the first of a new pass."""
    row = _list(db, supplier, day)
    if row is None:
        db.execute(SQL["add_list"], (supplier, day.isoformat(), utc_text(now)))
        return 1
    if row.as_of is not None and is_dated_ahead(datetime.fromisoformat(row.as_of), now):
        with _open_dated_followed(db):
            db.execute(SQL["doubt_list"], (supplier, day.isoformat()))
    elif row.began_at is not None and timedelta() <= now - datetime.fromisoformat(row.began_at) <= RESUMABLE:
        return row.next_page
    db.execute(SQL["begin_pass"], (utc_text(now), supplier, day.isoformat()))
    return 1


def put_page(
    db: sqlite3.Connection, prints: Fingerprints, supplier: str, day: date, number: int, page: BookingsPage
) -> bool:
    """Take in a page; False where no such pass has been begun (the file was thrown away meanwhile)."""
    row = _list(db, supplier, day)
    if row is None or row.began_at is None:
        return False
    for listed in page.bookings:
        booking = stored(listed, prints)
        if booking is not None:
            _put(db, supplier, booking, day.isoformat(), row.number)
    entries = row.entries + page.entries
    # All pages but the last are of one size, whatever the office has made of the size that was asked for.
    expected = entries if page.pages is None or page.is_last(number) else page.pages * page.entries
    values = {"next_page": number + 1, "entries": page.entries, "expected": expected}
    db.execute(SQL["end_page"], {"supplier": supplier, "day": day.isoformat(), **values})
    return True


def finish(db: sqlite3.Connection, supplier: str, day: date) -> None:
    """End a pass. One that has met as many bookings as were sent says what is on the list, and what no longer is.

    Several that have met them all together fill a list, too: an office may list in another order each time.
    """
    row = _list(db, supplier, day)
    if row is None:
        return
    key = (supplier, row.day, row.number)
    (met,), (known,) = (db.execute(SQL[name], key).fetchone() for name in ("bookings_of_pass", "bookings_so_far"))
    is_whole = met >= row.entries
    if is_whole:
        _drop(db, db.execute(SQL["leftovers"], key))
    with _open_dated_followed(db):
        values = {"whole": is_whole, "filled": known >= row.entries}
        db.execute(SQL["end_pass"], {"supplier": supplier, "day": row.day, **values})


# ── changes ─────────────────────────────────────────────────────────────────────────────────────────


def update(
    db: sqlite3.Connection,
    prints: Fingerprints,
    supplier: str,
    bookings: Iterable[ListedBooking],
    as_of: datetime,
    is_last: bool,
) -> None:
    """Take in bookings that have changed; those of days that are not listed are dropped."""
    passes = {row.day: row.number for row in lists(db) if row.supplier == supplier}
    for listed in bookings:
        booking = stored(listed, prints)
        if booking is not None:
            _change(db, supplier, listed, booking, passes, as_of)
    if is_last:
        db.execute(SQL["raise_as_of"], {"supplier": supplier, "as_of": utc_text(as_of)})
        db.execute(SQL["expect_what_is_there"], (supplier,))


def _change(
    db: sqlite3.Connection,
    supplier: str,
    listed: ListedBooking,
    booking: Stored,
    passes: Mapping[str, int],
    as_of: datetime,
) -> None:
    known = db.execute(SQL["known_booking"], (booking.identity, supplier)).fetchone()
    local_date = listed.booking.local_date
    day = None if local_date is None else local_date.isoformat()
    if day is None and listed.is_open_dated:
        _put(db, supplier, booking, None, 0, as_of.date())
        return
    if day is None and known is not None:
        day = known[1]
    if day is not None and day in passes:
        _put(db, supplier, booking, day, passes[day])
    elif known is not None:
        _drop(db, [known[:1]])


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────────


def forget(db: sqlite3.Connection, before: date) -> None:
    """Drop earlier days, and open-dated bookings of which nothing was heard for long."""
    unseen_since = before - timedelta(days=OPEN_DATED_DAYS)
    past = {"before": before.isoformat(), "unseen_since": unseen_since.isoformat()}
    _drop(db, db.execute(SQL["past"], past))
    with _open_dated_followed(db):
        db.execute(SQL["forget_lists"], (before.isoformat(),))


def forget_others(db: sqlite3.Connection, suppliers: Sequence[str]) -> None:
    """Drop the lists of suppliers that have left the configuration: nobody keeps them up to date any more."""
    names = json.dumps(suppliers)
    _drop(db, db.execute(SQL["of_others"], (names,)))
    db.execute(SQL["forget_others"], (names,))


@contextmanager
def _open_dated_followed(db: sqlite3.Connection) -> Iterator[None]:
    """Drop a supplier's open-dated bookings where the changes to them are no longer followed without a gap.

    Changes are asked for since the oldest `as_of` of its lists. Where that is lost or skips ahead, what happened in
    between to bookings that are on no day's pages will never be heard of.
    """
    before = _marks(db)
    yield
    after = _marks(db)
    for supplier, mark in before.items():
        if supplier not in after or after[supplier] > mark:
            _drop(db, db.execute(SQL["open_dated"], (supplier,)))


def _marks(db: sqlite3.Connection) -> dict[str, str]:
    marks: dict[str, str] = {}
    for row in lists(db):
        if row.as_of is not None:
            marks[row.supplier] = min(row.as_of, marks.get(row.supplier, row.as_of))
    return marks


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


def _list(db: sqlite3.Connection, supplier: str, day: date) -> ListRow | None:
    return next((row for row in lists(db) if (row.supplier, row.day) == (supplier, day.isoformat())), None)


def _put(
    db: sqlite3.Connection, supplier: str, booking: Stored, day: str | None, number: int, seen_on: date | None = None
) -> None:
    known = db.execute(SQL["known_booking"], (booking.identity, supplier)).fetchone()
    codes = pack(booking.prints)
    row = {
        "supplier": supplier,
        "identity": booking.identity,
        "day": day,
        "pass": number,
        "seen_on": None if seen_on is None else seen_on.isoformat(),
        "codes": codes,
        "body": booking.body,
    }
    if known is None:
        number_of_row = db.execute(SQL["add_booking"], row).lastrowid
    else:
        number_of_row = known[0]
        db.execute(SQL["change_booking"], {**row, "id": number_of_row})
        if known[2] == codes:
            return  # and the reference is among them
        db.executemany(SQL["drop_code"], [(p.hash, number_of_row, p.place) for p in unpack(known[2])])
    db.execute(SQL["put_reference"], (number_of_row, booking.reference))
    db.executemany(SQL["add_code"], [(p.hash, number_of_row, p.place) for p in booking.prints])


def _drop(db: sqlite3.Connection, ids: Iterable[tuple[int]]) -> None:
    numbers = [number for (number,) in ids]
    if numbers:
        told = json.dumps(numbers)
        db.execute(SQL["drop_codes_of"], (told,))
        db.execute(SQL["drop_references_of"], (told,))
        db.execute(SQL["drop_bookings"], (told,))
