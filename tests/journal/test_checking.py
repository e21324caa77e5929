"""`verify`: every change, gap and swap is found and named by its first row."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.attempt import Started
from kiosk.domain.errors import JournalError
from kiosk.journal.chain import Break
from kiosk.journal.checking import rebuild_index, verify
from kiosk.journal.damage import set_aside
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.fingerprints import key_path
from kiosk.journal.ledger import TAIL_ROWS
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import NOON, FakeClock
from tests.journal.damage import tamper
from tests.journal.samples import admission, booking, intended


@pytest.fixture
async def closed(path: Path, clock: FakeClock) -> Path:
    """A journal of sixteen rows, closed."""
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    await journal.append(Started(NOON, "Gate A"))
    for n in range(5):
        await journal.append(*admission(f"a{n}", f"CODE-{n}"))
    await journal.close()
    return path


def test_a_journal_that_nobody_touched_is_good(closed: Path) -> None:
    findings = verify(closed)
    assert findings.is_good
    assert findings.index_checked
    assert findings.tip.seq == 16


async def test_it_can_be_checked_while_it_is_written(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.append(*admission())
    assert verify(path).tip.seq == 3
    await file_journal.append(intended("a2", "CODE-2", "b2"))
    assert verify(path).is_good


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE entry SET body = replace(body, 'admit', 'refuse') WHERE seq = 7", 7),
        ("UPDATE entry SET at = '2026-11-21T12:00:01.000001+00:00' WHERE seq = 4", 4),
        ("UPDATE entry SET lane = 'Gate B' WHERE seq = 1", 1),
        ("UPDATE entry SET attempt = 'a2' WHERE seq = 6", 6),
        ("UPDATE entry SET code_key = zeroblob(16) WHERE seq = 5", 5),
        ("UPDATE entry SET mono_ns = mono_ns + 1 WHERE seq = 16", 16),
        ("UPDATE entry SET clock_state = 'synced' WHERE seq = 2", 2),
        ("UPDATE entry SET kind = 'stopped' WHERE seq = 1", 1),
        ("UPDATE entry SET chain = zeroblob(32) WHERE seq = 9", 9),
        ("DELETE FROM entry WHERE seq = 3", 3),
        ("DELETE FROM entry WHERE seq = 1", 1),
        ("DELETE FROM entry WHERE seq = 16", 16),
        ("DELETE FROM entry WHERE seq > 10", 11),
        ("UPDATE entry SET seq = CASE seq WHEN 4 THEN -7 WHEN 7 THEN -4 END WHERE seq IN (4, 7)", 4),
        ("UPDATE entry SET body = '{}' WHERE seq = 8", 8),
    ],
)
def test_the_first_bad_row_is_named(closed: Path, statement: str, first_bad: int) -> None:
    tamper(closed, statement)
    if "CASE" in statement:
        tamper(closed, "UPDATE entry SET seq = -seq WHERE seq < 0")
    findings = verify(closed)
    assert not findings.is_good
    assert isinstance(findings.broken, Break)
    assert findings.broken.seq == first_bad
    assert findings.tip.seq == first_bad - 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempt SET state = 'owed' WHERE id = 'a3'",
        "DELETE FROM attempt_identity WHERE seq = 2",
        "INSERT INTO attempt_identity VALUES (zeroblob(16), 5)",
        (
            "UPDATE attempt_identity SET identity = x'00' WHERE seq = 11 AND identity ="
            " (SELECT max(identity) FROM attempt_identity WHERE seq = 11)"
        ),
        "INSERT INTO attempt VALUES (1, 'ghost', 'intended')",
    ],
)
async def test_an_index_that_says_something_else_is_found_and_made_again(
    closed: Path, statement: str, clock: FakeClock
) -> None:
    tamper(closed, statement)
    findings = verify(closed)
    assert findings.broken is None
    assert findings.index
    rebuild_index(closed)
    assert verify(closed).is_good
    journal = await SqliteJournal.open(closed, lane="Gate A", clock=clock)
    assert [a.id for a in await journal.attempts_of("CODE-3")] == ["a3"]
    assert await journal.open_attempts() == ()
    await journal.close()


def test_rebuilding_needs_the_file_and_the_lock(closed: Path, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no journal"):
        rebuild_index(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    rebuild_index(closed)
    assert verify(closed).is_good


def test_a_closing_hash_anchors_the_chain_elsewhere(closed: Path) -> None:
    tip = verify(closed).tip
    assert verify(closed, tip.chain).closing_found is True
    assert verify(closed, bytes(32)).is_good is False


def test_without_the_key_rows_are_checked_and_the_index_is_not(closed: Path) -> None:
    key_path(closed).unlink()
    findings = verify(closed)
    assert findings.is_good
    assert not findings.index_checked


def test_overwritten_pages_are_found(closed: Path) -> None:
    with closed.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 3)
    assert not _is_whole(closed)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def _is_whole(path: Path) -> bool:
    try:
        return verify(path).is_good
    except JournalDamaged:
        return False


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────


async def test_opening_checks_the_last_rows_and_names_the_first_bad_one(closed: Path, clock: FakeClock) -> None:
    tamper(closed, "UPDATE entry SET lane = 'Gate B' WHERE seq = 14")
    with pytest.raises(JournalDamaged, match="at row 14") as caught:
        await SqliteJournal.open(closed, lane="Gate A", clock=clock)
    assert caught.value.seq == 14


async def test_opening_misses_no_row_that_was_cut_off_the_end(closed: Path, clock: FakeClock) -> None:
    tamper(closed, "DELETE FROM entry WHERE seq > 14")
    with pytest.raises(JournalDamaged, match="at row 15"):
        await SqliteJournal.open(closed, lane="Gate A", clock=clock)


async def test_opening_a_long_journal_reads_its_tail_only(path: Path, clock: FakeClock) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    await journal.append(*(Started(NOON, "Gate A") for _ in range(TAIL_ROWS + 50)))
    await journal.close()
    tamper(path, "UPDATE entry SET lane = 'Gate B' WHERE seq = 20")
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    await journal.append(Started(NOON, "Gate A"))
    await journal.close()
    findings = verify(path)
    assert findings.broken is not None
    assert findings.broken.seq == 20


@pytest.mark.parametrize("content", [b"not a database, but some text that somebody wrote here", b"\0" * 8192])
async def test_a_file_that_is_no_journal_is_refused_in_plain_words(
    path: Path, clock: FakeClock, content: bytes
) -> None:
    await asyncio.to_thread(_write, path, content)
    with pytest.raises(JournalDamaged, match="no journal"):
        await SqliteJournal.open(path, lane="Gate A", clock=clock)
    assert await asyncio.to_thread(path.read_bytes) == content


async def test_a_damaged_journal_is_set_aside_whole_and_a_fresh_one_begins(closed: Path, clock: FakeClock) -> None:
    tamper(closed, "UPDATE entry SET lane = 'Gate B' WHERE seq = 14")
    aside = set_aside(closed, NOON)
    assert aside.name == "journal.sqlite3.damaged-20261121T120000Z"
    journal = await SqliteJournal.open(closed, lane="Gate A", clock=clock)
    assert await journal.attempts_of("CODE-1", (booking("a1"),)) == ()
    await journal.append(intended())
    await journal.close()
    assert verify(closed).tip.seq == 1
    assert verify(aside).tip.seq == 13


async def test_nothing_is_set_aside_twice_under_one_name(closed: Path, clock: FakeClock) -> None:
    first = set_aside(closed, NOON)
    await (await SqliteJournal.open(closed, lane="Gate A", clock=clock)).close()
    second = set_aside(closed, NOON + timedelta(milliseconds=3))
    assert (verify(first).tip.seq, verify(second).tip.seq) == (16, 0)


def test_the_log_of_a_journal_goes_aside_with_it(tmp_path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        _write(tmp_path / f"j{suffix}", suffix.encode())
    aside = set_aside(tmp_path / "j", NOON)
    assert {name.name: name.read_bytes() for name in tmp_path.glob("j*") if not name.name.endswith(".lock")} == {
        f"{aside.name}{suffix}": suffix.encode() for suffix in ("", "-wal", "-shm")
    }


async def test_a_journal_in_use_is_not_set_aside(file_journal: SqliteJournal, path: Path) -> None:
    with pytest.raises(JournalError, match="writes this journal"):
        set_aside(path, NOON)
    await file_journal.append(intended())
