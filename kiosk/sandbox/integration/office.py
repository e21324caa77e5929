"""The routes of the pretend Integration Platform, and the faults that only it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle, repeat

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.door import Call, Route
from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.integration import asking
from kiosk.sandbox.integration.access import Identity
from kiosk.sandbox.integration.back_office import BackOffice, Rules
from kiosk.sandbox.integration.operations import Fate
from kiosk.sandbox.vista.refusals import VistaError, mishap

PREFIX = "/integration"
IDENTITY = f"{PREFIX}/identity"
API = f"{PREFIX}/api/v1"

FATES: dict[str, Callable[[], Iterable[Fate]]] = {
    "token_fails": lambda: repeat("failed"),
    "token_odd": lambda: repeat("odd"),
    "token_mute": lambda: repeat("mute"),
    "token_vanishes": lambda: repeat("vanished"),
    "tokens_mixed": lambda: cycle(("done", "failed", "odd", "vanished")),
}
"""Fault → what becomes of the tokens of the request that it strikes, one after the other."""

Write = Callable[[BackOffice, Call, Iterable[Fate]], list[str]]

_WRITES: tuple[tuple[str, Write], ...] = (
    ("/voucher-management/client", BackOffice.client),
    ("/voucher-management/client-order", BackOffice.order),
    ("/voucher-management/email-distribution", BackOffice.distribution),
    ("/voucher-management/mobile-distribution", BackOffice.distribution),
)


class Integration:
    """The pretend platform. `restock` starts it anew; tokens that were given out stay counted."""

    def __init__(self, books: Books, clock: Clock, rules: Rules) -> None:
        self._books = books
        self._clock = clock
        self._rules = rules
        self.identity = Identity()
        self.restock()

    def restock(self) -> None:
        self.office = BackOffice(self._rules, self._books, self._clock)

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("POST", f"{IDENTITY}/oauth/token", lambda call: self.identity.grant(call, self._clock.now())),
            Route("POST", f"{API}/identity-resolution/from-operation-result-tokens", self._checked(self._resolve)),
            *(Route("POST", API + path, self._writing(write, repeat("done")), writes=True) for path, write in _WRITES),
        )

    def mishap(self, plan: FaultPlan, call: Call) -> Response:
        if plan.name in FATES:
            write = next(write for path, write in _WRITES if call.route == f"POST {API}{path}")
            return self._writing(write, FATES[plan.name]())(call)
        return mishap(plan, call.route)

    def _writing(self, write: Write, fates: Iterable[Fate]) -> Callable[[Call], Response]:
        return self._checked(lambda call: _tokens(write(self.office, call, fates)))

    def _resolve(self, call: Call) -> Response:
        now = self._clock.now()
        return JSONResponse([self.office.operations.show(token, now) for token in asking.tokens(call)])

    def _checked(self, answer: Callable[[Call], Response]) -> Callable[[Call], Response]:
        def answered(call: Call) -> Response:
            try:
                self.identity.check(call, self._clock.now())
                return answer(call)
            except VistaError as error:
                return error.response

        return answered


def _tokens(tokens: list[str]) -> Response:
    return JSONResponse({"responses": [{"operationResultToken": token} for token in tokens]})
