"""Turns of the voucher desk as rows, and back. A barcode is written masked, beside its keyed hash; a PIN never."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from kiosk.domain.redeeming import masked_voucher
from kiosk.domain.voucher import FACTS, Facts, Sent, Step, Turn, Why

KIND = "voucher"
"""The word of a turn's row. Its step is in the body."""

Json = dict[str, Any]


def turn_body(turn: Turn) -> str:
    """What a turn tells, as JSON in ASCII. What is at its default is left out."""
    body: Json = {"step": turn.step.value}
    if isinstance(turn.facts, Sent):
        body["code"] = masked_voucher(turn.facts.code)
    elif turn.facts is not None:
        body |= {
            field.name: value.isoformat() if isinstance(value, datetime) else value
            for field in fields(turn.facts)
            if (value := getattr(turn.facts, field.name)) != field.default
        }
    return json.dumps(body, separators=(",", ":"))


def turn_of(at: datetime, conversation: str, lane: str, body: Json) -> Turn:
    """The turn of a row. Raises ValueError, KeyError or TypeError where the row is not one of ours."""
    step = Step(body["step"])
    kind = FACTS.get(step)
    told = {name: _value(name, value) for name, value in body.items() if name != "step"}
    facts: Facts | None = kind(**told) if kind else None
    return Turn(at, conversation, lane, step, facts)


def _value(name: str, stored: Any) -> Any:
    if name.endswith("_at"):
        return datetime.fromisoformat(stored)
    if name == "why":
        return Why(stored)
    return tuple(stored) if isinstance(stored, list) else stored
