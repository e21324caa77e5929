"""Every code that the sandbox documents gets the verdict that it documents, over real HTTP, whoever's it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.verdict import Admit, Choose, Refuse
from kiosk.sandbox import Sandbox
from tests.faults.real_gate import real_gate


@pytest.mark.parametrize("use_credentials", [True, False])
async def test_every_sample_gets_its_verdict_and_the_books_agree(tmp_path: Path, use_credentials: bool) -> None:
    async with Sandbox() as sandbox, real_gate(sandbox, tmp_path, use_credentials=use_credentials) as gate:
        for name, sample in dict(sandbox.samples).items():
            sandbox.reset()
            verdict = await gate.scan(sample.code)
            match sample.outcome:
                case "admit":
                    assert isinstance(verdict, Admit), name
                    assert sum(booking.pax for booking in verdict.bookings) == sample.pax, name
                    assert gate.redemptions(name) >= 1, name
                case "choose":
                    assert isinstance(verdict, Choose), name
                    assert gate.redemptions(name) == 0, name
                case _:
                    assert isinstance(verdict, Refuse), name
                    assert verdict.reason == sample.reason, name
                    assert gate.redemptions(name) == 0, name


async def test_what_staff_choose_is_redeemed_together_and_nothing_else(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, real_gate(sandbox, tmp_path) as gate:
        sample = sandbox.samples["package"]
        choice = await gate.scan(sample.code)
        assert isinstance(choice, Choose)
        open_ = tuple(option.booking for option in choice.options if option.obstacle is None)
        verdict = await gate.scan(sample.code, chosen=open_)
        assert isinstance(verdict, Admit)
        redeemed = {entry.subject for entry in sandbox.books.entries if entry.action == "redeem"}
        assert redeemed == {booking.uuid for booking in open_}
        assert sandbox.books.asked("POST /octo/redemption/redeem") == 1
