"""Fixtures of the device tests, and of the decoder's."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kiosk.sources.decoding.engines import Engine, engines
from tests.sources.devices import Cable


@pytest.fixture
def cable() -> Iterator[Cable]:
    """A scanner's cable for streams."""
    cable = Cable()
    yield cable
    cable.close()


@pytest.fixture
def report_cable() -> Iterator[Cable]:
    """A scanner's cable that keeps reports apart, as hidraw does."""
    cable = Cable(socket.SOCK_SEQPACKET)
    yield cable
    cable.close()


@pytest.fixture(scope="module")
def both() -> dict[str, Engine]:
    """Both barcode engines."""
    return engines()
