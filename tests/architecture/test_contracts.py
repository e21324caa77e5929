"""Who may import whom: the contracts of pyproject.toml hold, and each of them can fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"

OFFENCES = {
    "Layers: the domain at the bottom, the command line on top, strangers between": ("desks", "kiosk.offices.http"),
    "Only viewers, the station and the command line use the link": ("desks", "kiosk.link.wire"),
    "The sandbox knows the domain and nothing else of ours": ("sandbox", "kiosk.ports"),
    "The screen holds no business state: the link and the domain only": ("tui", "kiosk.ports"),
    "httpx only in offices/http.py": ("offices", "httpx"),
    "textual and rich only in the screen": ("headless.py", "textual"),
    "OpenCV, zbar and picamera2 only in the sources": ("tui", "cv2"),
    "pyserial only in the sources": ("tui", "serial"),
    "gpiozero, sounddevice, paho and prometheus_client in one file of device each": ("desks", "gpiozero"),
    "zxing-cpp only in the sources, and in the sandbox to make tickets": ("tui", "zxingcpp"),
    "SQLite only in the journal": ("desks", "sqlite3"),
    "The web server only in the sandbox and for the hand-over page": ("headless.py", "starlette"),
    "segno only in the screen": ("headless.py", "segno"),
    "The hand-over page asks nobody: the domain and the ports only": ("handover", "kiosk.link.wire"),
    "pydantic where text from outside is read: the configuration and the offices": ("journal", "pydantic"),
    "click only in the command line": ("desks", "click"),
}
"""Contract → who would break it, by importing what."""


def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says of each contract, in a folder with a pyproject.toml and a package `kiosk`."""
    run = subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, timeout=120)
    found = re.findall(r"^(\S.*?) (KEPT|BROKEN)(?: \(.*\))?$", run.stdout, flags=re.MULTILINE)
    assert found, run.stdout + run.stderr
    assert run.returncode == any(word == "BROKEN" for _, word in found), run.stdout
    return dict(found)


def contracts() -> list[str]:
    table = tomllib.loads((HERE / "pyproject.toml").read_text())
    return [contract["name"] for contract in table["tool"]["importlinter"]["contracts"]]


def test_every_contract_is_kept() -> None:
    assert verdicts(HERE) == dict.fromkeys(contracts(), "KEPT")


@pytest.fixture(scope="module")
def with_every_offence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of a copy of the tree in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("offences")
    shutil.copytree(HERE / "kiosk", copy / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "pyproject.toml", copy)
    for where, imported in OFFENCES.values():
        target = copy / "kiosk" / where
        if target.suffix != ".py":
            target.mkdir(exist_ok=True)
            target /= "__init__.py"
        with target.open("a") as file:
            file.write(f"\nimport {imported}\n")
    return verdicts(copy)


@pytest.mark.parametrize("contract", contracts())
def test_every_contract_can_fail(contract: str, with_every_offence: dict[str, str]) -> None:
    assert contract in OFFENCES, "add an import that would break it"
    assert with_every_offence[contract] == "BROKEN"
