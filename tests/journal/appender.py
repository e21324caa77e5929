"""A process that appends attempts and says which of them are durable, until it is killed.

`python -m tests.journal.appender JOURNAL PREFIX`: prints one attempt's name per line, after its append has returned.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import FakeClock
from tests.journal.samples import admission

LANES = 3


async def append_for_ever(path: Path, prefix: str) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    await asyncio.gather(*(_lane(journal, f"{prefix}-{lane}") for lane in range(LANES)))


async def _lane(journal: SqliteJournal, name: str) -> None:
    for n in count():
        attempt = f"{name}-{n}"
        await journal.append(*admission(attempt, f"CODE-{attempt}"))
        sys.stdout.write(attempt + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(append_for_ever(Path(sys.argv[1]), sys.argv[2]))
