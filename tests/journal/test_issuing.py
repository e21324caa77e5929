"""Issuing jobs on disk: notes in a journal, papers beside it, one worker at a time, no name where none must be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kiosk.domain.errors import JournalError, JournalLocked, KioskError, TransitionError
from kiosk.domain.issuing.job import FACTS, Job, Note, Stage, Step
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.wanted import Kind, Recipient
from kiosk.journal.checking import rebuild_index, verify
from kiosk.journal.jobs import JobFolders, summaries
from kiosk.journal.memory import MemoryJournal
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import NOON, FakeClock
from tests.issuing import PATHS, accepted, begun, facts_of, notes
from tests.journal.damage import tamper

AnyJournal = MemoryJournal | SqliteJournal
STORY = (
    begun(7),
    *(note for number, stage in enumerate(PATHS, 1) for note in notes(number, *PATHS[stage])),
)
PAPERS = Papers(
    Kind.EMAIL,
    {"reference": "SPRING", "items": [{"client_order_item_id": 1, "quantity_per_recipient": 1}]},
    "GBP",
    (Recipient(2, "ann@x.example", "Ann"),),
)


async def test_notes_read_back_as_they_were_written(journal: AnyJournal) -> None:
    every = [
        Note(NOON, "j", 8, Step.SEND),
        *(Note(NOON, "k", 0, step, facts_of(step)) for step in (Step.BEGIN, Step.END)),
    ]
    await journal.append(*STORY, *every)
    assert await journal.notes() == (*STORY, *every)
    told = {note.step for note in (*STORY, *every)}
    assert told >= set(FACTS) - {Step.AGAIN, Step.RESOLVE}


@pytest.mark.parametrize("stage", list(PATHS))
async def test_a_note_that_cannot_follow_is_refused_and_nothing_written(journal: AnyJournal, stage: Stage) -> None:
    await journal.append(begun(1), *notes(1, *PATHS[stage]))
    before = await journal.notes()
    with pytest.raises(TransitionError):
        await journal.append(*notes(1, Step.BEGIN))
    assert await journal.notes() == before


async def test_a_note_is_no_attempt_and_no_conversation(journal: AnyJournal) -> None:
    await journal.append(*STORY)
    assert await journal.open_attempts() == await journal.parked_attempts() == ()
    assert await journal.open_conversations() == ()


async def test_verify_and_the_index_cover_notes(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*STORY)
    await file_journal.close()
    assert verify(path).is_good
    rebuild_index(path)
    assert verify(path).is_good
    tamper(path, "UPDATE entry SET body = replace(body, 'token-1', 'token-2') WHERE body LIKE '%token-1%'")
    broken = verify(path).broken
    assert broken is not None
    assert broken.seq == next(seq for seq, note in enumerate(STORY, 1) if note.step is Step.ACCEPT)


async def test_people_read_a_job_in_the_journal(path: Path, file_journal: SqliteJournal) -> None:
    await file_journal.append(*STORY)
    with JournalReader(path) as reader:
        brief = list(reader.rows(Wanted(brief=True)))
    assert [row["step"] for row in brief] == ["begin", "refuse", "doubt", "doubt", "find"]
    assert (brief[0]["references"], brief[0]["product"], brief[0]["pax"]) == (["SPRING"], "email", 7)


async def test_a_summary_counts_what_the_fold_counts(tmp_path: Path) -> None:
    folder = JobFolders(tmp_path / "issuing").new()
    record = await SqliteJournal.open(folder.record, lane="Gate A", clock=FakeClock())
    await record.append(
        *STORY, *notes(8, Step.SEND), accepted(8, "a", "b"), Note(NOON, "j", 8, Step.RESOLVE, facts_of(Step.RESOLVE))
    )
    (summary,) = summaries([folder])
    job = Job(await record.notes())
    assert (summary.kind, summary.reference, summary.begun_at) == ("email", "SPRING", NOON)
    assert summary.requests == {
        "sending": 1, "accepted": 2, "refused": 1, "doubtful": 1, "found": 1, "resolved": 1,
    }  # fmt: skip
    assert summary.tokens == {"done": 2, "pending": 2} == {state.value: many for state, many in job.tokens().items()}
    assert summary.is_running
    assert summary.counted is None
    await record.close()


async def test_a_job_has_one_worker(tmp_path: Path) -> None:
    folder = JobFolders(tmp_path).new()
    record = await SqliteJournal.open(folder.record, lane="Gate A", clock=FakeClock())
    with pytest.raises(JournalLocked):
        await SqliteJournal.open(folder.record, lane="Gate A", clock=FakeClock())
    await record.close()


def test_papers_are_for_their_owner_and_go_when_they_are_dropped(tmp_path: Path) -> None:
    folder = JobFolders(tmp_path / "issuing").new()
    digest = folder.write_papers(PAPERS)
    assert folder.read_papers(digest) == PAPERS
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder.path, *folder.path.iterdir())]
    assert modes == [0o700, 0o600]
    folder.drop_papers()
    folder.drop_papers()
    assert list(folder.path.iterdir()) == []
    with pytest.raises(JournalError, match="nothing was sent"):
        folder.read_papers(digest)


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b"\xff", b'{"kind":"email"}'])
def test_papers_that_were_changed_are_not_sent(tmp_path: Path, stored: bytes) -> None:
    folder = JobFolders(tmp_path).new()
    digest = folder.write_papers(PAPERS)
    (folder.path / "papers.json").write_bytes(stored)
    with pytest.raises(JournalError, match="nothing was sent"):
        folder.read_papers(digest)


async def test_no_recipient_stands_in_the_record(tmp_path: Path) -> None:
    folder = JobFolders(tmp_path).new()
    digest = folder.write_papers(PAPERS)
    record = await SqliteJournal.open(folder.record, lane="Gate A", clock=FakeClock())
    await record.append(*STORY)
    await record.close()
    held = b"".join(file.read_bytes() for file in folder.path.glob("record*"))
    assert b"ann@x" not in held
    assert b"SPRING" in held
    assert digest.encode() not in held  # this story was begun with other papers


@pytest.mark.parametrize("name", ["", "ab", "../x", "ABCDEF12", "zzzzzzzz", "00000000/..", "%2e%2e", "a" * 9])
def test_a_jobs_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    folders = JobFolders(tmp_path)
    folders.new()
    with pytest.raises(KioskError):
        folders.find(name)


def test_what_is_no_job_is_left_alone_and_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    assert folders.all() == ()
    (tmp_path / "notes").mkdir()
    unbegun, broken = folders.new(), folders.new()
    broken.record.write_bytes(os.urandom(4096))
    told = {one.id: one.trouble for one in summaries(folders.all())}
    assert told == {unbegun.id: "never begun: nothing was sent", broken.id: "its record cannot be read"}
