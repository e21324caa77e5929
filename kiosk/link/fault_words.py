"""A gate that is out of order, in the words of staff: for its screen, and for a terminal without one."""

from __future__ import annotations

from kiosk.domain.out_of_order import Fault

_WHAT = {
    Fault.RECORD: "the record cannot be written, so nothing is redeemed",
    Fault.ENGINE: "the gate's engine does not start",
    Fault.SCANNERS: "no scanner can be read",
    Fault.KEYS: "the ticket office does not accept this kiosk's key",
    Fault.DISK: "the disk is full",
    Fault.CONFIGURATION: "the configuration cannot be used",
    Fault.NO_OFFICE: "no ticket office is configured",
}


def what_is_wrong(fault: Fault) -> str:
    return _WHAT[fault]


def advice(fault: Fault) -> str:
    """The same for every fault: whoever stands at the gate cannot mend it there and then."""
    return f"send guests to another gate; tell the helpline: {fault}"


def on_a_terminal(fault: Fault) -> tuple[str, ...]:
    """Lines for a terminal on which no screen could be shown."""
    return "", f"OUT OF ORDER  {fault}", _WHAT[fault], advice(fault), ""
