"""Getting what a guest takes home: everything side by side, each for itself, all within one deadline.

It comes after the redemption and can spoil nothing of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.assets import Assets, Lack, Missing, RedeemableItem
from kiosk.ports import AssetOffice

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AssetDesk:
    """`within_s` bounds each question, and so all of those that are asked side by side."""

    office: AssetOffice
    within_s: float

    async def fetch(self, order_id: str) -> Assets:
        """What there is of an order. Raises nothing: what cannot be had is missing."""
        google, apple, calendar = await asyncio.gather(
            _each("google_pass", self.office.google_pass(order_id, within_s=self.within_s), self.within_s),
            _each("apple_passes", self.office.apple_passes(order_id, within_s=self.within_s), self.within_s),
            _each("calendar", self.office.calendar(order_id, within_s=self.within_s), self.within_s),
        )
        return Assets(google, apple, calendar)

    async def redeemable_items(self, order_id: str) -> tuple[RedeemableItem, ...] | Missing:
        asked = self.office.redeemable_items(order_id, within_s=self.within_s)
        return await _each("redeemable_items", asked, self.within_s)

    async def is_opened(self, order_id: str) -> bool:
        """Whether the office says that the guest has opened its link. An office that does not say so has said no."""
        asked = self.office.link_opened(order_id, within_s=self.within_s)
        return await _each("link_opened", asked, self.within_s) is True


async def _each(name: str, asked: Awaitable[T | Missing], within_s: float) -> T | Missing:
    """One answer; one source that breaks the program is missing like one that does not answer."""
    try:
        async with asyncio.timeout(within_s):
            return await asked
    except TimeoutError:
        return Missing(Lack.NO_ANSWER)
    except Exception as error:
        log.error("action=%s error=%s", name, type(error).__name__)
        return Missing(Lack.OFFICE_ERROR)
