"""Every outcome, reason and doubt in the words of staff: what, when, where, and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, ListGap, Option, Reason, Refuse, Undecided, Use, Verdict
from kiosk.tui.presenter.panel import Panel, Shape, Tone
from kiosk.tui.presenter.times import Here
from kiosk.tui.presenter.verdicts import panel_of, word_of
from tests.tui.given import HERE, NOW, SOON, booking, choice, decided, used

ANOTHER = "ask for another ticket, or call the desk"
DESK = "send the guest to the ticket desk"
ASIDE = "let the guest wait aside, or follow the house rule"
SATURDAY = NOW + timedelta(days=7)


def panel(verdict: Verdict, *, repeated_s: float | None = None, down_since: datetime | None = None) -> Panel:
    return panel_of(decided(verdict, repeated_s=repeated_s), HERE, down_since)


# ── admitted ────────────────────────────────────────────────────────────────────────────────────────


def test_an_admission_counts_heads_and_names_party_product_time_and_reference() -> None:
    told = panel(Admit((booking(),)))
    assert (told.word, told.tone, told.count) == ("ADMIT", Tone.ADMIT, 3)
    assert (told.headline, told.what) == ("3 guests", "2 Adult · 1 Child")
    assert told.details == ("London River Cruise Return", "11:30 today · X749G9")
    assert (told.foot, told.said_at) == ("✓✓ confirmed by River Cruises", "10:00:02")


def test_several_bookings_are_counted_together_and_listed() -> None:
    told = panel(Admit((booking("A1", units=("Adult",)), booking("A2", "Tower entry", None, ("Adult", "Child")))))
    assert (told.count, told.what) == (3, "2 Adult · 1 Child")
    assert told.details == (
        "London River Cruise Return · 11:30 today · 1 Adult · A1",
        "Tower entry · any time · 1 Adult · 1 Child · A2",
    )


def test_what_could_not_be_redeemed_with_it_is_said_in_the_place_of_advice() -> None:
    assert panel(Admit((booking(),), left_out=(booking("B7", "Museum"),))).advice == "NOT redeemed with it: Museum · B7"


def test_a_recovered_admission_says_why_it_was_redeemed_before() -> None:
    assert "redeemed by this gate before" in panel(Admit((booking(),), recovered=True)).foot


def test_a_provisional_admission_has_a_shape_of_its_own_and_says_what_it_rests_on() -> None:
    told = panel(Admit((booking(),), Grade.PROVISIONAL, list_age_s=720.0))
    assert (told.word, told.shape) == ("ADMIT", Shape.TICK_DASHED)
    assert told.foot == "✓ PROVISIONAL: by the list of 12 min ago, owed to the office"


def test_an_admission_that_nobody_vouches_for_is_another_grade_again() -> None:
    told = panel(Admit((booking(),), Grade.PROVISIONAL))
    assert (told.word, told.shape, told.count) == ("ADMIT", Shape.QUESTION_DASHED, 3)
    assert told.foot == "? PROVISIONAL: confirmed by nobody, owed to the office"
    told = panel(Admit((), Grade.PROVISIONAL))
    assert (told.headline, told.count) == ("NOT CHECKED", None)


def test_one_guest_without_units_is_still_one_guest() -> None:
    told = panel(Admit((booking(units=()),)))
    assert (told.count, told.headline, told.what) == (1, "1 guest", "")


def test_an_option_is_named_where_it_tells_something() -> None:
    assert panel(Admit((booking(option="Upper deck"),))).details[0] == "London River Cruise Return, Upper deck"
    assert panel(Admit((booking(option="DEFAULT"),))).details[0] == "London River Cruise Return"


# ── refused ─────────────────────────────────────────────────────────────────────────────────────────

REFUSALS = {
    Reason.NOT_FOUND: ("NOT FOUND", "the office does not know this code", f"ask for another ticket, or {DESK}"),
    Reason.UNREADABLE: ("NOT READABLE", "the code came through damaged", "scan it again, or type the code under it"),
    Reason.NO_OFFICE: ("NOT FOR THIS GATE", "no ticket office of this gate takes this kind of code", DESK),
    Reason.CANCELLED: ("CANCELLED", "this booking was cancelled or changed for another", "ask for the newer ticket"),
    Reason.EXPIRED: ("EXPIRED", "this booking has run out", DESK),
    Reason.NOT_CONFIRMED: ("NOT CONFIRMED", "this booking was never completed", DESK),
    Reason.TEST_BOOKING: ("TEST BOOKING", "made to try things out: it admits nobody", DESK),
    Reason.NO_SHOW: ("NO-SHOW", "the office has noted that nobody came", DESK),
    Reason.ALREADY_REDEEMED: (
        "ALREADY USED",
        "when and where is not known",
        "ask for another ticket, or call the desk",
    ),
    Reason.WRONG_DAY: ("WRONG DAY", "for another day", DESK),
    Reason.NOT_REDEEMABLE: ("NOT VALID NOW", "the office does not let it be used now", DESK),
}


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_says_what_is_wrong_and_what_to_do(reason: Reason) -> None:
    told = panel(Refuse(reason))
    assert (told.headline, told.what, told.advice) == REFUSALS[reason]
    damaged = reason is Reason.UNREADABLE
    assert (told.word, told.tone) == (("AGAIN", Tone.DOUBT) if damaged else ("REFUSE", Tone.REFUSE))
    assert told.count is None


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (used(), "09:12 today at Gate B, 48 min ago"),
        (used(lane=None), "09:12 today, 48 min ago"),
        (used(NOW - timedelta(seconds=30)), "09:59 today at Gate B, 30 s ago"),
        (used(NOW - timedelta(days=3)), "Wed 18 Nov 10:00 at Gate B, 3 days ago"),
        (Use(NOW - timedelta(hours=20)), "yesterday 14:00"),
        (Use(None, "Gate C"), "at Gate C"),
        (Use(None), "when and where is not known"),
    ],
)
def test_a_used_ticket_says_when_where_and_how_long_ago(use: Use, said: str) -> None:
    assert panel(Refuse(Reason.ALREADY_REDEEMED, (booking(),), use)).what == said


def test_a_use_that_perhaps_nobody_saw_is_a_question_and_not_a_refusal() -> None:
    told = panel(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used(NOW - timedelta(seconds=12), None, unsure=True)))
    assert (told.word, told.tone) == ("ASK", Tone.DOUBT)
    assert told.what == "used here 12 s ago, just before a restart"
    assert told.advice == "ask whether this guest went in; if not, call the desk"


@pytest.mark.parametrize(
    ("starts_at", "said"),
    [
        (SATURDAY, "for Saturday 28 November at 10:00, that is in 7 days"),
        (NOW + timedelta(days=1), "for Sunday 22 November at 10:00, that is tomorrow"),
        (NOW - timedelta(days=1), "for Friday 20 November at 10:00, that was yesterday"),
        (NOW - timedelta(days=400), "for Friday 17 October 2025 at 10:00, that was 400 days ago"),
    ],
)
def test_a_ticket_for_another_day_names_the_day(starts_at: datetime, said: str) -> None:
    assert panel(Refuse(Reason.WRONG_DAY, (booking(starts_at=starts_at),))).what == said


def test_of_several_days_the_nearest_is_named_and_a_whole_day_has_no_hour() -> None:
    far, near = booking(starts_at=NOW - timedelta(days=9)), booking(starts_at=SATURDAY, all_day=True)
    told = panel(Refuse(Reason.WRONG_DAY, (far, near)))
    assert told.what == "for Saturday 28 November, that is in 7 days"


def test_what_the_office_says_is_shown_and_made_safe() -> None:
    refused = Refuse(Reason.NOT_REDEEMABLE, (booking(office_note="gate closed\x1b[31m [red]at 9[/]\n"),))
    assert panel(refused).what == "the office says: gate closed·[31m [red]at 9[/]·"


# ── undecided ───────────────────────────────────────────────────────────────────────────────────────

DOUBTS = {
    Doubt.OFFLINE: ("the office does not answer", ASIDE),
    Doubt.NO_ANSWER: ("no answer came from the office", "scan again"),
    Doubt.OFFICE_ERROR: ("the office has trouble of its own", f"scan again; if it stays so, {ASIDE}"),
    Doubt.NOT_AUTHORISED: ("the office does not accept this kiosk's key", f"call the desk; {ASIDE}"),
    Doubt.RATE_LIMITED: ("the office asks to slow down", "scan again"),
    Doubt.JOURNAL_FAILED: ("this kiosk cannot write its record", "use another gate, and call the desk"),
    Doubt.CLOCK_UNTRUSTED: ("this kiosk does not know what day it is", f"call the desk to set its clock; {ASIDE}"),
}


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_is_worded_as_nobodys_fault_and_says_what_to_do(doubt: Doubt) -> None:
    told = panel(Undecided(doubt))
    assert (told.word, told.tone, told.headline) == ("CHECK", Tone.DOUBT, "CANNOT CHECK")
    assert (told.what, told.advice) == DOUBTS[doubt]
    assert not any(word in f"{told.what} {told.advice}" for word in ("invalid", "refuse", "wrong"))


def test_an_office_that_is_away_says_since_when() -> None:
    down_since = NOW - timedelta(minutes=18)
    assert panel(Undecided(Doubt.OFFLINE), down_since=down_since).what == "the office does not answer since 09:42"
    assert panel(Undecided(Doubt.NO_ANSWER), down_since=down_since).what == "no answer came from the office"


def test_an_open_attempt_promises_to_be_recognised() -> None:
    told = panel(Undecided(Doubt.NO_ANSWER, owed=True))
    assert told.advice == "scan again: it will be recognised if it was ours"


def test_a_rate_limit_says_how_long() -> None:
    assert panel(Undecided(Doubt.RATE_LIMITED, retry_after_s=4.6)).advice == "scan again in 5 s"
    assert panel(Undecided(Doubt.RATE_LIMITED, retry_after_s=0.2)).advice == "scan again in 1 s"


GAPS = {
    ListGap.EMPTY: "the list of today's tickets is empty",
    ListGap.PARTIAL: "the list of today's tickets is not complete",
    ListGap.OTHER_DAY: "the list of tickets is for another day",
    ListGap.OUTDATED: "the list of today's tickets is too old",
    ListGap.NOT_LISTED: "not on the list of today's tickets: it may have been sold since",
    ListGap.NOT_ADMISSIBLE: "on the list of today's tickets, but not as one to let in",
}


@pytest.mark.parametrize("gap", ListGap)
def test_why_the_list_could_not_help_is_said_without_calling_the_ticket_invalid(gap: ListGap) -> None:
    told = panel(Undecided(Doubt.OFFLINE, list_gap=gap))
    assert told.details == (GAPS[gap],)
    assert "invalid" not in told.details[0]


# ── choices and repeats ─────────────────────────────────────────────────────────────────────────────


def test_a_choice_says_how_many_and_how_many_of_them_can_be_used() -> None:
    told = panel(choice())
    assert (told.word, told.tone, told.what) == ("CHOOSE", Tone.CHOICE, "2 can be redeemed")
    assert told.headline == "THIS CODE HOLDS 3 BOOKINGS: choose what to redeem"
    assert panel(Choose((Option(booking()),))).headline == "ONE BOOKING: redeem it?"


def test_a_repeated_admission_is_quiet_and_never_looks_like_a_new_one() -> None:
    told = panel(Admit((booking(),)), repeated_s=3.4)
    assert (told.tone, told.word, told.count) == (Tone.REPEAT, "SAME", None)
    assert (told.headline, told.what) == ("SAME TICKET", "admitted 3 s ago: nobody else comes in on it")
    assert told.shape not in (Shape.TICK, Shape.TICK_DASHED)


def test_a_repeated_refusal_stays_a_refusal() -> None:
    first = panel(Refuse(Reason.CANCELLED, (booking(),)))
    again = panel(Refuse(Reason.CANCELLED, (booking(),)), repeated_s=2.0)
    assert again == replace(first, foot="same ticket, scanned 2 s ago")


def test_an_admission_told_late_does_not_look_as_if_somebody_was_just_scanned() -> None:
    told = panel_of(decided(Admit((booking(),))), HERE, late_s=6.0)
    assert (told.word, told.tone, told.count) == ("ADMIT", Tone.REPEAT, 3)
    assert told.foot == "said 6 s ago, while this screen was away: they come in once"


def test_a_refusal_told_late_is_a_refusal() -> None:
    told = panel_of(decided(Refuse(Reason.EXPIRED)), HERE, late_s=6.0)
    assert told == replace(panel(Refuse(Reason.EXPIRED)), foot="said 6 s ago, while this screen was away")


# ── only looked at ──────────────────────────────────────────────────────────────────────────────────


def looked(verdict: Verdict) -> Panel:
    return panel_of(replace(decided(verdict), looked=True), HERE)


def test_a_look_says_what_would_be_admitted_and_never_looks_like_an_admission() -> None:
    told = looked(choice())
    assert (told.word, told.tone, told.count) == ("LOOK", Tone.LOOK, None)
    assert (told.headline, told.what) == ("GOOD", "would admit 4 guests")
    assert told.details == (
        "good: London River Cruise Return · 11:30 today · 2 Adult · A1",
        "good: Tower entry · any time · 2 Adult · A2",
        "used yesterday 14:00: Museum · yesterday 10:00 · 1 Adult · A3",
    )
    assert told.foot == "only looked at: nothing was redeemed"


@pytest.mark.parametrize(
    "verdict", [Admit((booking(),)), Refuse(Reason.CANCELLED, (booking(),)), Undecided(Doubt.OFFLINE)]
)
def test_whatever_a_look_finds_is_a_look(verdict: Verdict) -> None:
    told = looked(verdict)
    assert (told.word, told.tone) == ("LOOK", Tone.LOOK)
    assert told.headline == panel(verdict).headline
    assert told.advice == ""


def test_no_two_tones_share_a_shape() -> None:
    assert len({tone.shape for tone in Tone}) == len(Tone)


def test_the_word_of_the_list_is_the_word_of_the_panel() -> None:
    for verdict in (Admit((booking(),)), Refuse(Reason.EXPIRED), choice(), Undecided(Doubt.OFFLINE)):
        assert word_of(verdict) == (panel(verdict).word, panel(verdict).tone)


def test_a_product_keeps_its_own_time_wherever_the_gate_is() -> None:
    tokyo = timezone(timedelta(hours=9))
    told = panel_of(decided(Admit((booking(starts_at=SOON.astimezone(tokyo)),))), Here(NOW, UTC))
    assert told.details[1] == "20:30 today · X749G9"
    assert told.said_at == "10:00:02"


def test_hostile_names_are_shown_on_one_line_and_never_as_markup() -> None:
    hostile = booking("R\x1b]0;x\x07", "[/][red]Cruise\u202e\n" + "x" * 500, units=("[b]Adult\x9b",))
    told = panel(Admit((hostile,)))
    everything = "".join((told.headline, told.what, *told.details, told.foot))
    assert "[/][red]Cruise" in told.details[0]
    assert everything.isprintable()
    assert len(told.details[0]) <= 80
