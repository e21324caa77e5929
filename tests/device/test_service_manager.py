"""What systemd is told, through a socket as it would make one."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.device.service_manager import ServiceManager
from kiosk.domain.events import Ready, Stopping
from tests.fakes import NOON

READY = Ready(NOON, ("Gate A", "Gate B"), "redeem", "1", ("wedge",))


@pytest.fixture(params=["path", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@kiosk-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(address.replace("@", "\0"))
        there.setblocking(False)
        yield there, address


def test_up_alive_and_going_down(listening: tuple[socket.socket, str]) -> None:
    there, address = listening
    manager = ServiceManager.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
    assert manager.beat_every_s == 10.0
    manager.tell(READY)
    assert there.recv(200) == b"READY=1\nSTATUS=serving Gate A, Gate B"
    manager.beat()
    assert there.recv(200) == b"WATCHDOG=1"
    manager.tell(Stopping(NOON))
    assert there.recv(200).startswith(b"STOPPING=1\n")


def test_an_engine_that_another_process_keeps_does_not_end_the_unit(listening: tuple[socket.socket, str]) -> None:
    there, address = listening
    manager = ServiceManager.of({"NOTIFY_SOCKET": address, "SYSTEMD_EXEC_PID": str(os.getppid())})
    manager.tell(Stopping(NOON))
    with pytest.raises(BlockingIOError):
        there.recv(200)
    ServiceManager.of({"NOTIFY_SOCKET": address, "SYSTEMD_EXEC_PID": str(os.getpid())}).tell(Stopping(NOON))
    assert there.recv(200).startswith(b"STOPPING=1\n")


@pytest.mark.parametrize("watchdog", ["", "0", "soon", "-1", "٣"])
def test_no_beat_is_wanted_without_a_watchdog(watchdog: str) -> None:
    assert ServiceManager.of({"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": watchdog}).beat_every_s is None


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "vsock:2:1234", "@" + "x" * 200])
def test_a_manager_that_cannot_be_reached_disturbs_nobody(address: str) -> None:
    manager = ServiceManager.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"})
    manager.tell(READY)
    manager.beat()


def test_a_manager_that_does_not_listen_holds_nobody_up(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(address)
        manager = ServiceManager(address)
        for _ in range(2000):
            manager.beat()
