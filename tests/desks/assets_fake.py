"""A cinema's office that hands out assets from memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, Lack, Missing, RedeemableItem


@dataclass
class FakeAssets:
    """`broken` methods raise, `silent` ones never answer; `together` is how many were asked at the same time.

    Without `has_any` there is nothing of this order; `opened` is what the office says of its link.
    """

    broken: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    asking: set[str] = field(default_factory=set)
    together: int = 0
    has_any: bool = True
    opened: bool = False
    asked_opened: int = 0

    async def _ask(self, name: str) -> None:
        self.asking.add(name)
        self.together = max(self.together, len(self.asking))
        await asyncio.sleep(0)
        if name in self.broken:
            raise RuntimeError("6006490000000000017")
        if name in self.silent:
            await asyncio.Event().wait()
        self.asking.discard(name)

    async def google_pass(self, order_id: str, *, within_s: float) -> GooglePass | Missing:
        await self._ask("google")
        return GooglePass("https://x.example/") if self.has_any else Missing(Lack.NOT_OFFERED)

    async def apple_passes(self, order_id: str, *, within_s: float) -> ApplePasses | Missing:
        await self._ask("apple")
        return ApplePasses(b"PK") if self.has_any else Missing(Lack.NOT_OFFERED)

    async def calendar(self, order_id: str, *, within_s: float) -> CalendarFile | Missing:
        await self._ask("calendar")
        return CalendarFile(b"BEGIN:VCALENDAR") if self.has_any else Missing(Lack.NOT_OFFERED)

    async def redeemable_items(self, order_id: str, *, within_s: float) -> tuple[RedeemableItem, ...] | Missing:
        await self._ask("items")
        return ()

    async def link_opened(self, order_id: str, *, within_s: float) -> bool | Missing:
        self.asked_opened += 1
        await self._ask("opened")
        return self.opened
