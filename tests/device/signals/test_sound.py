"""Sounds as samples, a real sound library on a pretend card, a terminal's bell, and one in place of the other."""

from __future__ import annotations

import math
import os
import pty
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.device.signals.bell import Bell
from kiosk.device.signals.fallback import Fallback
from kiosk.device.signals.sound_card import SoundCard
from kiosk.device.signals.tones import RATE_HZ, samples
from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Beat, Cue, Word
from tests.device.signals.rings import heard

CUE = Cue(Word.REFUSE, "Gate A", (Beat(220, 0.3, 0.1), Beat(220, 0.2, 0.1)))


def go_on(seconds: float) -> bool:
    return True


def strength(wave: array[int], pitch_hz: float) -> float:
    """How much of a pitch there is (one term of a Fourier transform)."""
    step = 2 * math.pi * pitch_hz / RATE_HZ
    real = sum(value * math.cos(step * place) for place, value in enumerate(wave))
    imaginary = sum(value * math.sin(step * place) for place, value in enumerate(wave))
    return math.hypot(real, imaginary) / len(wave)


# ── samples ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_tone_has_its_pitch_its_length_and_its_silence() -> None:
    wave = array("h", samples((Beat(880, 0.1, 0.05),), 1.0))
    assert len(wave) == round(0.15 * RATE_HZ)
    sounding, silent = wave[: round(0.1 * RATE_HZ)], wave[round(0.1 * RATE_HZ) :]
    assert strength(sounding, 880) > 10 * strength(sounding, 1320)
    assert set(silent) == {0}


def test_it_begins_and_ends_softly_and_is_never_cut() -> None:
    wave = array("h", samples((Beat(1760, 0.06, 0),), 1.0))
    assert abs(wave[0]) + abs(wave[-1]) < 700
    assert 20_000 < max(wave) < 32_767
    quiet = array("h", samples((Beat(1760, 0.06, 0),), 0.1))
    assert max(quiet) == pytest.approx(max(wave) / 10, abs=2)


# ── the card ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that gets what the sound card plays: ALSA's own pretend card, under the real library."""
    try:
        import sounddevice
    except (ImportError, OSError):
        pytest.skip("libportaudio2 is not installed")
    if not Path("/usr/share/alsa/alsa.conf").exists():
        pytest.skip("ALSA's configuration is not installed")
    played = tmp_path / "played.raw"
    config = tmp_path / "asound.conf"
    pcm = f'{{ type file slave.pcm "null" file "{played}" format "raw" }}'
    config.write_text(f"</usr/share/alsa/alsa.conf>\npcm.!default {pcm}\npcm.loudspeaker {pcm}\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    sounddevice._terminate()
    sounddevice._initialize()
    yield played
    monkeypatch.undo()
    sounddevice._terminate()
    sounddevice._initialize()


@pytest.mark.parametrize("device", ["", "loudspeaker"])
def test_a_cue_is_played_through_the_real_library(card: Path, device: str) -> None:
    sound = SoundCard(device)
    sound.open()
    sound.show(CUE, go_on)
    sound.close()
    played = array("h", card.read_bytes())
    assert len(played) >= round(CUE.lasts_s * RATE_HZ) - 1
    assert strength(played[: round(0.3 * RATE_HZ)], 220) > 1000


def test_a_sound_is_cut_off_by_something_newer(card: Path) -> None:
    sound, left = SoundCard(), [True, True, False]
    sound.open()
    sound.show(CUE, lambda seconds: left.pop(0))
    sound.close()
    assert left == []


def test_a_card_that_is_not_there_is_told(card: Path) -> None:
    with pytest.raises(SignalError, match='there is no sound card "none such"'):
        SoundCard("none such").open()


# ── the bell ────────────────────────────────────────────────────────────────────────────────────────


def test_the_bell_rings_once_for_each_tone() -> None:
    near, far = pty.openpty()
    bell = Bell(Path(os.ttyname(far)))
    bell.open()
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return True

    bell.show(CUE, wait)
    bell.close()
    assert heard(near, 2) == b"\a\a"
    assert waited == [pytest.approx(0.4), pytest.approx(0.3)]
    for fd in (near, far):
        os.close(fd)


@pytest.mark.parametrize(("name", "words"), [("none", "cannot be opened"), ("file", "is no terminal")])
def test_a_bell_that_cannot_ring_is_told(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SignalError, match=words):
        Bell(tmp_path / name).open()


# ── one in place of the other ───────────────────────────────────────────────────────────────────────


class Speaker:
    def __init__(self, name: str) -> None:
        self.name = name
        self.works = True
        self.shown = 0

    def open(self) -> None:
        self._check()

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        self._check()
        self.shown += 1

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if not self.works:
            raise SignalError(f"{self.name}: does not work")


def test_each_cue_goes_to_the_first_that_works() -> None:
    card, bell = Speaker("card"), Speaker("bell")
    both = Fallback(card, bell)
    card.works = False
    both.open()
    both.show(CUE, go_on)
    assert (card.shown, bell.shown) == (0, 1)
    card.works = True
    both.show(CUE, go_on)
    assert (card.shown, bell.shown) == (1, 1)
    card.works = False
    both.show(CUE, go_on)
    assert (card.shown, bell.shown) == (1, 2)
    bell.works = False
    with pytest.raises(SignalError, match="card"):
        both.show(CUE, go_on)
    both.close()


def test_none_that_works_is_told_at_once() -> None:
    card, bell = Speaker("card"), Speaker("bell")
    card.works = bell.works = False
    with pytest.raises(SignalError, match="card"):
        Fallback(card, bell).open()
