"""The wedge: a scanner's characters are never commands, a person's are never a ticket."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.framing import Framed, FramingRules
from kiosk.domain.translation import between
from kiosk.domain.wedge import LONE_AFTER_S, Key, Wedge

CHARACTERS = st.sampled_from("!1|+/aZ9-_ \x1däß€漢~")
CODES = st.text(CHARACTERS, min_size=6, max_size=84)
PLAIN = FramingRules(strip_aim=False)

Seen = tuple[Framed | Key, ...]


def words(seen: Seen | list[Framed | Key]) -> list[str]:
    """Codes as they are, keys in brackets."""
    return [f"<{one.char}>" if isinstance(one, Key) else ("too long" if one.too_long else one.text) for one in seen]


class Keyboard:
    """Presses keys after given gaps, and calls `quiet` when the wedge asks, as a screen does."""

    def __init__(self, wedge: Wedge, *, punctual: bool = True) -> None:
        self.wedge, self.punctual, self.now_s = wedge, punctual, 100.0
        self.seen: list[Framed | Key] = []

    def wait(self, seconds: float) -> None:
        until = self.now_s + seconds
        deadline = self.wedge.next_deadline(self.now_s)
        while self.punctual and deadline is not None and deadline < until:
            self.seen += self.wedge.quiet(max(deadline, self.now_s))
            assert self.wedge.next_deadline(deadline) != deadline
            deadline = self.wedge.next_deadline(deadline)
        self.now_s = until

    def press(self, char: str, gap_s: float) -> None:
        self.wait(gap_s)
        self.seen += self.wedge.key(char, self.now_s)

    def type(self, text: str, gap_s: float) -> None:
        for char in text:
            self.press(char, gap_s)


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard(Wedge())


@pytest.mark.parametrize("pace", [20, 50, 1000, 20_000])
def test_a_burst_is_a_code_at_any_pace_of_a_scanner(keyboard: Keyboard, pace: int) -> None:
    keyboard.type("!1|ab/c+\r", 1 / pace)
    assert words(keyboard.seen) == ["!1|ab/c+"]


@pytest.mark.parametrize("gap_s", [0.08, 0.15, 0.5])
def test_typing_is_keys(keyboard: Keyboard, gap_s: float) -> None:
    keyboard.type("hello world\r", gap_s)
    assert words(keyboard.seen) == [f"<{c}>" for c in "hello world\r"]


def test_enter_alone_is_a_key_at_once(keyboard: Keyboard) -> None:
    keyboard.press("\r", 1.0)
    assert words(keyboard.seen) == ["<\r>"]


def test_a_lone_key_is_a_key_after_a_moment(keyboard: Keyboard) -> None:
    keyboard.press("1", 1.0)
    assert keyboard.seen == []
    keyboard.wait(LONE_AFTER_S + 0.01)
    assert words(keyboard.seen) == ["<1>"]


def test_two_keys_rolled_and_enter_are_keys(keyboard: Keyboard) -> None:
    keyboard.type("12\r", 0.03)
    assert words(keyboard.seen) == ["<1>", "<2>", "<\r>"]


def test_a_burst_cut_off_is_dropped_and_never_becomes_commands(keyboard: Keyboard) -> None:
    keyboard.type("vdu?1234", 0.002)
    keyboard.wait(0.24)
    assert keyboard.seen == []
    keyboard.wait(5.0)
    assert keyboard.seen == []
    keyboard.type("ABCDEFGH\r", 0.002)
    assert words(keyboard.seen) == ["ABCDEFGH"]


def test_a_burst_too_short_is_neither_code_nor_keys(keyboard: Keyboard) -> None:
    keyboard.type("1234\r\n", 0.002)
    keyboard.wait(1.0)
    assert keyboard.seen == []


def test_the_shortest_burst_can_be_set() -> None:
    keyboard = Keyboard(Wedge(FramingRules(min_length=3), shortest_burst=3))
    keyboard.type("123\r", 0.002)
    assert words(keyboard.seen) == ["123"]


def test_cr_lf_gives_one_code_and_no_enter(keyboard: Keyboard) -> None:
    keyboard.type("ABCDEF\r\n", 0.02)
    keyboard.type("GHIJKL\r\r", 0.002)
    keyboard.wait(1.0)
    assert words(keyboard.seen) == ["ABCDEF", "GHIJKL"]


def test_enter_after_a_code_is_a_key_again(keyboard: Keyboard) -> None:
    keyboard.type("ABCDEF\r", 0.002)
    keyboard.press("\r", 0.5)
    assert words(keyboard.seen) == ["ABCDEF", "<\r>"]


def test_tab_ends_a_code_where_configured() -> None:
    keyboard = Keyboard(Wedge(FramingRules(terminators="\t")))
    keyboard.type("ABCDEF\t", 0.002)
    assert words(keyboard.seen) == ["ABCDEF"]


def test_without_terminators_silence_ends_a_burst() -> None:
    keyboard = Keyboard(Wedge(FramingRules(terminators="")))
    keyboard.type("ABCDEF", 0.002)
    keyboard.wait(0.3)
    keyboard.type("1", 0.002)
    keyboard.wait(0.3)
    assert words(keyboard.seen) == ["ABCDEF", "<1>"]


def test_a_held_key_is_never_a_command_nor_an_endless_code(keyboard: Keyboard) -> None:
    keyboard.type("v" * 5000, 0.033)
    keyboard.wait(1.0)
    assert words(keyboard.seen) == ["too long"]


def test_a_code_too_long_is_told_once_and_the_next_is_whole(keyboard: Keyboard) -> None:
    keyboard.type("X" * 3000 + "\r\nABCDEF\r", 0.001)
    assert words(keyboard.seen) == ["too long", "ABCDEF"]


def test_prefix_and_aim_identifier_are_taken_off() -> None:
    keyboard = Keyboard(Wedge(FramingRules(prefix="~")))
    keyboard.type("~]C10104\x1d21\r", 0.002)
    (code,) = keyboard.seen
    assert isinstance(code, Framed)
    assert (code.text, code.symbology) == ("0104\x1d21", "CODE128")
    assert code.median_gap_s == pytest.approx(0.002)


@st.composite
def bursts(draw: st.DrawFn) -> tuple[str, list[float]]:
    """A code, and the gap before each character but the first: mostly short, single ones up to 100 ms."""
    code = draw(CODES)
    pace = draw(st.sampled_from([0.0, 0.00005, 0.001, 0.01, 0.03]))
    gaps = [pace] * len(code)
    slow = draw(st.lists(st.integers(0, len(code) - 1), max_size=(len(code) - 1) // 3, unique=True))
    for place in slow:
        gaps[place] = draw(st.floats(0.0, 0.1))
    return code, gaps


@given(st.lists(bursts(), max_size=5), st.sampled_from(["\r", "\n", "\r\n"]), st.booleans(), st.data())
@settings(deadline=None)
def test_bursts_come_out_whole_and_in_order_among_typed_keys(
    codes: list[tuple[str, list[float]]], end: str, punctual: bool, data: st.DataObject
) -> None:
    keyboard, expected = Keyboard(Wedge(PLAIN), punctual=punctual), list[str]()
    for code, gaps in codes:
        for char in data.draw(st.text(st.sampled_from("1v\r"), max_size=3)):
            keyboard.press(char, 0.3)
            expected.append(f"<{char}>")
        keyboard.press(code[0], 0.3)
        for char, gap_s in zip(code[1:] + end, gaps, strict=False):
            keyboard.press(char, gap_s)
        expected.append(code)
    keyboard.wait(1.0)
    assert words(keyboard.seen) == expected


@given(st.lists(st.tuples(st.characters(), st.floats(0.0, 0.4)), max_size=200), st.booleans())
@settings(deadline=None)
def test_no_character_comes_out_twice_and_none_out_of_order(presses: list[tuple[str, float]], punctual: bool) -> None:
    keyboard = Keyboard(Wedge(FramingRules(longest=30, strip_aim=False)), punctual=punctual)
    for char, gap_s in presses:
        keyboard.press(char, gap_s)
    keyboard.wait(1.0)
    assert keyboard.wedge.next_deadline(keyboard.now_s) is None or not punctual
    typed = iter([char for char, _ in presses])
    for one in keyboard.seen:
        for char in one.char if isinstance(one, Key) else one.text:
            assert char in typed  # consumes what came before: order and count are kept


def test_a_translation_is_done_to_codes_and_not_to_a_persons_keys() -> None:
    rules = FramingRules(prefix="|")
    keyboard = Keyboard(Wedge(rules, translation=between("us", "gb")))
    keyboard.press("~", 1.0)
    keyboard.wait(1.0)
    keyboard.type('~!1~zY"@\r', 0.005)
    assert words(keyboard.seen) == ["<~>", '!1|zY@"']
