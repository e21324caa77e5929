"""Where things stand, as far as this screen has been told: the feed folded into one value. No decisions here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from kiosk.domain.events import (
    AttemptSettled,
    Checking,
    Decided,
    Dismissed,
    Event,
    GiftCards,
    ListStatus,
    Noted,
    OfficeDown,
    OfficeStatus,
    OfficeUp,
    OwedChanged,
    ParkedList,
    Preview,
    Ready,
    Recent,
    Rights,
    SourceBack,
    SourceLost,
    SourceStatus,
    Status,
    Stopping,
    TakeHomeEnded,
    TakeHomeOffered,
)
from kiosk.domain.issuing.events import IssueJobs
from kiosk.domain.voucher_events import AtCounter, VoucherEvent, VoucherOffered

Row = Decided | AttemptSettled | Noted
"""A line of the list of what was said just now; of what was noted only what was taken back."""

SEARCH = "search"
"""What the engine calls the source of a verdict that answers a search."""

KEPT = 50
"""Verdicts kept for the list."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A source that reads nothing now."""

    source: str
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What is known. `recent` newest first."""

    joined: bool = False
    lanes: tuple[str, ...] = ()
    mode: str = ""
    offices: tuple[OfficeStatus, ...] = ()
    sources: tuple[SourceStatus, ...] = ()
    lost: tuple[Lost, ...] = ()
    owed: int = 0
    oldest_owed_at: datetime | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    journal_ok: bool = True
    notices: tuple[str, ...] = ()
    parked: int = 0
    clock: str = ""
    looking: tuple[str, ...] = ()
    issuing: int = 0
    offline_since: datetime | None = None
    fault: str = ""
    lists: tuple[ListStatus, ...] = ()
    stopping: bool = False
    recent: tuple[Row, ...] = ()
    preview: Preview | None = None
    counters: tuple[AtCounter, ...] = ()
    """The voucher desk's, one for each lane; none: there is no voucher desk."""
    offered: VoucherOffered | None = None
    """A scan of the gate's that looks like a voucher."""

    @property
    def is_test(self) -> bool:
        return any(office.env == "test" for office in self.offices)

    @property
    def has_camera(self) -> bool:
        return any(source.kind == "camera" for source in self.sources)

    @property
    def is_offline(self) -> bool:
        """Whether no office can be asked."""
        return self.offline_since is not None or (
            bool(self.offices) and all(office.up is False for office in self.offices)
        )

    @property
    def down_since(self) -> datetime | None:
        """Since when an office has not been reached."""
        since = [office.since for office in self.offices if office.up is False and office.since is not None]
        return min(since, default=self.offline_since)


def is_search(decided: Decided) -> bool:
    """Whether a verdict answers a search: it belongs to the screen that has asked, and stands nowhere else."""
    return decided.looked and decided.source == SEARCH


def after(view: View, event: Event) -> View:
    """The view once an event has been told."""
    if isinstance(event, VoucherEvent):
        return _after_vouchers(view, event)
    match event:
        case Decided() | Checking() | Dismissed() | AttemptSettled() | Recent():
            return _after_scan(view, event)
        case Status():
            return _restated(view, event)
        case SourceLost() | SourceBack() | OfficeDown() | OfficeUp():
            return _after_change(view, event)
        case OwedChanged(count=count, oldest_at=oldest_at):
            return replace(view, owed=count, oldest_owed_at=oldest_at)
        case Ready(lanes=lanes, mode=mode):
            return replace(view, joined=True, lanes=lanes, mode=mode, stopping=False)
        case Stopping():
            return replace(view, stopping=True)
        case Preview():
            return replace(view, preview=event)
        case Noted(about="undo", word="done"):
            return replace(view, recent=(event, *view.recent)[:KEPT])
        case Noted() | ParkedList() | IssueJobs() | Rights() | TakeHomeOffered() | TakeHomeEnded() | GiftCards():
            return view  # for whoever has asked, or a dialog of its own
        case _:
            assert_never(event)


def without_engine(view: View) -> View:
    """The engine is away: what it was doing is not known, what it said before still holds."""
    return replace(view, joined=False, preview=None, stopping=False, fault="", counters=(), offered=None)


def _after_vouchers(view: View, event: VoucherEvent) -> View:
    """What the gate needs to know of the voucher desk; the rest is that screen's."""
    match event:
        case AtCounter(lane=lane):
            others = tuple(one for one in view.counters if one.lane != lane)
            return replace(view, counters=(*others, event), offered=None if event.is_open else view.offered)
        case VoucherOffered():
            return replace(view, offered=event)
        case _:
            return view


def _after_scan(view: View, event: Decided | Checking | Dismissed | AttemptSettled | Recent) -> View:
    match event:
        case Checking() | Dismissed():
            return view
        case Decided() if is_search(event):
            return view
        case Decided():
            recent = view.recent if event.repeat else (event, *_without(view.recent, event.scan_id))[:KEPT]
            return replace(view, recent=recent)
        case AttemptSettled():
            return replace(view, recent=(event, *view.recent)[:KEPT])
        case Recent(decided=decided):
            return replace(view, recent=_merged(view.recent, decided))
        case _:
            assert_never(event)


def _merged(known: tuple[Row, ...], decided: tuple[Decided, ...]) -> tuple[Row, ...]:
    """The list as it was and as the engine tells it: one that was started anew has forgotten what came before."""
    told = {one.scan_id for one in decided}
    kept = [one for one in known if not isinstance(one, Decided) or one.scan_id not in told]
    fresh = [one for one in decided if not one.repeat and not is_search(one)]
    return tuple(sorted((*kept, *fresh), key=lambda one: one.at, reverse=True)[:KEPT])


def _without(recent: tuple[Row, ...], scan_id: str) -> tuple[Row, ...]:
    """Told twice (on joining, or after a change): once in the list."""
    return tuple(one for one in recent if not isinstance(one, Decided) or one.scan_id != scan_id)


def _restated(view: View, status: Status) -> View:
    told = {one.source: one for one in view.lost}
    lost = tuple(told.get(source.name, Lost(source.name, source.what)) for source in status.sources if not source.up)
    return replace(
        view,
        joined=True,
        lanes=status.lanes,
        mode=status.mode,
        offices=status.offices,
        sources=status.sources,
        lost=lost,
        owed=status.owed,
        oldest_owed_at=status.oldest_owed_at,
        p50_ms=status.p50_ms,
        p95_ms=status.p95_ms,
        journal_ok=status.journal_ok,
        notices=status.notices,
        parked=status.parked,
        clock=status.clock,
        looking=status.looking,
        issuing=status.issuing,
        offline_since=status.offline_since,
        fault=status.fault,
        lists=status.lists,
    )


def _after_change(view: View, event: SourceLost | SourceBack | OfficeDown | OfficeUp) -> View:
    match event:
        case SourceLost(source=source, what=what, advice=advice):
            others = tuple(one for one in view.lost if one.source != source)
            return replace(view, lost=(*others, Lost(source, what, advice)))
        case SourceBack(source=source):
            return replace(view, lost=tuple(one for one in view.lost if one.source != source))
        case OfficeDown(supplier=supplier, at=at, doubt=doubt):
            return replace(view, offices=_office(view.offices, supplier, up=False, since=at, warning=doubt))
        case OfficeUp(supplier=supplier, at=at):
            return replace(view, offices=_office(view.offices, supplier, up=True, since=at, warning=""))
        case _:
            assert_never(event)


def _office(
    offices: tuple[OfficeStatus, ...], supplier: str, *, up: bool, since: datetime, warning: str
) -> tuple[OfficeStatus, ...]:
    changed = [office for office in offices if office.name == supplier]
    known = changed[0] if changed else OfficeStatus(supplier)
    if known.up is not up:
        known = replace(known, up=up, since=since, warning=warning)
    if not changed:
        return (*offices, known)
    return tuple(known if office.name == supplier else office for office in offices)
