"""The installer says what it would do and changes nothing, and gives up in words where it cannot work.

That it works is tried in a clean Debian root by scripts/bench/pi-root, which takes minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
INSTALL = HERE / "scripts" / "install-pi"
SCRIPTS = ("install-pi", "demo", "test", "check", "lock", "setup.sh", "bench/pi-root", "pi/kiosk")
"""What runs by itself. The parts of the installer are read along with it."""
PLACES = (
    *("/etc/systemd", "/etc/udev", "/etc/sysctl.d", "/etc/kiosk", "/opt/kiosk", "/usr/local/bin", "/var/lib/kiosk"),
    *("/etc/passwd", "/etc/group", "/etc/shadow"),
)
"""Where an installation writes."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="the installer works as root only")
is_debian = re.search(r"^VERSION_CODENAME=(bookworm|trixie)$", Path("/etc/os-release").read_text(), re.MULTILINE)


def install(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [INSTALL, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, **env}
    )


def tree() -> dict[str, tuple[int, int, int]]:
    """Everything there, as far as a change would show."""
    paths = [path for place in PLACES for path in (Path(place), *Path(place).rglob("*")) if os.path.lexists(path)]
    found = {str(path): path.lstat() for path in paths}
    return {path: (status.st_mode, status.st_uid, status.st_ctime_ns) for path, status in found.items()}


@as_root
@pytest.mark.skipif(not is_debian, reason="neither bookworm nor trixie")
def test_a_dry_run_says_every_step_and_changes_nothing() -> None:
    before = tree()
    said = install("--dry-run")
    assert said.returncode == 0, said.stderr
    assert tree() == before
    for step in ("the user kiosk", "/etc/kiosk/kiosk.toml", "hardening.conf", "70-kiosk-scanners.rules"):
        assert re.search(rf"would: .*{re.escape(step)}", said.stderr)
    assert said.stderr.rstrip().endswith("nothing has been changed")


@as_root
@pytest.mark.skipif(not is_debian or not shutil.which("unshare"), reason="neither bookworm nor trixie")
def test_a_record_that_the_next_start_would_lose_is_refused() -> None:
    said = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"mount -t tmpfs none /var/lib && {INSTALL} --dry-run"],
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert "/var/lib/kiosk would be gone at the next restart" in said.stderr


def test_a_word_that_it_does_not_know_is_refused() -> None:
    said = install("--instal")
    assert said.returncode == 2
    assert "unknown: --instal" in said.stderr


def test_its_help_names_every_option() -> None:
    said = install("--help")
    assert said.returncode == 0
    options = set(re.findall(r"--[a-z-]+", re.findall(r"for word in .*?esac", INSTALL.read_text(), re.DOTALL)[0]))
    assert options - {"--help", "--"} <= set(re.findall(r"--[a-z-]+", said.stdout))


@pytest.mark.skipif(os.geteuid() == 0, reason="only root can be refused for not being it")
def test_without_root_it_says_what_to_do() -> None:
    assert "sudo scripts/install-pi" in install("--dry-run").stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_sound(script: str) -> None:
    path = HERE / "scripts" / script
    assert subprocess.run(["bash", "-n", path]).returncode == 0
    if shutil.which("shellcheck"):
        said = subprocess.run(["shellcheck", "-x", "-s", "bash", path], capture_output=True, text=True, cwd=HERE)
        assert said.returncode == 0, said.stdout
