"""A week of showtimes from the day on which the sandbox starts, in the wall time of each cinema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kiosk.sandbox.vista.cinemas import COMETS, FILMS, LONG_TAKE, SITES, Film, Screen, Site

DAYS = 7
DAY_STARTS_H = 6
"""A business day ends at six in the morning, so that night shows belong to the evening before."""
ADVERTS_MIN = 20
ON_SALE_MIN = 20
"""Minutes after the start for which tickets are still sold (undocumented)."""
SOON_MIN = 25


@dataclass(frozen=True, slots=True)
class Showtime:
    """`starts_at` is aware, in the cinema's zone. `fullness` of 100 places have been sold before the sandbox starts;
    `scattered`: what is left lies apart, so that the office finds no two seats beside each other."""

    id: str
    site: Site
    screen: Screen
    film: Film
    business_date: date
    starts_at: datetime
    fullness: int
    scattered: bool = False

    @property
    def film_starts_at(self) -> datetime:
        return self._later(ADVERTS_MIN)

    @property
    def ends_at(self) -> datetime:
        return self._later(ADVERTS_MIN + self.film.minutes)

    @property
    def is_sold_out(self) -> bool:
        return self.fullness >= 100

    def is_on_sale(self, now: datetime) -> bool:
        return now < self._later(ON_SALE_MIN)

    def _later(self, minutes: int) -> datetime:
        """So much real time later, also over a change of the clocks."""
        return (self.starts_at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(self.site.zone)


class Programme:
    """Everything that is shown, dated from `now`."""

    def __init__(self, now: datetime) -> None:
        self.showtimes = {showtime.id: showtime for site in SITES for showtime in _week(site, now)}

    def of(self, site_ids: frozenset[str], day: date, now: datetime) -> list[Showtime]:
        """What is on sale on one business day, by time; `site_ids` empty: at every cinema."""
        found = [s for s in self.on_sale(site_ids, now) if s.business_date == day]
        return sorted(found, key=lambda showtime: (showtime.starts_at, showtime.id))

    def first_day(self, site_ids: frozenset[str], now: datetime) -> date | None:
        """The first business day on which something is on sale."""
        return min((s.business_date for s in self.on_sale(site_ids, now)), default=None)

    def on_sale(self, site_ids: frozenset[str], now: datetime) -> Iterator[Showtime]:
        for showtime in self.showtimes.values():
            if (not site_ids or showtime.site.id in site_ids) and showtime.is_on_sale(now):
                yield showtime


def _week(site: Site, now: datetime) -> Iterator[Showtime]:
    """The first two start soon, at whatever hour the sandbox is started: `0002-2681` is the vendor's own example."""
    soon = _soon(site, now)
    first_day = (soon - timedelta(hours=DAY_STARTS_H)).date()
    number = site.first_showtime
    for screen in (site.screens[0], site.screens[-1]):
        yield Showtime(f"{site.id}-{number}", site, screen, LONG_TAKE, first_day, soon, fullness=30)
        number += 1
    for offset in range(DAYS):
        day = first_day + timedelta(days=offset)
        for screen in site.screens:
            for turn, start in enumerate(screen.starts):
                starts_at = _at(site, day, start)
                if (
                    abs(starts_at - soon) > timedelta(hours=2)
                    or offset
                    or screen not in (site.screens[0], site.screens[-1])
                ):
                    yield _regular(f"{site.id}-{number}", site, screen, day, starts_at, turn + screen.number + offset)
                number += 1


def _regular(showtime_id: str, site: Site, screen: Screen, day: date, starts_at: datetime, turn: int) -> Showtime:
    film = FILMS[turn % len(FILMS)]
    if film is COMETS and screen.plan is None:
        film = LONG_TAKE  # no glasses in the open air
    chance = hashlib.sha256(showtime_id.encode()).digest()[0]
    sold_out, scattered = turn % 7 == 5, screen.number == 1 and turn % 4 == 3
    fullness = 100 if sold_out else 60 if scattered else 5 + chance % 70
    return Showtime(showtime_id, site, screen, film, day, starts_at, fullness, scattered and not sold_out)


def _soon(site: Site, now: datetime) -> datetime:
    """The next five minutes that are at least `SOON_MIN` away."""
    late = now.astimezone(UTC) + timedelta(minutes=SOON_MIN + 5)
    return late.replace(minute=late.minute - late.minute % 5, second=0, microsecond=0).astimezone(site.zone)


def _at(site: Site, day: date, start: str) -> datetime:
    """A wall time of a business day. One that the clocks skip is moved on, one that comes twice is the first."""
    hours, minutes = map(int, start.split(":"))
    wall = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
    return wall.replace(tzinfo=site.zone).astimezone(UTC).astimezone(site.zone)
