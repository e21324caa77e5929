"""Whatever an order is called and its office sends: only our own files are written, only text is shown."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cli.assets_words import HEAD, each, file_of, told
from kiosk.cli.saving import Folder
from kiosk.cli.table import table
from kiosk.desks.assets import AssetDesk
from kiosk.domain.assets import Assets, Missing, TakeHome
from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.handover.page import Phone, ticket_page
from tests.handover.test_page import TAGS, Seen
from tests.offices.vista.test_assets import CALENDAR, PASSES
from tests.offices.vista.wire import Wire, answer

TRICKS = st.sampled_from(
    [
        "../",
        "/etc/passwd",
        "\0",
        "%2e%2e",
        "$(id)",
        "\x1b[2J",
        "\r\n",
        "\u202e",
        "\ud800",
        "<script>",
        '">',
        "=1+1",
        "a",
    ]
)
texts = st.lists(TRICKS, max_size=4).map("".join)
bodies = st.one_of(
    st.sampled_from([PASSES, CALENDAR, b"", b"{}", b"[]", b"null", b"<html>"]),
    st.binary(max_size=60),
    texts.map(lambda text: json.dumps({"jwt": "j", "url": f"https://pay.google.com/{text}"}).encode()),
    texts.map(lambda text: CALENDAR.replace(b"VERSION:2.0", f"SUMMARY:{text}".encode("utf-8", "ignore"))),
)
OURS = {"google-wallet-link.txt", "tickets.ics", "tickets.pkpasses", "tickets.pkpass"}


@dataclass
class Anything(Wire):
    """Answers whatever is asked with the next of its replies."""

    replies: list[tuple[int, bytes]] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "auth.example":
            return await super().handle(request)
        status, body = self.replies.pop()
        return answer(body, status)


async def fetched(order_id: str, replies: list[tuple[int, bytes]]) -> Assets:
    office = Anything(replies=list(replies)).office()
    assets = await AssetDesk(office.assets, 30.0).fetch(order_id)
    await office.aclose()
    return assets


@settings(max_examples=60, deadline=None)
@given(texts, st.lists(st.tuples(st.sampled_from([200, 200, 200, 404, 500]), bodies), min_size=6, max_size=6), texts)
def test_nothing_hostile_gets_anywhere(order_id: str, replies: list[tuple[int, bytes]], title: str) -> None:
    assets = asyncio.run(fetched(order_id, replies))
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with Folder(root / "out") as folder:
            for _, _, asset in each(assets):
                if not isinstance(asset, Missing):
                    folder.save(*file_of(asset))
        assert os.listdir(root) == ["out"]
        assert {path.name for path in (root / "out").iterdir()} <= OURS
        assert {stat.S_IMODE(path.stat().st_mode) for path in (root / "out").iterdir()} <= {0o600}
    shown = table(HEAD, [(name, told(asset)) for name, _, asset in each(assets)])
    assert all(line.isprintable() for line in shown.split("\n"))
    page = Seen(ticket_page(TakeHome((SeatsOfShowtime("s", title, title),), assets), "TOKEN", Phone.OTHER))
    assert set(page.tags) <= TAGS
    assert all(link.startswith(("https://pay.google.com/", "TOKEN/tickets.")) for link in page.links)
