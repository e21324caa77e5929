"""Keeps a gate running: its engine and its screen, each started again when it dies unasked.

Neither can take the other along: the engine has a session of its own, the terminal belongs to the screen alone. When
the screen is closed in order, the engine is told to stop, and finishes what is under way.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kiosk.device import service_manager
from kiosk.device.service_manager import ServiceManager
from kiosk.domain.code import show_hostile
from kiosk.domain.errors import KioskError, LinkError
from kiosk.domain.out_of_order import Fault
from kiosk.link.claim import claimed
from kiosk.link.client import EngineLink
from kiosk.link.fault_words import on_a_terminal
from kiosk.tty import ASKED_TO_SWITCH, Tty

log = logging.getLogger(__name__)

SHORTEST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
STEADY_AFTER_S = 30.0
"""Who has lived this long is started again at once when it dies."""

UP_WITHIN_S = 30.0
"""How long an engine may take until it serves."""

DRAINED_WITHIN_S = 60.0
"""How long an engine may take to finish. What it then still had to do, its record says when it starts again."""

CLOSED_WITHIN_S = 3.0
POLLED_S = 0.02
WRONG_USAGE = 2
LEFT = 3
"""Exit status of a locked screen that somebody who may has left. Only this ends a locked gate from its keyboard."""
JOURNAL_FAILED = 4
LINES_TOLD = 20


@dataclass(frozen=True, slots=True)
class Gate:
    """The commands of a gate. `engine` None: one runs already. `output`: the file for what an engine writes raw;
    None: where this process's standard error goes, the system's log."""

    socket: Path
    screen: Sequence[str]
    engine: Sequence[str] | None = None
    output: Path | None = Path("/dev/null")
    locked: bool = False
    """No key on the terminal may end it."""


def next_wait(waited_s: float, lived_s: float) -> float:
    """How long to wait, in seconds, before what lived so long is started again, having waited so long before."""
    return SHORTEST_WAIT_S if lived_s >= STEADY_AFTER_S else min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, 2 * waited_s))


@dataclass
class Kept:
    """A child that is started again until it ends as `is_final` says, or is told to `end`."""

    name: str
    start: Callable[[], Awaitable[Process]]
    is_final: Callable[[int], bool]
    after_death: Callable[[], None] = lambda: None
    process: Process | None = None
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> int:
        """Its last exit status; negative where a signal ended it."""
        now, waited_s = asyncio.get_running_loop().time, 0.0
        while True:
            began = now()
            self.process = await self.start()
            status = await self.process.wait()
            if self._ending.is_set() or self.is_final(status):
                return status
            waited_s = next_wait(waited_s, now() - began)
            log.warning("action=restart child=%s status=%d wait_s=%.1f", self.name, status, waited_s)
            self.after_death()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), waited_s)
                return status

    async def end(self, running: asyncio.Task[int], within_s: float) -> int:
        """Tell it to end, and wait; when it does not, end it."""
        self._ending.set()
        self._signal(signal.SIGTERM, signal.SIGCONT)
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.shield(running)
        except TimeoutError:
            log.error("action=kill child=%s why=it does not end", self.name)
            self._signal(signal.SIGKILL)
            return await running

    def _signal(self, *signals: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            for one in signals:
                if self.process is not None and self.process.returncode is None:
                    self.process.send_signal(one)


async def supervise(gate: Gate, tell: Callable[[str], None], tty: Tty | None = None) -> int:
    """Run a gate until its screen is closed, or this process is told to stop. The exit status of the command.

    `tell` shows a line to whoever started it. Raises LinkError where another engine serves already, or where there is
    none to attach to.
    """
    tty = tty or Tty()
    manager = ServiceManager.of()
    stop = asyncio.Event()
    _listen_for_signals(stop, gate.locked)
    if gate.engine is None:
        await (await EngineLink.join(gate.socket, "supervisor")).close()
        return await _show(gate, tty, stop)
    with claimed(gate.socket):
        pass  # nobody else serves it
    served = asyncio.Event()
    engine = Kept("engine", lambda: _engine(gate), is_final=lambda status: not served.is_set())
    running = asyncio.create_task(engine.run())
    try:
        if not await _until_up(gate.socket, running, stop):
            if running.done():
                _tell_output(gate.output, tell)
                _tell_fault(fault_behind(running.result()), gate, tell)
                return _exit_status(running.result())
            if not stop.is_set():
                _tell_fault(Fault.ENGINE, gate, tell)
                raise KioskError(f"the engine has not come up within {UP_WITHIN_S:.0f} seconds")
            return 0
        served.set()
        status = await _show(gate, tty, stop)
    finally:
        if not running.done():
            manager.stopping()
            asyncio.get_running_loop().call_later(1.0, _tell_waiting, running, tell)
            ended = await engine.end(running, DRAINED_WITHIN_S)
    return status or _exit_status(ended)


async def _show(gate: Gate, tty: Tty, stop: asyncio.Event) -> int:
    """Keep a screen up until it is closed or `stop` is set."""
    with _kept_in_front(tty) if gate.locked else nullcontext():
        return await _shown(gate, tty, stop)


@contextmanager
def _kept_in_front(tty: Tty) -> Iterator[None]:
    """No key changes to another console, where this is one. The kernel asks us, and forgets it when we die."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(ASKED_TO_SWITCH, tty.stay)
    if not tty.hold():
        log.info("action=lock console=no why=not a Linux console of this session")
    try:
        yield
    finally:
        tty.let_go()
        loop.remove_signal_handler(ASKED_TO_SWITCH)


async def _shown(gate: Gate, tty: Tty, stop: asyncio.Event) -> int:
    def cleared() -> None:
        tty.reset()
        if gate.locked:
            tty.hush()

    final = (LEFT if gate.locked else 0, WRONG_USAGE)
    screen = Kept("screen", lambda: _screen(gate), lambda status: status in final, cleared)
    running = asyncio.create_task(screen.run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        status = running.result() if running.done() else 0
        return 0 if status == LEFT else status
    finally:
        stopping.cancel()
        if not running.done():
            await screen.end(running, CLOSED_WITHIN_S)
        tty.reset()


async def _until_up(socket: Path, running: asyncio.Task[int], stop: asyncio.Event) -> bool:
    """Wait until the engine serves. False where it ended first, takes too long, or is wanted no more."""
    loop = asyncio.get_running_loop()
    until = loop.time() + UP_WITHIN_S
    while loop.time() < until and not running.done() and not stop.is_set():
        try:
            link = await EngineLink.join(socket, "supervisor")
        except LinkError:
            await asyncio.sleep(POLLED_S)
        else:
            await link.close()
            return True
    return False


async def _engine(gate: Gate) -> Process:
    """In a session of its own: no key, no hang-up of the terminal reaches it."""
    with _output(gate) as output:
        return await asyncio.create_subprocess_exec(
            *gate.engine or (),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _output(gate: Gate) -> IO[bytes]:
    if gate.output is None:
        return os.fdopen(os.dup(sys.stderr.fileno()), "wb")
    gate.output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return gate.output.open("wb")


async def _screen(gate: Gate) -> Process:
    """Without a word to the service manager: a screen that is well says nothing of the engine."""
    env = {name: value for name, value in os.environ.items() if name not in service_manager.VARIABLES}
    return await asyncio.create_subprocess_exec(*gate.screen, env=env)


def _listen_for_signals(stop: asyncio.Event, locked: bool) -> None:
    """Handlers, not SIG_IGN: children would inherit that."""
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(told, stop.set)
    for typed in (signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(typed, (lambda: None) if locked else stop.set)
    for paused in (signal.SIGTSTP, signal.SIGTTOU):
        loop.add_signal_handler(paused, lambda: None)


def _tell_output(output: Path | None, tell: Callable[[str], None]) -> None:
    """What an engine that did not come up has said, where that is not in the system's log already."""
    if output is None:
        return
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines() if output.is_file() else []
    for line in lines[-LINES_TOLD:] or ["the engine ended before it served, and said nothing"]:
        tell(show_hostile(line, 1000))


def fault_behind(status: int) -> Fault:
    """What an engine has ended of, by its exit status (`kiosk.cli.status`)."""
    return {WRONG_USAGE: Fault.CONFIGURATION, JOURNAL_FAILED: Fault.RECORD}.get(status, Fault.ENGINE)


def _tell_fault(fault: Fault, gate: Gate, tell: Callable[[str], None]) -> None:
    """On a kiosk nobody reads on: the code is what the helpline needs."""
    if gate.locked:
        for line in on_a_terminal(fault):
            tell(line)


def _tell_waiting(running: asyncio.Task[int], tell: Callable[[str], None]) -> None:
    if not running.done():
        tell("stopping: the engine finishes what is under way")


def _exit_status(status: int) -> int:
    return status if status >= 0 else 1
