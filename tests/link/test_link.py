"""Server and client over real sockets: whatever one viewer does, the engine and the others do not notice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.errors import LinkError
from kiosk.domain.events import (
    ChooseBookings,
    Command,
    Decided,
    Dismiss,
    Event,
    OwedChanged,
    Preview,
    Recent,
    SourceLost,
    Status,
    Stopping,
    Submit,
    WatchPreview,
)
from kiosk.domain.verdict import Admit
from kiosk.link import server, viewer
from kiosk.link.client import EngineLink
from kiosk.link.server import LinkServer
from kiosk.link.wire import LINK_VERSION, encode, encode_hello
from kiosk.ports import Asker

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
PICTURE = Preview(NOW, "camera", 2, 1, b"\x00\xff")
BOOKING = Booking("X749G9", product="London River Cruise Return", units=(UnitItem("a", "Adult"),))


def decided(number: int) -> Decided:
    return Decided(NOW, str(number), "Gate A", "wedge", Code("ABCDEF"), Admit((BOOKING,)))


@dataclass
class Engine:
    """An engine without a gate: remembers what was asked of it."""

    link: LinkServer
    commands: list[Command] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    total: int = 0

    def greeting(self, asker: Asker) -> Iterable[Event]:
        return Status(NOW, ("Gate A",), "redeem", owed=self.total), Recent(NOW)

    async def on_command(self, command: Command, asker: Asker) -> None:
        self.commands.append(command)
        self.heard.set()
        if command == Submit("bomb"):
            raise RuntimeError("a bug")

    async def until_commands(self, count: int) -> list[Command]:
        while len(self.commands) < count:
            self.heard.clear()
            await self.heard.wait()
        return self.commands


@asynccontextmanager
async def running(place: Path, **options: Any) -> AsyncIterator[Engine]:
    """An engine that listens. A link that hangs fails its test."""
    async with asyncio.timeout(90), LinkServer(place, **options) as link:
        engine = Engine(link)
        await link.let_in(engine.greeting, engine.on_command)
        yield engine


class Listener:
    """Hears all that a link tells, at its own pace."""

    def __init__(self, link: EngineLink) -> None:
        self.link = link
        self.heard: list[Event] = []
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for event in self.link.events():
            self.heard.append(event)
            self._news.set()

    async def until(self, count: int) -> list[Event]:
        while len(self.heard) < count:
            self._news.clear()
            await self._news.wait()
        return self.heard

    async def leave(self) -> None:
        await self.link.close()
        await self._task


async def tell_many(engine: Engine, count: int, *listeners: Listener) -> None:
    """Verdicts numbered from 0, in bursts, as fast as the listeners hear them."""
    for number in range(count):
        engine.link.tell(decided(number))
        if number % 100 == 99:
            for listener in listeners:
                await listener.until(GREETING + number + 1)


GREETING = 2
"""Events that a viewer hears on joining."""


async def hear(link: EngineLink, count: int) -> list[Event]:
    heard: list[Event] = []
    async for event in link.events():
        heard.append(event)
        if len(heard) == count:
            break
    return heard


@dataclass
class Raw:
    """A viewer that says and hears bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def join(cls, place: Path, hello: str | None = None) -> Raw:
        raw = cls(*await asyncio.open_unix_connection(place, limit=1 << 22))
        if hello is not None:
            raw.say(hello.encode())
        return raw

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\n")

    async def hear(self) -> dict[str, Any]:
        line = json.loads(await self.reader.readline())
        assert isinstance(line, dict)
        return line

    async def hear_until(self, is_last: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        lines = [await self.hear()]
        while not is_last(lines[-1]):
            lines.append(await self.hear())
        return lines

    def stop_reading(self) -> None:
        assert isinstance(self.writer.transport, asyncio.Transport)
        self.writer.transport.pause_reading()

    def read_again(self) -> None:
        assert isinstance(self.writer.transport, asyncio.Transport)
        self.writer.transport.resume_reading()

    async def leave(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


# ── telling ─────────────────────────────────────────────────────────────────────────────────────────


async def test_who_joins_is_told_first_where_things_stand_and_then_what_happens(place: Path) -> None:
    async with running(place) as engine:
        link = await EngineLink.join(place)
        engine.link.tell(OwedChanged(NOW, 1))
        engine.link.tell(decided(7))
        status, recent, owed, verdict = await hear(link, 4)
        assert (type(status), type(recent), owed) == (Status, Recent, OwedChanged(NOW, 1))
        assert isinstance(verdict, Decided)
        assert verdict.scan_id == "7"
        await link.close()


async def test_ten_thousand_events_reach_all_who_read_and_are_written_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Event] = []

    def counted(event: Event) -> str:
        written.append(event)
        return encode(event)

    monkeypatch.setattr(server, "encode", counted)
    async with running(place) as engine:
        listeners = [Listener(await EngineLink.join(place)) for _ in range(3)]
        await tell_many(engine, 10_000, *listeners)
        for listener in listeners:
            told = [event.scan_id for event in listener.heard if isinstance(event, Decided)]
            assert told == [str(number) for number in range(10_000)]
            await listener.leave()
        assert len(written) == 10_000


async def test_nothing_is_written_while_nobody_watches(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "encode", lambda event: pytest.fail("written for nobody"))
    async with running(place) as engine:
        engine.link.tell(decided(1))
        assert not engine.commands


async def test_an_event_too_long_for_a_line_is_left_out(place: Path) -> None:
    async with running(place) as engine:
        link = await EngineLink.join(place)
        engine.link.tell(SourceLost(NOW, "camera", "x" * (1 << 20)))
        engine.link.tell(Stopping(NOW))
        assert (await hear(link, 3))[-1] == Stopping(NOW)
        await link.close()


async def test_pictures_go_only_to_those_who_asked(place: Path) -> None:
    async with running(place) as engine:
        watching, other = await EngineLink.join(place), await EngineLink.join(place)
        assert not engine.link.preview_wanted
        await watching.send(WatchPreview(True))
        assert await engine.until_commands(1) == [WatchPreview(True)]
        assert engine.link.preview_wanted
        engine.link.tell(PICTURE)
        engine.link.tell(Stopping(NOW))
        assert (await hear(watching, 4))[2:] == [PICTURE, Stopping(NOW)]
        assert (await hear(other, 3))[2:] == [Stopping(NOW)]
        await watching.close()
        await other.close()


async def test_pictures_are_wanted_until_the_last_who_asked_has_gone(place: Path) -> None:
    async with running(place) as engine:
        first, second = await EngineLink.join(place), await EngineLink.join(place)
        await first.send(WatchPreview(True))
        await engine.until_commands(1)
        await second.send(WatchPreview(True))
        await second.send(Dismiss("1"))
        await engine.until_commands(2)
        await first.close()
        await second.send(Dismiss("2"))
        await engine.until_commands(3)
        assert engine.link.preview_wanted
        await second.close()
        commands = await engine.until_commands(4)
        assert commands == [WatchPreview(True), Dismiss("1"), Dismiss("2"), WatchPreview(False)]


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


async def test_commands_arrive_in_their_order(place: Path) -> None:
    async with running(place) as engine:
        link = await EngineLink.join(place)
        asked: list[Command] = [Submit(f"CODE-{number}", "Gate A") for number in range(500)]
        asked += [ChooseBookings("7", (0, 2)), Dismiss("7")]
        for command in asked:
            await link.send(command)
        assert await engine.until_commands(502) == asked
        await link.close()


async def test_what_a_viewer_asked_before_it_was_killed_is_carried_out(place: Path) -> None:
    async with running(place) as engine:
        raw = await Raw.join(place, encode_hello("screen"))
        for number in range(200):
            raw.say(json.dumps({"command": "submit", "text": str(number)}).encode())
        await raw.writer.drain()
        raw.writer.transport.abort()
        assert await engine.until_commands(200) == [Submit(str(number)) for number in range(200)]


async def test_a_bug_in_one_command_costs_that_command_only(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running(place) as engine:
        link = await EngineLink.join(place)
        await link.send(Submit("bomb"))
        await link.send(Submit("X749G9"))
        assert await engine.until_commands(2) == [Submit("bomb"), Submit("X749G9")]
        assert "action=command" in caplog.text
        await link.close()


async def test_a_line_that_is_no_command_is_answered_and_passed_over(place: Path) -> None:
    async with running(place) as engine:
        raw = await Raw.join(place, encode_hello("screen"))
        raw.say(b'{"command":"open_the_doors"}')
        raw.say(b'{"command":"dismiss","scan_id":"7"}')
        lines = await raw.hear_until(lambda line: line.get("event") == "ignored")
        assert lines[-1]["message"] == "a command that this version does not know"
        assert await engine.until_commands(1) == [Dismiss("7")]
        await raw.leave()


# ── slow, stuck, hostile, dead ──────────────────────────────────────────────────────────────────────


async def test_a_slow_viewer_is_told_what_it_missed_and_where_things_stand(place: Path) -> None:
    async with running(place) as engine:
        slow, quick = await Raw.join(place, encode_hello("slow")), Listener(await EngineLink.join(place))
        await slow.reader.readuntil(b"recent")
        slow.stop_reading()
        await tell_many(engine, 10_000, quick)
        engine.total = 77

        slow.read_again()
        await slow.reader.readline()
        lines = await slow.hear_until(lambda line: line.get("event") == "recent")
        numbers = [int(line["scan_id"]) for line in lines if line["event"] == "verdict"]
        (missed,) = [line["count"] for line in lines if line["event"] == "dropped"]
        assert missed > 5_000
        assert len(numbers) + missed == 10_000
        assert numbers == sorted(numbers)
        assert numbers[-1] == 9_999
        assert [line["event"] for line in lines[-2:]] == ["status", "recent"]
        assert lines[-2]["owed"] == 77
        await slow.leave()
        await quick.leave()


async def test_a_viewer_that_does_not_read_is_cut_off(place: Path) -> None:
    async with running(place, patience_s=0.05) as engine:
        stuck, other = await Raw.join(place, encode_hello("stuck")), Listener(await EngineLink.join(place))
        await stuck.hear()
        stuck.stop_reading()
        await tell_many(engine, 2_000, other)
        for one in tuple(engine.link._viewers):
            if one.name == "stuck":
                await one.gone.wait()
        assert [one.name for one in engine.link._viewers] == ["screen"]
        await stuck.leave()
        await other.leave()


WATCH = """
import asyncio, sys
from pathlib import Path
from kiosk.link.client import EngineLink

async def watch():
    link = await EngineLink.join(Path(sys.argv[1]), "watcher")
    print("joined", flush=True)
    async for event in link.events():
        pass

asyncio.run(watch())
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_viewer_killed_or_stopped_changes_nothing(place: Path, blow: signal.Signals) -> None:
    async with running(place) as engine:
        quick = Listener(await EngineLink.join(place))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WATCH, str(place), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"joined\n"
        engine.link.tell(decided(-1))
        process.send_signal(blow)
        await tell_many(engine, 3_000, quick)
        assert len(await quick.until(GREETING + 3_001)) == GREETING + 3_001
        if blow is signal.SIGSTOP:
            process.kill()
        await process.wait()
        await quick.leave()


async def test_whatever_bytes_a_viewer_sends_the_others_are_served(place: Path) -> None:
    chance = random.Random(7)
    async with running(place) as engine:
        link = await EngineLink.join(place)
        for number in range(40):
            raw = await Raw.join(place, encode_hello("hostile") if number % 2 else None)
            raw.writer.write(chance.randbytes(chance.randrange(5_000)).replace(b"\n\n", b"\n"))
            await asyncio.sleep(0)
            raw.writer.transport.abort()
        raw = await Raw.join(place, encode_hello("endless"))
        raw.writer.write(b"x" * (1 << 20) + b"x" * 10)
        while await raw.reader.read(1 << 16):
            pass
        await raw.leave()
        engine.link.tell(decided(7))
        assert [e.scan_id for e in await hear(link, 3) if isinstance(e, Decided)] == ["7"]
        assert engine.commands == []
        await link.close()


# ── who is let in ───────────────────────────────────────────────────────────────────────────────────


async def test_a_screen_of_another_version_is_refused_in_words(place: Path) -> None:
    async with running(place):
        raw = await Raw.join(place, json.dumps({"hello": "kiosk", "version": LINK_VERSION + 1, "program": "9.9"}))
        assert "different versions" in (await raw.hear())["refused"]
        assert await raw.reader.read() == b""
        await raw.leave()


@asynccontextmanager
async def _answering(place: Path, answer: bytes) -> AsyncIterator[None]:
    parted = asyncio.Event()

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        parted.set()

    async with await asyncio.start_unix_server(answered, place):
        yield
        await parted.wait()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b'{"hello":"kiosk","version":99}\n', "different versions"),
        (b'{"hello":"kiosk","version":1,"refused":"too many screens\\u001b[2J"}\n', r"too many screens·\[2J"),
        (b"SSH-2.0-OpenSSH_9.2\n", "not a kiosk"),
        (b"", "does not answer"),
    ],
)
async def test_a_screen_that_is_not_let_in_learns_why(place: Path, answer: bytes, words: str) -> None:
    async with _answering(place, answer):
        with pytest.raises(LinkError, match=words):
            await EngineLink.join(place, within_s=0.2)


async def test_no_engine_is_told_in_words(place: Path) -> None:
    with pytest.raises(LinkError, match="no engine runs"):
        await EngineLink.join(place)
    async with LinkServer(place):
        with pytest.raises(LinkError, match="no engine runs"):
            await EngineLink.join(place)


async def test_another_users_process_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(place):
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        with pytest.raises(LinkError, match="another user"):
            await EngineLink.join(place)


async def test_who_says_nothing_is_sent_away(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "HELLO_WITHIN_S", 0.01)
    async with running(place):
        raw = await Raw.join(place)
        assert await raw.reader.read() == b""
        await raw.leave()


async def test_no_more_screens_than_an_engine_can_bear(place: Path) -> None:
    async with running(place) as engine:
        links = [await EngineLink.join(place) for _ in range(server.MOST_VIEWERS)]
        with pytest.raises(LinkError, match="too many screens"):
            await EngineLink.join(place)
        viewers = tuple(engine.link._viewers)
        for link in links:
            await link.close()
        for one in viewers:
            await one.gone.wait()
        again = await EngineLink.join(place)
        await again.close()


# ── the end ─────────────────────────────────────────────────────────────────────────────────────────


async def test_the_last_words_are_heard_before_the_end(place: Path) -> None:
    async with running(place) as engine:
        link = await EngineLink.join(place)
        engine.link.tell(Stopping(NOW))
    assert os.listdir(place.parent) == ["gate.sock.lock"]
    assert [type(event) for event in await hear(link, 99)] == [Status, Recent, Stopping]
    with pytest.raises(LinkError, match="has gone"):
        await link.send(Submit("X749G9"))
    await link.close()


async def test_a_stuck_viewer_does_not_hold_up_the_end(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PARTING_S", 0.05)
    async with running(place) as engine:
        stuck = await Raw.join(place, encode_hello("stuck"))
        await stuck.hear()
        stuck.stop_reading()
        for number in range(2_000):
            engine.link.tell(decided(number))
    assert not engine.link._viewers
    await stuck.leave()
