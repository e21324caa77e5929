"""The report of a job as a file for spreadsheets: recipient, token, state, entity id, and what else is known."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from kiosk.domain.errors import KioskError
from kiosk.domain.issuing.report import Row
from kiosk.journal.export import cell, new_file

HEAD = ("recipient", "token", "state", "entity_id", "line", "item", "reference", "request", "word")


def write_report(path: Path, rows: Iterable[Row]) -> int:
    """A new file that only its owner may read; how many rows. Raises KioskError, also where there is one already."""
    many = 0
    with new_file(path) as file:
        sheet = csv.writer(file, lineterminator="\r\n")  # RFC 4180
        sheet.writerow(HEAD)
        for row in rows:
            sheet.writerow(cell(value) for value in _cells(row))
            many += 1
    return many


def _cells(row: Row) -> tuple[object, ...]:
    return (
        row.recipient, row.token, row.state.value, row.entity_id, row.line, row.item, row.reference, row.request,
        row.word,
    )  # fmt: skip


def free_name(job: str, folder: Path) -> Path:
    """`issued-7f3a91c2.csv`, or the first of `-2`, `-3`, … that is free."""
    for number in count(1):
        path = folder / (f"issued-{job}.csv" if number == 1 else f"issued-{job}-{number}.csv")
        if not path.exists():
            return path
    raise KioskError("no name is free")
