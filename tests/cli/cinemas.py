"""A configured voucher desk in a folder, on a pretend cinema, and `kiosk voucher` run on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.sandbox import Rules, Sandbox
from tests.cli.gates import GateFiles, gate_files

OFFICE = """
[vista]
base_url = "{base_url}"
auth_url = "{auth_url}"
username_env = "CINEMA_USER"
password_env = "CINEMA_PASSWORD"
site_id = "0002"
timeout_s = 20.0
[vista.vouchers]
surcharge = "{surcharge}"
"""
EVENING = "0002-2681"
ADULT, PREMIUM = "0002-0050", "0002-0051"


@dataclass(frozen=True)
class Desk:
    """A desk's files, and the cinema that it is for."""

    sandbox: Sandbox
    files: GateFiles

    def code(self, sample: str) -> str:
        return self.sandbox.vista.samples[sample].code

    def redeemed(self, sample: str) -> int:
        return self.sandbox.vista.redeemed(self.code(sample))

    @property
    def is_clean(self) -> bool:
        """Nothing is left in progress at the office."""
        return not self.sandbox.vista.open_orders and not self.sandbox.vista.held_seats

    async def kiosk(self, *words: str, answers: str = "") -> Result:
        """The command, in a thread: the cinema answers on this one. `answers`: lines typed by staff."""
        runner = CliRunner(env=dict(self.files.env))
        return await asyncio.to_thread(runner.invoke, main, ["voucher", *words], input=answers)

    async def redeem(self, *samples: str, more: tuple[str, ...] = (), answers: str = "") -> Result:
        """Redeem samples by their names for the first showtime."""
        codes = [self.code(sample) for sample in samples]
        return await self.kiosk("redeem", *codes, "--showtime", EVENING, *more, answers=answers)


def told(result: Result) -> dict[str, Any]:
    """The one JSON object on standard output."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@asynccontextmanager
async def open_desk(
    folder: Path, *, surcharge: str = "send_to_till", rules: Rules | None = None
) -> AsyncIterator[Desk]:
    async with Sandbox(rules=rules or Rules(pending_s=0.0)) as sandbox:
        vista = sandbox.vista
        more = OFFICE.format(base_url=vista.base_url, auth_url=vista.auth_url, surcharge=surcharge)
        files = gate_files(folder, more=more)
        files.env.update(CINEMA_USER=vista.username, CINEMA_PASSWORD=vista.password)
        yield Desk(sandbox, files)
