"""Lines: one scan for each line, whatever the descriptor is and however the bytes come."""

from __future__ import annotations

import asyncio
import os
import pty
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from kiosk.domain.code import LONGEST_CODE, read_code
from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, SourceStatus
from kiosk.domain.framing import FramingRules
from kiosk.sources.lines import LinesSource


def ignore(_: SourceStatus | Preview) -> None:
    """Nobody watches."""


async def read_all(source: LinesSource) -> list[str]:
    return [scan.text async for scan in source.scans(ignore, ignore)]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        with suppress(OSError):
            os.close(fd)


def write_and_close(fd: int, data: bytes) -> threading.Thread:
    def write() -> None:
        with open(fd, "wb") as stream:
            stream.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"ONE\nTWO\n", ["ONE", "TWO"]),
        (b"ONE\r\nTWO\r\n", ["ONE", "TWO"]),
        (b"ONE\nTWO", ["ONE", "TWO"]),
        (b"\n\n  \n\t\r\nONE\n\n", ["ONE"]),
        (b"", []),
        (b"]Q3!1|ab/c+d\n", ["]Q3!1|ab/c+d"]),
        ("Müller\n漢\n".encode(), ["Müller", "漢"]),
        (b"bad \xff byte\n", ["bad \ufffd byte"]),
        (b"cut \xe6\xbc", ["cut \ufffd"]),
        (b"\x1b[31m[red]\x00\n", ["\x1b[31m[red]\x00"]),
        (b"one\rline\n", ["one\rline"]),
    ],
)
async def test_lines_of_a_file(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    path = tmp_path / "codes"
    path.write_bytes(data)
    with path.open("rb") as file:
        assert await read_all(LinesSource(file.fileno())) == expected


async def test_a_pipe_in_single_bytes(pipe: tuple[int, int]) -> None:
    reader, writer = pipe

    async def write() -> None:
        for byte in "Müller\r\nTWO".encode():
            os.write(writer, bytes([byte]))
            await asyncio.sleep(0)
        os.close(writer)

    writing = asyncio.ensure_future(write())
    assert await read_all(LinesSource(reader)) == ["Müller", "TWO"]
    await writing


async def test_a_terminal() -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"ONE\nTWO\n\x04")
    assert await read_all(LinesSource(theirs)) == ["ONE", "TWO"]
    os.close(ours)
    os.close(theirs)


async def test_ten_thousand_lines_in_order(pipe: tuple[int, int]) -> None:
    codes = [f"CODE-{number}" for number in range(10_000)]
    writing = write_and_close(pipe[1], "\n".join(codes).encode())
    assert await read_all(LinesSource(pipe[0])) == codes
    writing.join()


async def test_a_line_of_ten_megabytes_is_one_unreadable_scan_and_little_memory(pipe: tuple[int, int]) -> None:
    writing = write_and_close(pipe[1], b"BEFORE\n" + b"X" * 10_000_000 + b"\nAFTER\n")
    tracemalloc.start()
    try:
        before, endless, after = await read_all(LinesSource(pipe[0]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    writing.join()
    assert (before, after) == ("BEFORE", "AFTER")
    assert len(endless) == LONGEST_CODE + 1
    assert read_code(endless) is None
    assert peak < 2_000_000


async def test_reads_on_only_as_scans_are_taken(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    line = b"A" * 99 + b"\n"
    source = LinesSource(reader)
    written = 0
    async with aclosing(source.scans(ignore, ignore)) as scans:  # type: ignore[type-var]
        os.write(writer, line)
        await anext(scans)
        with suppress(BlockingIOError):
            while written < 2**22:
                written += os.write(writer, line)
                await asyncio.sleep(0)
    assert 0 < written <= 2**20


async def test_scans_carry_lane_source_and_time(tmp_path: Path) -> None:
    path = tmp_path / "codes"
    path.write_text("ONE\n")
    told: list[SourceStatus] = []
    with path.open("rb") as file:
        source = LinesSource(file.fileno(), "stdin", "Gate A")
        (scan,) = [scan async for scan in source.scans(told.append, ignore)]
    assert (scan.source, scan.lane, scan.symbology) == ("stdin", "Gate A", None)
    assert scan.at.utcoffset() is not None
    assert told == [SourceStatus("stdin", "lines", up=True)]


async def test_rules_of_a_scanner_that_writes_to_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "codes"
    path.write_text("]Q3ABCD\rABC\r")
    with path.open("rb") as file:
        assert await read_all(LinesSource(file.fileno(), rules=FramingRules())) == ["ABCD"]


async def test_close_ends_a_wait(pipe: tuple[int, int]) -> None:
    source = LinesSource(pipe[0])
    reading = asyncio.ensure_future(read_all(source))
    os.write(pipe[1], b"ONE\nPART")
    await asyncio.sleep(0.01)
    await source.close()
    assert await reading == ["ONE"]


async def test_a_cancelled_wait_leaves_nothing_behind(pipe: tuple[int, int]) -> None:
    reading = asyncio.ensure_future(read_all(LinesSource(pipe[0])))
    await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not asyncio.get_running_loop().remove_reader(pipe[0])


async def test_a_descriptor_that_is_not_open_is_a_source_error(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(SourceError, match="cannot read the input"):
        await read_all(LinesSource(pipe[0]))
