"""`kiosk journal`: what people read, hand over and check."""

from __future__ import annotations

import csv
import io
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.domain.attempt import Entry, Owed, Parked, Started
from kiosk.domain.verdict import Doubt, Reason
from kiosk.domain.voucher import Stage
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import CODE, NOON, FakeClock
from tests.journal.damage import tamper
from tests.journal.samples import admission, booking, intended, settled, told
from tests.turns import STORY, WAYS, turns

OWED = (intended("a2", "CODE-2-OF-GUEST", "b2"), Owed(NOON, "a2", Doubt.NO_ANSWER), told("a2", outcome="undecided"))
PARKED = (
    intended("a3", "CODE-3-OF-GUEST", "b3"),
    Owed(NOON, "a3", Doubt.OFFLINE),
    Parked(NOON, "a3", "redeemed elsewhere", conflict=True, redeemed_at=NOON),
)
HOSTILE = replace(told(None, "Gate B", "refuse", "\x1b]0;pwned\x07" * 9), references=("=1+1\x1b[31m\u202e",))


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A journal with one of everything."""
    return await _write(tmp_path / "j.sqlite3", Started(NOON, "Gate A"), *admission(), HOSTILE, *OWED, *PARKED)


async def _write(path: Path, *entries: Entry) -> Path:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    for entry in entries:
        await journal.append(entry)
    await journal.close()
    return path


def kiosk(command: str, path: Path | None, *arguments: str) -> Result:
    where = () if path is None else ("--journal", str(path))
    return CliRunner().invoke(main, ["journal", command, *where, *arguments])


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# ── list ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_shows_verdicts_and_what_became_of_them(path: Path) -> None:
    result = kiosk("list", path)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].split() == ["TIME", "LANE", "OUTCOME", "REFERENCE", "PAX", "WHAT"]
    shown = [line[21:].strip() for line in lines[1:]]
    assert [line.split("  ")[1].strip() for line in shown] == [
        "started",
        "admit",
        "refuse not_found",
        "undecided (owed)",
        "parked conflict",
    ]
    assert "London River Cruise Return · 1 Adult, 1 Family · !1|z…R1Gp" in shown[1]


async def test_a_list_shows_how_orders_of_the_voucher_desk_ended(tmp_path: Path) -> None:
    path = await _write(tmp_path / "j", *turns(*STORY), *turns(*WAYS[Stage.CANCELLED], conversation="c2"))
    lines = kiosk("list", path).stdout.splitlines()[1:]
    assert "voucher ticketed" in lines[0]
    assert "WQ9LJTK" in lines[0]
    assert lines[0].endswith("The Long Take · C5")
    assert lines[1].endswith("The Long Take · given_up")
    assert "due £0.00" in kiosk("list", path, "--all").stdout


def test_a_list_of_all_shows_the_rows_behind_a_verdict(path: Path) -> None:
    kinds = [row["kind"] for row in rows(kiosk("list", path, "--all", "--json"))]
    assert kinds[:5] == ["started", "intended", "settled", "told", "told"]


def test_a_list_that_leaves_rows_out_says_so(path: Path) -> None:
    assert "The newest 2 of more rows" in kiosk("list", path, "--limit", "2").stderr
    assert kiosk("list", path, "--limit", "5").stderr == ""


async def test_what_was_owed_and_is_settled_is_listed_as_that(tmp_path: Path) -> None:
    path = await _write(tmp_path / "j", *OWED, settled("a2"))
    assert [row["kind"] for row in rows(kiosk("list", path, "--json"))] == ["told", "settled"]


def test_nothing_hostile_reaches_the_terminal(path: Path) -> None:
    for command, arguments in (
        ("list", ("--all",)),
        ("list", ("--all", "--json")),
        ("export", ("--format", "csv")),
        ("export", ("--format", "jsonl", "--show-codes")),
    ):
        shown = kiosk(command, path, *arguments).stdout
        assert "\x1b" not in shown
        assert "\x07" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize("command", ["list", "owed", "export"])
@pytest.mark.parametrize("json_", [True, False])
def test_codes_are_masked(path: Path, command: str, json_: bool) -> None:
    form = ("--format", "jsonl" if json_ else "csv") if command == "export" else ("--json",) if json_ else ()
    shown = kiosk(command, path, *form, *(("--all",) if command == "list" else ())).stdout
    for secret in (CODE, "CODE-2-OF-GUEST", booking("a1").redemption_code, booking("b3").redemption_code):
        assert secret not in shown


@pytest.mark.parametrize(
    ("arguments", "seqs"),
    [
        (("--lane", "Gate B"), [5]),
        (("--kind", "intended"), [2, 6, 9]),
        (("--state", "parked"), [11]),
        (("--state", "parked", "--all"), [9, 10, 11]),
        (("--reference", "ref-B1"), [4, 8]),
        (("--reference", "REF-b3", "--all"), [9, 10, 11]),
        (("--since", "2026-11-21T12:00:01+00:00", "--kind", "told"), [4, 5, 8]),
        (("--until", "2026-11-21T12:00:01+00:00"), [1, 11]),
        (("--limit", "2"), [8, 11]),
        (("--since", "2026-11-22"), []),
    ],
)
def test_rows_are_picked(path: Path, arguments: tuple[str, ...], seqs: list[int]) -> None:
    assert [row["seq"] for row in rows(kiosk("list", path, "--json", *arguments))] == seqs


async def test_an_empty_journal_and_an_empty_answer_are_told_apart(path: Path, tmp_path: Path) -> None:
    empty = await _write(tmp_path / "empty")
    assert kiosk("list", empty).stdout == "The journal is empty.\n"
    assert kiosk("list", path, "--lane", "Gate Z").stdout == "No such rows.\n"


@pytest.mark.parametrize("command", ["list", "export", "owed", "verify"])
def test_a_journal_that_is_not_there_is_said_so_and_not_made(tmp_path: Path, command: str) -> None:
    result = kiosk(command, tmp_path / "none")
    assert result.exit_code == 4
    assert "there is no journal" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_says_which_journal(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", str(tmp_path))
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[journal]\npath = "{path.name}"\n')
    assert kiosk("owed", None, "--config", str(config)).exit_code == 1


def test_a_time_that_is_none_is_a_usage_error(path: Path) -> None:
    result = kiosk("list", path, "--since", "yesterday-ish")
    assert result.exit_code == 2
    assert "18:30" in result.stderr


async def test_it_is_read_while_an_engine_writes(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "j", lane="Gate A", clock=FakeClock())
    await journal.append(*admission())
    assert [row["kind"] for row in rows(kiosk("list", tmp_path / "j", "--json"))] == ["told"]
    await journal.append(*OWED)
    assert kiosk("owed", tmp_path / "j").exit_code == 1
    await journal.close()


async def test_a_row_that_cannot_be_read_does_not_hide_the_others(path: Path) -> None:
    tamper(path, "UPDATE entry SET body = 'not json' WHERE seq = 5")
    result = kiosk("list", path)
    assert result.exit_code == 0
    assert "this row cannot be read" in result.stdout
    assert "undecided" in result.stdout


# ── export ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_export_ends_with_the_hash_of_the_last_row(path: Path) -> None:
    result = kiosk("export", path)
    *exported, closing = rows(result)
    assert [row["seq"] for row in exported] == list(range(1, 12))
    assert closing == {"seq": 11, "kind": "closing", "rows": 11, "chain": exported[-1]["chain"]}
    assert kiosk("verify", path, "--closing", str(closing["chain"])).exit_code == 0
    assert "11 rows, closing hash" in result.stderr


def test_an_export_of_some_rows_still_closes_with_the_last_one(path: Path) -> None:
    *exported, closing = rows(kiosk("export", path, "--lane", "Gate B"))
    assert [row["seq"] for row in exported] == [5]
    assert (closing["seq"], closing["rows"]) == (11, 1)


def test_codes_are_exported_only_when_asked_for(path: Path) -> None:
    exported = rows(kiosk("export", path, "--show-codes", "--kind", "intended"))
    assert [row.get("code") for row in exported[:-1]] == [CODE, "CODE-2-OF-GUEST", "CODE-3-OF-GUEST"]


def test_a_spreadsheet_finds_no_formula(path: Path) -> None:
    sheet = list(csv.DictReader(io.StringIO(kiosk("export", path, "--format", "csv").stdout)))
    assert sheet[4]["references"] == "'=1+1·[31m·"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in sheet for cell in row.values())
    assert sheet[1]["units"] == "1 Adult, 1 Family"
    assert (sheet[-1]["kind"], sheet[-1]["chain"]) == ("closing", sheet[-2]["chain"])
    assert Reason.NOT_FOUND in sheet[4]["reason"]


def test_an_export_is_for_its_owner_only_and_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "evening.jsonl"
    assert kiosk("export", path, "-o", str(out)).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    again = kiosk("export", path, "-o", str(out), "--format", "csv")
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert out.read_bytes() == before


def test_an_export_that_fails_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    damaged = path.read_bytes()
    (tmp_path / "bad").write_bytes(damaged[:4096] + b"\xff" * (len(damaged) - 4096))
    out = tmp_path / "out.jsonl"
    assert kiosk("export", tmp_path / "bad", "-o", str(out)).exit_code == 4
    assert not out.exists()


# ── owed, verify ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_owed_is_told_and_is_an_exit_status(path: Path) -> None:
    result = kiosk("owed", path)
    assert result.exit_code == 1
    assert "REF-b2" in result.stdout
    assert "no_answer" in result.stdout
    assert "1 owed, the oldest for" in result.stdout
    assert "1 parked, waiting for a supervisor" in result.stdout
    assert [(r["attempt"], r["state"], r["tries"]) for r in rows(kiosk("owed", path, "--json"))] == [
        ("a2", "owed", 1),
        ("a3", "parked", 1),
    ]


async def test_nothing_owed_is_success(tmp_path: Path) -> None:
    path = await _write(tmp_path / "j", *admission())
    result = kiosk("owed", path)
    assert (result.exit_code, result.stdout) == (0, "Nothing is owed.\n")


def test_a_whole_journal_verifies(path: Path) -> None:
    result = kiosk("verify", path)
    assert result.exit_code == 0
    assert result.stdout.startswith("Whole: 11 rows, closing hash ")


def test_a_changed_row_is_named(path: Path) -> None:
    tamper(path, "UPDATE entry SET lane = 'Gate C' WHERE seq = 5")
    result = kiosk("verify", path)
    assert result.exit_code == 1
    assert result.stdout.startswith("DAMAGED at row 5: ")
    assert "Rows 1 to 4 are whole" in result.stdout


def test_a_wrong_index_is_named_and_made_again(path: Path) -> None:
    tamper(path, "UPDATE attempt SET state = 'settled' WHERE id = 'a2'")
    result = kiosk("verify", path)
    assert result.exit_code == 1
    assert "The index is WRONG: it is wrong about attempt a2" in result.stdout
    assert kiosk("verify", path, "--rebuild-index").exit_code == 0
    assert kiosk("owed", path).exit_code == 1


def test_a_closing_hash_that_does_not_stand_is_told(path: Path) -> None:
    result = kiosk("verify", path, "--closing", "00" * 32)
    assert result.exit_code == 1
    assert "DOES NOT STAND" in result.stdout
    assert kiosk("verify", path, "--closing", "xyz").exit_code == 2


def test_a_file_that_is_no_journal_does_not_verify(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("some text that is certainly long enough to have a header" * 10)
    result = kiosk("verify", tmp_path / "j")
    assert result.exit_code == 1
    assert "damaged" in result.stderr
