"""Whatever is written, the file and its twin in memory tell the same story."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.attempt import Asked, Entry, Outcome, Owed, Parked, Started, Stopped, Undone
from kiosk.domain.errors import TransitionError
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Step
from kiosk.journal.checking import verify
from kiosk.journal.memory import MemoryJournal
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import NOON, FakeClock
from tests.journal.samples import booking, intended, settled, told
from tests.turns import BARCODE, STORY, WAYS, turn, turns

ATTEMPTS = ("a1", "a2", "a3")
BOOKINGS = ("b1", "b2")
CODES = ("CODE-1", "CODE-2", "ÇÖDE|,\x1d3")
LANES = ("Gate A", "Gate B")

attempts, names = st.sampled_from(ATTEMPTS), st.sampled_from(BOOKINGS)
conversations = st.sampled_from(("c1", "c2", ATTEMPTS[0]))
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(intended, attempts, st.sampled_from(CODES), names),
    st.builds(Asked, st.just(NOON), attempts),
    st.builds(Owed, st.just(NOON), attempts, st.sampled_from(Doubt), st.none() | st.just(NOON)),
    st.builds(Parked, st.just(NOON), attempts, st.text(max_size=5), st.booleans()),
    st.builds(settled, attempts, st.sampled_from(Outcome)),
    st.builds(told, st.none() | attempts, st.sampled_from(LANES), st.sampled_from(("admit", "refuse", "undecided"))),
    st.builds(Undone, st.just(NOON), attempts, st.sampled_from(LANES), st.just("duty"), st.text(max_size=5)),
    st.builds(Started, st.just(NOON), st.sampled_from(LANES)),
    st.builds(Stopped, st.just(NOON), st.sampled_from(LANES)),
    st.builds(turn, st.sampled_from(Step), conversations),
)
talks: st.SearchStrategy[list[Entry]] = st.builds(
    lambda steps, conversation: list(turns(*steps, conversation=conversation)),
    st.sampled_from([STORY[:4], *WAYS.values()]),
    conversations,
)
appends = st.lists(st.lists(entries, min_size=1, max_size=3) | talks, max_size=14)


@settings(max_examples=50, deadline=None)
@given(appends, st.sets(st.integers(0, 13)))
def test_a_journal_and_its_twin_agree(written: list[list[Entry]], restarts: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_compare(Path(folder, "j"), written, restarts))


async def _compare(path: Path, written: list[list[Entry]], restarts: set[int]) -> None:
    twin = MemoryJournal(clock=FakeClock())
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    for place, append in enumerate(written):
        assert await _accepts(journal, append) == await _accepts(twin, append)
        if place in restarts:
            await journal.close()
            journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    assert await _story(journal) == await _story(twin)
    await journal.close()
    findings = verify(path)
    assert findings.is_good
    assert findings.tip.seq == len(twin.rows)


async def _accepts(journal: MemoryJournal | SqliteJournal, append: list[Entry]) -> bool:
    try:
        await journal.append(*append)
    except TransitionError:
        return False
    return True


async def _story(journal: MemoryJournal | SqliteJournal) -> list[object]:
    return [
        await journal.open_attempts(),
        await journal.open_conversations(),
        await journal.conversations_of(BARCODE),
        *[await journal.attempts_of(code) for code in CODES],
        *[await journal.attempts_of("NONE", (booking(name),)) for name in BOOKINGS],
        *[await journal.was_cut_off_after(attempt) for attempt in ATTEMPTS],
    ]
