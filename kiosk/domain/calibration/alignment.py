"""Lays what came over what should have come: the fewest mistakes that explain the difference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Slip(Enum):
    """A mistake in one place."""

    DROPPED = "dropped"
    CHANGED = "changed"
    DOUBLED = "doubled"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Edit:
    """One mistake. `place`: in the expected text; `came`: the character instead, or too many."""

    slip: Slip
    place: int
    came: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """`before` and `after`: what stands around the expected text."""

    before: str
    after: str
    edits: tuple[Edit, ...]


_MISTAKE, _DOUBLED = 2, 1
"""What they cost. Doubling is the likelier one: where every character is doubled, it must still explain best."""


def align(expected: str, came: str) -> Alignment:
    """The alignment that costs least; what stands before and after the expected text costs nothing.

    O(len(expected) · len(came)): about 10 ms for the card's longest code.
    """
    start = came.find(expected)
    if start >= 0:
        return Alignment(came[:start], came[start + len(expected) :], ())
    rows = [[0] * (len(came) + 1)]
    for row, meant in enumerate(expected, start=1):
        above, here = rows[-1], [_MISTAKE * row]
        for column, char in enumerate(came, start=1):
            changed = above[column - 1] + _MISTAKE * (meant != char)
            here.append(min(changed, above[column] + _MISTAKE, here[-1] + _too_many(expected, row, char)))
        rows.append(here)
    end = min(range(len(came) + 1), key=lambda column: (rows[-1][column], column))
    return _trace(expected, came, rows, end)


def _too_many(expected: str, row: int, char: str) -> int:
    """The cost of a character between the `row`th and the next."""
    return _DOUBLED if char in expected[row - 1 : row + 1] else _MISTAKE


def _trace(expected: str, came: str, rows: list[list[int]], end: int) -> Alignment:
    edits: list[Edit] = []
    row, column = len(expected), end
    while row:
        cost = rows[row][column]
        changed = column > 0 and expected[row - 1] != came[column - 1]
        if column and cost == rows[row - 1][column - 1] + _MISTAKE * changed:
            row, column = row - 1, column - 1
            if changed:
                edits.append(Edit(Slip.CHANGED, row, came[column]))
        elif cost == rows[row - 1][column] + _MISTAKE:
            row -= 1
            edits.append(Edit(Slip.DROPPED, row))
        else:
            column -= 1
            doubled = _too_many(expected, row, came[column]) == _DOUBLED
            edits.append(Edit(Slip.DOUBLED if doubled else Slip.STRAY, row, came[column]))
    return Alignment(came[:column], came[end:], tuple(reversed(edits)))
