"""What is answered to which request. All that leads nowhere is answered alike: there is nothing to be learned."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.assets import ApplePasses, CalendarFile, TakeHome
from kiosk.handover.links import Links
from kiosk.handover.page import CALENDAR, POLICY, Phone, nothing_page, ticket_page

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Vary": "User-Agent",
    "Connection": "close",
}
"""With every answer, whatever it is."""


def application(links: Links) -> Starlette:
    """Reads what is in `links`, and changes nothing but whether a page has been seen."""

    async def page(request: Request) -> Response:
        token = request.path_params["token"]
        take_home = links.find(token)
        if take_home is None:
            return _nothing()
        if request.method == "GET":
            links.see(token)
        phone = Phone.of(request.headers.get("user-agent", ""))
        return Response(ticket_page(take_home, token, phone), media_type="text/html", headers=dict(HEADERS))

    async def file(request: Request) -> Response:
        take_home = links.find(request.path_params["token"])
        found = None if take_home is None else _file(take_home, request.path_params["name"])
        if found is None:
            return _nothing()
        content, media_type, placed = found
        return Response(content, media_type=media_type, headers={**HEADERS, "Content-Disposition": placed})

    async def nothing(request: Request, error: Exception) -> Response:
        return _nothing()

    app = Starlette(
        routes=[Route("/{token}", page, methods=["GET"]), Route("/{token}/{name}", file, methods=["GET"])],
        exception_handlers={404: nothing, 405: nothing, 500: nothing},
    )
    app.router.redirect_slashes = False
    return app


def _file(take_home: TakeHome, name: str) -> tuple[bytes, str, str] | None:
    """Its bytes, its type, and what the phone is to do with it: passes are opened, a calendar is taken down."""
    apple, calendar = take_home.assets.apple, take_home.assets.calendar
    if isinstance(apple, ApplePasses) and name == f"tickets.{apple.suffix}":
        return apple.content, apple.media_type, f'inline; filename="{name}"'
    if isinstance(calendar, CalendarFile) and name == CALENDAR:
        return calendar.content, "text/calendar", f'attachment; filename="{name}"'
    return None


def _nothing() -> Response:
    return Response(nothing_page(), 404, media_type="text/html", headers=dict(HEADERS))
