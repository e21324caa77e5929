"""Several suppliers at one gate: who is asked, in which order, and what the answers come to."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from kiosk.device.clock import SystemClock
from kiosk.domain.reply import Failed, Found
from kiosk.domain.verdict import Doubt
from kiosk.offices.octo.credentials import REST_S
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from tests.fakes import FakeClock
from tests.offices.octo.wire import (
    RIVER,
    SUPPLIERS,
    TOWER,
    WALKS,
    Asked,
    Route,
    Wire,
    answer,
    booking,
    never,
    redeemed,
)

WITHIN_S = 5.0
CODE = "X749G9"
ALL = [RIVER.name, TOWER.name, WALKS.name]


def knows(wire: Wire, supplier: SupplierKey, *references: str, used: bool = False) -> None:
    documents = [booking(reference) for reference in references]
    wire.on("lookup", lambda asked: answer([redeemed(one) if used else one for one in documents]), supplier)


def picks(wire: Wire, supplier: SupplierKey | None) -> None:
    key = supplier.api_key.get_secret_value() if supplier else None
    wire.on("credentials", lambda asked: answer({"apiKey": key}))


async def ask(office: OctoOffice, code: str = CODE, within_s: float = WITHIN_S) -> tuple[str, list[str]] | Failed:
    """Whose booking it is, and which; or the failure."""
    reply = await office.look_up(code, within_s=within_s)
    if isinstance(reply, Failed):
        return reply
    assert all(one.supplier == reply.supplier for one in reply.bookings)
    return reply.supplier, [one.reference for one in reply.bookings]


def a_wire(*, credentials: bool = False) -> Wire:
    """Three suppliers that know nothing."""
    wire = Wire()
    wire.on("lookup", lambda asked: answer([]))
    if not credentials:
        wire.on("credentials", lambda asked: answer({"error": "NOT_FOUND"}, 404))
    return wire


# ── the office picks the key ────────────────────────────────────────────────────────────────────────


async def test_the_office_is_asked_whose_code_it_is() -> None:
    wire = a_wire(credentials=True)
    picks(wire, TOWER)
    knows(wire, TOWER, CODE)
    assert await ask(wire.office(*SUPPLIERS)) == (TOWER.name, [CODE])
    assert wire.routes_asked == ["credentials", "lookup"]
    assert (wire.asked[0].code, "authorization" in wire.asked[0].headers) == (CODE, False)


async def test_the_keys_go_to_the_office_in_the_body() -> None:
    bodies: list[bytes] = []
    wire = a_wire(credentials=True)
    office = wire.office(RIVER, TOWER)

    async def keep(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return answer({"apiKey": None})

    office._http._client._transport = httpx.MockTransport(keep)
    await ask(office)
    keys = f'["{RIVER.api_key.get_secret_value()}","{TOWER.api_key.get_secret_value()}"]'
    assert bodies == [f'{{"reference":"{CODE}","apiKeys":{keys}}}'.encode()]


async def test_null_means_not_one_of_ours() -> None:
    wire = a_wire(credentials=True)
    picks(wire, None)
    assert await ask(wire.office(*SUPPLIERS)) == ("", [])
    assert wire.routes_asked == ["credentials"]


async def test_the_picked_supplier_decides_even_when_it_finds_nothing_or_fails() -> None:
    wire = a_wire(credentials=True)
    picks(wire, TOWER)
    office = wire.office(*SUPPLIERS)
    assert await ask(office) == (TOWER.name, [])
    wire.on("lookup", lambda asked: answer({}, 500), TOWER)
    assert await ask(office) == Failed(Doubt.OFFICE_ERROR)


async def test_one_supplier_is_asked_directly() -> None:
    wire = a_wire(credentials=True)
    knows(wire, RIVER, CODE)
    assert await ask(wire.office(RIVER)) == (RIVER.name, [CODE])
    assert wire.routes_asked == ["lookup"]


async def test_a_named_supplier_is_asked_directly() -> None:
    wire = a_wire(credentials=True)
    knows(wire, RIVER, CODE)
    reply = await wire.office(*SUPPLIERS).look_up(CODE, within_s=WITHIN_S, supplier=TOWER.name)
    assert reply == Found((), TOWER.name)
    assert wire.asked_of("lookup") == [TOWER.name]


async def test_a_supplier_that_has_left_the_configuration_is_no_not_found() -> None:
    reply = await a_wire().office(*SUPPLIERS).look_up(CODE, within_s=WITHIN_S, supplier="Gone")
    assert isinstance(reply, Failed)


# ── every key at once ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_where_the_office_does_not_offer_it_every_key_is_asked(status: int) -> None:
    wire = a_wire()
    wire.on("credentials", lambda asked: answer({"error": "X"}, status))
    knows(wire, WALKS, CODE)
    office = wire.office(*SUPPLIERS)
    assert await ask(office) == (WALKS.name, [CODE])
    assert await ask(office, "OTHER-SHAPE-1") == (WALKS.name, [CODE])
    assert wire.asked_of("credentials") == [""], "and not asked again"


async def test_switched_off_it_is_never_asked() -> None:
    wire = a_wire(credentials=True)
    picks(wire, None)
    knows(wire, TOWER, CODE)
    assert await ask(wire.office(*SUPPLIERS, use_credentials=False)) == (TOWER.name, [CODE])
    assert "credentials" not in wire.routes_asked


FAILURES: dict[str, Route] = {
    "500": lambda asked: answer({}, 500),
    "a refusal": lambda asked: answer({"error": "BAD_REQUEST"}, 400),
    "429": lambda asked: answer({}, 429),
    "an array": lambda asked: answer([]),
    "no key in it": lambda asked: answer({}),
    "a stranger's key": lambda asked: answer({"apiKey": "somebody else's"}),
    "a number": lambda asked: answer({"apiKey": 17}),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_where_it_fails_every_key_is_asked_and_it_rests_for_a_while(failure: Route) -> None:
    wire, clock = a_wire(), FakeClock()
    wire.on("credentials", failure)
    office = wire.office(*SUPPLIERS, clock=clock)
    assert await ask(office) == ("", [])
    assert await ask(office) == ("", [])
    assert (len(wire.asked_of("credentials")), wire.asked_of("lookup")) == (1, ALL * 2)
    clock.move(REST_S)
    await ask(office)
    assert len(wire.asked_of("credentials")) == 2


async def test_where_it_hangs_enough_time_is_left_for_every_key() -> None:
    wire = a_wire()
    wire.on("credentials", never)
    knows(wire, RIVER, CODE)
    assert await ask(wire.office(*SUPPLIERS, clock=SystemClock()), within_s=0.2) == (RIVER.name, [CODE])


async def test_a_key_in_other_letters_is_the_same_key() -> None:
    wire = a_wire(credentials=True)
    wire.on("credentials", lambda asked: answer({"apiKey": WALKS.api_key.get_secret_value().upper()}))
    await ask(wire.office(*SUPPLIERS))
    assert wire.asked_of("lookup") == [WALKS.name]


async def test_not_found_only_when_everybody_said_so() -> None:
    wire = a_wire()
    office = wire.office(*SUPPLIERS)
    assert await ask(office) == ("", [])
    assert wire.asked_of("lookup") == ALL


@pytest.mark.parametrize(
    ("failure", "doubt"),
    [
        (lambda asked: answer({}, 500), Doubt.OFFICE_ERROR),
        (lambda asked: answer({}, 403), Doubt.NOT_AUTHORISED),
        (lambda asked: answer({}, 429), Doubt.RATE_LIMITED),
        (never, Doubt.NO_ANSWER),
    ],
)
async def test_while_one_has_not_answered_nobody_is_refused(failure: Any, doubt: Doubt) -> None:
    wire = a_wire()
    wire.on("lookup", failure, TOWER)
    assert await ask(wire.office(*SUPPLIERS), within_s=0.1) == Failed(doubt)


async def test_a_booking_found_counts_for_more_than_another_offices_failure() -> None:
    wire = a_wire()
    wire.on("lookup", lambda asked: answer({}, 500), RIVER)
    knows(wire, WALKS, CODE)
    assert await ask(wire.office(*SUPPLIERS)) == (WALKS.name, [CODE])


async def test_a_booking_found_does_not_wait_for_an_office_that_hangs() -> None:
    wire = a_wire()
    wire.on("lookup", never, RIVER)
    knows(wire, WALKS, CODE)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await ask(wire.office(*SUPPLIERS), within_s=60) == (WALKS.name, [CODE])
    assert loop.time() - began < 30


async def test_of_two_that_know_it_the_first_configured_wins_whoever_is_faster() -> None:
    wire = a_wire()

    async def slowly(asked: Asked) -> httpx.Response:
        await asyncio.sleep(0.02)
        return answer([booking("RIVERS")])

    wire.on("lookup", slowly, RIVER)
    knows(wire, TOWER, "TOWERS")
    assert await ask(wire.office(*SUPPLIERS)) == (RIVER.name, ["RIVERS"])


async def test_of_two_that_know_it_the_one_that_can_be_redeemed_wins() -> None:
    wire = a_wire()
    knows(wire, RIVER, "USED", used=True)
    knows(wire, TOWER, "OPEN", "OPEN2")
    assert await ask(wire.office(*SUPPLIERS)) == (TOWER.name, ["OPEN", "OPEN2"])
    knows(wire, TOWER, "USED2", used=True)
    assert await ask(wire.office(*SUPPLIERS)) == (RIVER.name, ["USED"])


# ── codes of one shape ──────────────────────────────────────────────────────────────────────────────


async def test_the_supplier_that_last_answered_for_codes_of_the_shape_is_tried_first() -> None:
    wire = a_wire(credentials=True)
    picks(wire, TOWER)
    knows(wire, TOWER, CODE)
    office = wire.office(*SUPPLIERS)
    await ask(office)
    wire.asked.clear()
    assert await ask(office, "K82MM1") == (TOWER.name, [CODE])
    assert wire.routes_asked == ["lookup"]
    await ask(office, "!1|" + "x" * 80)
    assert wire.routes_asked == ["lookup", "credentials", "lookup"], "another shape is asked afresh"


@pytest.mark.parametrize("use_credentials", [True, False])
async def test_where_it_finds_nothing_the_others_are_asked_too(use_credentials: bool) -> None:
    wire = a_wire(credentials=True)
    picks(wire, TOWER)
    knows(wire, TOWER, CODE)
    office = wire.office(*SUPPLIERS, use_credentials=use_credentials)
    await ask(office)
    knows(wire, TOWER)
    knows(wire, WALKS, "NEXT")
    picks(wire, WALKS)
    wire.asked.clear()
    assert await ask(office, "K82MM1") == (WALKS.name, ["NEXT"])
    assert wire.asked_of("lookup").count(TOWER.name) == 1, "and it is not asked twice"
    wire.asked.clear()
    await ask(office, "K82MM2")
    assert wire.asked_of("lookup") == [WALKS.name], "the last that answered"


async def test_where_it_hangs_the_others_are_asked_beside_it() -> None:
    wire = a_wire()
    knows(wire, TOWER, CODE)
    office = wire.office(*SUPPLIERS, clock=SystemClock())
    await ask(office)
    wire.on("lookup", never, TOWER)
    knows(wire, RIVER, "NEXT")
    assert await ask(office, "K82MM1", within_s=0.3) == (RIVER.name, ["NEXT"])
    knows(wire, RIVER)
    assert await ask(office, "K82MM1", within_s=0.1) == Failed(Doubt.NO_ANSWER)


# ── being let go ────────────────────────────────────────────────────────────────────────────────────


async def test_a_search_that_is_cancelled_leaves_nobody_asking() -> None:
    wire, asking = a_wire(), asyncio.Event()

    async def hang(asked: Asked) -> httpx.Response:
        asking.set()
        return await never(asked)

    wire.on("lookup", hang)
    office = wire.office(*SUPPLIERS, use_credentials=False)
    before = asyncio.all_tasks()
    search = asyncio.create_task(ask(office))
    await asking.wait()
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search
    assert asyncio.all_tasks() == before
