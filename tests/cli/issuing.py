"""A configured box office in a folder, on a pretend platform, and `kiosk issue` run on it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.journal.jobs import JobFolder, JobFolders
from kiosk.sandbox import IssuingRules, Sandbox
from tests.cli.gates import GateFiles, gate_files

OFFICE = """
[vista]
base_url = "{base_url}"
auth_url = "{base_url}/auth"
username_env = "CINEMA_USER"
password_env = "CINEMA_PASSWORD"
site_id = "0002"
timeout_s = 5.0
[vista.management]
base_url = "{issuing_url}"
identity_url = "{identity_url}"
client_id_env = "ISSUER_ID"
client_secret_env = "ISSUER_SECRET"
api_key_env = "ISSUER_KEY"
tenant = "{tenant}"
"""


@dataclass(frozen=True)
class BoxOffice:
    """A box office's files, and the platform that it issues at."""

    sandbox: Sandbox
    files: GateFiles

    @property
    def jobs(self) -> tuple[JobFolder, ...]:
        return JobFolders(self.files.folder / "state" / "issuing").all()

    @property
    def report(self) -> Path:
        return self.files.folder / "report.csv"

    def recipients(self, people: Sequence[str], name: str = "list.csv") -> Path:
        path = self.files.folder / name
        path.write_text("\n".join(["email", *people, ""]))
        return path

    def words(self, people: int, *more: str) -> list[str]:
        """A distribution of one voucher each to so many people."""
        listed = self.recipients([f"guest{number}@x.example" for number in range(people)])
        item = str(self.sandbox.integration.item)
        return ["distribute", "email", "--reference", "SPRING", "--item", item, "--recipients", str(listed),
                "--report", str(self.report), *more]  # fmt: skip

    async def issue(self, *words: str, stdin: str | bytes | None = None) -> Result:
        """The command, in a thread: the platform answers on this one."""
        runner = CliRunner(env=dict(self.files.env))
        return await asyncio.to_thread(runner.invoke, main, ["issue", *words], input=stdin)

    def rows(self, path: Path | None = None) -> list[dict[str, str]]:
        text = (path or self.report).read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def told(result: Result) -> dict[str, Any]:
    """The one JSON object on standard output."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@asynccontextmanager
async def open_box_office(folder: Path, rules: IssuingRules | None = None) -> AsyncIterator[BoxOffice]:
    async with Sandbox(issuing_rules=rules or IssuingRules(0.0, 0.0)) as sandbox:
        place = sandbox.integration
        more = OFFICE.format(
            base_url=sandbox.vista.base_url,
            issuing_url=place.base_url,
            identity_url=place.identity_url,
            tenant=place.tenant,
        )
        files = gate_files(folder, more=more)
        files.env.update(ISSUER_ID=place.client_id, ISSUER_SECRET=place.client_secret, ISSUER_KEY=place.api_key)
        yield BoxOffice(sandbox, files)
