"""A code that the sandbox documents by name: what it is, and what a gate should make of it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.verdict import Reason


@dataclass(frozen=True, slots=True)
class Sample:
    """`outcome` is what a gate says on the first scan (`admit`, `refuse`, `choose`), with `reason` where it refuses
    and `pax` where it admits. `symbology` is a barcode that fits the code; `caption` what a ticket may show."""

    name: str
    code: str
    supplier: str
    description: str
    outcome: str
    reason: Reason | None = None
    pax: int | None = None
    references: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    symbology: str = "QRCODE"
    caption: str = ""

    @property
    def expectation(self) -> str:
        """`admit`, `refuse: cancelled`, `choose`."""
        return self.outcome if self.reason is None else f"{self.outcome}: {self.reason}"

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "supplier": self.supplier,
            "description": self.description,
            "expectation": self.expectation,
            "pax": self.pax,
            "references": list(self.references),
            "uuids": list(self.uuids),
            "symbology": self.symbology,
            "caption": self.caption,
        }
