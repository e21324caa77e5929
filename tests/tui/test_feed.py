"""Following an engine: it goes, it comes back, and nothing is kept for it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Dismiss, Event, Recent, Submit
from kiosk.tui.feed import LONGEST_WAIT_S, Feed, Link
from tests.tui.given import NOW, FakeLink, admitted, status


class Watcher:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.events: list[Event] = []
        self.lost: list[Command] = []

    def told(self, event: Event) -> None:
        self.events.append(event)

    def engine_came(self) -> None:
        self.log.append("came")

    def engine_went(self, why: str) -> None:
        self.log.append(f"went {why}".strip())

    def not_sent(self, command: Command) -> None:
        self.lost.append(command)


class Waits:
    """Sleeping that takes no time and is remembered."""

    def __init__(self) -> None:
        self.s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.s.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def following(join: Callable[[], Awaitable[Link]], watcher: Watcher, waits: Waits) -> AsyncIterator[Feed]:
    feed = Feed(join, watcher, waits)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def turns(many: int = 30) -> None:
    for _ in range(many):
        await asyncio.sleep(0)


def joining(*links: FakeLink | LinkError) -> Callable[[], Awaitable[Link]]:
    """Each join gives the next of these; then there is no engine any more."""
    waiting = list(links)

    async def join() -> Link:
        link = waiting.pop(0) if waiting else LinkError("no engine runs there")
        if isinstance(link, LinkError):
            raise link
        return link

    return join


async def test_events_arrive_in_order() -> None:
    watcher, link = Watcher(), FakeLink(status(), Recent(NOW), admitted())
    async with following(joining(link), watcher, Waits()):
        await turns()
    assert watcher.events == [status(), Recent(NOW), admitted()]
    assert watcher.log == ["came"]
    assert link.is_closed


async def test_commands_are_sent_in_order() -> None:
    link = FakeLink()
    commands: list[Command] = [Submit(f"code {n}") for n in range(50)]
    async with following(joining(link), Watcher(), Waits()) as feed:
        await turns()
        for command in commands:
            feed.send(command)
        await turns(200)
    assert link.commands == commands


async def test_it_joins_again_by_itself_waiting_longer_each_time() -> None:
    watcher, waits = Watcher(), Waits()
    away = [LinkError("no engine runs there") for _ in range(6)]
    async with following(joining(*away, FakeLink()), watcher, waits):
        await turns(60)
    assert watcher.log == ["went no engine runs there"] * 6 + ["came"]
    assert waits.s == [0.2, 0.4, 0.8, 1.6, LONGEST_WAIT_S, LONGEST_WAIT_S]


async def test_an_engine_that_goes_is_told_and_its_link_closed() -> None:
    watcher, first, second = Watcher(), FakeLink(), FakeLink(status(owed=1))
    async with following(joining(first, second), watcher, Waits()):
        await turns()
        first.go_away()
        await turns()
    assert watcher.log == ["came", "went", "came"]
    assert first.is_closed
    assert watcher.events[-1] == status(owed=1)


async def test_nothing_is_kept_for_an_engine_that_is_away() -> None:
    watcher, link = Watcher(), FakeLink()
    async with following(joining(), watcher, Waits()) as feed:
        await turns()
        feed.send(Submit("X749G9"))
        await turns()
    assert watcher.lost == [Submit("X749G9")]
    assert link.commands == []


async def test_a_command_that_fails_on_the_way_is_told() -> None:
    watcher, link = Watcher(), FakeLink()
    async with following(joining(link), watcher, Waits()) as feed:
        await turns()
        link.refuses = True
        feed.send(Submit("X749G9"))
        feed.send(Dismiss("scan-1"))
        await turns()
    assert watcher.lost == [Submit("X749G9"), Dismiss("scan-1")]


async def test_commands_that_were_still_waiting_when_it_went_are_told() -> None:
    watcher, link = Watcher(), SlowLink()
    async with following(joining(link), watcher, Waits()) as feed:
        await turns()
        feed.send(Submit("first"))
        feed.send(Submit("second"))
        await turns()
        link.go_away()
        await turns()
    assert Submit("second") in watcher.lost


class SlowLink(FakeLink):
    """An engine that takes no command."""

    async def send(self, command: Command) -> None:
        await asyncio.Event().wait()
