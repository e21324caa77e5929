"""`kiosk demo`: a pretend office, tickets held before a pretend camera, and the real gate between them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

SHOWN = (
    "good-1", "family", "used-today", "party", "cancelled", "good-3", "package", "tomorrow", "all-day", "unknown",
    "hta", "good-1", "freesale", "not-redeemable", "good-6", "expired",
)  # fmt: skip
"""The tickets that are held up, in this order: every verdict soon, and one of them a second time."""

VOUCHERS = {"good-1": 2, "two": 7}
"""Vouchers among them, and after how many tickets: the gate refuses them, and offers the voucher desk."""

GAP_S = 3.0
"""Between two tickets on the screen: long enough to read a verdict, and to choose."""

GAP_HEADLESS_S = 0.3


class Office(NamedTuple):
    """The sandbox as it describes itself."""

    said: dict[str, Any]
    tickets: Path

    @property
    def books_url(self) -> str:
        return str(self.said["sandbox"]["books"])


@click.command("demo")
@click.option("--headless", is_flag=True, help="No screen: show every ticket once, print the verdicts and the tally.")
@click.pass_context
def command(ctx: click.Context, headless: bool) -> None:
    """Everything at once, with nothing to set up: tickets are read, looked up, redeemed and refused.

    Nothing here touches a real office or a real camera. What it writes is gone when it ends.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder, _office(Path(folder)) as office:
        config = _configured(Path(folder), office, headless)
        ctx.exit(_without_screen(config, office) if headless else _with_screen(config))


@contextmanager
def _office(folder: Path) -> Iterator[Office]:
    tickets = folder / "tickets"
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--tickets", str(tickets)]
    with _child(command, start_new_session=True) as (process, lines):
        try:
            yield Office(json.loads(next(lines)), tickets)
        finally:
            process.terminate()


@contextmanager
def _child(
    command: list[str], *, start_new_session: bool = False
) -> Iterator[tuple[subprocess.Popen[str], Iterator[str]]]:
    """One of our own commands, and the lines that it prints."""
    with subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        command,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=start_new_session,
    ) as process:
        yield process, iter(process.stdout or ())


def _configured(folder: Path, office: Office, headless: bool) -> Path:
    """A configuration in the folder; keys in the environment, as a real gate would have them."""
    shown = _held_up(folder / "shown", office.tickets, with_vouchers=not headless)
    lines = [
        "[kiosk]",
        'lane = "Demo gate"',
        f"socket = {json.dumps(str(folder / 'gate.sock'))}",
        "[octo]",
        f"base_url = {json.dumps(office.said['octo']['base_url'])}",
    ]
    for number, supplier in enumerate(office.said["octo"]["suppliers"]):
        os.environ[f"KIOSK_DEMO_KEY_{number}"] = supplier["api_key"]
        lines += ["[[octo.suppliers]]", f"name = {json.dumps(supplier['name'])}"]
        lines += [f'api_key_env = "KIOSK_DEMO_KEY_{number}"']
    lines += ["[[sources]]", 'kind = "replay"', 'name = "camera"', f"path = {json.dumps(str(shown))}"]
    lines += [f"gap_s = {GAP_HEADLESS_S if headless else GAP_S}", f"endless = {json.dumps(not headless)}"]
    if not headless:
        # A lane of its own: the camera goes on at the gate while somebody is served at the voucher desk.
        lines += ["[[sources]]", 'kind = "wedge"', 'lane = "Demo desk"', *_cinema(office)]
    os.environ["KIOSK_STATE_DIR"] = str(folder / "state")
    config = folder / "demo.toml"
    config.write_text("\n".join(lines) + "\n")
    return config


def _held_up(folder: Path, pictures: Path, *, with_vouchers: bool) -> Path:
    """What is held before the camera, by name in its order."""
    folder.mkdir()
    shown = [(f"{place:02}", pictures, name) for place, name in enumerate(SHOWN)]
    if with_vouchers:
        shown += [(f"{place:02}v", pictures / "vouchers", name) for name, place in VOUCHERS.items()]
    for place, where, name in shown:
        for picture in where.glob(f"{name}_*.png"):
            (folder / f"{place}-{picture.name}").symlink_to(picture)
    return folder


def _cinema(office: Office) -> list[str]:
    """The pretend cinema, where vouchers are redeemed."""
    vista = office.said["vista"]
    os.environ.update(KIOSK_DEMO_USER=vista["username"], KIOSK_DEMO_PASSWORD=vista["password"])
    urls = [f"{key} = {json.dumps(vista[key])}" for key in ("base_url", "auth_url")]
    names = ['username_env = "KIOSK_DEMO_USER"', 'password_env = "KIOSK_DEMO_PASSWORD"']
    page = ["[vista.handover]", 'address = "127.0.0.1"', f"port = {_free_port()}"]
    return ["[vista]", *urls, *names, f"site_id = {json.dumps(vista['sites'][0]['id'])}", *page]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _with_screen(config: Path) -> int:
    from kiosk.cli.run import run_gate
    from kiosk.config import load

    return run_gate(load(config), config)


def _without_screen(config: Path, office: Office) -> int:
    """The verdicts as they fall, then the tally. 0 where the office's own books agree with them."""
    admitted: set[str] = set()
    words: Counter[str] = Counter()
    guests = 0
    command = [sys.executable, "-m", "kiosk", "scan", "--config", str(config)]
    with _child(command) as (_, lines):
        for line in lines:
            told = json.loads(line)
            if told["event"] != "verdict":
                continue
            words[told["outcome"]] += 1
            references = [booking["reference"] for booking in told["bookings"]]
            click.echo(f"{told['outcome']:<10}{told['code'] or '':<12}{told['message']}")
            if told["outcome"] == "admit" and not told["repeat"]:
                admitted.update(references)
                guests += sum(booking["pax"] for booking in told["bookings"])
    booked = _booked(office)
    shown = len(list((config.parent / "shown").iterdir()))
    tally = ", ".join(f"{count} {word}" for word, count in words.most_common())
    click.echo(f"\n{shown} tickets held up, {sum(words.values())} verdicts: {tally}; {guests} guests let in")
    agree = booked == admitted
    click.echo(f"the office's own books: {len(booked)} bookings redeemed, {'as told' if agree else 'NOT AS TOLD'}")
    return 0 if agree else 1


def _booked(office: Office) -> set[str]:
    """The bookings that the sandbox has really redeemed."""
    with urllib.request.urlopen(office.books_url, timeout=5) as reply:  # noqa: S310 (our own child, on loopback)
        entries = json.load(reply)["entries"]
    return {entry["reference"] for entry in entries if entry["action"] == "redeem"}
