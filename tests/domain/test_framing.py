"""Framing: the same codes whatever the pieces, and nothing carried from one into the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.framing import Framed, Framing, FramingRules

CODES = st.lists(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=4, max_size=60), max_size=8
)
RAW = FramingRules(strip_aim=False)


def texts(framed: tuple[Framed, ...]) -> list[str]:
    return [code.text for code in framed]


@pytest.mark.parametrize(
    ("rules", "data", "expected"),
    [
        (FramingRules(), "ABCD1234\r\n", ["ABCD1234"]),
        (FramingRules(), "ABCD1234\nEFGH\r", ["ABCD1234", "EFGH"]),
        (FramingRules(), "\r\n\r\n\r", []),
        (FramingRules(), "ABC\r", []),
        (FramingRules(min_length=3), "ABC\r", ["ABC"]),
        (FramingRules(terminators="\t"), "AB\rCD\tEFGH\t", ["AB\rCD", "EFGH"]),
        (FramingRules(prefix="\x02", suffix="\x03"), "\x02ABCD\x03\r", ["ABCD"]),
        (FramingRules(prefix="\x02"), "ABCD\r", ["ABCD"]),
        (FramingRules(), "]Q3!1|ab/c+d\r", ["!1|ab/c+d"]),
        (FramingRules(strip_aim=False), "]Q3!1|ab\r", ["]Q3!1|ab"]),
        (FramingRules(), "0104\x1d21AB\r", ["0104\x1d21AB"]),
    ],
)
def test_rules(rules: FramingRules, data: str, expected: list[str]) -> None:
    assert texts(Framing(rules).feed(data, 0.0)) == expected


def test_an_aim_identifier_names_the_symbology() -> None:
    (code,) = Framing().feed("]d2ABCD\r", 0.0)
    assert (code.text, code.symbology) == ("ABCD", "DATA_MATRIX")


@given(CODES, st.sampled_from(["\r", "\n", "\r\n"]), st.data())
def test_pieces_of_any_size_give_the_same_codes(codes: list[str], end: str, data: st.DataObject) -> None:
    stream = "".join(code + end for code in codes)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=40)))
    framing, read = Framing(RAW), list[Framed]()
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        read += framing.feed(stream[start:stop], 0.0)
    assert [code.text for code in read] == codes


def test_one_character_at_a_time_tells_the_median_gap() -> None:
    framing, read = Framing(), list[Framed]()
    for place, char in enumerate("ABCDEF\r"):
        read += framing.feed(char, place * 0.01)
    assert read[0].median_gap_s == pytest.approx(0.01)


@given(
    st.text(st.sampled_from("AB\r\n"), max_size=300),
    st.integers(1, 30),
    st.integers(1, 7),
)
def test_no_code_is_longer_than_the_longest(stream: str, longest: int, size: int) -> None:
    framing = Framing(FramingRules(longest=longest, min_length=1, strip_aim=False))
    for start in range(0, len(stream), size):
        for code in framing.feed(stream[start : start + size], 0.0):
            assert len(code.text) <= longest
            assert code.too_long == (code.text == "")


@pytest.mark.parametrize("size", [1, 7, 5000])
def test_a_code_too_long_is_told_once_and_the_next_is_whole(size: int) -> None:
    stream = "X" * 3000 + "\r\nABCD\r\n"
    framing, read = Framing(), list[Framed]()
    for start in range(0, len(stream), size):
        read += framing.feed(stream[start : start + size], 0.0)
    assert [(code.text, code.too_long) for code in read] == [("", True), ("ABCD", False)]


def test_the_longest_code_with_its_wrapping_is_read() -> None:
    rules = FramingRules(prefix="<<", suffix=">>", longest=10)
    assert texts(Framing(rules).feed("<<]Q10123456789>>\r", 0.0)) == ["0123456789"]


def test_a_code_just_over_the_longest_is_too_long() -> None:
    (code,) = Framing(FramingRules(longest=10)).feed("0123456789A\r", 0.0)
    assert code.too_long
    assert code.text == ""


def test_a_partial_code_is_dropped_after_silence() -> None:
    framing = Framing()
    assert framing.feed("LOST", 0.0) == ()
    assert framing.idle(0.2) == ()
    assert framing.idle(0.25) == ()
    assert texts(framing.feed("FOUND\r", 0.3)) == ["FOUND"]


def test_silence_counts_even_when_nobody_asked_in_between() -> None:
    framing = Framing()
    framing.feed("LOST", 0.0)
    assert texts(framing.feed("FOUND\r", 1.0)) == ["FOUND"]


def test_the_rest_of_a_code_too_long_is_forgotten_after_silence() -> None:
    framing = Framing()
    assert framing.feed("X" * 3000, 0.0)[0].too_long
    assert texts(framing.feed("ABCD\r", 1.0)) == ["ABCD"]


def test_without_terminators_silence_ends_a_code() -> None:
    framing = Framing(FramingRules(terminators=""))
    assert framing.feed("ABC", 0.0) == ()
    assert framing.feed("DEF", 0.1) == ()
    assert framing.idle(0.3) == ()
    assert texts(framing.idle(0.36)) == ["ABCDEF"]
    assert framing.idle(9.0) == ()


def test_a_code_that_was_spoilt_is_forgotten_to_its_end() -> None:
    framing = Framing()
    framing.feed("LOST", 0.0)
    framing.spoil(0.1)
    assert texts(framing.feed("TAIL\rFOUND\r", 0.2)) == ["FOUND"]


def test_a_spoilt_code_ends_with_silence_too() -> None:
    framing = Framing(FramingRules(terminators=""))
    framing.feed("LOST", 0.0)
    framing.spoil(0.1)
    assert framing.feed("TAIL", 0.2) == ()
    assert framing.idle(0.5) == ()
    framing.feed("FOUND", 0.6)
    assert texts(framing.idle(0.9)) == ["FOUND"]
