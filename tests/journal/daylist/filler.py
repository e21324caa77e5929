"""A process that fills a list page by page until it is killed, or whose disk is full for a while.

`python -m tests.journal.daylist.filler JOURNAL fill`: prints the number of each page once it is on the list.
`python -m tests.journal.daylist.filler JOURNAL full`: prints, as JSON, what became of pages before, during and after.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.domain.listing import BookingsPage
from kiosk.journal.daylist import SqliteDayList, daylist_path
from tests.fakes import NOON
from tests.listings import RIVER, TODAY, a_page, listed

SIZE = 20
PAGES = 1_000_000


def page(number: int) -> BookingsPage:
    return a_page(*(listed(f"p{number}n{place}") for place in range(SIZE)), pages=PAGES)


async def fill(day_list: SqliteDayList) -> None:
    number = await day_list.begin(RIVER, TODAY, NOON)
    while True:
        await day_list.put_page(RIVER, TODAY, number, page(number))
        print(number, flush=True)  # noqa: T201
        number += 1


async def fill_a_disk(day_list: SqliteDayList, path: Path) -> None:
    await day_list.begin(RIVER, TODAY, NOON)
    await day_list.put_page(RIVER, TODAY, 1, page(1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = daylist_path(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.with_name(log.name + "-wal").stat().st_size + 100, limits[1]))
    errors = []
    for _ in range(3):
        try:
            await day_list.put_page(RIVER, TODAY, 2, page(2))
        except JournalError as error:
            errors.append(str(error))
    during = [len((await day_list.find(f"code-p{number}n0")).bookings) for number in (1, 2)]
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    next_page = await day_list.begin(RIVER, TODAY, NOON)
    await day_list.put_page(RIVER, TODAY, next_page, page(next_page))
    after = [len((await day_list.find(f"code-p{number}n0")).bookings) for number in (1, 2)]
    print(json.dumps({"errors": errors, "during": during, "next_page": next_page, "after": after}))  # noqa: T201


async def main(path: Path, what: str) -> None:
    day_list = await SqliteDayList.open(path, (RIVER,))
    await (fill(day_list) if what == "fill" else fill_a_disk(day_list, path))
    await day_list.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
