"""The camera as a source: tickets in, scans out, whatever the device does."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import groupby
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from kiosk.domain.code import read_code
from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.sources import camera as camera_module
from kiosk.sources import capture as capture_module
from kiosk.sources.camera import CameraSource
from kiosk.sources.capture import Raw
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.replay import PlayedTickets
from tests.sources.drawing import TEXTS, code, frame, qr, ticket_frame


@pytest.fixture(autouse=True)
def audible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests keep their standard error; what hushing does is tested apart."""
    monkeypatch.setattr(camera_module, "hush_once", lambda: None)
    monkeypatch.setattr(capture_module, "_BACK_OFF_S", (0.02,))


def nobody(_: SourceStatus | Preview) -> None:
    """Nobody watches."""


async def texts(source: CameraSource) -> list[str]:
    return [scan.text async for scan in source.scans(nobody, nobody)]


class Device:
    """A camera that shows what it is given, thirty times a second, until it is pulled out."""

    live = True

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.plugged = True
        self.moves = True
        self._number = 0

    def open(self) -> None:
        if not self.plugged:
            raise OSError("there is no camera: is it plugged in?")

    def grab(self) -> Raw | None:
        time.sleep(1 / 30)
        if not self.plugged:
            return None
        self._number += self.moves
        grain = np.random.default_rng(self._number).integers(0, 4, self.picture.shape, np.uint8)
        return np.asarray(cv2.add(self.picture, grain))

    def close(self) -> None:
        """Nothing to close."""


async def test_played_tickets_are_each_read_once_and_none_missed() -> None:
    symbologies = ["QRCODE", "CODE128", "PDF417"]  # held for long: a busy machine decodes few frames
    tickets = [code(symbology, TEXTS[symbology]) for symbology in symbologies]
    film = PlayedTickets(tickets, hold_s=2.5, travel_s=0.3, gap_s=0.2)
    assert await texts(CameraSource(grabber=film)) == [TEXTS[symbology] for symbology in symbologies]


async def test_a_video_file_is_played_as_a_camera(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets.avi")
    video = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    film = PlayedTickets([code("QRCODE", "FIRST-ONE"), code("CODE128", "SECOND-ONE")], hold_s=2.0, travel_s=0.3)
    number = 0
    while (picture := film.frame(number)) is not None:
        video.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
        number += 1
    video.release()
    assert await texts(CameraSource(device=path)) == ["FIRST-ONE", "SECOND-ONE"]


async def test_a_folder_of_pictures_is_played_as_a_camera(tmp_path: Path) -> None:
    for number in range(8):
        cv2.imwrite(str(tmp_path / f"{number:03}.png"), ticket_frame("CODE128", seed=number))
    assert await texts(CameraSource(device=str(tmp_path))) == [TEXTS["CODE128"]]
    assert await texts(CameraSource(device=str(tmp_path / "*.png"), fps=60)) == [TEXTS["CODE128"]]


async def test_a_film_that_is_not_there_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such film"):
        await texts(CameraSource(device=str(tmp_path / "none.avi")))
    text = tmp_path / "text.avi"
    text.write_text("not a video")
    with pytest.raises(SourceError, match="neither a video nor pictures"):
        await texts(CameraSource(device=str(text)))


@pytest.mark.parametrize("text", ["[/][red]", "\x1b[2J\x1b[1;1u", "A\x00B\x00", "é\x80ÿß", "x" * 2000, "a\u202ebcd"])
async def test_hostile_texts_come_out_as_they_are(text: str) -> None:
    picture = frame((qr(text.encode(), 4), (640, 450)), size=(1280, 900))
    (scan,) = await _first(CameraSource(grabber=Device(picture), lane="Gate A"), 1)
    assert (scan.text, scan.symbology, scan.source, scan.lane) == (text, "QRCODE", "camera", "Gate A")
    assert scan.at.utcoffset() is not None
    assert (read_code(scan.text) is None) == (text != "[/][red]")


async def _first(source: CameraSource, count: int, statuses: list[SourceStatus] | None = None) -> list[Scan]:
    found: list[Scan] = []
    told = statuses if statuses is not None else []
    async with aclosing(cast("_Closing", source.scans(told.append, nobody))) as scans:
        async with asyncio.timeout(10):
            async for scan in scans:
                found.append(scan)
                if len(found) == count:
                    break
    return found


class _Closing(AsyncIterator[Scan]):
    async def aclose(self) -> None: ...


async def _until(true: object) -> None:
    assert callable(true)
    async with asyncio.timeout(8):
        while not true():  # noqa: ASYNC110 (another thread makes it true)
            await asyncio.sleep(0.02)


async def test_a_camera_pulled_out_in_the_middle_and_put_back_goes_on() -> None:
    device, told, found = Device(ticket_frame("QRCODE")), list[SourceStatus](), list[str]()
    source = CameraSource("door", grabber=device)

    async def read() -> None:
        async for scan in source.scans(told.append, nobody):
            found.append(scan.text)

    reading = asyncio.create_task(read())
    await _until(lambda: bool(told) and found == [TEXTS["QRCODE"]])
    pulled_s = time.monotonic()
    device.plugged = False
    await _until(lambda: not told[-1].up)
    assert time.monotonic() - pulled_s < 2.0
    assert "plugged" in told[-1].what
    device.picture, device.plugged = ticket_frame("AZTEC", "ANOTHER-ONE"), True
    await _until(lambda: found == [TEXTS["QRCODE"], "ANOTHER-ONE"])
    await source.close()
    await reading
    assert {(status.name, status.kind) for status in told} == {("door", "camera")}
    assert [up for up, _ in groupby(status.up for status in told)] == [True, False, True]


@pytest.mark.parametrize(("how", "words"), [("freeze", "frozen"), ("black", "black")])
async def test_a_camera_that_sees_nothing_any_more_is_told(how: str, words: str) -> None:
    device, told = Device(frame()), list[SourceStatus]()
    source = CameraSource(grabber=device)
    reading = asyncio.create_task(_drain(source, told))
    await _until(lambda: told and told[-1].up)
    wrong_s = time.monotonic()
    if how == "freeze":
        device.moves = False
    else:
        device.picture = np.zeros_like(device.picture)
    await _until(lambda: words in told[-1].what)
    assert time.monotonic() - wrong_s < 2.5  # two seconds, on a machine that has other things to do
    device.moves, device.picture = True, frame()
    await _until(lambda: told[-1].up)
    await source.close()
    await reading


async def _drain(source: CameraSource, told: list[SourceStatus]) -> None:
    async for _ in source.scans(told.append, nobody):
        pass


async def test_a_wrong_device_is_told_and_tried_again() -> None:
    told: list[SourceStatus] = []
    source = CameraSource("door", device=63)
    reading = asyncio.create_task(_drain(source, told))
    await _until(lambda: bool(told))
    assert (told[0].up, "/dev/video63" in told[0].what) == (False, True)
    await source.close()
    await reading


async def test_previews_come_only_while_wanted() -> None:
    wanted, seen = False, list[Preview]()
    source = CameraSource(grabber=Device(ticket_frame("QRCODE")), preview_wanted=lambda: wanted)

    async def read() -> None:
        async for _ in source.scans(nobody, seen.append):
            pass

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.5)
    assert seen == []
    wanted = True
    await _until(lambda: len(seen) >= 2)
    await source.close()
    await reading
    assert len(seen[0].grey) == seen[0].width * seen[0].height
    assert (seen[0].width, seen[0].height) == (60, 17)
    assert (seen[1].at - seen[0].at).total_seconds() > 0.15
    grey = np.frombuffer(seen[0].grey, np.uint8).reshape(17, 60)
    assert grey[8, 30] > grey[0, 0]  # the ticket is the lighter thing, in the middle


async def test_threads_and_descriptors_are_given_back() -> None:
    await _first(CameraSource(grabber=Device(ticket_frame("QRCODE"))), 1)
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        await _first(CameraSource(grabber=Device(ticket_frame("QRCODE"))), 1)
    assert threading.active_count() <= threads
    assert len(os.listdir("/proc/self/fd")) <= descriptors


async def test_a_decoder_that_breaks_ends_the_source_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("kiosk.sources.eye.Eye.look", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        await texts(CameraSource(grabber=Device(frame())))


async def test_closing_before_anything_was_read_is_no_error() -> None:
    await CameraSource(grabber=Device(frame())).close()
