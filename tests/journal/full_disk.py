"""A process whose files may not grow any more for a while, as on a full disk.

`python -m tests.journal.full_disk JOURNAL`: prints what became of the appends before, during and after, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import FakeClock
from tests.journal.samples import intended


async def main(path: Path) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    await journal.append(intended("before", "CODE-BEFORE"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 100, limits[1]))
    errors = []
    for n in range(3):
        try:
            await journal.append(intended(f"during{n}", f"CODE-{n}"))
        except JournalError as error:
            errors.append(str(error))
    readable = [attempt.id for attempt in await journal.attempts_of("CODE-BEFORE")]
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    await journal.append(intended("after", "CODE-AFTER"))
    kept = [attempt.id for attempt in await journal.open_attempts()]
    await journal.close()
    print(json.dumps({"errors": errors, "readable": readable, "kept": kept}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
