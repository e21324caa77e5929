"""The symbologies, by the names that verdicts carry. Imports nothing, so that a command's help can list them."""

from __future__ import annotations

LINEAR = frozenset({"CODE128", "CODE39", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"})
MATRIX = frozenset({"QRCODE", "MICRO_QRCODE", "AZTEC", "DATA_MATRIX"})
STACKED = frozenset({"PDF417"})
PIECES_PASS = frozenset({"ITF", "EAN8", "UPCE"})
"""A piece of a longer code, or of other bars, can pass for one of these."""

FORMATS = (
    "QRCODE", "MICRO_QRCODE", "AZTEC", "DATA_MATRIX", "PDF417", "CODE128", "CODE39", "ITF", "EAN13", "EAN8", "UPCA",
    "UPCE",
)  # fmt: skip
"""All that can be asked for."""

USUAL = FORMATS[:9]
"""What tickets are printed in; each more costs time on every frame and lets noise be read as a code."""
