"""Single values as JSON and back, by their declared types. Reading trusts nothing: what is wrong is said in words."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from kiosk.domain.errors import LinkError
from kiosk.domain.secret import Secret

T = TypeVar("T")

Json = Mapping[str, Any]
"""A JSON object as it was parsed: nothing about it is certain."""


def to_json(value: object) -> object:
    """A value of an event or a command, and all that it holds. A secret stays one: only `revealed` writes it."""
    match value:
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case float():
            return number(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case tuple():
            return [to_json(item) for item in value]
        case _ if is_dataclass(value):
            return fields_of(value)
        case _:
            return value


def revealed(value: object) -> object:
    """For `json.dumps`, where a secret has to cross: commands, never events. Raises TypeError for anything else."""
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is not written")


def fields_of(value: object) -> dict[str, object]:
    """The fields of a dataclass, in their order."""
    return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]


def record(kind: type[T], json: object) -> T:
    """A dataclass from a JSON object. Unknown keys are passed over: a newer engine may add some.

    Raises LinkError that names what is missing or wrong, never what it held: codes cross this link.
    """
    if not isinstance(json, dict):
        raise LinkError(f"{kind.__name__}: an object was expected")
    known: dict[str, object] = {}
    for name, declared, required in _shape(cast(Any, kind)):
        if name in json:
            known[name] = read(declared, json[name], name)
        elif required:
            raise LinkError(f"{name} is missing")
    return kind(**known)


def read(declared: Any, value: object, name: str) -> Any:
    """One value of a declared type. Raises LinkError."""
    if get_origin(declared) is tuple:
        return tuple(read(get_args(declared)[0], item, name) for item in _of(list, value, name))
    if isinstance(declared, UnionType):
        inner = next(kind for kind in get_args(declared) if kind is not NoneType)
        return None if value is None else read(inner, value, name)
    if declared is float:
        return _float(value, name)
    if declared is int and isinstance(value, bool):
        raise LinkError(f"{name}: a whole number was expected")
    if declared is datetime:
        return _datetime(value, name)
    if declared in _PLAIN:
        return _plain(declared, value, name)
    if declared is bytes:
        return _bytes(value, name)
    if isinstance(declared, type) and issubclass(declared, StrEnum):
        return _member(declared, value, name)
    if is_dataclass(declared):
        return record(declared, value)  # type: ignore[arg-type]  # a class, not an instance, wherever it is declared
    return _of(get_origin(declared) or declared, value, name)


def moment(at: datetime) -> str:
    """`2026-11-21T10:00:00.123+00:00`."""
    return at.isoformat(timespec="milliseconds")


def number(value: float | None, digits: int = 3) -> float | None:
    """A number that JSON can hold."""
    return None if value is None or not math.isfinite(value) else round(value, digits)


@cache
def _shape(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    )


def _of(kind: type[T], value: object, name: str) -> T:
    if not isinstance(value, kind):
        raise LinkError(f"{name}: {_WORDS.get(kind, kind.__name__)} was expected")
    return value


_WORDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def _float(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LinkError(f"{name}: a number was expected")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise LinkError(f"{name}: a number was expected")
    return number


def _datetime(value: object, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_of(str, value, name))
    except ValueError:
        raise LinkError(f"{name}: a time was expected") from None
    if at.tzinfo is None:
        raise LinkError(f"{name}: a time with its offset was expected")
    return at


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _decimal(text: str) -> Decimal:
    """An amount of money: finite, and of a size that can be written out."""
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError
    return amount


_LARGEST_EXPONENT = 20

_PLAIN: Mapping[Any, tuple[Callable[[str], object], str]] = {
    date: (_date, "a date"),
    Decimal: (_decimal, "an amount"),
    Secret: (Secret, "a text"),
}
"""Types whose values cross as texts, and what to call them."""


def _plain(declared: Any, value: object, name: str) -> object:
    of, word = _PLAIN[declared]
    try:
        return of(_of(str, value, name))
    except (ValueError, InvalidOperation):
        raise LinkError(f"{name}: {word} was expected") from None


def _member(declared: type[StrEnum], value: object, name: str) -> StrEnum:
    try:
        return declared(_of(str, value, name))
    except ValueError:
        raise LinkError(f"{name}: a word that this version does not know") from None


def _bytes(value: object, name: str) -> bytes:
    try:
        return base64.b64decode(_of(str, value, name), validate=True)
    except (binascii.Error, ValueError):
        raise LinkError(f"{name}: base64 was expected") from None
