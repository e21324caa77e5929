"""The sandbox's own routes, for tests and people: books, samples, faults, reset. Not the vendors'."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.sandbox.books import Books
from kiosk.sandbox.faults import ALL_FAULTS, FaultPlan, Faults
from kiosk.sandbox.samples import Sample
from kiosk.sandbox.vista.place import VistaPlace

PREFIX = "/_sandbox"


class Control:
    """`samples` and `reset` are asked for anew at each call: a reset makes other samples."""

    def __init__(
        self,
        books: Books,
        faults: Faults,
        samples: Callable[[], Mapping[str, Sample]],
        vista: VistaPlace,
        reset: Callable[[], None],
    ) -> None:
        self._books = books
        self._faults = faults
        self._samples = samples
        self._vista = vista
        self._reset = reset

    @property
    def routes(self) -> list[Route]:
        return [
            Route(f"{PREFIX}/books", self._show_books, methods=["GET"]),
            Route(f"{PREFIX}/samples", self._show_samples, methods=["GET"]),
            Route(f"{PREFIX}/vista", self._show_vista, methods=["GET"]),
            Route(f"{PREFIX}/reset", self._start_anew, methods=["POST"]),
            Route(f"{PREFIX}/faults", self._show_faults, methods=["GET"]),
            Route(f"{PREFIX}/faults", self._set_faults, methods=["POST"]),
        ]

    async def _show_books(self, request: Request) -> Response:
        self._vista.settle()
        return JSONResponse(self._books.as_json())

    async def _show_samples(self, request: Request) -> Response:
        return JSONResponse({name: sample.as_json() for name, sample in self._samples().items()})

    async def _show_vista(self, request: Request) -> Response:
        return JSONResponse(self._vista.standing())

    async def _start_anew(self, request: Request) -> Response:
        self._reset()
        return Response(status_code=204)

    async def _show_faults(self, request: Request) -> Response:
        return JSONResponse(
            {
                "in_force": [plan.as_json() for plan in self._faults.plans],
                "known": {name: {"applied": fault.applied, "what": fault.what} for name, fault in ALL_FAULTS.items()},
            }
        )

    async def _set_faults(self, request: Request) -> Response:
        """One plan or an array of plans (strings like `lost@redeem*3` or objects), in the place of all others."""
        try:
            asked = json.loads(await request.body())
            self._faults.replace([_plan(one) for one in (asked if isinstance(asked, list) else [asked])])
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return await self._show_faults(request)


def _plan(asked: object) -> FaultPlan:
    if isinstance(asked, str):
        return FaultPlan.parse(asked)
    if not isinstance(asked, dict):
        raise ValueError("a fault is a text or an object")
    routes = asked.get("routes", [])
    if not isinstance(routes, list) or not all(isinstance(route, str) for route in routes):
        raise ValueError("routes must be an array of texts")
    if not all(isinstance(asked.get(name, 1), int | None) for name in ("times", "after")):
        raise ValueError("times and after must be whole numbers")
    return FaultPlan(**{**asked, "routes": tuple(routes)})
