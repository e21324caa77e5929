"""How the vendor says no: `{status, title, detail}`, and the faults that are worded by it."""

from __future__ import annotations

import math

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.faults import FaultPlan


class VistaError(Exception):
    """An answer that is an error. 400 also means "conflicts with a business rule"; titles are undocumented words."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail

    @property
    def response(self) -> Response:
        return JSONResponse({"status": self.status, "title": self.title, "detail": self.detail}, self.status)


def malformed(detail: str) -> VistaError:
    """A request property that is invalid or missing."""
    return VistaError(400, "Bad Request", detail)


def conflict(title: str, detail: str) -> VistaError:
    """A request that goes against a business rule."""
    return VistaError(400, title, detail)


def not_found(detail: str) -> VistaError:
    return VistaError(404, "Not Found", detail)


def unauthorised() -> VistaError:
    return VistaError(401, "Unauthorized", "The access token is missing, unknown or expired.")


def seats_unavailable(detail: str) -> VistaError:
    """The one error that the vendor's pages name."""
    return VistaError(400, "SeatsUnavailable", detail)


def too_many(retry_after_s: float) -> Response:
    limited = VistaError(429, "Too Many Requests", "Too many requests. Try again later.").response
    limited.headers["Retry-After"] = str(math.ceil(retry_after_s))
    return limited


def mishap(plan: FaultPlan, route: str) -> Response:
    """The answer for a fault that the vendor words itself; nothing has been applied."""
    match plan.name:
        case "refuse" if "PUT" in route and "showtimes" in route:
            return seats_unavailable("One or more of the requested seats are no longer available.").response
        case "refuse":
            return conflict("Request refused", "The request conflicts with a business rule.").response
        case "rate_limited":
            return too_many(plan.delay_s)
        case "unauthorised":
            return unauthorised().response
        case "forbidden":
            return VistaError(403, "Forbidden", "The licence Vista.Ocapi is missing.").response
        case "not_found":
            return not_found("The resource does not exist.").response
        case "error_in_200":
            refused = VistaError(500, "Internal Server Error", "The request could not be processed.").response
            refused.status_code = 200
            return refused
        case _:
            return VistaError(500, "Internal Server Error", "An unexpected error occurred.").response
