"""The screen of a gate that can serve nobody: a code that is read from afar, and gone when it is mended."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.out_of_order import Fault
from kiosk.tui.presenter.panel import Panel
from kiosk.tui.screens.panels import shown
from kiosk.tui.stage import AWAY_TOO_LONG_S, Stage
from tests.tui.given import HERE, admitted, status


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def panel(stage: Stage) -> Panel:
    return shown(stage, HERE)[0]


def stage_at(clock: Clock) -> Stage:
    stage = Stage(lambda: HERE, clock)
    stage.engine_came()
    stage.tell(status())
    return stage


def test_what_the_engine_says_stands_until_it_is_mended() -> None:
    stage = stage_at(Clock())
    assert panel(stage).word == "READY"
    stage.tell(replace(status(), fault=Fault.RECORD))
    assert (panel(stage).word, panel(stage).headline) == ("E01", "OUT OF ORDER")
    assert "tell the helpline: E01" in panel(stage).advice
    stage.tell(status())
    assert panel(stage).word == "READY"


def test_a_verdict_is_shown_all_the_same() -> None:
    stage = stage_at(Clock())
    stage.tell(replace(status(), fault=Fault.SCANNERS))
    stage.tell(admitted())
    assert panel(stage).word == "ADMIT"


def test_a_code_of_a_newer_engine_is_passed_over() -> None:
    stage = stage_at(Clock())
    stage.tell(replace(status(), fault="E99"))
    assert panel(stage).word == "READY"


def test_an_engine_that_does_not_come_back_is_a_fault() -> None:
    clock = Clock()
    stage = stage_at(clock)
    stage.engine_went()
    assert panel(stage).headline == "NO ENGINE"
    clock.now_s += AWAY_TOO_LONG_S - 0.1
    stage.engine_went()
    assert panel(stage).headline == "NO ENGINE"
    clock.now_s += 0.1
    assert panel(stage).word == "E02"
    stage.engine_came()
    stage.tell(status())
    assert panel(stage).word == "READY"
