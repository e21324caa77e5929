"""What every journal promises, run against the file and against its twin in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.attempt import (
    Asked,
    Attempt,
    Entry,
    Outcome,
    Owed,
    Parked,
    Settled,
    Started,
    State,
    Stopped,
    Undone,
    fold,
)
from kiosk.domain.errors import TransitionError
from kiosk.domain.verdict import Doubt
from kiosk.ports import Journal
from tests.fakes import CODE, NOON
from tests.journal.samples import ASKED, OWED, admission, booking, intended, settled, told


async def test_an_empty_journal_knows_nothing(journal: Journal) -> None:
    assert await journal.attempts_of(CODE, (booking(),)) == ()
    assert await journal.open_attempts() == ()
    assert not await journal.was_cut_off_after("a1")


@pytest.mark.parametrize(
    "rows",
    [
        (intended(),),
        (replace(intended(), asks=False), told()),
        (intended(), settled(), told()),
        (intended(), OWED),
        (intended(), replace(OWED, retry_at=NOON), ASKED, settled()),
        (intended(), OWED, Parked(NOON, "a1", "redeemed at another gate", True, NOON)),
        (intended(), OWED, Parked(NOON, "a1", "gone"), Settled(NOON, "a1", Outcome.SUPERVISOR, (), "duty", "seen")),
        (intended(), settled(), told(), Undone(NOON, "a1", "Gate A", "duty", "wrong guest", no_show=True)),
        (intended(), settled(outcome=Outcome.REFUSED), told(outcome="refuse")),
    ],
)
async def test_an_attempt_reads_back_as_its_rows_say(journal: Journal, rows: tuple[Entry, ...]) -> None:
    for row in rows:
        await journal.append(row)
    assert await journal.attempts_of(CODE) == fold(rows)


async def test_taking_a_turn_writes_nothing(journal: Journal) -> None:
    await journal.append(intended("a1", "CODE-1"))
    await journal.take_turn()
    await journal.append(told("a1", code="CODE-1"))
    assert [attempt.id for attempt in await journal.attempts_of("CODE-1")] == ["a1"]


async def test_an_attempt_is_found_by_its_very_code_and_by_no_other(journal: Journal) -> None:
    await journal.append(intended("a1", "CODE-1", "b1"))
    await journal.append(intended("a2", "CODE-2", "b2"))
    assert ids(await journal.attempts_of("CODE-2")) == ["a2"]
    assert ids(await journal.attempts_of("code-2")) == []


@pytest.mark.parametrize("kept", ["uuid", "redemption_code", "reference"])
async def test_an_attempt_is_found_by_any_identifier_of_its_bookings(journal: Journal, kept: str) -> None:
    await journal.append(intended("a1", "CODE-1", "b1", "b2"))
    found = replace(booking("x"), uuid="", redemption_code="", reference="")
    found = replace(found, **{kept: getattr(booking("b2"), kept)})
    assert ids(await journal.attempts_of("ANOTHER CODE", (found,))) == ["a1"]


async def test_one_kind_of_identifier_is_not_taken_for_another(journal: Journal) -> None:
    await journal.append(intended("a1", "CODE-1", "b1"))
    found = replace(booking("x"), reference="uuid-b1", uuid="a|b,b1", redemption_code="REF-b1")
    assert await journal.attempts_of("uuid-b1", (found,)) == ()


async def test_attempts_come_oldest_first_and_once_each(journal: Journal) -> None:
    await journal.append(intended("z", "CODE-1", "b1"), settled("z"))
    await journal.append(intended("a", "CODE-2", "b1"), settled("a"))
    await journal.append(intended("m", "CODE-1", "b2"))
    assert ids(await journal.attempts_of("CODE-1", (booking("b1"), booking("b2")))) == ["z", "a", "m"]


async def test_open_attempts_are_those_intended_or_owed(journal: Journal) -> None:
    await journal.append(intended("a1", "C1"))
    await journal.append(intended("a2", "C2"), Owed(NOON, "a2", Doubt.OFFLINE))
    await journal.append(intended("a3", "C3"), settled("a3"))
    await journal.append(intended("a4", "C4"), Owed(NOON, "a4", Doubt.OFFLINE), Parked(NOON, "a4", "gone"))
    assert [(a.id, a.state) for a in await journal.open_attempts()] == [("a1", State.INTENDED), ("a2", State.OWED)]
    assert ids(await journal.parked_attempts()) == ["a4"]
    await journal.append(settled("a1"))
    assert ids(await journal.open_attempts()) == ["a2"]
    await journal.append(settled("a4"))
    assert await journal.parked_attempts() == ()


@pytest.mark.parametrize(
    "rows",
    [
        (settled("nobody"),),
        (Asked(NOON, "nobody"),),
        (intended("a1"), intended("a1")),
        (intended("a1"), settled("a1"), settled("a1")),
        (intended("a1"), Asked(NOON, "a1")),
    ],
)
async def test_rows_that_no_life_allows_are_refused_whole(journal: Journal, rows: tuple[Entry, ...]) -> None:
    await journal.append(intended("before", "BEFORE", "before"))
    with pytest.raises(TransitionError):
        await journal.append(told(None), *rows)
    assert ids(await journal.open_attempts()) == ["before"]
    await journal.append(settled("before"))
    assert await journal.open_attempts() == ()


async def test_a_row_told_about_an_unknown_attempt_is_kept_and_changes_nothing(journal: Journal) -> None:
    await journal.append(told("nobody"))
    assert await journal.attempts_of(CODE) == ()


async def test_appending_nothing_is_nothing(journal: Journal) -> None:
    await journal.append()
    assert await journal.open_attempts() == ()


@pytest.mark.parametrize(
    ("after", "cut_off"),
    [
        ((), False),  # the engine still runs
        ((Started(NOON, "Gate A"),), True),
        ((Stopped(NOON, "Gate A"), Started(NOON, "Gate A")), False),
        ((told(None, "Gate A", "refuse"), Started(NOON, "Gate A")), False),
        ((told(None, "Gate B", "refuse"), Started(NOON, "Gate A")), True),
        ((Started(NOON, "Gate A"), told(None, "Gate A", "refuse")), True),
        ((Started(NOON, "Gate A"), Stopped(NOON, "Gate A"), Started(NOON, "Gate A")), True),
        ((Stopped(NOON, "Gate A"), Started(NOON, "Gate A"), Started(NOON, "Gate A")), False),
    ],
)
async def test_an_admission_is_unsure_only_where_the_engine_was_cut_off_right_after(
    journal: Journal, after: tuple[Entry, ...], cut_off: bool
) -> None:
    await journal.append(Started(NOON, "Gate A"))
    await journal.append(*admission("a1"))
    for row in after:
        await journal.append(row)
    assert await journal.was_cut_off_after("a1") is cut_off


async def test_an_attempt_on_which_nobody_was_let_in_is_not_one_that_was_cut_off(journal: Journal) -> None:
    await journal.append(intended(), OWED, told(outcome="undecided"))
    await journal.append(Started(NOON, "Gate A"))
    assert not await journal.was_cut_off_after("a1")


async def test_the_last_admission_of_an_attempt_counts(journal: Journal) -> None:
    await journal.append(*admission("a1"))
    await journal.append(Started(NOON, "Gate A"), told("a1"))
    assert not await journal.was_cut_off_after("a1")
    await journal.append(Started(NOON, "Gate A"))
    assert await journal.was_cut_off_after("a1")


async def test_text_from_outside_survives_as_it_is(journal: Journal) -> None:
    odd = "\x1d]C1'; DROP TABLE entry; -- \u202e\x00\ud800 é漢"
    begun = intended("a1", odd, odd)
    await journal.append(begun)
    assert await journal.attempts_of(odd) == fold([begun])
    assert ids(await journal.attempts_of("x", begun.bookings)) == ["a1"]


async def test_the_offices_free_text_is_not_kept(journal: Journal) -> None:
    begun = intended()
    noted = replace(begun, bookings=(replace(begun.bookings[0], office_note="Ask for the guest by name"),))
    await journal.append(noted)
    assert await journal.attempts_of(CODE) == fold([begun])


def ids(attempts: tuple[Attempt, ...]) -> list[str]:
    return [attempt.id for attempt in attempts]
