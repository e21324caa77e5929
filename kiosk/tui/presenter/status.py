"""The line at the top and the banners under it: who, which mode, are the offices there, what is owed, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.clock import ClockState
from kiosk.domain.code import show_hostile
from kiosk.domain.events import OfficeStatus
from kiosk.tui.cells import clipped, length
from kiosk.tui.presenter.panel import Bit, Ink, Line
from kiosk.tui.presenter.party import named
from kiosk.tui.presenter.standing import ENGINE_AWAY
from kiosk.tui.presenter.times import Here, age, clock, hour
from kiosk.tui.view import View

_GAP = 3
"""Cells between two pieces."""


def strip(view: View, here: Here, width: int) -> Line:
    """The status line, of at most `width` cells: what matters least is left out first."""
    left = clipped(_left(view), width - 12)
    room = width - length(left) - _GAP
    for right in _right(view, here):
        if length(right) <= room:
            return (*left, (" " * (width - length(left) - length(right)), Ink.TEXT), *right)
    return left


def _left(view: View) -> Line:
    lane = " + ".join(named(lane) for lane in view.lanes) or "gate"
    word = "look only" if view.lanes and set(view.looking) >= set(view.lanes) else view.mode
    mode: Line = ((f" · {word}", Ink.TEXT),) if word == "redeem" else ((f" {word} ", Ink.LOUD),)
    test: Line = ((" ", Ink.TEXT), (" TEST ", Ink.LOUD)) if view.is_test else ()
    parked: Line = ((" ", Ink.TEXT), (f" {view.parked} FOR SUPERVISOR ", Ink.LOUD)) if view.parked else ()
    gap: Bit = (" ", Ink.TEXT)
    return (gap, (lane, Ink.STRONG), *((gap, *mode) if word and word != "redeem" else mode), *test, *parked)


def _right(view: View, here: Here) -> tuple[Line, ...]:
    """What may stand at the right, the fullest first."""
    now: Line = ((clock(here.now, here) + " ", Ink.STRONG),)
    offices, few = _offices(view.offices), _few_offices(view.offices)
    owed, pace, median = _owed(view, here), _pace(view), _median(view)
    return (
        _spaced(offices, owed, pace, now),
        _spaced(few, owed, pace, now),
        _spaced(few, owed, median, now),
        _spaced(few, owed, now),
        _spaced(owed, now),
        now,
    )


def _spaced(*parts: Line) -> Line:
    line: Line = ()
    for part in parts:
        if part:
            line = (*line, (" " * _GAP, Ink.TEXT), *part) if line else part
    return line


def _offices(offices: Sequence[OfficeStatus]) -> Line:
    """`River Cruises • live`: every office by its name."""
    return _spaced(*(((f"{named(office.name)} ", Ink.TEXT), _lamp(office)) for office in offices))


def _few_offices(offices: Sequence[OfficeStatus]) -> Line:
    """Those that are down by name, of the others the number."""
    down = [office for office in offices if office.up is False]
    if not down:
        return ((f"{len(offices)} offices ", Ink.TEXT), ("• live", Ink.GOOD)) if len(offices) > 1 else _offices(offices)
    if len(down) == 1:
        return ((f"{named(down[0].name)[:20]} ", Ink.TEXT), _lamp(down[0]))
    return ((f"✗ {len(down)} offices down", Ink.BAD),)


def _lamp(office: OfficeStatus) -> Bit:
    if office.up is None:
        return ("· not asked yet", Ink.QUIET)
    if not office.up:
        return ("✗ down", Ink.BAD)
    return ("• test", Ink.DOUBT) if office.env == "test" else ("• live", Ink.GOOD)


def _owed(view: View, here: Here) -> Line:
    if not view.owed:
        return (("owed 0", Ink.QUIET),)
    oldest = f", oldest {age(here.now - view.oldest_owed_at)}" if view.oldest_owed_at is not None else ""
    return ((f"owed {view.owed}{oldest}", Ink.DOUBT),)


def _pace(view: View) -> Line:
    if view.p50_ms is None or view.p95_ms is None:
        return ()
    return ((f"p50 {view.p50_ms:.0f} p95 {view.p95_ms:.0f} ms", Ink.QUIET),)


def _median(view: View) -> Line:
    return () if view.p50_ms is None else ((f"p50 {view.p50_ms:.0f} ms", Ink.QUIET),)


# ── banners ─────────────────────────────────────────────────────────────────────────────────────────


def banners(view: View, here: Here, most: int, width: int = 80) -> tuple[Line, ...]:
    """What is wrong or must not be forgotten, the worst first, in at most `most` lines."""
    lines = _banners(view, here, width)
    if len(lines) <= most:
        return tuple(lines)
    more = f"   (and {len(lines) - most} more)" if most else ""
    kept = lines[: max(0, most)]
    return (*kept[:-1], (*kept[-1], (more, Ink.QUIET))) if kept else ()


def _banners(view: View, here: Here, width: int) -> list[Line]:
    lines: list[Line] = []
    if not view.joined:
        return [_bad(ENGINE_AWAY)] if view.lanes else []
    if view.is_test:
        lines.append(((" TEST: tickets are not really redeemed here, let nobody in on it".ljust(width), Ink.LOUD),))
    if view.stopping:
        lines.append(_doubtful("the gate is closing: scan nobody"))
    if not view.journal_ok:
        lines.append(_bad("this kiosk cannot write its record: nobody can be redeemed here; call the desk"))
    lines += [_lost(lost.source, lost.what, lost.advice) for lost in view.lost]
    for office in view.offices:
        if office.up is False:
            since = f" since {hour(here.local(office.since))}" if office.since is not None else ""
            lines.append(_bad(f"{named(office.name)} does not answer{since}"))
    if view.clock == ClockState.UNTRUSTED:
        lines.append(_doubtful("this kiosk's clock may be wrong: call the desk to set it"))
    if len(view.lanes) > 1:
        looking = (lane for lane in view.looking if lane in view.lanes)
        lines += [_doubtful(f"{named(lane)} only looks at tickets: nothing is redeemed there") for lane in looking]
    warned = [f"{office.name}: {office.warning}" for office in view.offices if office.warning]
    lines += [_doubtful(show_hostile(notice)) for notice in dict.fromkeys((*warned, *view.notices))]
    return lines


def _lost(source: str, what: str, advice: str) -> Line:
    told = f"{named(source)} lost" + (f": {show_hostile(what)}" if what else "")
    return _bad(told + (f" → {show_hostile(advice)}" if advice else ""))


def _bad(text: str) -> Line:
    return ((" ✗ ", Ink.BAD), (text, Ink.BAD))


def _doubtful(text: str) -> Line:
    return ((" ! ", Ink.DOUBT), (text, Ink.DOUBT))
