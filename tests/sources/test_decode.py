"""The decoder on stills and films: what is readable is read, each by enough passes, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import pytest

from kiosk.sources.decode import FilmDecoder, read_still
from kiosk.sources.decoding.engines import Engine
from kiosk.sources.decoding.passes import AT_ONCE, BARS, MODULES, ROWS, WHOLE
from kiosk.sources.decoding.plan import View
from kiosk.sources.decoding.reading import TRUSTED_AT_ONCE, Read
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.formats import FORMATS, USUAL
from tests.sources.drawing import TEXTS, code, frame, qr, ticket_frame


@pytest.mark.parametrize("angle", [0, 30, 75])
@pytest.mark.parametrize("symbology", FORMATS)
def test_every_symbology_is_read_at_every_angle(both: dict[str, Engine], symbology: str, angle: float) -> None:
    formats = [symbology] if symbology.startswith(("UPC", "EAN")) else FORMATS
    (read,) = read_still(ticket_frame(symbology, angle=angle), formats, with_engines=both)
    assert (read.symbology, read.text) == (symbology, TEXTS[symbology])
    assert np.hypot(read.middle[0] - 640, read.middle[1] - 360) < 60
    assert len(read.passes) >= (1 if symbology in TRUSTED_AT_ONCE else 2)
    assert read.elapsed_ms > 0


def faint(picture: Picture) -> Picture:
    return np.asarray(picture * 0.08 + 20, np.uint8)


def noisy(picture: Picture) -> Picture:
    grain = np.random.default_rng(3).normal(0, 45, picture.shape)
    return np.asarray(np.clip(picture * 0.7 + 40 + grain, 0, 255), np.uint8)


def blurred(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.2), np.uint8)


def inverted(picture: Picture) -> Picture:
    return 255 - picture


@pytest.mark.parametrize("damage", [faint, noisy, blurred, inverted])
@pytest.mark.parametrize("symbology", ["QRCODE", "CODE128", "AZTEC"])
def test_damaged_tickets_are_read(both: dict[str, Engine], damage: object, symbology: str) -> None:
    assert callable(damage)
    reads = read_still(damage(ticket_frame(symbology, angle=8)), USUAL, with_engines=both)
    assert [read.text for read in reads] == [TEXTS[symbology]]


def test_of_two_codes_the_one_nearer_to_the_middle_comes_first(both: dict[str, Engine]) -> None:
    picture = frame((code("QRCODE", "FAR-AWAY"), (200, 150)), (code("CODE128", "IN-THE-MIDDLE"), (700, 400)))
    assert [read.text for read in read_still(picture, USUAL, with_engines=both)] == ["IN-THE-MIDDLE", "FAR-AWAY"]


@pytest.mark.parametrize("text", ["[red]x[/]", "\x1b[2J\x1b]0;x\x07", "A\x00B\x00", "../../etc/passwd", "x" * 2000])
def test_hostile_texts_come_out_as_they_are(both: dict[str, Engine], text: str) -> None:
    picture = frame((qr(text.encode()), (640, 450)), size=(1280, 900))
    assert [read.text for read in read_still(picture, USUAL, with_engines=both)] == [text]


def test_without_a_budget_every_pass_is_spent_on_what_is_unread() -> None:
    asked: list[tuple[str, frozenset[str], bool]] = []
    assert read_still(ticket_frame("PDF417"), FORMATS, with_engines=_listening(asked)) == []
    passes = {"zxing": 0, "zbar": 0}
    for engine, _, _ in asked:
        passes[engine] += 1
    wanted = [one.engine for one in (*BARS, *ROWS, *WHOLE, AT_ONCE)]
    assert all(passes[engine] >= wanted.count(engine) for engine in passes)
    assert len(MODULES) > 10


@pytest.mark.parametrize("share", [0.3, 0.4, 0.6])
def test_a_piece_of_an_itf_code_is_never_taken_for_the_whole(both: dict[str, Engine], share: float) -> None:
    whole = code("ITF", "65153343553526")
    creased = whole.copy()
    at = int(whole.shape[1] * share)
    creased[:, at - 14 : at + 14] = 255
    assert [read.text for read in read_still(frame((whole, (640, 360))), ["ITF"], with_engines=both)] != []
    assert read_still(frame((creased, (640, 360)), angle=3), ["ITF"], with_engines=both) == []


def test_a_code_in_the_middle_gets_every_pass_though_another_has_been_read(both: dict[str, Engine]) -> None:
    hard = np.asarray(cv2.GaussianBlur(code("QRCODE", "IN-THE-MIDDLE"), (0, 0), 2.4), np.uint8)
    picture = frame((code("QRCODE", "AT-THE-EDGE"), (150, 150)), (hard, (640, 360)))
    assert [read.text for read in read_still(picture, USUAL, with_engines=both)] == ["IN-THE-MIDDLE", "AT-THE-EDGE"]


def test_a_budget_of_nothing_spends_nothing() -> None:
    asked: list[tuple[str, frozenset[str], bool]] = []
    assert read_still(ticket_frame("QRCODE"), FORMATS, budget_s=0.0, with_engines=_listening(asked)) == []
    assert asked == []


def test_engines_are_asked_only_for_the_formats_wanted() -> None:
    asked: list[tuple[str, frozenset[str], bool]] = []
    read_still(ticket_frame("QRCODE"), ["QRCODE"], with_engines=_listening(asked))
    assert asked
    assert all(formats == {"QRCODE"} for _, formats, _ in asked)


class _Listening:
    """An engine that reads nothing and remembers what it was asked."""

    def __init__(self, name: str, asked: list[tuple[str, frozenset[str], bool]]) -> None:
        self.name = name
        self._asked = asked

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        assert grey.dtype == np.uint8
        self._asked.append((self.name, frozenset(formats), thorough))
        return []


def _listening(asked: list[tuple[str, frozenset[str], bool]]) -> dict[str, Engine]:
    return {name: _Listening(name, asked) for name in ("zxing", "zbar")}


@pytest.mark.parametrize("symbology", ["QRCODE", "AZTEC", "DATA_MATRIX"])
def test_a_film_believes_a_matrix_code_in_its_first_frame(both: dict[str, Engine], symbology: str) -> None:
    decoder = FilmDecoder(USUAL, with_engines=both)
    (read,) = decoder.read(ticket_frame(symbology), 0.0, 0.05)
    assert read.text == TEXTS[symbology]


@pytest.mark.parametrize(
    ("symbology", "frames"), [("CODE128", 2), ("CODE39", 2), ("EAN13", 2), ("PDF417", 2), ("ITF", 3)]
)
def test_a_film_believes_bars_in_their_second_frame(both: dict[str, Engine], symbology: str, frames: int) -> None:
    decoder = FilmDecoder(USUAL, with_engines=both)
    for number in range(1, frames):
        assert decoder.read(ticket_frame(symbology, seed=number, angle=12), number / 30, 0.05) == []
    (read,) = decoder.read(ticket_frame(symbology, seed=frames, angle=12), frames / 30, 0.05)
    assert read.text == TEXTS[symbology]


def test_a_held_ticket_gets_every_pass_in_turn_within_some_frames(both: dict[str, Engine]) -> None:
    picture = inverted(ticket_frame("AZTEC"))
    decoder = FilmDecoder(USUAL, with_engines=both, cpu_s=_Ticking(0.005))
    reads = [decoder.read(picture, number / 30, 0.03) for number in range(30)]
    assert any(one.text == TEXTS["AZTEC"] for found in reads for one in found)


def test_each_frame_costs_no_more_than_its_budget_and_one_pass() -> None:
    asked: list[tuple[str, frozenset[str], bool]] = []
    picture = frame((code("QRCODE", "ONE"), (300, 360)), (code("CODE128", "TWO"), (900, 360)))
    decoder = FilmDecoder(USUAL, with_engines=_listening(asked), cpu_s=_Ticking(0.01))
    counts = []
    for number in range(20):
        before = len(asked)
        decoder.read(picture, number / 30, 0.04)
        counts.append(len(asked) - before)
    assert max(counts) <= 3 + 4
    assert min(counts) >= 3


class _SeenOnce:
    """An engine that reads a text in the painted pictures it is told of, by number."""

    name = "zxing"

    def __init__(self, symbology: str, texts: dict[int, str]) -> None:
        self._symbology, self._texts = symbology, texts
        self.asked = 0

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        self.asked += 1
        text = self._texts.get(self.asked)
        corners = ((10.0, 10.0), (90.0, 10.0), (90.0, 40.0), (10.0, 40.0))
        return [] if text is None else [Read(text, text.encode(), self._symbology, corners)]


@pytest.mark.parametrize(
    ("symbology", "again", "believed"),
    [
        ("PDF417", {1: "RIGHT", 2: "RIGHT"}, ["RIGHT"]),
        ("PDF417", {2: "RIGHT", 3: "RIGHT"}, ["RIGHT"]),
        ("PDF417", {1: "RIGHT"}, []),
        ("PDF417", {1: "WRONG", 2: "OTHER", 3: "THIRD"}, []),
        ("CODE39", {1: "RIGHT", 2: "RIGHT", 3: "RIGHT"}, []),
    ],
)
def test_what_one_pass_alone_reads_is_borne_out_by_its_variations(
    symbology: str, again: dict[int, str], believed: list[str]
) -> None:
    picture = frame((code("PDF417", "ONE"), (640, 360)))
    silent = _SeenOnce(symbology, {})
    assert read_still(picture, USUAL, with_engines={"zxing": silent}) == []
    varied = {silent.asked + number: text for number, text in again.items()}
    engine = _SeenOnce(symbology, {5: "RIGHT"} | varied)
    assert [one.text for one in read_still(picture, USUAL, with_engines={"zxing": engine})] == believed


class _OnlyThorough:
    """An engine that reads a PDF417 where it is asked to be thorough."""

    name = "zxing"

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        corners = ((10.0, 10.0), (90.0, 10.0), (90.0, 40.0), (10.0, 40.0))
        return [Read("SMALL", b"SMALL", "PDF417", corners)] if thorough and "PDF417" in formats else []


def test_a_code_seen_on_the_whole_frame_alone_is_looked_for_again_in_the_next() -> None:
    picture = frame((code("QRCODE", "ONE"), (300, 360)), (code("CODE128", "TWO"), (900, 360)))
    decoder = FilmDecoder(USUAL, with_engines={"zxing": _OnlyThorough()}, cpu_s=_Ticking(0.001))
    reads = [decoder.read(picture, number / 30, 0.012) for number in range(2)]
    assert [[one.text for one in found] for found in reads] == [[], ["SMALL"]]


def test_the_whole_frame_is_looked_at_now_and_then() -> None:
    picture = frame((code("QRCODE", "ONE"), (300, 360)), (code("CODE128", "TWO"), (900, 360)))
    steps = list(View(picture, frozenset(USUAL), places=3, most_px=300_000).for_film())
    of_whole = [number for number, step in enumerate(steps) if step.place is None]
    assert of_whole[0] == 0
    assert max(np.diff([*of_whole, len(steps)])) <= 42
    assert {steps[number].name for number in of_whole} == {"frame thorough", "frame zbar", "frame smooth"}


def test_the_places_of_the_last_frame_are_known_for_the_coach(both: dict[str, Engine]) -> None:
    decoder = FilmDecoder(USUAL, with_engines=both)
    decoder.read(ticket_frame("QRCODE"), 0.0, math.inf)
    assert any(place.holds((640, 360)) for place in decoder.places)
    decoder.read(frame(), 0.1, 0.01)
    assert decoder.places == ()


class _Ticking:
    """A clock that goes on by a step each time it is read."""

    def __init__(self, step_s: float) -> None:
        self._step_s, self._now_s = step_s, 0.0

    def __call__(self) -> float:
        self._now_s += self._step_s
        return self._now_s
