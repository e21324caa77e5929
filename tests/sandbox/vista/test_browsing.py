"""What can be read without an order: sites, a week of showtimes, prices, seat plans."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.sandbox.vista.programme import Programme
from tests.fakes import NOON, FakeClock
from tests.sandbox.vista.conftest import SHOWTIME, Desk, opened

LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
LAYOUTS = {"0002-1-39": 2, "7": 1, "0002-3-41": 2, "0003-1-12": 1}
"""Id → areas."""


async def test_two_cinemas_in_zones_of_their_own(desk: Desk) -> None:
    sites = (await desk.get("/sites"))["sites"]
    assert [(site["id"], site["name"]["text"], site["ianaTimeZoneName"]) for site in sites] == [
        ("0002", "City Works Depot", "Europe/London"),
        ("0003", "Viaduct Basin", "Pacific/Auckland"),
    ]


async def test_a_business_date_lists_what_is_still_on_sale_by_time(desk: Desk) -> None:
    listed = await desk.get("/showtimes/by-business-date/2026-11-21", siteIds="0002")
    shown = listed["showtimes"]
    starts = [_starts_at(showtime) for showtime in shown]
    assert starts == sorted(starts)
    assert starts[0] > NOON - timedelta(minutes=20)
    assert {showtime["siteId"] for showtime in shown} == {"0002"}
    assert {showtime["schedule"]["businessDate"] for showtime in shown} == {listed["businessDate"]} == {"2026-11-21"}
    desk.clock.move(9 * 3600)
    later = (await desk.get("/showtimes/by-business-date/2026-11-21", siteIds="0002"))["showtimes"]
    assert 0 < len(later) < len(shown)


async def test_everything_that_a_showtime_refers_to_is_related_data(desk: Desk) -> None:
    listed = await desk.get("/showtimes/by-business-date/first")
    related = {name: {one["id"] for one in things} for name, things in listed["relatedData"].items()}
    for showtime in listed["showtimes"]:
        assert showtime["filmId"] in related["films"]
        assert showtime["screenId"] in related["screens"]
        assert showtime["siteId"] in related["sites"]
        assert set(showtime["attributeIds"]) <= related["attributes"]
        assert {area["areaCategoryId"] for area in showtime["areaCategories"]} <= related["areaCategories"]
    ratings = {film["censorRatingId"] for film in listed["relatedData"]["films"] if "censorRatingId" in film}
    assert ratings <= related["censorRatings"]


async def test_days_and_cinemas_can_be_asked_for_together(desk: Desk) -> None:
    both = await desk.get("/showtimes/by-business-date/2026-11-23", siteIds=["0002", "0003"])
    assert {showtime["siteId"] for showtime in both["showtimes"]} == {"0002", "0003"}
    assert (await desk.get("/showtimes/by-business-date/2026-11-23", siteIds="0009"))["showtimes"] == []
    assert (await desk.get("/showtimes/by-business-date/2027-01-01"))["showtimes"] == []


async def test_the_first_day_is_the_next_with_something_on_sale(desk: Desk) -> None:
    """It is one in the morning in Auckland: what is shown now belongs to yesterday's business date."""
    assert (await desk.get("/showtimes/by-business-date/first", siteIds="0003"))["businessDate"] == "2026-11-21"
    desk.clock.move(3 * 3600)
    assert (await desk.get("/showtimes/by-business-date/first", siteIds="0003"))["businessDate"] == "2026-11-22"
    desk.clock.move(timedelta(days=2, hours=21).total_seconds())
    await desk.sign_in()
    assert (await desk.get("/showtimes/by-business-date/first", siteIds="0002"))["businessDate"] == "2026-11-24"
    desk.clock.move(timedelta(days=30).total_seconds())
    await desk.sign_in()
    assert (await desk.http.get("/showtimes/by-business-date/first")).status_code == 404


@pytest.mark.parametrize("path", ["/showtimes/by-business-date/today", "/showtimes/by-business-date/first?site=2"])
async def test_what_is_no_date_and_no_parameter_is_a_400(desk: Desk, path: str) -> None:
    answer = await desk.http.get(path)
    assert (answer.status_code, set(answer.json())) == (400, {"status", "title", "detail"})


async def test_shapes_vary_as_live_tenants_vary(desk: Desk) -> None:
    """`seatLayoutId` a text, a number or null; starts with an offset or without; films with few fields."""
    week = [await desk.get(f"/showtimes/by-business-date/2026-11-{day}", siteIds="0002") for day in range(21, 28)]
    shown = [showtime for day in week for showtime in day["showtimes"]]
    assert {type(showtime["seatLayoutId"]) for showtime in shown} == {str, int, type(None)}
    assert {datetime.fromisoformat(s["schedule"]["startsAt"]).tzinfo is None for s in shown} == {True, False}
    assert all((s["seatLayoutId"] is None) is (s["isAllocatedSeating"] is False) for s in shown)
    assert {s["requires3dGlasses"] for s in shown} == {s["isSoldOut"] for s in shown} == {True, False}
    films = {film["id"]: film for day in week for film in day["relatedData"]["films"]}
    assert {"runtimeInMinutes" in film for film in films.values()} == {True, False}
    assert any("\x1b" in film["title"]["text"] for film in films.values())
    assert len({s["id"] for s in shown}) == len(shown) > 100


async def test_a_business_date_runs_past_midnight(desk: Desk) -> None:
    shown = (await desk.get("/showtimes/by-business-date/2026-11-22", siteIds="0002"))["showtimes"]
    late = [_starts_at(s).astimezone(LONDON) for s in shown if _starts_at(s).astimezone(LONDON).day == 23]
    assert sorted(f"{start:%H:%M}" for start in late) == ["00:15", "01:30"]


@pytest.mark.parametrize(
    ("business_date", "offset"),
    [("2026-10-24", "+01:00"), ("2026-10-25", "+00:00"), ("2026-03-28", "+00:00"), ("2026-03-29", "+01:00")],
)
async def test_when_the_clocks_change_times_stay_right(business_date: str, offset: str) -> None:
    """London leaves summer time on 25 October 2026 at 01:00 UTC, and enters it on 29 March."""
    now = datetime.fromisoformat(f"{business_date}T08:00:00Z") - timedelta(days=3)
    async with opened(FakeClock(now)) as desk:
        shown = (await desk.get(f"/showtimes/by-business-date/{business_date}", siteIds="0002"))["showtimes"]
    told = [showtime["schedule"]["startsAt"] for showtime in shown]
    assert {start[-6:] for start in told if datetime.fromisoformat(start).tzinfo} == {offset}
    assert {start[11:16] for start in told} >= {"10:15", "17:45", "22:30", "00:15"}


def test_a_time_that_the_clocks_skip_is_an_hour_later_and_lengths_are_real() -> None:
    programme = Programme(datetime(2026, 3, 27, 9, tzinfo=UTC))
    (skipped,) = [
        s for s in programme.showtimes.values()
        if s.business_date == date(2026, 3, 28) and s.starts_at.astimezone(LONDON).date() == date(2026, 3, 29)
        and s.screen.zone_less
    ]  # fmt: skip
    assert skipped.starts_at.isoformat() == "2026-03-29T02:30:00+01:00"
    for showtime in programme.showtimes.values():
        length = showtime.ends_at.astimezone(UTC) - showtime.starts_at.astimezone(UTC)
        assert length == timedelta(minutes=20 + showtime.film.minutes)


def test_auckland_changes_its_clocks_the_other_way() -> None:
    programme = Programme(datetime(2026, 9, 25, 9, tzinfo=UTC))
    offsets = {s.starts_at.strftime("%z") for s in programme.showtimes.values() if s.site.id == "0003"}
    assert offsets == {"+1200", "+1300"}
    assert all(s.starts_at.tzinfo == AUCKLAND for s in programme.showtimes.values() if s.site.id == "0003")


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("minute", [0, 1, 29, 59])
def test_at_any_hour_something_starts_soon_and_is_shown_today(hour: int, minute: int) -> None:
    now = datetime(2026, 11, 21, hour, minute, 31, tzinfo=UTC)
    programme = Programme(now)
    for showtime_id in (SHOWTIME, "0002-2682", "0003-9101", "0003-9102"):
        showtime = programme.showtimes[showtime_id]
        assert timedelta(minutes=24) < showtime.starts_at - now <= timedelta(minutes=30)
        assert programme.first_day(frozenset({showtime.site.id}), now) in (
            showtime.business_date,
            showtime.business_date - timedelta(days=1),
        )
        assert showtime in programme.of(frozenset(), showtime.business_date, now)
    assert len({s.id for s in programme.showtimes.values()}) == len(programme.showtimes)


async def test_prices_of_the_vendors_example(desk: Desk) -> None:
    prices = await desk.get(f"/showtimes/{SHOWTIME}/ticket-prices")
    (adult,) = [price for price in prices["ticketPrices"] if price["ticketTypeId"] == "0002-0050"]
    assert adult["price"] == {"valueIncludingTax": 1.0, "valueExcludingTax": 0.86, "tax": 0.14}
    assert (adult["restrictions"], adult["bookingFee"]) == (["Voucher"], None)
    assert "ADTMM" in adult["voucherTypeCodes"]
    (kind,) = [kind for kind in prices["relatedData"]["ticketTypes"] if kind["id"] == "0002-0050"]
    assert (kind["description"]["text"], kind["areaCategoryId"], kind["hoCode"]) == (
        "Adult Voucher",
        "0002-0000000001",
        "00098",
    )


async def test_prices_differ_in_restrictions_fees_and_areas(desk: Desk) -> None:
    prices = (await desk.get(f"/showtimes/{SHOWTIME}/ticket-prices"))["ticketPrices"]
    fitting = [p for p in prices if p["restrictions"] == ["Voucher"] and "ADTMM" in p["voucherTypeCodes"]]
    assert [price["ticketTypeId"] for price in fitting] == ["0002-0050", "0002-0051"]
    assert [price["bookingFee"] for price in fitting] == [None, {"amountIncludingTax": 0.1}]
    restrictions = {word for price in prices for word in price["restrictions"]}
    assert restrictions == {"Voucher", "Member", "WalletHolder", "CorporateBooker"}


async def test_a_showtime_that_there_is_not(desk: Desk) -> None:
    for path in ("/showtimes/0002-1", "/showtimes/0002-1/ticket-prices"):
        answer = await desk.http.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert (await desk.get(f"/showtimes/{SHOWTIME}"))["showtime"]["id"] == SHOWTIME


@pytest.mark.parametrize(("layout_id", "areas"), LAYOUTS.items())
async def test_a_seat_plan_is_areas_of_rows_of_seats(desk: Desk, layout_id: str, areas: int) -> None:
    layout = (await desk.get(f"/seat-layouts/{layout_id}"))["seatLayout"]
    assert (layout["id"], len(layout["areas"])) == (layout_id, areas)
    seats = [seat for area in layout["areas"] for row in area["rows"] for seat in row["seats"]]
    assert len({seat["id"] for seat in seats}) == len(seats)
    for area in layout["areas"]:
        for row in area["rows"]:
            columns = [seat["position"]["columnNumber"] for seat in row["seats"]]
            assert columns == sorted(set(columns))
            assert {seat["rowLabel"] for seat in row["seats"]} == {row["label"]}
            for seat in row["seats"]:
                place = (area["number"], row["number"], seat["position"]["columnNumber"])
                assert seat["id"] == "_".join(map(str, place))
                assert seat["areaCategoryId"] == area["areaCategoryId"]


async def test_plans_have_aisles_sofas_and_wheelchair_places_beside_their_companions(desk: Desk) -> None:
    kinds: Counter[str] = Counter()
    for layout_id in LAYOUTS:
        layout = (await desk.get(f"/seat-layouts/{layout_id}"))["seatLayout"]
        rows = [row for area in layout["areas"] for row in area["rows"]]
        assert any(_has_an_aisle(row) for row in rows)
        for row in rows:
            types = {seat["position"]["columnNumber"]: seat["type"] for seat in row["seats"]}
            kinds.update(types.values())
            for column, kind in types.items():
                if kind == "Wheelchair":
                    assert "Companion" in (types.get(column - 1), types.get(column + 1))
    assert set(kinds) == {"Normal", "Wheelchair", "Companion", "SofaLeft", "SofaMiddle", "SofaRight", "Recliner"}


async def test_rows_count_from_the_front_or_from_the_back_and_labels_from_either_side(desk: Desk) -> None:
    grand = (await desk.get("/seat-layouts/0002-1-39"))["seatLayout"]["areas"][0]["rows"]
    playhouse = (await desk.get("/seat-layouts/7"))["seatLayout"]["areas"][0]["rows"]
    assert (grand[0]["label"], playhouse[0]["label"], playhouse[-1]["label"]) == ("A", "L", "A")
    assert [seat["label"] for seat in grand[0]["seats"]][:2] == ["1", "2"]
    assert [seat["label"] for seat in playhouse[0]["seats"]][-2:] == ["2", "1"]


async def test_a_layout_that_there_is_not(desk: Desk) -> None:
    assert (await desk.http.get("/seat-layouts/None")).status_code == 404


def _starts_at(showtime: dict[str, dict[str, str]]) -> datetime:
    told = datetime.fromisoformat(showtime["schedule"]["startsAt"])
    return told if told.tzinfo else told.replace(tzinfo=LONDON)


def _has_an_aisle(row: dict[str, list[dict[str, dict[str, int]]]]) -> bool:
    columns = [seat["position"]["columnNumber"] for seat in row["seats"]]
    return columns[-1] - columns[0] >= len(columns)
