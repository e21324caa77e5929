"""The voucher desk when things go wrong: lost answers, refusals, a failed completion, a journal that cannot write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from kiosk.desks.vouchers import Rules, StartedAgain, Talk
from kiosk.domain.attempt import Entry
from kiosk.domain.errors import JournalError
from kiosk.domain.redeeming import (
    Added,
    Changed,
    ChooseSeats,
    Confirmation,
    Done,
    Ended,
    Holding,
    NoAnswer,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    SeatFault,
    Unclear,
    Unsure,
    WrongSeats,
)
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Because, Stage, Turn, Why
from kiosk.journal.memory import MemoryJournal
from tests.desks.vouchers_fake import EVENING, HOLD_S, SHOWTIMES, TOKEN_LOST, Cinema
from tests.fakes import Fault

FIRST, SECOND, WITH_PIN = "ADTMM0000111", "ADTMM0000112", "PINMM0000001"
SILENT = [Fault.DROPPED, Fault.LATE, Fault.ERROR]
APPLIED = [Fault.LOST, Fault.ERROR_APPLIED]
NEVER_SENT = [Fault.OFFLINE, Fault.RATE_LIMITED, Fault.FORBIDDEN]


@pytest.fixture
def cinema() -> Cinema:
    return Cinema()


async def confirmed(cinema: Cinema, *barcodes: str) -> tuple[Talk, Confirmation]:
    talk = await cinema.begin()
    for barcode in barcodes or (FIRST,):
        assert isinstance(await talk.add(barcode), Added)
    assert isinstance(await talk.hold(), Holding)
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    return talk, confirmation


async def assert_clean(cinema: Cinema) -> None:
    """Nothing open in the journal, nothing held at the office."""
    assert await cinema.journal.open_conversations() == ()
    assert cinema.held_at_the_office == []


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [*NEVER_SENT, *SILENT, *APPLIED, Fault.REFUSED])
async def test_an_order_that_is_not_opened_leaves_nothing_open(cinema: Cinema, fault: Fault) -> None:
    cinema.office.faults["create"] = [fault]
    result = await cinema.desk.begin(SHOWTIMES[EVENING], lane="Desk")
    assert isinstance(result, OfficeSays if fault is Fault.REFUSED else NoAnswer)
    await assert_clean(cinema)
    last = cinema.journal.entries[-1]
    assert isinstance(last, Turn)
    lost = fault in SILENT + APPLIED
    assert last.facts == Because(Why.NEVER_LEARNT if lost else Why.NOT_OPENED)


async def test_a_showtime_without_a_price_list_costs_no_order(cinema: Cinema) -> None:
    cinema.office.faults["prices"] = [Fault.OFFLINE]
    assert await cinema.desk.begin(SHOWTIMES[EVENING], lane="Desk") == NoAnswer(Doubt.OFFLINE)
    assert cinema.office.requests == ["prices"]


async def test_a_write_that_was_not_taken_for_want_of_a_token_is_for_staff_to_try_again(cinema: Cinema) -> None:
    cinema.office.faults |= {"create": [TOKEN_LOST], "add": [TOKEN_LOST], "set": [TOKEN_LOST], "delete": [TOKEN_LOST]}
    not_taken = NoAnswer(Doubt.NOT_AUTHORISED, retry_after_s=0.0)
    assert await cinema.desk.begin(SHOWTIMES[EVENING], lane="Desk") == not_taken
    talk = await cinema.begin()
    assert await talk.add(FIRST) == not_taken
    assert isinstance(await talk.add(FIRST), Added)
    assert await talk.hold() == not_taken
    assert isinstance(await talk.hold(), Holding)
    assert [cinema.office.requests.count(route) for route in ("create", "add", "set")] == [2, 2, 2]
    assert await talk.give_up() == Ended(Why.GIVEN_UP, is_gone=False)
    await cinema.desk.resume()
    await assert_clean(cinema)


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", NEVER_SENT)
async def test_a_voucher_that_was_not_asked_about_may_be_scanned_again(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    cinema.office.faults["add"] = [fault]
    assert isinstance(await talk.add(FIRST), NoAnswer)
    assert isinstance(await talk.add(FIRST), Added)


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_voucher_whose_answer_was_lost_is_found_on_the_order(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    cinema.office.faults["add"] = [fault]
    assert isinstance(await talk.add(FIRST), Added)
    assert isinstance(await talk.hold(), Holding)
    assert cinema.office.requests.count("add") == 1


@pytest.mark.parametrize("fault", SILENT)
async def test_a_voucher_that_may_yet_arrive_makes_the_order_unsure(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    assert isinstance(await talk.add(SECOND), Added)
    cinema.office.faults["add"] = [fault]
    assert isinstance(await talk.add(FIRST), Unsure)
    assert isinstance(await talk.hold(), Unsure)
    assert isinstance(await talk.to_confirm(), Unsure)
    again = await cinema.desk.start_again(talk)
    assert isinstance(again, StartedAgain)
    assert [type(result) for result in again.vouchers] == [Added, Added]
    cinema.clock.move(10)
    await again.talk.give_up()
    await assert_clean(cinema)


@pytest.mark.parametrize("fault", [*SILENT, *APPLIED, *NEVER_SENT, TOKEN_LOST])
async def test_a_pin_is_never_sent_again_by_itself(cinema: Cinema, fault: Fault | str) -> None:
    talk = await cinema.begin()
    cinema.office.faults["add"] = [fault]
    first = await talk.add(WITH_PIN, Secret("4711"))
    again = await cinema.desk.start_again(talk)
    assert isinstance(again, StartedAgain)
    accepted = isinstance(first, Added)
    assert cinema.office.books.pins_tried == [(WITH_PIN, "4711")] * (2 if accepted else 1)
    assert isinstance(again.vouchers[0], Added if accepted else NotAdded)


async def test_a_404_about_a_voucher_is_not_taken_for_the_orders_end(cinema: Cinema) -> None:
    talk = await cinema.begin()
    assert isinstance(await talk.add("ADTMM9999999"), NotAdded)
    cinema.office.tells_orders = False
    cinema.clock.move(HOLD_S + 1)
    ended = await talk.add(FIRST)
    assert isinstance(ended, Ended)
    assert ended.why is Why.EXPIRED


@pytest.mark.parametrize("fault", [*SILENT, *NEVER_SENT, Fault.REFUSED])
async def test_a_voucher_that_does_not_fit_and_stays_on_must_not_be_completed(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.faults["remove"] = [fault]
    result = await talk.add("MATIN0000001")
    assert isinstance(result, Unsure)
    assert isinstance(await talk.hold(), Unsure)
    await talk.give_up()
    cinema.clock.move(10)
    await assert_clean(cinema)


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_removal_whose_answer_was_lost_is_seen_on_the_order(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    cinema.office.faults["remove"] = [fault]
    assert isinstance(await talk.add("MATIN0000001"), NotForThisShowtime)
    assert talk.conversation.stage is Stage.OPEN


# ── seats ───────────────────────────────────────────────────────────────────────────────────────────


async def test_where_the_office_cannot_choose_seats_the_plan_is_for_staff(cinema: Cinema) -> None:
    cinema.office.allocates = False
    talk = await cinema.begin()
    await talk.add(FIRST)
    assert await talk.hold() == ChooseSeats("SeatsUnavailable")
    assert isinstance(await talk.hold(("B2",)), Holding)


async def test_a_seat_that_was_taken_meanwhile_is_told(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)

    def somebody_else(route: str) -> None:
        if route == "set":
            cinema.office.taken = {"1_2_2"}

    cinema.office.on_request = somebody_else
    assert await talk.hold(("B2",)) == WrongSeats(SeatFault.TAKEN, ("B2",), 1)
    assert isinstance(await talk.hold(("B3",)), Holding)


@pytest.mark.parametrize("fault", APPLIED)
async def test_seats_whose_answer_was_lost_are_found_on_the_order(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.faults["set"] = [fault]
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert holding.seats == ("A1",)
    assert cinema.office.requests.count("set") == 1


@pytest.mark.parametrize("fault", SILENT)
async def test_seats_that_may_yet_be_set_make_the_order_unsure(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.faults["set"] = [fault]
    assert isinstance(await talk.hold(), Unsure)
    cinema.clock.move(10)
    again = await cinema.desk.start_again(talk)
    assert isinstance(again, StartedAgain)
    assert isinstance(await again.talk.hold(), Holding)


@pytest.mark.parametrize("route", ["layout", "availability"])
async def test_a_plan_that_cannot_be_shown_spoils_nothing(cinema: Cinema, route: str) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.faults[route] = [Fault.OFFLINE]
    assert await talk.seating() == NoAnswer(Doubt.OFFLINE)
    assert isinstance(await talk.hold(), Holding)


async def test_a_lost_answer_to_extending_spoils_nothing(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.faults["extend"] = [Fault.DROPPED, Fault.REFUSED]
    assert await talk.extend() == NoAnswer(Doubt.NO_ANSWER)
    assert isinstance(await talk.extend(), OfficeSays)
    assert isinstance(await talk.hold(), Holding)


# ── completing ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", APPLIED)
@pytest.mark.parametrize("pending_s", [0.0, 3.0])
async def test_a_completion_whose_answer_was_lost_is_looked_up(cinema: Cinema, fault: Fault, pending_s: float) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s = pending_s
    cinema.office.faults["complete"] = [fault]
    assert isinstance(await talk.complete(confirmation), Done)
    assert cinema.office.books.completions_asked.total() == 1
    assert cinema.office.books.redeemed == {FIRST: 1}
    await assert_clean(cinema)


async def test_a_slow_completion_is_followed_at_a_growing_pace(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s = 20.0
    looks: list[float] = []
    cinema.office.on_request = lambda route: looks.append(cinema.clock.monotonic()) if route == "completion" else None
    assert isinstance(await talk.complete(confirmation), Done)
    pauses = [round(after - before, 1) for before, after in pairwise(looks)]
    assert pauses[0] == pytest.approx(0.5, abs=0.05)
    assert pauses[-1] == pytest.approx(2.0, abs=0.05)
    assert pauses == sorted(pauses)
    assert cinema.office.books.completions_asked.total() == 1


async def test_a_completion_is_not_followed_past_the_orders_time(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s = 10_000.0
    expires_at = talk.conversation.expires_at
    assert expires_at is not None
    result = await talk.complete(confirmation)
    assert isinstance(result, Unclear)
    assert expires_at - timedelta(seconds=3) < cinema.clock.now() <= expires_at + timedelta(seconds=1)
    assert talk.conversation.stage is Stage.COMPLETING
    cinema.clock.move(10_000)
    (resumed,) = await cinema.desk.resume()
    assert isinstance(resumed.result, Done)
    await assert_clean(cinema)


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.ERROR])
async def test_a_completion_that_never_arrived_is_given_up_and_not_posted_again(cinema: Cinema, fault: Fault) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [fault]
    ended = await talk.complete(confirmation)
    assert ended == Ended(Why.NOT_ARRIVED)
    assert cinema.office.books.completions_asked.total() == 1
    assert cinema.office.books.redeemed == {}
    await assert_clean(cinema)
    again = await cinema.desk.start_again(talk)
    assert isinstance(again, StartedAgain)
    assert isinstance(again.vouchers[0], Added)


async def test_a_completion_that_arrives_late_finds_its_order_deleted(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [Fault.LATE]
    assert await talk.complete(confirmation) == Ended(Why.NOT_ARRIVED)
    cinema.clock.move(60)
    cinema.office.settle()
    assert cinema.office.books.redeemed == {}
    await assert_clean(cinema)


async def test_a_completion_that_arrives_a_moment_later_is_waited_for() -> None:
    cinema = Cinema(rules=Rules("0002", timeout_s=1.0))
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [Fault.DROPPED]

    def arrives(route: str) -> None:
        if route == "completion" and cinema.office.requests.count("completion") == 3:
            cinema.office._complete(talk.conversation.order_id)

    cinema.office.on_request = arrives
    assert isinstance(await talk.complete(confirmation), Done)
    assert "delete" not in cinema.office.requests


async def test_a_completion_that_arrives_between_two_looks_is_ours(cinema: Cinema) -> None:
    """The office shows nothing for a while, is told to delete, refuses: it has just begun to complete."""
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [Fault.DROPPED]

    def arrives(route: str) -> None:
        if route == "delete":
            cinema.office._complete(talk.conversation.order_id)

    cinema.office.on_request = arrives
    assert isinstance(await talk.complete(confirmation), Done)
    assert cinema.office.books.redeemed == {FIRST: 1}
    await assert_clean(cinema)


@pytest.mark.parametrize("fault", [*NEVER_SENT, TOKEN_LOST])
async def test_a_completion_that_was_not_taken_ends_the_order(cinema: Cinema, fault: Fault | str) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [fault]
    ended = await talk.complete(confirmation)
    assert isinstance(ended, Ended)
    assert ended.is_gone
    assert cinema.office.books.completions_asked.total() == 1
    await assert_clean(cinema)


async def test_a_refused_completion_is_told_in_the_offices_words(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["complete"] = [Fault.REFUSED]
    ended = await talk.complete(confirmation)
    assert ended == Ended(Why.REFUSED, "Not now", "The request conflicts with a business rule.")
    await assert_clean(cinema)


@pytest.mark.parametrize("pending_s", [0.0, 2.0])
async def test_a_failed_completion_leaves_the_voucher_unused(cinema: Cinema, pending_s: float) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s, cinema.office.completion_fails = pending_s, True
    ended = await talk.complete(confirmation)
    assert isinstance(ended, Ended)
    assert ended.why is Why.FAILED
    assert cinema.office.books.redeemed == {}
    await assert_clean(cinema)


async def test_an_order_that_expires_before_it_is_completed(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.clock.move(HOLD_S + 1)
    ended = await talk.complete(confirmation)
    assert isinstance(ended, Ended)
    assert ended.why is Why.EXPIRED
    await assert_clean(cinema)


async def test_tickets_that_cannot_be_read_spoil_no_redemption(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.faults["completed"] = [Fault.OFFLINE]
    done = await talk.complete(confirmation)
    assert isinstance(done, Done)
    assert done.order is None
    assert done.conversation.stage is Stage.REDEEMED
    assert done.conversation.seats == ("A1",)
    (resumed,) = await cinema.desk.resume()
    assert isinstance(resumed.result, Done)
    assert resumed.result.order is not None
    await assert_clean(cinema)


async def test_an_office_that_puts_it_off_for_ever_is_not_followed_for_ever(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s, cinema.office.puts_off = 1e6, True
    before = cinema.clock.now()
    assert isinstance(await talk.complete(confirmation), Unclear)
    assert HOLD_S < (cinema.clock.now() - before).total_seconds() < 1000


@pytest.mark.parametrize("patience_s", [0.0, 2.0, 20.0])
async def test_resuming_waits_no_longer_than_it_may(cinema: Cinema, patience_s: float) -> None:
    talk, confirmation = await confirmed(cinema)
    cinema.office.pending_s = 5000.0
    assert isinstance(await talk.complete(confirmation), Unclear)
    cinema.office.puts_off = True
    before = cinema.clock.now()
    (left,) = await cinema.desk.resume(timedelta(seconds=patience_s))
    assert isinstance(left.result, Unclear)
    assert (cinema.clock.now() - before).total_seconds() <= patience_s + 1


async def test_an_office_that_goes_silent_leaves_it_unclear_and_resumable(cinema: Cinema) -> None:
    talk, confirmation = await confirmed(cinema)

    def silent(route: str) -> None:
        if route == "complete":
            cinema.office.always = Fault.DROPPED

    cinema.office.faults["complete"] = [Fault.LOST]
    cinema.office.on_request = silent
    result = await talk.complete(confirmation)
    assert isinstance(result, Unclear)
    assert isinstance(await talk.complete(confirmation), Changed)
    assert isinstance(await talk.give_up(), Unclear)
    (resumed,) = await cinema.desk.resume()
    assert isinstance(resumed.result, Unclear)
    cinema.office.always, cinema.office.on_request = Fault.NONE, lambda route: None
    (resumed,) = await cinema.desk.resume()
    assert isinstance(resumed.result, Done)
    assert cinema.office.books.completions_asked.total() == 1
    await assert_clean(cinema)


# ── giving up ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [*NEVER_SENT, *SILENT, Fault.REFUSED])
async def test_an_order_that_could_not_be_deleted_is_deleted_later(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    cinema.office.faults["delete"] = [fault]
    ended = await talk.give_up()
    assert ended == Ended(Why.GIVEN_UP, is_gone=False)
    assert [one.stage for one in await cinema.journal.open_conversations()] == [Stage.CLOSING]
    (resumed,) = await cinema.desk.resume()
    assert resumed.result == Ended(Why.GIVEN_UP)
    await assert_clean(cinema)


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_deletion_whose_answer_was_lost_is_asked_again_later(cinema: Cinema, fault: Fault) -> None:
    talk = await cinema.begin()
    cinema.office.faults["delete"] = [fault]
    ended = await talk.give_up()
    assert isinstance(ended, Ended)
    assert not ended.is_gone
    await cinema.desk.resume()
    await assert_clean(cinema)


Meddling = Callable[[Talk], Awaitable[object]]


@pytest.mark.parametrize(
    "meddle",
    [
        lambda talk: talk.add(SECOND),
        lambda talk: talk.hold(("B1",)),
        lambda talk: talk.remove(talk.uses[0].voucher.id),
        lambda talk: talk.extend(),
        lambda talk: talk.give_up(),
    ],
    ids=["add", "hold", "remove", "extend", "give up"],
)
@pytest.mark.parametrize("fails_at", range(1, 5))
async def test_without_a_journal_the_order_is_let_go_at_once(cinema: Cinema, fails_at: int, meddle: Meddling) -> None:
    talk, _ = await confirmed(cinema)
    broken = Broken(cinema.journal, fails_at)
    talk.record.journal = broken
    try:
        await meddle(talk)
    except JournalError:
        assert cinema.held_at_the_office == []
    else:
        assert broken.appends < fails_at
    talk.record.journal = cinema.journal
    await cinema.desk.resume()
    assert cinema.office.books.redeemed == {}


@pytest.mark.parametrize("fails_at", [1, 2, 3])
async def test_without_a_journal_nothing_is_told_and_nothing_is_lost(cinema: Cinema, fails_at: int) -> None:
    talk, confirmation = await confirmed(cinema)
    talk.record.journal = Broken(cinema.journal, fails_at)
    with pytest.raises(JournalError):
        await talk.complete(confirmation)
    asked = cinema.office.books.completions_asked.total()
    assert asked == (0 if fails_at == 1 else 1)
    await cinema.desk.resume()
    assert cinema.office.books.completions_asked.total() == asked
    await assert_clean(cinema)


async def test_an_order_that_cannot_be_written_down_is_let_go(cinema: Cinema) -> None:
    cinema.desk.journal = Broken(cinema.journal, 2)
    with pytest.raises(JournalError):
        await cinema.desk.begin(SHOWTIMES[EVENING], lane="Desk")
    assert [order.end for order in cinema.office.orders.values()] == ["deleted"]
    cinema.desk.journal = cinema.journal
    await cinema.desk.resume()
    await assert_clean(cinema)


class Broken:
    """A journal that fails at the nth write, and from then on."""

    def __init__(self, journal: MemoryJournal, fails_at: int) -> None:
        self._journal, self._fails_at = journal, fails_at
        self.appends = 0
        self.open_conversations = journal.open_conversations
        self.conversations_of = journal.conversations_of

    async def append(self, *entries: Entry) -> None:
        self.appends += 1
        if self.appends >= self._fails_at:
            raise JournalError("no space left")
        await self._journal.append(*entries)
