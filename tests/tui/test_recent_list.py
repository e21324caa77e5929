"""What was said just now, one line each, and what came of what was owed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.domain.attempt import Outcome
from kiosk.domain.events import AttemptSettled, Decided, Dismissed, Recent
from kiosk.domain.verdict import Admit, Doubt, Grade, Reason, Refuse, Undecided, Verdict
from kiosk.tui.presenter.recent import row
from kiosk.tui.view import KEPT, View, after
from tests.tui.given import HERE, NOW, SOON, admitted, booking, choice, decided, used


def text(one: Decided | AttemptSettled) -> str:
    return "".join(text for text, _ in row(one, HERE))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Admit((booking(),)), " 10:00:02 ✓✓ ADMIT   X749G9     3 guests  London River Cruise Return 11:30 today"),
        (
            Refuse(Reason.ALREADY_REDEEMED, (booking("408H44"),), used()),
            " 10:00:02 ✗  REFUSE  408H44     used 09:12 at Gate B (48 min ago) · London River Cruise Return",
        ),
        (
            Refuse(Reason.WRONG_DAY, (booking(starts_at=SOON + timedelta(days=7)),)),
            " 10:00:02 ✗  REFUSE  X749G9     for Sat 28 Nov · London River Cruise Return",
        ),
        (Refuse(Reason.NOT_FOUND), " 10:00:02 ✗  REFUSE  !1|z…Gp1r  not found"),
        (
            Undecided(Doubt.NO_ANSWER, owed=True),
            " 10:00:02 ?  CHECK   !1|z…Gp1r  no answer from the office: owed, will be settled",
        ),
        (choice(), " 10:00:02 =  CHOOSE  A1 +2      a code with 3 bookings"),
    ],
)
def test_a_verdict_in_one_line(verdict: Verdict, said: str) -> None:
    assert text(decided(verdict)) == said


@pytest.mark.parametrize(
    ("list_age_s", "said"),
    [(720.0, " 10:00:02 ✓  ADMIT   X749G9     3 guests "), (None, " 10:00:02 ?  ADMIT   X749G9     3 guests ")],
)
def test_an_admission_on_credit_has_a_sign_of_its_own(list_age_s: float | None, said: str) -> None:
    assert text(decided(Admit((booking(),), Grade.PROVISIONAL, list_age_s=list_age_s))).startswith(said)


def test_an_admission_of_whoever_comes_counts_nobody() -> None:
    said = text(decided(Admit((), Grade.PROVISIONAL)))
    assert said.strip() == "10:00:02 ?  ADMIT   !1|z…Gp1r  not checked"


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_has_a_line(doubt: Doubt) -> None:
    assert "?  CHECK" in text(decided(Undecided(doubt)))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_line(reason: Reason) -> None:
    assert len(text(decided(Refuse(reason))).split()) >= 5


def test_an_unreadable_code_shows_nothing_of_itself() -> None:
    assert text(decided(Refuse(Reason.UNREADABLE), code=None)).endswith("········   came through damaged")


def test_a_code_that_came_whole_is_masked() -> None:
    assert "SECRET" not in text(decided(Refuse(Reason.NOT_FOUND), code="ABCDSECRETSECRET1234"))


@pytest.mark.parametrize(
    ("outcome", "conflict", "said"),
    [
        (Outcome.OURS, False, "•  SETTLED X749G9     owed: the office has it now"),
        (Outcome.REFUSED, False, "!  SETTLED X749G9     owed: the office refused it"),
        (Outcome.UNDONE, False, "•  SETTLED X749G9     taken back: the ticket is good again"),
        ("parked", True, "!  SETTLED X749G9     CONFLICT: used somewhere else too; a supervisor must look at it"),
        ("a word of a newer engine", False, "!  SETTLED X749G9     settled"),
    ],
)
def test_what_came_of_what_was_owed(outcome: str, conflict: bool, said: str) -> None:
    assert text(AttemptSettled(NOW, "attempt", outcome, ("X749G9",), conflict)).strip().endswith(said)


# ── the list itself ─────────────────────────────────────────────────────────────────────────────────


def ids(view: View) -> list[str]:
    return [one.scan_id for one in view.recent if isinstance(one, Decided)]


def test_the_newest_stands_first_and_repeats_are_not_listed() -> None:
    view = after(after(View(), admitted("a")), decided(Admit((booking(),)), "a", repeated_s=2.0))
    assert ids(after(view, admitted("b"))) == ["b", "a"]


def test_it_does_not_grow_for_ever() -> None:
    view = View()
    for number in range(3 * KEPT):
        view = after(view, admitted(str(number)))
    assert len(view.recent) == KEPT


def test_an_engine_that_was_started_anew_takes_nothing_off_the_list() -> None:
    view = after(after(View(), admitted("a")), admitted("b", NOW + timedelta(seconds=2)))
    assert ids(after(view, Recent(NOW))) == ["b", "a"]
    missed = admitted("between", NOW + timedelta(seconds=1))
    assert ids(after(view, Recent(NOW, (admitted("a"), missed)))) == ["b", "between", "a"]


def test_putting_a_verdict_away_leaves_it_on_the_list() -> None:
    assert ids(after(after(View(), admitted("a")), Dismissed(NOW, "Gate A", "a"))) == ["a"]
