"""The units are what systemd takes them for, as tight as README says, and point at what the program has."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.cli import COMMANDS
from kiosk.config.secrets import FOLDER_ID

HERE = Path(__file__).parents[2]
SYSTEMD = HERE / "config" / "systemd"
UNITS = ("kiosk@.service", "kiosk-headless.service")
LOOSEST = 2.0
"""systemd's own measure of exposure, from 0 to 10. Below 2.5 it says OK."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")


def unit(name: str) -> configparser.RawConfigParser:
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(SYSTEMD / name)
    return read


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The units as scripts/install-pi places them, with a program that is there."""
    for name in UNITS:
        text = (SYSTEMD / name).read_text().replace("/opt/kiosk/current/bin/kiosk", "/bin/true")
        (tmp_path / name.replace("@.", "@tty1.")).write_text(text)
        for stem in (name, name.replace("@.", "@tty1.")):
            (tmp_path / f"{stem}.d").mkdir(exist_ok=True)
            shutil.copy(SYSTEMD / "hardening.conf", tmp_path / f"{stem}.d" / "10-hardening.conf")
    return tmp_path


@needs_systemd
def test_systemd_finds_nothing_wrong_and_little_exposed(placed: Path) -> None:
    units = [str(placed / name.replace("@.", "@tty1.")) for name in UNITS]
    verify = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units], capture_output=True, text=True
    )
    assert (verify.returncode, verify.stderr) == (0, "")
    security = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", *units], capture_output=True, text=True
    )
    found = [float(number) for number in re.findall(r"Overall exposure level for \S+: ([\d.]+)", security.stdout)]
    assert len(found) == len(UNITS), security.stdout + security.stderr
    assert max(found) <= LOOSEST


@needs_systemd
def test_the_measure_notices_what_is_wrong(placed: Path) -> None:
    path = placed / UNITS[1]
    path.write_text(path.read_text().replace("/bin/true", "/no/such/program"))
    assert subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True).returncode != 0


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_watched_restarted_for_ever_and_finishes_what_is_under_way(name: str) -> None:
    service = unit(name)["Service"]
    assert service["Type"] == "notify"
    assert service["Restart"] == "always"
    assert unit(name)["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["WatchdogSec"]) > 0
    assert int(service["TimeoutStopSec"]) > 60, "longer than kiosk/supervise.py waits for an engine that drains"
    assert service["LoadCredential"] == f"{FOLDER_ID}:/etc/kiosk/credentials"


@pytest.mark.parametrize("name", [*UNITS, "cage.conf"])
def test_a_unit_starts_a_command_that_there_is(name: str) -> None:
    command = unit(name)["Service"]["ExecStart"]
    word = re.findall(r"/opt/kiosk/current/bin/kiosk (\w+)", command)[0]
    assert word in COMMANDS
    assert unit(name)["Service"]["ExecStart"].endswith("--config /etc/kiosk/kiosk.toml")


def test_readme_states_the_exposure() -> None:
    assert re.search(r"systemd-analyze security.*\d\.\d", (HERE / "README.md").read_text())
