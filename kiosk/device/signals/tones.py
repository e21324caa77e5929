"""Beats as sound: 16-bit samples, made here, so that no sound file has to be kept or licensed."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable
from functools import cache

from kiosk.domain.signalling import Beat

RATE_HZ = 44_100
"""Every sound card takes it."""

_FADE_S = 0.004
"""A tone that begins or ends at once clicks."""

_OVERTONES = ((1, 1.0), (3, 0.22), (5, 0.08))
"""A little of a square wave: small loudspeakers have no bass, and are heard by the overtones."""

_LOUDEST = 32_767 / sum(share for _, share in _OVERTONES)


def samples(beats: Iterable[Beat], volume: float) -> bytes:
    """Mono, 16 bits, little-endian. `volume` from 0 to 1."""
    return b"".join(_tone(beat, volume) for beat in beats)


@cache
def _tone(beat: Beat, volume: float) -> bytes:
    count = round(beat.on_s * RATE_HZ)
    fade = max(1, min(count // 2, round(_FADE_S * RATE_HZ)))
    step = 2 * math.pi * beat.pitch_hz / RATE_HZ
    wave = array(
        "h",
        (
            round(volume * _LOUDEST * min(1.0, place / fade, (count - place) / fade) * _overtones(step * place))
            for place in range(count)
        ),
    )
    if sys.byteorder == "big":
        wave.byteswap()
    return wave.tobytes() + bytes(2 * round(beat.off_s * RATE_HZ))


def _overtones(phase: float) -> float:
    return sum(share * math.sin(number * phase) for number, share in _OVERTONES)
