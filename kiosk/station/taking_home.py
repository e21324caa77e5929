"""What a station's guests take home: the desk that offers it, and the page on their network, where there is one."""

from __future__ import annotations

import asyncio

from kiosk.config import Settings
from kiosk.desks.assets import AssetDesk
from kiosk.desks.taking_home import TakingHome
from kiosk.domain.assets import Lack, Missing
from kiosk.domain.events import GiftCards
from kiosk.link.board import Board
from kiosk.ports import Asker, Clock, Feed, Pages
from kiosk.station.gate import new_id


def taking_home(settings: Settings, assets: AssetDesk, feed: Feed, clock: Clock, board: Board) -> TakingHome:
    return TakingHome(assets, _pages(settings, clock, board), feed, clock, new_id)


async def keep_handing_over(home: TakingHome) -> None:
    """Serve the page, where there is one, until cancelled."""
    from kiosk.handover import HandOver

    if isinstance(home.pages, HandOver):
        await asyncio.gather(home.run(), home.pages.run())
    else:
        await home.run()


async def answer_gift_cards(home: TakingHome | None, order_id: str, clock: Clock, asker: Asker) -> None:
    """To the one who has asked alone, who may see them: that was decided before."""
    found = Missing(Lack.NOT_OFFERED) if home is None else await home.assets.redeemable_items(order_id)
    now = clock.now()
    asker.answer(GiftCards(now, lack=found.lack) if isinstance(found, Missing) else GiftCards(now, found))


def _pages(settings: Settings, clock: Clock, board: Board) -> Pages | None:
    """The web server is loaded only where it is wanted."""
    handover = settings.vista.handover if settings.vista else None
    if handover is None:
        return None
    from kiosk.handover import HandOver

    return HandOver(
        handover.address,
        handover.port,
        handover.minutes * 60,
        clock,
        base_url=handover.link,
        on_trouble=board.notice,
    )
