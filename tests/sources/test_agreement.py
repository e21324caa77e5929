"""Which reads are believed."""

from __future__ import annotations

import pytest

from kiosk.sources.decoding.agreement import WITHIN_S, Agreement
from kiosk.sources.decoding.reading import Read, keep_larger


def read(symbology: str, text: str, x: float = 100, y: float = 100, size: float = 80, by: str = "pass") -> Read:
    corners = ((x, y), (x + size, y), (x + size, y + size), (x, y + size))
    return Read(text, text.encode(), symbology, corners, (by,))


@pytest.mark.parametrize("symbology", ["QRCODE", "AZTEC", "DATA_MATRIX"])
def test_matrix_codes_are_believed_at_once(symbology: str) -> None:
    assert [one.text for one in Agreement().weigh([read(symbology, "ABCD")], 1)] == ["ABCD"]


@pytest.mark.parametrize("symbology", ["CODE128", "CODE39", "EAN13", "UPCE", "PDF417", "MICRO_QRCODE"])
def test_the_others_need_two_equal_reads_of_two_sightings(symbology: str) -> None:
    agreement = Agreement()
    assert agreement.weigh([read(symbology, "ABCD", by="first")], 1) == []
    assert agreement.weigh([read(symbology, "ABCD", by="first")], 1) == []
    (believed,) = agreement.weigh([read(symbology, "ABCD", by="second")], 2)
    assert (believed.text, believed.passes) == ("ABCD", ("first", "second"))


def test_itf_needs_three() -> None:
    agreement = Agreement()
    believed = [agreement.weigh([read("ITF", "123456")], sighting) for sighting in (1, 2, 2, 3)]
    assert [len(reads) for reads in believed] == [0, 0, 0, 1]


def test_equal_texts_of_two_symbologies_do_not_agree() -> None:
    agreement = Agreement()
    agreement.weigh([read("CODE39", "ABCD")], 1)
    assert agreement.weigh([read("CODE128", "ABCD")], 2) == []


def test_reads_far_apart_in_time_do_not_agree() -> None:
    agreement = Agreement()
    agreement.weigh([read("CODE128", "ABCD")], 1, at_s=0.0)
    assert agreement.weigh([read("CODE128", "ABCD")], 2, at_s=WITHIN_S + 0.1) == []


def test_nothing_shorter_than_asked_is_believed() -> None:
    agreement = Agreement(min_length=6)
    assert agreement.weigh([read("QRCODE", "ABCDE")], 1) == []
    assert agreement.weigh([read("QRCODE", "ABCDEF")], 1) != []


def test_a_text_must_outnumber_its_rivals_at_the_same_place_by_two() -> None:
    agreement = Agreement()
    agreement.weigh([read("PDF417", "garbage")], 1)
    assert agreement.weigh([read("PDF417", "ticket")], 2) == []
    assert agreement.weigh([read("PDF417", "ticket")], 3) == []
    assert [one.text for one in agreement.weigh([read("PDF417", "ticket")], 4)] == ["ticket"]


def test_a_code_that_takes_anothers_place_is_believed_as_quickly() -> None:
    agreement = Agreement()
    for number in range(30):
        agreement.weigh([read("CODE128", "FIRST")], number, number / 30)
    agreement.weigh([read("CODE128", "SECOND")], 31, 31 / 30)
    assert [one.text for one in agreement.weigh([read("CODE128", "SECOND")], 32, 32 / 30)] == ["SECOND"]


def test_a_misread_among_right_reads_is_never_believed() -> None:
    agreement, believed = Agreement(), set[str]()
    for number in range(60):
        text = "MISREAD" if number % 4 == 3 else "TICKET"
        believed |= {one.text for one in agreement.weigh([read("EAN13", text)], number, number / 30)}
    assert believed == {"TICKET"}


def test_of_two_reads_the_better_corners_are_kept() -> None:
    agreement = Agreement()
    agreement.weigh([read("CODE128", "ABCD", size=200)], 1)
    (believed,) = agreement.weigh([read("CODE128", "ABCD", x=190, y=190, size=1)], 2)
    assert believed.area == 200 * 200


def test_texts_that_differ_every_time_are_never_believed() -> None:
    agreement = Agreement()
    assert all(agreement.weigh([read("PDF417", f"garbage {n}")], n) == [] for n in range(50))


def test_rivals_elsewhere_in_the_picture_do_not_matter() -> None:
    agreement = Agreement()
    agreement.weigh([read("CODE128", "LEFT"), read("CODE128", "RIGHT", x=600)], 1)
    believed = agreement.weigh([read("CODE128", "LEFT"), read("CODE128", "RIGHT", x=600)], 2)
    assert {one.text for one in believed} == {"LEFT", "RIGHT"}


def test_bars_found_inside_a_matrix_code_are_never_believed() -> None:
    agreement = Agreement()
    agreement.weigh([read("QRCODE", "TICKET", size=200)], 1)
    agreement.weigh([read("ITF", "123456", x=150, y=150, size=40)], 2)
    assert agreement.weigh([read("ITF", "123456", x=150, y=150, size=40)], 3) == []


def test_of_overlapping_hits_the_larger_is_kept() -> None:
    whole, part = read("ITF", "12345678", size=200), read("ITF", "3456", x=150, y=150, size=60)
    elsewhere = read("ITF", "9999", x=500)
    assert {one.text for one in keep_larger([part, whole, elsewhere])} == {"12345678", "9999"}
