"""The eye: an idle camera costs nothing, a ticket gets everything, and the advice fits the picture."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from kiosk.domain.advice import Advice
from kiosk.sources.capture import Shot
from kiosk.sources.change import BACK, ChangeGate
from kiosk.sources.coach import AFTER_S
from kiosk.sources.decode import FilmDecoder
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.survey import Place
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.eye import HEARTBEAT_S, LINGER_S, Eye, Glance, Purse
from kiosk.sources.replay import PlayedTickets
from tests.sources.drawing import TEXTS, code, frame, ticket_frame

ROOM = np.asarray(cv2.resize(np.random.default_rng(5).integers(40, 200, (5, 8), np.uint8), (1280, 720)), np.uint8)


@cache
def room(number: int, flicker: float = 0.0) -> Picture:
    """A still scene with noise, under light that flickers in bands, as a rolling shutter sees it."""
    rows = np.arange(720)[:, None] / 720
    light = 1 + flicker * np.sin(2 * np.pi * (rows * 0.66 + number * 100 / 30))
    grain = np.random.default_rng(number).normal(0, 3, ROOM.shape)
    return np.asarray(np.clip(ROOM * light + grain, 0, 255), np.uint8)


def with_corner_of_a_ticket(picture: Picture) -> Picture:
    changed = picture.copy()
    changed[600:, 1100:] = 240
    return changed


def thumbnails(pictures: list[Picture]) -> list[Picture]:
    return [Shot(picture, 0.0, 0).thumbnail for picture in pictures]


@pytest.mark.parametrize("flicker", [0.0, 0.05, 0.1])
def test_flickering_light_is_no_change(flicker: float) -> None:
    gate = ChangeGate()
    changed = [gate.changed(one) for one in thumbnails([room(number, flicker) for number in range(40)])]
    assert changed == [True] * (BACK - 1) + [False] * (40 - BACK + 1)


@pytest.mark.parametrize("flicker", [0.0, 0.1])
def test_the_corner_of_a_ticket_wakes_within_one_frame(flicker: float) -> None:
    gate = ChangeGate()
    for one in thumbnails([room(number, flicker) for number in range(20)]):
        gate.changed(one)
    assert gate.changed(thumbnails([with_corner_of_a_ticket(room(20, flicker))])[0])


def test_a_light_switched_on_evenly_is_no_change_of_scene() -> None:
    gate = ChangeGate()
    dark, light = (np.asarray(ROOM * factor, np.uint8) for factor in (0.5, 1.0))
    for one in thumbnails([dark] * 12):
        gate.changed(one)
    assert not gate.changed(thumbnails([light])[0])


class _Decoder(FilmDecoder):
    """Believes what it is told to, and counts."""

    def __init__(self) -> None:
        super().__init__(["QRCODE"], with_engines={})
        self.asked: list[tuple[float, float]] = []
        self.sees: list[Read] = []
        self.places: tuple[Place, ...] = ()

    def read(self, frame: Picture, at_s: float, budget_s: float) -> list[Read]:
        self.asked.append((at_s, budget_s))
        return self.sees


class _Film:
    """Frames thirty times a second before one eye; what each look costs is set."""

    def __init__(self, cost_s: float = 0.0) -> None:
        self.decoder = _Decoder()
        self._spent_s, self._cost_s = 0.0, cost_s
        self.eye = Eye(self.decoder, cpu_s=self._cpu_s)
        self.number = 0

    def _cpu_s(self) -> float:
        self._spent_s += self._cost_s
        return self._spent_s

    def show(self, pictures: Iterator[Picture] | list[Picture]) -> list[Glance]:
        glances = []
        for picture in pictures:
            glances.append(self.eye.look(Shot(picture, self.number / 30, self.number)))
            self.number += 1
        return glances


def test_an_idle_camera_is_looked_at_once_in_a_heartbeat() -> None:
    film = _Film()
    film.show([room(number % 7, 0.05) for number in range(round((LINGER_S + 1) * 30))])
    film.decoder.asked.clear()
    film.show([room(number % 7, 0.05) for number in range(300)])
    assert len(film.decoder.asked) == pytest.approx(10 / HEARTBEAT_S, abs=1)


def test_a_change_is_decoded_in_the_same_frame() -> None:
    film = _Film()
    film.show([room(number % 7) for number in range(round((LINGER_S + 1) * 30))])
    (glance,) = film.show([with_corner_of_a_ticket(room(3))])
    assert glance.looked


def moving(count: int) -> list[Picture]:
    return [np.roll(ROOM, 30 * number, axis=1) for number in range(count)]


def test_movement_without_end_costs_its_share_of_a_core() -> None:
    film = _Film(cost_s=0.025)
    film.show(moving(60))
    film.decoder.asked.clear()
    film.show(moving(300))
    busy_s = len(film.decoder.asked) * 0.025
    assert 0.25 < busy_s / 10 < 0.45


def test_a_ticket_after_a_quiet_time_gets_every_frame() -> None:
    film = _Film(cost_s=0.025)
    assert all(glance.looked for glance in film.show(moving(20)))


def test_the_purse_fills_with_time_and_never_overflows() -> None:
    purse = Purse(share=0.5, full_s=0.1, a_frame_s=0.03)
    assert purse.for_frame(0.0) == pytest.approx(0.03)
    purse.spend(0.1)
    assert purse.for_frame(0.01) == 0.0
    assert purse.for_frame(0.05) == pytest.approx(0.025)
    assert purse.for_frame(100.0) == pytest.approx(0.03)


def test_a_read_is_told_once_and_the_advice_falls_silent() -> None:
    film = _Film()
    film.decoder.sees = [Read("A", b"A", "QRCODE", ((0, 0), (9, 0), (9, 9), (0, 9)))]
    glances = film.show(moving(10))
    assert [glance.read.text for glance in glances if glance.read] == ["A"]
    assert {glance.advice for glance in glances} == {Advice.NONE}


def _advice_on(picture: Picture) -> Advice:
    """What the coach says once a picture has been in view unread."""
    film = _Film()
    real = FilmDecoder(["QRCODE"], with_engines={})
    real.read(picture, 0.0, 0.0)
    film.decoder.places = real.places
    return film.show([picture] * round((AFTER_S + 1) * 30))[-1].advice


def test_nothing_wrong_is_no_advice() -> None:
    assert _advice_on(ticket_frame("QRCODE")) is Advice.NONE


def test_an_empty_picture_is_no_advice() -> None:
    assert _advice_on(frame()) is Advice.NONE


def _glare(picture: Picture) -> Picture:
    lit = picture.copy()
    cv2.circle(lit, (640, 360), 40, 255, -1)
    return lit


@pytest.mark.parametrize(
    ("picture", "advice"),
    [
        ((ticket_frame("QRCODE") * 0.12).astype(np.uint8), Advice.DARK),
        (np.asarray(cv2.GaussianBlur(ticket_frame("QRCODE") // 2, (0, 0), 2.8), np.uint8), Advice.BLURRED),
        (_glare(ticket_frame("QRCODE") // 2 + 40), Advice.GLARE),
        (frame((code("QRCODE", "A" * 20, 2) // 2, (640, 360))), Advice.FAR),
        (frame((code("QRCODE", "A" * 20, 24) // 2, (640, 360))), Advice.NEAR),
        (frame((np.asarray(code("QRCODE", "A" * 20, 5) * 0.2 + 90, np.uint8), (640, 360))), Advice.DIM),
    ],
    ids=lambda value: value.name if isinstance(value, Advice) else "",
)
def test_the_coach_says_what_is_wrong(picture: Picture, advice: Advice) -> None:
    assert _advice_on(picture) is advice


def test_what_hangs_on_the_wall_is_no_ticket_to_advise_on() -> None:
    film, poster = _Film(), np.asarray(cv2.GaussianBlur(ticket_frame("QRCODE") // 2, (0, 0), 2.8), np.uint8)
    real = FilmDecoder(["QRCODE"], with_engines={})
    real.read(poster, 0.0, 0.0)
    film.decoder.places = real.places
    film.show([poster] * round((LINGER_S + HEARTBEAT_S + 1) * 30))
    someone = poster.copy()
    someone[:, :200] = 200
    assert film.show([someone] * 60)[-1].advice is Advice.NONE


def test_of_played_tickets_each_is_read_once_and_none_missed() -> None:
    usual = list(TEXTS)[:9]
    film = PlayedTickets([code(name, TEXTS[name]) for name in usual], seed=1, hold_s=0.6, gap_s=0.3, fps=15)
    eye, number, told = Eye(FilmDecoder(usual)), 0, list[str]()
    while (picture := film.frame(number)) is not None:
        glance = eye.look(Shot(picture, number / 15, number))
        told += [glance.read.text] if glance.read else []
        number += 1
    assert told == [TEXTS[name] for name in usual]


def test_two_codes_are_told_to_come_one_at_a_time() -> None:
    film = _Film()
    film.decoder.sees = [
        Read(text, b"", "QRCODE", ((x, 300), (x + 90, 300), (x + 90, 390), (x, 390)))
        for text, x in (("A", 600), ("B", 90))
    ]
    glances = film.show(moving(5))
    assert [glance.read.text for glance in glances if glance.read] == ["A"]
    assert glances[-1].advice is Advice.CROWDED
