"""Our issuing office against the sandbox, over real HTTP: what we say happened is what its books say."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from kiosk.domain.cinema import Refused
from kiosk.domain.issuing.job import Accepted
from kiosk.domain.issuing.tokens import TokenState
from kiosk.domain.issuing.wanted import Channel, Client, ClientOrder, Contact, Distribution, OrderLine, Recipient, Share
from kiosk.domain.money import Money
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.vista.management.allowance import MOST
from kiosk.offices.vista.management.login import ClientLogin
from kiosk.offices.vista.management.office import ManagementOffice
from kiosk.sandbox import FAULTS, IssuingRules, Sandbox
from tests.fakes import FakeClock

WITHIN_S = 10.0
SHORT_S = 0.3
PRICE = Money(Decimal("12.34"), "GBP")
ORDER = ClientOrder("HARBOUR", "PO-1", (OrderLine("GIFT10", 5, PRICE, PRICE, datetime(2027, 2, 1, tzinfo=UTC)),))
CLIENT = Client("ABC123", "Vista", Contact("John Smith", "j@x.example"), voucher_type_codes=("V1",))


@dataclass(frozen=True)
class Desk:
    sandbox: Sandbox
    office: ManagementOffice
    clock: FakeClock

    def sent(self, *people: str, items: tuple[int, ...] = (), channel: Channel = Channel.EMAIL) -> Distribution:
        shares = tuple(Share(item, 1) for item in items or (self.sandbox.integration.item,))
        everybody = tuple(Recipient(line, address, "A. Guest") for line, address in enumerate(people, 2))
        return Distribution(channel, "SPRING-0001", shares, everybody, "Enjoy")

    async def states(self, accepted: object) -> list[tuple[TokenState, str]]:
        assert isinstance(accepted, Accepted), accepted
        found = await self.office.resolve(accepted.tokens, within_s=WITHIN_S)
        assert isinstance(found, tuple), found
        assert tuple(one.token for one in found) == accepted.tokens
        return [(one.outcome.state, one.outcome.word) for one in found]


def login(sandbox: Sandbox, *, secret: str = "", key: str = "") -> ClientLogin:
    place = sandbox.integration
    return ClientLogin(
        client_id=SecretStr(place.client_id),
        client_secret=SecretStr(secret or place.client_secret),
        api_key=SecretStr(key or place.api_key),
        tenant=place.tenant,
    )


@asynccontextmanager
async def office_at(
    sandbox: Sandbox, clock: FakeClock, cache_dir: Path | None = None, **wrong: str
) -> AsyncIterator[ManagementOffice]:
    place = sandbox.integration
    office = ManagementOffice(
        place.base_url, place.identity_url, login(sandbox, **wrong), clock=clock, cache_dir=cache_dir
    )
    yield office
    await office.aclose()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FakeClock()
    async with (
        Sandbox(clock=clock, issuing_rules=IssuingRules(1.0, 3.0)) as sandbox,
        office_at(sandbox, clock) as office,
    ):
        yield Desk(sandbox, office, clock)


async def test_a_token_is_not_found_then_processing_then_done(desk: Desk) -> None:
    accepted = await desk.office.submit(CLIENT, within_s=WITHIN_S)
    assert await desk.states(accepted) == [(TokenState.PENDING, "")]
    desk.clock.move(1.5)
    assert await desk.states(accepted) == [(TokenState.PENDING, "Processing")]
    desk.clock.move(3)
    assert await desk.states(accepted) == [(TokenState.DONE, "Completed")]
    assert desk.sandbox.books.count("client_created") == 1


async def test_an_order_issues_its_vouchers_at_exact_prices(desk: Desk) -> None:
    accepted = await desk.office.submit(ORDER, within_s=WITHIN_S)
    desk.clock.move(10)
    assert await desk.states(accepted) == [(TokenState.DONE, "Completed")]
    (entry,) = desk.sandbox.books.of("PO-1")
    assert entry.notes == {"salePrice": "12.34", "redeemPrice": "12.34"}


@pytest.mark.parametrize(("channel", "people"), [
    (Channel.EMAIL, ("ann@x.example", "bob@x.example")), (Channel.MOBILE, ("+447700900123",)),
])  # fmt: skip
async def test_a_distribution_is_answered_with_a_token_for_each_item(
    desk: Desk, channel: Channel, people: tuple[str, ...]
) -> None:
    place = desk.sandbox.integration
    accepted = await desk.office.submit(
        desk.sent(*people, items=(place.item, place.scarce_item, 999), channel=channel), within_s=WITHIN_S
    )
    desk.clock.move(10)
    assert [state for state, _ in await desk.states(accepted)] == [TokenState.DONE, TokenState.DONE, TokenState.FAILED]
    assert place.distributed == dict.fromkeys(people, 2)


async def test_every_call_has_a_correlation_id_of_its_own(desk: Desk) -> None:
    for _ in range(3):
        accepted = await desk.office.submit(desk.sent("ann@x.example"), within_s=WITHIN_S)
        await desk.states(accepted)
    found = desk.sandbox.integration.correlation_ids
    assert len(found) == len(set(found)) == 6


async def test_many_tokens_are_resolved_by_one_call(desk: Desk) -> None:
    tokens: list[str] = []
    for number in range(40):
        accepted = await desk.office.submit(desk.sent(f"p{number}@x.example"), within_s=WITHIN_S)
        assert isinstance(accepted, Accepted)
        tokens += accepted.tokens
    desk.clock.move(10)
    found = await desk.office.resolve(tokens, within_s=WITHIN_S)
    assert isinstance(found, tuple)
    assert {one.outcome.state for one in found} == {TokenState.DONE}
    assert desk.sandbox.books.asked("from-operation-result-tokens") == 1
    assert desk.sandbox.books.asked("oauth/token") == 1


@pytest.mark.parametrize(("fault", "state", "word"), [
    ("token_fails", TokenState.FAILED, "Failed"),
    ("token_odd", TokenState.DONE, "Fulfilled"),
    ("token_mute", TokenState.UNKNOWN, "Archived"),
    ("token_vanishes", TokenState.PENDING, ""),
])  # fmt: skip
async def test_a_tokens_fate_is_told_in_the_offices_word(desk: Desk, fault: str, state: TokenState, word: str) -> None:
    desk.sandbox.faults.plan(fault)
    accepted = await desk.office.submit(desk.sent("ann@x.example"), within_s=WITHIN_S)
    desk.clock.move(10)
    assert await desk.states(accepted) == [(state, word)]


@pytest.mark.parametrize("fault", [name for name, one in FAULTS.items() if name not in ("slow", "late", "drip")])
async def test_a_write_that_a_fault_strikes_is_asked_once_and_told_as_it_was(desk: Desk, fault: str) -> None:
    await desk.states(await desk.office.submit(desk.sent("first@x.example"), within_s=WITHIN_S))
    desk.sandbox.faults.plan(fault, "email-distribution")
    reply = await desk.office.submit(desk.sent("ann@x.example"), within_s=WITHIN_S)
    was_issued = desk.sandbox.integration.distributed["ann@x.example"] == 1
    assert desk.sandbox.books.asked("email-distribution") == 2
    if isinstance(reply, Accepted) or (isinstance(reply, Failed) and reply.may_have_applied):
        return  # it says so, or leaves it open
    assert not was_issued


@pytest.mark.parametrize("fault", ["lost", "lost_garbage", "truncated", "cut_json", "wrong_shape"])
async def test_an_answer_lost_after_it_was_applied_leaves_it_open(desk: Desk, fault: str) -> None:
    desk.sandbox.faults.plan(fault, "email-distribution")
    reply = await desk.office.submit(desk.sent("ann@x.example"), within_s=WITHIN_S)
    assert desk.sandbox.integration.distributed == {"ann@x.example": 1}
    assert isinstance(reply, Failed)
    assert reply.may_have_applied


@pytest.mark.parametrize("fault", ["late", "drip"])
async def test_an_answer_that_does_not_end_leaves_it_open(desk: Desk, fault: str) -> None:
    await desk.office.submit(desk.sent("first@x.example"), within_s=WITHIN_S)
    desk.sandbox.faults.plan(fault, "email-distribution", seconds=0.05)
    reply = await desk.office.submit(desk.sent("ann@x.example"), within_s=SHORT_S)
    assert isinstance(reply, Accepted) or (isinstance(reply, Failed) and reply.may_have_applied)


async def test_retry_after_is_told(desk: Desk) -> None:
    desk.sandbox.faults.plan("rate_limited", seconds=7)
    reply = await desk.office.submit(desk.sent("ann@x.example"), within_s=WITHIN_S)
    assert reply == Failed(Doubt.RATE_LIMITED, retry_after_s=7.0)


async def test_what_the_office_does_not_take_is_refused_in_its_words(desk: Desk) -> None:
    reply = await desk.office.submit(desk.sent("no address at all"), within_s=WITHIN_S)
    assert isinstance(reply, Refused)
    assert (reply.status, reply.detail) == (400, "A recipient has no address")


async def test_a_token_that_is_refused_is_renewed_and_a_read_asked_again(desk: Desk) -> None:
    accepted = await desk.office.submit(CLIENT, within_s=WITHIN_S)
    desk.sandbox.integration.revoke_tokens()
    await desk.states(accepted)
    desk.sandbox.integration.revoke_tokens()
    reply = await desk.office.submit(ORDER, within_s=WITHIN_S)
    assert reply == Failed(Doubt.NOT_AUTHORISED, retry_after_s=0.0)
    assert isinstance(await desk.office.submit(ORDER, within_s=WITHIN_S), Accepted)
    assert desk.sandbox.books.count("vouchers_issued") == 1


@pytest.mark.parametrize("wrong", [{"secret": "wrong"}, {"key": "wrong"}])
async def test_a_wrong_secret_or_key_is_not_authorised(wrong: dict[str, str]) -> None:
    clock = FakeClock()
    async with Sandbox(clock=clock) as sandbox, office_at(sandbox, clock, None, **wrong) as office:
        reply = await office.submit(CLIENT, within_s=WITHIN_S)
        assert isinstance(reply, Failed)
        assert (reply.doubt, reply.may_have_applied) == (Doubt.NOT_AUTHORISED, False)


async def test_one_token_serves_every_run_and_is_kept_for_its_owner(tmp_path: Path) -> None:
    clock = FakeClock()
    async with Sandbox(clock=clock) as sandbox:
        for number in range(40):
            async with office_at(sandbox, clock, tmp_path / "vista") as office:
                client = Client(f"C{number}", "Vista")
                assert isinstance(await office.submit(client, within_s=WITHIN_S), Accepted)
        assert sandbox.books.asked("oauth/token") == 1
    for file in (tmp_path / "vista").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not {sandbox.integration.client_secret, sandbox.integration.client_id} & set(json.dumps(file.name))
        assert sandbox.integration.client_secret not in file.read_text()


async def test_the_limit_of_tokens_is_never_met_whatever_goes_wrong(tmp_path: Path) -> None:
    """Each run finds its token refused and asks for another: the office would say 400 to the 26th in 15 minutes."""
    clock = FakeClock()
    async with Sandbox(clock=clock) as sandbox:
        replies = []
        for number in range(60):
            async with office_at(sandbox, clock, tmp_path) as office:
                sandbox.integration.revoke_tokens()
                replies.append(await office.submit(Client(f"C{number}", "Vista"), within_s=WITHIN_S))
        assert sandbox.books.asked("oauth/token") == MOST < 25
        last = replies[-1]
        assert isinstance(last, Failed)
        clock.move(16 * 60)
        async with office_at(sandbox, clock, tmp_path) as office:
            await office.submit(Client("LATER", "Vista"), within_s=WITHIN_S)
            assert isinstance(await office.submit(Client("LATER", "Vista"), within_s=WITHIN_S), Accepted)
