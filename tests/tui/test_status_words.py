"""The status line and the banners: the worst first, the least important left out first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len

from kiosk.domain.events import ListStatus, OfficeDown, OfficeStatus, OfficeUp, SourceBack, SourceLost, Stopping
from kiosk.tui.presenter.panel import Ink, Line
from kiosk.tui.presenter.status import banners, strip
from kiosk.tui.view import View, after, without_engine
from tests.tui.given import HERE, NOW, status


def text(line: Line) -> str:
    return "".join(text for text, _ in line)


def view(**changes: object) -> View:
    return replace(after(View(), status()), **changes)  # type: ignore[arg-type]


def said(what: View, most: int = 9) -> list[str]:
    return [text(line).strip() for line in banners(what, HERE, most)]


def test_the_line_at_eighty_columns() -> None:
    line = text(strip(view(), HERE, 80))
    assert line == " Gate A · redeem   River Cruises • live   0 owed   p50 84 p95 140 ms   10:00:02 "


@pytest.mark.parametrize("width", [8, 12, 20, 40, 50, 60, 80, 120, 200])
def test_it_fits_every_width_and_the_clock_goes_last(width: int) -> None:
    line = strip(view(owed=2, oldest_owed_at=NOW - timedelta(minutes=12)), HERE, width)
    assert cell_len(text(line)) <= width
    assert ("10:00:02" in text(line)) is (width >= 12)


def test_what_is_owed_is_counted_with_the_age_of_the_oldest() -> None:
    line = text(strip(after(View(), status(owed=3)), HERE, 100))
    assert "3 owed · oldest 12 min" in line


def test_an_office_that_is_down_is_named_even_where_there_is_little_room() -> None:
    offices = tuple(OfficeStatus(name, name != "Tower", "live") for name in ("River Cruises", "Tower", "Museum of Art"))
    assert "Tower ✗ down" in text(strip(view(offices=offices), HERE, 80))


def test_many_offices_are_counted() -> None:
    offices = tuple(OfficeStatus(f"Supplier number {n}", True, "live") for n in range(5))
    assert "5 offices • live" in text(strip(view(offices=offices), HERE, 80))
    down = (offices[0], *(replace(office, up=False) for office in offices[1:]))
    assert "✗ 4 offices down" in text(strip(view(offices=down), HERE, 80))


def test_a_test_environment_is_loud() -> None:
    told = after(View(), status(env="test"))
    assert (" TEST ", Ink.LOUD) in strip(told, HERE, 80)
    assert cell_len(text(banners(told, HERE, 3, 80)[0])) == 80
    assert said(told) == ["TEST: tickets are not really redeemed here, let nobody in on it"]
    assert banners(told, HERE, 3)[0][0][1] is Ink.LOUD


def test_validating_is_marked_because_it_is_not_the_usual_mode() -> None:
    assert (" validate ", Ink.LOUD) in strip(after(View(), status(mode="validate")), HERE, 80)


def test_looking_only_is_marked_and_where_one_lane_does_so_it_is_named() -> None:
    assert (" look only ", Ink.LOUD) in strip(view(looking=("Gate A",)), HERE, 80)
    two = view(lanes=("Gate A", "Gate B"), looking=("Gate B",))
    assert "Gate A + Gate B · redeem" in text(strip(two, HERE, 80))
    assert said(two) == ["! Gate B only looks at tickets: nothing is redeemed there"]


def test_what_waits_for_a_supervisor_is_counted_loudly() -> None:
    assert (" 2 TO SETTLE ", Ink.LOUD) in strip(view(parked=2), HERE, 80)


def test_a_doubtful_clock_is_told() -> None:
    untrusted = "! clock not trusted: it says Sat 21 Nov 2026 10:00; if wrong, call the desk"
    assert said(view(clock="untrusted")) == [untrusted]
    assert cell_len(untrusted) < 80
    assert said(view(clock="holdover")) == []


# ── offline ─────────────────────────────────────────────────────────────────────────────────────────

SINCE = NOW - timedelta(minutes=18)
TODAY = "2026-11-21"
OFFLINE = view(offline_since=SINCE, owed=31, oldest_owed_at=NOW - timedelta(minutes=4))


def listed(bookings: int, expected: int | None, *, complete: bool, day: str = TODAY) -> ListStatus:
    return ListStatus("River Cruises", day, bookings, expected, complete, NOW - timedelta(minutes=3))


FULL, PART = listed(412, 412, complete=True), listed(120, 412, complete=False)


def test_offline_is_told_with_its_time_and_what_is_owed() -> None:
    line = text(strip(OFFLINE, HERE, 80))
    assert "✗ offline since 09:42 · 31 owed · oldest 4 min" in line
    assert cell_len(line) == 80
    assert said(OFFLINE) == ["✗ the ticket office does not answer since 09:42"]
    assert "✗ offline since 09:42 · 31 owed   10:00:02" in text(strip(OFFLINE, HERE, 62))
    assert "✗ offline since 09:42 · 0 owed" in text(strip(view(offline_since=SINCE), HERE, 80))


def test_one_office_of_two_down_is_not_offline() -> None:
    two = (OfficeStatus("Tower", False, "live", SINCE), OfficeStatus("Museum", True, "live"))
    assert "Tower ✗ down" in text(strip(view(offices=two), HERE, 80))
    both = tuple(replace(office, up=False, since=SINCE) for office in two)
    assert "✗ offline since 09:42" in text(strip(view(offices=both), HERE, 80))
    assert said(view(offices=two)) == ["✗ Tower does not answer since 09:42"]
    assert said(view(offices=both)) == ["✗ the ticket office does not answer since 09:42"]


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ((FULL,), "• list 412 of 412, 3 min old"),
        ((FULL, replace(FULL, supplier="Tower", as_of=NOW - timedelta(hours=3))), "• list 824 of 824, 3 h old"),
        ((FULL, replace(PART, supplier="Tower")), "! list NOT complete: 532 of 824"),
        ((listed(120, None, complete=True),), "• list 120, 3 min old"),
        ((listed(120, None, complete=False),), "! list NOT complete: 120 so far"),
        ((FULL, replace(PART, day="2026-11-22")), "• list 412 of 412, 3 min old"),
        ((replace(FULL, day="2026-11-20"),), "! NO list of today yet"),
        ((replace(FULL, as_of=None),), "! NO list of today yet"),
    ],
)
def test_offline_the_list_is_told_with_how_complete_and_how_old_it_is(
    lists: tuple[ListStatus, ...], words: str
) -> None:
    told = said(replace(OFFLINE, lists=lists))[-1]
    more = "; a ticket that is not on it may be good" if words.startswith("!") else ""
    assert told == words + more
    assert cell_len(told) < 80


def test_in_good_times_the_list_stands_where_there_is_room_and_an_incomplete_one_before_the_pace() -> None:
    assert said(view(lists=(FULL,))) == []
    assert "list 412 of 412, 3 min old" in text(strip(view(lists=(FULL,)), HERE, 120))
    assert "list" not in text(strip(view(lists=(FULL,)), HERE, 80))
    line = text(strip(view(lists=(PART,)), HERE, 80))
    assert "list NOT complete: 120 of 412" in line
    assert "p50" not in line
    assert "list" not in text(strip(view(), HERE, 200))


@pytest.mark.parametrize("width", [8, 20, 40, 60, 80, 120])
def test_offline_fits_every_width(width: int) -> None:
    told = replace(OFFLINE, lists=(PART,), parked=3)
    assert cell_len(text(strip(told, HERE, width))) <= width


# ── what is wrong ───────────────────────────────────────────────────────────────────────────────────


def test_all_well_needs_no_banner() -> None:
    assert said(view()) == []


def test_a_lost_source_says_what_to_do_until_it_is_back() -> None:
    lost = after(view(), SourceLost(NOW, "scanner", "the USB scanner was unplugged", "plug it in again"))
    assert said(lost) == ["✗ scanner lost: the USB scanner was unplugged → plug it in again"]
    assert said(after(lost, SourceBack(NOW, "scanner"))) == []


def test_an_office_that_goes_down_is_told_with_its_time_until_it_is_up() -> None:
    down = after(view(), OfficeDown(NOW - timedelta(minutes=18), "octo", "River Cruises", "offline"))
    assert said(down) == ["✗ River Cruises does not answer since 09:42"]
    assert said(after(down, OfficeUp(NOW, "octo", "River Cruises"))) == []


def test_an_office_that_refuses_the_key_is_not_called_silent() -> None:
    refused = after(view(), OfficeDown(SINCE, "octo", "River Cruises", "not_authorised"))
    assert said(refused) == ["✗ River Cruises does not accept this kiosk's key: call the desk"]
    assert said(after(refused, OfficeUp(NOW, "octo", "River Cruises"))) == []


def test_a_journal_that_cannot_be_written_is_told() -> None:
    assert "cannot write its record" in said(after(View(), status(journal_ok=False)))[0]


def test_the_engines_notices_are_told_once_and_made_safe() -> None:
    told = after(View(), status(notices=("River Cruises: redemption is not granted\x1b[0m",)))
    warned = replace(told, offices=(OfficeStatus("River Cruises", True, warning="redemption is not granted\x1b[0m"),))
    assert said(told) == ["! River Cruises: redemption is not granted·[0m"]
    assert said(warned) == said(told)


def test_an_engine_that_is_away_is_all_that_is_said() -> None:
    lost = after(view(), SourceLost(NOW, "scanner", "gone"))
    assert said(without_engine(lost)) == ["✗ the gate engine is not running: starting again"]


def test_an_engine_that_stops_says_so() -> None:
    assert said(after(view(), Stopping(NOW))) == ["! the gate is closing: scan nobody"]


def test_more_than_fits_is_counted() -> None:
    told = after(View(), status(notices=tuple(f"notice {n}" for n in range(5))))
    lines = said(told, most=2)
    assert lines == ["! notice 0", "! notice 1   (and 3 more)"]
    assert said(told, most=0) == []
