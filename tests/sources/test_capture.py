"""Capturing: the newest frame only, devices that come and go, and every form that a frame comes in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from kiosk.sources import capture as capture_module
from kiosk.sources.capture import Capture, Raw, Shot, to_grey
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.device import DeviceGrabber, Setting
from kiosk.sources.health import AFTER_S, Health

GREY = np.asarray(np.random.default_rng(2).integers(0, 256, (6, 8)), np.uint8)
SMOOTH = np.asarray(cv2.resize(GREY, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)


class Scripted:
    """A device that does what it is told: frames, None (gone), or an error on opening."""

    def __init__(self, *, live: bool = True) -> None:
        self.live = live
        self.wrong = ""
        self.opened = self.closed = 0
        self.frames: list[Raw | None] = []
        self.more = threading.Semaphore(0)

    def give(self, *frames: Raw | None) -> None:
        self.frames += frames
        for _ in frames:
            self.more.release()

    def open(self) -> None:
        self.opened += 1
        if self.wrong:
            raise OSError(self.wrong)

    def grab(self) -> Raw | None:
        return self.frames.pop(0) if self.more.acquire(timeout=0.05) else None

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_module, "_BACK_OFF_S", (0.005,))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.002)


def test_only_the_newest_frame_is_handed_over(quick: None) -> None:
    device = Scripted(live=False)
    device.give(*(np.full((4, 4), value, np.uint8) for value in range(5)))
    capture = Capture(device, "test")
    capture.start()
    until(lambda: capture.over)
    shot = capture.after(0, 0.1)
    assert shot is not None
    assert (shot.number, int(shot.raw[0, 0])) == (5, 4)
    assert capture.after(5, 0.01) is None
    capture.close()


def test_waiting_for_a_frame_ends_in_time() -> None:
    assert Capture(Scripted(), "test").after(0, 0.01) is None


def test_a_device_that_is_pulled_out_is_opened_again_and_goes_on(quick: None) -> None:
    device = Scripted()
    device.give(GREY)
    capture = Capture(device, "test")
    capture.start()
    until(lambda: capture.trouble != "" and device.opened >= 3)
    assert "unplugged" in capture.trouble
    device.give(SMOOTH)
    until(lambda: (shot := capture.after(1, 0.1)) is not None and shot.number == 2)
    capture.close()
    assert device.closed == device.opened


def test_a_device_that_cannot_be_opened_says_why_and_is_tried_again(quick: None) -> None:
    device = Scripted()
    device.wrong = "there is no camera /dev/video9: is it plugged in?"
    capture = Capture(device, "test")
    capture.start()
    until(lambda: device.opened >= 3)
    assert capture.trouble == device.wrong
    device.wrong = ""
    device.give(GREY)
    until(lambda: capture.after(0, 0.1) is not None)
    capture.close()


def test_a_film_that_ends_is_over(quick: None) -> None:
    device = Scripted(live=False)
    device.give(GREY, None)
    capture = Capture(device, "test")
    capture.start()
    until(lambda: capture.over)
    assert (capture.trouble, device.opened, device.closed) == ("", 1, 1)
    capture.close()


def test_asked_to_reopen_it_does(quick: None) -> None:
    device = Scripted()
    device.give(*[GREY] * 3)
    capture = Capture(device, "test")
    capture.start()
    until(lambda: capture.after(0, 0.1) is not None)
    opened = device.opened
    capture.reopen()
    until(lambda: device.opened > opened)
    capture.close()


def test_its_thread_ends_on_close() -> None:
    before = threading.active_count()
    capture = Capture(Scripted(), "test")
    capture.start()
    capture.close()
    assert threading.active_count() == before


def jpeg(grey: Picture) -> Raw:
    return np.asarray(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 95])[1], np.uint8).reshape(1, -1)


@pytest.mark.parametrize(
    "raw",
    [
        SMOOTH,
        cv2.cvtColor(SMOOTH, cv2.COLOR_GRAY2BGR),
        np.dstack([SMOOTH, np.full_like(SMOOTH, 128)]),
        jpeg(SMOOTH),
    ],
    ids=["grey", "bgr", "yuyv", "jpeg"],
)
def test_a_frame_is_grey_whatever_form_it_came_in(raw: Raw) -> None:
    shot = Shot(raw, 0.0, 1)
    assert shot.grey.shape == SMOOTH.shape
    assert np.abs(shot.grey.astype(int) - SMOOTH).mean() < 3
    assert shot.thumbnail.shape == (60, 80)
    assert np.abs(shot.thumbnail.astype(int) - Shot(SMOOTH, 0.0, 1).thumbnail).mean() < 6


@pytest.mark.parametrize("cable_noise", [b"", b"\xff\xd8", b"\x00" * 50, b"\xff\xd8\xff\xe0garbage"])
def test_a_torn_jpeg_is_no_picture(cable_noise: bytes) -> None:
    raw = np.frombuffer(cable_noise or b"\x00", np.uint8).reshape(1, -1)
    with pytest.raises(ValueError, match="JPEG"):
        to_grey(raw, cv2.IMREAD_GRAYSCALE)


def test_a_device_that_is_not_there_is_told_in_words() -> None:
    for device, path in ((63, "/dev/video63"), ("/dev/v4l/by-id/nothing", "/dev/v4l/by-id/nothing")):
        with pytest.raises(OSError, match=f"there is no camera {path}"):
            DeviceGrabber(device).open()


def test_a_file_that_is_no_camera_cannot_be_opened() -> None:
    grabber = DeviceGrabber("/dev/null", Setting(fourcc=""))
    with pytest.raises(OSError, match="cannot be opened"):
        grabber.open()
    assert grabber.grab() is None
    grabber.close()


# ── health ──


def lively(number: int, at_s: float) -> Shot:
    return Shot(np.roll(SMOOTH, number, axis=1), at_s, number)


def test_a_lively_picture_is_healthy() -> None:
    health = Health(0.0)
    for number in range(100):
        health.see(lively(number, number / 30))
        assert health.trouble(number / 30) == ""


@pytest.mark.parametrize(
    ("frame", "words"),
    [(None, "no picture"), (SMOOTH, "frozen"), (np.zeros((480, 640), np.uint8), "black")],
    ids=["nothing", "the same", "black"],
)
def test_each_fault_is_noticed_within_two_seconds_and_not_at_once(frame: Picture | None, words: str) -> None:
    health = Health(0.0)
    for number in range(30):
        health.see(lively(number, number / 30))
    noticed_s = None
    for number in range(30, 120):
        now_s = number / 30
        if frame is not None:
            health.see(Shot(frame, now_s, number))
        if noticed_s is None and words in health.trouble(now_s):
            noticed_s = now_s - 1.0
    assert noticed_s is not None
    assert AFTER_S - 0.1 < noticed_s < 2.0


def test_a_black_picture_with_a_sensors_noise_is_black() -> None:
    health, rng = Health(0.0), np.random.default_rng(1)
    for number in range(60):
        health.see(Shot(rng.integers(0, 8, (480, 640), np.uint8), number / 30, number))
    assert "black" in health.trouble(60 / 30)


def test_only_a_frozen_device_is_opened_again_and_not_all_the_time() -> None:
    frozen, black = Health(0.0), Health(0.0)
    reopened = []
    for number in range(300):
        now_s = number / 30
        frozen.see(Shot(SMOOTH, now_s, number))
        black.see(Shot(np.zeros((480, 640), np.uint8), now_s, number))
        assert not black.may_reopen(now_s)
        if frozen.may_reopen(now_s):
            reopened.append(now_s)
    assert len(reopened) == 2
    assert reopened[0] < 2.0


def test_a_picture_that_comes_back_is_healthy_again() -> None:
    health = Health(0.0)
    assert health.trouble(3.0) != ""
    health.see(lively(1, 3.1))
    assert health.trouble(3.1) == ""
