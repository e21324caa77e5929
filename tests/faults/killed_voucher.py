"""`kiosk voucher redeem` in processes that are cut off, by SIGKILL, at the step that each is told.

    python -m tests.faults.killed_voucher

Reads one JSON object a line: `step`, `words`, `env`, `out` (a file for what it prints). Each is a process of its own,
forked when everything is imported. A step is behind each write, of the journal and at the office: what is only read
changes nothing. Step 0 lives on. Answers with its exit status and the steps that it took.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import kiosk.cli.voucher_redeem  # noqa: F401 (before the fork)
from kiosk.cli import main
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.vista.office import VistaOffice

WRITES = ("create_order", "add_voucher", "remove_voucher", "set_showtime", "extend", "delete_order", "complete")


class Fuse:
    """Blows at the nth step."""

    def __init__(self) -> None:
        self.at, self.steps = 0, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def put_behind(self, kind: type, name: str) -> None:
        work: Callable[..., Any] = getattr(kind, name)

        async def fused(*args: Any, **named: Any) -> Any:
            result = await work(*args, **named)
            self.step()
            return result

        setattr(kind, name, fused)


def live(fuse: Fuse, told: dict[str, Any]) -> NoReturn:
    os.environ.update(told["env"])
    out = os.open(told["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    fuse.at = told["step"]
    status: Any = 70
    try:
        main(told["words"])
    except SystemExit as ended:
        status = ended.code
    Path(told["out"]).with_suffix(".steps").write_text(str(fuse.steps))
    sys.stdout.flush()
    os._exit(int(status or 0))


def serve() -> None:
    fuse = Fuse()
    fuse.put_behind(SqliteJournal, "append")
    for name in WRITES:
        fuse.put_behind(VistaOffice, name)
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if not child:
            live(fuse, told)
        _, status = os.waitpid(child, 0)
        steps = Path(told["out"]).with_suffix(".steps")
        taken = int(steps.read_text()) if steps.exists() else None
        sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(status), "steps": taken}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
