"""Thousands of hostile cells, titles and files through issuing: nothing written elsewhere, nothing run, no crash."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from kiosk.cli.issue_files import read_list, read_table
from kiosk.cli.issue_report import free_name, write_report
from kiosk.domain.errors import KioskError
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.report import Row, State
from kiosk.domain.issuing.wanted import Channel, Kind
from tests.domain.issuing.test_recipients import HOSTILE

MANY = 10_000
FILES = 3_000
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
SEEDS = (
    b'code = "A"\nname = "B"\n[contact]\nname = "C"\n',
    b'{"code": "A", "name": "B", "vouchers": [{"product_code": "G", "quantity": 1, "sale_price": 1.5}]}',
    b"email,name\nann@x.example,Ann\nbob@x.example,=Bob\n",
)


def hostile(dice: random.Random) -> str:
    return "".join(dice.choice(HOSTILE)[:3000] for _ in range(dice.randint(1, 3)))


def mangled(dice: random.Random) -> bytes:
    """A good file with bytes changed, cut, doubled or strewn with hostile text."""
    content = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(content) + 1)
        match dice.randrange(4):
            case 0:
                content[at : at + dice.randint(0, 5)] = dice.randbytes(dice.randint(0, 4))
            case 1:
                content[at:at] = dice.choice(HOSTILE)[:500].encode("utf-8", "surrogatepass")
            case 2:
                content[at:at] = content[: dice.randint(0, len(content))]
            case _:
                del content[at:]
    return bytes(content)


def test_no_cell_of_a_report_is_a_formula_or_breaks_its_line(tmp_path: Path) -> None:
    dice = random.Random(6)
    sent = [
        Row(
            line,
            hostile(dice),
            hostile(dice)[:50],
            hostile(dice),
            hostile(dice),
            State.DONE,
            hostile(dice),
            hostile(dice),
        )
        for line in range(MANY)
    ]
    folder = tmp_path / "reports"
    folder.mkdir()
    assert write_report(folder / "report.csv", sent) == MANY
    text = (folder / "report.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == MANY + 1
    assert {len(row) for row in rows} == {9}
    for row in rows:
        for cell in row:
            assert not cell.startswith(FORMULAS)
            assert not set(cell) & set("\x00\x07\x1b\r\n\t\u202e\u2028\ud800")
    assert [path.name for path in tmp_path.rglob("*")] == ["reports", "report.csv"]


def test_mangled_files_are_read_or_refused(tmp_path: Path) -> None:
    dice = random.Random(7)
    paths = [tmp_path / name for name in ("wanted.toml", "wanted.json", "list.csv")]
    refused = 0
    for number in range(FILES):
        path = paths[number % 3]
        path.write_bytes(mangled(dice))
        try:
            if path.suffix == ".csv":
                assert all(one.address.isprintable() for one in read_list(path, dice.choice(list(Channel))))
            else:
                Papers(dice.choice([Kind.CLIENT, Kind.ORDER]), read_table(path), "GBP").read()
        except KioskError:
            refused += 1
    assert refused > FILES / 4
    assert sorted(tmp_path.iterdir()) == sorted(paths)


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[" * 20_000,
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"a = 1e999999999",
        b'{"a": 1e999999999}',
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b"a = " + b"9" * 10_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"[]",
        b'"text"',
        b"17",
    ],
)
@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_files_that_are_too_much(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"wanted.{suffix}"
    path.write_bytes(content)
    said = ""
    try:
        Papers(Kind.ORDER, read_table(path), "GBP").read()
    except KioskError as error:
        said = str(error)
    assert len(said) < 400


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(KioskError, match="larger than 16 MiB"):
        read_list(path, Channel.EMAIL)


def test_a_report_has_a_name_of_its_own(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = free_name("7f3a91c2", tmp_path)
        path.touch()
        names.append(path.name)
    assert names == ["issued-7f3a91c2.csv", "issued-7f3a91c2-2.csv", "issued-7f3a91c2-3.csv"]
