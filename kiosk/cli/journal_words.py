"""How rows and attempts of the journal read on a line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.cli.when import age
from kiosk.domain.attempt import Attempt, State
from kiosk.domain.code import Code
from kiosk.journal.checking import Findings

Json = dict[str, Any]

ROW_HEAD = ("TIME", "LANE", "OUTCOME", "REFERENCE", "PAX", "WHAT")
OWED_HEAD = ("AGE", "LANE", "REFERENCE", "PAX", "TRIES", "LET IN", "DOUBT", "CODE")
PARKED_HEAD = ("AGE", "LANE", "REFERENCE", "PAX", "TRIES", "LET IN", "PARKED BECAUSE", "CODE")


def row_line(row: Json) -> tuple[str, ...]:
    """A row of the journal under `ROW_HEAD`; times are this machine's."""
    at = datetime.fromisoformat(row["at"]).astimezone()
    references = ", ".join(row["references"])
    return f"{at:%Y-%m-%d %H:%M:%S}", row["lane"] or "", outcome(row), references, str(row.get("pax") or ""), _what(row)


def outcome(row: Json) -> str:
    """What happened, in the words of the JSON lines; in brackets how its attempt stands, where that is not settled."""
    verdict = row["kind"] == "told"
    words = [
        row.get("outcome", "") if verdict else row["kind"],
        row.get("outcome", "") if row["kind"] == "settled" else row.get("step") or row.get("action", ""),
        row.get("reason") or row.get("doubt") or "",
        "provisional" if row.get("grade") == "provisional" else "",
        *(word for word in ("recovered", "conflict", "no_show") if row.get(word)),
        f"({row['state']})" if verdict and row["state"] not in (None, State.SETTLED) else "",
    ]
    return " ".join(word for word in words if word)


def _what(row: Json) -> str:
    if row.get("unreadable"):
        return "this row cannot be read: `kiosk journal verify` says more"
    units = ", ".join(f"{unit['count']} {unit['unit']}" for unit in row.get("units", ()))
    why = ": ".join(part for part in (row.get("by"), row.get("role"), row.get("why")) if part)
    seats, due = ", ".join(row.get("seats", ())), row.get("due") and f"due {row['due']}"
    voucher = row.get("code") or row.get("masked")
    return " · ".join(part for part in (row.get("product"), units, seats, due, voucher, why) if part)


def attempt_line(attempt: Attempt, now: datetime) -> tuple[str, ...]:
    """An attempt under `OWED_HEAD` or `PARKED_HEAD`."""
    return (
        age(attempt.opened_at, now),
        attempt.lane,
        ", ".join(booking.reference for booking in attempt.bookings),
        str(sum(booking.pax for booking in attempt.bookings) or ""),
        str(attempt.tries),
        "no" if attempt.admitted_at is None else "yes",
        attempt.why or attempt.doubt or "not answered yet",
        Code(attempt.code).masked,
    )


def attempt_json(attempt: Attempt, now: datetime) -> Json:
    """The same for other programs."""
    return {
        "attempt": attempt.id,
        "state": attempt.state,
        "lane": attempt.lane,
        "supplier": attempt.supplier,
        "references": [booking.reference for booking in attempt.bookings],
        "pax": sum(booking.pax for booking in attempt.bookings),
        "opened_at": attempt.opened_at.isoformat(),
        "age_s": max(0, int((now - attempt.opened_at).total_seconds())),
        "tries": attempt.tries,
        "let_in": attempt.admitted_at is not None,
        "doubt": attempt.doubt,
        "why": attempt.why,
        "conflict": attempt.conflict,
        "retry_at": attempt.retry_at and attempt.retry_at.isoformat(),
        "code": Code(attempt.code).masked,
    }


def verdict_on(findings: Findings) -> list[str]:
    """What a check has found, worst first."""
    tip, lines = findings.tip, []
    if findings.broken is not None:
        good = (
            "No row before it." if tip.seq == 0 else f"Rows 1 to {tip.seq} are whole, up to the hash {tip.chain.hex()}."
        )
        lines += [f"DAMAGED at row {findings.broken.seq}: {findings.broken.what}.", good]
    else:
        lines.append(f"Whole: {tip.seq} rows, closing hash {tip.chain.hex()}.")
    if findings.closing_found is not None:
        lines.append(f"The closing hash given {'stands' if findings.closing_found else 'DOES NOT STAND'} in the chain.")
    if findings.index is not None:
        lines.append(f"The index is WRONG: {findings.index}. `kiosk journal verify --rebuild-index` makes it again.")
    elif findings.broken is None and not findings.index_checked:
        lines.append("The index was not checked: the key that it was made with is not beside the journal.")
    return lines
