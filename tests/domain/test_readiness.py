"""What keeps a guest from being served, and what does not."""

from __future__ import annotations

import pytest

from kiosk.domain.readiness import Finding, Part, Standing, in_order, lacking

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
