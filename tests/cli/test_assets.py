"""`kiosk assets` on the sandbox: what is listed, what is saved, what is never shown."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.cli.assets_words import LACKS
from kiosk.domain.assets import Lack
from kiosk.sandbox.vista.gift_shop import GIFT_ORDER_ID
from kiosk.sandbox.vista.samples import SOLD_ORDER_ID
from tests.cli.cinemas import ADULT, Desk, open_desk, told


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


async def assets(desk: Desk, *words: str) -> Result:
    """The command, in a thread: the cinema answers on this one."""
    return await asyncio.to_thread(CliRunner(env=dict(desk.files.env)).invoke, main, ["assets", *words])


async def test_a_redeemed_voucher_is_taken_home(desk: Desk, tmp_path: Path) -> None:
    order = told(await desk.redeem("good-1", more=("--yes", "--price", ADULT, "--json")))["order_id"]
    out = tmp_path / "out"
    result = await assets(desk, order, "--out", str(out))
    assert result.exit_code == 0, result.output
    assert sorted(os.listdir(out)) == ["google-wallet-link.txt", "tickets.ics", "tickets.pkpasses"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert (out / "google-wallet-link.txt").read_text().startswith("https://pay.google.com/")
    (event,) = icalendar.Calendar.from_ical((out / "tickets.ics").read_bytes()).walk("VEVENT")
    assert event["SUMMARY"] == "The Long Take"
    assert "pay.google.com" not in result.output


async def test_a_second_time_nothing_is_written_over(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    await assets(desk, SOLD_ORDER_ID, "--out", str(out))
    (out / "tickets.ics").write_text("mine")
    result = await assets(desk, SOLD_ORDER_ID, "--out", str(out), "--json")
    assert result.exit_code == 1
    assert "is there already" in told(result)["calendar_event"]["trouble"]
    assert (out / "tickets.ics").read_text() == "mine"


async def test_cards_are_masked_everywhere(desk: Desk) -> None:
    for words in ((), ("--json",)):
        result = await assets(desk, GIFT_ORDER_ID, *words)
        assert result.exit_code == 0
        assert not any(secret in result.output for secret in ("600649000", "2580", "ADTMM"))
        assert "0017" in result.output
    items: list[dict[str, Any]] = told(result)["redeemable_items"]["items"]
    assert [item["has_pin"] for item in items] == [True, False, False]


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("no_wallet", 0, ["the office has none for this order"]),
        ("asset_odd", 1, ["not a plain https link", "no zip file", "no calendar"]),
        ("asset_huge", 1, ["too large"]),
        ("drop_before", 3, ["has not answered"]),
        ("asset_base64", 0, ["a calendar file"]),
    ],
)
async def test_each_missing_asset_is_told_in_words(desk: Desk, fault: str, status: int, words: list[str]) -> None:
    desk.sandbox.faults.plan(fault, "/assets/", times=None)
    result = await assets(desk, SOLD_ORDER_ID)
    assert result.exit_code == status, result.output
    assert all(word in result.stdout for word in words), result.stdout


@pytest.mark.parametrize(
    "order", ["0" * 32, "../../../etc/passwd", "\x1b[2J", "a/b", "..", "x" * 5000, "%2e%2e", "$(id)"]
)
async def test_an_order_that_is_none(desk: Desk, tmp_path: Path, order: str) -> None:
    out = tmp_path / "out"
    result = await assets(desk, order, "--out", str(out))
    assert result.exit_code == 1
    assert "knows no completed order" in result.stderr
    assert os.listdir(out) == []
    assert "\x1b" not in result.output


async def test_a_place_that_is_no_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = await assets(desk, SOLD_ORDER_ID, "--out", str(tmp_path / "file" / "below"))
    assert result.exit_code == 2
    assert "below" in result.stderr


async def test_json_says_why_an_asset_is_missing(desk: Desk) -> None:
    desk.sandbox.faults.plan("no_wallet", times=None)
    result = await assets(desk, SOLD_ORDER_ID, "--json")
    states = {key: json.dumps(value["state"]) for key, value in told(result).items() if key != "event"}
    assert states == {
        "google_wallet_pass": '"not_offered"',
        "apple_wallet_passes": '"not_offered"',
        "calendar_event": '"ready"',
        "redeemable_items": '"ready"',
    }


def test_every_lack_has_its_words() -> None:
    assert set(LACKS) == set(Lack)
