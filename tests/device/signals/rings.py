"""What a pretend terminal has heard: it may come in pieces."""

from __future__ import annotations

import os
import select

WITHIN_S = 30.0


def heard(near: int, most: int) -> bytes:
    """Up to so many bytes, as soon as they have come; fewer where no more come."""
    came = b""
    while len(came) < most and select.select([near], [], [], WITHIN_S)[0]:
        came += os.read(near, most - len(came))
    return came
