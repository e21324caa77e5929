"""Which keys work at the voucher desk now, and what enter does."""

from __future__ import annotations

from kiosk.domain.redeeming import Surcharge
from kiosk.domain.voucher_events import Ask, AtCounter, Phase, Said
from kiosk.tui.counter_view import CounterView, Page
from kiosk.tui.presenter import voucher_keys
from kiosk.tui.presenter.keys import Hint


def hints(view: CounterView) -> tuple[Hint, ...]:
    """None: the office is being asked."""
    if view.dialog is not None:
        return view.dialog.hints
    now = view.counter
    if now is None:
        return ()
    if now.phase is Phase.REDEEMING:
        return voucher_keys.redeeming()
    if view.is_busy:
        return ()
    if view.fills_the_screen:
        return voucher_keys.remark()
    if now.confirmation is not None:
        return voucher_keys.confirming(is_ready=view.may_confirm)
    if view.page is Page.SHOWTIMES:
        return _hints_at_the_list(view, now)
    return _hints_at(view, now)


def _hints_at_the_list(view: CounterView, now: AtCounter) -> tuple[Hint, ...]:
    return voucher_keys.at_the_list(
        voucher_keys.AtTheList(
            can_pick=view.list.at_cursor is not None,
            is_filtered=bool(view.list.filter),
            is_several=len(view.list.shown) > 1,
            is_picking_another=view.is_picking_another,
            has_stray=view.has_stray,
            has_waiting=bool(now.waiting),
        )
    )


def _hints_at(view: CounterView, now: AtCounter) -> tuple[Hint, ...]:
    match now.phase:
        case Phase.ORDER:
            return _hints_at_the_order(view, now)
        case Phase.STUCK:
            return voucher_keys.stuck()
        case Phase.ENDED:
            return voucher_keys.ended(has_vouchers=bool(now.waiting))
        case _:
            return voucher_keys.ticket()


def _hints_at_the_order(view: CounterView, now: AtCounter) -> tuple[Hint, ...]:
    remark = now.remark
    return voucher_keys.at_the_order(
        voucher_keys.AtTheOrder(
            enter=_enter_does(view, now),
            has_plan=view.marks is not None,
            has_vouchers=bool(now.vouchers),
            has_several_tickets=any(one.voucher.redemptions > 1 for one in now.vouchers),
            has_several_prices=any(len(one.offers) > 1 for one in now.vouchers),
            may_extend=now.expires_at is not None,
            wants_pin=view.wants_pin,
            is_for_another=remark is not None and remark.said is Said.OTHER_SHOWTIME,
            has_stray=view.has_stray,
        )
    )


def _enter_does(view: CounterView, now: AtCounter) -> str:
    """What enter does now, in the words of the bottom line; empty: nothing."""
    if not now.vouchers or now.ask is Ask.PRICE:
        return ""
    if is_to_hold(view, now):
        ready = view.marks is None or not view.marks.missing
        many = "1 seat" if view.wanted == 1 else f"{view.wanted} seats"
        return f"HOLD {many}" if ready and view.marks is not None else "HOLD" if ready else ""
    if now.holding is None:
        return ""
    if now.holding.may_be_completed:
        return "CONFIRM"
    at_till = now.surcharge is Surcharge.SEND_TO_TILL or now.holding.due is None
    return "SEND TO THE TILL" if at_till else "BOOK UNPAID"


def is_to_hold(view: CounterView, now: AtCounter) -> bool:
    """Whether seats are marked that are not held yet, or nothing is held."""
    return now.holding is None or (view.marks is not None and view.marks.is_changed)
