"""The list's file: forgotten days, restarts, damage, and what stands in it."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.errors import JournalError
from kiosk.journal.daylist import SqliteDayList, daylist_path
from kiosk.journal.fingerprints import key_path
from tests.fakes import NOON
from tests.journal.daylist.lists import TOWER, fill, found, opened_at
from tests.listings import RIVER, TODAY, TOMORROW, a_page, listed


async def test_earlier_days_are_forgotten_with_their_codes(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await fill(day_list, listed("b2", starts_at=NOON + timedelta(days=1)), day=TOMORROW)
    await day_list.forget(TOMORROW)
    assert [s.day for s in await day_list.states()] == [TOMORROW]
    assert [await found(day_list, code) for code in ("code-b1", "b1-1")] == [(), ()]
    assert await found(day_list, "code-b2")
    assert await day_list.search("REFB1") == ()


async def test_the_list_outlives_a_restart(path: Path, notices: list[str]) -> None:
    first = await opened_at(path)
    whole = await fill(first, listed("b1"))
    await first.close()
    second = await opened_at(path, notices)
    assert await second.find("code-b1") == await second.find("REFB1")
    assert (await second.find("code-b1")).bookings == (listed("b1").booking,)
    assert (await second.find("code-b1")).states == (whole,)
    assert notices == []
    await second.close()


async def test_the_lists_of_suppliers_that_have_left_are_dropped(path: Path) -> None:
    first = await opened_at(path)
    await fill(first, listed("b1"))
    await fill(first, listed("b2", supplier=TOWER), supplier=TOWER)
    await first.close()
    second = await opened_at(path, suppliers=(TOWER,))
    assert [s.supplier for s in await second.states()] == [TOWER]
    assert await found(second, "code-b1") == ()
    assert await found(second, "code-b2")
    await second.close()


async def test_with_another_key_the_list_begins_anew_without_a_word(path: Path, notices: list[str]) -> None:
    first = await opened_at(path)
    await fill(first, listed("b1"))
    await first.close()
    key_path(path).unlink()
    second = await opened_at(path, notices)
    assert await second.states() == ()
    assert notices == []
    await second.close()


def overwritten(file: Path) -> None:
    file.write_bytes(b"no database at all, " * 500)


def torn(file: Path) -> None:
    """Its first page is whole, so that it opens; everything behind it is not."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def of_another_program(file: Path) -> None:
    file.unlink()
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE theirs (a)")
    other.commit()
    other.close()


@pytest.mark.parametrize("damage", [overwritten, torn])
async def test_a_damaged_file_is_thrown_away_fetched_again_and_told_once(
    path: Path, notices: list[str], damage: Callable[[Path], None]
) -> None:
    first = await opened_at(path)
    await fill(first, *(listed(f"b{n}") for n in range(50)))
    await first.close()
    damage(daylist_path(path))
    second = await opened_at(path, notices)
    assert await found(second, "code-b1") == ()
    assert await second.states() == ()
    assert (await fill(second, listed("b1"))).complete
    assert await found(second, "code-b1")
    assert notices == ["the day's list was damaged: it is fetched again"]
    await second.close()


async def test_a_file_of_another_program_at_that_place_is_not_read(path: Path, notices: list[str]) -> None:
    await (await opened_at(path)).close()
    of_another_program(daylist_path(path))
    second = await opened_at(path, notices)
    assert (await fill(second, listed("b1"))).complete
    await second.close()


async def test_damage_found_while_reading_makes_the_list_know_nothing(path: Path, notices: list[str]) -> None:
    day_list = await opened_at(path, notices)
    await fill(day_list, listed("b1"))
    spoiler = sqlite3.connect(daylist_path(path))
    spoiler.execute("UPDATE booking SET body = '{\"units\":[[1]]}'")
    spoiler.commit()
    spoiler.close()
    assert await day_list.find("code-b1") == await day_list.find("code-b1")
    assert (await day_list.find("code-b1")).states == ()
    assert (await fill(day_list, listed("b1"))).complete
    assert await found(day_list, "code-b1") == (listed("b1").booking,)
    assert len(notices) == 1
    await day_list.close()


async def test_a_list_that_cannot_be_made_knows_nothing_and_says_so_to_who_writes(path: Path) -> None:
    daylist_path(path).mkdir(parents=True)
    day_list = await opened_at(path)
    assert (await day_list.find("code-b1")).bookings == ()
    with pytest.raises(JournalError):
        await day_list.begin(RIVER, TODAY, NOON)
    await day_list.close()


async def test_a_page_of_a_pass_that_was_thrown_away_is_refused(day_list: SqliteDayList) -> None:
    with pytest.raises(JournalError):
        await day_list.put_page(RIVER, TODAY, 2, a_page(listed("b1"), pages=3))
    assert await found(day_list, "code-b1") == ()


async def test_a_closed_list_knows_nothing(path: Path) -> None:
    day_list = await opened_at(path)
    await fill(day_list, listed("b1"))
    await day_list.close()
    await day_list.close()
    assert await found(day_list, "code-b1") == ()
    with pytest.raises(JournalError):
        await day_list.begin(RIVER, TODAY, NOON)


async def test_no_code_stands_in_the_file_and_only_its_owner_reads_it(path: Path) -> None:
    day_list = await opened_at(path)
    one = listed("b1", redemption_code="connect_secret", office_note="Mr Somebody")
    await fill(day_list, one)
    files = [file for file in path.parent.iterdir() if file.name.startswith("daylist")]
    content = b"".join(file.read_bytes() for file in files)
    assert b"REFB1" in content
    for secret in (b"code-b1", b"ticket-b1", b"connect_secret", b"Somebody"):
        assert secret not in content
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * len(files)
    await day_list.close()


def test_another_journal_in_the_folder_has_a_list_of_its_own() -> None:
    names = [daylist_path(Path("/state") / name).name for name in ("journal.sqlite3", "gate-b.sqlite3")]
    assert names == ["daylist.sqlite3", "daylist-gate-b.sqlite3"]
