"""How many of the tickets held up are read at once: the figure by which a camera's place and light are judged."""

from __future__ import annotations

from collections import deque

AT_ONCE_S = 1.0
"""A ticket read within this time of coming into view was read at first. The coach speaks only later."""

HOUR_S = 3600.0
_GONE_S = 0.5
"""Out of view for this long, something has left: a hand trembles."""


class FirstReads:
    """What was shown to one camera during the last hour. Times in monotonic seconds.

    Shown is what was read, and what looked like a code for longer than `AT_ONCE_S` and left unread. A ticket that
    takes the place of another without a gap counts from its read: nothing tells when it came.
    """

    def __init__(self) -> None:
        self._shown: deque[tuple[float, bool]] = deque()
        self._since_s: float | None = None
        self._seen_s = 0.0
        self._counted = False

    def watch(self, at_s: float, *, in_view: bool, is_new_read: bool) -> None:
        """One frame: whether something like a code is in it, and whether a ticket has just been read."""
        if is_new_read:
            since_s = at_s if self._since_s is None or self._counted else self._since_s
            self._count(at_s, at_s - since_s <= AT_ONCE_S)
            self._counted = True
        if in_view:
            self._since_s = at_s if self._since_s is None else self._since_s
            self._seen_s = at_s
        elif self._since_s is not None and at_s - self._seen_s > _GONE_S:
            if not self._counted and self._seen_s - self._since_s > AT_ONCE_S:
                self._count(at_s, False)
            self._since_s, self._counted = None, False

    def of_last_hour(self, now_s: float) -> tuple[int, int]:
        """How many were shown, and how many of them were read at first."""
        while self._shown and now_s - self._shown[0][0] > HOUR_S:
            self._shown.popleft()
        return len(self._shown), sum(first for _, first in self._shown)

    def _count(self, at_s: float, first: bool) -> None:
        self._shown.append((at_s, first))
