"""Standing in for an office that cannot be asked: the house's offline policy, applied. What is admitted is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.clock import ClockState
from kiosk.domain.offline import FromList, OfflineAdmission, admissible, by_the_list
from kiosk.domain.verdict import Admit, Doubt, Grade, ListGap, Undecided
from kiosk.ports import DayList

_ADMITS = {Doubt.OFFLINE, Doubt.NO_ANSWER, Doubt.OFFICE_ERROR, Doubt.RATE_LIMITED}
"""Doubts in which the office is silent. A key that it refuses is no reason to let people in."""


@dataclass(frozen=True, slots=True)
class Standby:
    """`oldest`: how old a list may be. `clock_state`: whether anybody knows what day it is."""

    admission: OfflineAdmission
    day_list: DayList
    clock_state: Callable[[], ClockState]
    oldest: timedelta

    async def consider(self, code: str, undecided: Undecided, now: datetime) -> Admit | Undecided:
        """What to say about a code that no office could be asked about."""
        if self.admission is OfflineAdmission.NEVER or undecided.doubt not in _ADMITS:
            return undecided
        untrusted = self.clock_state() is ClockState.UNTRUSTED
        listed = await self.day_list.find(code)
        word = by_the_list(listed, now, self.oldest)
        if isinstance(word, FromList) and not untrusted:
            return Admit(word.bookings, Grade.PROVISIONAL, list_age_s=word.age_s)
        if self.admission is OfflineAdmission.ANY and word is not ListGap.NOT_ADMISSIBLE:
            return Admit(admissible(listed.bookings, now), Grade.PROVISIONAL)
        if untrusted:
            return Undecided(Doubt.CLOCK_UNTRUSTED, retry_after_s=undecided.retry_after_s, owed=undecided.owed)
        gap = word if isinstance(word, ListGap) else None
        return Undecided(undecided.doubt, listed.bookings, undecided.retry_after_s, undecided.owed, gap)

    def vouches_for(self, undecided: Undecided) -> bool:
        """Whether a booking that the office called redeemable a moment ago, and then fell silent about, is admitted."""
        return self.admission is not OfflineAdmission.NEVER and undecided.doubt in _ADMITS
