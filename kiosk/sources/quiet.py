"""Keeps what C libraries print away from the terminal, where the screen is: libjpeg, FFmpeg, OpenCV, libzbar."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
from collections.abc import Callable
from typing import TextIO

_STDERR_FD = 2


def hush_once() -> None:
    """Hush the libraries for as long as this process lives."""
    if not _hushed:
        _hushed.append(hush_libraries())


_hushed: list[Callable[[], None]] = []


def hush_libraries() -> Callable[[], None]:
    """Point file descriptor 2 at nothing, and Python's own standard error at a copy of where it pointed before.

    Logs and tracebacks go where they went. Call what is returned to undo it.
    """
    copy = os.dup(_STDERR_FD)
    ours = open(copy, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 (kept open)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, _STDERR_FD)
    os.close(nothing)
    moved = _move_python(_is_on_fd_2, ours)

    def undo() -> None:
        ours.flush()
        os.dup2(copy, _STDERR_FD)
        for put_back in moved:
            put_back()
        ours.close()

    return undo


def _move_python(is_theirs: Callable[[object], bool], ours: TextIO) -> list[Callable[[], None]]:
    """Give `ours` to everything in Python that writes to standard error by its file descriptor."""
    undo: list[Callable[[], None]] = []
    for name in ("stderr", "__stderr__"):
        stream = getattr(sys, name)
        if is_theirs(stream):
            setattr(sys, name, ours)
            undo.append(lambda name=name, stream=stream: setattr(sys, name, stream))  # type: ignore[misc]
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if isinstance(handler, logging.StreamHandler) and is_theirs(handler.stream):
            stream = handler.setStream(ours)
            undo.append(lambda handler=handler, stream=stream: handler.setStream(stream))  # type: ignore[misc]
    if faulthandler.is_enabled():
        faulthandler.enable(ours)
        undo.append(lambda: faulthandler.enable())
    return undo


def _is_on_fd_2(stream: object) -> bool:
    with contextlib.suppress(AttributeError, OSError, ValueError):
        return stream.fileno() == _STDERR_FD  # type: ignore[attr-defined, no-any-return]
    return False
