"""A loudspeaker on a sound card, through PortAudio and ALSA. The only importer of sounddevice.

Debian's libportaudio2 must be there; the library itself has no compiled part, so it installs on every Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.device.signals.tones import RATE_HZ, samples
from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue

_PIECE_S = 0.05
"""How much is handed over at a time: a newer verdict cuts in after so long."""


class SoundCard:
    """A `ports.Signal`. `device`: a part of the card's name; empty: the system's default."""

    name = "sound"

    def __init__(self, device: str = "", volume: float = 0.8) -> None:
        self._device, self._volume = device or None, volume
        self._card: Any = None

    def open(self) -> None:
        try:
            import sounddevice
        except ImportError:
            raise SignalError("sound: the package sounddevice is not installed") from None
        except OSError:
            raise SignalError("sound: the library libportaudio2 is not installed") from None
        self._card = sounddevice
        self._stream().close()

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        stream = self._stream()
        try:
            sound, piece = samples(cue.beats, self._volume), 2 * round(_PIECE_S * RATE_HZ)
            stream.start()
            for start in range(0, len(sound), piece):
                if not wait(0):
                    stream.abort()
                    return
                stream.write(sound[start : start + piece])
            stream.stop()  # waits until all of it has been heard
        except self._card.PortAudioError as error:
            raise SignalError(f"sound: the card does not play ({_words(error)})") from None
        finally:
            stream.close(ignore_errors=True)

    def close(self) -> None:
        self._card = None

    def _stream(self) -> Any:
        try:
            return self._card.RawOutputStream(samplerate=RATE_HZ, channels=1, dtype="int16", device=self._device)
        except (self._card.PortAudioError, ValueError) as error:
            which = f'sound card "{self._device}"' if self._device else "sound card"
            raise SignalError(f"sound: there is no {which} that plays ({_words(error)})") from None


def _words(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__
