"""Who may ask: tokens by the password grant. The user and the password open nothing outside this sandbox."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.refusals import unauthorised

USERNAME = "sandbox-box-office"
PASSWORD = "sandbox-only-7Kx2"  # noqa: S105 (known to everybody, and good for nothing)
EXPIRES_IN_S = 43_200
_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """Those that have been given out, and until when each is good."""

    def __init__(self) -> None:
        self._good_until: dict[str, datetime] = {}

    def grant(self, call: Call, now: datetime) -> Response:
        """`grant_type`, `client_id`, `username` and `password` in a form; the client's name is free text.

        Refused with 400 in the words of OAuth (RFC 6749, 5.2).
        """
        if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _no("invalid_request", "The body must be a form")
        asked = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        if asked.get("grant_type") != "password":
            return _no("unsupported_grant_type", "grant_type must be password")
        if not asked.get("client_id"):
            return _no("invalid_client", "client_id is missing")
        if (asked.get("username"), asked.get("password")) != (USERNAME, PASSWORD):
            return _no("invalid_grant", "The user name or password is incorrect")
        token = secrets.token_urlsafe(32)
        self._good_until[token] = now + timedelta(seconds=EXPIRES_IN_S)
        return JSONResponse({"token_type": "Bearer", "access_token": token, "expires_in": EXPIRES_IN_S})

    def check(self, call: Call, now: datetime) -> None:
        """Raises VistaError (401) for a request without a good token."""
        scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
        until = self._good_until.get(token.strip())
        if scheme.lower() != "bearer" or until is None or now >= until:
            raise unauthorised()

    def revoke(self) -> None:
        """No token is good any more."""
        self._good_until.clear()


def _no(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)
