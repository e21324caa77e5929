"""How the vendor writes its things in JSON: sites, showtimes, films, seats, ticket prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from kiosk.sandbox.vista.cinemas import ATTRIBUTES, RATINGS, Film, Screen, Site
from kiosk.sandbox.vista.money import Money
from kiosk.sandbox.vista.plans import AREA_NAMES, Plan, Seat
from kiosk.sandbox.vista.prices import TicketType
from kiosk.sandbox.vista.programme import Showtime

Json = dict[str, object]


def text(words: str) -> Json:
    return {"text": words, "translations": []}


def utc(at: datetime) -> str:
    """An expiry as .NET writes it: UTC, seven fractional digits."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "7Z"


def site_json(site: Site) -> Json:
    return {
        "id": site.id,
        "name": text(site.name),
        "ianaTimeZoneName": site.time_zone,
        "hopk": "",
        "contactDetails": {"phoneNumbers": [], "email": None, "address": None},
        "hasSellableItems": False,
    }


def showtime_json(showtime: Showtime) -> Json:
    site, screen = showtime.site, showtime.screen

    def written(at: datetime) -> str:
        return at.replace(tzinfo=None).isoformat() if screen.zone_less else at.isoformat()

    return {
        "id": showtime.id,
        "schedule": {
            "businessDate": showtime.business_date.isoformat(),
            "startsAt": written(showtime.starts_at),
            "filmStartsAt": written(showtime.film_starts_at),
            "endsAt": written(showtime.ends_at),
            "filmEndsAt": written(showtime.ends_at),
        },
        "isSoldOut": showtime.is_sold_out,
        "seatLayoutId": screen.layout_id,
        "filmId": showtime.film.id,
        "siteId": site.id,
        "screenId": site.screen_id(screen),
        "areaCategories": [
            {"areaCategoryId": site.category_id(category), "isAllocatedSeating": screen.plan is not None}
            for category in screen.categories
        ],
        "attributeIds": [*screen.attributes, *(["0000000001"] if showtime.film.three_d else [])],
        "isAllocatedSeating": screen.plan is not None,
        "requires3dGlasses": showtime.film.three_d,
        "eventId": None,
        "restrictions": [],
    }


def film_json(film: Film) -> Json:
    """Sparse for a film that has no rating yet."""
    told: Json = {"id": film.id, "title": text(film.title)}
    if film.rating:
        told |= {"censorRatingId": film.rating, "runtimeInMinutes": film.minutes, "synopsis": None, "genreIds": []}
    return told


def screen_json(site: Site, screen: Screen) -> Json:
    return {"id": site.screen_id(screen), "name": text(screen.name), "siteId": site.id}


def area_category_json(site: Site, category: int, screen: Screen) -> Json:
    return {
        "id": site.category_id(category),
        "name": text(AREA_NAMES[category]),
        "hopk": "",
        "isAllocatedSeating": screen.plan is not None,
    }


def related_json(showtimes: Iterable[Showtime]) -> Json:
    """What showtimes refer to, each thing once."""
    shown = tuple(showtimes)
    films = {s.film.id: film_json(s.film) for s in shown}
    screens = {s.site.screen_id(s.screen): screen_json(s.site, s.screen) for s in shown}
    categories = {
        s.site.category_id(category): area_category_json(s.site, category, s.screen)
        for s in shown
        for category in s.screen.categories
    }
    return {
        "films": list(films.values()),
        "screens": list(screens.values()),
        "sites": list({s.site.id: site_json(s.site) for s in shown}.values()),
        "areaCategories": list(categories.values()),
        "attributes": [
            {"id": key, "name": text(name), "shortName": text(name), "description": text(what)}
            for key, (name, what) in ATTRIBUTES.items()
        ],
        "censorRatings": [{"id": key, "classification": text(word)} for key, word in RATINGS.items()],
    }


def price_json(kind: TicketType, site: Site) -> Json:
    return {
        "ticketTypeId": kind.id_at(site),
        "price": Money(kind.price).as_json(),
        "isDefault": kind.is_default,
        "bookingFee": None if kind.fee is None else {"amountIncludingTax": float(kind.fee)},
        "restrictions": list(kind.restrictions),
        "rewardId": None,
        "voucherTypeCodes": list(kind.codes),
        "thirdPartyMemberSchemeId": None,
        "isShownAsPreviewWhenRestricted": False,
        "displayPriority": 98,
        "subscriptionId": None,
        "discountId": None,
        "discount": None,
    }


def ticket_type_json(kind: TicketType, site: Site) -> Json:
    return {
        "type": "Normal",
        "id": kind.id_at(site),
        "description": text(kind.name),
        "longDescription": None,
        "areaCategoryId": site.category_id(kind.category),
        "isRestrictedToMembers": "Member" in kind.restrictions,
        "displayPriority": 0,
        "isChildTicket": kind.number == "0002",
        "hopk": "",
        "ticketCode": None,
        "hoCode": f"{int(kind.number) + 48:05}",
    }


def layout_json(site: Site, screen: Screen, plan: Plan) -> Json:
    return {
        "seatLayout": {
            "id": str(screen.layout_id),
            "areas": [
                {
                    "number": area.number,
                    "name": text(AREA_NAMES[area.category]),
                    "areaCategoryId": site.category_id(area.category),
                    "isAllocatedSeating": True,
                    "boundary": {
                        "left": 0,
                        "top": area.top,
                        "right": area.width,
                        "bottom": area.top + len(area.rows),
                    },
                    "rows": [
                        {
                            "number": row.number,
                            "label": row.label,
                            "seats": [_layout_seat(site, seat) for seat in row.seats],
                        }
                        for row in area.rows
                    ],
                }
                for area in plan.areas
            ],
        },
        "relatedData": {"areaCategories": [area_category_json(site, category, screen) for category in plan.categories]},
    }


def position_json(seat: Seat) -> Json:
    return {"areaNumber": seat.area, "rowNumber": seat.row, "columnNumber": seat.column}


def _layout_seat(site: Site, seat: Seat) -> Json:
    return {
        "id": seat.id,
        "label": seat.label,
        "rowLabel": seat.row_label,
        "type": seat.type,
        "position": position_json(seat),
        "areaCategoryId": site.category_id(seat.category),
    }


def order_seat_json(site: Site, seat: Seat) -> Json:
    """A seat that somebody has, as orders name it."""
    return {
        "seatId": seat.id,
        "seatLabel": seat.label,
        "rowLabel": seat.row_label,
        "areaName": text(AREA_NAMES[seat.category]),
        "areaCategoryId": site.category_id(seat.category),
        "position": position_json(seat),
    }
