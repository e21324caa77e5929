"""How each fault shows on the wire: answers that are late, lost, cut, or no answers at all."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from kiosk.sandbox.clock import Clock
from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.serving import cut, is_cut

GARBAGE = "<!doctype html><html><head><title>One moment</title></head><body>Checking your browser…</body></html>"
UNAVAILABLE = "<html><head><title>503</title></head><body><h1>503 Service Temporarily Unavailable</h1></body></html>"


async def spoil(
    plan: FaultPlan, *, apply: Callable[[], Response], mishap: Callable[[], Response], clock: Clock
) -> Response:
    """The answer to a request that a fault strikes. `apply` does what was asked; `mishap` is the vendor's wording.

    An answer without a body cannot be mangled: the connection is closed in its place.
    """
    match plan.name:
        case "slow":
            response = apply()
            await clock.sleep(plan.delay_s)
            return response
        case "late":
            await clock.sleep(plan.delay_s)
            return apply()
        case "drop_before":
            return HungUp()
        case "lost":
            apply()
            return HungUp()
        case "lost_garbage":
            apply()
            return HTMLResponse(GARBAGE)
        case "garbage":
            return HTMLResponse(GARBAGE)
        case "error_503":
            return HTMLResponse(UNAVAILABLE, status_code=503)
        case "truncated" | "cut_json" | "wrong_shape" | "drip":
            whole = apply()
            return _mangled(whole, plan, clock) if whole.body else HungUp()
        case _:
            return mishap()


def _mangled(whole: Response, plan: FaultPlan, clock: Clock) -> Response:
    match plan.name:
        case "truncated":
            return Truncated(whole)
        case "cut_json":
            return _with_body(whole, bytes(whole.body)[: len(whole.body) // 2])
        case "wrong_shape":
            return _reshaped(whole)
        case _:
            return Drip(whole, plan.delay_s, clock)


class HungUp(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await cut(scope, receive)


class Truncated(Response):
    """Half of an answer under the Content-Length of the whole, then the connection is closed."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, whole.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await cut(scope, receive, flush=True)


class Drip(Response):
    """An answer that never ends: it begins, and a blank follows every `pause_s`, until the client hangs up."""

    def __init__(self, whole: Response, pause_s: float, clock: Clock) -> None:
        super().__init__(whole.body, whole.status_code, whole.headers)
        del self.headers["content-length"]
        self._pause_s = pause_s
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        byte = bytes(self.body)[:1]
        while not is_cut(scope):
            await send({"type": "http.response.body", "body": byte, "more_body": True})
            await self._clock.sleep(self._pause_s)
            await asyncio.sleep(0)  # a test's clock may not wait at all
            byte = b" "


def _with_body(whole: Response, body: bytes) -> Response:
    headers = {name: value for name, value in whole.headers.items() if name != "content-length"}
    return Response(body, whole.status_code, headers)


def _reshaped(whole: Response) -> Response:
    """A list becomes its first entry (or an empty object), anything else a list that holds it; a file one in base64."""
    try:
        content = json.loads(bytes(whole.body))
    except ValueError:
        content = base64.b64encode(bytes(whole.body)).decode()
    turned = (content[0] if content else {}) if isinstance(content, list) else [content]
    return _with_body(whole, json.dumps(turned).encode())
