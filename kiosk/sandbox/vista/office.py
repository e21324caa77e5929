"""The routes of the pretend cinema: who may ask, what time has done meanwhile, and the faults that only it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.door import Call, Route
from kiosk.sandbox.faults import OWN_FAULTS, FaultPlan
from kiosk.sandbox.vista import browsing, completed, completing, ordering
from kiosk.sandbox.vista.access import Tokens
from kiosk.sandbox.vista.box_office import BoxOffice, Rules
from kiosk.sandbox.vista.refusals import VistaError, mishap
from kiosk.sandbox.vista.samples import stock
from kiosk.sandbox.vista.voucher_sample import VoucherSample

PREFIX = "/vista"
AUTH = f"{PREFIX}/auth"
API = f"{PREFIX}/ocapi/v1"

Answer = Callable[[BoxOffice, Call], Response]

_READS: tuple[tuple[str, Answer], ...] = (
    ("/sites", browsing.sites),
    ("/showtimes/by-business-date/{date}", browsing.showtimes),
    ("/showtimes/{showtime}", browsing.showtime),
    ("/showtimes/{showtime}/ticket-prices", browsing.ticket_prices),
    ("/seat-layouts/{layout}", browsing.seat_layout),
    ("/orders/{order}", ordering.show),
    ("/orders/{order}/showtimes/{showtime}/seat-availability", ordering.seat_availability),
    ("/orders/{order}/completion", completing.show),
    ("/orders/completed/{order}", completed.show),
    ("/orders/completed/{order}/assets/google-wallet-pass", completed.google_wallet_pass),
    ("/orders/completed/{order}/assets/apple-wallet-pass", completed.apple_wallet_pass),
    ("/orders/completed/{order}/assets/calendar-event", completed.calendar_event),
    ("/enterprise/orders/completed/{order}/redeemable-items", completed.redeemable),
    ("/sites/{site}/orders/by-barcode/{barcode}/seats", completed.seats_by_barcode),
    ("/tracking-events/completed-order-link-opened/{order}", completed.link_opened),
)
_WRITES: tuple[tuple[str, str, Answer], ...] = (
    ("POST", "/orders/standard/booking", ordering.create),
    ("POST", "/orders/{order}/vouchers", ordering.add_voucher),
    ("DELETE", "/orders/{order}/vouchers/{voucher}", ordering.remove_voucher),
    ("PUT", "/orders/{order}/showtimes/{showtime}", ordering.set_showtime),
    ("POST", "/orders/{order}/expiry/reset", ordering.reset_expiry),
    ("DELETE", "/orders/{order}", ordering.delete),
    ("POST", "/orders/{order}/completion", completing.complete),
    ("PUT", "/orders/completed/{order}/collection-status/collected", completed.mark_collected),
)


class Vista:
    """The pretend cinema group. `restock` starts it anew, dated from now."""

    def __init__(self, books: Books, clock: Clock, rules: Rules) -> None:
        self._books = books
        self._clock = clock
        self._rules = rules
        self.tokens = Tokens()
        self.restock()

    def restock(self) -> None:
        self._stock = stock(self._clock.now())
        self.office = BoxOffice(self._rules, self._stock.programme, self._stock.vouchers, self._books, self._clock)
        self.office.take_over(self._stock.orders)

    @property
    def samples(self) -> Mapping[str, VoucherSample]:
        return self._stock.samples

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("POST", f"{AUTH}/connect/token", lambda call: self.tokens.grant(call, self._clock.now())),
            *(Route("GET", API + path, self._with_token(answer)) for path, answer in _READS),
            *(Route(method, API + path, self._with_token(answer), writes=True) for method, path, answer in _WRITES),
        )

    def mishap(self, plan: FaultPlan, call: Call) -> Response:
        if plan.name in OWN_FAULTS:
            own = completing.complete_with if plan.name.startswith("completion") else completed.asset_with
            return self._with_token(own(plan))(call)
        return mishap(plan, call.route)

    def _with_token(self, answer: Answer) -> Callable[[Call], Response]:
        def answered(call: Call) -> Response:
            self.office.settle()
            try:
                self.tokens.check(call, self._clock.now())
                return answer(self.office, call)
            except VistaError as error:
                return error.response

        return answered
