"""What a screen that joins needs to know: where everything stands, and the last verdicts. Kept from the feed."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime

from kiosk.domain.events import (
    Decided,
    Dismissed,
    Event,
    ListStatus,
    OfficeStatus,
    OwedChanged,
    Recent,
    SourceStatus,
    Status,
)
from kiosk.domain.verdict import Choose, Doubt, Undecided

TIMED = 100
"""Scans over which the times are told."""

REMEMBERED = 20
"""Verdicts that a joining screen is shown."""


class Board:
    """Absorbs events, gives `status` and `recent`. `has_news` until the status has been asked for."""

    def __init__(self, lanes: tuple[str, ...], mode: str, now: datetime) -> None:
        self._status = Status(now, lanes, mode)
        self._times_ms: deque[float] = deque(maxlen=TIMED)
        self._recent: deque[Decided] = deque(maxlen=REMEMBERED)
        self.has_news = True

    def tell(self, event: Event) -> None:
        match event:
            case Decided():
                self._decided(event)
            case Dismissed():
                self._recent = deque((d for d in self._recent if not _is_choice(d, event.scan_id)), REMEMBERED)
                return
            case OwedChanged():
                self._status = replace(self._status, owed=event.count, oldest_owed_at=event.oldest_at)
            case _:
                return
        self.has_news = True

    def office(self, office: OfficeStatus) -> None:
        """An office has changed."""
        others = [known for known in self._status.offices if known.name != office.name]
        places = [known.name for known in self._status.offices]
        others.insert(places.index(office.name) if office.name in places else len(others), office)
        self._change(replace(self._status, offices=tuple(others)))

    def source(self, source: SourceStatus) -> None:
        """A source has changed."""
        known = {one.name: one for one in self._status.sources} | {source.name: source}
        self._change(replace(self._status, sources=tuple(known.values())))

    def looking(self, lanes: tuple[str, ...]) -> None:
        """Which lanes only look."""
        self._change(replace(self._status, looking=lanes))

    def lists(self, lists: tuple[ListStatus, ...]) -> None:
        """How complete the lists for bad times are."""
        self._change(replace(self._status, lists=lists))

    def offline(self, since: datetime | None) -> None:
        """Since when the office does not answer; None: it does."""
        self._change(replace(self._status, offline_since=since))

    def fault(self, code: str) -> None:
        """Why nobody can be served; empty: somebody can."""
        self._change(replace(self._status, fault=code))

    def parked(self, count: int) -> None:
        """How many attempts wait for a supervisor."""
        self._change(replace(self._status, parked=count))

    def issuing(self, count: int) -> None:
        """How many issuing jobs there are."""
        self._change(replace(self._status, issuing=count))

    def clock(self, state: str) -> None:
        """How far the clock is trusted."""
        self._change(replace(self._status, clock=state))

    def notice(self, words: str) -> None:
        """Something that staff should know until it is withdrawn, or the engine is started again."""
        if words not in self._status.notices:
            self._change(replace(self._status, notices=(*self._status.notices, words)))

    def withdraw(self, words: str) -> None:
        """A notice that no longer holds."""
        self._change(replace(self._status, notices=tuple(one for one in self._status.notices if one != words)))

    def status(self, now: datetime) -> Status:
        """Where things stand."""
        self.has_news = False
        return replace(self._status, at=now, p50_ms=self._percentile(0.5), p95_ms=self._percentile(0.95))

    def recent(self, now: datetime) -> Recent:
        """The last verdicts, oldest first."""
        return Recent(now, tuple(self._recent))

    @property
    def seen(self) -> Status:
        """Where things stand, without having told anybody."""
        return self._status

    @property
    def owes(self) -> bool:
        """Whether anything is owed to an office."""
        return self._status.owed > 0

    def is_source_up(self, name: str) -> bool:
        return all(source.up for source in self._status.sources if source.name == name)

    def is_office_up(self, name: str) -> bool | None:
        return next((office.up for office in self._status.offices if office.name == name), None)

    def _decided(self, decided: Decided) -> None:
        failed = isinstance(decided.verdict, Undecided) and decided.verdict.doubt is Doubt.JOURNAL_FAILED
        if failed == self._status.journal_ok:
            self._status = replace(self._status, journal_ok=not failed)
        if decided.source == "search":  # for the screen that asked, and nobody else
            return
        if not (decided.repeat or decided.looked):
            self._times_ms.append(decided.elapsed_ms)
        self._recent.append(decided)

    def _percentile(self, share: float) -> float | None:
        if not self._times_ms:
            return None
        ordered = sorted(self._times_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def _change(self, status: Status) -> None:
        if replace(status, at=self._status.at) != self._status:
            self._status = status
            self.has_news = True


def _is_choice(decided: Decided, scan_id: str) -> bool:
    return decided.scan_id == scan_id and isinstance(decided.verdict, Choose)
