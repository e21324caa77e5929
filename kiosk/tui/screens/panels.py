"""What the large panel says: the dialog that is open, or what stands."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.domain.events import Noted, ParkedAttempt
from kiosk.domain.verdict import Choose
from kiosk.tui.dialogs.issues import Issues
from kiosk.tui.dialogs.looking_up import FIELDS, LookUp
from kiosk.tui.dialogs.parked import Parked
from kiosk.tui.dialogs.plain import Help
from kiosk.tui.dialogs.signing_in import SigningIn
from kiosk.tui.dialogs.undoing import REASONS, Undoing
from kiosk.tui.presenter import choice, issues, look_up, parked, signing_in, standing, undo
from kiosk.tui.presenter.bottom import help_rows
from kiosk.tui.presenter.coaching import coaching
from kiosk.tui.presenter.panel import Panel, Tone
from kiosk.tui.presenter.recent import masked
from kiosk.tui.presenter.times import Here
from kiosk.tui.presenter.verdicts import LOOKS_LIKE_A_VOUCHER, SAME_AGAIN, panel_of
from kiosk.tui.shown import (
    CutOff,
    Looking,
    Nothing,
    NotSent,
    NotShown,
    Redeeming,
    Standing,
    TakenBack,
    TakingBack,
    TooLate,
)
from kiosk.tui.stage import Stage
from kiosk.tui.widgets.verdict import Body


def shown(stage: Stage, here: Here, why_away: str = "") -> tuple[Panel, Body | None]:
    """A panel, and the list in it where it has one."""
    match stage.dialog:
        case Help(at_end=at_end):
            guarded = stage.rights is not None and stage.rights.guarded
            rows = help_rows(stage.hints_at_the_gate, locked=stage.is_locked, guarded=guarded)
            return Panel(Tone.IDLE, "", "WHAT THE WORDS MEAN"), Body(rows, len(rows) - 1 if at_end else 0)
        case SigningIn(said=rights, waits=waits) as dialog:
            return signing_in.asking(rights, dialog.heard_from, here, waits=waits), None
        case Undoing(decided=decided, no_show=no_show, may=may):
            rows = undo.reason_rows(REASONS, no_show=no_show, may=may)
            return undo.asking(decided, here, no_show=no_show), Body(rows)
        case LookUp(found=found, opened=int(place)):
            return look_up.opened(found[place], here), None
        case LookUp(found=found, cursor=cursor) if found:
            return look_up.found(found), Body(look_up.rows(found, cursor, here), cursor)
        case LookUp(field=field, failed=failed, waits=waits):
            return look_up.asking(FIELDS[field], failed, waits=waits), None
        case Issues(jobs=jobs, cursor=cursor, more=more, is_refused=is_refused):
            lines = issues.rows(jobs or (), cursor, here)
            return issues.listed(jobs, cursor, more, is_refused=is_refused), Body(lines, cursor * issues.LINES)
        case Parked(opened=ParkedAttempt() as attempt):
            return parked.opened(attempt, here), None
        case Parked(attempts=attempts, cursor=cursor, noted=noted, settled=settled, sent=sent):
            said = "settling ········" if sent is not None else parked.came_of_it(noted, settled) if noted else ""
            return parked.listed(attempts, said), Body(parked.rows(attempts or (), cursor, here), cursor)
        case _:
            return _standing(stage, here, why_away)


def _standing(stage: Stage, here: Here, why_away: str) -> tuple[Panel, Body | None]:
    match stage.shown:
        case Nothing() if (fault := stage.fault) is not None:
            return standing.out_of_order(fault), None
        case Nothing() if not stage.view.joined:
            return (standing.engine_away(why_away) if stage.was_joined or why_away else standing.joining()), None
        case Nothing() if (coached := coaching(stage.view.preview, here)) is not None:
            return coached, None
        case Nothing():
            return standing.ready(stage.view.mode, only_looks=stage.is_looking), None
        case Standing(decided=decided, doubled=True):
            return replace(panel_of(decided, here), foot=SAME_AGAIN), None
        case Standing(decided=decided, late_s=late_s):
            body = None
            if isinstance(decided.verdict, Choose) and stage.marks is not None:
                body = Body(choice.rows(decided.verdict.options, stage.marks, here), stage.marks.cursor)
            panel = panel_of(decided, here, stage.view.down_since, late_s)
            return replace(panel, advice=LOOKS_LIKE_A_VOUCHER) if stage.offers_vouchers else panel, body
        case Looking(checking=checking):
            return standing.checking(masked(checking.code)), None
        case Redeeming(count=count):
            return standing.redeeming(count), None
        case TakingBack(which=which, no_show=no_show):
            return undo.under_way(which, no_show=no_show), None
        case TakenBack(asked=asked, noted=Noted() as noted):
            return undo.outcome(noted, asked.which, no_show=asked.no_show), None
        case TakenBack(asked=asked):
            return undo.cut_off(asked.which), None
        case TooLate():
            return standing.too_late(), None
        case CutOff():
            return standing.cut_off(), None
        case NotSent():
            return standing.not_sent(), None
        case NotShown():
            return standing.not_shown(), None
        case _:
            assert_never(stage.shown)
