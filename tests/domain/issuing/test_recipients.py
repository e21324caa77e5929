"""Lists of recipients: who is on them, every bad row with its line, and ten thousand hostile cells."""

from __future__ import annotations

import random

import pytest

from kiosk.domain.issuing.faults import Faults
from kiosk.domain.issuing.recipients import MOST_RECIPIENTS, read_recipients
from kiosk.domain.issuing.wanted import Channel, Recipient

HOSTILE = (
    '=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "../../etc/passwd", "..\\..\\x",
    "[/]", "[bold red]", "\x1b[31m", "\x1b]52;c;AAAA\x07", "\u202egnp.exe", "\x00", "\ud800", "\ufeff", "a" * 100_000,
    "{{7*7}}", "<script>alert(1)</script>", "'; DROP TABLE entry; --", "%s%s%s%n", "\r\n", '"', '""', "'", ",,,,", ";",
    "a@b", "a@b.c", "@b.co", "a@@b.co", "a..b@c.co", "a@-b.co", "a@b-.co", "ünïcode@exämple.co",
    "a@" + "b." * 200 + "co",
    "1e309", "٣٤٥٦٧٨٩", "+", "+44", "+" + "9" * 40, "(((((", "NUL", "con", "é́́́́́", "\u200b", "\u2028x",
)  # fmt: skip


def read(text: str, channel: Channel = Channel.EMAIL) -> tuple[Recipient, ...]:
    found = read_recipients(text, channel)
    assert isinstance(found, tuple), found
    return found


def faults(text: str, channel: Channel = Channel.EMAIL) -> dict[int | None, str]:
    found = read_recipients(text, channel)
    assert isinstance(found, Faults)
    return {fault.line: fault.what for fault in found.faults}


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_list_is_read_however_a_spreadsheet_writes_it(between: str, end: str) -> None:
    lines = (("Name", "Email"), ("Ann", "ann@x.example"), (), ('"Smith, ""Bob"""', "bob@x.example"))
    text = "\ufeff" + end.join(map(between.join, lines))
    assert [(one.line, one.address) for one in read(text)] == [(2, "ann@x.example"), (4, "bob@x.example")]


def test_a_guard_against_formulas_is_taken_off_again() -> None:
    (guest,) = read("mobile,name\n'+44 (7700) 900-123,'=Ann\n", Channel.MOBILE)
    assert (guest.address, guest.name) == ("+447700900123", "=Ann")


def test_every_bad_row_is_told_with_its_line() -> None:
    text = 'email,name\nann@x.example,Ann\nbad,Bob\nANN@x.example,Ann\n"torn,x\nz@x.example\n=1@x.example,E\n'
    assert faults(text) == {
        3: "no e-mail address",
        4: "the same recipient as in line 2",
        5: "quotation marks that do not fit together, or a cell without end",
        6: "has 1 cells, the first line has 2",
        7: "no e-mail address",
    }


@pytest.mark.parametrize("text", ["", "\n", "name\nAnn\n", "email,email\na@x.example,b@x.example\n", "a@x.example\n"])
def test_a_list_that_does_not_name_its_columns_is_refused(text: str) -> None:
    assert list(faults(text)) == [1]


def test_nobody_on_the_list_is_a_fault() -> None:
    assert faults("email\n\n\n") == {2: "nobody is on the list"}


def test_a_list_may_be_as_long_as_that_and_no_longer() -> None:
    rows = [f"p{number}@x.example" for number in range(MOST_RECIPIENTS + 1)]
    assert len(read("\n".join(["email", *rows[:-1]]))) == MOST_RECIPIENTS
    assert faults("\n".join(["email", *rows]))


def test_ten_thousand_hostile_cells_are_told_or_harmless() -> None:
    """Whoever gets through has an address of one line without a control character, a blank or a formula's beginning."""
    dice = random.Random(20261130)
    for _ in range(10_000):
        cells = [dice.choice(HOSTILE) + (dice.choice(HOSTILE) if dice.random() < 0.3 else "") for _ in range(2)]
        channel = dice.choice(list(Channel))
        found = read_recipients(f"{channel.value},name\n{cells[0]},{cells[1]}\n", channel)
        for one in found if isinstance(found, tuple) else ():
            assert one.address.isprintable()
            assert " " not in one.address
            assert not one.address.startswith(("=", "-", "@"))
            assert one.address[0] != "+" or one.address[1:].isdecimal()
            assert one.name.isprintable()
            assert len(one.address) + len(one.name) <= 508
