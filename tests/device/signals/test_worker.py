"""The thread between the feed and a device: it never holds the feed up, and what is stale is not carried out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk.device.signals.worker import Manner, Worker
from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Beat, Cue, Word

WITHIN_S = 20.0


def cue(number: int, guests: int = 0) -> Cue:
    return Cue(Word.ADMIT, f"lane {number}", (Beat(440, 0.1),), guests=guests)


class Device:
    """A signal that notes what it is told. `hold` is what it does with a cue."""

    name = "device"

    def __init__(self, hold: Callable[[Callable[[float], bool]], None] = lambda wait: None) -> None:
        self.hold = hold
        self.shown: list[str] = []
        self.states: list[str] = []
        self.fail_open: list[Exception] = []
        self.fail_show: list[Exception] = []
        self.stirred = threading.Condition()

    def open(self) -> None:
        self._note("open")
        if self.fail_open:
            raise self.fail_open.pop(0)

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        with self.stirred:
            self.shown.append(cue.lane)
            self.stirred.notify_all()
        if self.fail_show:
            raise self.fail_show.pop(0)
        self.hold(wait)

    def close(self) -> None:
        self._note("close")

    def until(self, happened: Callable[[], bool]) -> None:
        with self.stirred:
            assert self.stirred.wait_for(happened, WITHIN_S)

    def _note(self, state: str) -> None:
        with self.stirred:
            self.states.append(state)
            self.stirred.notify_all()


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_device_that_hangs_holds_nobody_up_and_the_newest_waits() -> None:
    hanging = threading.Event()
    device = Device(lambda wait: (hanging.wait(WITHIN_S), None)[1])
    worker = Worker(device, Manner(ends_within_s=0.01))
    worker.start()
    worker.put(cue(0))
    device.until(lambda: device.shown == ["lane 0"])
    began = time.monotonic()
    for number in range(1, 10_001):
        worker.put(cue(number))
    worker.close()
    assert time.monotonic() - began < 10
    hanging.set()


def test_a_newer_cue_cuts_the_older_off() -> None:
    went_on: list[bool] = []
    device = Device(lambda wait: went_on.append(wait(WITHIN_S)))
    worker = Worker(device)
    worker.start()
    worker.put(cue(1))
    device.until(lambda: device.shown == ["lane 1"])
    worker.put(cue(2))
    device.until(lambda: device.shown == ["lane 1", "lane 2"])
    assert went_on == [False]
    worker.close()
    assert device.states == ["open", "close"]
    assert went_on == [False, False]


def test_where_each_counts_they_queue_and_are_carried_out_to_the_last_even_at_the_end() -> None:
    first = threading.Event()
    device = Device(lambda wait: (first.wait(WITHIN_S), None)[1])
    worker = Worker(device, Manner(newest_only=False, most=3, ends_within_s=WITHIN_S))
    worker.start()
    worker.put(cue(0))
    device.until(lambda: device.shown == ["lane 0"])
    assert [worker.put(cue(number)) for number in range(1, 5)] == [True, True, True, False]
    first.set()
    worker.close()
    assert device.shown == ["lane 0", "lane 1", "lane 2", "lane 3"]


def test_what_has_waited_too_long_is_not_carried_out() -> None:
    clock, first = Clock(), threading.Event()
    device = Device(lambda wait: (first.wait(WITHIN_S), None)[1])
    worker = Worker(device, Manner(newest_only=False, fresh_s=10, ends_within_s=WITHIN_S), monotonic=clock)
    worker.start()
    worker.put(cue(0))
    device.until(lambda: device.shown == ["lane 0"])
    worker.put(cue(1))
    clock.now_s = 10.1
    worker.put(cue(2))
    first.set()
    worker.close()
    assert device.shown == ["lane 0", "lane 2"]


def test_a_device_that_fails_is_made_safe_told_and_opened_again() -> None:
    told: list[str] = []
    device = Device()
    device.fail_open = [SignalError("device: is not there"), OSError("whatever a library raises")]
    device.fail_show = [SignalError("device: has gone")]
    worker = Worker(device, on_trouble=told.append, retry_s=0.001)
    worker.start()
    device.until(lambda: device.states.count("open") == 3)
    worker.put(cue(1))
    device.until(lambda: device.states.count("open") == 4)
    worker.put(cue(2))
    device.until(lambda: device.shown == ["lane 1", "lane 2"])
    worker.close()
    assert device.states == ["open", "close"] * 4
    assert told == ["device: is not there", "device: OSError", "", "device: has gone", ""]


def test_a_device_that_cannot_even_be_closed_is_opened_again() -> None:
    device = Device()
    device.fail_show = [SignalError("device: has gone")]
    closing = device.close

    def close() -> None:
        closing()
        raise OSError("whatever a library raises")

    device.close = close  # type: ignore[method-assign]
    worker = Worker(device, retry_s=0.001)
    worker.start()
    worker.put(cue(1))
    device.until(lambda: device.states.count("open") == 2)
    worker.put(cue(2))
    device.until(lambda: device.shown == ["lane 1", "lane 2"])
    worker.close()
