"""A scanner in HID point-of-sale mode: reports as they are documented, as codes; and whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.code import LONGEST_CODE
from kiosk.domain.framing import FramingRules
from kiosk.sources.hidraw import HidPosSource, PosReading
from kiosk.sources.pos_reports import PATIENCE_S, REPORT_BYTES, PosCode, PosReports
from tests.sources.devices import Cable, Watched, reports, reports_without_aim, send_from_thread, tickets

BOARDING_PASS = b"M1GATHERGOOD/MICHAEL  YABCDEF LHRDURAK 3542 052Y003D23  12345678"


def codes_of(stream: list[bytes], longest: int = LONGEST_CODE) -> list[PosCode]:
    parser = PosReports(longest)
    return [code for report in stream if (code := parser.report(report, 0.0))]


def test_the_documented_example() -> None:
    """Access-IS LSR118 manual, B.1.1: two reports, 56 bytes and the rest, byte 63 says whether there is more."""
    first = b"\x02\x38]Q0" + BOARDING_PASS[:56] + b"s\x00\x01"
    second = (b"\x02\x08]Q0" + BOARDING_PASS[56:]).ljust(61, b"\0") + b"s\x00\x00"
    assert (len(first), len(second)) == (64, 64)
    assert codes_of([first, second]) == [PosCode(BOARDING_PASS, "]Q0")]


@pytest.mark.parametrize("size", [1, 2, 55, 56])
def test_codes_of_every_length(size: int) -> None:
    for length in (1, 2, 3, 4, 55, 56, 57, 112, 113, 300):
        data = b"!" * length
        assert codes_of(reports(data, size=size)) == [PosCode(data, "]Q1")]
        assert codes_of(reports_without_aim(data, size=size)) == [PosCode(data)]


@pytest.mark.parametrize("length", [3, 10, 54, 56, 60])
def test_an_aim_identifier_sent_as_data_stays_with_the_data(length: int) -> None:
    data = b"]C1" + b"A" * (length - 3)
    assert codes_of(reports_without_aim(data)) == [PosCode(data)]


def test_a_scanner_that_leaves_the_identifier_blank() -> None:
    assert codes_of(reports(b"ABCD", aim=b"\0\0\0")) == [PosCode(b"ABCD", "")]


def test_other_reports_say_nothing_and_disturb_nothing() -> None:
    first, second = reports(b"A" * 60)
    other = b"\x03" + bytes(REPORT_BYTES - 1)
    assert codes_of([other, first, other, b"", b"\x02\x04]Q1", second]) == [PosCode(b"A" * 60, "]Q1")]


def test_a_length_that_cannot_be_drops_the_code_it_belongs_to() -> None:
    first, second = reports(b"A" * 60)
    broken = b"\x02\x39" + second[2:]
    assert codes_of([first, broken, *reports(b"ABCD")]) == [PosCode(b"ABCD", "]Q1")]


def test_a_code_whose_rest_never_comes_is_not_carried_into_the_next() -> None:
    parser = PosReports()
    first, _ = reports(b"A" * 60)
    assert parser.report(first, 0.0) is None
    assert parser.report(reports(b"ABCD")[0], PATIENCE_S + 0.01) == PosCode(b"ABCD", "]Q1")


def test_a_code_too_long_is_told_once_and_the_next_is_whole() -> None:
    stream = [*reports(b"A" * 2000), *reports(b"ABCD")]
    assert codes_of(stream) == [PosCode(b"", "]Q1", too_long=True), PosCode(b"ABCD", "]Q1")]


@given(st.lists(st.binary(max_size=80), max_size=40), st.integers(1, 200))
def test_any_reports_at_all(stream: list[bytes], longest: int) -> None:
    for code in codes_of([b"\x02" + report for report in stream] + stream, longest):
        assert len(code.data) <= longest
        assert code.too_long == (not code.data)


@given(
    st.lists(st.tuples(st.integers(0, 70), st.binary(min_size=62, max_size=62)), max_size=20),
    st.binary(min_size=1, max_size=200).filter(lambda data: not data.endswith(b"\0\0\0")),
)
def test_nothing_is_carried_into_the_next_code(noise: list[tuple[int, bytes]], data: bytes) -> None:
    parser = PosReports()
    for length, rest in noise:
        parser.report(b"\x02" + bytes([length]) + rest, 0.0)
    *first, last = (parser.report(report, 9.0) for report in reports(data))
    assert first == [None] * len(first)
    assert last == PosCode(data, "]Q1")


# ── as a source ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [1, 56])
async def test_10_000_codes_are_intact_and_in_order(report_cable: Cable, size: int) -> None:
    expected = tickets(10_000, longest=90 if size > 1 else 14)
    rules = FramingRules(partial_after_s=10.0)  # on a busy machine the sender may stop in the middle of a code
    watched = Watched(HidPosSource("scanner", "", open_device=report_cable.open, rules=rules))
    await watched.is_up(True)
    stream = [report for code in expected for report in reports(code.encode(), size=size)]
    thread = send_from_thread(report_cable.end.send, stream)
    assert await watched.scanned(len(expected)) == expected
    thread.join()
    assert {scan.symbology for scan in watched.scans} == {"QRCODE"}
    assert await watched.end() == expected


async def test_pulled_between_two_reports_of_a_code_and_put_back(report_cable: Cable) -> None:
    watched = Watched(HidPosSource("scanner", "", "Gate B", open_device=report_cable.open))
    await watched.is_up(True)
    first, second = reports(b"A" * 60)
    report_cable.end.send(reports(b"BEFORE")[0])
    report_cable.end.send(first)
    await watched.scanned(1)
    report_cable.unplug()
    await watched.is_up(False)
    report_cable.plug_in()
    await watched.is_up(True, times=2)
    report_cable.end.send(reports(b"AFTER")[0])
    report_cable.end.send(second)
    assert (await watched.scanned(2))[1] == "AFTER"
    await watched.end()
    assert watched.scans[0].lane == "Gate B"


def framed(data: bytes, rules: FramingRules | None = None, aim: bytes = b"]C0") -> list[tuple[str, str | None]]:
    reading = PosReading(rules or FramingRules())
    return [(code.text, code.symbology) for report in reports(data, aim) for code in reading.feed(report, 0.0)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"ABCD", [("ABCD", "CODE128")]),
        (b"ABCD\r\n", [("ABCD", "CODE128")]),
        (b"]d2ABCD", [("ABCD", "DATA_MATRIX")]),
        (b"ABC", []),
        (b"01040\x1d10", [("01040\x1d10", "CODE128")]),
        ("Müller".encode(), [("Müller", "CODE128")]),
        ("Müller".encode("latin-1"), [("Müller", "CODE128")]),
    ],
)
def test_what_a_code_says(data: bytes, expected: list[tuple[str, str | None]]) -> None:
    assert framed(data) == expected


def test_prefix_and_suffix_are_taken_off() -> None:
    assert framed(b"<ABCD>\r", FramingRules(prefix="<", suffix=">")) == [("ABCD", "CODE128")]


def test_an_unknown_symbology_is_none() -> None:
    assert framed(b"ABCD", aim=b"]X0") == [("ABCD", None)]
