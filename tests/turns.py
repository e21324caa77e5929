"""Turns of the voucher desk: one of every kind, and a way to every stage."""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain.voucher import (
    FACTS,
    Because,
    Facts,
    Held,
    KeptVoucher,
    Named,
    Opened,
    Redeemed,
    Sent,
    Showing,
    Stage,
    Step,
    Ticketed,
    Turn,
    Until,
    Wanted,
    Why,
)
from tests.fakes import NOON

BARCODE = "ADTMM0000111"
LATER = NOON + timedelta(minutes=5)
VOUCHER = KeptVoucher("v1", "…0111", "ADTMM", "Adult Movie Money")
SAMPLES: dict[type[Facts], Facts] = {
    Showing: Showing("0002", "0002-2681", "The Long Take", NOON, "Paid"),
    Opened: Opened("o1", LATER),
    Sent: Sent(BARCODE),
    KeptVoucher: VOUCHER,
    Named: Named("v1"),
    Wanted: Wanted(1),
    Held: Held(1, ("C5",), "£0.00", "£0.00", LATER),
    Until: Until(LATER + timedelta(minutes=5)),
    Redeemed: Redeemed("1234"),
    Ticketed: Ticketed("WQ9LJTK", "1234", ("C5",), 1),
    Because: Because(Why.GIVEN_UP),
}

STORY = (Step.OPEN, Step.OPENED, Step.ADD, Step.ADDED, Step.SET, Step.HELD, Step.CONFIRM, Step.COMPLETE, Step.REDEEMED,
         Step.TICKETED)  # fmt: skip
WAYS: dict[Stage, tuple[Step, ...]] = {
    Stage.OPENING: STORY[:1],
    Stage.OPEN: STORY[:2],
    Stage.ADDING: STORY[:3],
    Stage.REMOVING: (*STORY[:4], Step.REMOVE),
    Stage.SETTING: STORY[:5],
    Stage.UNSURE: (*STORY[:3], Step.LOST),
    Stage.HELD: STORY[:6],
    Stage.CONFIRMED: STORY[:7],
    Stage.COMPLETING: STORY[:8],
    Stage.REDEEMED: STORY[:9],
    Stage.DONE: STORY[:10],
    Stage.FAILED: (*STORY[:8], Step.FAILED),
    Stage.CLOSING: (*STORY[:6], Step.CLOSE),
    Stage.CANCELLED: (*STORY[:6], Step.CLOSE, Step.CLOSED),
}
"""A way to each stage."""


def turn(taken: Step, conversation: str = "c1") -> Turn:
    kind = FACTS.get(taken)
    return Turn(NOON, conversation, "Desk", taken, SAMPLES[kind] if kind else None)


def turns(*steps: Step, conversation: str = "c1") -> list[Turn]:
    return [turn(taken, conversation) for taken in steps]
