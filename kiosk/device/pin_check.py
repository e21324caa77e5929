"""Checks PINs for the engine: in a thread, one at a time, slower after every wrong one. Never shows or keeps a PIN."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from kiosk.device.pin_file import DECOY, Person, PinFileError, matches, people_in, person_called
from kiosk.domain.pins import LONGEST_PIN, NoPins, PinResult, SignedIn, TooSoon, WrongPin, wait_after
from kiosk.domain.secret import Secret
from kiosk.ports import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

STRANGER = ""
"""Under this name the wrong tries with any unknown name are counted, together."""


class PinCheck:
    """ports.PinCheck. `read` gives the file's text anew each time (raises PinFileError).

    `tries` is where wrong tries are counted: pulling the plug wins none, after a restart a wait begins again.
    """

    def __init__(self, read: Callable[[], str], tries: Path, clock: Clock) -> None:
        self._read, self._tries, self._clock = read, tries, clock
        self._wrong = _counted(tries)
        self._not_before = {name: clock.monotonic() + wait_after(count) for name, count in self._wrong.items()}
        self._worker = ThreadPoolExecutor(1, "pins")

    async def problem(self) -> str:
        """Why nobody can sign in; empty: somebody can."""
        try:
            people = await self._do(self._people)
        except PinFileError as error:
            return str(error)
        return "" if people else "nobody has a PIN yet: `kiosk pin set NAME` gives one"

    async def check(self, name: str, pin: Secret) -> PinResult:
        """Whether it is their PIN. The try is on the disk, counted as wrong, before it is looked at."""
        try:
            people = await self._do(self._people)
            person = person_called(people, name)
            known = person.name if person is not None else STRANGER
            wait_s = self._not_before.get(known, 0.0) - self._clock.monotonic()
            if wait_s > 0:
                return TooSoon(wait_s)
            await self._count(known, self._wrong.get(known, 0) + 1)
            right = await self._do(self._matches, pin, person)
        except PinFileError as error:
            log.error("action=sign_in failed=%s", error)
            return NoPins(str(error))
        if person is not None and right:
            await self._count(known, 0)
            return SignedIn(person.name, person.role)
        return WrongPin(wait_after(self._wrong[known]), known)

    def close(self) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)

    # ── in the thread ───────────────────────────────────────────────────────────────────────────────

    def _people(self) -> tuple[Person, ...]:
        return people_in(self._read())

    def _matches(self, pin: Secret, person: Person | None) -> bool:
        """As much work for a name that nobody has: how long it takes tells nothing."""
        if len(pin.reveal()) > LONGEST_PIN:
            return False
        if person is not None:
            return matches(pin, person.hash)
        matches(pin, DECOY)
        return False

    async def _do(self, what: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, what, *args)

    async def _count(self, name: str, wrong: int) -> None:
        """Raises PinFileError where it cannot be written: a try that is not counted is not heard."""
        self._wrong[name] = wrong
        self._not_before[name] = self._clock.monotonic() + wait_after(wrong)
        counts = {name: count for name, count in self._wrong.items() if count}
        await self._do(_write, self._tries, json.dumps(counts))


def _counted(path: Path) -> dict[str, int]:
    """What was counted before. A file that cannot be read counts as many wrong tries for strangers: the safe side."""
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): max(0, int(count)) for name, count in counts.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        log.warning("action=pins why=the file of wrong tries cannot be read")
        return {STRANGER: 10}


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise PinFileError(f"wrong tries cannot be counted: {error.strerror}") from None
