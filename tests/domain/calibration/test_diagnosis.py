"""The card wrongly typed in every way that is known: each is told for what it is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.calibration.card import CARD
from kiosk.domain.calibration.diagnosis import Diagnosis, Speed, diagnose
from kiosk.domain.calibration.reads import Fault
from kiosk.domain.calibration.setups import Setup
from kiosk.domain.calibration.strokes import Stroke
from kiosk.domain.layouts import LAYOUTS, US
from tests.domain.calibration.typist import strokes

UNSHIFTED = {US.shifted[key]: US.plain[key] for key in range(48) if key != 37}


def total(diagnosis: Diagnosis, fault: Fault) -> int:
    return sum(diagnosis.faults.get(fault, {}).values())


def rounded(speed: Speed) -> tuple[float, ...]:
    return tuple(round(figure or 0, 6) for figure in (speed.chars_per_s, speed.median_gap_s, speed.longest_gap_s))


def test_a_scanner_that_is_well() -> None:
    found = diagnose(CARD, strokes())
    assert found.setup == Setup("us", "us")
    assert found.first_read_rate == 1
    assert (found.faults, found.never, found.replace, found.lost, found.strangers) == ({}, "", {}, "", 0)
    assert (found.prefix, found.suffix, found.ending, found.sends_aim) == ("", "", "\r", False)
    assert rounded(found.speed) == (200, 0.005, 0.005)


@pytest.mark.parametrize("host", ["gb", "de", "de-nodeadkeys", "fr", "fr-nodeadkeys"])
@pytest.mark.parametrize("caps_lock", [False, True])
def test_an_american_scanner_on_another_keyboard(host: str, caps_lock: bool) -> None:
    found = diagnose(CARD, strokes(host=host, caps_lock=caps_lock))
    assert found.setup == Setup("us", host, caps_lock)
    assert (found.first_read_rate, found.faults) == (1, {})


@pytest.mark.parametrize("scanner", ["gb", "de", "fr"])
def test_another_scanner_on_an_american_keyboard(scanner: str) -> None:
    for hosts in (tuple(LAYOUTS), ("us",)):
        found = diagnose(CARD, strokes(scanner=scanner), hosts)
        assert found.setup == Setup(scanner, "us")
        assert (found.first_read_rate, found.faults) == (1, {})


@pytest.mark.parametrize("scanner", LAYOUTS)
@pytest.mark.parametrize("host", LAYOUTS)
def test_every_pair_of_layouts_is_explained(scanner: str, host: str) -> None:
    """Pairs that cannot be told apart are explained by the likelier one."""
    found = diagnose(CARD, strokes(scanner=scanner, host=host))
    assert (found.first_read_rate, found.faults, found.strangers) == (1, {}, 0)
    again = strokes(scanner=found.setup.scanner, host=found.setup.host)
    assert [stroke.char for stroke in again] == [stroke.char for stroke in strokes(scanner=scanner, host=host)]


def test_caps_lock() -> None:
    assert diagnose(CARD, strokes(caps_lock=True)).setup == Setup("us", "us", caps_lock=True)


def test_shift_that_never_arrives_is_not_taken_for_caps_lock() -> None:
    came = strokes(fault=lambda text: "".join(UNSHIFTED.get(char, char) for char in text))
    assert diagnose(CARD, came).setup == Setup("us", "us", shift=False)
    assert diagnose(CARD, strokes(host="de", shift=True)).setup == Setup("us", "de", shift=True)


@pytest.mark.parametrize("host", ["us", "gb", "de", "fr"])
@pytest.mark.parametrize("seed", range(3))
def test_dropped_characters(host: str, seed: int) -> None:
    pick = random.Random(seed)
    dropped: list[str] = []

    def drop(text: str) -> str:
        lost = {place for place in range(len(text)) if pick.random() < 0.03}
        dropped.extend(text[place] for place in lost)
        return "".join(char for place, char in enumerate(text) if place not in lost)

    found = diagnose(CARD, strokes(host=host, fault=drop))
    assert found.setup == Setup("us", host)
    assert abs(total(found, Fault.DROPPED) - len(dropped)) <= 1
    assert found.first_read_rate < 1
    assert total(found, Fault.CHANGED) + total(found, Fault.DOUBLED) <= 1


@pytest.mark.parametrize("host", ["us", "gb", "de", "fr"])
def test_doubled_characters(host: str) -> None:
    pick = random.Random(2)
    found = diagnose(
        CARD, strokes(host=host, fault=lambda text: "".join(c * (1 + (pick.random() < 0.05)) for c in text))
    )
    assert found.setup == Setup("us", host)
    assert total(found, Fault.DOUBLED) >= 15
    assert total(found, Fault.DROPPED) == total(found, Fault.CHANGED) == 0


def test_every_character_doubled() -> None:
    found = diagnose(CARD, strokes(host="gb", fault=lambda text: "".join(char * 2 for char in text)))
    assert found.setup == Setup("us", "gb")
    assert total(found, Fault.DOUBLED) >= 0.98 * sum(found.expected.values())
    assert found.first_read_rate == 0


def test_characters_with_the_wrong_shift() -> None:
    pick = random.Random(5)
    found = diagnose(
        CARD,
        strokes(fault=lambda text: "".join(UNSHIFTED.get(c, c) if pick.random() < 0.1 else c for c in text)),
    )
    assert found.setup == Setup("us", "us")
    assert total(found, Fault.SHIFTED) >= 15
    assert total(found, Fault.CHANGED) <= 1


def test_first_and_last_characters_that_are_missing() -> None:
    found = diagnose(CARD, strokes(fault=lambda text: text[1:]))
    assert (found.cut_first, found.cut_last) == (len(CARD), 0)
    found = diagnose(CARD, strokes(fault=lambda text: text[:-1]))
    assert (found.cut_first, found.cut_last) == (0, len(CARD))


@pytest.mark.parametrize(
    ("prefix", "suffix", "ending"),
    [
        ("", "", "\r\n"),
        ("", "", "\n"),
        ("", "", "\t"),
        ("", "", ""),
        ("", "#", ""),
        ("~", "", "\r"),
        ("QR:", "<END>", "\r"),
        ("\x02", "\x03", "\r"),
    ],
)
@pytest.mark.parametrize("host", ["us", "gb", "fr"])
def test_what_is_sent_around_a_code(host: str, prefix: str, suffix: str, ending: str) -> None:
    found = diagnose(CARD, strokes(host=host, prefix=prefix, suffix=suffix, ending=ending))
    assert (found.prefix, found.suffix, found.ending) == (prefix, suffix, ending)
    assert found.setup == Setup("us", host)
    assert (found.first_read_rate, found.sends_aim) == (1, False)


@pytest.mark.parametrize("host", ["us", "de", "fr"])
def test_symbology_identifiers_are_no_prefix(host: str) -> None:
    aims = {"QRCODE": "]Q1", "AZTEC": "]z0", "CODE128": "]C0", "EAN13": "]E0", "DATA_MATRIX": "]d1", "PDF417": "]L2"}
    found = diagnose(CARD, strokes(host=host, prefix="*", aims=lambda code: aims.get(code.symbology, "]A0")))
    assert (found.prefix, found.sends_aim, found.first_read_rate) == ("*", True, 1)


def test_slow_typing() -> None:
    found = diagnose(CARD, strokes(gap_s=0.2))
    assert rounded(found.speed) == (5, 0.2, 0.2)
    assert found.first_read_rate == 1


def test_codes_that_come_at_once_have_no_speed() -> None:
    assert diagnose(CARD, strokes(gap_s=0.0)).speed == Speed(None, None, None)


def test_a_character_that_is_never_sent() -> None:
    found = diagnose(CARD, strokes(fault=lambda text: text.replace("\x1d", "")))
    assert (found.never, found.faults, found.first_read_rate) == ("\x1d", {}, 1)


def test_a_character_that_comes_as_another() -> None:
    found = diagnose(CARD, strokes(fault=lambda text: text.replace("\x1d", "\u241d")))
    assert (dict(found.replace), found.lost, found.faults) == ({"\u241d": "\x1d"}, "", {})
    found = diagnose(CARD, strokes(fault=lambda text: text.replace("\x1d", "~")))
    assert (dict(found.replace), found.lost, found.faults) == ({}, "\x1d", {})


def test_a_layout_that_is_not_known_is_put_right_by_characters() -> None:
    """Italian, without dead keys: letters alike, signs elsewhere."""
    italian = str.maketrans("`-=[]\\;'/~@#^&*()_+{}|:\"<>?", "\\'ìè+ùòà-|\"£&/()=?^é*§çÀ;:_")
    found = diagnose(CARD, strokes(fault=lambda text: text.translate(italian)))
    assert found.setup == Setup("us", "us")
    assert found.first_read_rate == 1
    assert found.replace == {chr(came): chr(meant) for meant, came in italian.items()} or found.lost
    assert {chr(meant) for meant in italian} == set(found.replace.values()) | set(found.lost)


def test_what_became_of_each_code() -> None:
    came = [
        *strokes(CARD[:2]),
        *(_later(stroke, 100) for stroke in strokes(CARD[2:3], fault=lambda text: text.replace("K", ""))),
        *(_later(stroke, 200) for stroke in strokes(CARD[2:3])),
    ]
    found = diagnose(CARD, came)
    assert [tried.whole for tried in found.tried[:4]] == [(True,), (True,), (False, True), ()]
    assert found.first_read_rate == 2 / len(CARD)


def _later(stroke: Stroke, later_s: float) -> Stroke:
    return stroke._replace(at_s=stroke.at_s + later_s)


def test_codes_of_something_else_are_not_the_cards() -> None:
    other = replace(CARD[0], text="!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9h")
    found = diagnose(CARD, strokes([*CARD, other]))
    assert (found.strangers, found.first_read_rate) == (1, 1)


def test_a_person_at_the_keyboard_is_no_code() -> None:
    came = [Stroke("q", 1.0), Stroke("\r", 1.2), Stroke("A", 3.0), Stroke("B", 3.1)]
    assert diagnose(CARD, came).strangers == 0


def test_nothing_at_all() -> None:
    found = diagnose(CARD, [])
    assert (found.first_read_rate, found.expected, found.strangers) == (0, {}, 0)


def test_a_scanner_that_types_no_keys_has_no_layout() -> None:
    assert diagnose(CARD, strokes(host="gb"), hosts=()).setup == Setup()


_STROKES = st.lists(
    st.tuples(st.characters(), st.floats(0, 1)) | st.tuples(st.sampled_from("\r\n\t\x1dAZ|"), st.floats(0, 0.01)),
    max_size=200,
)


@settings(max_examples=30, deadline=None)
@given(_STROKES, st.sampled_from([("us",), tuple(LAYOUTS), ()]))
def test_any_strokes_at_all(gaps: list[tuple[str, float]], hosts: tuple[str, ...]) -> None:
    at_s, came = 0.0, list[Stroke]()
    for char, gap_s in gaps:
        at_s += gap_s
        came.append(Stroke(char, at_s))
    found = diagnose(CARD, came, hosts)
    assert 0 <= found.first_read_rate <= 1


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["us", "gb", "de-nodeadkeys", "fr-nodeadkeys"]),
    st.integers(0, 10_000),
)
def test_order_and_a_few_mistakes_do_not_matter(host: str, seed: int) -> None:
    pick = random.Random(seed)
    codes = pick.sample(CARD, len(CARD))

    def slip(text: str) -> str:
        return "".join(char for char in text if pick.random() > 0.02)

    assert diagnose(CARD, strokes(codes, host=host, fault=slip)).setup == Setup("us", host)
