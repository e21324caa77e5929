"""Files that are handed to `kiosk issue`: TOML or JSON with what is wanted, CSV with recipients. Read, never run."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from kiosk.domain.errors import KioskError
from kiosk.domain.issuing.faults import Fault, Faults, NotIssuable
from kiosk.domain.issuing.recipients import LARGEST_FILE, read_recipients
from kiosk.domain.issuing.wanted import Channel, Recipient

STDIN = Path("-")


def read_table(path: Path) -> dict[str, object]:
    """What is wanted, as a table. `.json` is JSON, everything else TOML; numbers with a point are exact.

    Raises KioskError or NotIssuable for a file that cannot be read.
    """
    text = _text(path)
    try:
        read = _json(text) if path.suffix.lower() == ".json" else tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        _no(path, f"is no TOML: {error}")
    except json.JSONDecodeError as error:
        raise NotIssuable(str(path), (Fault(f"is no JSON: {error.msg}", line=error.lineno),)) from None
    except (ValueError, ArithmeticError):
        _no(path, "holds a number that nobody can mean, or a key twice")
    except RecursionError:
        _no(path, "is nested too deeply")
    if not isinstance(read, dict):
        _no(path, "must be a table: a JSON object")
    return read


def read_list(path: Path, channel: Channel) -> tuple[Recipient, ...]:
    """Everybody on a list. Raises NotIssuable with every bad row, KioskError for a file that cannot be read."""
    found = read_recipients(_text(path), channel)
    if isinstance(found, Faults):
        raise NotIssuable(str(path), found.faults)
    return found


def _text(path: Path) -> str:
    stored = _bytes(path)
    if len(stored) > LARGEST_FILE:
        raise KioskError(f"{path}: is larger than {LARGEST_FILE // 1024**2} MiB: make several of it")
    try:
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = stored.count(b"\n", 0, error.start) + 1
        raise NotIssuable(str(path), (Fault("is not UTF-8: save the file as UTF-8", line=line),)) from None


def _bytes(path: Path) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise KioskError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise KioskError("a file's name must not hold a zero byte") from None


def _json(text: str) -> object:
    return json.loads(text, parse_float=Decimal, parse_constant=_never, object_pairs_hook=_once)


def _never(word: str) -> NoReturn:
    raise ValueError(word)


def _once(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    """A key that stands twice is a slip of which half would be lost in silence."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _no(path: Path, what: str) -> NoReturn:
    raise NotIssuable(str(path), (Fault(what),)) from None
