"""Issuing jobs on a supervisor's screen: listed, followed, and what to do about each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import Rights
from kiosk.domain.issuing.events import IssueJob, IssueJobs, ListIssues
from kiosk.tui.presenter import issues
from kiosk.tui.presenter.issues import BAR
from kiosk.tui.screens.panels import shown
from kiosk.tui.stage import ASTRAY_S, Stage
from tests.tui.given import HERE, NOW, Time, admitted, checking, status
from tests.tui.screens import gate

RUNNING = IssueJob(
    "7f3a91c2", "email", "SPRING", NOW - timedelta(minutes=3), 5000, "running", 5000, 3090, 10, 1896, 0, 0, 4
)
DOUBTFUL = replace(
    RUNNING, id="0badcafe", kind="mobile", reference="MEMBERS", state="left", recipients=40, total=40, done=30,
    failed=0, pending=0, unknown=1, not_sent=9, begun_at=NOW - timedelta(hours=2),
)  # fmt: skip
LEFT = replace(DOUBTFUL, id="deadbeef", reference="PARTNERS", unknown=0, not_sent=10)
ORDER = IssueJob("00c0ffee", "order", "PO-1", NOW - timedelta(days=1), 0, "ended", 1, 1)
BROKEN = IssueJob("baadf00d")
JOBS = (RUNNING, DOUBTFUL, LEFT, ORDER, BROKEN)


def text(jobs: tuple[IssueJob, ...], cursor: int = 0) -> list[str]:
    return ["".join(bit for bit, _ in line) for line in issues.rows(jobs, cursor, HERE)]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stage(time: Time) -> Stage:
    stage = Stage(lambda: HERE, time)
    stage.engine_came()
    stage.tell(replace(status(), issuing=3))
    return stage


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


def test_it_is_offered_where_there_are_jobs_to_whoever_may(stage: Stage) -> None:
    assert stage.press("j") == ListIssues()
    stage.press("escape")
    stage.tell(status())
    assert "j" not in works(stage)
    locked = Stage(lambda: HERE, Time(), locked=True)
    locked.tell(replace(status(), issuing=3))
    assert "j" not in works(locked)
    assert locked.press("j") is None


def test_it_follows_the_jobs_while_it_is_open(stage: Stage) -> None:
    assert stage.tick() is None
    stage.press("j")
    assert stage.tick() == ListIssues(following=True)
    stage.tell(IssueJobs(NOW, (RUNNING, DOUBTFUL)))
    assert stage.press("down") is None
    stage.tell(IssueJobs(NOW, JOBS))
    assert stage.dialog is not None
    assert getattr(stage.dialog, "cursor", None) == 1
    stage.tell(IssueJobs(NOW, (LEFT, RUNNING, DOUBTFUL)))
    assert getattr(stage.dialog, "cursor", None) == 2  # on the same job
    stage.engine_went()
    assert stage.tick() is None


def test_whoever_may_not_see_them_is_told_so_and_the_screen_stops_asking(stage: Stage) -> None:
    stage.press("j")
    stage.tell(Rights(NOW, guarded=True, word="not_allowed", action="issue"))
    assert stage.tick() is None
    panel, _ = shown(stage, HERE)
    assert "a supervisor must sign in" in panel.what


def test_a_scan_wins_and_the_list_can_be_taken_up_again(stage: Stage, time: Time) -> None:
    stage.press("j")
    stage.tell(IssueJobs(NOW, JOBS))
    stage.press("down")
    stage.tell(checking())
    assert stage.dialog is None
    stage.tell(admitted())
    time.now_s += ASTRAY_S
    stage.press("escape")
    stage.press("j")
    assert getattr(stage.dialog, "cursor", None) == 1


def test_each_job_says_how_it_stands() -> None:
    lines = text(JOBS)
    assert lines[0] == "┃ SPRING · by e-mail · 5,000 recipients · running · 09:57 today"
    assert lines[1] == f"┃ {'█' * 7}{'░' * 5}  3,090/5,000 done · 10 failed · 1,896 pending · 4 not sent"
    assert "LEFT" in lines[2]
    assert "1 UNKNOWN" in lines[3]
    assert "NOT READABLE" in lines[8]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (RUNNING, "7f3a91c2 is being worked on"),
        (DOUBTFUL, "look up what is unknown: kiosk issue status 0badcafe"),
        (LEFT, "go on: kiosk issue status deadbeef --resume"),
        (ORDER, "00c0ffee: nothing is left to do"),
        (BROKEN, "baadf00d: its record cannot be read, call the helpline"),
    ],
)
def test_the_job_at_the_cursor_says_what_to_do(job: IssueJob, words: str) -> None:
    assert issues.what_to_do(job) == words


@pytest.mark.parametrize("done", [-1, 0, 1, 4999, 5000, 9999])
def test_a_bar_is_as_long_as_it_is_whatever_is_told(done: int) -> None:
    bar = text((replace(RUNNING, done=done, failed=3000),))[1].split()[1]
    assert len(bar) == BAR
    assert (bar == "█" * BAR) == (done >= 5000)


def test_hostile_references_are_shown_as_dots() -> None:
    lines = text((replace(RUNNING, reference="\x1b[31m[/]\u202e" + "x" * 500, kind="\x07"),))
    assert all(line.isprintable() for line in lines)
    assert len(lines[0]) < 120


async def test_on_the_screen(stage: Stage) -> None:
    async with gate() as screen:
        await screen.tell(replace(status(), issuing=2))
        assert "j jobs" in screen.keys
        await screen.press("j")
        assert ListIssues() in screen.link.commands
        await screen.tell(IssueJobs(NOW, JOBS))
        assert "3,090/5,000 done" in screen.panel
        await screen.press("escape")
        assert "SPRING" not in screen.panel
