"""The asset desk: side by side, each for itself, and never an exception."""

from __future__ import annotations

from kiosk.desks.assets import AssetDesk
from kiosk.domain.assets import CalendarFile, Lack, Missing
from tests.desks.assets_fake import FakeAssets

ORDER = "o-1"


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
    assert await AssetDesk(FakeAssets(opened=True), 5.0).is_opened(ORDER)
    assert not await AssetDesk(FakeAssets(opened=True, broken=("opened",)), 5.0).is_opened(ORDER)
    assert not await AssetDesk(FakeAssets(opened=True, silent=("opened",)), 1.0).is_opened(ORDER)
    assert await AssetDesk(FakeAssets(broken=("items",)), 5.0).redeemable_items(ORDER) == Missing(Lack.OFFICE_ERROR)
