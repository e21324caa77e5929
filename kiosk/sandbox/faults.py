"""Named faults: which there are, and when each one strikes. How they show on the wire: `spoiled`."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`applied`: the office has done what was asked, whatever the client sees. `writes`: strikes only writes, unless
    routes are named. `only`: a text that a route's label must hold in any case."""

    name: str
    applied: bool
    what: str
    writes: bool = False
    only: str = ""


FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("refuse", False, "the vendor's own refusal, though nothing was wrong", writes=True),
        Fault("slow", True, "applied at once, answered after `seconds`"),
        Fault("late", True, "applied after `seconds`, also when the client has hung up by then", writes=True),
        Fault("drop_before", False, "connection closed before anything was applied"),
        Fault("lost", True, "applied, then the connection closed without an answer", writes=True),
        Fault("lost_garbage", True, "applied, then a body that is no answer", writes=True),
        Fault("rate_limited", False, "429 with Retry-After and a body field retryAfter, both `seconds`"),
        Fault("error_500", False, "500, as the vendor words it"),
        Fault("error_503", False, "503 with an HTML page, as a proxy words it"),
        Fault("garbage", False, "200 with an HTML page"),
        Fault("truncated", True, "Content-Length longer than the body, then the connection closed"),
        Fault("cut_json", True, "the JSON cut in the middle, with a Content-Length that fits it"),
        Fault("wrong_shape", True, "an array where an object is due, and the reverse"),
        Fault("error_in_200", False, "the vendor's error object, in a 200"),
        Fault("unauthorised", False, "401"),
        Fault("forbidden", False, "403"),
        Fault("not_found", False, "404"),
        Fault("drip", True, "a 200 that comes one byte every `seconds`, for ever"),
    )
}

_COMPLETION = "POST /vista/ocapi/v1/orders/{order}/completion"
_ASSETS = "/orders/completed/{order}/assets/"

_ISSUING = "POST /integration/api/v1/voucher-management/"

OWN_FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("completion_slow", True, "Vista: applied, and shown as Pending for `seconds`", only=_COMPLETION),
        Fault("completion_odd", True, "Vista: applied; an unheard-of status for `seconds`", only=_COMPLETION),
        Fault("completion_fails", False, "Vista: Pending for `seconds`, then Failed", only=_COMPLETION),
        Fault("asset_base64", True, "Vista: a pass or calendar file as base64 in a JSON string", only=_ASSETS),
        Fault("asset_odd", False, "Vista: a link that is not https, a file of another kind", only=_ASSETS),
        Fault("asset_huge", False, "Vista: a link or file beyond all reason", only=_ASSETS),
        Fault("no_wallet", False, "Vista: 404 for wallet passes, as without a wallet", only="wallet-pass"),
        Fault("token_fails", False, "Issuing: taken, then Failed", only=_ISSUING),
        Fault("token_odd", True, "Issuing: an unheard-of word, with an entity", only=_ISSUING),
        Fault("token_mute", True, "Issuing: an unheard-of word without an entity", only=_ISSUING),
        Fault("token_vanishes", True, "Issuing: its tokens are never found", only=_ISSUING),
        Fault("tokens_mixed", True, "Issuing: done, failed, odd, vanished in turn", only=_ISSUING),
    )
}
"""What one vendor can do besides: it carries them out itself."""

ALL_FAULTS: Mapping[str, Fault] = {**FAULTS, **OWN_FAULTS}

DEFAULT_SECONDS = {
    "slow": 0.5, "late": 0.5, "rate_limited": 2.0, "drip": 0.05,
    "completion_slow": 8.0, "completion_odd": 1.0, "completion_fails": 1.0,
}  # fmt: skip
_SPEC = re.compile(r"(?P<name>[a-z0-9_]+)(?:@(?P<route>[^*]+))?(?:\*(?P<times>[0-9]+))?")


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """A fault and when it strikes.

    `routes`: texts, one of which the label of the route must hold (`redeem`, `POST /octo/redemption/redeem`); none:
    every route, or every write where the fault is about writes. Of the requests to those routes it lets `after` pass,
    then strikes `times` (None: for ever), each with `probability`. Raises ValueError for what cannot be meant.
    """

    name: str
    routes: tuple[str, ...] = ()
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.name not in ALL_FAULTS:
            raise ValueError(f"no fault {self.name!r}{_nearest(self.name)}")
        if (self.times is not None and self.times < 1) or self.after < 0:
            raise ValueError(f"{self.name}: times must be 1 or more, after 0 or more")
        if not 0 < self.probability <= 1:
            raise ValueError(f"{self.name}: probability must be over 0 and at most 1")
        if self.seconds is not None and self.seconds < 0:
            raise ValueError(f"{self.name}: seconds must be 0 or more")

    @property
    def delay_s(self) -> float:
        return DEFAULT_SECONDS.get(self.name, 0.0) if self.seconds is None else self.seconds

    @classmethod
    def parse(cls, spec: str) -> FaultPlan:
        """`lost`, `lost@redeem`, `error_500@lookup*3`: the name, the route, how often (for ever, where not told)."""
        parts = _SPEC.fullmatch(spec)
        if parts is None:
            raise ValueError(f"{spec!r} is not NAME[@ROUTE][*TIMES]")
        routes = (parts["route"],) if parts["route"] else ()
        return cls(parts["name"], routes, int(parts["times"]) if parts["times"] else None)

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "routes": list(self.routes),
            "times": self.times,
            "after": self.after,
            "probability": self.probability,
            "seconds": self.seconds,
        }


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, ALL_FAULTS, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(ALL_FAULTS)}"


@dataclass(slots=True)
class _Standing:
    plan: FaultPlan
    to_pass: int
    left: int | None


class Faults:
    """The plans in force. `routes` maps the label of every route that can be struck to whether it writes."""

    def __init__(self, routes: Mapping[str, bool], seed: int = 0) -> None:
        self._routes = routes
        self._seed = seed
        self._dice = random.Random(seed)  # noqa: S311 (dice for tests, repeatable on purpose)
        self._standing: list[_Standing] = []

    @property
    def plans(self) -> tuple[FaultPlan, ...]:
        """Those that can still strike."""
        return tuple(standing.plan for standing in self._standing)

    def plan(
        self,
        name: str,
        *routes: str,
        times: int | None = 1,
        after: int = 0,
        probability: float = 1.0,
        seconds: float | None = None,
    ) -> FaultPlan:
        """Add one plan: `faults.plan("lost", "redeem")`."""
        plan = FaultPlan(name, routes, times, after, probability, seconds)
        self.add(plan)
        return plan

    def add(self, *plans: FaultPlan) -> None:
        """Raises ValueError for a route that nothing matches: such a plan would never strike."""
        self._check(plans)
        self._standing.extend(_Standing(plan, plan.after, plan.times) for plan in plans)

    def replace(self, plans: Sequence[FaultPlan]) -> None:
        """Put these in the place of all others, or change nothing where one of them cannot be meant (ValueError)."""
        self._check(plans)
        self._standing = [_Standing(plan, plan.after, plan.times) for plan in plans]

    def _check(self, plans: Sequence[FaultPlan]) -> None:
        for plan in plans:
            for route in plan.routes:
                if not any(route in label for label in self._routes):
                    raise ValueError(f"{plan.name}: no route holds {route!r}; there are {', '.join(self._routes)}")

    def clear(self) -> None:
        """No faults, and the dice as at the start."""
        self._standing = []
        self._dice.seed(self._seed)

    def strike(self, label: str) -> FaultPlan | None:
        """The plan that strikes a request to this route, if one does: the first in force of those that were added."""
        for standing in self._standing:
            if not self._is_for(standing.plan, label):
                continue
            if standing.to_pass:
                standing.to_pass -= 1
                continue
            if standing.plan.probability < 1 and self._dice.random() >= standing.plan.probability:
                continue
            if standing.left is not None:
                standing.left -= 1
                if not standing.left:
                    self._standing.remove(standing)
            return standing.plan
        return None

    def _is_for(self, plan: FaultPlan, label: str) -> bool:
        fault = ALL_FAULTS[plan.name]
        if fault.only not in label:
            return False
        if plan.routes:
            return any(route in label for route in plan.routes)
        return self._routes[label] or not fault.writes
