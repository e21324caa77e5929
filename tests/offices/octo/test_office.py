"""The OCTO office as the desks see it: one supplier, its standing, its clock."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.events import OfficeStatus
from kiosk.domain.reply import Declined, Done, Failed, Found
from kiosk.domain.verdict import Doubt
from kiosk.offices.octo.office import OctoOffice
from kiosk.offices.octo.standing import NOT_GRANTED, TEST_ENVIRONMENT
from kiosk.ports import TicketOffice
from tests.fakes import CODE, FakeClock
from tests.offices.octo.wire import RIVER, TOWER, Asked, Wire, answer, booking, example, never, redeemed

WITHIN_S = 5.0


def found(reference: str, supplier: str = RIVER.name) -> Booking:
    return Booking(reference, f"uuid-{reference}", f"redeem|{reference}", redeemable=True, supplier=supplier)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


async def test_every_request_says_who_we_are_and_what_we_want() -> None:
    wire = Wire()
    wire.on("lookup", lambda asked: answer([]))
    office: TicketOffice = wire.office(RIVER, env="test", accept_language="cy, en;q=0.5")
    assert await office.look_up(CODE, within_s=WITHIN_S) == Found((), RIVER.name)
    headers = wire.asked[0].headers
    assert headers["authorization"] == f"Bearer {RIVER.api_key.get_secret_value()}"
    assert (headers["octo-capabilities"], headers["octo-env"]) == ("octo/redemption", "test")
    assert (headers["accept"], headers["accept-language"]) == ("application/json", "cy, en;q=0.5")
    assert headers["user-agent"].startswith("kiosk/")
    assert wire.asked[0].code == CODE


async def test_one_booking_is_redeemed_with_a_text_and_several_with_an_array() -> None:
    wire = Wire()
    wire.on("redeem", lambda asked: answer(redeemed(booking())))
    office = wire.office()
    await office.redeem([found("A")], Mode.REDEEM, within_s=WITHIN_S)
    await office.redeem([found("A"), found("B")], Mode.REDEEM, within_s=WITHIN_S)
    await office.redeem([found("A"), found("A")], Mode.REDEEM, within_s=WITHIN_S)
    assert [asked.code for asked in wire.asked] == ["redeem|A", ["redeem|A", "redeem|B"], "redeem|A"]


async def test_a_redemption_goes_to_the_supplier_that_the_booking_came_from() -> None:
    wire = Wire()
    wire.on("redeem", lambda asked: answer(redeemed(booking())))
    await wire.office(RIVER, TOWER).redeem([found("A", TOWER.name)], Mode.REDEEM, within_s=WITHIN_S)
    assert wire.asked_of("redeem") == [TOWER.name]


@pytest.mark.parametrize(
    "bookings",
    [[found("A", "Gone")], [found("A", "")], [found("A", RIVER.name), found("B", TOWER.name)]],
    ids=["a supplier that is not configured", "no supplier", "two suppliers"],
)
async def test_what_no_one_supplier_can_redeem_is_not_asked(bookings: list[Booking]) -> None:
    wire = Wire()
    reply = await wire.office(RIVER, TOWER).redeem(bookings, Mode.REDEEM, within_s=WITHIN_S)
    assert isinstance(reply, Failed)
    assert not reply.may_have_applied
    assert wire.asked == []


async def test_a_booking_without_a_redemption_code_is_not_asked() -> None:
    wire = Wire()
    reply = await wire.office().redeem([Booking("A", supplier=RIVER.name)], Mode.REDEEM, within_s=WITHIN_S)
    assert isinstance(reply, Declined)
    assert wire.asked == []


@pytest.mark.parametrize("within_s", [0.0, -1.0])
async def test_without_time_nothing_is_asked(within_s: float) -> None:
    wire = Wire()
    office = wire.office()
    assert await office.look_up(CODE, within_s=within_s) == Failed(Doubt.NO_ANSWER)
    assert await office.redeem([found("A")], Mode.REDEEM, within_s=within_s) == Failed(Doubt.NO_ANSWER)
    assert await office.redeem([found("A")], Mode.VALIDATE, within_s=within_s) == Failed(Doubt.NO_ANSWER)
    assert wire.asked == []


async def test_an_office_that_hangs_is_left_within_the_time() -> None:
    wire = Wire()
    wire.on("redeem", never)
    reply = await wire.office().redeem([found("A")], Mode.REDEEM, within_s=0.05)
    assert reply == Failed(Doubt.NO_ANSWER, may_have_applied=True)


# ── validating ──────────────────────────────────────────────────────────────────────────────────────


def validating(**replies: str) -> Wire:
    wire = Wire()
    wire.on("validate", lambda asked: _as_told(replies[asked.code.removeprefix("redeem|")], asked))
    return wire


def _as_told(told: str, asked: Asked) -> httpx.Response:
    name = asked.code.removeprefix("redeem|")
    if told == "done":
        return answer(redeemed(booking(name)))
    return answer({"error": "BAD_REQUEST", "errorMessage": name}, 400 if told == "declined" else 500)


@pytest.mark.parametrize(
    ("a", "b", "c", "asked", "reply"),
    [
        ("done", "done", "done", "ABC", ["A", "B", "C"]),
        ("done", "declined", "done", "ABC", ["A", "C"]),
        ("declined", "declined", "declined", "ABC", Declined("A", "BAD_REQUEST")),
        ("failed", "done", "done", "A", Failed(Doubt.OFFICE_ERROR, may_have_applied=True)),
        ("done", "failed", "done", "AB", Failed(Doubt.OFFICE_ERROR, may_have_applied=True)),
        ("declined", "failed", "done", "AB", Failed(Doubt.OFFICE_ERROR, may_have_applied=True)),
    ],
)
async def test_several_are_validated_one_by_one(
    a: str, b: str, c: str, asked: str, reply: list[str] | Declined | Failed
) -> None:
    wire = validating(A=a, B=b, C=c)
    bookings = [found("A"), found("B"), found("C")]
    said = await wire.office().redeem(bookings, Mode.VALIDATE, within_s=WITHIN_S)
    assert (isinstance(said, Done) and [one.reference for one in said.bookings]) == reply or said == reply
    assert [one.code for one in wire.asked] == [f"redeem|{name}" for name in asked]
    assert set(wire.routes_asked) == {"validate"}, "never both"


async def test_a_refused_key_after_something_was_done_leaves_the_whole_in_doubt() -> None:
    wire = Wire()
    wire.on("validate", lambda asked: answer(redeemed(booking()) if asked.code == "redeem|A" else {}, _status(asked)))
    said = await wire.office().redeem([found("A"), found("B")], Mode.VALIDATE, within_s=WITHIN_S)
    assert said == Failed(Doubt.NOT_AUTHORISED, may_have_applied=True)


def _status(asked: Asked) -> int:
    return 200 if asked.code == "redeem|A" else 403


# ── how it stands ───────────────────────────────────────────────────────────────────────────────────


async def look_up(office: OctoOffice) -> Found | Failed:
    return await office.look_up(CODE, within_s=WITHIN_S)


async def test_down_after_two_failures_in_a_row_and_up_with_the_next_answer() -> None:
    wire, statuses, clock = Wire(), list[OfficeStatus](), FakeClock()
    office = wire.office(on_status=statuses.append, clock=clock)
    seen = []
    for status in (200, 500, 200, 500, 502, 503, 200):
        wire.on("lookup", lambda asked, status=status: answer([], status))  # type: ignore[misc]
        clock.move(1)
        await look_up(office)
        seen.append((statuses[-1].up, statuses[-1].warning))
    assert seen == [(True, ""), (True, ""), (True, ""), (True, ""), *[(False, "office_error")] * 2, (True, "")]
    assert [status.up for status in statuses] == [True, False, True], "told when it changes, and only then"
    assert statuses[1].since == clock.now() - timedelta(seconds=2)


async def test_an_office_never_reached_is_down_and_says_why() -> None:
    statuses = list[OfficeStatus]()
    office = Wire().office(on_status=statuses.append)
    await office.aclose()
    for _ in range(2):
        await look_up(office)
    assert [(status.name, status.up, status.warning) for status in statuses] == [(RIVER.name, False, "offline")]


async def test_a_rate_limit_is_no_failure() -> None:
    wire, statuses = Wire(), list[OfficeStatus]()
    wire.on("lookup", lambda asked: answer({}, 429))
    office = wire.office(on_status=statuses.append)
    for _ in range(3):
        assert isinstance(await look_up(office), Failed)
    assert statuses == []


async def test_the_no_of_an_office_is_a_sign_of_life() -> None:
    wire, statuses = Wire(), list[OfficeStatus]()
    wire.on("redeem", lambda asked: answer({"error": "BAD_REQUEST"}, 400))
    office = wire.office(on_status=statuses.append)
    await office.redeem([found("A")], Mode.REDEEM, within_s=WITHIN_S)
    assert [status.up for status in statuses] == [True]


@pytest.mark.parametrize(
    ("granted", "env", "asked_env", "warning", "is_test"),
    [
        ("octo/redemption", "live", "live", "", False),
        ("octo/pricing, OCTO/Redemption", "live", "live", "", False),
        ("", "live", "live", NOT_GRANTED, False),
        ("octo/pricing", "test", "live", NOT_GRANTED, True),
        ("octo/redemption", "test", "live", TEST_ENVIRONMENT, True),
        ("octo/redemption", "test", "test", "", True),
        ("octo/redemption", "live", "test", "", False),
        ("octo/redemption", "??", "live", "", False),
        (None, None, "live", "", False),
        (None, None, "test", "", True),
    ],
)
async def test_what_the_office_really_applied_is_read_back(
    granted: str | None, env: str | None, asked_env: str, warning: str, is_test: bool
) -> None:
    wire, statuses = Wire(), list[OfficeStatus]()
    headers = {"Octo_Capabilities": granted, "Octo_Env": env}
    said = {name: value for name, value in headers.items() if value is not None}
    wire.on("lookup", lambda asked: answer([], 200, **said))
    office = wire.office(on_status=statuses.append, env=asked_env)
    await look_up(office)
    assert statuses[-1].warning == warning
    assert office.is_test is is_test


async def test_headers_of_an_error_page_take_nothing_away() -> None:
    wire, statuses = Wire(), list[OfficeStatus]()
    wire.on("lookup", lambda asked: answer([], Octo_Capabilities="octo/redemption", Octo_Env="live"))
    office = wire.office(on_status=statuses.append)
    await look_up(office)
    wire.on("lookup", lambda asked: answer({}, 502, Octo_Capabilities=""))
    await look_up(office)
    assert [(status.up, status.warning, status.env) for status in statuses] == [(True, "", "live")]


async def test_one_live_supplier_makes_it_no_test_office() -> None:
    wire = Wire()
    wire.on("lookup", lambda asked: answer([], Octo_Env="test"), RIVER)
    wire.on("lookup", lambda asked: answer([], Octo_Env="live"), TOWER)
    office = wire.office(RIVER, TOWER)
    for supplier in (RIVER, TOWER):
        await office.look_up(CODE, within_s=WITHIN_S, supplier=supplier.name)
    assert not office.is_test


# ── its clock ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_offices_clock_is_the_median_of_what_its_answers_say() -> None:
    wire, clock = Wire(), FakeClock()
    office = wire.office(clock=clock)
    assert office.office_ahead == timedelta()
    for date in ("12:01:00", "12:01:02", "17:00:00"):  # ours says 12:00:00; one cache tells an old time
        wire.on("lookup", lambda asked, date=date: answer([], Date=f"Sat, 21 Nov 2026 {date} GMT"))  # type: ignore[misc]
        await look_up(office)
    assert office.office_ahead == timedelta(seconds=62.5), "half a second for what the header cuts off"


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Nov 2026 12:00:00 GMT", "1e999"])
async def test_a_date_that_is_none_says_nothing(date: str) -> None:
    wire = Wire()
    wire.on("lookup", lambda asked: answer([], Date=date))
    office = wire.office()
    await look_up(office)
    assert office.office_ahead == timedelta()


# ── the doctor ──────────────────────────────────────────────────────────────────────────────────────

WHOAMI = {"connection": {"id": "1", "name": "Gate"}, "supplier": {"id": "2", "name": "River Cruises Ltd"}}


async def test_a_probe_says_who_the_key_is() -> None:
    wire = Wire()
    wire.on("whoami", lambda asked: answer(WHOAMI, Octo_Capabilities="octo/redemption", Octo_Env="live"), RIVER)
    wire.on("supplier", lambda asked: answer({"name": "The Tower"}), TOWER)
    river, tower = await wire.office(RIVER, TOWER).probe()
    assert (river.says, river.grants_redemption, river.env, river.is_ready) == ("River Cruises Ltd", True, "live", True)
    assert (tower.says, tower.grants_redemption, tower.problem) == ("The Tower", None, "")


async def test_a_probe_says_what_is_wrong() -> None:
    wire = Wire()
    wire.on("whoami", lambda asked: answer({"error": "FORBIDDEN"}, 403), RIVER)
    wire.on("whoami", lambda asked: answer(WHOAMI, Octo_Capabilities="octo/pricing"), TOWER)
    river, tower = await wire.office(RIVER, TOWER).probe()
    assert (river.is_ready, river.problem) == (False, "not_authorised (status 403 FORBIDDEN)")
    assert (tower.is_ready, tower.problem) == (False, NOT_GRANTED)


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────


async def test_neither_keys_nor_codes_are_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire()
    wire.on("redeem", lambda asked: answer({"error": CODE, "errorMessage": CODE}, 500))
    office = wire.office(RIVER, TOWER)
    replies = [await look_up(office), await office.redeem([found("A")], Mode.REDEEM, within_s=WITHIN_S)]
    told = caplog.text + repr((office, RIVER, replies, vars(office)))
    assert RIVER.api_key.get_secret_value() not in told
    assert "redeem|A" not in told
    assert CODE.lower() not in told.lower()


# ── start and end ───────────────────────────────────────────────────────────────────────────────────


async def test_started_without_a_network_it_is_told_and_ends_in_order() -> None:
    wire, down = Wire(), asyncio.Event()
    wire.on("whoami", lambda asked: answer({}, 503))
    wire.on("products", lambda asked: answer({}, 503))
    office = wire.office(on_status=lambda status: down.set() if status.up is False else None)
    await office.start()
    await asyncio.wait_for(down.wait(), 5)
    await office.aclose()
    assert await look_up(office) == Failed(Doubt.OFFLINE)


async def test_the_end_does_not_wait_for_an_office_that_hangs() -> None:
    wire, asked = Wire(), asyncio.Event()

    async def hang(about: Asked) -> httpx.Response:
        asked.set()
        return await never(about)

    wire.on("whoami", hang)
    wire.on("products", hang)
    office = wire.office()
    await office.start()
    await asked.wait()
    await asyncio.wait_for(office.aclose(), 5)


async def test_bookings_are_called_by_their_names_once_the_catalogue_is_there() -> None:
    wire = Wire()
    document = booking(productId=example("products")[0]["id"])
    wire.on("lookup", lambda asked: answer([document]))
    wire.on("whoami", lambda asked: answer(WHOAMI))
    wire.on("products", lambda asked: answer(example("products")))
    office = wire.office()
    before = await look_up(office)
    assert isinstance(before, Found)
    assert before.bookings[0].product == ""
    await office.start()

    async def names() -> str:
        while True:
            after = await look_up(office)
            assert isinstance(after, Found)
            if after.bookings[0].product:
                return after.bookings[0].product
            await asyncio.sleep(0)

    assert await asyncio.wait_for(names(), 5) == "Walking Tour of Barcelona"
    await office.aclose()
