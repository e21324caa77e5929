"""The doors-open test: the calibration card goes all the way that a ticket goes, but for the redemption.

The card is played before the decoder, or held before a real scanner. What it says is looked up at the real office,
which must not know it. Lamps and loudspeaker then show an admission; the turnstile stays shut.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from kiosk.config import Octo, Settings, Source
from kiosk.desks.gate import GateDesk, Served, Visit
from kiosk.device.signals.turnstile import Turnstile
from kiosk.domain.calibration.card import CARD
from kiosk.domain.code import Code, read_code
from kiosk.domain.errors import ConfigError, LinkError, SignalError, SourceError
from kiosk.domain.events import Decided, SourceStatus
from kiosk.domain.gate import Policy
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.domain.signalling import ADMITTED
from kiosk.domain.verdict import Admit, Choose, Reason, Refuse, Undecided
from kiosk.journal.memory import MemoryJournal
from kiosk.link.client import EngineLink
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import BarcodeSource, Clock, Signal
from kiosk.station.gate import new_id
from kiosk.station.signals import devices
from kiosk.station.sources import build

PLAYED_WITHIN_S = 20.0
HELD_WITHIN_S = 60.0

_TEXTS = frozenset(code.text for code in CARD)
_MASKED = frozenset(Code(code.text).masked for code in CARD)

Say = Callable[[str], None]


async def played(settings: Settings, clock: Clock) -> list[Finding]:
    """The card before the decoder, then its code at the office. An engine that runs is left alone."""
    from kiosk.sources.camera import CameraSource
    from kiosk.sources.card import code_picture
    from kiosk.sources.replay import PlayedTickets

    source = CameraSource("the decoder", grabber=PlayedTickets([code_picture(CARD[0])]), preview_wanted=lambda: False)
    return await _read_and_asked(source, settings, clock, PLAYED_WITHIN_S)


async def held(source: Source, settings: Settings, clock: Clock, say: Say) -> list[Finding]:
    """The card held before a configured scanner, where no engine has it."""
    if source.kind == "wedge":
        what = "a scanner that types is read by the screen"
        return [_failed(what, "start `kiosk run`, and beside it this test again")]
    built = build(source)
    assert built is not None  # noqa: S101 (only a wedge has none)
    return await _read_and_asked(built, settings, clock, HELD_WITHIN_S, lambda: say(_please(source.name)))


async def held_before_engine(source: str, socket: Path, say: Say) -> list[Finding]:
    """The card held before a scanner of the engine that runs: its own verdict is the answer."""
    say(_please(source))
    began = time.monotonic()
    try:
        link = await EngineLink.join(socket, "doctor")
    except LinkError as error:
        return [_failed(str(error), "start it again")]
    try:
        async with asyncio.timeout(HELD_WITHIN_S):
            async for event in link.events():
                if isinstance(event, Decided) and event.source == source and _is_card(event.code):
                    read_s = time.monotonic() - began
                    return [_ok(f"read by {source} after {read_s:.1f} s"), _said(Served(event.verdict))]
    except TimeoutError:
        pass
    finally:
        await link.close()
    return [_failed(f"{source} has not read the card", "`kiosk calibrate` says why")]


def shown(settings: Settings) -> list[Finding]:
    """An admission on loudspeaker and lamps, for staff to hear and see. The turnstile is not touched."""
    return [_shown(signal) for signal in devices(settings) if not isinstance(signal, Turnstile)]


def _shown(device: Signal) -> Finding:
    try:
        device.open()
        device.show(ADMITTED, _wait)
        return Finding(Part.DOORS_OPEN, device.name, Standing.OK, "an admission was shown: did you notice it?")
    except SignalError as error:
        return Finding(Part.DOORS_OPEN, device.name, Standing.NOTE, str(error))
    finally:
        device.close()


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return True


async def _read_and_asked(
    source: BarcodeSource,
    settings: Settings,
    clock: Clock,
    within_s: float,
    on_open: Callable[[], None] = lambda: None,
) -> list[Finding]:
    began = time.monotonic()
    try:
        async with asyncio.timeout(within_s):
            code = await _read(source, on_open)
    except TimeoutError:
        code = None
    except SourceError as error:
        return [_failed(f"{source.name}: {error.what}", error.advice or "mend the scanner")]
    if code is None:
        return [_failed(f"{source.name} has not read the card", "`kiosk calibrate` says why")]
    read = _ok(f"read by {source.name} after {time.monotonic() - began:.1f} s")
    return [read, *([] if settings.octo is None else [await _asked(code, settings.octo, clock)])]


async def _read(source: BarcodeSource, on_open: Callable[[], None]) -> Code | None:
    """The first code of the card; None where the source ends before."""
    try:
        async with aclosing(_scans(source, on_open)) as texts:
            async for text in texts:
                if text in _TEXTS:
                    return read_code(text)
        return None
    finally:
        await source.close()


async def _scans(source: BarcodeSource, on_open: Callable[[], None]) -> AsyncGenerator[str, None]:
    def on_status(status: SourceStatus) -> None:
        if status.up:
            on_open()

    async for scan in source.scans(on_status, lambda preview: None):
        yield scan.text


def _please(source: str) -> str:
    return f"Hold the calibration card before {source} within {HELD_WITHIN_S:.0f} seconds."


async def _asked(code: Code, octo: Octo, clock: Clock) -> Finding:
    """What the gate's own desk says of it, looked at only: nothing is redeemed and nothing written."""
    try:
        keys = [SupplierKey(supplier.name, supplier.api_key()) for supplier in octo.suppliers]
    except ConfigError as error:
        return _failed(f"the office was not asked: {error.problems[0]}", "put the key in its place")
    office = OctoOffice(octo.base_url, keys, clock=clock, env=octo.env, use_credentials=octo.credentials)
    try:
        desk = GateDesk(office, MemoryJournal(clock=clock), clock, Policy(), octo.timeout_s, new_id)
        return _said(await desk.look(Visit(new_id(), "doors-open", "doctor", code)))
    finally:
        await office.aclose()


def _said(served: Served) -> Finding:
    took = f" in {served.office_s * 1000:.0f} ms" if served.office_s else ""
    match served.verdict:
        case Refuse(reason=Reason.NOT_FOUND):
            return _ok(f"the office does not know it{took}, as it should be")
        case Undecided(doubt=doubt):
            return _failed(f"the office could not say: {doubt}", "look at the office's line above")
        case Refuse(reason=reason):
            return _failed(f"the office was asked, and the gate says {reason}", "look at the configuration")
        case Admit() | Choose():
            return _failed("the office takes the card for a ticket", "call the office: no such code may be sold")


def _is_card(code: Code | None) -> bool:
    return code is not None and code.text in _MASKED


def _ok(what: str) -> Finding:
    return Finding(Part.DOORS_OPEN, "card", Standing.OK, what)


def _failed(what: str, advice: str) -> Finding:
    return Finding(Part.DOORS_OPEN, "card", Standing.FAILED, what, advice)
