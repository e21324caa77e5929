"""The two pretend suppliers and what they sell. The keys are for this sandbox only and open nothing anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from kiosk.sandbox.zones import zone

REDEMPTION = "octo/redemption"


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    name: str
    type: str
    pax: int = 1
    ages: tuple[int, int] = (0, 99)
    accompanied_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """`opens` is None for a product without dates, else the start times; `hours` how long it lasts, 0 for all day."""

    id: str
    name: str
    reference: str | None
    time_zone: str
    units: tuple[Unit, ...]
    starts: tuple[str, ...] = ()
    hours: float = 0.0
    freesale: bool = False
    option_id: str = "DEFAULT"
    option_name: str = "DEFAULT"
    formats: tuple[str, ...] = ("PDF_URL", "QRCODE")

    @property
    def zone(self) -> tzinfo:
        return zone(self.time_zone)

    @property
    def availability_type(self) -> str:
        return "START_TIME" if self.starts else "OPENING_HOURS"

    def unit(self, unit_id: str) -> Unit:
        return next(unit for unit in self.units if unit.id == unit_id)


@dataclass(frozen=True, slots=True)
class Supplier:
    """One supplier, one key. `forces_test`: every request works in the test environment, whatever it asks for."""

    key: str
    id: str
    name: str
    products: tuple[Product, ...]
    capabilities: frozenset[str] = frozenset({REDEMPTION, "octo/content"})
    forces_test: bool = False


_ADULT = Unit("adult", "Adult", "ADULT", ages=(16, 100))
_CHILD = Unit("child", "Child", "CHILD", ages=(5, 15), accompanied_by=("adult",))
_INFANT = Unit("infant", "Infant", "INFANT", ages=(0, 4), accompanied_by=("adult",))
_FAMILY = Unit("family", "Family", "FAMILY", pax=4, ages=(0, 100))
_SENIOR = Unit("senior", "Senior", "SENIOR", ages=(65, 120))
_STUDENT = Unit("student", "Student", "STUDENT", ages=(16, 100))
_YOUTH = Unit("youth", "Youth", "YOUTH", ages=(12, 17))

_LONDON, _AMSTERDAM = "Europe/London", "Europe/Amsterdam"

PRODUCTS: Mapping[str, Product] = {
    "cruise": Product(
        "1ba8b5fd-a061-42a6-8af8-ee46bb1a5660",
        "London River Cruise Return",
        None,
        _LONDON,
        (_ADULT, _CHILD, _FAMILY),
    ),
    "dinner": Product(
        "0b7c1c52-6c38-4d5e-9f53-5d0c6d1f2a10",
        "Evening Dinner Cruise",
        "DINNER",
        _LONDON,
        (_ADULT, _CHILD, _SENIOR),
        starts=("18:30", "19:30"),
        hours=2.5,
        option_id="upper",
        option_name="Upper deck",
    ),
    "bus": Product(
        "6e1f4f0e-70c2-4d12-8a37-3f8bb4a0d5b1",
        "River Bus One Day",
        "RB-1D",
        _LONDON,
        (_ADULT, _CHILD, _INFANT, _FAMILY),
        freesale=True,
    ),
    "night": Product(
        "b2f4d7a8-1f0b-4a7e-8c19-92a5a9c1e7f3",
        "Harbour Lights by Night",
        "LIGHTS",
        _LONDON,
        (_ADULT, _SENIOR),
        starts=("22:30",),
        hours=3,
    ),
    "museum": Product(
        "c4a9e2d1-58f7-4b36-a1d0-7be1c83f6d24",
        "Museum Day Ticket",
        "HM-DAY",
        _AMSTERDAM,
        (_ADULT, _YOUTH, _STUDENT, _FAMILY),
        formats=("PDF_URL", "QRCODE", "CODE128", "AZTECCODE"),
    ),
    "lighthouse": Product(
        "d85b3c07-9a64-4e2f-b7c8-164fe0a9275b",
        "Lighthouse Climb",
        "HM-LIGHT",
        _AMSTERDAM,
        (_ADULT, _CHILD),
        starts=("10:00", "11:30", "14:00", "16:30"),
        hours=1,
        option_id="guided",
        option_name="Guided",
    ),
    "hostile": Product(
        "e97d0c4b-2b1a-4f83-9e5d-a3f07c61b8d2",
        "Members’ [/] \x1b[31m[bold]Evening\u202e\x07",
        "HM-[red]",
        _AMSTERDAM,
        (_ADULT,),
        starts=("20:00",),
        hours=3,
    ),
}

RIVER = Supplier(
    "00000000-0000-4000-8000-00000000a001",
    "697e3ce8-1860-4cbf-80ad-95857df1f640",
    "River Cruises",
    tuple(PRODUCTS[name] for name in ("cruise", "dinner", "bus", "night")),
)
MUSEUM = Supplier(
    "00000000-0000-4000-8000-00000000a002",
    "d1f4e6a0-33b7-4f51-9c67-0e2b7d9835cc",
    "Harbour Museum",
    tuple(PRODUCTS[name] for name in ("museum", "lighthouse", "hostile")),
)
SUPPLIERS = (RIVER, MUSEUM)
