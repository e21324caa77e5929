"""Redeeming, taking it back, no-shows and validation: what is answered, and what the books say was done."""

from __future__ import annotations

import pytest

from kiosk.sandbox import Sandbox
from kiosk.sandbox.octo.office import OnBadCode
from tests.fakes import FakeClock
from tests.sandbox.conftest import RIVER, Gate, client

REFUSED = {
    "used-today": "ALREADY_REDEEMED", "cancelled": "CANCELLED", "rebooked": "REBOOKED", "upgraded": "UPGRADED",
    "expired": "EXPIRED", "on-hold": "NOT_CONFIRMED", "pending": "NOT_CONFIRMED", "rejected": "NOT_CONFIRMED",
    "quote": "NOT_CONFIRMED", "no-show": "NO_SHOW", "no-show-newer": "NO_SHOW",
}  # fmt: skip


async def test_redeeming_stamps_the_booking_its_voucher_and_every_ticket(gate: Gate, clock: FakeClock) -> None:
    code = await gate.code_of("good-1")
    clock.move(7.9)
    done = (await gate.redeem(code)).json()
    stamp = "2026-11-21T12:00:07Z"
    assert (done["redemptionCode"], done["redeemable"], done["status"]) == (code, False, "REDEEMED")
    assert done["utcRedeemedAt"] == done["utcUpdatedAt"] == done["voucher"]["utcRedeemedAt"] == stamp
    for item in done["unitItems"]:
        assert (item["status"], item["utcRedeemedAt"], item["ticket"]["utcRedeemedAt"]) == ("REDEEMED", stamp, stamp)
    assert await gate.look_up("good-1") == [done]


async def test_the_books_say_what_was_redeemed_when_by_whom_and_by_which_request(gate: Gate, clock: FakeClock) -> None:
    code = await gate.code_of("good-1")
    done = (await gate.redeem(code, timestamp="2026-11-21T12:00:00Z", notes="Gate A")).json()
    (entry,) = gate.sandbox.books.entries
    assert (entry.action, entry.subject, entry.reference) == ("redeem", done["uuid"], done["supplierReference"])
    assert entry.parts == tuple(item["uuid"] for item in done["unitItems"])
    assert (entry.whole, entry.by, entry.at) == (True, gate.sandbox.keys[RIVER], clock.now())
    assert (entry.request, entry.route) == (2, "POST /octo/redemption/redeem")
    assert entry.notes == {"timestamp": "2026-11-21T12:00:00Z", "notes": "Gate A"}


async def test_the_same_booking_is_redeemed_once(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    await gate.redeem(code)
    again = await gate.redeem(code)
    assert again.status_code == 400
    assert again.json()["error"] == "BAD_REQUEST"
    assert (again.json()["redemptionCode"], again.json()["redemptionErrorCode"]) == (code, "ALREADY_REDEEMED")
    assert gate.sandbox.books.count("redeem") == 1


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
async def test_what_a_look_up_says_cannot_be_redeemed_is_not(gate: Gate, name: str, code: str) -> None:
    (found,) = await gate.look_up(name)
    assert (found["redeemable"], found["unredeemableReasonCode"]) == (False, code)
    assert found["unredeemableReason"]
    answer = await gate.redeem(found["redemptionCode"])
    assert (answer.status_code, answer.json()["redemptionErrorCode"]) == (400, code)
    assert gate.sandbox.books.entries == ()


async def test_one_ticket_after_the_other_redeems_the_party(gate: Gate) -> None:
    names = ["party-ticket-1", "party-ticket-2", "party-ticket-3"]
    for name in names[:2]:
        done = (await gate.redeem(await gate.code_of(name))).json()
        assert (done["status"], len(done["unitItems"])) == ("REDEEMED", 1)
    (party,) = await gate.look_up("party")
    assert (party["redeemable"], party["status"], party["utcRedeemedAt"]) == (True, "CONFIRMED", None)
    assert [item["status"] for item in party["unitItems"]] == ["REDEEMED", "REDEEMED", "CONFIRMED"]
    await gate.redeem(await gate.code_of(names[2]))
    (party,) = await gate.look_up("party")
    assert (party["redeemable"], party["status"]) == (False, "REDEEMED")
    assert [entry.whole for entry in gate.sandbox.books.entries] == [False] * 3


async def test_the_voucher_of_a_party_redeems_who_is_left(gate: Gate) -> None:
    (before,) = await gate.look_up("part-used")
    await gate.redeem(before["redemptionCode"])
    (entry,) = gate.sandbox.books.entries
    assert entry.parts == tuple(item["uuid"] for item in before["unitItems"][1:])
    (after,) = await gate.look_up("part-used")
    assert after["unitItems"][0]["utcRedeemedAt"] == before["unitItems"][0]["utcRedeemedAt"]


async def test_an_array_is_answered_with_an_array_in_its_order(gate: Gate) -> None:
    results = await gate.look_up("package")
    codes = [results[1]["redemptionCode"], results[0]["redemptionCode"]]
    answer = (await gate.redeem(codes)).json()
    assert [one["redemptionCode"] for one in answer] == codes
    assert len((await gate.redeem([await gate.code_of("good-1")])).json()) == 1
    assert [entry.reference for entry in gate.sandbox.books.entries][:2] == [one["supplierReference"] for one in answer]


@pytest.mark.parametrize(
    ("on_bad_code", "applied"), [("none", []), ("before", ["good-1"]), ("rest", ["good-1", "ean"])]
)
async def test_what_a_bad_code_does_to_the_rest_of_an_array(on_bad_code: OnBadCode, applied: list[str]) -> None:
    async with Sandbox(on_bad_code=on_bad_code) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)
        codes = [await gate.code_of(name) for name in ("good-1", "used-today", "ean")]
        answer = await gate.redeem(codes)
        assert (answer.status_code, answer.json()["redemptionCode"]) == (400, codes[1])
        references = [sandbox.samples[name].references[0] for name in applied]
        assert [entry.reference for entry in sandbox.books.entries] == references


async def test_the_same_code_twice_in_an_array_redeems_nothing(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    assert (await gate.redeem([code, code])).status_code == 400
    assert gate.sandbox.books.entries == ()


@pytest.mark.parametrize(
    "asked",
    [{}, {"redemptionCode": ""}, {"redemptionCode": None}, {"redemptionCode": []}, {"redemptionCode": [1]},
     {"redemptionCode": {"code": "x"}}, {"redemptionCode": "x", "quantity": 2}, {"redemptionCode": "x", "notes": 1},
     {"redemptionCode": "x", "timestamp": "noon"}, {"redemptionCode": "x", "timestamp": "2026-11-21T12:00:00"},
     [{"redemptionCode": "x"}], "x"],
)  # fmt: skip
@pytest.mark.parametrize(("method", "path"), [("POST", "redeem"), ("DELETE", "redeem"), ("POST", "noshow")])
async def test_other_bodies_are_bad_requests(gate: Gate, method: str, path: str, asked: object) -> None:
    answer = await gate.http.request(method, f"/redemption/{path}", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_REQUEST")
    assert "redemptionErrorCode" not in answer.json()


async def test_a_body_that_is_no_json_or_does_not_say_so_is_a_bad_request(gate: Gate) -> None:
    not_json = await gate.http.post(
        "/redemption/redeem", content=b"redemptionCode=x", headers={"Content-Type": "application/json"}
    )
    not_said = await gate.http.post("/redemption/redeem", content=b'{"redemptionCode": "x"}')
    form = await gate.http.post("/redemption/redeem", data={"redemptionCode": "x"})
    assert [answer.status_code for answer in (not_json, not_said, form)] == [400, 400, 400]


async def test_a_redemption_code_must_be_sent_back_whole_and_to_its_own_supplier(gate: Gate, museum: Gate) -> None:
    code = await gate.code_of("good-1")
    reference = gate.sandbox.samples["good-1"].code
    for wrong in (code.split("|")[1], code + ",", code.upper(), reference, code.rpartition("_")[0] + "_x"):
        answer = await gate.redeem(wrong)
        assert (answer.status_code, answer.json()["redemptionErrorCode"]) == (400, "INVALID_REDEMPTION_CODE")
    assert (await museum.redeem(code)).status_code == 400
    assert gate.sandbox.books.entries == ()


async def test_the_office_redeems_for_another_day_and_test_bookings_so_the_gate_must_not_ask(gate: Gate) -> None:
    for name in ("tomorrow", "test"):
        (found,) = await gate.look_up(name)
        assert found["redeemable"] is True
        assert (await gate.redeem(found["redemptionCode"])).json()["status"] == "REDEEMED"


async def test_unredeeming_makes_it_redeemable_again(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    await gate.redeem(code)
    undone = await gate.delete("/redemption/redeem", code)
    assert (undone.json()["status"], undone.json()["redeemable"], undone.json()["utcRedeemedAt"]) == (
        "CONFIRMED",
        True,
        None,
    )
    assert (await gate.redeem(code)).status_code == 200
    assert [entry.action for entry in gate.sandbox.books.entries] == ["redeem", "unredeem", "redeem"]


async def test_one_ticket_taken_back_opens_the_party_again(gate: Gate) -> None:
    await gate.redeem(await gate.code_of("party"))
    await gate.delete("/redemption/redeem", await gate.code_of("party-ticket-2"))
    (party,) = await gate.look_up("party")
    assert [item["status"] for item in party["unitItems"]] == ["REDEEMED", "CONFIRMED", "REDEEMED"]
    assert party["redeemable"] is True


async def test_what_was_not_redeemed_cannot_be_taken_back(gate: Gate) -> None:
    answer = await gate.delete("/redemption/redeem", await gate.code_of("good-1"))
    assert (answer.status_code, answer.json()["redemptionErrorCode"]) == (400, "NOT_REDEEMED")


async def test_a_no_show_is_marked_and_taken_back(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    absent = (await gate.http.post("/redemption/noshow", json={"redemptionCode": code})).json()
    assert (absent["status"], absent["redeemable"], absent["utcNoshowedAt"]) == (
        "NO_SHOW",
        False,
        "2026-11-21T12:00:00Z",
    )
    assert (await gate.redeem(code)).json()["redemptionErrorCode"] == "NO_SHOW"
    back = (await gate.delete("/redemption/noshow", code)).json()
    assert (back["status"], back["redeemable"]) == ("CONFIRMED", True)
    assert [entry.action for entry in gate.sandbox.books.entries] == ["noshow", "unredeem"]


async def test_the_newer_word_for_a_no_show_can_be_taken_back_as_well(gate: Gate) -> None:
    (before,) = await gate.look_up("no-show-newer")
    assert before["status"] == "NOSHOW"
    assert (await gate.delete("/redemption/noshow", before["redemptionCode"])).json()["status"] == "CONFIRMED"


async def test_validating_redeems_first_and_only_once(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    first = await gate.http.post("/redemption/validate", json={"redemptionCode": code})
    second = await gate.http.post("/redemption/validate", json={"redemptionCode": code})
    assert first.json()["status"] == "REDEEMED"
    assert (second.status_code, second.json()) == (200, first.json())
    assert [entry.action for entry in gate.sandbox.books.entries] == ["redeem", "validate", "validate"]


async def test_what_cannot_be_redeemed_cannot_be_validated(gate: Gate) -> None:
    answer = await gate.http.post("/redemption/validate", json={"redemptionCode": await gate.code_of("cancelled")})
    assert (answer.status_code, answer.json()["redemptionErrorCode"]) == (400, "CANCELLED")
    assert gate.sandbox.books.entries == ()


@pytest.mark.parametrize("asked", [{}, {"redemptionCode": ["x"]}, {"redemptionCode": "x", "timestamp": "x"}])
async def test_validate_takes_one_code_and_nothing_else(gate: Gate, asked: object) -> None:
    answer = await gate.http.post("/redemption/validate", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_REQUEST")
