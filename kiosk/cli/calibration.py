"""A calibration as it goes: the scanner is listened to, each code is answered with a line, findings come at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import click

from kiosk.cli.scanner import strokes_of
from kiosk.config import Source
from kiosk.domain.calibration.card import CARD
from kiosk.domain.calibration.diagnosis import Diagnosis, diagnose
from kiosk.domain.calibration.mending import is_well, mend, told, toml_lines
from kiosk.domain.calibration.strokes import NEXT_CODE_S, Burst, Bursts, Stroke
from kiosk.domain.layouts import LAYOUTS

ENOUGH = ("q", "Q", "\x03", "\x04")
"""Typed alone, with silence after it: the person has scanned enough."""

_DEFAULTS: dict[str, object] = {"translate": "", "replace": {}, "prefix": "", "suffix": "", "terminators": "\r\n"}


async def calibrate(source: Source) -> bool:
    """Listen until every code of the card has been read, or the person ends it; tell what was found.

    Whether nothing is left to be mended. Raises KioskError where the source cannot be listened to.
    """
    end = "q or Ctrl-C" if source.kind == "wedge" else "Ctrl-C"
    async with strokes_of(source, _say) as strokes:
        _say(f"Scan every code of the card with {source.name} ({source.kind}), in any order; {end} when done.")
        diagnosis = await Listening(source.kind).listen(strokes)
    for line in told(diagnosis, source.kind):
        click.echo(line)
    lines = toml_lines(to_change(diagnosis, source))
    if lines:
        click.echo(f'\nWhat mends it, for the source "{source.name}" in the configuration:')
        click.echo("\n".join(lines))
    return is_well(diagnosis, source.kind) and not lines


def to_change(diagnosis: Diagnosis, source: Source) -> dict[str, object]:
    """The keys of the source that are not yet as they should be, with the values that they should have."""
    if not diagnosis.expected:
        return {}
    configured = source.model_dump()
    wanted = {**_DEFAULTS, **mend(diagnosis, source.kind)}
    if diagnosis.ending and set(diagnosis.ending) <= set(configured.get("terminators", "")):
        wanted.pop("terminators")
    return {key: value for key, value in wanted.items() if key in configured and configured[key] != value}


class Listening:
    """One round of the card."""

    def __init__(self, kind: str) -> None:
        self._hosts = {"wedge": tuple(LAYOUTS), "evdev": ("us",)}.get(kind, ())
        self._strokes: list[Stroke] = []
        self._cutting = Bursts()
        self._alone = ""
        self._ended = False
        self._diagnosis = diagnose(CARD, ())

    async def listen(self, strokes: AsyncIterator[Stroke]) -> Diagnosis:
        """Until all codes have come at least once, a person has typed one of `ENOUGH`, or there is no more."""
        waiting: asyncio.Queue[Stroke | None] = asyncio.Queue()
        reading = asyncio.create_task(_read(strokes, waiting))
        try:
            while not (self._ended or all(tried.whole for tried in self._diagnosis.tried)):
                for burst in await self._next(waiting):
                    await self._answer(burst)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        return self._diagnosis

    async def _next(self, waiting: asyncio.Queue[Stroke | None]) -> tuple[Burst, ...]:
        """The bursts that are over by now."""
        try:
            stroke = await asyncio.wait_for(waiting.get(), NEXT_CODE_S)
        except TimeoutError:
            self._ended = self._alone in ENOUGH
            self._alone = ""
            return self._cutting.quiet(asyncio.get_running_loop().time())
        if stroke is None:
            self._ended = True
            return self._cutting.finish()
        self._strokes.append(stroke)
        self._alone += stroke.char
        return self._cutting.add(stroke)

    async def _answer(self, burst: Burst) -> None:
        """Say what this code was. In a thread: the next one may be on its way, and its times matter."""
        before = {tried.code.number: len(tried.whole) for tried in self._diagnosis.tried}
        self._diagnosis = await asyncio.to_thread(diagnose, CARD, tuple(self._strokes), self._hosts)
        news = [tried for tried in self._diagnosis.tried if len(tried.whole) > before[tried.code.number]]
        for tried in news:
            word = "read" if tried.whole[-1] else "read with mistakes"
            _say(f"{tried.code.number:>3} {tried.code.symbology}: {word}")
        if not news:
            _say(f"    {len(burst.strokes)} characters that are not of the card")


async def _read(strokes: AsyncIterator[Stroke], waiting: asyncio.Queue[Stroke | None]) -> None:
    try:
        async for stroke in strokes:
            waiting.put_nowait(stroke)
    finally:
        waiting.put_nowait(None)


def _say(line: str) -> None:
    """Progress goes to standard error; standard output is for what was found."""
    click.echo(line, err=True)
