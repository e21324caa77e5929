"""What can be read without an order: sites, showtimes, ticket prices, seat layouts."""

from __future__ import annotations

from datetime import date

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.asking import path
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.cinemas import SITES
from kiosk.sandbox.vista.prices import prices_for
from kiosk.sandbox.vista.refusals import malformed, not_found
from kiosk.sandbox.vista.shapes import (
    layout_json,
    price_json,
    related_json,
    showtime_json,
    site_json,
    ticket_type_json,
)


def sites(office: BoxOffice, call: Call) -> Response:
    return JSONResponse({"sites": [site_json(site) for site in SITES], "relatedData": {}})


def showtimes(office: BoxOffice, call: Call) -> Response:
    """A business date, or `first` for the first one on which something is on sale."""
    query = call.request.query_params
    wanted = frozenset(query.getlist("siteIds"))
    if set(query) - {"siteIds"}:
        raise malformed("siteIds is the only query parameter")
    asked = path(call, "date")
    if asked == "first":
        day = office.programme.first_day(wanted, office.now)
        if day is None:
            raise not_found("There are no showtimes.")
    else:
        try:
            day = date.fromisoformat(asked)
        except ValueError as error:
            raise malformed("The business date is not a date") from error
    found = office.programme.of(wanted, day, office.now)
    return JSONResponse(
        {
            "businessDate": day.isoformat(),
            "showtimes": [showtime_json(showtime) for showtime in found],
            "relatedData": related_json(found),
        }
    )


def showtime(office: BoxOffice, call: Call) -> Response:
    found = office.showtime(path(call, "showtime"))
    return JSONResponse({"showtime": showtime_json(found), "relatedData": related_json([found])})


def ticket_prices(office: BoxOffice, call: Call) -> Response:
    found = office.showtime(path(call, "showtime"))
    kinds = tuple(prices_for(found))
    return JSONResponse(
        {
            "ticketPrices": [price_json(kind, found.site) for kind in kinds],
            "relatedData": {
                "ticketTypes": [ticket_type_json(kind, found.site) for kind in kinds],
                "items": [],
                "discounts": [],
            },
        }
    )


def seat_layout(office: BoxOffice, call: Call) -> Response:
    wanted = path(call, "layout")
    for site in SITES:
        for screen in site.screens:
            if screen.plan is not None and str(screen.layout_id) == wanted:
                return JSONResponse(layout_json(site, screen, screen.plan))
    raise not_found("The seat layout does not exist.")
