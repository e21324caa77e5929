"""Played films: the same every time, at their own pace, and a ticket that comes, stays and goes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.domain.errors import SourceError
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.replay import FilmGrabber, Pace, PlayedTickets, film, pictures

TICKET = np.full((200, 300), 255, np.uint8)


def played(**options: Any) -> PlayedTickets:
    room = np.full((72, 128), 60, np.uint8)
    return PlayedTickets([TICKET, TICKET], width=640, height=360, background=room, noise=2.0, **options)


def light_share(picture: Picture | None) -> float:
    assert picture is not None
    return float(np.mean(picture > 160))


def test_a_seed_gives_the_same_film() -> None:
    one, same, other = played(seed=1), played(seed=1), played(seed=2)
    for number in (0, 30, 45, 100):
        first, second, third = (film.frame(number) for film in (one, same, other))
        assert first is not None
        assert second is not None
        assert third is not None
        assert np.array_equal(first, second)
        assert not np.array_equal(first, third)


def test_a_ticket_comes_in_stays_and_leaves() -> None:
    shown = [light_share(played(gap_s=0.5, travel_s=0.4, hold_s=1.0).frame(number)) for number in range(0, 138, 3)]
    before, held, after = shown[2], shown[10], shown[-1]
    assert before == 0.0
    assert after < 0.05
    assert 0.1 < held < 0.5
    assert max(abs(a - b) for a, b in pairwise(shown)) < 0.4


def test_a_film_ends_after_its_last_ticket_unless_it_is_endless() -> None:
    finite, endless = played(), played(endless=True)
    last = round(finite.seconds * 30) + 1
    assert finite.frame(last - 2) is not None
    assert finite.frame(last) is None
    assert endless.frame(last + 10_000) is not None


def test_no_tickets_are_no_film() -> None:
    assert PlayedTickets([], endless=True).frame(0) is None


def test_frames_are_handed_out_at_their_pace() -> None:
    now, slept = 10.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    pace = Pace(10.0, lambda: now, sleep)
    for _ in range(3):
        pace.wait()
    assert slept == pytest.approx([0.1, 0.1])
    now += 1.0
    pace.wait()
    assert len(slept) == 2  # late: at once


def test_pictures_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for value in (30, 10, 20):
        cv2.imwrite(str(tmp_path / f"ticket-{value:03}.png"), np.full((9, 9), value, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "torn.png").write_bytes(b"\x89PNG")
    for path in (tmp_path, tmp_path / "ticket-*.png"):
        fps, frames = film(str(path), 12.0)
        assert fps == 12.0
        assert [int(frame[0, 0]) for frame in frames] == [10, 20, 30]


def test_pictures_of_tickets_are_loaded(tmp_path: Path) -> None:
    for value in (30, 10):
        cv2.imwrite(str(tmp_path / f"{value}.png"), np.full((9, 9), value, np.uint8))
    assert [int(picture[0, 0]) for picture in pictures(str(tmp_path))] == [10, 30]
    assert len(pictures(str(tmp_path / "10.png"))) == 1
    with pytest.raises(SourceError, match="no pictures"):
        pictures(str(tmp_path / "none"))


def test_a_film_can_be_played_again(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), TICKET)
    grabber = FilmGrabber(str(tmp_path), fps=1000)
    for _ in range(2):
        assert grabber.grab() is None
        grabber.open()
        assert grabber.grab() is not None
        assert grabber.grab() is None
        grabber.close()


def test_a_video_has_its_own_speed(tmp_path: Path) -> None:
    path = str(tmp_path / "short.avi")
    video = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 12.0, (64, 48))
    for _ in range(5):
        video.write(np.zeros((48, 64, 3), np.uint8))
    video.release()
    fps, frames = film(path)
    assert fps == pytest.approx(12.0)
    assert len(list(frames)) == 5


@pytest.mark.parametrize("content", [b"", b"not a film at all"])
def test_what_is_no_film_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.mp4"
    with pytest.raises(OSError, match="no such film"):
        film(str(path))
    path.write_bytes(content)
    with pytest.raises(OSError, match="neither a video nor pictures"):
        film(str(path))
