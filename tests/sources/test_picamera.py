"""A Raspberry Pi's own camera, pretended: what is asked of picamera2, and what becomes of its frames and faults."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kiosk.sources.camera import CameraSource
from kiosk.sources.device import Setting
from kiosk.sources.picamera import PicameraGrabber

STRIDE = 64
"""Bytes in a row of the pretended sensor's buffers; a frame is 48 pixels wide."""


class Pretended:
    """As much of picamera2.Picamera2 as is used, by its own rules of order."""

    fails: Exception | None = None
    made: Pretended

    def __init__(self, number: int) -> None:
        if number > 0:
            raise IndexError("list index out of range")
        self.camera_controls = {"FrameRate": (1, 120, 30), "AeEnable": (0, 1, 1), "ExposureTime": (1, 1_000_000, 100)}
        self.said: list[Any] = []
        Pretended.made = self

    def create_video_configuration(self, main: dict[str, Any], queue: bool) -> dict[str, Any]:
        return {"main": main, "queue": queue}

    def configure(self, configuration: dict[str, Any]) -> None:
        self.said.append(configuration)

    def set_controls(self, controls: dict[str, Any]) -> None:
        self.said.append(controls)

    def start(self) -> None:
        self.said.append("start")

    def capture_array(self, name: str, wait: float) -> np.ndarray[Any, Any]:
        assert name == "main"
        assert wait < 2
        if self.fails:
            raise self.fails
        planes = np.full((32 * 3 // 2, STRIDE), 128, np.uint8)
        planes[:32, :48] = 200
        return planes

    def close(self) -> None:
        self.said.append("close")


@pytest.fixture(autouse=True)
def picamera2(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("picamera2")
    module.Picamera2 = Pretended  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", module)


def test_a_frame_is_its_brightness_without_the_padding() -> None:
    grabber = PicameraGrabber(0, Setting(width=48, height=32, fps=25, exposure=2000, focus=3.5))
    grabber.open()
    frame = grabber.grab()
    assert frame is not None
    assert frame.shape == (32, 48)
    assert (frame == 200).all()
    grabber.close()
    form = {"main": {"size": (48, 32), "format": "YUV420"}, "queue": False}
    controls = {"FrameRate": 25, "AeEnable": False, "ExposureTime": 2000}  # this sensor has no focus
    assert Pretended.made.said == [form, controls, "start", "close"]
    assert grabber.grab() is None


@pytest.mark.parametrize("fault", [TimeoutError("timed out"), RuntimeError("camera gone")])
def test_a_camera_that_gives_nothing_more_is_gone(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    grabber = PicameraGrabber(0, Setting(width=48, height=32))
    grabber.open()
    monkeypatch.setattr(Pretended, "fails", fault)
    assert grabber.grab() is None


def test_a_camera_that_is_not_there_says_what_to_look_at() -> None:
    with pytest.raises(OSError, match="picamera2:1 cannot be opened: is its ribbon in"):
        PicameraGrabber(1).open()


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(OSError, match="apt install python3-picamera2"):
        PicameraGrabber(0).open()


async def test_a_source_may_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pretended, "fails", TimeoutError())
    source, told = CameraSource(device="picamera2", width=48, height=32), asyncio.Event()
    reading = asyncio.create_task(anext(source.scans(lambda _: told.set(), lambda _: None), None))
    async with asyncio.timeout(10):
        await told.wait()  # no picture comes
        await source.close()
        assert await reading is None
    assert Pretended.made.said[-2:] == ["start", "close"]
