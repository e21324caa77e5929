"""A voucher redeemed on a real terminal, its code read from the screen's pixels, its page opened in a browser.

    python -m scripts.bench.take_home [--folder DIR] [--plain] [--geometry 80x24] [--font-size 12]

An xterm under Xvfb shows `kiosk run` on the sandbox; xdotool types what staff would; ImageMagick takes screenshots, in
which zxing-cpp finds the code; Chromium opens the page at the size of a phone and takes down the calendar, which
icalendar reads; then the code must be gone. On Debian: apt-get install xvfb xterm xdotool imagemagick chromium. Every
step is checked; pictures stay in the folder.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import cv2
import icalendar
import zxingcpp
from playwright.async_api import async_playwright

from kiosk.sandbox import Rules, Sandbox

DISPLAY = ":97"
WITHIN_S = 60.0
CONFIG = """
[kiosk]
lane = "Desk"
socket = "{folder}/desk.sock"
[vista]
base_url = "{base_url}"
auth_url = "{auth_url}"
username_env = "TAKE_HOME_USER"
password_env = "TAKE_HOME_PASSWORD"
site_id = "0002"
[vista.handover]
address = "127.0.0.1"
port = {port}
"""


class Window:
    """The xterm: what is typed into it, and how it looks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take_focus(self) -> None:
        """Without a window manager keys go to where the mouse is."""
        subprocess.run(["xdotool", "mousemove", "200", "200"], check=True, env=_env())

    def keys(self, *names: str) -> None:
        subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True, env=_env())

    def scan(self, code: str) -> None:
        """As a scanner that types like a keyboard does."""
        subprocess.run(["xdotool", "type", "--delay", "5", f"{code}\n"], check=True, env=_env())

    def codes(self, name: str) -> list[str]:
        """The QR codes that a camera would find in the window."""
        picture = self._folder / f"{name}.png"
        subprocess.run(["import", "-display", DISPLAY, "-window", "root", str(picture)], check=True)
        grey = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
        found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        return [one.text for one in found]


def _env(**more: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": DISPLAY, **more}


@contextmanager
def running(*words: str, **more: str) -> Iterator[None]:
    process = subprocess.Popen(words, env=_env(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def desk(sandbox: Sandbox, folder: Path, asked: argparse.Namespace) -> AsyncIterator[Window]:
    """`kiosk run` in an xterm, on this sandbox."""
    place = sandbox.vista
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    urls = {"base_url": place.base_url, "auth_url": place.auth_url}
    config = folder / "kiosk.toml"
    config.write_text(CONFIG.format(folder=folder, port=port, **urls))
    secrets = {"TAKE_HOME_USER": place.username, "TAKE_HOME_PASSWORD": place.password}
    colours = {"TERM": "linux", "COLORTERM": ""} if asked.plain else {"COLORTERM": "truecolor"}
    terminal = ("xterm", "-fa", "DejaVu Sans Mono", "-fs", str(asked.font_size), "-geometry", asked.geometry)
    inside = ("env", *(f"{name}={value}" for name, value in colours.items()))
    command = (*terminal, "-e", *inside, sys.executable, "-m", "kiosk", "run", "--config", str(config))
    with running("Xvfb", DISPLAY, "-screen", "0", "1920x1200x24"):
        await asyncio.sleep(1)
        with running(*command, KIOSK_STATE_DIR=str(folder / "state"), **secrets):
            await asyncio.sleep(1)
            window = Window(folder)
            window.take_focus()
            yield window


async def until(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: it did not come about")
        await asyncio.sleep(0.2)
    print(f"  {what}")


async def redeem(window: Window, sandbox: Sandbox, folder: Path) -> None:
    """What staff do, from the gate to the ticket."""
    books = sandbox.books

    def asked(route: str) -> Callable[[], bool]:
        return lambda: any(route in label and count for label, count in books.requests.items())

    def done(action: str) -> Callable[[], bool]:
        return lambda: any(entry.action == action for entry in books.entries)

    await until("the engine is there", (folder / "desk.sock").exists)
    await asyncio.sleep(10)
    window.codes("gate")
    window.keys("v")
    await until("the voucher desk is open", asked("by-business-date"))
    await asyncio.sleep(1)
    window.scan(sandbox.vista.samples["good-1"].code)
    await asyncio.sleep(1)
    window.keys("Return")
    await until("the voucher is on an order", done("voucher_added"))
    await asyncio.sleep(2)
    window.keys("1")
    await until("a seat is held", done("seats_held"))
    await asyncio.sleep(3)
    window.keys("Return")
    await asyncio.sleep(3)
    window.keys("Return")
    await until("the voucher is redeemed", done("order_completed"))


async def take_along(link: str, folder: Path) -> None:
    """What the guest's phone does."""
    async with async_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=as_root)
        phone = {**playwright.devices["Pixel 7"], "java_script_enabled": False}
        tab = await (await browser.new_context(**phone)).new_page()
        await tab.goto(link)
        await tab.screenshot(path=folder / "page.png")
        print(f"  the page says: {' · '.join((await tab.locator('main').inner_text()).split(chr(10)))}")
        async with tab.expect_download() as waiting:
            await tab.get_by_text("Add to calendar").tap()
        await (await waiting.value).save_as(folder / "tickets.ics")
        await browser.close()
    (event,) = icalendar.Calendar.from_ical((folder / "tickets.ics").read_bytes()).walk("VEVENT")
    print(f"  the calendar says: {event['SUMMARY']}, {event['LOCATION']}, {event.decoded('DTSTART')}")


async def show(asked: argparse.Namespace, folder: Path) -> None:
    async with Sandbox(rules=Rules(link_s=None)) as sandbox, desk(sandbox, folder, asked) as window:
        await redeem(window, sandbox, folder)
        found: list[str] = []

        def is_shown() -> bool:
            found[:] = window.codes("ticket")
            return bool(found)

        await until("zxing-cpp reads a code from the screenshot", is_shown)
        print(f"  it leads to {found[0][:-20]}{'.' * 20}")
        await take_along(found[0], folder)
        await until("the code has gone from the screen", lambda: not window.codes("after"))
        window.keys("Return")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the pictures stay")
    parser.add_argument("--plain", action="store_true", help="sixteen colours and no half blocks, as on a console")
    parser.add_argument("--geometry", default="80x24", help="columns by rows")
    parser.add_argument("--font-size", type=int, default=12)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="take-home-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{asked.geometry}, {'plain' if asked.plain else 'true colour'}; pictures in {folder}")
    asyncio.run(show(asked, folder))


if __name__ == "__main__":
    main()
