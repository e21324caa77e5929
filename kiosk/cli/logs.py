"""Where the log goes: standard error, or a file that is kept small. Never standard output: that is for the lines."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

from kiosk.domain.code import show_hostile

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
LARGEST_BYTES = 1 << 20
KEPT_FILES = 3
LONGEST_LINE = 2000

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class PlainFormatter(logging.Formatter):
    """One safe line for each line of a record: an office's words may stand in it."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(show_hostile(line, LONGEST_LINE) for line in super().format(record).split("\n"))


def log_to(file: Path | None, verbosity: int = 0) -> None:
    """Log to a file, or to standard error where it is None. `verbosity`: 0 warnings, 1 what happens, 2 everything.

    Libraries are kept at warnings: their debug lines hold addresses, and with them codes.
    """
    if file is None:
        handler: logging.Handler = logging.StreamHandler(sys.stderr)
    else:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES)
    handler.setFormatter(PlainFormatter(FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("kiosk").setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
