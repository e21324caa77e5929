"""Scanners unframed: every character that a device sends, with its time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calibration.strokes import Stroke
from kiosk.sources.strokes import EvdevStrokes, PosStrokes, SerialStrokes
from tests.sources.devices import in_pieces, reports, typing


def test_keys() -> None:
    typed = EvdevStrokes()
    assert typed.feed(typing("A|\r"), 1.0) == (Stroke("A", 1.0), Stroke("|", 1.0), Stroke("\r", 1.0))


def test_bytes_one_by_one() -> None:
    sent = SerialStrokes()
    came = [stroke for at_s, piece in enumerate(in_pieces(b"A\xe9\r\n", 1)) for stroke in sent.feed(piece, at_s)]
    assert came == [Stroke("A", 0), Stroke("é", 1), Stroke("\r", 2), Stroke("\n", 3)]


def test_reports_end_as_a_code_does() -> None:
    sent = PosStrokes()
    first, second = reports(b"A" * 60 + b"\r\n")
    assert sent.feed(first, 1.0) == ()
    assert sent.feed(second, 1.1) == (Stroke("A", 1.1),) * 60 + (Stroke("\r", 1.1),)


@given(st.lists(st.binary(max_size=100), max_size=20))
def test_any_bytes_at_all(pieces: list[bytes]) -> None:
    for reading in (EvdevStrokes(), SerialStrokes(), PosStrokes()):
        for at_s, piece in enumerate(pieces):
            assert all(len(stroke.char) == 1 for stroke in reading.feed(piece, at_s))
            assert reading.idle(at_s) == ()
