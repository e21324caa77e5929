"""Events and commands of every kind, with the worst that may stand in their texts."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from kiosk.domain import events as ev
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.issuing.events import IssueJobs, ListIssues
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import (
    Admit,
    Choose,
    Doubt,
    Grade,
    ListGap,
    Option,
    Reason,
    Refuse,
    Undecided,
    Use,
    Verdict,
)
from kiosk.domain.voucher_events import VoucherCommand, VoucherEvent

NASTY = 'ab1 "\\/<[]\x00\x07\x1b\x1d\x7f\x85\x9b\n\r\u00a0\u2028\u202e\u2066\ufeff\ufffd…é字\U0001f3ab\U000e0041\udc9b'

texts = st.text(max_size=12) | st.text(alphabet=NASTY, max_size=12)
words = st.text(alphabet="abcGate 12", max_size=8)
zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30))])


def _to_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


times = st.datetimes(timezones=zones).map(_to_ms)
seconds = st.floats(0, 1e6).map(lambda value: round(value, 1))
codes = st.text(alphabet="!|+/zGp19", min_size=1, max_size=90).map(Code)

units = st.builds(UnitItem, reference=texts, unit=texts, pax=st.integers(0, 9), redeemed_at=st.none())
bookings = st.builds(
    Booking,
    reference=texts,
    uuid=texts,
    redemption_code=st.just("SECRET-REDEMPTION-CODE"),
    redeemable=st.booleans(),
    status=texts,
    supplier=texts,
    product=texts,
    starts_at=st.none() | times,
    ends_at=st.none() | times,
    all_day=st.booleans(),
    units=st.lists(units, max_size=5).map(tuple),
    redeemed_at=st.none() | times,
    office_note=texts,
)
uses = st.builds(Use, st.none() | times, st.none() | texts, st.none() | seconds, st.booleans())


def _some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


verdicts: st.SearchStrategy[Verdict] = st.one_of(
    st.builds(Admit, _some(bookings), st.sampled_from(Grade), st.booleans(), _some(bookings), st.none() | seconds),
    st.builds(Refuse, st.sampled_from(Reason), _some(bookings), st.none() | uses),
    st.builds(Choose, _some(st.builds(Option, bookings, st.none() | st.sampled_from(Reason), st.none() | uses))),
    st.builds(
        Undecided,
        st.sampled_from(Doubt),
        _some(bookings),
        st.none() | seconds,
        st.booleans(),
        st.none() | st.sampled_from(ListGap),
    ),
)
decided = st.builds(
    ev.Decided,
    at=times,
    scan_id=words,
    lane=words,
    source=words,
    code=st.none() | codes,
    verdict=verdicts,
    symbology=st.none() | words,
    repeat=st.booleans(),
    repeated_s=st.none() | seconds,
    office=st.none() | words,
    supplier=st.none() | texts,
    elapsed_ms=seconds,
    office_ms=seconds,
    looked=st.booleans(),
)


@st.composite
def previews(draw: st.DrawFn) -> ev.Preview:
    width, height = draw(st.integers(1, 8)), draw(st.integers(0, 8))
    grey = draw(st.binary(min_size=width * height, max_size=width * height))
    return ev.Preview(draw(times), draw(texts), width, height, grey, draw(texts))


offices = st.builds(
    ev.OfficeStatus, name=texts, up=st.none() | st.booleans(), env=texts, since=st.none() | times, warning=texts
)
lists = st.builds(
    ev.ListStatus,
    supplier=texts,
    day=words,
    bookings=st.integers(0, 1000),
    expected=st.none() | st.integers(0, 1000),
    complete=st.booleans(),
    as_of=st.none() | times,
)
parked = st.builds(
    ev.ParkedAttempt,
    id=words,
    lane=texts,
    opened_at=times,
    references=_some(texts),
    product=texts,
    pax=st.integers(0, 9),
    was_admitted=st.booleans(),
    why=texts,
    conflict=st.booleans(),
    redeemed_at=st.none() | times,
)
sources = st.builds(ev.SourceStatus, name=texts, kind=words, up=st.booleans(), what=texts)

CODELESS: dict[type[ev.Event], st.SearchStrategy[ev.Event]] = {
    ev.Dismissed: st.builds(ev.Dismissed, times, texts, texts),
    ev.SourceLost: st.builds(ev.SourceLost, times, texts, texts, texts),
    ev.SourceBack: st.builds(ev.SourceBack, times, texts),
    ev.OfficeDown: st.builds(ev.OfficeDown, times, texts, texts, texts),
    ev.OfficeUp: st.builds(ev.OfficeUp, times, texts, texts),
    ev.OwedChanged: st.builds(ev.OwedChanged, times, st.integers(0, 1 << 40), st.none() | times),
    ev.AttemptSettled: st.builds(ev.AttemptSettled, times, texts, texts, _some(texts), st.booleans()),
    ev.Ready: st.builds(ev.Ready, times, _some(texts), texts, texts, _some(texts)),
    ev.Stopping: st.builds(ev.Stopping, times),
    ev.Status: st.builds(
        ev.Status,
        at=times,
        lanes=_some(texts),
        mode=words,
        offices=_some(offices),
        sources=_some(sources),
        owed=st.integers(0, 1000),
        oldest_owed_at=st.none() | times,
        p50_ms=st.none() | seconds,
        p95_ms=st.none() | seconds,
        journal_ok=st.booleans(),
        notices=_some(texts),
        offline_since=st.none() | times,
        parked=st.integers(0, 9),
        clock=words,
        lists=_some(lists),
        looking=_some(texts),
        issuing=st.integers(0, 9),
    ),
    ev.Preview: previews(),
    ev.Noted: st.builds(ev.Noted, times, texts, words, words, texts, _some(texts)),
    ev.ParkedList: st.builds(ev.ParkedList, times, _some(parked)),
    ev.TakeHomeOffered: st.builds(ev.TakeHomeOffered, times, texts, words, texts, st.booleans(), times, texts),
    ev.TakeHomeEnded: st.builds(ev.TakeHomeEnded, times, texts, words, words),
    ev.Rights: st.builds(ev.Rights, times, st.booleans(), _some(words), texts, words, words, words, seconds),
}
"""Events that hold no code: what is written is read back whole."""

EVENTS: dict[type[ev.Event], st.SearchStrategy[ev.Event]] = {
    **CODELESS,
    ev.Decided: decided,
    ev.Checking: st.builds(ev.Checking, times, words, words, words, codes),
    ev.Recent: st.builds(ev.Recent, times, _some(decided)),
}

COMMANDS: dict[type[ev.Command], st.SearchStrategy[ev.Command]] = {
    ev.Submit: st.builds(ev.Submit, texts, texts, texts, st.booleans()),
    ev.ChooseBookings: st.builds(ev.ChooseBookings, texts, _some(st.integers(0, 50)), texts),
    ev.Dismiss: st.builds(ev.Dismiss, texts, texts),
    ev.WatchPreview: st.builds(ev.WatchPreview, st.booleans()),
    ev.LookOnly: st.builds(ev.LookOnly, st.booleans(), texts),
    ev.Undo: st.builds(ev.Undo, texts, texts, texts, st.booleans(), texts, texts),
    ev.ParkOwed: st.builds(ev.ParkOwed, texts, texts, texts),
    ev.Search: st.builds(ev.Search, texts, words, texts),
    ev.ListParked: st.just(ev.ListParked()),
    ev.SettleParked: st.builds(ev.SettleParked, texts, texts, texts),
    ev.SignIn: st.builds(ev.SignIn, texts, texts.map(Secret)),
    ev.SignOut: st.just(ev.SignOut()),
    ev.Leave: st.just(ev.Leave()),
    ev.SeeGiftCards: st.builds(ev.SeeGiftCards, texts),
}


def _whatever(declared: Any) -> st.SearchStrategy[Any]:
    """Values of a declared type, as deep as it goes."""
    if get_origin(declared) is tuple:
        return st.lists(_whatever(get_args(declared)[0]), max_size=2).map(tuple)
    if isinstance(declared, UnionType):
        return st.one_of(*(_whatever(kind) for kind in get_args(declared)))
    if isinstance(declared, type) and is_dataclass(declared):
        return st.builds(declared, **{name: _whatever(hint) for name, hint in get_type_hints(declared).items()})
    if issubclass(declared, StrEnum):
        return st.sampled_from(declared)
    return _PLAIN[declared]


_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: texts,
    bool: st.booleans(),
    int: st.integers(0, 1000),
    float: seconds,
    datetime: times,
    date: st.dates(),
    Decimal: st.decimals(-1000, 1000, places=17),
    Secret: texts.map(Secret),
    type(None): st.none(),
}

for _kind in (*get_args(VoucherEvent), IssueJobs):
    CODELESS[_kind] = EVENTS[_kind] = _whatever(_kind)
for _kind in (*get_args(VoucherCommand), ListIssues):
    COMMANDS[_kind] = _whatever(_kind)

codeless = st.one_of(list(CODELESS.values()))
events = st.one_of(list(EVENTS.values()))
commands = st.one_of(list(COMMANDS.values()))
