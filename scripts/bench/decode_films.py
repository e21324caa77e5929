"""Films for the decode benchmark: a ticket brought into view, held and taken away; nobody there; people walking by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from scripts.bench.decode_frames import (
    HEIGHT,
    WIDTH,
    Floats,
    Picture,
    View,
    background,
    draw_ticket,
    floats,
    place,
    sensor,
    ticket_text,
    view_of,
)

FPS = 30.0
TRAVEL_S, HOLD_S, BEFORE_S, AFTER_S = 0.4, 1.6, 0.6, 0.3


@dataclass(frozen=True)
class Still:
    """One frame of a film. `whole`: the code is in the picture with all its corners."""

    grey: Picture
    at_s: float
    whole: bool = False


def flicker(at_s: float, strength: float = 0.05) -> Floats:
    """Mains light on a rolling shutter: bands of brightness that drift down the picture. One column."""
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None] / HEIGHT
    return np.asarray(1 + strength * np.sin(2 * np.pi * (rows * 0.66 + 100 * at_s)), np.float32)


class Ticket:
    """A ticket, a view of it, and the film of both."""

    def __init__(self, symbology: str, condition: str, level: str, rng: np.random.Generator) -> None:
        self.symbology, self.condition, self.level = symbology, condition, level
        self.text = ticket_text(symbology, rng)
        self._rng = rng
        view = view_of(condition, level, rng)
        self._ticket, self._corners, scale = draw_ticket(symbology, self.text, view, rng)
        shrink = min(1.0, 1.6 * view.module_px / scale)
        small = cv2.resize(self._ticket, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        self._ticket = floats(small)
        self._corners, scale = self._corners * shrink, scale * shrink
        for _ in range(12):
            self._into = place(view, self._corners, scale, rng)
            if self._is_whole(self._into):
                break
            view = replace(view, module_px=view.module_px * 0.93)
        self._view = view
        self._room = background(rng)
        side = [(-1.0, 0.0), (1.0, 0.0), (0.0, 1.0)][rng.integers(3)]
        self._from = np.array(side) * (WIDTH, HEIGHT)
        self._phase = rng.uniform(0, 6.3, 2)

    @property
    def seconds(self) -> float:
        return BEFORE_S + 2 * TRAVEL_S + HOLD_S + AFTER_S

    def frames(self) -> Iterator[Still]:
        for number in range(round(self.seconds * FPS)):
            yield self.frame(number / FPS)

    def frame(self, at_s: float) -> Still:
        shown_s = at_s - BEFORE_S
        left_s = 2 * TRAVEL_S + HOLD_S - shown_s
        share = float(np.clip(min(shown_s, left_s) / TRAVEL_S, 0, 1))
        away = 1 - share * share * (3 - 2 * share)
        shift = self._from * away + 2.5 * np.sin(shown_s * np.array([8.0, 10.0]) + self._phase)
        moved = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]]) @ self._into
        frame = floats(self._room * flicker(at_s))
        if away < 1:
            size = (WIDTH, HEIGHT)
            shown = cv2.warpPerspective(
                self._ticket, moved, size, dst=frame, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
            )
            frame = floats(shown)
        speed = 6 * share * (1 - share) / TRAVEL_S * np.abs(self._from) * (0 < share < 1)
        streak = np.maximum(speed * 0.008, 1).astype(int)  # an exposure of 8 ms
        frame = floats(cv2.blur(frame, (int(streak[0]), int(streak[1]))))
        if self._view.blur_px > 0:
            frame = floats(cv2.GaussianBlur(frame, (0, 0), self._view.blur_px))
        if self._view.glare:
            spot = np.zeros((HEIGHT // 8, WIDTH // 8), np.float32)
            cv2.circle(spot, (WIDTH // 16, HEIGHT // 16), 6, self._view.glare * 1.3, -1)
            frame = floats(frame + cv2.resize(cv2.GaussianBlur(spot, (0, 0), 4), (WIDTH, HEIGHT)))
        whole = away < 1 and self._is_whole(moved)
        return Still(sensor(frame * self._view.light, self._view, self._rng), at_s, whole)

    def _is_whole(self, into: Floats) -> bool:
        drawn = cv2.perspectiveTransform(self._corners[None].astype(np.float32), into.astype(np.float32))[0]
        return bool((drawn > 4).all() and (drawn < (WIDTH - 4, HEIGHT - 4)).all())


def nobody(seconds: float, rng: np.random.Generator) -> Iterator[Still]:
    """A still scene under flickering light, with a sensor's noise."""
    room, view = background(rng), View(noise=3.0)
    for number in range(round(seconds * FPS)):
        at_s = number / FPS
        yield Still(sensor(room * flicker(at_s), view, rng), at_s)


def walking(seconds: float, rng: np.random.Generator) -> Iterator[Still]:
    """Three people in patterned clothes walk through the picture, all the time."""
    room, view = background(rng), View(noise=3.0)
    people = [_person(rng) for _ in range(3)]
    pace = rng.uniform(150, 420, 3) * rng.choice([-1, 1], 3)
    start = rng.uniform(0, WIDTH, 3)
    for number in range(round(seconds * FPS)):
        at_s = number / FPS
        frame = room * flicker(at_s)
        for person, speed, first in zip(people, pace, start, strict=True):
            x = int((first + speed * at_s) % (WIDTH + person.shape[1])) - person.shape[1]
            y = HEIGHT - person.shape[0] + int(6 * np.sin(at_s * 9 + first))
            left, right = max(x, 0), min(x + person.shape[1], WIDTH)
            part = person[: HEIGHT - y, left - x : right - x]
            under = frame[y : y + part.shape[0], left:right]
            under[:] = np.where(part >= 0, part, under)
        yield Still(sensor(floats(cv2.GaussianBlur(frame, (0, 0), 1.0)), view, rng), at_s)


def _person(rng: np.random.Generator) -> Floats:
    """A figure of 500 by 220 pixels; -1 where it is not. Plain, striped, chequered or speckled."""
    height, width = 500, 220
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    period = float(rng.uniform(10, 40))
    cloth = {
        0: np.full((height, width), 0.5, np.float32),
        1: 0.5 + 0.3 * np.sign(np.sin(y * 6.3 / period)),
        2: 0.5 + 0.2 * np.sign(np.sin(y * 6.3 / period)) + 0.2 * np.sign(np.sin(x * 6.3 / period)),
        3: cv2.GaussianBlur(rng.uniform(0, 1, (height, width)).astype(np.float32), (0, 0), 2) * 2 - 0.5,
    }[int(rng.integers(4))].astype(np.float32)
    body = ((x - width / 2) / (width / 2)) ** 2 + np.maximum(0, (180 - y) / 90) ** 2 < 1
    head = ((x - width / 2) / 50) ** 2 + ((y - 70) / 65) ** 2 < 1
    cloth[head] = 0.65
    return np.where(body | head, np.clip(cloth, 0, 1), -1).astype(np.float32)
