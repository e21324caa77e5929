"""The asset desk: side by side, each for itself, and never an exception."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kiosk.desks.assets import AssetDesk
from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, Lack, Missing, RedeemableItem

ORDER = "o-1"


@dataclass
class FakeAssets:
    """`broken` methods raise, `silent` ones never answer; `together` is how many were asked at the same time."""

    broken: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    asking: set[str] = field(default_factory=set)
    together: int = 0

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
        return GooglePass("https://x.example/")

    async def apple_passes(self, order_id: str, *, within_s: float) -> ApplePasses | Missing:
        await self._ask("apple")
        return ApplePasses(b"PK")

    async def calendar(self, order_id: str, *, within_s: float) -> CalendarFile | Missing:
        await self._ask("calendar")
        return CalendarFile(b"BEGIN:VCALENDAR")

    async def redeemable_items(self, order_id: str, *, within_s: float) -> tuple[RedeemableItem, ...] | Missing:
        await self._ask("items")
        return ()

    async def link_opened(self, order_id: str, *, within_s: float) -> bool | Missing:
        await self._ask("opened")
        return True


async def test_all_are_asked_side_by_side() -> None:
    office = FakeAssets()
    assets = await AssetDesk(office, 5.0).fetch(ORDER)
    assert office.together == 3
    assert not any(isinstance(one, Missing) for one in (assets.google, assets.apple, assets.calendar))


async def test_one_that_never_answers_and_one_that_breaks_leave_the_third() -> None:
    assets = await AssetDesk(FakeAssets(broken=("google",), silent=("apple",)), 1.0).fetch(ORDER)
    assert assets.google == Missing(Lack.OFFICE_ERROR)
    assert assets.apple == Missing(Lack.NO_ANSWER)
    assert isinstance(assets.calendar, CalendarFile)


async def test_an_office_that_cannot_say_has_not_seen_the_link_opened() -> None:
    assert await AssetDesk(FakeAssets(), 5.0).is_opened(ORDER)
    assert not await AssetDesk(FakeAssets(broken=("opened",)), 5.0).is_opened(ORDER)
    assert not await AssetDesk(FakeAssets(silent=("opened",)), 1.0).is_opened(ORDER)
    assert await AssetDesk(FakeAssets(broken=("items",)), 5.0).redeemable_items(ORDER) == Missing(Lack.OFFICE_ERROR)
