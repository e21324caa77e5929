"""Who may ask: client credentials, a key, a tenant, a correlation id. They open nothing outside this sandbox."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.refusals import VistaError, unauthorised

CLIENT_ID = "sandbox-issuer"
CLIENT_SECRET = "sandbox-only-pQ41"  # noqa: S105 (known to everybody, and good for nothing)
API_KEY = "sandbox-only-key-88"
TENANT = "CITYWORKS"
AUDIENCE = "https://partner.vista.co/"
EXPIRES_IN_S = 43_200
MOST_TOKENS = 25
WINDOW = timedelta(minutes=15)


class Identity:
    """Hands out tokens: 25 to a client in 15 minutes, one more is a plain 400."""

    def __init__(self) -> None:
        self._good_until: dict[str, datetime] = {}
        self._given: list[datetime] = []
        self.correlation_ids: list[str] = []

    def grant(self, call: Call, now: datetime) -> Response:
        """JSON, not a form. Whatever is wrong is a 400."""
        try:
            asked = json.loads(call.body)
        except ValueError:
            return _no("invalid_request", "The body must be JSON")
        if not isinstance(asked, dict) or asked.get("grant_type") != "client_credentials":
            return _no("unsupported_grant_type", "grant_type must be client_credentials")
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _no("invalid_client", "The client is not known")
        if asked.get("audience") != AUDIENCE or asked.get("tenant_code") != TENANT:
            return _no("invalid_request", "audience or tenant_code is wrong")
        self._given = [at for at in self._given if at > now - WINDOW]
        if len(self._given) >= MOST_TOKENS:
            return _no("invalid_request", "Too many access tokens have been requested")
        self._given.append(now)
        token = secrets.token_urlsafe(48)
        self._good_until[token] = now + timedelta(seconds=EXPIRES_IN_S)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": EXPIRES_IN_S})

    def check(self, call: Call, now: datetime) -> None:
        """Raises VistaError: 401 for the token, 403 for key or tenant, 400 for a call without a correlation id."""
        headers = call.request.headers
        scheme, _, token = headers.get("authorization", "").partition(" ")
        until = self._good_until.get(token.strip())
        if scheme.lower() != "bearer" or until is None or now >= until:
            raise unauthorised()
        if headers.get("vista-api-key") != API_KEY or headers.get("vista-api-tenant") != TENANT:
            raise VistaError(403, "Forbidden", "The API key or the tenant is not known.")
        if not headers.get("correlationid"):
            raise VistaError(400, "Bad Request", "The header correlationid is missing.")
        self.correlation_ids.append(headers["correlationid"])

    def revoke(self) -> None:
        """No token is good any more; how many were given stays counted."""
        self._good_until.clear()


def _no(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)
