"""The line at the top and the banners under it: who, which mode, are the offices there, what is owed, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kiosk.domain.clock import ClockState
from kiosk.domain.code import show_hostile
from kiosk.domain.events import OfficeStatus, Rights
from kiosk.domain.verdict import Doubt
from kiosk.tui.cells import clipped, length
from kiosk.tui.presenter.lists import completeness
from kiosk.tui.presenter.panel import Bit, Ink, Line
from kiosk.tui.presenter.party import named
from kiosk.tui.presenter.signing_in import who
from kiosk.tui.presenter.standing import ENGINE_AWAY
from kiosk.tui.presenter.times import Here, age, clock, hour, on_the_day
from kiosk.tui.view import View

_GAP = 3
"""Cells between two pieces."""


def strip(view: View, here: Here, width: int, rights: Rights | None = None) -> Line:
    """The status line, of at most `width` cells: what matters least is left out first."""
    left = clipped((*_left(view), *(who(rights) if rights is not None else ())), width - 12)
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
    parked: Line = ((" ", Ink.TEXT), (f" {view.parked} TO SETTLE ", Ink.LOUD)) if view.parked else ()
    gap: Bit = (" ", Ink.TEXT)
    return (gap, (lane, Ink.STRONG), *((gap, *mode) if word and word != "redeem" else mode), *test, *parked)


def _right(view: View, here: Here) -> tuple[Line, ...]:
    """What may stand at the right, the fullest first."""
    now: Line = ((clock(here.now, here) + " ", Ink.STRONG),)
    owed, pace, median, listed = _owed(view, here), _pace(view), _median(view), _listed(view, here)
    if view.is_offline:
        offline = _offline(view, here)
        short = offline[:2]
        return (_spaced(offline, listed, now), _spaced(offline, now), _spaced(short, now), _spaced(owed, now), now)
    offices, few = _offices(view.offices), _few_offices(view.offices)
    doubtful = listed if listed and listed[0][1] is Ink.DOUBT else ()
    return (
        _spaced(offices, listed, owed, pace, now),
        _spaced(few, listed, owed, pace, now),
        _spaced(few, doubtful, owed, pace, now),
        _spaced(few, doubtful, owed, median, now),
        _spaced(few, doubtful, owed, now),
        *((_spaced(doubtful, owed, now),) if doubtful and all(office.up for office in view.offices) else ()),
        _spaced(few, owed, now),
        _spaced(owed, now),
        now,
    )


def _offline(view: View, here: Here) -> Line:
    """`offline since 19:42 · 31 owed · oldest 4 min`."""
    count, *oldest = _owed(view, here)
    return ((f"✗ offline{_since(view.down_since, here)}", Ink.BAD), (f" · {count[0]}", count[1]), *oldest)


def _listed(view: View, here: Here) -> Line:
    told = completeness(view.lists, here)
    return () if told is None else (told,)


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
        return (("0 owed", Ink.QUIET),)
    count = (f"{view.owed} owed", Ink.DOUBT)
    if view.oldest_owed_at is None:
        return (count,)
    return (count, (f" · oldest {age(here.now - view.oldest_owed_at)}", Ink.DOUBT))


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
    lines += _offices_down(view, here)
    if view.clock == ClockState.UNTRUSTED:
        says = on_the_day(here.local(here.now), date.min)  # never "today": which day it is, is the question
        lines.append(_doubtful(f"clock not trusted: it says {says}; if wrong, call the desk"))
    if view.is_offline and (told := completeness(view.lists, here)) is not None:
        words, ink = told
        more = "; a ticket that is not on it may be good" if ink is Ink.DOUBT else ""
        lines.append(_doubtful(words + more) if more else ((" • ", Ink.GOOD), (words, Ink.TEXT)))
    if len(view.lanes) > 1:
        looking = (lane for lane in view.looking if lane in view.lanes)
        lines += [_doubtful(f"{named(lane)} only looks at tickets: nothing is redeemed there") for lane in looking]
    warned = [
        f"{office.name}: {office.warning}" for office in view.offices if office.warning and office.up is not False
    ]
    lines += [_doubtful(show_hostile(notice)) for notice in dict.fromkeys((*warned, *view.notices))]
    return lines


_DOWN = {
    Doubt.NOT_AUTHORISED.value: "does not accept this kiosk's key: call the desk",
    Doubt.OFFICE_ERROR.value: "has trouble of its own",
}
"""What is wrong with an office that is down, where it is not that it says nothing."""


def _offices_down(view: View, here: Here) -> list[Line]:
    """Those that cannot be asked, by name; several that say nothing in one line."""
    down = [office for office in view.offices if office.up is False]
    if view.is_offline and len(down) != 1 and not any(office.warning in _DOWN for office in down):
        return [_bad(f"the ticket office does not answer{_since(view.down_since, here)}")]
    told = ((office, f"does not answer{_since(office.since, here)}") for office in down)
    return [_bad(f"{named(office.name)} {_DOWN.get(office.warning, silent)}") for office, silent in told]


def _since(at: datetime | None, here: Here) -> str:
    return f" since {hour(here.local(at))}" if at is not None else ""


def _lost(source: str, what: str, advice: str) -> Line:
    told = f"{named(source)} lost" + (f": {show_hostile(what)}" if what else "")
    return _bad(told + (f" → {show_hostile(advice)}" if advice else ""))


def _bad(text: str) -> Line:
    return ((" ✗ ", Ink.BAD), (text, Ink.BAD))


def _doubtful(text: str) -> Line:
    return ((" ! ", Ink.DOUBT), (text, Ink.DOUBT))
