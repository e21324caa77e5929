"""The page in a real browser at the size of a phone: what is seen, what can be pressed, what is blocked."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import icalendar
import pytest
from playwright.async_api import Browser, Page, async_playwright

from kiosk.device.clock import SystemClock
from kiosk.handover import HandOver
from kiosk.handover.limits import Limits, Rate
from tests.handover.given import CALENDAR, SHOWTIME, link_of, served, take_home
from tests.handover.test_page import IPHONE, PIXEL

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true",
    reason="left out for want of a browser: sudo apt install chromium",
)
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""A browser that speaks to nobody but us."""
AGENTS = {"iphone": IPHONE, "android": PIXEL}
WIDE = Rate(1000, 1000)
HOSTILE = '</h2><script>document.title="taken"</script><img src=x onerror="document.title=1">\u202eevil'


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM is not None, "continuous integration must have Chromium: scripts/setup.sh installs it"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *as_root])
        yield running
        await running.close()


@pytest.fixture
async def page() -> AsyncIterator[HandOver]:
    clock = SystemClock()
    async with served(clock, limits=Limits(clock.monotonic, WIDE, WIDE)) as opened:
        yield opened


@asynccontextmanager
async def phone(browser: Browser, agent: str = "android", *, script: bool = False) -> AsyncIterator[Page]:
    """A phone of 390 by 844 points. Without `script` as the page needs it: none."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
        user_agent=AGENTS[agent],
        java_script_enabled=script,
        accept_downloads=True,
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def test_an_android_phone_sees_the_ticket_and_takes_the_calendar(
    browser: Browser, page: HandOver, tmp_path: Path
) -> None:
    async with phone(browser) as tab:
        answer = await tab.goto(link_of(page), wait_until="load")
        assert answer is not None
        assert answer.status == 200
        words = await tab.locator("main").inner_text()
        for expected in ("The Long Take", "Saturday 21 November 2026, 19:00", "Screen 3", "C5, C6"):
            assert expected in words
        assert await tab.locator("a").all_inner_texts() == ["Add to Google Wallet", "Add to calendar"]
        async with tab.expect_download() as waiting:
            await tab.get_by_text("Add to calendar").tap()
        saved = tmp_path / "saved.ics"
        await (await waiting.value).save_as(saved)
        assert saved.read_bytes() == CALENDAR.content
        assert icalendar.Calendar.from_ical(saved.read_bytes())["VERSION"] == "2.0"
    assert page.is_seen("order-1")


async def test_an_iphone_sees_its_own_wallet(browser: Browser, page: HandOver) -> None:
    async with phone(browser, "iphone") as tab:
        await tab.goto(link_of(page))
        assert await tab.locator("a").all_inner_texts() == ["Add to Apple Wallet", "Add to calendar"]


async def test_everything_fits_a_phone_and_a_thumb(browser: Browser, page: HandOver) -> None:
    what = take_home(replace(SHOWTIME, film="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3))
    async with phone(browser, script=True) as tab:
        await tab.goto(link_of(page, what=what))
        assert await tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for box in [await one.bounding_box() for one in await tab.locator("a").all()]:
            assert box is not None
            assert box["height"] >= 48
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390


async def test_a_hostile_title_does_nothing_even_where_scripts_are_on(browser: Browser, page: HandOver) -> None:
    async with phone(browser, script=True) as tab:
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        await tab.goto(link_of(page, what=take_home(replace(SHOWTIME, film=HOSTILE, screen=HOSTILE))))
        assert await tab.title() == "Your tickets"
        assert HOSTILE in (await tab.locator("h2").inner_text()).strip()
        assert await tab.locator("script, img").count() == 0
        assert [url for url in asked if not url.endswith("favicon.ico")] == [tab.url]


async def test_the_policy_stops_what_gets_in_all_the_same(browser: Browser, page: HandOver) -> None:
    """Put there by hand, past the escaping: the browser itself refuses it."""
    async with phone(browser, script=True) as tab:
        refused: list[str] = []
        tab.on("console", lambda message: refused.append(message.text))
        await tab.goto(link_of(page))
        await tab.evaluate(
            """() => {
                for (const [tag, set] of [["script", {textContent: "document.title='taken'"}],
                                          ["img", {src: "/x.png"}], ["style", {textContent: "a{display:none}"}]]) {
                    document.body.append(Object.assign(document.createElement(tag), set));
                }
            }"""
        )
        assert await tab.title() == "Your tickets"
        assert await tab.locator("a").first.is_visible()
        assert sum("Content Security Policy" in text for text in refused) >= 3


async def test_a_link_whose_time_is_over_says_so_and_no_more(browser: Browser, page: HandOver) -> None:
    async with phone(browser) as tab:
        answer = await tab.goto(f"{page.url}/{'A' * 20}")
        assert answer is not None
        assert answer.status == 404
        assert "ask at the desk" in await tab.locator("main").inner_text()
        assert await tab.locator("a").count() == 0
