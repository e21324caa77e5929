"""The issuing desk: nothing is sent twice, everything is accounted for, whatever office, network and power do."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import count as numbers

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.desks.issuing import Halt
from kiosk.desks.issuing.resolving import BATCH
from kiosk.desks.issuing.sending import MOST_DOUBTS, MOST_REFUSALS
from kiosk.domain.errors import JournalError, KioskError
from kiosk.domain.issuing.job import Stage, Step
from kiosk.domain.issuing.report import State
from tests.desks.issuing.fake import APPLIED, FATES, FakeManagement, Read, Write
from tests.desks.issuing.jobs import Bench, bench, counted
from tests.fakes import FakeClock
from tests.issuing import distribution


async def test_everybody_is_issued_once_and_reported_once() -> None:
    b = bench()
    opened = await b.begin(distribution(7, items=2))
    assert await b.work(opened) is None
    assert b.office.books == Counter({f"person{number}@x.example": 1 for number in range(1, 8)})
    assert counted(opened) == {State.DONE: 14}
    assert await b.desk.end(opened, opened.rows())
    assert opened.job.counted == (("done", 14),)


async def test_the_intent_is_on_the_record_before_a_request_leaves_and_its_tokens_before_the_next() -> None:
    b = bench()
    seen: list[list[str]] = []
    b.office.before_submit = lambda: seen.append([note.step for note in b.record.entries if hasattr(note, "step")])
    await b.work(await b.begin(distribution(2)))
    assert seen[0] == ["begin", "send"]
    assert [step for step in seen[1] if step in ("send", "accept")] == ["send", "accept", "send"]


async def test_one_call_asks_about_many_tokens_in_batches() -> None:
    b = bench()
    opened = await b.begin(distribution(BATCH + 50))
    assert await b.work(opened) is None
    assert max(b.office.calls) <= BATCH
    assert len(b.office.calls) < BATCH / 2


@pytest.mark.parametrize("write", [Write.LOST, Write.DROPPED, Write.ERROR])
async def test_a_lost_answer_is_in_doubt_and_never_asked_again_by_the_machine(write: Write) -> None:
    b = bench()
    b.office.writes = [Write.FINE, write]
    opened = await b.begin(distribution(3))
    assert await b.work(opened) is None
    assert counted(opened) == {State.DONE: 2, State.UNKNOWN: 1}
    assert opened.job.doubtful == (2,)
    again = await b.taken_up()
    assert await b.work(again) is None
    assert b.office.asked == ["SPRING-0001", "SPRING-0002", "SPRING-0003"]
    assert not await b.desk.end(again, again.rows())


async def test_a_person_says_again_or_found() -> None:
    b = bench()
    b.office.writes = [Write.LOST, Write.DROPPED]
    opened = await b.begin(distribution(2))
    await b.work(opened)
    await b.desk.decide(opened, [1], again=False, by="Ada")
    await b.desk.decide(opened, [2], again=True, by="Ada", why="not there")
    assert await b.work(opened) is None
    assert counted(opened) == {State.FOUND: 1, State.DONE: 1}
    assert b.office.books == {"person1@x.example": 1, "person2@x.example": 1}
    assert await b.desk.end(opened, opened.rows())


async def test_only_what_is_in_doubt_can_be_decided_and_all_of_it_or_nothing() -> None:
    b = bench()
    b.office.writes = [Write.LOST]
    opened = await b.begin(distribution(2))
    await b.work(opened)
    with pytest.raises(KioskError, match="request 2 of this job is not in doubt"):
        await b.desk.decide(opened, [1, 2], again=True, by="Ada")
    assert opened.job.doubtful == (1,)


@pytest.mark.parametrize("write", [Write.LIMITED, Write.OFFLINE, Write.STALE_TOKEN])
async def test_what_was_not_taken_for_certain_is_sent_later(write: Write) -> None:
    b = bench()
    b.office.writes = [write]
    opened = await b.begin(distribution(2))
    began_s = b.clock.monotonic()
    assert await b.work(opened) is None
    assert counted(opened) == {State.DONE: 2}
    if write is Write.LIMITED:
        assert b.clock.monotonic() - began_s >= 20


@pytest.mark.parametrize(
    ("writes", "halt", "left"),
    [
        ([Write.FORBIDDEN], Halt.NOT_AUTHORISED, 40),
        ([Write.STALE_TOKEN] * 2, Halt.NOT_AUTHORISED, 40),
        ([Write.LIMITED_FOR_LONG], Halt.RATE_LIMITED, 40),
        ([Write.OFFLINE] * 6, Halt.OFFLINE, 40),
        ([Write.LOST] * MOST_DOUBTS, Halt.DOUBTS, 40 - MOST_DOUBTS),
        ([Write.REFUSED] * MOST_REFUSALS, Halt.REFUSALS, 40 - MOST_REFUSALS),
    ],
)
async def test_the_rest_is_held_back_where_it_would_fare_no_better(writes: list[Write], halt: Halt, left: int) -> None:
    b = bench()
    b.office.writes = list(writes)
    opened = await b.begin(distribution(40))
    assert await b.work(opened) is halt
    assert counted(opened)[State.NOT_SENT] == left
    assert await b.work(await b.taken_up()) is None


async def test_a_failure_of_the_record_stops_everything_before_anything_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    b = bench()
    opened = await b.begin(distribution(3))

    async def full(*entries: object) -> None:
        raise JournalError("no space")

    monkeypatch.setattr(b.record, "append", full)
    with pytest.raises(JournalError, match="no space"):
        await b.work(opened)
    assert b.office.asked == []


async def test_tokens_that_vanish_are_waited_for_as_long_as_was_said_and_stay_pending() -> None:
    b = bench()
    b.office.fate = lambda number: "" if number == 1 else "Completed"
    opened = await b.begin(distribution(3))
    assert await b.work(opened) is Halt.WAITED
    assert counted(opened) == {State.DONE: 2, State.PENDING: 1}
    b.office.fate = lambda number: "Completed"
    later = await b.taken_up()
    assert await b.work(later) is None
    assert counted(later) == {State.DONE: 3}


async def test_a_word_that_means_nothing_is_unknown_and_shown() -> None:
    b = bench()
    b.office.fate = lambda number: "Archived"
    opened = await b.begin(distribution(1))
    assert await b.work(opened) is Halt.WAITED
    assert [(row.state, row.word) for row in opened.rows()] == [(State.UNKNOWN, "Archived")]


@pytest.mark.parametrize(("write", "states"), [
    (Write.FEW_TOKENS, {State.DONE: 1, State.UNKNOWN: 1}),
    (Write.MANY_TOKENS, {State.DONE: 3}),
])  # fmt: skip
async def test_tokens_too_few_or_too_many_lose_no_item(write: Write, states: dict[State, int]) -> None:
    b = bench()
    b.office.writes = [write]
    opened = await b.begin(distribution(1, items=2))
    assert await b.work(opened) is None
    assert counted(opened) == states
    assert [row.item for row in opened.rows()][:2] == ["60511", "60512"]


async def test_stopped_it_finishes_the_request_under_way_and_goes_on_later() -> None:
    b = bench()
    opened = await b.begin(distribution(10))
    sent = numbers()
    b.office.before_submit = lambda: b.stop.set() if next(sent) == 3 else None
    assert await b.work(opened) is Halt.STOPPED
    assert opened.job.stages()["accepted"] + opened.job.stages()["resolved"] == 4
    b.office.before_submit = lambda: None
    later = await b.taken_up()
    assert await b.work(later) is None
    assert set(b.office.books.values()) == {1}
    assert counted(later) == {State.DONE: 10}


class Killed(BaseException):
    """The power goes: nothing that is under way comes to its end."""


@pytest.mark.parametrize("at", range(1, 21))
async def test_cut_off_at_any_step_nobody_is_issued_twice(at: int) -> None:
    """Before and after each write and each request; then taken up, and a person looks up what is in doubt."""
    b = bench()
    opened = await b.begin(distribution(3))
    steps = numbers(1)

    def tick() -> None:
        if next(steps) == at:
            raise Killed

    write, send = b.record.append, b.office.submit

    async def append(*entries: object) -> None:
        tick()
        await write(*entries)  # type: ignore[arg-type]
        tick()

    async def submit(*args: object, **kwargs: object) -> object:
        tick()
        reply = await send(*args, **kwargs)  # type: ignore[arg-type]
        tick()
        return reply

    b.record.append, b.office.submit = append, submit  # type: ignore[assignment, method-assign]
    with pytest.raises(BaseExceptionGroup) as cut_off:
        await b.work(opened)
    assert cut_off.value.subgroup(Killed)
    b.record.append, b.office.submit = write, send  # type: ignore[method-assign]
    later = await b.taken_up()
    await b.work(later)
    for number in later.job.doubtful:
        is_there = b.office.books[f"person{number}@x.example"] > 0
        await b.desk.decide(later, [number], again=not is_there, by="Ada")
    assert await b.work(later) is None
    assert b.office.books == Counter({f"person{number}@x.example": 1 for number in (1, 2, 3)})
    assert sum(counted(later).values()) == 3
    assert await b.desk.end(later, later.rows())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    people=st.integers(1, 12),
    items=st.integers(1, 3),
    per_request=st.integers(1, 5),
    writes=st.lists(st.sampled_from(list(Write)), max_size=12),
    reads=st.lists(st.sampled_from(list(Read)), max_size=8),
    fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=6),
    stops=st.lists(st.integers(1, 6), max_size=3),
)
async def test_any_mixture_of_faults_and_fates_accounts_for_every_item_once(
    people: int,
    items: int,
    per_request: int,
    writes: list[Write],
    reads: list[Read],
    fates: list[str],
    stops: list[int],
) -> None:
    clock = FakeClock()
    office = FakeManagement(clock, list(writes), list(reads), lambda number: fates[number % len(fates)])
    b = Bench(office, clock)
    opened = await b.begin(distribution(people, items=items), per_request)
    for after in stops:  # worked on, stopped, taken up
        sent = numbers(1)
        office.before_submit = lambda sent=sent, after=after: b.stop.set() if next(sent) == after else None  # type: ignore[misc]
        await b.work(opened)
        opened = await b.taken_up()
    office.before_submit = lambda: None
    await b.work(opened)

    rows = opened.rows()
    owed = Counter(
        (f"person{one}@x.example", str(60510 + item)) for one in range(1, people + 1) for item in range(1, items + 1)
    )
    assert Counter((row.recipient, row.item) for row in rows if row.recipient) == owed
    assert len(set(office.asked)) == len(office.asked) or set(writes) & {
        Write.OFFLINE, Write.LIMITED, Write.LIMITED_FOR_LONG, Write.STALE_TOKEN, Write.FORBIDDEN,
    }  # fmt: skip
    assert set(office.books.values()) <= {1}
    for row in rows:
        if not row.recipient:
            continue
        was_issued = office.books[row.recipient] == 1
        match row.state:
            case State.DONE | State.FAILED | State.PENDING:
                assert was_issued
            case State.REFUSED | State.NOT_SENT:
                assert not was_issued
            case _:
                pass
        if row.state in (State.DONE, State.FAILED):
            assert row.token
            assert row.word in ("Completed", "Fulfilled", "Failed")
    if await b.desk.end(opened, rows):
        assert sum(many for _, many in opened.job.counted) == len(rows)
    else:
        assert {State.PENDING, State.UNKNOWN, State.NOT_SENT} & {row.state for row in rows}
    sent_rows = [note for note in b.record.entries if getattr(note, "step", None) is Step.SEND]
    assert len(sent_rows) == len(office.asked)
    assert not [one for one in opened.job.requests.values() if one.stage is Stage.SENDING]


def test_what_is_applied_is_named_for_the_properties() -> None:
    assert set(APPLIED) < set(Write)


async def test_waiting_is_cut_short_by_a_stop() -> None:
    b = bench()
    b.office.fate = lambda number: "Processing"
    opened = await b.begin(distribution(1))
    working = asyncio.ensure_future(b.work(opened))
    for _ in range(20):
        await asyncio.sleep(0)
    b.stop.set()
    assert await working is Halt.STOPPED
