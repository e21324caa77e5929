"""The lines of a gate without a screen: all of them, in order, and never in the engine's way."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from kiosk.domain.code import Code
from kiosk.domain.events import Checking, Decided, Event, OwedChanged, Preview, Ready, Recent, Status, Stopping
from kiosk.domain.verdict import Reason, Refuse
from kiosk.headless import LineFeed

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
CODE = Code("!1|z" + 76 * "q" + "Gp1r")


def decided(number: int) -> Decided:
    return Decided(NOW, str(number), "Gate A", "lines", CODE, Refuse(Reason.NOT_FOUND))


@dataclass
class Pipe:
    """A pipe that holds one page, and what has been read from it."""

    reading: int = -1
    writing: int = -1
    heard: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.reading, self.writing = os.pipe()
        fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, 4096)

    async def read(self, lines: int) -> list[dict[str, object]]:
        while self.heard.count(b"\n") < lines:
            self.heard += await asyncio.to_thread(os.read, self.reading, 65536)
        return [json.loads(line) for line in bytes(self.heard).splitlines()]

    def close_reading(self) -> None:
        os.close(self.reading)
        self.reading = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    for end in (made.reading, made.writing):
        if end >= 0:
            os.close(end)


async def test_each_event_is_a_line_as_soon_as_it_is_told(pipe: Pipe) -> None:
    async with asyncio.timeout(10), LineFeed(pipe.writing) as feed:
        events: tuple[Event, ...] = (Ready(NOW, ("Gate A",), "redeem", "1"), decided(7), Stopping(NOW))
        for told, event in enumerate(events, 1):
            feed.tell(event)
            assert len(await pipe.read(told)) == told
        names = [line["event"] for line in await pipe.read(3)]
    assert names == ["ready", "verdict", "stopping"]


async def test_what_only_screens_want_is_passed_over(pipe: Pipe) -> None:
    private: tuple[Event, ...] = (
        Checking(NOW, "7", "Gate A", "lines", CODE),
        Status(NOW, (), "redeem"),
        Recent(NOW, (decided(1),)),
        Preview(NOW, "camera", 1, 1, b"x"),
    )
    async with asyncio.timeout(10), LineFeed(pipe.writing) as feed:
        for event in (*private, OwedChanged(NOW, 1)):
            feed.tell(event)
        assert [line["event"] for line in await pipe.read(1)] == ["owed"]


@pytest.mark.parametrize("show_codes", [False, True])
async def test_codes_are_shown_only_when_asked_for(pipe: Pipe, show_codes: bool) -> None:
    async with asyncio.timeout(10), LineFeed(pipe.writing, show_codes=show_codes) as feed:
        feed.tell(decided(1))
        (line,) = await pipe.read(1)
    assert line["code"] == (CODE.text if show_codes else CODE.masked)


async def test_a_reader_that_lags_holds_the_intake_back_and_misses_nothing(pipe: Pipe) -> None:
    async with asyncio.timeout(20), LineFeed(pipe.writing, most=20) as feed:
        taken = 0

        async def take() -> None:
            nonlocal taken
            while taken < 500:
                await feed.drained()
                feed.tell(decided(taken))
                taken += 1

        taking = asyncio.create_task(take())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(taking), 0.2)
        assert 20 <= taken < 60
        lines = await pipe.read(500)
        await taking
        await feed.written()
    assert [line["scan_id"] for line in lines] == [str(number) for number in range(500)]


async def test_a_reader_that_leaves_is_noticed_at_once_and_once(pipe: Pipe) -> None:
    gone: list[bool] = []
    noticed = asyncio.Event()

    def on_gone() -> None:
        gone.append(True)
        noticed.set()

    async with asyncio.timeout(10), LineFeed(pipe.writing, on_gone=on_gone) as feed:
        feed.tell(decided(1))
        await pipe.read(1)
        await feed.written()
        assert not gone
        pipe.close_reading()
        await noticed.wait()
        for number in range(1000):
            await feed.drained()
            feed.tell(decided(number))
        await feed.written()
    assert gone == [True]
    assert feed.failure == ""


async def test_a_reader_that_leaves_in_the_middle_of_a_line_holds_nobody_up(pipe: Pipe) -> None:
    async with asyncio.timeout(10), LineFeed(pipe.writing) as feed:
        for number in range(100):
            feed.tell(decided(number))
        await asyncio.sleep(0.05)
        pipe.close_reading()
        await feed.written()
    assert feed.failure == ""


async def test_a_full_disk_is_told_apart_from_a_reader_that_left() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    async with asyncio.timeout(10), LineFeed(full) as feed:
        feed.tell(decided(1))
        await feed.written()
    os.close(full)
    assert "space" in feed.failure


async def test_a_terminal_that_hangs_up_is_a_reader_that_leaves() -> None:
    master, terminal = pty.openpty()
    gone = asyncio.Event()
    async with asyncio.timeout(10), LineFeed(terminal, on_gone=gone.set):
        os.close(master)
        await gone.wait()
    os.close(terminal)


async def test_a_descriptor_that_does_not_block_gets_everything(pipe: Pipe) -> None:
    os.set_blocking(pipe.writing, False)
    async with asyncio.timeout(10), LineFeed(pipe.writing) as feed:
        for number in range(100):
            feed.tell(decided(number))
        assert len(await pipe.read(100)) == 100


async def test_a_reader_that_never_reads_cannot_hold_up_the_end(pipe: Pipe) -> None:
    async with asyncio.timeout(10):
        async with LineFeed(pipe.writing) as feed:
            for number in range(100):
                feed.tell(decided(number))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(feed.written(), 0.1)
        pipe.close_reading()
    assert feed.failure == ""


def test_a_process_whose_output_is_stuck_can_end() -> None:
    script = """
import asyncio, os
from tests.test_headless import LineFeed, decided

async def main():
    reading, writing = os.pipe()
    async with LineFeed(writing) as feed:
        for number in range(1000):
            feed.tell(decided(number))
        await asyncio.sleep(0.1)

asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=30, check=False).returncode == 0
