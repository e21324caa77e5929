"""Our asset desk against the sandbox, over real HTTP: what each fault leaves of an order's assets."""

from __future__ import annotations

import pytest

from kiosk.desks.assets import AssetDesk
from kiosk.device.clock import SystemClock
from kiosk.domain.assets import ApplePasses, Assets, CalendarFile, GooglePass, Lack, Missing
from kiosk.sandbox import Rules
from kiosk.sandbox.vista.gift_shop import GIFT_ORDER_ID
from kiosk.sandbox.vista.samples import SOLD_ORDER_ID
from tests.contract.test_vista_wire import cinema

WITHIN_S = 10.0
ALL = ("google", "apple", "calendar")


def lacks(assets: Assets) -> dict[str, str]:
    found = {name: getattr(assets, name) for name in ALL}
    return {name: str(one.lack) for name, one in found.items() if isinstance(one, Missing)}


@pytest.mark.parametrize("form", ["bytes", "base64"])
async def test_everything_is_fetched_in_either_form(form: str) -> None:
    async with cinema(rules=Rules(assets="base64" if form == "base64" else "bytes")) as cinema_desk:
        assets = await AssetDesk(cinema_desk.office.assets, WITHIN_S).fetch(SOLD_ORDER_ID)
        assert isinstance(assets.google, GooglePass)
        assert isinstance(assets.apple, ApplePasses)
        assert isinstance(assets.calendar, CalendarFile)


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        ("no_wallet", {"google": "not_offered", "apple": "not_offered"}),
        ("asset_odd", {"google": "not_https", "apple": "not_a_zip", "calendar": "not_a_calendar"}),
        ("asset_huge", {"google": "too_large", "apple": "too_large", "calendar": "too_large"}),
        ("asset_base64", {}),
        ("garbage", {"google": "office_error", "apple": "not_a_zip", "calendar": "not_a_calendar"}),
        ("truncated", {"google": "no_answer", "apple": "no_answer", "calendar": "no_answer"}),
        ("drop_before", dict.fromkeys(ALL, "no_answer")),
        ("error_500", dict.fromkeys(ALL, "office_error")),
        ("error_503", dict.fromkeys(ALL, "office_error")),
        ("error_in_200", dict.fromkeys(ALL, "office_error")),
        ("forbidden", dict.fromkeys(ALL, "not_authorised")),
        ("not_found", dict.fromkeys(ALL, "not_offered")),
        ("wrong_shape", {"google": "unreadable", "apple": "not_a_zip", "calendar": "not_a_calendar"}),
    ],
)
async def test_what_a_fault_leaves(fault: str, left: dict[str, str]) -> None:
    async with cinema() as cinema_desk:
        cinema_desk.sandbox.faults.plan(fault, "/assets/", times=None)
        assets = await AssetDesk(cinema_desk.office.assets, WITHIN_S).fetch(SOLD_ORDER_ID)
        assert lacks(assets) == left


async def test_one_that_never_ends_costs_the_others_nothing() -> None:
    async with cinema(SystemClock()) as cinema_desk:
        cinema_desk.sandbox.faults.plan("drip", "calendar-event", times=None)
        assets = await AssetDesk(cinema_desk.office.assets, 3.0).fetch(SOLD_ORDER_ID)
        assert lacks(assets) == {"calendar": "no_answer"}


async def test_cards_of_a_gift_shop_order_and_of_no_other() -> None:
    async with cinema() as cinema_desk:
        desk = AssetDesk(cinema_desk.office.assets, WITHIN_S)
        items = await desk.redeemable_items(GIFT_ORDER_ID)
        assert isinstance(items, tuple)
        assert [item.masked_number for item in items] == ["…0017", "…0025", "…0801"]
        assert await desk.redeemable_items(SOLD_ORDER_ID) == ()
        unknown = await desk.redeemable_items("0" * 32)
        assert isinstance(unknown, Missing)
        assert unknown.lack is Lack.NOT_OFFERED


async def test_the_office_says_when_its_link_was_opened() -> None:
    async with cinema(rules=Rules(link_s=0.0)) as cinema_desk:
        assert await AssetDesk(cinema_desk.office.assets, WITHIN_S).is_opened(SOLD_ORDER_ID)
        assert not await AssetDesk(cinema_desk.office.assets, WITHIN_S).is_opened("0" * 32)
