"""A soak's samples as a table, and as a picture that needs no library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Sampled(Protocol):
    """One moment of a soak."""

    @property
    def hour(self) -> float: ...
    @property
    def memory(self) -> float: ...
    @property
    def descriptors(self) -> int: ...
    @property
    def threads(self) -> int: ...
    @property
    def journal(self) -> float: ...
    @property
    def scans(self) -> int: ...
    @property
    def owed(self) -> int: ...


WIDTH, HEIGHT, LEFT, GAP = 640, 90, 110, 34
PANELS = (
    ("memory, MiB", "memory"),
    ("descriptors", "descriptors"),
    ("threads", "threads"),
    ("journal, MiB", "journal"),
    ("owed", "owed"),
)


def table(samples: Sequence[Sampled]) -> str:
    """The sample nearest to each half hour."""
    lines = [f"{'hour':>5} {'scans':>8} {'memory':>8} {'files':>6} {'threads':>8} {'journal':>9} {'owed':>5}"]
    due = 0.0
    for one in samples:
        if one.hour >= due or one is samples[-1]:
            due = one.hour + 0.5
            lines.append(
                f"{one.hour:5.1f} {one.scans:8} {one.memory:6.1f} M {one.descriptors:6} {one.threads:8} "
                f"{one.journal:7.1f} M {one.owed:5}"
            )
    return "\n".join(lines)


def svg(samples: Sequence[Sampled]) -> str:
    """One panel for each figure, all over the hours, each from zero."""
    height = len(PANELS) * (HEIGHT + GAP) + GAP
    panels = "".join(
        _panel(samples, title, name, GAP + row * (HEIGHT + GAP)) for row, (title, name) in enumerate(PANELS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 30}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>{panels}</svg>\n'
    )


def _panel(samples: Sequence[Sampled], title: str, name: str, top: float) -> str:
    values = [float(getattr(one, name)) for one in samples]
    most, hours = max(*values, 1.0), max(one.hour for one in samples) or 1.0
    points = " ".join(
        f"{LEFT + WIDTH * one.hour / hours:.1f},{top + HEIGHT * (1 - value / most):.1f}"
        for one, value in zip(samples, values, strict=True)
    )
    return (
        f'<text x="{LEFT - 8}" y="{top + 10}" text-anchor="end">{title}</text>'
        f'<text x="{LEFT - 8}" y="{top + 26}" text-anchor="end" fill="#666">to {most:.4g}</text>'
        f'<path d="M{LEFT} {top}V{top + HEIGHT}H{LEFT + WIDTH}" fill="none" stroke="#999"/>'
        f'<polyline points="{points}" fill="none" stroke="#1668a8" stroke-width="1.5"/>'
        f'<text x="{LEFT + WIDTH}" y="{top + HEIGHT + 14}" text-anchor="end" fill="#666">{hours:.1f} h</text>'
    )
