"""The showtimes of a day as staff narrow them down: by typing, or to those that a voucher is good for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from kiosk.domain.cinema import Showtime

LONGEST_FILTER = 40


@dataclass(frozen=True)
class ShowtimeList:
    """`only`: the ids that a voucher is good for; none: all. Every word of `filter` must stand somewhere in a line."""

    showtimes: tuple[Showtime, ...] = ()
    filter: str = ""
    only: frozenset[str] = frozenset()
    cursor: int = 0
    texts: tuple[str, ...] = ()
    """What a filter is compared with, one for each showtime."""

    @cached_property
    def shown(self) -> tuple[Showtime, ...]:
        words = self.filter.casefold().split()
        return tuple(
            showtime
            for showtime, text in zip(self.showtimes, self.texts, strict=True)
            if (not self.only or showtime.id in self.only) and all(word in text for word in words)
        )

    @property
    def at_cursor(self) -> Showtime | None:
        return self.shown[self.cursor] if self.cursor < len(self.shown) else None

    def told(self, showtimes: tuple[Showtime, ...]) -> ShowtimeList:
        """Another day, or the same one a moment later: the cursor stays with its showtime where it can."""
        here = self.at_cursor
        texts = tuple(map(_text, showtimes))
        return replace(self, showtimes=showtimes, texts=texts, cursor=0)._on(here.id if here else "")

    def filtered(self, text: str) -> ShowtimeList:
        return replace(self, filter=text[:LONGEST_FILTER], cursor=0)

    def narrowed(self, only: frozenset[str]) -> ShowtimeList:
        return replace(self, only=only, filter="", cursor=0)

    def moved(self, by: int) -> ShowtimeList:
        return replace(self, cursor=max(0, min(len(self.shown) - 1, self.cursor + by)))

    def _on(self, showtime_id: str) -> ShowtimeList:
        places = [place for place, one in enumerate(self.shown) if one.id == showtime_id]
        return replace(self, cursor=places[0]) if places else self


def _text(showtime: Showtime) -> str:
    """All that a line shows."""
    start = f"{showtime.starts_at:%H:%M}" if showtime.starts_at else ""
    parts = (start, showtime.film, showtime.screen, showtime.rating, *showtime.attributes)
    return " ".join(parts).casefold()
