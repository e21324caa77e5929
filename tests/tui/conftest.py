"""A place for sockets: their paths must be short."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """Where an engine may listen."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))
    yield folder / "gate.sock"
    shutil.rmtree(folder)
