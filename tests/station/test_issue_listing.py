"""What a supervisor's screen is told of issuing jobs: counts that add up, ended ones read once, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kiosk.domain.issuing.job import Accepted, Begun, Counted, Note, Resolved, Step
from kiosk.domain.issuing.wanted import Kind
from kiosk.journal.jobs import JobFolder, JobFolders, JobSummary
from kiosk.journal.sqlite import SqliteJournal
from kiosk.station import issue_listing
from kiosk.station.issue_listing import IssueListing
from tests.fakes import NOON, FakeClock
from tests.issuing import DONE, notes


@pytest.fixture
def listing(tmp_path: Path) -> IssueListing:
    return IssueListing(JobFolders(tmp_path / "issuing"), FakeClock())


async def a_job(listing: IssueListing, reference: str, *told: Note, stays_open: bool = False) -> SqliteJournal:
    folder = listing.folders.new()
    record = await SqliteJournal.open(folder.record, lane="Gate A", clock=FakeClock())
    begun = Begun(Kind.EMAIL, reference, 4, 2, 4, 1, "")
    await record.append(Note(NOON, "j", 0, Step.BEGIN, begun), *told)
    if not stays_open:
        await record.close()
    return record


async def test_nothing_is_listed_where_there_is_nothing(listing: IssueListing) -> None:
    assert (await listing.jobs()).jobs == ()
    assert await listing.count() == 0


async def test_every_item_of_a_job_is_in_one_count(listing: IssueListing) -> None:
    told = (
        *notes(1, Step.SEND),
        Note(NOON, "j", 1, Step.ACCEPT, Accepted(("a", "b"))),
        Note(NOON, "j", 1, Step.RESOLVE, Resolved(0, DONE)),
        *notes(2, Step.SEND, Step.REFUSE),
        *notes(3, Step.SEND),
    )
    record = await a_job(listing, "SPRING", *told, stays_open=True)
    (running,) = (await listing.jobs()).jobs
    assert (running.state, running.total) == ("running", 8)
    assert (running.done, running.pending, running.refused, running.unknown, running.not_sent) == (1, 3, 2, 0, 2)
    await record.close()


async def test_a_job_that_has_ended_is_read_once(listing: IssueListing, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_job(listing, "SPRING", Note(NOON, "j", 0, Step.END, Counted((("done", 7), ("found", 1)))))
    (first,) = (await listing.jobs()).jobs
    assert (first.state, first.total, first.done) == ("ended", 8, 8)
    read: list[JobFolder] = []

    def summaries(folders: Iterable[JobFolder]) -> tuple[JobSummary, ...]:
        read.extend(folders)
        return ()

    monkeypatch.setattr(issue_listing, "summaries", summaries)
    assert (await listing.jobs()).jobs == (first,)
    assert read == []


async def test_only_the_newest_are_told(listing: IssueListing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_listing, "TOLD", 2)
    for number in range(3):
        await a_job(listing, f"R{number}")
    told = await listing.jobs()
    assert (len(told.jobs), told.more, await listing.count()) == (2, 1, 3)
