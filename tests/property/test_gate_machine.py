"""Any sequence of scans, faults, waits and restarts: nobody twice, nobody turned away by our doing, books equal.

The office in memory applies, loses, delays and refuses; its books are compared with ours after every step.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiosk.domain.attempt import Outcome, Settled
from kiosk.domain.verdict import Admit, Choose, Reason, Refuse, Undecided, Verdict
from tests.desks.gate import Gate
from tests.fakes import Fault, booking

TICKETS = ("T1", "T2", "T3")
PACKAGE = "PACKAGE"
LANES = ("Gate A", "Gate B")


class Season(RuleBasedStateMachine):
    """A gate's evening. One event loop for all of it; time is the fake clock's."""

    knows_aliases = True
    """Whether the house can know that two codes are one booking: not one that admits without any list."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.gate = Gate()
        self.admitted: Counter[str] = Counter()
        self.elsewhere: set[str] = set()

    def teardown(self) -> None:
        try:
            self.run_outbox_dry()
        finally:
            self.loop.close()

    @initialize()
    def tickets(self) -> None:
        self.stock()

    def stock(self) -> None:
        for code in TICKETS:
            self.gate.office.add(code, booking(code.lower()))
            self.gate.office.codes[f"{code}-TYPED"] = (code.lower(),)
        self.gate.office.add(PACKAGE, booking("p1"), booking("p2"))

    # ── what may happen ─────────────────────────────────────────────────────────────────────────────

    @rule(
        code=st.sampled_from((*TICKETS, PACKAGE)),
        lane=st.sampled_from(LANES),
        look_up=st.lists(st.sampled_from([Fault.NONE, Fault.OFFLINE, Fault.DROPPED, Fault.ERROR]), max_size=3),
        redeem=st.lists(st.sampled_from(list(Fault)), max_size=1),
        picked=st.sets(st.sampled_from(["p1", "p2"]), min_size=1),
    )
    def scan(self, code: str, lane: str, look_up: list[Fault], redeem: list[Fault], picked: set[str]) -> None:
        self.gate.office.look_up_faults, self.gate.office.redeem_faults = list(look_up), list(redeem)
        verdict = self.loop.run_until_complete(self.gate.scan(code, lane=lane))
        self.judge(verdict, code)
        if isinstance(verdict, Choose):
            chosen = tuple(option.booking for option in verdict.options if option.booking.uuid in picked)
            self.judge(self.loop.run_until_complete(self.gate.scan(code, lane=lane, chosen=chosen)), code)
        self.gate.office.look_up_faults, self.gate.office.redeem_faults = [], []

    @rule(
        codes=st.sampled_from(TICKETS).flatmap(
            lambda code: st.tuples(st.just(code), st.sampled_from([code, f"{code}-TYPED"]))
        ),
        redeem=st.lists(st.sampled_from([Fault.NONE, Fault.LOST, Fault.ERROR_APPLIED, Fault.LATE]), max_size=2),
    )
    def two_lanes_at_once(self, codes: tuple[str, str], redeem: list[Fault]) -> None:
        """One guest's barcode, and the same guest's reference typed at the other lane."""
        codes = codes if self.knows_aliases else (codes[0], codes[0])
        self.gate.office.redeem_faults = list(redeem)

        async def both() -> list[Verdict]:
            scans = (self.gate.scan(code, lane=lane) for code, lane in zip(codes, LANES, strict=True))
            return list(await asyncio.gather(*scans))

        for verdict in sorted(self.loop.run_until_complete(both()), key=lambda one: not isinstance(one, Admit)):
            self.judge(verdict, codes[0])
        self.gate.office.redeem_faults = []

    @rule(seconds=st.sampled_from([1, 3, 10, 40]))
    def wait(self, seconds: int) -> None:
        self.loop.run_until_complete(self.gate.wait(seconds))

    @rule(uuid=st.sampled_from([code.lower() for code in TICKETS]))
    def used_at_another_gate(self, uuid: str) -> None:
        """Well outside any of our requests: within one, nobody could tell the difference. The network is down."""
        self.gate.clock.move(40)
        self.gate.office.settle_late()
        if self.gate.office.bookings[uuid].redeemable:
            self.gate.office.redeem_elsewhere(uuid)
            self.elsewhere.add(uuid)
        self.gate.clock.move(40)

    @rule()
    def restart(self) -> None:
        self.gate.restart()

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────

    def judge(self, verdict: Verdict, code: str) -> None:
        """Whoever is let in on a code that nobody could look up is let in on all that it holds."""
        if isinstance(verdict, Admit):
            self.admitted.update([b.uuid for b in verdict.bookings] or self.gate.office.codes[code])
        if isinstance(verdict, Refuse) and verdict.reason is Reason.ALREADY_REDEEMED:
            for b in verdict.bookings:
                used_by_somebody = self.admitted[b.uuid] or b.uuid in self.elsewhere
                assert used_by_somebody, f"{b.uuid} was refused as used, and nobody has used it"

    @invariant()
    def nobody_is_admitted_twice(self) -> None:
        assert all(count == 1 for count in self.admitted.values()), self.admitted

    @invariant()
    def every_admission_is_in_the_offices_books(self) -> None:
        assert set(self.admitted) <= {uuid for uuid, _ in self.gate.office.books}

    @invariant()
    def nobody_is_admitted_on_somebody_elses_use(self) -> None:
        assert not self.elsewhere & set(self.admitted)

    def run_outbox_dry(self) -> None:
        """With the network back and time passed, nothing is owed, and our journal agrees with the office's books."""
        self.gate.office.look_up_faults, self.gate.office.redeem_faults = [], []
        self.loop.run_until_complete(self.gate.wait(120))
        assert self.loop.run_until_complete(self.gate.journal.open_attempts()) == ()
        ours = {
            b.uuid
            for entry in self.gate.journal.entries
            if isinstance(entry, Settled) and entry.outcome is Outcome.OURS
            for b in entry.bookings
        }
        assert ours == {uuid for uuid, _ in self.gate.office.books}
        for code in TICKETS:
            uuid = code.lower()
            verdict = self.loop.run_until_complete(self.gate.scan(code))
            if uuid not in self.admitted and uuid not in self.elsewhere:
                assert isinstance(verdict, Admit), f"{uuid} has paid and was never let in: {verdict}"
            else:
                assert not isinstance(verdict, Admit | Undecided)


def test_any_evening_at_the_gate() -> None:
    run_state_machine_as_test(
        Season,
        settings=settings(
            max_examples=500,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
