"""Scanners as configured: each key of the file reaches the device's source."""

from __future__ import annotations

import os
import pty
import tty
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from kiosk.config import Source
from kiosk.domain.layouts import DE
from kiosk.station.sources import build
from tests.sources.devices import Watched, reports, typing

WRAPPED = {"prefix": "<", "suffix": ">", "terminators": "\t", "min_length": 2, "replace": {"~": "\x1d"}, "lane": "B"}


def watched(table: dict[str, Any]) -> Watched:
    configured: Source = TypeAdapter(Source).validate_python(table)
    source = build(configured)
    assert source is not None
    assert (source.name, source.kind) == (table["kind"], table["kind"])
    return Watched(source)


async def test_a_serial_scanner() -> None:
    master, line = pty.openpty()
    tty.setraw(line)
    scanner = watched({"kind": "serial", "device": os.ttyname(line), "baud": 115_200, **WRAPPED})
    await scanner.is_up(True)
    os.write(master, b"<A~B>\t")
    assert await scanner.scanned(1) == ["A\x1dB"]
    await scanner.end()
    assert scanner.scans[0].lane == "B"
    for fd in (master, line):
        os.close(fd)


@pytest.mark.parametrize("kind", ["evdev", "hidraw"])
async def test_a_usb_scanner(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "device"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    own = {"grab": False, "translate": "de>us"} if kind == "evdev" else {}
    scanner = watched({"kind": kind, "device": str(path), **WRAPPED, **own})
    await scanner.is_up(True)
    os.write(writer, typing("<Zy~B>\t", DE) if kind == "evdev" else reports(b"<Zy~B>\t")[0])
    assert await scanner.scanned(1) == ["Zy\x1dB"]
    await scanner.end()
    assert scanner.scans[0].lane == "B"
    os.close(writer)
