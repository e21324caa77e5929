"""Conversations of the voucher desk in the journal: what every journal promises about them, and what no file holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.errors import TransitionError
from kiosk.domain.voucher import Because, KeptVoucher, Sent, Stage, Step, Turn, Why, fold
from kiosk.journal.checking import rebuild_index, verify
from kiosk.journal.fingerprints import key_path
from kiosk.journal.memory import MemoryJournal
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.sqlite import SqliteJournal
from kiosk.journal.statements import SQL
from tests.fakes import NOON, FakeClock
from tests.journal.damage import tamper
from tests.journal.samples import admission, intended
from tests.turns import BARCODE, STORY, WAYS, turn, turns

AnyJournal = MemoryJournal | SqliteJournal
ENDED = (Stage.DONE, Stage.CANCELLED)


@pytest.mark.parametrize("stage", list(Stage))
async def test_a_conversation_reads_back_as_its_rows_say(journal: AnyJournal, stage: Stage) -> None:
    for one in turns(*WAYS[stage]):
        await journal.append(one)
    expected = () if stage in ENDED else fold(turns(*WAYS[stage]))
    assert await journal.open_conversations() == expected


async def test_a_finished_conversation_is_found_by_its_voucher(journal: AnyJournal) -> None:
    await journal.append(*turns(*STORY))
    assert [one.stage for one in await journal.conversations_of(BARCODE)] == [Stage.DONE]
    assert await journal.conversations_of(BARCODE.lower()) == ()
    assert await journal.conversations_of("ADTMM0000112") == ()


async def test_a_voucher_sent_twice_finds_its_conversation_once(journal: AnyJournal) -> None:
    refused = turns(Step.OPEN, Step.OPENED, Step.ADD, Step.NOT_ADDED)
    await journal.append(*refused)
    assert await journal.conversations_of(BARCODE) == ()
    await journal.append(*turns(Step.ADD, Step.ADDED))
    assert [one.id for one in await journal.conversations_of(BARCODE)] == ["c1"]


async def test_a_voucher_that_was_taken_off_again_finds_nothing(journal: AnyJournal) -> None:
    await journal.append(*turns(*STORY[:4], Step.REMOVE))
    assert len(await journal.conversations_of(BARCODE)) == 1
    await journal.append(turn(Step.REMOVED))
    assert await journal.conversations_of(BARCODE) == ()


async def test_a_conversation_is_found_by_each_of_its_vouchers(journal: AnyJournal) -> None:
    second = KeptVoucher("v2", "…0112", "ADTMM")
    await journal.append(
        *turns(*STORY[:4]),
        Turn(NOON, "c1", "Desk", Step.ADD, Sent("ADTMM0000112")),
        *turns(*STORY[:4], conversation="c2"),
        Turn(NOON, "c1", "Desk", Step.ADDED, second),
    )
    assert [one.id for one in await journal.conversations_of("ADTMM0000112")] == ["c1"]
    assert [one.id for one in await journal.conversations_of(BARCODE)] == ["c1", "c2"]


@pytest.mark.parametrize(
    "rows",
    [
        turns(Step.OPENED),
        turns(Step.OPEN, Step.OPEN),
        turns(*STORY[:6], Step.COMPLETE),
        turns(*STORY[:8], Step.CLOSE),
        [intended("c1"), *turns(Step.OPENED)],
        [*turns(Step.OPEN), intended("c1")],
    ],
)
async def test_turns_that_cannot_follow_are_refused_whole(journal: AnyJournal, rows: list[Turn]) -> None:
    await journal.append(*turns(Step.OPEN, conversation="before"))
    with pytest.raises(TransitionError):
        await journal.append(turn(Step.OPENED, "before"), *rows)
    assert [(one.id, one.stage) for one in await journal.open_conversations()] == [("before", Stage.OPENING)]


async def test_the_gate_and_the_voucher_desk_do_not_disturb_each_other(journal: AnyJournal) -> None:
    await journal.append(*admission(), intended("a2", BARCODE, "b2"), *turns(*STORY[:4]))
    assert [attempt.id for attempt in await journal.attempts_of(BARCODE)] == ["a2"]
    assert [attempt.id for attempt in await journal.open_attempts()] == ["a2"]
    assert [one.id for one in await journal.open_conversations()] == ["c1"]
    assert [one.id for one in await journal.conversations_of(BARCODE)] == ["c1"]


async def test_a_conversation_outlives_a_restart(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*turns(*STORY[:8]))
    await file_journal.close()
    again = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    assert await again.open_conversations() == fold(turns(*STORY[:8]))
    await again.append(*turns(*STORY[8:]))
    assert await again.open_conversations() == ()
    await again.close()
    assert verify(path).is_good


async def test_no_barcode_stands_on_the_disk(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*turns(*STORY))
    await file_journal.close()
    written = b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert BARCODE.encode() not in written
    assert b"\\u20260111" in written


async def test_the_rows_are_read_without_a_code(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*turns(*STORY))
    with JournalReader(path) as reader:
        rows = list(reader.rows(Wanted(kind="voucher"), show_codes=True))
    assert [row["step"] for row in rows] == list(STORY)
    assert {row["state"] for row in rows} == {"done"}
    assert rows[2]["code"] == "…0111"
    assert {row["product"] for row in rows} == {"The Long Take"}
    assert rows[-1]["references"] == ["WQ9LJTK"]
    assert rows[-1]["pax"] == 1


async def test_a_brief_list_shows_how_conversations_ended(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*turns(*STORY), *turns(*WAYS[Stage.CANCELLED], conversation="c2"))
    await file_journal.append(*turns(*WAYS[Stage.REDEEMED], conversation="c3"))
    with JournalReader(path) as reader:
        rows = [(row["attempt"], row["step"]) for row in reader.rows(Wanted(brief=True))]
    assert rows == [("c1", "ticketed"), ("c2", "closed"), ("c3", "redeemed")]


async def test_the_index_is_made_again_from_the_rows(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*admission(), *turns(*STORY[:8]), *turns(*STORY, conversation="c2"))
    await file_journal.close()
    tamper(path, "UPDATE attempt SET state = 'done' WHERE id = 'c1'")
    assert verify(path).index == "it is wrong about attempt c1"
    rebuild_index(path)
    assert verify(path).is_good
    again = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    assert [one.id for one in await again.open_conversations()] == ["c1"]
    assert [one.id for one in await again.conversations_of(BARCODE)] == ["c1", "c2"]
    await again.close()


async def test_without_its_key_a_journal_still_knows_what_is_open(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*turns(*STORY[:8]))
    await file_journal.close()
    key_path(path).unlink()
    again = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    assert [one.stage for one in await again.open_conversations()] == [Stage.COMPLETING]
    assert await again.conversations_of(BARCODE) == ()
    await again.close()


async def test_a_journal_of_the_first_schema_is_brought_up_to_date(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*admission())
    await file_journal.close()
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP INDEX conversation_open; PRAGMA user_version = 1;")
    again = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    await again.append(*turns(*STORY[:5]))
    assert len(await again.open_conversations()) == 1
    await again.close()
    assert verify(path).is_good


async def test_open_conversations_are_found_by_their_index(path: Path, file_journal: SqliteJournal) -> None:
    with closing(sqlite3.connect(path)) as db:
        plan = db.execute("EXPLAIN QUERY PLAN " + SQL["entries_of_open_conversations"]).fetchall()
    assert any("conversation_open" in step[-1] for step in plan)


@pytest.mark.parametrize(
    "facts", [KeptVoucher("v1"), KeptVoucher("v1", "…0111", "ADTMM", "\x1b[31m\ud800", 4)], ids=["plain", "hostile"]
)
async def test_what_an_office_calls_a_voucher_comes_back_as_it_was(journal: AnyJournal, facts: KeptVoucher) -> None:
    await journal.append(*turns(*STORY[:3]), Turn(NOON + timedelta(seconds=1), "c1", "Desk", Step.ADDED, facts))
    (told,) = await journal.open_conversations()
    assert told.vouchers == (facts,)
    assert told.at == NOON + timedelta(seconds=1)


@pytest.mark.parametrize("why", list(Why))
async def test_every_reason_comes_back(journal: AnyJournal, why: Why) -> None:
    await journal.append(*turns(*STORY[:6]), Turn(NOON, "c1", "Desk", Step.CLOSE, Because(why)))
    assert (await journal.open_conversations())[0].why is why
