"""The life of a token: asked for once, shared, kept, renewed in time, and never seen."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from kiosk.domain.cinema import Order
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.vista.office import Login
from kiosk.offices.vista.tokens import EARLY_S, Token
from tests.fakes import FakeClock
from tests.offices.vista.wire import (
    AUTH_URL,
    LOGIN,
    ORDER,
    PASSWORD,
    USERNAME,
    WITHIN_S,
    Json,
    Wire,
    answer,
    drops,
    example,
    never,
    token_reply,
    unreachable,
)

DAY_HALF_S = 43200.0


@pytest.fixture
def wire() -> Wire:
    wire = Wire()
    wire.on("GET", f"/ocapi/v1/orders/{ORDER}", answer(example("order")))
    return wire


class Running:
    """An office, and the token that each call left with."""

    def __init__(self, wire: Wire, clock: FakeClock | None = None, folder: Path | None = None) -> None:
        self.wire = wire
        self.clock = clock or FakeClock()
        self.office = wire.office(clock=self.clock, cache_dir=folder)

    async def ask(self, within_s: float = WITHIN_S) -> object:
        return await self.office.get_order(ORDER, within_s=within_s)

    async def token(self) -> str:
        assert isinstance(await self.ask(), Order)
        return self.wire.asked[-1].token

    async def settle(self) -> None:
        """Let what goes on beside the calls come to its end."""
        for _ in range(20):
            await asyncio.sleep(0.001)

    async def stop(self) -> None:
        await self.office.aclose()


async def test_one_login_serves_every_call_for_twelve_hours(wire: Wire) -> None:
    running = Running(wire)
    for _ in range(5):
        assert await running.token() == "token-1"
        running.clock.move((DAY_HALF_S - EARLY_S) / 5 - 1)
    await running.stop()
    assert wire.logins == [{"grant_type": "password", "client_id": "kiosk", "username": USERNAME, "password": PASSWORD}]


async def test_many_calls_at_once_log_in_once(wire: Wire) -> None:
    running = Running(wire)
    replies = await asyncio.gather(*(running.ask() for _ in range(20)))
    await running.stop()
    assert all(isinstance(reply, Order) for reply in replies)
    assert len(wire.logins) == 1


async def test_a_token_that_ends_soon_is_used_and_renewed_beside_the_call(wire: Wire) -> None:
    running = Running(wire)
    assert await running.token() == "token-1"
    running.clock.move(DAY_HALF_S - EARLY_S + 1)
    assert await running.token() == "token-1"
    await running.settle()
    assert await running.token() == "token-2"
    await running.stop()
    assert len(wire.logins) == 2


async def test_a_token_is_used_to_its_end_while_no_other_can_be_had(wire: Wire) -> None:
    running = Running(wire)
    wire.login = lambda count: token_reply("token-1") if count == 1 else answer(b"", 503)
    assert await running.token() == "token-1"
    running.clock.move(DAY_HALF_S - 10)
    assert await running.token() == "token-1"
    await running.settle()
    running.clock.move(11)
    assert await running.ask() == Failed(Doubt.OFFICE_ERROR)
    await running.stop()


@pytest.mark.parametrize(
    ("expires_in", "good_for_s"),
    [(43200, 42899), ("43200", 42899), (600.5, 300), (60, 29), (None, 3299), (-5, 3299), ("soon", 3299)],
)
async def test_how_long_a_token_is_good_for(wire: Wire, expires_in: Json, good_for_s: float) -> None:
    wire.login = lambda count: token_reply(f"token-{count}", expires_in)
    running = Running(wire)
    await running.token()
    running.clock.move(good_for_s)
    await running.token()
    await running.settle()
    assert len(wire.logins) == 1
    running.clock.move(2)
    await running.token()
    await running.settle()
    await running.stop()
    assert len(wire.logins) == 2


async def test_a_wall_clock_that_is_set_changes_nothing(wire: Wire) -> None:
    running = Running(wire)
    await running.token()
    running.clock.jump(-86400 * 365)
    await running.token()
    running.clock.jump(86400 * 365 * 10)
    await running.token()
    await running.stop()
    assert len(wire.logins) == 1


# ── on disk ─────────────────────────────────────────────────────────────────────────────────────────


async def kept(wire: Wire, folder: Path, clock: FakeClock | None = None) -> Path:
    """The file that a first run has left."""
    first = Running(wire, clock, folder)
    await first.token()
    await first.stop()
    (file,) = files_in(folder)
    return file


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_restart_uses_the_token_that_was_kept(wire: Wire, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    file = await kept(wire, folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert USERNAME not in file.name
    assert PASSWORD not in file.read_text()
    second = Running(wire, None, folder)
    assert await second.token() == "token-1"
    await second.stop()
    assert len(wire.logins) == 1


async def test_a_kept_token_that_ends_soon_is_not_used(wire: Wire, tmp_path: Path) -> None:
    clock = FakeClock()
    await kept(wire, tmp_path, clock)
    clock.move(DAY_HALF_S - EARLY_S + 1)
    second = Running(wire, clock, tmp_path)
    assert await second.token() == "token-2"
    await second.stop()
    third = Running(wire, clock, tmp_path)
    assert await third.token() == "token-2", "the new one is kept in its place"
    await third.stop()


async def test_a_clock_that_has_gone_back_since_trusts_no_kept_token(wire: Wire, tmp_path: Path) -> None:
    clock = FakeClock()
    await kept(wire, tmp_path, clock)
    clock.jump(-86400 * 30)
    second = Running(wire, clock, tmp_path)
    assert await second.token() == "token-2"
    await second.stop()


async def test_a_token_is_kept_for_one_user_at_one_office(wire: Wire, tmp_path: Path) -> None:
    await kept(wire, tmp_path)
    for login in (
        Login("other", LOGIN.username, LOGIN.password),
        Login("kiosk", SecretStr("other"), LOGIN.password),
    ):
        office = wire.office(login=login, auth_url=f"{AUTH_URL}/connect/token", cache_dir=tmp_path)
        assert isinstance(await office.get_order(ORDER, within_s=WITHIN_S), Order)
        await office.aclose()
    assert len(wire.logins) == 3
    assert len(files_in(tmp_path)) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"[]",
        b'{"access_token": "old"}',
        b'{"access_token": ["old"], "ends_at": "2026-11-22T00:00:00+00:00"}',
        b'{"access_token": "two words", "ends_at": "2026-11-21T23:00:00+00:00"}',
        b'{"access_token": "a\\r\\nX: y", "ends_at": "2026-11-21T23:00:00+00:00"}',
        b'{"access_token": "old", "ends_at": "2099-11-21T23:00:00+00:00"}',
        b'{"access_token": "old", "ends_at": "yesterday"}',
    ],
)
async def test_a_kept_file_that_cannot_be_read_is_none(wire: Wire, tmp_path: Path, content: bytes) -> None:
    file = await kept(wire, tmp_path)
    file.write_bytes(content)
    second = Running(wire, None, tmp_path)
    assert await second.token() == "token-2"
    await second.stop()
    assert json.loads(file.read_bytes())["access_token"] == "token-2"


async def test_a_folder_that_cannot_be_written_costs_only_the_next_login(wire: Wire, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    running = Running(wire, None, blocked)
    assert await running.token() == "token-1"
    assert await running.token() == "token-1"
    await running.stop()


async def test_a_refused_token_is_not_taken_from_the_disk_again(wire: Wire, tmp_path: Path) -> None:
    await kept(wire, tmp_path)
    wire.on("GET", f"/ocapi/v1/orders/{ORDER}", answer(b"", 401), answer(example("order")))
    second = Running(wire, None, tmp_path)
    assert await second.token() == "token-2"
    await second.stop()


async def test_a_token_that_another_process_has_renewed_is_taken_from_the_disk(wire: Wire, tmp_path: Path) -> None:
    first = Running(wire, None, tmp_path)
    await first.token()
    (file,) = files_in(tmp_path)
    file.write_text('{"access_token": "theirs", "ends_at": "2026-11-21T23:59:00+00:00"}')
    wire.on("GET", f"/ocapi/v1/orders/{ORDER}", answer(b"", 401), answer(example("order")))
    assert await first.token() == "theirs"
    await first.stop()
    assert len(wire.logins) == 1


# ── no token ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        (answer({"error": "invalid_grant"}, 400), Doubt.NOT_AUTHORISED),
        (answer(b"", 401), Doubt.NOT_AUTHORISED),
        (answer(b"", 403), Doubt.NOT_AUTHORISED),
        (answer(b"", 429, Retry_After="30"), Doubt.RATE_LIMITED),
        (answer(b"", 500), Doubt.OFFICE_ERROR),
        (answer(b"<html>", 200), Doubt.OFFICE_ERROR),
        (answer({}, 200), Doubt.OFFICE_ERROR),
        (answer({"access_token": None}, 200), Doubt.OFFICE_ERROR),
        (answer({"access_token": "a\nb"}, 200), Doubt.OFFICE_ERROR),
    ],
)
async def test_a_login_that_fails_is_a_doubt_and_nothing_is_asked(
    wire: Wire, said: Json, doubt: Doubt, caplog: pytest.LogCaptureFixture
) -> None:
    wire.login = lambda count: said
    running = Running(wire)
    reply = await running.ask()
    await running.stop()
    assert isinstance(reply, Failed)
    assert (reply.doubt, reply.may_have_applied) == (doubt, False)
    assert reply.retry_after_s == (30.0 if doubt is Doubt.RATE_LIMITED else None)
    assert wire.asked == []
    assert PASSWORD not in caplog.text
    assert PASSWORD not in reply.detail


@pytest.mark.parametrize(("said", "doubt"), [(drops, Doubt.NO_ANSWER), (unreachable, Doubt.OFFLINE)])
async def test_a_login_without_an_answer_is_asked_once_and_again_by_the_next_call(
    wire: Wire, said: Json, doubt: Doubt
) -> None:
    wire.login = lambda count: said(None) if count == 1 else token_reply()
    running = Running(wire)
    assert await running.ask() == Failed(doubt)
    assert len(wire.logins) == 1
    assert await running.token() == "token-1"
    await running.stop()


async def test_a_login_that_never_ends_costs_no_call_more_than_its_time(wire: Wire) -> None:
    wire.login = lambda count: never(None)
    running = Running(wire)
    assert await running.ask(within_s=0.05) == Failed(Doubt.NO_ANSWER)
    await running.stop()


async def test_a_caller_that_gives_up_does_not_take_the_token_from_the_others(wire: Wire) -> None:
    let_go = asyncio.Event()

    async def slow() -> Json:
        await let_go.wait()
        return token_reply()

    wire.login = lambda count: slow()
    running = Running(wire)
    waiting = asyncio.ensure_future(running.ask())
    leaving = asyncio.ensure_future(running.ask())
    await running.settle()
    leaving.cancel()
    let_go.set()
    assert isinstance(await waiting, Order)
    await running.stop()
    assert len(wire.logins) == 1


def test_neither_a_token_nor_a_login_shows_itself() -> None:
    shown = repr(Token("secret-token", 1.0, 2.0)) + repr(LOGIN)
    assert "secret-token" not in shown
    assert PASSWORD not in shown
    assert USERNAME not in shown
