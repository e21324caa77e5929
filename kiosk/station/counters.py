"""The voucher counters of a station, one for each lane: which scans are theirs, and their life beside the lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from kiosk.desks.intake import Lane
from kiosk.desks.vouchers import Resumed, VoucherDesk
from kiosk.desks.vouchers.counter import VoucherCounter
from kiosk.domain.events import Decided, Event, Scan
from kiosk.domain.redeeming import CodeKind, Done, kind_of
from kiosk.domain.verdict import Admit, Choose
from kiosk.domain.voucher_events import OpenCounter, VoucherCommand, VoucherOffered
from kiosk.ports import Clock, Feed

LOOKS_EVERY_S = 1.0
"""How often the time of orders is looked at."""

LEFT_WITHIN_S = 20.0
"""How long the end of the engine waits for what a counter is doing. What is not done by then the journal knows."""

OFFERED_FOR_S = 60.0
"""How long a voucher that was scanned at the gate can be taken to a counter."""

OFFERED_MOST = 8


class Counters:
    """ports.Feed, too: it hears what the gate says of codes that look like vouchers. Without a desk there are none."""

    def __init__(
        self,
        desk: VoucherDesk | None,
        lanes: Iterable[Lane],
        feed: Feed,
        clock: Clock,
        on_done: Callable[[Done], None] = lambda done: None,
    ) -> None:
        """`on_done` hears of each order that a guest at a counter has been redeemed."""
        self._desk, self._feed, self._clock = desk, feed, clock
        self._offered: dict[str, tuple[Scan, float]] = {}
        self._counters: dict[str, VoucherCounter] = {}
        if desk is not None:
            self._counters = {
                lane.name: VoucherCounter(desk, lane.name, feed, clock, lane.put, on_done) for lane in lanes
            }

    def tell(self, event: Event) -> None:
        if isinstance(event, Decided) and self._desk is not None and _may_be_a_voucher(event, self._desk):
            self._offer(event)

    def takes(self, scan: Scan) -> bool:
        """Whether a scan is for the voucher desk: its lane's counter is open."""
        counter = self._counters.get(scan.lane)
        if counter is None or not counter.is_open:
            return False
        counter.put(scan)
        return True

    def ask(self, command: VoucherCommand, lane: str) -> None:
        counter = self._counters.get(lane)
        if counter is None:
            return
        counter.put(command)
        if isinstance(command, OpenCounter) and (offered := self._offered.pop(command.scan_id, None)) is not None:
            scan, at_s = offered
            if self._clock.monotonic() - at_s <= OFFERED_FOR_S:
                counter.put(scan)

    def resumed(self, resumed: Resumed) -> None:
        """An order that was left behind has been finished in the background."""
        counter = self._counters.get(resumed.conversation.lane)
        if counter is not None:
            counter.put(resumed)

    def snapshot(self) -> tuple[Event, ...]:
        """Where they stand, for a screen that joins."""
        return tuple(event for counter in self._counters.values() for event in counter.snapshot())

    async def run(self) -> None:
        """Serve until cancelled; then what is under way is finished, and every order that is not completed deleted."""
        serving = [asyncio.create_task(one.run(), name=f"counter {one.lane}") for one in self._counters.values()]
        try:
            while True:
                for counter in self._counters.values():
                    counter.pass_time()
                await self._clock.sleep(LOOKS_EVERY_S)
        finally:
            for counter in self._counters.values():
                await counter.finish()
            if serving:
                _, unfinished = await asyncio.wait(serving, timeout=LEFT_WITHIN_S)
                for task in unfinished:
                    task.cancel()

    def _offer(self, decided: Decided) -> None:
        """What the gate has refused looks like a voucher: a screen may take it to its counter, by the scan's name."""
        if decided.code is None:
            return
        scan = Scan(decided.code.text, decided.source, decided.at, decided.lane)
        self._offered[decided.scan_id] = (scan, self._clock.monotonic())
        for oldest in list(self._offered)[:-OFFERED_MOST]:
            del self._offered[oldest]
        self._feed.tell(VoucherOffered(self._clock.now(), decided.lane, decided.scan_id))


def _may_be_a_voucher(decided: Decided, desk: VoucherDesk) -> bool:
    """A code that the gate has let in, or knows bookings of, is none."""
    if decided.code is None or isinstance(decided.verdict, Admit | Choose) or decided.source == "search":
        return False
    return kind_of(decided.code.text, desk.rules.code_pattern) is CodeKind.VOUCHER
