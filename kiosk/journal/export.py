"""The record as a file for other programs: JSON Lines or CSV, closed by the hash of the last row."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from kiosk.domain.code import show_hostile
from kiosk.domain.errors import KioskError
from kiosk.journal.chain import Tip

Json = dict[str, Any]

LONGEST_CELL = 2000

COLUMNS = (
    "seq", "at", "kind", "lane", "attempt", "state", "outcome", "reason", "doubt", "grade", "recovered", "references",
    "pax", "product", "units", "code", "source", "scan_id", "supplier", "mode", "asks", "retry_at", "conflict",
    "redeemed_at", "by", "role", "action", "about", "why", "no_show", "step", "order_id", "showtime_id", "seats", "due",
    "transaction", "clock_state", "mono_ns", "chain",
)  # fmt: skip
"""Of the CSV file. JSON Lines carry the bookings, too."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


def write(rows: Iterable[Json], closing: Tip, form: Format, out: TextIO) -> int:
    """Write rows, then the closing line; returns how many rows there were.

    The closing line holds the hash of the journal's last row at that moment, whatever rows were asked for: kept
    elsewhere, it lets `kiosk journal verify --closing` show that nothing before it was rewritten.
    """
    return (_write_csv if form is Format.CSV else _write_lines)(rows, closing, out)


def _write_lines(rows: Iterable[Json], closing: Tip, out: TextIO) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps(row, separators=(",", ":")) + "\n")
        count += 1
    out.write(json.dumps(_closing(closing, count), separators=(",", ":")) + "\n")
    return count


def _write_csv(rows: Iterable[Json], closing: Tip, out: TextIO) -> int:
    sheet = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    sheet.writerow(COLUMNS)
    count = 0
    for row in rows:
        sheet.writerow(cell(row.get(name)) for name in COLUMNS)
        count += 1
    last = _closing(closing, count)
    sheet.writerow(cell(last.get(name)) for name in COLUMNS)
    return count


def _closing(tip: Tip, count: int) -> Json:
    return {"seq": tip.seq, "kind": "closing", "rows": count, "chain": tip.chain.hex()}


def cell(value: object) -> str:
    """A value as a spreadsheet may see it: one line, and never a formula (owasp.org, CSV injection)."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            text = ", ".join(f"{v['count']} {v['unit']}" if isinstance(v, dict) else str(v) for v in value)
        case _:
            text = str(value)
    text = show_hostile(text, LONGEST_CELL)
    return "'" + text if text.startswith(_FORMULA) else text


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner may read, on the disk when done, gone where writing fails. Never overwrites."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KioskError(f"{path} is there already, and is left as it is") from None
    except OSError as error:
        raise KioskError(f"{path}: cannot be written ({error.strerror})") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise KioskError(f"{path}: cannot be written ({error.strerror})") from None
        raise
