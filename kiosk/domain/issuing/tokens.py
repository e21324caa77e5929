"""Operation result tokens: what the office says about one, and whether that is an end.

Only `Processing` and null are documented. Terminal words are not: the rule here is ours, and the raw word is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_PENDING = frozenset({"", "processing"})
_FAILURES = ("fail", "error", "reject")


class TokenState(StrEnum):
    """`unknown`: a word that is neither an end nor a promise of one; it is asked about again, as `pending` is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_end(self) -> bool:
        return self in (TokenState.DONE, TokenState.FAILED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a token came to. `word` is the office's own status, hostile; empty where it has not found it yet."""

    state: TokenState
    word: str = ""
    entity_id: str = ""
    entity_type: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One entry of the office's answer about tokens."""

    token: str = field(repr=False)
    outcome: Outcome


def judge(word: str, entity_id: str) -> TokenState:
    """What a status means. A failure wins over an entity: something may have been made and then failed."""
    plain = word.strip().casefold()
    if plain in _PENDING:
        return TokenState.PENDING
    if any(part in plain for part in _FAILURES):
        return TokenState.FAILED
    return TokenState.DONE if entity_id else TokenState.UNKNOWN
