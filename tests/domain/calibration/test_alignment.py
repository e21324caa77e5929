"""Alignments: the fewest mistakes, in the right places, whatever stands around."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calibration.alignment import Alignment, Edit, Slip, align

AB = st.text("ABCD", max_size=12)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ("KIOSK42", Alignment("", "", ())),
        ("<<KIOSK42>>", Alignment("<<", ">>", ())),
        ("KIOK42", Alignment("", "", (Edit(Slip.DROPPED, 3),))),
        ("IOSK42", Alignment("", "", (Edit(Slip.DROPPED, 0),))),
        ("KIOSK4", Alignment("", "", (Edit(Slip.DROPPED, 6),))),
        ("KIoSK42", Alignment("", "", (Edit(Slip.CHANGED, 2, "o"),))),
        ("KIO-SK42", Alignment("", "", (Edit(Slip.STRAY, 3, "-"),))),
        ("KIOSSK42", Alignment("", "", (Edit(Slip.DOUBLED, 3, "S"),))),
        ("", Alignment("", "", tuple(Edit(Slip.DROPPED, place) for place in range(7)))),
    ],
)
def test_mistakes(came: str, expected: Alignment) -> None:
    assert align("KIOSK42", came) == expected


def test_all_doubled_is_all_doubled() -> None:
    found = align("KIOSK42", "KKIIOOSSKK4422")
    assert [edit.slip for edit in found.edits] == [Slip.DOUBLED] * 5
    assert (found.before, found.after) == ("K", "2")


@given(AB, AB)
def test_the_edits_make_one_of_the_other(expected: str, came: str) -> None:
    found = align(expected, came)
    edits = {(edit.place, edit.slip in (Slip.DOUBLED, Slip.STRAY)): edit for edit in found.edits}
    made = ""
    for place, char in enumerate(expected):
        made += "".join(edit.came for edit in found.edits if edit.place == place and (place, True) in edits
                        and edit.slip in (Slip.DOUBLED, Slip.STRAY))  # fmt: skip
        here = edits.get((place, False))
        made += char if here is None else here.came
    assert found.before + made + found.after == came


@given(AB, st.text("XY", max_size=5), st.text("XY", max_size=5))
def test_what_stands_around_costs_nothing(expected: str, before: str, after: str) -> None:
    found = align(expected, before + expected + after)
    assert found.edits == ()
    assert found.before + found.after == before + after
