"""The two pretend cinemas: their screens, the films that they show, and what else a showtime refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from kiosk.sandbox.vista.plans import GRAND, PLAYHOUSE, SALON, STANDARD, Plan
from kiosk.sandbox.zones import zone

LayoutId = str | int | None
"""`seatLayoutId` as live tenants send it."""


@dataclass(frozen=True, slots=True)
class Film:
    """`three_d`: with glasses. `rating` is the id of a censor rating, empty where there is none yet."""

    id: str
    title: str
    minutes: int
    rating: str
    three_d: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """`plan` is None where seats are not allocated; `capacity` counts then. `auto`: the office finds seats by itself.

    `zone_less`: its times are sent without an offset. `starts` are hours and minutes of the business day; 25:10 is
    ten past one in the next night.
    """

    number: int
    name: str
    plan: Plan | None
    layout_id: LayoutId
    starts: tuple[str, ...]
    auto: bool = True
    zone_less: bool = False
    capacity: int = 0
    attributes: tuple[str, ...] = ()

    @property
    def categories(self) -> tuple[int, ...]:
        return (STANDARD,) if self.plan is None else self.plan.categories


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    name: str
    time_zone: str
    first_showtime: int
    screens: tuple[Screen, ...]

    @property
    def zone(self) -> tzinfo:
        return zone(self.time_zone)

    def screen_id(self, screen: Screen) -> str:
        return f"{self.id}-{screen.number}"

    def category_id(self, category: int) -> str:
        return f"{self.id}-{category:010}"


ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "0000000001": ("3D", "With glasses"),
    "0000000002": ("Sofas", "Some seats are sofas"),
    "0000000003": ("Subtitled", "Subtitles for the hard of hearing"),
    "0000000004": ("Laser", "Laser projection"),
    "0000000005": ("Audio description", "On headphones, from the bar"),
    "0000000006": ("Baby", "Babies are welcome"),
}
"""Id → short name, description."""

RATINGS: Mapping[str, str] = {"0000000001": "U", "0000000002": "PG", "0000000003": "12A", "0000000004": "15"}

LONG_TAKE = Film("HO00008565", "The Long Take", 128, "0000000003")
LIGHTHOUSE = Film("HO00008570", "Lighthouse Summer", 96, "0000000001")
GALA = Film("HO00008581", "Gala Night: The Glass Harbour", 142, "0000000004")
COMETS = Film("HO00008592", "Comets", 109, "0000000002", three_d=True)
HOSTILE = Film("HO00008599", "[/] \x1b[2JM\u00f6we & \u202egull\u202c <b>", 88, "")
"""Its title holds markup and control characters: text from outside is never to be trusted."""
FILMS = (LONG_TAKE, LIGHTHOUSE, GALA, COMETS, HOSTILE)

DEPOT = Site(
    "0002",
    "City Works Depot",
    "Europe/London",
    2681,
    (
        Screen(1, "Screen 1", GRAND, "0002-1-39", ("10:15", "13:30", "17:45", "21:10"), attributes=("0000000002",)),
        Screen(2, "Screen 2", PLAYHOUSE, 7, ("11:00", "14:00", "16:50", "20:05", "25:30"), zone_less=True),
        Screen(3, "Screen 3", SALON, "0002-3-41", ("12:20", "15:40", "18:55", "22:30"), auto=False,
               attributes=("0000000002", "0000000004")),
        Screen(4, "The Yard", None, None, ("10:45", "16:00", "19:30", "24:15"), capacity=40),
    ),
)  # fmt: skip
HARBOUR = Site(
    "0003",
    "Viaduct Basin",
    "Pacific/Auckland",
    9101,
    (
        Screen(1, "Kauri", PLAYHOUSE, "0003-1-12", ("10:30", "13:45", "18:00", "20:40", "26:20")),
        Screen(2, "Rimu", None, None, ("11:15", "15:10", "19:20"), capacity=60),
    ),
)
SITES = (DEPOT, HARBOUR)
