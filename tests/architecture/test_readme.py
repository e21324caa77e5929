"""README.md is true: the words, commands, statuses and places that it names are those of the code."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from kiosk.cli import COMMANDS
from kiosk.cli.status import Exit
from kiosk.config import load
from kiosk.domain.out_of_order import Fault
from kiosk.domain.signalling import EXAMPLES
from kiosk.domain.verdict import Doubt, Grade, Reason
from kiosk.domain.voucher import Why
from kiosk.sandbox.vista.access import PASSWORD, USERNAME
from kiosk.sandbox.vista.samples import stock

HERE = Path(__file__).parents[2]
README = (HERE / "README.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of a table, without its first two lines."""
    table = README[README.index(heading) :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", cell))


def test_every_verdict_has_its_row() -> None:
    found: dict[str, set[str]] = {}
    for outcome, reason, meaning, remedy in rows("| outcome | reason |"):
        found.setdefault(outcome.strip("`"), set()).update(words(reason))
        assert meaning
        assert remedy
    assert found == {
        "admit": {*Grade, "recovered"},
        "refuse": set(Reason),
        "choose": set(),
        "undecided": set(Doubt),
    }


def test_every_exit_status_has_its_row() -> None:
    assert {int(status) for status, *_ in rows("| exit status |")} == set(Exit)


def test_every_end_of_an_order_at_the_voucher_desk_has_its_row() -> None:
    found: dict[str, set[str]] = {}
    for ending, reason, meaning, _ in rows("| order | reason |"):
        found.setdefault(ending.strip("`"), set()).update(words(reason))
        assert meaning
    assert found.pop("cancelled") == set(Why)
    assert found == {"redeemed": set(), "unclear": set(), "open": set(), "refused": set()}


def test_the_vouchers_that_are_shown_are_the_sandboxs() -> None:
    shown = README[README.index("### Ticket vouchers") :].split("```")[1]
    cinema = stock(datetime.now(UTC))
    codes = {sample.code: sample for sample in cinema.samples.values()}
    barcodes = re.findall(r"\b[A-Z]{5}[0-9]{7}\b", shown)
    assert len(barcodes) == 3
    assert {codes[barcode].showtime_id for barcode in barcodes} == set(re.findall(r"0002-[0-9]{4}", shown))
    assert [codes[barcode].pin for barcode in barcodes if codes[barcode].pin] == re.findall(r"PIN \(([0-9]+)\)", shown)
    assert f"VISTA_USERNAME={USERNAME} VISTA_PASSWORD={PASSWORD}" in shown


def test_every_command_has_its_row() -> None:
    assert {re.findall(r"`kiosk (\w+)", command)[0] for command, _ in rows("| command |")} == set(COMMANDS)


def test_the_house_is_drawn_as_it_stands() -> None:
    tree = README[README.index("kiosk/\n  cli/") :].split("```")[0]
    drawn = {name.rstrip("/") for name in re.findall(r"^  ([a-z_.]+/?) ", tree, flags=re.MULTILINE)}
    built = {path.name for path in (HERE / "kiosk").iterdir() if (path / "__init__.py").exists()}
    built |= {path.name for path in (HERE / "kiosk").glob("[a-z]*.py")}
    assert drawn == built


def test_every_place_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:kiosk|config|scripts|tests)/[\w./-]+)`", README))
    named |= set(re.findall(r"\]\(((?!http)[\w./-]+)\)", README))
    named |= set(re.findall(r"^(scripts/\w+)", README, flags=re.MULTILINE))
    assert {"scripts/demo", "scripts/test"} <= named
    assert {path for path in named if not (HERE / path).exists()} == set()


def test_the_configuration_that_is_shown_loads(tmp_path: Path) -> None:
    shown = tmp_path / "kiosk.toml"
    shown.write_text(README[README.index("```toml\n") + 8 :].split("```")[0])
    assert [source.kind for source in load(shown).sources] == ["wedge", "camera"]


def test_every_fault_has_its_row() -> None:
    told = [(code, meaning, remedy) for code, meaning, remedy in rows("| code | what it means |")]
    assert [code for code, _, _ in told] == list(Fault)
    assert all(meaning and remedy for _, meaning, remedy in told)


def test_every_sound_is_in_its_row() -> None:
    told = {verdict: f"{sound} {rhythm}" for verdict, sound, rhythm, _ in rows("| verdict | sound |")}
    pitches = {name: {f"{beat.pitch_hz:.0f}" for beat in cue.beats} for name, cue in EXAMPLES.items()}
    for name, row in (
        ("admit, one guest", "admit, confirmed"),
        ("admit, provisional, one guest", "admit, provisional"),
        ("refuse", "refuse"),
        ("choose", "choose"),
        ("undecided", "undecided"),
        ("the same ticket again", "the same ticket again"),
        ("only looked at", "only looked at"),
    ):
        named = set(re.findall(r"\d{3,}", told[row]))
        assert named <= pitches[name], row
        assert named, row
