"""The turnstile: one pulse a guest, nothing else opens it; shut at the start, at the end and after a crash."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from gpiozero.pins.mock import MockFactory

from kiosk.device.signals.keeper import keep, pulse_s
from kiosk.device.signals.pins import Pin
from kiosk.device.signals.turnstile import Turnstile, keeper
from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue, Word
from tests.device.signals.pins import factory, states

__all__ = ["factory"]

RELAY = 24
WITHIN_S = 30.0


@pytest.fixture(autouse=True)
def pretend_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the keeper's process."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")


def admit(guests: int, lane: str = "Gate A") -> Cue:
    return Cue(Word.ADMIT, lane, (), guests=guests)


def go_on(seconds: float) -> bool:
    return True


def keeper_process(*more: str) -> subprocess.Popen[str]:
    command = [*keeper(RELAY), *more]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


# ── the keeper ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("active_high", [True, False])
def test_the_relay_is_shut_first_and_last_and_open_for_each_pulse_only(factory: MockFactory, active_high: bool) -> None:
    shut, opened = not active_high, active_high
    relay, said, slept = Pin("turnstile", RELAY, active_high=active_high), list[str](), list[float]()
    assert states(factory, RELAY)[-1] is shut

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert states(factory, RELAY)[-1] is opened

    keep(relay, ["open 0.5\n", "open 1\n"], said.append, sleep)
    assert states(factory, RELAY)[-5:] == [shut, opened, shut, opened, shut]
    assert (said, slept) == (["ready", "opened", "closed", "opened", "closed"], [0.5, 1.0])
    relay.close()


def test_the_relay_is_shut_when_nobody_listens_any_more(factory: MockFactory) -> None:
    relay = Pin("turnstile", RELAY)

    def say(line: str) -> None:
        if line == "opened":
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        keep(relay, ["open 0.5\n"], say, time.sleep)
    assert states(factory, RELAY)[-1] is False
    relay.close()


@pytest.mark.parametrize(
    "line", ["", "open", "open x", "open -1", "open 0", "open nan", "open 11", "open 1 2", "OPEN 1"]
)
def test_what_is_not_understood_opens_nothing(line: str) -> None:
    assert pulse_s(line) is None


def test_a_keeper_that_is_told_to_end_in_the_middle_of_a_pulse_shuts_first() -> None:
    with keeper_process() as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("open 0.3\n")
        assert child.stdout.readline() == "opened\n"
        for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            child.send_signal(told)
        child.stdin.close()
        assert child.stdout.readline() == "closed\n"
        assert child.wait(WITHIN_S) == 0


def test_a_keeper_outlives_an_engine_that_is_killed_and_ends_by_itself() -> None:
    """The engine here is a process that is killed outright while the turnstile is open."""
    engine_code = textwrap.dedent(
        """
        import time
        from kiosk.device.signals.turnstile import Turnstile, keeper
        gate = Turnstile(keeper(24), "Gate A")
        gate.open()
        gate._keeper.stdin.write(b"open 1.0\\n")
        gate._expect("opened", 30)
        print(gate._keeper.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", engine_code], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        pid = int(engine.stdout.readline())
        engine.kill()
    assert gone_within(pid, WITHIN_S)


def gone_within(pid: int, seconds: float) -> bool:
    """Whether a process that is none of ours has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


# ── the turnstile ───────────────────────────────────────────────────────────────────────────────────


class Counted:
    """A turnstile whose keeper is real, and whose pulses are counted."""

    def __init__(self, lane: str = "Gate A", most: int = 10) -> None:
        self.gate = Turnstile(keeper(RELAY), lane, pulse_s=0.01, gap_s=0.25, most=most)
        self.pulses = 0
        pulse = self.gate._pulse

        def counted() -> None:
            pulse()
            self.pulses += 1

        self.gate._pulse = counted  # type: ignore[method-assign]

    def shown(self, cue: Cue, wait: Callable[[float], bool] = go_on) -> int:
        self.gate.open()
        try:
            self.gate.show(cue, wait)
        finally:
            self.gate.close()
        return self.pulses


def test_one_pulse_for_each_guest_with_a_gap_between() -> None:
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return True

    assert Counted().shown(admit(3), wait) == 3
    assert waited == [0.25, 0.25]


def test_a_large_party_is_let_in_by_staff_after_so_many() -> None:
    assert Counted(most=4).shown(admit(40)) == 4


@pytest.mark.parametrize("word", [Word.REFUSE, Word.CHOOSE, Word.UNDECIDED, Word.REPEAT, Word.LOOKED])
def test_nothing_but_an_admission_opens_it(word: Word) -> None:
    assert Counted().shown(replace(admit(0), word=word)) == 0


def test_it_opens_for_its_own_lane_only() -> None:
    assert Counted(lane="Gate B").shown(admit(2)) == 0


def test_a_keeper_that_dies_is_told_and_started_anew_and_nothing_is_opened_twice() -> None:
    counted = Counted()
    counted.gate.open()
    child = counted.gate._keeper
    assert child is not None
    child.kill()
    child.wait()
    with pytest.raises(SignalError, match="keeper"):
        counted.gate.show(admit(1), go_on)
    counted.gate.close()
    assert counted.pulses == 0
    assert counted.shown(admit(1)) == 1


def test_a_machine_without_pins_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "native")
    gate = Turnstile(keeper(RELAY), "Gate A")
    with pytest.raises(SignalError, match="turnstile: pin 24 cannot be used"):
        gate.open()
    gate.close()
