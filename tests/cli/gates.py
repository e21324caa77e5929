"""A configured gate in a folder, and the kiosk's commands run on it as processes of their own."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

from kiosk.sandbox import Sandbox

OFFICE = """
[octo]
base_url = "{base_url}"
timeout_s = 2.0
"""
SUPPLIER = """
[[octo.suppliers]]
name = "{name}"
api_key_env = "GATE_KEY_{number}"
"""


@dataclass(frozen=True)
class GateFiles:
    """Where a gate's configuration is, and the environment that its commands need."""

    folder: Path
    env: dict[str, str]

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def journal(self) -> Path:
        return self.folder / "state" / "journal.sqlite3"

    async def run(self, *words: str, stdin: int | None = PIPE) -> Process:
        command = [sys.executable, "-m", "kiosk", *words]
        return await asyncio.create_subprocess_exec(*command, stdin=stdin, stdout=PIPE, stderr=PIPE, env=self.env)


def gate_files(folder: Path, sandbox: Sandbox | None = None, *, base_url: str = "", more: str = "") -> GateFiles:
    """Write a configuration; with a sandbox, or another address, for an office."""
    text, env = more, {key: value for key, value in os.environ.items() if not key.startswith("KIOSK_")}
    if sandbox is not None:
        text += OFFICE.format(base_url=base_url or sandbox.base_url)
        for number, (name, key) in enumerate(sandbox.keys.items()):
            text += SUPPLIER.format(name=name, number=number)
            env[f"GATE_KEY_{number}"] = key
    made = GateFiles(
        folder, {**env, "KIOSK_STATE_DIR": str(folder / "state"), "KIOSK_CONFIG": str(folder / "kiosk.toml")}
    )
    made.config.write_text(text)
    return made
