"""Pretend vendors behind real HTTP on loopback, with named faults and books of their own.

Written from the vendors' published pages, never from our client: it is the other side. Nothing here may be used
against a real office, and no real key may be given to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kiosk.sandbox.books import Books, Entry
from kiosk.sandbox.clock import Clock, WallClock
from kiosk.sandbox.control import Control
from kiosk.sandbox.door import Door
from kiosk.sandbox.faults import ALL_FAULTS, FAULTS, FaultPlan, Faults
from kiosk.sandbox.integration.back_office import Rules as IssuingRules
from kiosk.sandbox.integration.office import Integration
from kiosk.sandbox.integration.place import IntegrationPlace
from kiosk.sandbox.octo import office
from kiosk.sandbox.octo.catalogue import REDEMPTION, SUPPLIERS
from kiosk.sandbox.octo.clerk import Stock
from kiosk.sandbox.octo.office import Octo, OnBadCode, OnUnknown
from kiosk.sandbox.octo.samples import stock
from kiosk.sandbox.samples import Sample
from kiosk.sandbox.serving import HOST, Server
from kiosk.sandbox.vista.box_office import Rules
from kiosk.sandbox.vista.office import Vista
from kiosk.sandbox.vista.place import VistaPlace
from kiosk.sandbox.vista.voucher_sample import VoucherSample

__all__ = [
    "ALL_FAULTS",
    "FAULTS",
    "Books",
    "Entry",
    "FaultPlan",
    "Faults",
    "IntegrationPlace",
    "IssuingRules",
    "Rules",
    "Sample",
    "Sandbox",
    "VistaPlace",
    "VoucherSample",
]


class Sandbox:
    """All pretend vendors on one port of this machine, in the caller's event loop.

    `async with Sandbox() as sandbox:` serves until the block ends. `port` 0 takes any free one. `bookings` more plain
    ones are made for benchmarks, their codes are `bulk`. `seed` decides about codes and dice. `forces_test` and
    `without_redemption` name suppliers whose connections are set up in those ways. `on_bad_code` and `on_unknown`
    choose between behaviours that the vendor does not document, as `rules` do for `vista`, `issuing_rules` for
    `integration`.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        bookings: int = 0,
        faults: Iterable[FaultPlan] = (),
        clock: Clock | None = None,
        seed: str = "sandbox",
        forces_test: Collection[str] = (),
        without_redemption: Collection[str] = (),
        on_bad_code: OnBadCode = "none",
        on_unknown: OnUnknown = "empty",
        rules: Rules | None = None,
        issuing_rules: IssuingRules | None = None,
    ) -> None:
        self._clock = clock or WallClock()
        self._seed = seed
        self._bookings = bookings
        self._stock = self._restocked()
        self._suppliers = tuple(
            replace(
                supplier,
                forces_test=supplier.name in forces_test,
                capabilities=supplier.capabilities - ({REDEMPTION} if supplier.name in without_redemption else set()),
            )
            for supplier in SUPPLIERS
        )
        self.books = Books()
        self._octo = Octo(
            self._suppliers,
            self._stock.registers,
            self.books,
            self._clock,
            on_bad_code=on_bad_code,
            on_unknown=on_unknown,
        )
        self._vista = Vista(self.books, self._clock, rules or Rules())
        self.vista = VistaPlace(self._vista, lambda: self.root_url)
        self._integration = Integration(self.books, self._clock, issuing_rules or IssuingRules())
        self.integration = IntegrationPlace(self._integration, self.books, lambda: self.root_url)
        vendors = (self._octo, self._vista, self._integration)
        self.faults = Faults({route.label: route.writes for vendor in vendors for route in vendor.routes})
        self.faults.add(*faults)
        doors = [Door(vendor, self.books, self.faults, self._clock) for vendor in vendors]
        control = Control(self.books, self.faults, lambda: self.samples, self.vista, self.reset)
        application = Starlette(
            routes=[*(route for door in doors for route in door.routes), *control.routes],
            exception_handlers={HTTPException: _no_such_route},
        )
        self._server = Server(application, port)

    @property
    def root_url(self) -> str:
        """`http://127.0.0.1:PORT`, the place of `/_sandbox`."""
        return f"http://{HOST}:{self._server.port}"

    @property
    def base_url(self) -> str:
        """Of the OCTO office."""
        return f"{self.root_url}{office.PREFIX}"

    @property
    def keys(self) -> Mapping[str, str]:
        """The suppliers' keys by their names."""
        return {supplier.name: supplier.key for supplier in self._suppliers}

    @property
    def samples(self) -> Mapping[str, Sample]:
        return self._stock.samples

    @property
    def bulk(self) -> tuple[str, ...]:
        """The codes of the bookings made for benchmarks."""
        return self._stock.bulk

    def reset(self) -> None:
        """Everything as at the start, dated from today: bookings, books; and no faults."""
        self._stock = self._restocked()
        self._octo.restock(self._stock.registers)
        self._vista.restock()
        self._integration.restock()
        self.books.clear()
        self.faults.clear()

    def _restocked(self) -> Stock:
        return stock(self._clock.now(), self._seed, self._bookings)

    async def start(self) -> None:
        """Raises OSError where the port is taken."""
        await self._server.start()

    async def stop(self) -> None:
        """Cut every connection; what a `late` fault has not applied by now is never applied."""
        await self._server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"{request.method} {request.url.path}: no such route"
    return JSONResponse({"error": "NOT_FOUND", "errorMessage": message}, status)
