"""The OCTO routes of the pretend office: what each is asked, what it applies to the bookings, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.door import Call, Route
from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.octo.asking import Connection, Redemption, body, connect, query, redemption
from kiosk.sandbox.octo.bookings import Holding, Obstacle, Register
from kiosk.sandbox.octo.catalogue import REDEMPTION, Supplier
from kiosk.sandbox.octo.listing import list_bookings
from kiosk.sandbox.octo.refusals import OctoError, bad_request, forbidden, invalid_booking, mishap, not_found, refused
from kiosk.sandbox.octo.shapes import booking_json, email, holding_json, listed_product_json, mobile, supplier_json

PREFIX = "/octo"

OnBadCode = Literal["none", "before", "rest"]
"""What an array that holds a bad code applies: nothing, the codes before it, or all but it (undocumented)."""

OnUnknown = Literal["empty", "not_found", "invalid_uuid", "bad_request"]
"""How a look-up says that it knows no such reference: `[]`, 404, or one of two 400s (undocumented)."""

_LOOK_UP_BY = {"reference", "email", "mobile"}
_UNKNOWN_CODE = Obstacle("INVALID_REDEMPTION_CODE", "The redemption code is not valid")
_NOT_IN_TEST = Obstacle("TEST_ENVIRONMENT", "Live bookings cannot be redeemed in the test environment")
_NOTHING_TO_UNDO = Obstacle("NOT_REDEEMED", "This has not been redeemed")

Apply = Callable[[Connection, Call, Holding, Redemption], None]
Check = Callable[[Connection, Holding], Obstacle | None]


class Octo:
    """The pretend office of several suppliers. `stock` hands it their bookings anew after a reset."""

    def __init__(
        self,
        suppliers: Sequence[Supplier],
        registers: Mapping[str, Register],
        books: Books,
        clock: Clock,
        *,
        on_bad_code: OnBadCode = "none",
        on_unknown: OnUnknown = "empty",
    ) -> None:
        self._suppliers = tuple(suppliers)
        self._registers = registers
        self._books = books
        self._clock = clock
        self._on_bad_code = on_bad_code
        self._on_unknown = on_unknown

    def restock(self, registers: Mapping[str, Register]) -> None:
        self._registers = registers

    @property
    def routes(self) -> tuple[Route, ...]:
        redeem, noshow = f"{PREFIX}/redemption/redeem", f"{PREFIX}/redemption/noshow"
        return (
            Route("GET", f"{PREFIX}/redemption/lookup", self._redemption(self._look_up)),
            Route("POST", redeem, self._redemption(self._redeem), writes=True),
            Route("DELETE", redeem, self._redemption(self._undo), writes=True),
            Route("POST", noshow, self._redemption(self._mark_noshow), writes=True),
            Route("DELETE", noshow, self._redemption(self._undo), writes=True),
            Route("POST", f"{PREFIX}/redemption/validate", self._redemption(self._validate), writes=True),
            Route("POST", f"{PREFIX}/redemption/credentials", self._credentials),
            Route("GET", f"{PREFIX}/products", self._with_key(self._products)),
            Route("GET", f"{PREFIX}/bookings", self._with_key(self._bookings)),
            Route("GET", f"{PREFIX}/bookings/{{uuid}}", self._with_key(self._booking)),
            Route("GET", f"{PREFIX}/whoami", self._with_key(self._who_am_i)),
            Route("GET", f"{PREFIX}/supplier", self._with_key(self._supplier)),
        )

    def mishap(self, plan: FaultPlan, call: Call) -> Response:
        return mishap(plan, call.body)

    # ── who may ask ──

    def _with_key(self, answer: Callable[[Connection, Call], Response]) -> Callable[[Call], Response]:
        def answered(call: Call) -> Response:
            try:
                connection = connect(call, self._suppliers)
            except OctoError as error:
                return error.response
            try:
                response = answer(connection, call)
            except OctoError as error:
                response = error.response
            response.headers.update(connection.headers)
            return response

        return answered

    def _redemption(self, answer: Callable[[Connection, Call], Response]) -> Callable[[Call], Response]:
        def granted(connection: Connection, call: Call) -> Response:
            if REDEMPTION not in connection.capabilities:
                raise forbidden(f"The capability {REDEMPTION} is not enabled")
            return answer(connection, call)

        return self._with_key(granted)

    # ── redemption ──

    def _look_up(self, connection: Connection, call: Call) -> Response:
        asked = query(call)
        found = self._matches(connection.supplier, asked)
        if found or self._on_unknown == "empty":
            return JSONResponse([holding_json(holding) for holding in found])
        if self._on_unknown == "not_found":
            raise not_found("No booking found")
        if self._on_unknown == "invalid_uuid":
            raise invalid_booking(next(iter(asked.values())))
        raise bad_request("No booking found")

    def _matches(self, supplier: Supplier, asked: Mapping[str, object]) -> tuple[Holding, ...]:
        """Bookings by exactly one of reference, e-mail and mobile."""
        if len(asked) != 1 or not set(asked) <= _LOOK_UP_BY:
            raise bad_request("Exactly one of reference, email and mobile is needed")
        ((by, wanted),) = asked.items()
        if not isinstance(wanted, str) or not wanted:
            raise bad_request(f"{by} must be a string, and not empty")
        register = self._registers[supplier.key]
        if by == "reference":
            return register.look_up(wanted)
        contact = email if by == "email" else mobile
        return tuple(Holding(booking) for booking in register if contact(booking) == wanted)

    def _redeem(self, connection: Connection, call: Call) -> Response:
        return self._each(connection, call, _redeemable, self._apply_redeem)

    def _undo(self, connection: Connection, call: Call) -> Response:
        return self._each(connection, call, _undoable, self._apply_undo)

    def _mark_noshow(self, connection: Connection, call: Call) -> Response:
        return self._each(connection, call, _redeemable, self._apply_noshow)

    def _validate(self, connection: Connection, call: Call) -> Response:
        """Redeems first if that has not been done; a second validation is answered like the first (undocumented)."""
        asked = body(call, {"redemptionCode"})
        code = asked.get("redemptionCode")
        if not isinstance(code, str) or not code:
            raise bad_request("redemptionCode must be a string")
        holding = self._holding(connection, code)
        one = Redemption((code,), many=False, notes={})
        if holding.redeemed_at is None:
            obstacle = _redeemable(connection, holding)
            if obstacle is not None:
                raise refused(code, obstacle)
            self._apply_redeem(connection, call, holding, one)
        self._record("validate", connection, call, holding, (), one)
        return JSONResponse(holding_json(holding))

    def _each(self, connection: Connection, call: Call, check: Check, apply: Apply) -> Response:
        """Do one thing to every code, in the order given. The answer has the shape of the question."""
        asked = redemption(call)
        if self._on_bad_code == "none":
            self._check_all(connection, asked, check)
        first_error: OctoError | None = None
        done = []
        for code in asked.codes:
            try:
                holding = self._holding(connection, code)
                obstacle = check(connection, holding)
                if obstacle is not None:
                    raise refused(code, obstacle)
            except OctoError as error:
                if self._on_bad_code != "rest":
                    raise
                first_error = first_error or error
                continue
            apply(connection, call, holding, asked)
            done.append(holding)
        if first_error is not None:
            raise first_error
        answers = [holding_json(holding) for holding in done]
        return JSONResponse(answers if asked.many else answers[0])

    def _check_all(self, connection: Connection, asked: Redemption, check: Check) -> None:
        for place, code in enumerate(asked.codes):
            obstacle = check(connection, self._holding(connection, code))
            if code in asked.codes[:place]:
                obstacle = obstacle or Obstacle("DUPLICATE", "The same code twice")
            if obstacle is not None:
                raise refused(code, obstacle)

    def _holding(self, connection: Connection, code: str) -> Holding:
        holding = self._registers[connection.supplier.key].by_redemption_code(code)
        if holding is None:
            raise refused(code, _UNKNOWN_CODE)
        return holding

    def _apply_redeem(self, connection: Connection, call: Call, holding: Holding, asked: Redemption) -> None:
        self._record("redeem", connection, call, holding, holding.redeem(self._clock.now()), asked)

    def _apply_undo(self, connection: Connection, call: Call, holding: Holding, asked: Redemption) -> None:
        self._record("unredeem", connection, call, holding, holding.undo(self._clock.now()), asked)

    def _apply_noshow(self, connection: Connection, call: Call, holding: Holding, asked: Redemption) -> None:
        self._record("noshow", connection, call, holding, holding.mark_noshow(self._clock.now()), asked)

    def _record(
        self,
        action: str,
        connection: Connection,
        call: Call,
        holding: Holding,
        tickets: tuple[str, ...],
        asked: Redemption,
    ) -> None:
        self._books.record(
            action,
            at=self._clock.now(),
            subject=holding.booking.uuid,
            reference=holding.booking.reference,
            parts=tickets,
            whole=holding.ticket is None,
            by=connection.supplier.key,
            request=call.number,
            route=call.route,
            notes=asked.notes,
        )

    def _credentials(self, call: Call) -> Response:
        """Which of these keys a code belongs to; without any key of one's own. Where several know it: the one that
        can redeem it, else the first (undocumented: "the most appropriate")."""
        try:
            asked = body(call, {*_LOOK_UP_BY, "apiKeys"})
            keys = asked.pop("apiKeys", None)
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
                raise bad_request("apiKeys must be an array of strings")
            found = {
                supplier.key: self._matches(supplier, asked)
                for key in keys
                for supplier in self._suppliers
                if supplier.key == key and REDEMPTION in supplier.capabilities
            }
            if not found:
                self._matches(self._suppliers[0], asked)
        except OctoError as error:
            return error.response
        known = [key for key, holdings in found.items() if holdings]
        usable = [key for key in known if any(holding.obstacle is None for holding in found[key])]
        return JSONResponse({"apiKey": next(iter([*usable, *known]), None)})

    # ── the rest ──

    def _products(self, connection: Connection, call: Call) -> Response:
        return JSONResponse([listed_product_json(product) for product in connection.supplier.products])

    def _bookings(self, connection: Connection, call: Call) -> Response:
        return list_bookings(self._registers[connection.supplier.key], query(call))

    def _booking(self, connection: Connection, call: Call) -> Response:
        uuid = call.request.path_params["uuid"]
        booking = self._registers[connection.supplier.key].by_uuid(uuid)
        if booking is None:
            raise invalid_booking(uuid)
        return JSONResponse(booking_json(Holding(booking)))

    def _who_am_i(self, connection: Connection, call: Call) -> Response:
        """Its fields are undocumented: a client can only count on a 200 and on the headers."""
        supplier = connection.supplier
        return JSONResponse(
            {
                "id": supplier.id,
                "name": f"{supplier.name} gate",
                "supplier": supplier_json(supplier),
                "capabilities": sorted(supplier.capabilities),
                "env": connection.headers["Octo-Env"],
            }
        )

    def _supplier(self, connection: Connection, call: Call) -> Response:
        return JSONResponse(supplier_json(connection.supplier))


def _redeemable(connection: Connection, holding: Holding) -> Obstacle | None:
    if connection.test and not holding.booking.test:
        return _NOT_IN_TEST
    return holding.obstacle


def _undoable(connection: Connection, holding: Holding) -> Obstacle | None:
    return None if holding.can_be_undone else _NOTHING_TO_UNDO
