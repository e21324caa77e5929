"""Where the log goes: standard error, or a file that is kept small. Never standard output: that is for the lines."""

from __future__ import annotations

import logging
import logging.handlers
import os
import queue
import sys
import threading
from contextlib import suppress
from pathlib import Path

from kiosk.domain.code import show_hostile

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
BARE = "%(name)s %(message)s"
_SYSLOG = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
LARGEST_BYTES = 1 << 20
KEPT_FILES = 3
LONGEST_LINE = 2000

MOST_WAITING = 1000
"""Lines. Beyond it they are lost: the record does not depend on the log."""

READ_WITHIN_S = 1.0

_LEVELS = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


class PlainFormatter(logging.Formatter):
    """One safe line for each line of a record: an office's words may stand in it."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(show_hostile(line, LONGEST_LINE) for line in super().format(record).split("\n"))


class JournaldFormatter(PlainFormatter):
    """For standard error that systemd reads: it knows the time, and takes the level from `<4>` (sd-daemon(3))."""

    def format(self, record: logging.LogRecord) -> str:
        level = _SYSLOG.get(record.levelno, 6)
        return "\n".join(f"<{level}>{line}" for line in super().format(record).split("\n"))


class UnhurriedHandler(logging.Handler):
    """Standard error, written by a thread: whoever logs never waits for a terminal or a pipe that is not read."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(queue.Full):
            self._lines.put_nowait(f"{self.format(record)}\n")

    def close(self) -> None:
        """Write what waits, where standard error is read."""
        with suppress(queue.Full):
            self._lines.put_nowait(None)
            self._thread.join(READ_WITHIN_S)
        super().close()

    def _write(self) -> None:
        with suppress(OSError, ValueError):
            while (line := self._lines.get()) is not None:
                sys.stderr.write(line)
                sys.stderr.flush()


def is_read_by_systemd() -> bool:
    """Whether standard error goes to journald: it names its socket by device and inode (systemd.exec(5))."""
    try:
        mine = os.fstat(2)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM", "") == f"{mine.st_dev}:{mine.st_ino}"


def log_to(file: Path | None, verbosity: int = 0) -> None:
    """Log to a file, or to standard error where it is None. `verbosity`: -1 what is broken, 0 warnings, 1 what
    happens, 2 everything.

    Libraries are kept at warnings: their debug lines hold addresses, and with them codes.
    """
    if file is None:
        handler: logging.Handler = UnhurriedHandler()
    else:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES)
    handler.setFormatter(JournaldFormatter(BARE) if file is None and is_read_by_systemd() else PlainFormatter(FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("kiosk").setLevel(_LEVELS[min(verbosity, max(_LEVELS))])
