"""The engine that may be running: asked over its socket, as any screen would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import LinkError, NoEngine
from kiosk.domain.events import Status
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.link.client import EngineLink

WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking. `status` is None where no engine runs, or where it does not answer."""

    finding: Finding
    status: Status | None = None


async def ask(socket: Path, within_s: float = WITHIN_S) -> Asked:
    """Where things stand, by the engine's own word."""
    try:
        link = await EngineLink.join(socket, "doctor", within_s=within_s)
    except NoEngine:
        return Asked(_engine(Standing.OK, "none runs: its parts were tried one by one"))
    except LinkError as error:
        return Asked(_engine(Standing.FAILED, str(error), "stop it and start it again; call the helpline"))
    try:
        status = await _status(link, within_s)
    finally:
        await link.close()
    if status is None:
        what = "it runs, and does not say where things stand"
        return Asked(_engine(Standing.FAILED, what, "stop it and start it again; call the helpline"))
    what = f"runs, {', '.join(status.lanes)}, {status.owed} owed, {status.parked} parked"
    if status.notices:
        return Asked(_engine(Standing.NOTE, f"{what}; {'; '.join(status.notices)}"), status)
    return Asked(_engine(Standing.OK, what), status)


async def _status(link: EngineLink, within_s: float) -> Status | None:
    try:
        async with asyncio.timeout(within_s):
            async for event in link.events():
                if isinstance(event, Status):
                    return event
    except TimeoutError:
        pass
    return None


def _engine(standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.ENGINE, "", standing, what, advice)
