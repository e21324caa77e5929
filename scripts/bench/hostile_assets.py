"""Ten thousand hostile orders taken home: ids, titles and files that are after a path, a terminal or a browser.

    python -m scripts.bench.hostile_assets [--orders 10000] [--seed 1]

Each goes the whole way: asked for at an office that answers with what it likes, saved as `kiosk assets --out` does,
shown as a line and as a phone's page, drawn as a code. Then the disk is looked at: nothing outside the folders, no name
that is not ours, every file its owner's alone; no page with a tag, an attribute or a link that is not ours.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import logging
import os
import random
import stat
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import httpx
from pydantic import SecretStr

from kiosk.cli.assets_words import HEAD, each, file_of, told
from kiosk.cli.saving import Folder
from kiosk.cli.table import table
from kiosk.desks.assets import AssetDesk
from kiosk.device.clock import SystemClock
from kiosk.domain.assets import Assets, Missing, TakeHome, spoken
from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.handover.page import Phone, ticket_page
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.offices.vista.reading import Reading
from kiosk.tui.presenter.qr import qr_cells

TRICKS = (
    "../../../../etc/passwd", "..", ".", "", "/etc/shadow", "C:\\Windows\\win.ini", "~root/.ssh/authorized_keys", "a/b",
    "%2e%2e%2f", "..%c0%af", "\0", "x\0.ics", "$(touch /tmp/taken)", "`id`", "; rm -rf .", "| cat", "&& id", "-rf",
    "--out=/", "con", "nul.ics", "\x1b[2J\x1b[H", "\x1b]0;x\x07", "\x9b31m", "\r\n\r\nSet-Cookie: a=b", "\u202egpj.exe",
    "\u2066\u2069", "\ud800", "\ufffe", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "</style><script>", "javascript:alert(1)", "{{7*7}}", "${7*7}", "%s%n", "[/red]",
    "[link=file:///etc/passwd]x", "😀" * 20, "a" * 5000, "ﷺ" * 50, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L", "'; DROP TABLE entry; --",
)  # fmt: skip
OURS = {"google-wallet-link.txt", "tickets.ics", "tickets.pkpasses", "tickets.pkpass"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "dl", "dt", "dd", "nav", "a", "p",
    "bdi",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "href", "rel"}


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


class Hostile:
    """An office that answers with anything."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def text(self) -> str:
        pieces = [self.dice.choice(TRICKS) for _ in range(self.dice.randint(1, 3))]
        return "".join(pieces)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/connect/token"):
            return httpx.Response(200, stream=httpx.ByteStream(b'{"access_token":"t","expires_in":43200}'))
        status = self.dice.choice((200,) * 9 + (204, 302, 400, 404, 500))
        body = self._link() if request.url.path.endswith("google-wallet-pass") else self._file()
        return httpx.Response(status, stream=httpx.ByteStream(body))

    def _link(self) -> bytes:
        start = self.dice.choice(("https://pay.google.com/", "https://", "http://", "", "javascript:", "file:///"))
        link: object = start + self.text()
        if self.dice.random() < 0.1:
            link = self.dice.choice((None, 5, [], {}, True))
        return json.dumps({"jwt": self.text(), "url": link}).encode()

    def _file(self) -> bytes:
        content = self.dice.choice((self._zip, self._calendar, self._noise))()
        if self.dice.random() < 0.3:
            return json.dumps(base64.b64encode(content).decode()).encode()
        return content

    def _zip(self) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for _ in range(self.dice.randint(0, 4)):
                name = (self.text()[:300].encode("utf-8", "ignore").decode() or "x") + self.dice.choice(
                    ("", ".pkpass", "/../../x.pkpass")
                )
                archive.writestr(zipfile.ZipInfo(name.replace("\0", "")), b"\0" * self.dice.choice((0, 10, 100_000)))
        return self._damaged(written.getvalue())

    def _calendar(self) -> bytes:
        told = (
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:{self.text()}\r\nATTACH:file:///etc/passwd\r\nEND:VCALENDAR\r\n"
        )
        return self._damaged(told.encode("utf-8", "ignore"))

    def _noise(self) -> bytes:
        return self.dice.randbytes(self.dice.choice((0, 1, 50, 5000)))

    def _damaged(self, content: bytes) -> bytes:
        if self.dice.random() < 0.5 or not content:
            return content
        place = self.dice.randrange(len(content))
        return (
            content[:place] + self.dice.randbytes(self.dice.randint(0, 9)) + content[place + self.dice.randint(0, 99) :]
        )


def saved(assets: Assets, out: Path) -> int:
    with Folder(out) as folder:
        given = [asset for _, _, asset in each(assets) if not isinstance(asset, Missing)]
        for asset in given:
            folder.save(*file_of(asset))
    return len(given)


def shown(assets: Assets, hostile: Hostile) -> None:
    """On a terminal, on a phone, as a code. Raises AssertionError for anything that is not ours."""
    line = table(HEAD, [(name, told(asset)) for name, _, asset in each(assets)])
    assert all(part.isprintable() for part in line.split("\n")), line
    reading = Reading("GBP")
    film, screen, seat = (reading.name(hostile.text()) for _ in range(3))
    showtime = SeatsOfShowtime(hostile.text(), film, screen, datetime(2026, 11, 21, tzinfo=UTC), (seat,))
    page = Page(ticket_page(TakeHome((showtime,), assets), "A" * 20, hostile.dice.choice([*Phone])))
    assert page.tags <= TAGS, page.tags
    assert page.attributes <= ATTRIBUTES, page.attributes
    assert all(link.startswith(("https://", "A" * 20 + "/tickets.")) for link in page.links), page.links
    if hostile.dice.random() < 0.1:  # drawing is slow
        for link in page.links:
            qr_cells(link, 60, 30, whole_cells=False)


async def run(orders: int, seed: int) -> None:
    hostile, clock, counts = Hostile(random.Random(seed)), SystemClock(), Counter[str]()
    login = Login("kiosk", SecretStr("u"), SecretStr("p"))
    transport = httpx.MockTransport(hostile.answer)
    office = VistaOffice(
        "https://office.invalid", "https://auth.invalid", login, clock=clock, currency="GBP", transport=transport
    )
    desk = AssetDesk(office.assets, 30.0)
    began_s, longest_s = time.perf_counter(), 0.0
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        root = Path(name)
        inside = root / "inside"
        inside.mkdir()
        os.chdir(inside)
        for number in range(orders):
            one_s = time.perf_counter()
            assets = await desk.fetch(hostile.text())
            counts["saved"] += saved(assets, inside / f"{number}")
            shown(assets, hostile)
            spoken(f"http://{hostile.text()}", "A" * 20)
            counts.update(asset.lack.value for _, _, asset in each(assets) if isinstance(asset, Missing))
            longest_s = max(longest_s, time.perf_counter() - one_s)
        check(root, inside, orders)
        os.chdir("/")
    await office.aclose()
    print(f"{orders} orders in {time.perf_counter() - began_s:.0f} s, the slowest {longest_s * 1000:.0f} ms")
    assert counts["saved"] > orders / 10, "too little was good enough to be dangerous"
    print(", ".join(f"{count} {what}" for what, count in counts.most_common()))
    print("outside the folders 0, foreign names 0, files that others may read 0, exceptions 0")


def check(root: Path, inside: Path, orders: int) -> None:
    assert [path.name for path in root.iterdir()] == ["inside"]
    assert {path.name for path in inside.iterdir()} == {str(number) for number in range(orders)}
    for path in inside.glob("*/*"):
        assert path.name in OURS, path
        assert path.is_file()
        assert not path.is_symlink()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert not Path("/tmp/taken").exists()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore", UserWarning)  # zip files with the same name twice: that is meant
    asyncio.run(run(asked.orders, asked.seed))


if __name__ == "__main__":
    main()
