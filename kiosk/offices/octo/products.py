"""What a supplier's products, options and units are called, and how many persons a unit admits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.code import show_hostile
from kiosk.offices.fields import an_object, number, objects, text

LONGEST_NAME = 120
"""Characters."""
MOST_PERSONS = 1000
"""On one unit item."""

ANY_UNIT = "Ticket"
"""What a unit is called of which nothing readable is known."""

_MACHINE_MADE = re.compile(r"[0-9a-f]{8,}|\d{5,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A kind of ticket. `pax` is None where it is not said."""

    name: str = ""
    type: str = ""
    pax: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Units are keyed by option and unit id."""

    name: str = ""
    time_zone: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[tuple[str, str], Unit] = field(default_factory=dict)


Products = Mapping[str, Product]
"""By product id."""

UNKNOWN_PRODUCT = Product()
UNKNOWN_UNIT = Unit()


def read_products(data: object) -> dict[str, Product]:
    """The products of a `/products` reply, or of a cache of ours, which has its shape."""
    return {text(product["id"]): read_product(product) for product in objects(data) if text(product.get("id"))}


def read_product(data: Mapping[str, object]) -> Product:
    """One product, as `/products` lists it and as a booking holds it."""
    options = objects(data.get("options"))
    return Product(
        name=name_of(data),
        time_zone=text(data.get("timeZone")),
        options={text(option.get("id")): name_of(option) for option in options},
        units={
            (text(option.get("id")), text(unit.get("id"))): read_unit(unit)
            for option in options
            for unit in objects(option.get("units"))
        },
    )


def read_unit(data: Mapping[str, object]) -> Unit:
    pax = number(an_object(data.get("restrictions")).get("paxCount"))
    return Unit(
        name=name_of(data),
        type=text(data.get("type")),
        pax=int(pax) if pax is not None and 0 <= pax <= MOST_PERSONS else None,
    )


def name_of(data: Mapping[str, object]) -> str:
    """What the supplier's own staff call it; the public title where that is not said."""
    return next((clean for key in ("internalName", "title") if (clean := shown(data.get(key)))), "")


def shown(value: object, longest: int = LONGEST_NAME) -> str:
    """A foreign text, fit to be shown."""
    return show_hostile(text(value).strip(), longest)


def find_unit(sources: Iterable[Product], option_id: str, unit_id: str) -> Iterable[Unit]:
    """What each source knows of a unit, best first: of that option, else of any option of the product."""
    for product in sources:
        exact = product.units.get((option_id, unit_id))
        alike = (unit for (_, other), unit in product.units.items() if other == unit_id)
        found = exact or next(alike, None)
        if found is not None and unit_id:
            yield found


def call_unit(units: Iterable[Unit], unit_id: str) -> str:
    """The name of a unit: the supplier's, else its type (ADULT), else its id where a person can read that (adult)."""
    known = tuple(units)
    for unit in known:
        if unit.name:
            return unit.name
    for unit in known:
        if unit.type and unit.type != "OTHER":
            return _readable(unit.type)
    return ANY_UNIT if _MACHINE_MADE.search(unit_id) else _readable(unit_id) or ANY_UNIT


def _readable(word: str) -> str:
    return shown(word.replace("_", " ").replace("-", " ")).capitalize()


def trimmed(data: object) -> list[dict[str, object]]:
    """A `/products` reply without all that is never shown: what the cache keeps."""
    return [
        {**_only(product, "id", "internalName", "title", "timeZone"), "options": _options(product)}
        for product in objects(data)
        if text(product.get("id"))
    ]


def _options(product: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {
            **_only(option, "id", "internalName", "title"),
            "units": [_unit(unit) for unit in objects(option.get("units"))],
        }
        for option in objects(product.get("options"))
    ]


def _unit(unit: Mapping[str, object]) -> dict[str, object]:
    pax = an_object(unit.get("restrictions")).get("paxCount")
    return {**_only(unit, "id", "internalName", "title", "type"), "restrictions": {"paxCount": pax}}


def _only(data: Mapping[str, object], *keys: str) -> dict[str, object]:
    return {key: data[key] for key in keys if isinstance(data.get(key), str | int)}
