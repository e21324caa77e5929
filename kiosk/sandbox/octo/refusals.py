"""How the vendor says no: its error objects, and the faults that are worded by it."""

from __future__ import annotations

import json
import math

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.octo.bookings import Obstacle


class OctoError(Exception):
    """An answer that is an error: the HTTP status and the vendor's error object."""

    def __init__(self, status: int, error: str, message: str, **more: object) -> None:
        super().__init__(error)
        self.status = status
        self.body: dict[str, object] = {"error": error, "errorMessage": message, **more}

    @property
    def response(self) -> Response:
        return JSONResponse(self.body, self.status)


def unauthorized() -> OctoError:
    return OctoError(401, "UNAUTHORIZED", "You must send a valid Authorization header")


def forbidden(message: str) -> OctoError:
    return OctoError(403, "FORBIDDEN", message)


def bad_request(message: str) -> OctoError:
    return OctoError(400, "BAD_REQUEST", message)


def not_found(message: str) -> OctoError:
    """Not among the documented errors; live clients meet it."""
    return OctoError(404, "NOT_FOUND", message)


def invalid_booking(uuid: str) -> OctoError:
    return OctoError(400, "INVALID_BOOKING_UUID", "The booking uuid was already used or is invalid", uuid=uuid)


def refused(redemption_code: str | None, obstacle: Obstacle) -> OctoError:
    """A redemption refused; the values of `redemptionErrorCode` are undocumented."""
    return OctoError(
        400, "BAD_REQUEST", obstacle.text, redemptionCode=redemption_code, redemptionErrorCode=obstacle.code
    )


def mishap(plan: FaultPlan, body: bytes) -> Response:
    """The answer for a fault that the vendor words itself."""
    match plan.name:
        case "refuse":
            return refused(_first_code(body), Obstacle("NOT_REDEEMABLE", "This cannot be redeemed")).response
        case "rate_limited":
            limited = OctoError(429, "TOO_MANY_REQUESTS", "Too many requests", retryAfter=plan.delay_s)
            response = limited.response
            response.headers["Retry-After"] = str(math.ceil(plan.delay_s))
            return response
        case "unauthorised":
            return unauthorized().response
        case "forbidden":
            return forbidden("The API key is not valid").response
        case "not_found":
            return not_found("Not found").response
        case "error_in_200":
            return OctoError(200, "UNPROCESSABLE_ENTITY", "The request could not be processed").response
        case _:
            return OctoError(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side").response


def _first_code(body: bytes) -> str | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    code = asked.get("redemptionCode") if isinstance(asked, dict) else None
    if isinstance(code, list):
        code = code[0] if code else None
    return code if isinstance(code, str) else None
