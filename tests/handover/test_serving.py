"""The page over real HTTP: what is served, what is not to be learned, and how much a stranger may ask."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from kiosk.device.clock import SystemClock
from kiosk.handover import HandOver
from kiosk.handover.app import HEADERS
from kiosk.handover.limits import Limits, Rate
from kiosk.handover.serving import MOST_OF_ONE
from tests.fakes import FakeClock
from tests.handover.given import APPLE, CALENDAR, NONE, link_of, served, take_home

WIDE = Rate(1000, 1000)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def page(clock: FakeClock) -> AsyncIterator[HandOver]:
    async with served(clock, limits=Limits(clock.monotonic, WIDE, WIDE)) as opened:
        yield opened


async def turns(until: Callable[[], bool]) -> None:
    """The loop's turns, until something is so."""
    for _ in range(10_000):
        if until():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never is")


async def ask(url: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(timeout=20, verify=False, trust_env=False) as http:
        return await http.request(method, url)


async def test_a_link_shows_its_order_with_everything_locked_down(page: HandOver) -> None:
    answer = await ask(link_of(page))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "The Long Take" in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "server" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "unsafe" not in policy


async def test_files_are_what_they_were(page: HandOver) -> None:
    link = link_of(page)
    calendar, passes = await ask(f"{link}/tickets.ics"), await ask(f"{link}/tickets.pkpasses")
    assert (calendar.content, passes.content) == (CALENDAR.content, APPLE.content)
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert calendar.headers["content-disposition"] == 'attachment; filename="tickets.ics"'
    assert passes.headers["content-type"] == "application/vnd.apple.pkpasses"


async def test_all_that_leads_nowhere_is_answered_alike(page: HandOver, clock: FakeClock) -> None:
    link = link_of(page, what=take_home(apple=NONE))
    root, token = page.url, link.rpartition("/")[2]
    told = [
        await ask(url, method)
        for method, url in (
            ("GET", f"{root}/{'A' * 20}"),
            ("GET", f"{root}/"),
            ("GET", f"{root}/favicon.ico"),
            ("GET", f"{root}/robots.txt"),
            ("GET", f"{root}/{token[:-1]}"),
            ("GET", f"{root}/{token}/"),
            ("GET", f"{root}/{token.lower()}"),
            ("GET", f"{link}/tickets.pkpasses"),
            ("GET", f"{link}/../../etc/passwd"),
            ("GET", f"{link}/%2e%2e%2fetc"),
            ("GET", f"{root}/{'A' * 20}/tickets.ics"),
            ("POST", link),
            ("PUT", link),
            ("DELETE", f"{link}/tickets.ics"),
            ("OPTIONS", link),
            ("TRACE", link),
        )
    ]
    clock.move(600)
    told.append(await ask(link))
    told.append(await ask(f"{link}/tickets.ics"))
    assert {answer.status_code for answer in told} == {404}
    assert len({answer.content for answer in told}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in told}) == 1


async def test_head_is_answered_and_is_not_seeing_it(page: HandOver) -> None:
    link = link_of(page)
    assert (await ask(link, "HEAD")).status_code == 200
    assert not page.is_seen("order-1")
    await ask(link)
    assert page.is_seen("order-1")


async def test_a_flood_is_cut_at_the_door(clock: FakeClock) -> None:
    async with served(clock, limits=Limits(clock.monotonic, Rate(3, 0.001), WIDE)) as page:
        link, answered, cut = link_of(page), 0, 0
        for _ in range(10):
            try:
                answered += (await ask(link)).status_code == 200
            except httpx.TransportError:
                cut += 1
        assert (answered, cut) == (3, 7)


async def test_one_phone_holds_no_more_than_a_few_connections(page: HandOver) -> None:
    host, port = page.url.removeprefix("http://").split(":")
    held = [await asyncio.open_connection(host, int(port)) for _ in range(MOST_OF_ONE)]
    reader, writer = await asyncio.open_connection(host, int(port))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    for _, one in held:
        one.close()


async def test_rubbish_is_refused_and_nothing_stays_behind(page: HandOver) -> None:
    host, port = page.url.removeprefix("http://").split(":")
    for rubbish in (b"\0\xff\n\n", b"GET\n\n", b"GET / HTTP/1.1\r\nA: " + b"a" * 20_000, b"GET / HTTP/9.9\r\n\r\n"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(rubbish)
        answer = await asyncio.wait_for(reader.read(), 20)
        assert b"Traceback" not in answer
        writer.close()
    assert (await ask(link_of(page))).status_code == 200


async def test_an_address_that_cannot_be_had_yet_is_tried_again() -> None:
    troubles: list[str] = []
    async with served() as other:
        taken = int(other.url.rpartition(":")[2])
        page = HandOver("127.0.0.1", taken, 600.0, FakeClock(), on_trouble=troubles.append)
        assert page.put("order-1", take_home()) == ""
        running = asyncio.create_task(page.run())
        await turns(lambda: len(troubles) >= 2)
    await turns(lambda: bool(page.put("order-1", take_home())))
    assert troubles[0] == f"hand-over page: cannot listen on 127.0.0.1, port {taken}"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert page.put("order-1", take_home()) == ""


async def test_stopping_cuts_whoever_is_there() -> None:
    async with served(SystemClock()) as page:
        host, port = page.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /")
        await writer.drain()
        await asyncio.sleep(0)
        await page.stop()
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 20) == b""
        assert not page._peers
        writer.close()


async def test_a_proxys_address_is_what_phones_are_told(clock: FakeClock) -> None:
    async with served(clock, base_url="https://tickets.example.org") as page:
        assert page.put("order-1", take_home()).startswith("HTTPS://TICKETS.EXAMPLE.ORG/")
