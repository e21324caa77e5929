"""`kiosk voucher`: showtimes, prices, a whole redemption with and without questions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.cli.voucher_staff import Staff
from kiosk.journal.checking import verify
from kiosk.sandbox import FaultPlan
from tests.cli.cinemas import ADULT, EVENING, PREMIUM, Desk, open_desk, told

PLAIN = ("--price", ADULT)
YES = (*PLAIN, "--yes")


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is a process's own: a test must not set it for all others."""
    monkeypatch.setattr("kiosk.cli.logs.log_to", lambda *_: None)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the terminal."""
    monkeypatch.setattr(Staff, "at_this_terminal", classmethod(lambda cls: cls(True)))


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────


async def test_showtimes_are_listed_by_start(desk: Desk) -> None:
    result = await desk.kiosk("showtimes")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].split() == ["START", "FILM", "SCREEN", "SEATS", "SHOWTIME", "WITH"]
    assert any(EVENING in line and "The Long Take" in line for line in lines)
    assert any("sold out" in line for line in lines)
    as_json = [json.loads(line) for line in (await desk.kiosk("showtimes", "--json")).stdout.splitlines()]
    assert len(as_json) == len(lines) - 1
    starts = [one["starts_at"] for one in as_json]
    assert starts == sorted(starts)
    assert {one["site_id"] for one in as_json} == {"0002"}


async def test_showtimes_of_a_day_and_of_another_cinema(desk: Desk) -> None:
    days = {json.loads(line)["business_date"] for line in (await desk.kiosk("showtimes", "--json")).stdout.splitlines()}
    (day,) = days
    result = await desk.kiosk("showtimes", "--date", day, "--site", "0003", "--json")
    assert all(json.loads(line)["site_id"] != "0002" for line in result.stdout.splitlines())
    assert (await desk.kiosk("showtimes", "--date", "2020-01-01")).stdout == "No showtimes.\n"
    assert (await desk.kiosk("showtimes", "--date", "tomorrow")).exit_code == 2


async def test_showtimes_that_a_type_of_voucher_is_good_for(desk: Desk) -> None:
    every = [json.loads(line) for line in (await desk.kiosk("showtimes", "--json")).stdout.splitlines()]
    laser = [
        json.loads(line) for line in (await desk.kiosk("showtimes", "--json", "--for", "LASER")).stdout.splitlines()
    ]
    assert [one["id"] for one in laser] == [one["id"] for one in every if "Laser" in one["attributes"]]
    assert (await desk.kiosk("showtimes", "--for", "LASERDISC")).stdout == "No showtimes.\n"


async def test_no_office_word_reaches_the_terminal_raw(desk: Desk) -> None:
    for words in (("showtimes",), ("prices", EVENING)):
        result = await desk.kiosk(*words)
        assert not set(result.stdout) & {"\x1b", "\u202e", "\r", "\x07"}


async def test_prices_that_are_not_understood_are_hidden(desk: Desk) -> None:
    result = await desk.kiosk("prices", EVENING, "--json")
    prices = [json.loads(line) for line in result.stdout.splitlines()]
    assert {ADULT, PREMIUM} <= {price["ticket_type_id"] for price in prices}
    known = {"Voucher", "Member", "MemberReward", "MemberSubscriptionCard", "ThirdPartyMemberCard", "Discount"}
    assert all(set(price["restrictions"]) <= known for price in prices)
    assert ADULT in (await desk.kiosk("prices", EVENING)).stdout


async def test_prices_of_no_showtime(desk: Desk) -> None:
    result = await desk.kiosk("prices", "0002-9999")
    assert result.exit_code == 1
    assert result.stderr.startswith("The office says: ")


async def test_an_office_that_is_not_there_is_exit_status_3(desk: Desk) -> None:
    desk.sandbox.faults.add(FaultPlan("drop_before", times=None))
    assert (await desk.kiosk("showtimes")).exit_code == 3
    assert (await desk.redeem("good-1", more=YES)).exit_code == 3
    assert desk.is_clean


async def test_a_configuration_without_a_cinema_is_told(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.files.config.write_text("")
        result = await desk.kiosk("showtimes")
    assert result.exit_code == 2
    assert "vista: there is no such section" in result.stderr


async def test_a_password_that_is_not_there_is_told_before_a_journal_is_made(desk: Desk) -> None:
    desk.files.env["CINEMA_PASSWORD"] = ""
    result = await desk.redeem("good-1", more=YES)
    assert result.exit_code == 2
    assert result.stderr == "vista: password_env: the variable it names is not set\n"
    assert not desk.files.journal.exists()


# ── redeeming without a question ────────────────────────────────────────────────────────────────────


async def test_two_vouchers_become_two_tickets(desk: Desk) -> None:
    result = await desk.redeem("good-1", "good-2", more=YES)
    assert result.exit_code == 0, result.stderr
    where, ticket = result.stdout.splitlines()
    assert where.startswith("The Long Take · ")
    assert ticket.startswith("Redeemed · booking W")
    assert " and " in ticket
    assert (desk.redeemed("good-1"), desk.redeemed("good-2")) == (1, 1)
    assert desk.is_clean
    assert verify(desk.files.journal).is_good


async def test_everything_is_told_to_a_program(desk: Desk) -> None:
    found = told(await desk.redeem("two", more=(*YES, "--json")))
    assert found["event"] == "voucher"
    assert (found["outcome"], found["reason"], found["tickets"], found["due"]) == ("redeemed", None, 2, "0.00")
    assert len(found["seats"]) == 2
    assert found["booking_id"]
    assert found["transaction_number"]
    assert [voucher["outcome"] for voucher in found["vouchers"]] == ["added"]
    assert desk.redeemed("two") == 2


async def test_fewer_tickets_than_a_voucher_is_good_for(desk: Desk) -> None:
    found = told(await desk.redeem("two", more=(*YES, "--json", "--tickets", "1")))
    assert found["tickets"] == 1
    assert desk.redeemed("two") == 1


async def test_seats_are_taken_as_they_are_named(desk: Desk) -> None:
    free = told(await desk.redeem("good-1", more=(*YES, "--json")))["seats"]
    taken = await desk.redeem("good-2", more=(*YES, "--json", "--seats", free[0]))
    assert taken.exit_code == 1
    assert f"{free[0]}: taken" in taken.stderr
    assert desk.redeemed("good-2") == 0
    assert desk.is_clean


async def test_several_prices_are_named_and_none_is_guessed(desk: Desk) -> None:
    result = await desk.redeem("good-1", more=("--yes",))
    assert result.exit_code == 1
    assert ADULT in result.stderr
    assert PREMIUM in result.stderr
    assert desk.redeemed("good-1") == 0
    assert desk.is_clean


async def test_a_bad_voucher_stays_out_and_the_others_go_on(desk: Desk) -> None:
    result = await desk.redeem("expired", "good-1", "no-price", more=(*YES, "--json"))
    found = told(result)
    assert result.exit_code == 1
    assert found["outcome"] == "redeemed"
    assert [voucher["outcome"] for voucher in found["vouchers"]] == ["refused", "added", "not_for_this_showtime"]
    assert (desk.redeemed("good-1"), desk.redeemed("no-price")) == (1, 0)
    assert desk.is_clean


@pytest.mark.parametrize(
    "sample", ["expired", "used", "unknown", "wrong-film", "other-site", "pin", "no-price", "hostile"]
)
async def test_a_refusal_is_told_in_the_offices_words(desk: Desk, sample: str) -> None:
    result = await desk.redeem(sample, more=YES)
    title = desk.sandbox.vista.samples[sample].title
    assert result.exit_code == 1
    assert (title or "…") in result.stderr
    assert desk.code(sample) not in result.output
    assert not set(result.output) & {"\x1b", "\u202e"}
    assert desk.is_clean


async def test_money_due_sends_the_guest_to_the_till(desk: Desk) -> None:
    result = await desk.redeem("surcharge", more=("--yes",))
    assert result.exit_code == 1
    assert "To pay: £3.00" in result.stderr
    assert "Send the guest to the till: the vouchers are unused." in result.stderr
    assert desk.redeemed("surcharge") == 0
    assert desk.is_clean


async def test_money_due_is_booked_unpaid_where_the_house_wants_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, surcharge="unpaid_booking") as desk:
        found = told(await desk.redeem("surcharge", more=("--yes", "--json")))
        assert (found["outcome"], found["due"]) == ("redeemed", "3.00")
        assert desk.redeemed("surcharge") == 1
        assert desk.is_clean


@pytest.mark.parametrize("sample", ["booking-id", "booking-barcode", "transaction-barcode"])
async def test_a_ticket_is_recognised_and_its_seats_are_told(desk: Desk, sample: str) -> None:
    result = await desk.redeem(sample, more=YES)
    assert result.exit_code == 1
    assert "is a ticket already" in result.stderr
    assert "B9 and B10" in result.stderr
    assert desk.is_clean


@pytest.mark.parametrize("code", ["WQ9LJTX", "!1|zoY1Gp1r", "0002-2681"])
async def test_what_is_no_voucher_costs_no_order(desk: Desk, code: str) -> None:
    result = await desk.kiosk("redeem", code, "--showtime", EVENING, *YES, "--json")
    assert result.exit_code == 1
    assert "does not look like a voucher: `vista.vouchers.code_pattern` says how they look." in result.stderr
    assert code not in result.output
    assert told(result)["vouchers"][0]["outcome"] == "not_a_voucher"
    assert desk.sandbox.books.asked("POST /vista/ocapi") == 0


async def test_a_showtime_that_is_not_there(desk: Desk) -> None:
    result = await desk.kiosk("redeem", desk.code("good-1"), "--showtime", "0002-1", "--yes")
    assert result.exit_code == 1
    assert result.stderr == "No showtime 0002-1 within a week: `kiosk voucher showtimes` lists them.\n"
    assert desk.sandbox.books.asked("POST /vista/ocapi") == 0


async def test_nobody_is_there_to_say_yes(desk: Desk) -> None:
    result = await desk.redeem("good-1")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert desk.redeemed("good-1") == 0
    assert desk.sandbox.books.asked("POST") == 0


# ── PINs ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_pin_on_the_command_line_works_and_is_warned_about(desk: Desk) -> None:
    result = await desk.redeem("pin", more=(*YES, "--pin", "4711"))
    assert result.exit_code == 0
    assert "--pin-file" in result.stderr
    assert desk.redeemed("pin") == 1


async def test_pins_from_a_file_in_the_vouchers_order(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "pins").write_text("\n0042\n")
    result = await desk.redeem("good-1", "pin-2", more=(*YES, "--pin-file", str(tmp_path / "pins")))
    assert result.exit_code == 0, result.stderr
    assert desk.redeemed("pin-2") == 1
    assert b"0042" not in b"".join(part.read_bytes() for part in desk.files.journal.parent.glob("journal*"))


@pytest.mark.parametrize("more", [("--pin", "1", "--pin", "2"), ("--pin", "1", "--pin-file", "-")])
async def test_pins_that_cannot_be_meant(desk: Desk, more: tuple[str, ...]) -> None:
    assert (await desk.redeem("good-1", more=(*YES, *more))).exit_code == 2


# ── with staff at the terminal ──────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("staff")
async def test_what_is_confirmed_is_said_once_and_plainly(desk: Desk) -> None:
    result = await desk.redeem("good-1", "good-2", more=PLAIN, answers="y\n")
    assert result.exit_code == 0
    questions = [line for line in result.stderr.splitlines() if "cannot be undone" in line]
    assert len(questions) == 1
    assert questions[0].startswith("Redeem 2 vouchers for The Long Take, ")
    assert ". This cannot be undone. Held until " in questions[0]


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("answer", ["n\n", "\n"])
async def test_without_a_yes_nothing_is_redeemed(desk: Desk, answer: str) -> None:
    result = await desk.redeem("good-1", more=PLAIN, answers=answer)
    assert result.exit_code == 1
    assert result.stderr.endswith("Nothing was redeemed: given up. The vouchers are unused.\n")
    assert desk.redeemed("good-1") == 0
    assert desk.is_clean


@pytest.mark.usefixtures("staff")
async def test_a_terminal_that_closes_at_the_question_leaves_nothing_held(desk: Desk) -> None:
    result = await desk.redeem("good-1", more=PLAIN, answers="")
    assert result.exit_code == 1
    assert desk.redeemed("good-1") == 0
    assert desk.is_clean


@pytest.mark.usefixtures("staff")
async def test_a_pin_is_asked_for_unseen_until_it_is_right(desk: Desk) -> None:
    result = await desk.redeem("pin", more=PLAIN, answers="1111\n4711\ny\n")
    assert result.exit_code == 0
    assert "4711" not in result.output
    assert desk.redeemed("pin") == 1


@pytest.mark.usefixtures("staff")
async def test_staff_choose_the_price_the_tickets_and_the_seats(desk: Desk) -> None:
    result = await desk.redeem("good-1", "two", answers="1\n1\nn\n")
    assert "…0001 is good for up to 2 tickets. How many" in result.stderr
    assert "1  Adult Voucher" in result.stderr
    assert "Redeem 2 vouchers for" in result.stderr
    wrong = await desk.redeem("good-1", more=(*PLAIN, "--seats", "Z99"), answers="\n")
    assert wrong.exit_code == 1
    assert "Z99: there is no such seat" in wrong.stderr
    assert "1 seat, like C5 (Enter: none)" in wrong.stderr
    assert desk.is_clean


@pytest.mark.usefixtures("staff")
async def test_seats_are_picked_on_the_plan_when_wanted(desk: Desk) -> None:
    result = await desk.redeem("good-1", more=(*PLAIN, "--plan"), answers="k4\ny\n")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.splitlines()[0] == "Standard"
    assert "1 seat, like C5 (Enter: none)" in result.stderr
    assert result.stdout.endswith("· K4\n")


async def test_where_nobody_can_be_asked_the_plan_is_shown_alone(desk: Desk) -> None:
    result = await desk.redeem("good-1", more=(*YES, "--plan"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "Standard"
    assert "No seats were chosen. Name free ones with --seats." in result.stderr
    assert desk.redeemed("good-1") == 0
    assert desk.is_clean


@pytest.mark.usefixtures("staff")
async def test_showtimes_for_a_voucher_of_another_one_are_looked_for_when_wanted(desk: Desk) -> None:
    result = await desk.redeem("no-price", answers="y\n")
    assert result.exit_code == 1
    assert "is not for this showtime" in result.stderr
    laser = desk.sandbox.vista.samples["laser"].showtime_id
    assert laser in result.stderr


@pytest.mark.usefixtures("staff")
async def test_one_answer_is_for_all_vouchers_that_fit_the_same_prices(desk: Desk) -> None:
    family = [f"good-{number}" for number in range(1, 6)]
    result = await desk.redeem(*family, answers="1\ny\n")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("fits several prices") == 1
    assert [desk.redeemed(one) for one in family] == [1] * 5
    assert desk.is_clean


@pytest.mark.usefixtures("staff")
async def test_no_pin_is_asked_for_where_the_voucher_was_redeemed_here(desk: Desk) -> None:
    await desk.redeem("good-1", more=YES)
    result = await desk.redeem("good-1", more=PLAIN)
    assert result.exit_code == 1
    assert "It was redeemed here, at Gate A, " in result.stderr
    assert "PIN" not in result.stderr
    assert "is left out: ask for another voucher, or send the guest to the till." in result.stderr


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(("answers", "redeemed"), [("y\ny\ny\n", 1), ("y\nn\n", 0)])
async def test_an_order_that_has_expired_is_started_again_when_wanted(desk: Desk, answers: str, redeemed: int) -> None:
    """The office lets the order go while staff think."""
    desk.sandbox.faults.add(FaultPlan("not_found", ("POST /vista/ocapi/v1/orders/{order}/completion",)))
    result = await desk.redeem("pin", more=(*PLAIN, "--pin", "4711"), answers=answers)
    assert "Nothing was redeemed: the order's time had run out" in result.stderr
    assert "Start again with the same vouchers?" in result.stderr
    assert result.exit_code == (0 if redeemed else 1), result.stderr
    assert desk.redeemed("pin") == redeemed
    assert desk.is_clean


async def test_a_plan_is_shown_where_seats_must_be_named(desk: Desk) -> None:
    showtimes = [json.loads(line) for line in (await desk.kiosk("showtimes", "--json")).stdout.splitlines()]
    salon = next(one for one in showtimes if one["screen"] == "Screen 3" and not one["is_sold_out"])
    words = ("redeem", desk.code("good-1"), "--showtime", salon["id"], *YES)
    result = await desk.kiosk(*words)
    assert result.exit_code == 1
    assert "The office does not choose seats by itself here: SeatsUnavailable" in result.stderr
    assert "Standard" in result.stderr
    assert "No seats were chosen. Name free ones with --seats." in result.stderr
    row = next(line for line in result.stderr.splitlines() if line.strip().startswith("D "))
    free = next(word for word in row.split()[1:] if word != ".")
    named = await desk.kiosk(*words, "--seats", f"D{free}")
    assert named.exit_code == 0, named.stderr
    assert f"D{free}" in named.stdout


async def test_vouchers_that_end_alike_are_told_apart(desk: Desk) -> None:
    result = await desk.redeem("pin", "no-price", "laser", more=(*YES, "--json"))
    assert "Voucher 1 (…0001) is refused: " in result.stderr
    assert "Voucher 3 (…0001) (Laser Screen Voucher) is not for this showtime" in result.stderr
    assert "…0002 (Laser Screen Voucher) is not for this showtime" in result.stderr
