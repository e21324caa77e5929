"""Cinemas, showtimes and ticket prices of the wire. What cannot be one is left out; a broken field never costs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.domain.cinema import AreaCategory, Programme, Showtime, Site, TicketPrice
from kiosk.offices.fields import a_list, an_object, day, flag, number, objects, text
from kiosk.offices.vista.reading import (
    Named,
    Reading,
    TimeZones,
    identity,
    local_moment,
    look_up,
    related,
    time_zones_in,
    word,
)

LONGEST_RUNTIME_MIN = 24 * 60

_UNREADABLE = "?"
"""Stands for a restriction that is no text: not understood, so its price stays hidden."""


def read_sites(document: object, reading: Reading) -> tuple[Site, ...] | None:
    """None where the document holds no list of cinemas."""
    listed = an_object(document).get("sites")
    if not isinstance(listed, list):
        return None
    return tuple(site for item in objects(listed) if (site := _site(item, reading)).id)


def _site(item: Mapping[str, object], reading: Reading) -> Site:
    return Site(identity(item.get("id")), reading.name(item.get("name")), text(item.get("ianaTimeZoneName")).strip())


def read_programme(document: object, reading: Reading, time_zones: TimeZones) -> Programme | None:
    """`time_zones` of cinemas that are known already: the document itself may not tell. None: no list of showtimes."""
    root = an_object(document)
    if not isinstance(root.get("showtimes"), list):
        return None
    films, screens, attributes, ratings = related(document, "films", "screens", "attributes", "censorRatings")
    joined = _Joined(films, screens, attributes, ratings, time_zones_in(document, time_zones))
    found = (_showtime(item, joined, reading) for item in objects(root["showtimes"]))
    by_start = sorted((showtime for showtime in found if showtime.id), key=_start)
    return Programme(day(root.get("businessDate")), tuple(by_start))


@dataclass(frozen=True, slots=True)
class _Joined:
    """What a showtime's ids stand for."""

    films: Named
    screens: Named
    attributes: Named
    ratings: Named
    time_zones: TimeZones


def _showtime(item: Mapping[str, object], joined: _Joined, reading: Reading) -> Showtime:
    site_id, layout_id = identity(item.get("siteId")), identity(item.get("seatLayoutId"))
    schedule, film = an_object(item.get("schedule")), look_up(joined.films, item.get("filmId"))
    time_zone = joined.time_zones.get(site_id, "")
    areas = tuple(
        AreaCategory(identity(area.get("areaCategoryId")), flag(area.get("isAllocatedSeating")) or False)
        for area in objects(item.get("areaCategories"))
    )
    runtime = number(film.get("runtimeInMinutes"))
    return Showtime(
        id=identity(item.get("id")),
        site_id=site_id,
        film=reading.name(film.get("title")),
        screen=reading.name(look_up(joined.screens, item.get("screenId")).get("name")),
        starts_at=local_moment(schedule.get("startsAt"), time_zone),
        film_starts_at=local_moment(schedule.get("filmStartsAt"), time_zone),
        ends_at=local_moment(schedule.get("endsAt"), time_zone),
        business_date=day(schedule.get("businessDate")),
        runtime_min=int(runtime) if runtime is not None and 0 < runtime <= LONGEST_RUNTIME_MIN else None,
        rating=_rating(look_up(joined.ratings, film.get("censorRatingId")), reading),
        is_sold_out=flag(item.get("isSoldOut")) or False,
        is_allocated=_is_allocated(flag(item.get("isAllocatedSeating")), areas, layout_id),
        seat_layout_id=layout_id,
        areas=areas,
        attributes=_attributes(item, joined, reading),
        requires_3d_glasses=flag(item.get("requires3dGlasses")) or False,
    )


def _is_allocated(told: bool | None, areas: tuple[AreaCategory, ...], layout_id: str) -> bool:
    """What the showtime says, else its areas; where neither does, seats that have a plan have numbers."""
    if told is not None:
        return told
    return any(area.is_allocated for area in areas) if areas else bool(layout_id)


def _rating(rating: Mapping[str, object], reading: Reading) -> str:
    return reading.first_name(rating, "classification", "shortName", "name")


def _attributes(item: Mapping[str, object], joined: _Joined, reading: Reading) -> tuple[str, ...]:
    known = (look_up(joined.attributes, one) for one in a_list(item.get("attributeIds")))
    names = (reading.first_name(attribute, "shortName", "name", "description") for attribute in known)
    return tuple(dict.fromkeys(name for name in names if name))


_LAST = datetime.max.replace(tzinfo=UTC)


def _start(showtime: Showtime) -> tuple[datetime, str]:
    return showtime.starts_at or _LAST, showtime.screen


def read_prices(document: object, reading: Reading) -> tuple[TicketPrice, ...] | None:
    """Every price whose amount can be read, hidden ones included. None where the document holds no list of prices."""
    root = an_object(document)
    if not isinstance(root.get("ticketPrices"), list):
        return None
    (types,) = related(document, "ticketTypes")
    found = (_price(item, types, reading) for item in objects(root["ticketPrices"]))
    return tuple(price for price in found if price is not None)


def _price(item: Mapping[str, object], types: Named, reading: Reading) -> TicketPrice | None:
    ticket_type_id, price = identity(item.get("ticketTypeId")), reading.price(item.get("price"))
    if not ticket_type_id or price is None:
        return None
    ticket_type = look_up(types, ticket_type_id)
    return TicketPrice(
        ticket_type_id=ticket_type_id,
        price=price,
        name=reading.first_name(ticket_type, "description", "longDescription"),
        booking_fee=reading.money(item.get("bookingFee")),
        restrictions=_words(item.get("restrictions")),
        voucher_type_codes=tuple(identity(code) for code in a_list(item.get("voucherTypeCodes")) if identity(code)),
        area_category_id=identity(ticket_type.get("areaCategoryId")),
        is_default=flag(item.get("isDefault")) or False,
    )


def _words(restrictions: object) -> tuple[str, ...]:
    """Nothing but null and an empty array mean that there are none."""
    if restrictions is None:
        return ()
    if not isinstance(restrictions, list):
        return (_UNREADABLE,)
    return tuple(word(text(one)) or _UNREADABLE for one in restrictions)
