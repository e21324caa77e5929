"""What keeps a guest from being served, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.readiness import Earlier, Finding, Part, Report, Standing, in_order, lacking, worse
from tests.fakes import NOON

READY = (
    (Part.CONFIGURATION, Standing.OK),
    (Part.DISK, Standing.OK),
    (Part.RECORD, Standing.OK),
    (Part.CLOCK, Standing.OK),
    (Part.OFFICE, Standing.OK),
    (Part.SCANNER, Standing.OK),
)


def found(*more: tuple[Part, Standing], without: Part | None = None) -> tuple[Finding, ...]:
    told = (*(one for one in READY if one[0] is not without), *more)
    return tuple(Finding(part, "", standing, "what") for part, standing in told)


def test_a_gate_that_has_everything_lacks_nothing() -> None:
    assert lacking(found()) == ()


@pytest.mark.parametrize(
    "part", [Part.CONFIGURATION, Part.ENGINE, Part.DISK, Part.RECORD, Part.TURNSTILE, Part.DOORS_OPEN]
)
def test_these_must_not_fail_and_may_have_notes(part: Part) -> None:
    assert len(lacking(found((part, Standing.FAILED)))) == 1
    assert lacking(found((part, Standing.NOTE))) == ()


@pytest.mark.parametrize("part", [Part.SIGNAL, Part.CREDENTIAL, Part.CLOCK, Part.LIST])
def test_these_may_fail_while_the_rest_works(part: Part) -> None:
    assert lacking(found((part, Standing.FAILED))) == ()


@pytest.mark.parametrize(("part", "words"), [(Part.OFFICE, "no office answers"), (Part.SCANNER, "no scanner works")])
def test_one_of_several_is_enough_and_one_there_must_be(part: Part, words: str) -> None:
    assert lacking(found((part, Standing.FAILED))) == ()
    assert lacking(found((part, Standing.FAILED), without=part)) == (words,)
    assert lacking(found(without=part)) == (words,)


def test_a_good_list_stands_in_for_the_office_while_the_day_is_known() -> None:
    away = (Part.OFFICE, Standing.FAILED)
    assert lacking(found(away, (Part.LIST, Standing.OK), without=Part.OFFICE)) == ()
    assert lacking(found(away, (Part.LIST, Standing.FAILED), without=Part.OFFICE)) == ("no office answers",)
    lost = found(away, (Part.LIST, Standing.OK), (Part.CLOCK, Standing.FAILED), without=Part.OFFICE)
    assert lacking(lost) == ("no office answers",)


def test_findings_stand_in_the_order_of_their_parts() -> None:
    told = [Finding(part, name, Standing.OK, "") for part, name in ((Part.SCANNER, "b"), (Part.DISK, ""))]
    told.append(Finding(Part.SCANNER, "a", Standing.OK, ""))
    assert [(one.part, one.name) for one in in_order(told)] == [
        (Part.DISK, ""),
        (Part.SCANNER, "b"),
        (Part.SCANNER, "a"),
    ]


BEFORE = Earlier(
    could_serve=True,
    failed=frozenset({("scanner", "spare")}),
    worked=frozenset({("office", "River Cruises"), ("scanner", "gun"), ("scanner", "camera")}),
)
OFFICE = Finding(Part.OFFICE, "River Cruises", Standing.OK, "answers")
GUN = Finding(Part.SCANNER, "gun", Standing.OK, "opened")


def failed(part: Part, name: str) -> Finding:
    return Finding(part, name, Standing.FAILED, "broken")


def report(*findings: Finding) -> Report:
    return Report(NOON, "Gate A", findings)


@pytest.mark.parametrize(
    ("findings", "names"),
    [
        ((OFFICE, GUN), []),
        ((OFFICE, GUN, failed(Part.SCANNER, "spare")), []),
        ((OFFICE, GUN, failed(Part.SCANNER, "camera")), ["camera"]),
        ((OFFICE, GUN, failed(Part.SIGNAL, "a part that was not looked at before")), []),
        ((OFFICE, GUN, failed(Part.CONFIGURATION, "new")), ["new"]),
        ((failed(Part.OFFICE, "River Cruises"), failed(Part.SCANNER, "gun")), ["River Cruises", "gun"]),
    ],
)
def test_what_failed_before_or_was_not_looked_at_is_no_reason_to_take_an_update_back(
    findings: tuple[Finding, ...], names: list[str]
) -> None:
    assert [one.name for one in worse(report(*findings), BEFORE)] == names


def test_where_nobody_could_be_served_before_only_what_worked_counts() -> None:
    found = report(failed(Part.CONFIGURATION, ""), failed(Part.SCANNER, "gun"))
    assert [one.part for one in worse(found, replace(BEFORE, could_serve=False))] == [Part.SCANNER]
