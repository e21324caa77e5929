"""Tells a scanner that types like a keyboard from a person at the same keyboard.

A scanner's characters never become commands, and a person's never become a ticket. Decided by the median gap, the
length and the terminator, never by one gap: a single one reaches 100 ms on a loaded machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.framing import Framed, FramingRules, unwrap
from kiosk.domain.translation import AS_IT_COMES, Translation

SHORTEST_BURST = 6
"""Characters: what a person does not type, enter included, at a scanner's pace."""

FAST_GAP_S = 0.035
"""Nobody types three keys in a row as fast as this; an auto-repeating key does."""

STEADY_GAP_S = 0.06
"""A scanner set to a slow pace sends 20 characters a second; nobody keeps that up for six (200 words a minute)."""

LONE_AFTER_S = 0.11
"""A key that nothing has followed by then was a person's. Shorter would cut the first character off a burst whose
first gap is long; longer would be felt."""


@dataclass(frozen=True, slots=True)
class Key:
    """A single key press, typed by a person."""

    char: str


class Wedge:
    """One keyboard. Give it every character with its time (monotonic seconds), and call `quiet` when it asks to be.

    `translation` is done to what a scanner typed, never to a person's keys.
    """

    def __init__(
        self,
        rules: FramingRules | None = None,
        *,
        shortest_burst: int = SHORTEST_BURST,
        translation: Translation = AS_IT_COMES,
    ) -> None:
        self.rules = rules or FramingRules()
        self._translation = translation
        self._shortest = max(shortest_burst, self.rules.min_length)
        self._chars: list[str] = []
        self._gaps_s: list[float] = []
        self._fast = self._steady = 0
        self._last_s = 0.0
        self._drowned = False
        self._ending = False

    def key(self, char: str, at_s: float) -> tuple[Framed | Key, ...]:
        """What this character has decided: a code, keys that were typed, or nothing yet."""
        before = self.quiet(at_s)
        gap_s, self._last_s = at_s - self._last_s, at_s
        if char in self.rules.terminators:
            return before + self._terminate(char, gap_s)
        self._ending = False
        return before + self._take(char, gap_s)

    def quiet(self, at_s: float) -> tuple[Framed | Key, ...]:
        """What the silence until now has decided. Nothing before `next_deadline`."""
        deadline_s = self.next_deadline(at_s)
        if deadline_s is None or at_s < deadline_s:
            return ()
        if self._is_burst and not self.rules.terminators:
            return self._code()
        return self._give_up()

    def next_deadline(self, at: float) -> float | None:
        """When to call `quiet`, in monotonic seconds (past ones too); None while nothing waits."""
        if not (self._chars or self._drowned):
            return None
        return self._last_s + (self.rules.partial_after_s if self._is_burst else LONE_AFTER_S)

    @property
    def _is_burst(self) -> bool:
        """Whether a scanner sent what is held: most of its gaps are short, the more of them the less short."""
        count = len(self._gaps_s)
        return (
            self._drowned
            or (count >= 2 and 2 * self._fast > count)
            or (count >= SHORTEST_BURST - 1 and 2 * self._steady > count)
        )

    def _take(self, char: str, gap_s: float) -> tuple[Framed | Key, ...]:
        if self._drowned:
            return ()
        if self._chars:
            self._gaps_s.append(gap_s)
            self._fast += gap_s < FAST_GAP_S
            self._steady += gap_s < STEADY_GAP_S
        self._chars.append(char)
        if len(self._chars) <= self.rules.room:
            return ()
        if not self._is_burst:
            return self._give_up()
        self._clear()
        self._drowned = True
        return (Framed("", None, None, too_long=True),)

    def _terminate(self, char: str, gap_s: float) -> tuple[Framed | Key, ...]:
        if self._is_burst:
            self._ending = True
            return self._code()
        if self._ending and gap_s < LONE_AFTER_S:
            return ()  # the LF of a CR LF, or a second CR: never an Enter that presses something
        self._ending = False
        return (*self._give_up(), Key(char))

    def _code(self) -> tuple[Framed, ...]:
        long_enough = len(self._chars) >= self._shortest
        text = self._translation("".join(self._chars))
        code = unwrap(text, self.rules, self._gaps_s) if long_enough else None
        self._clear()
        return (code,) if code else ()

    def _give_up(self) -> tuple[Key, ...]:
        """A person's keys, or nothing of a burst that never ended: its characters must not become commands."""
        typed = () if self._is_burst else tuple(Key(char) for char in self._chars)
        self._clear()
        return typed

    def _clear(self) -> None:
        self._chars, self._gaps_s, self._fast, self._steady, self._drowned = [], [], 0, 0, False
