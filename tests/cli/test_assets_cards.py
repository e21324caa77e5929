"""Gift cards in full: after a supervisor's PIN at the running engine, on a terminal, and in no record."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.device.pin_file import Person, change
from kiosk.domain.errors import LinkError
from kiosk.domain.roles import Role
from kiosk.link.client import EngineLink
from kiosk.sandbox.vista.gift_shop import GIFT_ORDER_ID
from tests.cli.cinemas import Desk, open_desk
from tests.cli.test_pin import PIN, typed
from tests.device.test_pin_file import cheap

NUMBER, CARD_PIN, VOUCHER = "6006490000000000017", "2580", "ADTMM0000801"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """An engine that serves a cinema, with a supervisor and somebody of the staff."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    async with open_desk(folder) as opened:
        files = opened.files
        more = f'[kiosk]\nsocket = "{folder}/gate.sock"\n[roles]\npins_file = "pins.json"\n'
        files.config.write_text(files.config.read_text() + more)
        people = (Person("Ana", Role.SUPERVISOR, cheap()), Person("Ben", Role.STAFF, cheap()))
        change(folder / "pins.json", lambda _: people)
        engine = await files.run("engine", "-vv")
        async with asyncio.timeout(60):
            while True:
                try:
                    await (await EngineLink.join(folder / "gate.sock", "a test")).close()
                    break
                except LinkError:
                    await asyncio.sleep(0.1)
        yield opened
        engine.terminate()
        out, err = await engine.communicate()
        assert not any(secret.encode() in out + err for secret in (NUMBER, CARD_PIN, PIN))
    shutil.rmtree(folder)


async def show(desk: Desk, name: str, *answers: str, order: str = GIFT_ORDER_ID) -> tuple[int, str]:
    words = ["assets", order, "--cards-to", name]
    return await asyncio.to_thread(typed, desk.files, words, *answers)


async def test_a_supervisor_sees_them_and_the_record_says_who(desk: Desk) -> None:
    status, seen = await show(desk, "Ana", PIN, "")
    assert (status, NUMBER in seen, CARD_PIN in seen, VOUCHER in seen) == (0, True, True, True), seen
    assert "\x1b[J" in seen[seen.index(NUMBER) :]
    assert PIN not in seen
    [record] = (desk.files.folder / "state").glob("*.sqlite3")
    rows = str(sqlite3.connect(record).execute("SELECT * FROM entry").fetchall())
    assert "gift_cards" in rows
    assert "Ana" in rows
    assert not any(secret in rows for secret in (NUMBER, CARD_PIN, VOUCHER, PIN))


async def test_nobody_else_does(desk: Desk) -> None:
    for name, pin, words in (
        ("Ben", PIN, "for supervisors"),
        ("Ana", "555551", "not right"),
        ("Eve", PIN, "not right"),
    ):
        status, seen = await show(desk, name, pin)
        assert (status, words in seen, NUMBER in seen) == (1, True, False), seen


async def test_an_order_of_the_cinema_has_none(desk: Desk) -> None:
    status, seen = await show(desk, "Ana", PIN, order="4d6f0c2e9b7a45f1838e5c1d2a3b4c5d")
    assert (status, "none of the gift shop" in seen) == (0, True)
    status, seen = await show(desk, "Ana", PIN, order="0" * 32)
    assert (status, "the office has none" in seen) == (1, True)


async def test_never_into_a_pipe_a_file_or_json(desk: Desk) -> None:
    run = CliRunner(env=dict(desk.files.env))
    result = await asyncio.to_thread(run.invoke, main, ["assets", GIFT_ORDER_ID, "--cards-to", "Ana"], input=f"{PIN}\n")
    assert (result.exit_code, "on a terminal alone" in result.output) == (1, True)
    result = await asyncio.to_thread(run.invoke, main, ["assets", GIFT_ORDER_ID, "--cards-to", "Ana", "--json"])
    assert result.exit_code == 2


async def test_without_pins_there_is_no_supervisor(desk: Desk) -> None:
    change(desk.files.folder / "pins.json", lambda _: ())
    status, seen = await show(desk, "Ana", PIN)
    assert (status, NUMBER in seen) == (1, False)
