"""Why a gate can serve nobody at all, as a short code that staff can read out on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.events import OfficeStatus, SourceStatus
from kiosk.domain.verdict import Doubt


class Fault(StrEnum):
    """Codes never change their meaning: they stand on paper in venues."""

    RECORD = "E01"
    ENGINE = "E02"
    SCANNERS = "E03"
    KEYS = "E04"
    DISK = "E05"
    CONFIGURATION = "E06"
    NO_OFFICE = "E07"


LEAST_DISK_BYTES = 20 << 20
"""Below this the record is about to fail: SQLite needs room for its log before it can write anything."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an engine knows of itself. `reads_keyboard`: a scanner types into the screen, so that nobody can say whether
    it is there. `has_desk`: any office is configured. `disk_bytes` None: not known."""

    journal_ok: bool
    disk_bytes: int | None
    sources: Sequence[SourceStatus]
    reads_keyboard: bool
    offices: Sequence[OfficeStatus]
    has_desk: bool


def fault_of(seen: Seen) -> Fault | None:
    """The gravest one. An office that is silent is none: it comes back by itself, and the screen says since when."""
    if not seen.journal_ok:
        return Fault.RECORD
    if seen.disk_bytes is not None and seen.disk_bytes < LEAST_DISK_BYTES:
        return Fault.DISK
    if not seen.has_desk:
        return Fault.NO_OFFICE
    if seen.offices and all(_refuses_us(office) for office in seen.offices):
        return Fault.KEYS
    if seen.sources and not seen.reads_keyboard and not any(source.up for source in seen.sources):
        return Fault.SCANNERS
    return None


def _refuses_us(office: OfficeStatus) -> bool:
    return office.up is False and office.warning == Doubt.NOT_AUTHORISED
