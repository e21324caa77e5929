"""What each verdict sounds and looks like: told apart by pitch, by rhythm alone, and by the number of pulses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.events import Decided
from kiosk.domain.signalling import MOST_PULSES, Cue, Light, Word, cue_of
from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, Option, Reason, Refuse, Undecided, Verdict

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def decided(verdict: Verdict) -> Decided:
    return Decided(AT, "s1", "Gate A", "lines", Code("X749G9"), verdict)


def party(pax: int) -> tuple[Booking, ...]:
    return (Booking("R1", units=tuple(UnitItem(f"u{place}", "Adult") for place in range(pax))),)


def admitted(pax: int, grade: Grade = Grade.CONFIRMED) -> Cue:
    return cue_of(decided(Admit(party(pax), grade)))


EACH = {
    Word.ADMIT: admitted(1),
    Word.ADMIT_PROVISIONAL: admitted(1, Grade.PROVISIONAL),
    Word.REFUSE: cue_of(decided(Refuse(Reason.NOT_FOUND))),
    Word.CHOOSE: cue_of(decided(Choose((Option(Booking("R1")),)))),
    Word.UNDECIDED: cue_of(decided(Undecided(Doubt.OFFLINE))),
    Word.REPEAT: cue_of(replace(decided(Admit(party(1))), repeat=True)),
    Word.LOOKED: cue_of(replace(decided(Admit(party(1))), looked=True)),
}


def test_every_word_has_a_verdict() -> None:
    assert {word: cue.word for word, cue in EACH.items()} == {word: word for word in Word}


@pytest.mark.parametrize(("one", "other"), combinations(Word, 2))
def test_two_words_differ_in_pitch_and_in_rhythm(one: Word, other: Word) -> None:
    """By pitch for who hears it, by rhythm for a buzzer that has one pitch: differences of a tenth of a second."""
    pitches = [{beat.pitch_hz for beat in EACH[word].beats} for word in (one, other)]
    rhythms = [[round(beat.on_s, 1) for beat in EACH[word].beats] for word in (one, other)]
    lengths = [EACH[word].lasts_s for word in (one, other)]
    assert pitches[0] != pitches[1]
    assert rhythms[0] != rhythms[1] or abs(lengths[0] - lengths[1]) > 0.1


def test_a_refusal_is_lower_than_everything_else() -> None:
    lowest = {word: min(beat.pitch_hz for beat in cue.beats) for word, cue in EACH.items()}
    assert min(lowest, key=lambda word: lowest[word]) is Word.REFUSE


@pytest.mark.parametrize("grade", Grade)
def test_a_party_is_counted_out(grade: Grade) -> None:
    alone = admitted(1, grade)
    for pax in range(2, MOST_PULSES + 1):
        cue = admitted(pax, grade)
        assert len(cue.beats) == len(alone.beats) + pax - 1
        assert (cue.flashes, cue.guests) == (pax, pax)
    many = admitted(50, grade)
    assert many.guests == 50
    assert len(many.beats) == len(alone.beats) + MOST_PULSES
    assert many.flashes == MOST_PULSES
    assert many.lasts_s < 4


def test_the_grade_is_heard_and_seen() -> None:
    sure, on_credit = admitted(3), admitted(3, Grade.PROVISIONAL)
    assert sure.beats[:2] == on_credit.beats[:2]
    assert sure.beats[2:] != on_credit.beats[2:]
    assert on_credit.beats[-1].pitch_hz < sure.beats[0].pitch_hz
    assert sorted(sure.lights) == [Light.GREEN]
    assert sorted(on_credit.lights) == [Light.AMBER, Light.GREEN]


def test_nobody_comes_in_but_on_an_admission_just_made() -> None:
    assert {word for word, cue in EACH.items() if cue.guests} == {Word.ADMIT, Word.ADMIT_PROVISIONAL}
    assert cue_of(replace(decided(Admit(party(3))), repeat=True, looked=True)).guests == 0


def test_an_admission_of_nobody_knows_whom_lets_one_in() -> None:
    assert cue_of(decided(Admit((), Grade.PROVISIONAL))).guests == 1
