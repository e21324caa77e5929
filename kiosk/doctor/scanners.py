"""The barcode sources: each opened for a moment, or, where an engine has them, told by its word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.config import Source
from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, SourceStatus, Status
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.ports import BarcodeSource
from kiosk.station.sources import build

WITHIN_S = 6.0
"""A USB camera may take some seconds to its first picture."""

KEYBOARDS = Path("/proc/bus/input/devices")
_EV_REP = 1 << 20
"""Keys that repeat when held: what keyboards, and scanners that pretend to be one, have and power buttons have not."""


async def scanners(sources: tuple[Source, ...], status: Status | None) -> list[Finding]:
    """Every configured source. `status`: what a running engine says; its devices are left alone."""
    return list(await asyncio.gather(*(_scanner(source, status) for source in sources)))


async def _scanner(source: Source, status: Status | None) -> Finding:
    match source.kind:
        case "wedge":
            return _wedge(source.name, keyboards())
        case "lines":
            return _finding(source.name, Standing.OK, "standard input, whatever feeds it")
        case _ if status is not None:
            return _heard(source.name, next((one for one in status.sources if one.name == source.name), None))
        case _:
            return await _tried(source)


def keyboards(listing: Path = KEYBOARDS) -> list[str]:
    """The names of what types on this machine, as the kernel lists its input devices."""
    try:
        text = listing.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [name for block in text.split("\n\n") if (name := _keyboard(block))]


def _keyboard(block: str) -> str:
    lines = dict(line[3:].split("=", 1) for line in block.splitlines() if "=" in line)
    with suppress(ValueError):
        if int(lines.get("EV", "0"), 16) & _EV_REP and "kbd" in lines.get("Handlers", "").split():
            return lines.get("Name", "").strip('"') or "a keyboard"
    return ""


def _wedge(name: str, typing: list[str]) -> Finding:
    if not typing:
        return _finding(name, Standing.FAILED, "no keyboard and no scanner that types is plugged in", "plug it in")
    return _finding(name, Standing.OK, f"types: {', '.join(typing)}")


def _heard(name: str, said: SourceStatus | None) -> Finding:
    if said is None:
        return _finding(name, Standing.FAILED, "the engine has not heard of it yet", "look again in some seconds")
    if not said.up:
        return _finding(name, Standing.FAILED, said.what, "plug it in again")
    return _finding(name, Standing.OK, "the engine reads it")


async def _tried(source: Source) -> Finding:
    try:
        built = build(source)
        said = None if built is None else await first_word(built)
    except SourceError as error:
        return _finding(source.name, Standing.FAILED, error.what, error.advice)
    if said is None:
        return _finding(source.name, Standing.FAILED, f"no sign of life within {WITHIN_S:.0f} s", "plug it in again")
    if not said.up:
        return _finding(source.name, Standing.FAILED, said.what, "plug it in, or mend the source's device")
    return _finding(source.name, Standing.OK, f"{source.kind} opened")


async def first_word(source: BarcodeSource, within_s: float = WITHIN_S) -> SourceStatus | None:
    """What a source says of itself first, once it is opened; None for silence. Raises SourceError."""
    heard: asyncio.Future[SourceStatus] = asyncio.get_running_loop().create_future()

    def on_status(status: SourceStatus) -> None:
        if not heard.done():
            heard.set_result(status)

    reading = asyncio.create_task(_read(source, on_status))
    try:
        await asyncio.wait((heard, reading), timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            reading.result()
        return heard.result() if heard.done() else None
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError, SourceError):
            await reading
        await source.close()


async def _read(source: BarcodeSource, on_status: Callable[[SourceStatus], None]) -> None:
    async for _ in source.scans(on_status, _ignore):
        pass


def _ignore(preview: Preview) -> None:
    """Nobody watches."""


def _finding(name: str, standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.SCANNER, name, standing, what, advice)
