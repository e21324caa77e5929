"""The log: plain lines, kept small, and in nobody's way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import logging, sys
from pathlib import Path
from kiosk.cli.logs import log_to
log_to(Path(sys.argv[1]) if sys.argv[1] else None, int(sys.argv[2]))
for name in ("kiosk.gate", "httpx"):
    for level in ("debug", "info", "warning"):
        getattr(logging.getLogger(name), level)("%s \\x1b[2J of %s", level, name)
for _ in range(int(sys.argv[3])):
    logging.getLogger("kiosk.gate").warning("x" * 1000)
print("went on", flush=True)
"""


def test_journald_gets_the_level_and_no_time(tmp_path: Path) -> None:
    """Standard error is a file here, and the variable names it as journald would name its socket."""
    stream = tmp_path / "stream"
    with stream.open("w") as errors:
        found = stream.stat()
        env = {**os.environ, "JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        subprocess.run(words("", 1, 0), stderr=errors, stdout=subprocess.DEVNULL, timeout=60, check=True, env=env)
    assert stream.read_text().splitlines() == [
        "<6>kiosk.gate info ·[2J of kiosk.gate",
        "<4>kiosk.gate warning ·[2J of kiosk.gate",
        "<4>httpx warning ·[2J of httpx",
    ]


def words(file: str, verbosity: int, flood: int) -> list[str]:
    return [sys.executable, "-c", SCRIPT, file, str(verbosity), str(flood)]


def run(file: str, verbosity: int, flood: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words(file, verbosity, flood), capture_output=True, text=True, timeout=60, check=True)


def levels(text: str) -> list[str]:
    return [" ".join(line.split()[2:5]) for line in text.splitlines()]


def test_only_warnings_are_logged_unless_more_is_asked_for() -> None:
    warnings = ["WARNING kiosk.gate warning", "WARNING httpx warning"]
    assert levels(run("", 0).stderr) == warnings
    assert levels(run("", 1).stderr) == ["INFO kiosk.gate info", *warnings]
    assert levels(run("", 2).stderr) == ["DEBUG kiosk.gate debug", "INFO kiosk.gate info", *warnings]


def test_what_stands_in_a_record_cannot_move_a_terminal() -> None:
    assert "\x1b" not in run("", 2).stderr
    assert "·[2J" in run("", 2).stderr


def test_a_log_file_is_kept_small(tmp_path: Path) -> None:
    file = tmp_path / "state" / "engine.log"
    done = run(str(file), 0, flood=6000)
    assert done.stderr == ""
    sizes = [path.stat().st_size for path in file.parent.iterdir()]
    assert len(sizes) == 4
    assert all(size <= 1 << 20 for size in sizes)


def test_a_standard_error_that_is_not_read_holds_nobody_up() -> None:
    with subprocess.Popen(words("", 0, 500), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "went on\n"
        assert process.wait(30) == 0
