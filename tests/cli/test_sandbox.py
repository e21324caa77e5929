"""`kiosk sandbox`: one JSON object, then it serves until it is stopped."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from kiosk.cli.sandbox import command


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The command in a process of its own, once it has said where it is."""
    program = [sys.executable, "-m", "kiosk", "sandbox", *words]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_serves_and_stops_in_order(number: signal.Signals) -> None:
    with running("--port", "0") as (process, about):
        supplier = about["octo"]["suppliers"][0]
        headers = {"Authorization": f"Bearer {supplier['api_key']}", "Octo-Capabilities": "octo/redemption"}
        found = httpx.get(
            f"{about['octo']['base_url']}/redemption/lookup",
            params={"reference": about["samples"]["good-1"]["code"]},
            headers=headers,
        )
        books = httpx.get(about["sandbox"]["books"]).json()
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    assert found.json()[0]["redeemable"] is True
    assert books["requests"] == {"GET /octo/redemption/lookup": 1}
    assert (process.returncode, rest, errors) == (0, "", "")


def test_faults_and_tickets_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "tickets"
    words = ("--port", "0", "--fault", "error_500@whoami", "--fault", "slow*2", "--tickets", str(folder))
    with running(*words, "--bookings", "3") as (_, about):
        answer = httpx.get(f"{about['octo']['base_url']}/whoami")
    assert answer.status_code == 500
    assert [(plan["name"], plan["times"]) for plan in about["faults"]] == [("error_500", None), ("slow", 2)]
    assert about["tickets"] == str(folder)
    assert (folder / "index.html").exists()
    assert len(list(folder.glob("*.png"))) == len(about["samples"])
    assert len(list((folder / "vouchers").glob("*.png"))) == len(about["vista"]["samples"])
    assert (folder / "vouchers" / "index.html").exists()
    assert len(about["bulk"]) == 3


def test_it_may_be_another_day_there() -> None:
    with running("--port", "0", "--now", "2027-03-27T18:00") as (_, about):
        cinema = about["vista"]
        form = {"grant_type": "password", "client_id": "t", "username": cinema["username"]}
        token = httpx.post(f"{cinema['auth_url']}/connect/token", data={**form, "password": cinema["password"]}).json()
        told = httpx.get(
            f"{cinema['base_url']}/ocapi/v1/showtimes/by-business-date/2027-03-27",
            params={"siteIds": "0002"},
            headers={"Authorization": f"Bearer {token['access_token']}"},
        )
    starts = [showtime["schedule"]["startsAt"] for showtime in told.json()["showtimes"]]
    assert {start[-6:] for start in starts} >= {"+00:00"}
    assert any(start.startswith("2027-03-28T02:30:00") for start in starts)  # half past one, which the clocks skip


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(command, ["--port", str(port)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"port {port} is in use: ")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(command, ["--port", "0", "--tickets", str(tmp_path / "file" / "folder")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Not a directory" in result.stderr
    assert result.stderr.count("\n") == 1


def test_it_says_where_the_cinema_is_and_who_may_ask_there() -> None:
    with running("--port", "0") as (_, about):
        vista = about["vista"]
        form = {"grant_type": "password", "client_id": "x", **{name: vista[name] for name in ("username", "password")}}
        token = httpx.post(f"{vista['auth_url']}/connect/token", data=form).json()["access_token"]
        sites = httpx.get(f"{vista['base_url']}/ocapi/v1/sites", headers={"Authorization": f"Bearer {token}"}).json()
    assert [site["id"] for site in sites["sites"]] == [site["id"] for site in vista["sites"]] == ["0002", "0003"]
    assert (vista["samples"]["seed"]["code"], vista["samples"]["seed"]["pin"]) == ("ADTMM0000111", "1234")


@pytest.mark.parametrize("fault", ["losst", "lost@nowhere", "lost*0"])
def test_a_fault_that_cannot_be_meant_is_a_usage_error(fault: str) -> None:
    result = CliRunner().invoke(command, ["--port", "0", "--fault", fault])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--fault" in result.stderr
