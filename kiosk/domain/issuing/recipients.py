"""A list of recipients, from the text of a CSV file: read whole before anything is sent, every bad row told.

The first line names the columns: `email` or `mobile`, and `name` where there is one. Commas, semicolons or tabs
part them. An apostrophe that guards a cell against being taken for a formula is taken off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from kiosk.domain.issuing.faults import Fault, Faults
from kiosk.domain.issuing.wanted import Channel, Recipient
from kiosk.domain.issuing.words import is_plain

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes."""
MOST_RECIPIENTS = 50_000
LONGEST_CELL = 254
"""Characters; an e-mail address has no more (RFC 5321, 4.5.3.1.3)."""

_EMAIL = re.compile(
    r"[^\s@<>,;:\"'()\[\]\\]{1,64}@(?=.{4,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)
_MOBILE = re.compile(r"\+?[0-9]{6,15}")
"""E.164 has 15 digits at most. Blanks, dots, hyphens and brackets between them are left out."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")
_GUARDED = re.compile(r"'(?=[=+\-@])")
_TITLES = {
    Channel.EMAIL: ("email", "e-mail", "mail", "email address"),
    Channel.MOBILE: ("mobile", "phone", "mobile number", "msisdn"),
}
_NAME_TITLES = ("name", "full name")


def read_recipients(text: str, channel: Channel) -> tuple[Recipient, ...] | Faults:
    """Everybody on the list, or every fault of it; nobody twice."""
    records = _records(text.removeprefix("\ufeff"))
    titles = next(records)
    if isinstance(titles, Fault):
        return Faults((titles,))
    columns = _columns(titles[1], channel)
    if isinstance(columns, Fault):
        return Faults((columns,))
    return _Reading(channel, *columns, width=len(titles[1])).of(records)


def _columns(titles: list[str], channel: Channel) -> tuple[int, int | None] | Fault:
    """Where the address and the name stand."""
    plain = [title.strip().casefold() for title in titles]
    addresses = [place for place, title in enumerate(plain) if title in _TITLES[channel]]
    names = [place for place, title in enumerate(plain) if title in _NAME_TITLES]
    if len(addresses) != 1 or len(names) > 1:
        return Fault(
            f"the first line must name its columns, one of them {channel.value}, and name at most once", line=1
        )
    return addresses[0], names[0] if names else None


class _Reading:
    def __init__(self, channel: Channel, address: int, name: int | None, width: int) -> None:
        self._channel = channel
        self._address = address
        self._name = name
        self._width = width
        self._seen: dict[str, int] = {}

    def of(self, records: Iterator[tuple[int, list[str]] | Fault]) -> tuple[Recipient, ...] | Faults:
        found: list[Recipient] = []
        faults: list[Fault] = []
        for record in records:
            read = record if isinstance(record, Fault) else self._read(*record)
            if isinstance(read, Fault):
                faults.append(read)
            elif read is not None:
                found.append(read)
        if not found and not faults:
            faults.append(Fault("nobody is on the list", line=2))
        if len(found) > MOST_RECIPIENTS:
            faults.append(Fault(f"more than {MOST_RECIPIENTS} recipients: make two lists of it", line=MOST_RECIPIENTS))
        return Faults(tuple(faults)) if faults else tuple(found)

    def _read(self, line: int, cells: list[str]) -> Recipient | Fault | None:
        if not any(cell.strip() for cell in cells):
            return None
        if len(cells) != self._width:
            return Fault(f"has {len(cells)} cells, the first line has {self._width}", line=line)
        if any(len(cell) > LONGEST_CELL or not is_plain(cell) for cell in cells):
            return Fault(f"a cell is longer than {LONGEST_CELL} characters, or holds what cannot be read", line=line)
        address = self._address_in(cells[self._address])
        if address is None:
            what = "no e-mail address" if self._channel is Channel.EMAIL else "no mobile number"
            return Fault(what, line=line)
        before = self._seen.setdefault(address.casefold(), line)
        if before != line:
            return Fault(f"the same recipient as in line {before}", line=line)
        return Recipient(line, address, _cell(cells[self._name]) if self._name is not None else "")

    def _address_in(self, cell: str) -> str | None:
        text = _cell(cell)
        if self._channel is Channel.EMAIL:
            return text if _EMAIL.fullmatch(text) and ".." not in text and text[0] not in "=+-@|" else None
        digits = _BETWEEN_DIGITS.sub("", text)
        return digits if digits.isascii() and _MOBILE.fullmatch(digits) else None


def _cell(cell: str) -> str:
    return _GUARDED.sub("", cell.strip(), count=1) if cell.strip().startswith("'") else cell.strip()


def _records(text: str) -> Iterator[tuple[int, list[str]] | Fault]:
    """Each line's cells. A cell never holds a line break here, so a torn quotation spoils its own line alone."""
    delimiter = _delimiter(text)
    for number, line in enumerate(_LINE_END.split(text), 1):
        try:
            yield number, next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield Fault("quotation marks that do not fit together, or a cell without end", line=number)


def _delimiter(text: str) -> str:
    """What parts the titles: spreadsheets of many countries write semicolons."""
    first = _LINE_END.split(text, maxsplit=1)[0]
    return max(",;\t", key=first.count)
