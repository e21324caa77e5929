"""The read coach's words: one pictogram and one word for the guest, large enough to be read over a ticket."""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain.advice import Advice
from kiosk.domain.events import Preview
from kiosk.tui.presenter.panel import Panel, Tone
from kiosk.tui.presenter.times import Here

STALE = timedelta(seconds=2)
"""A picture older than this says nothing of who stands there now."""

_WORDS = {
    Advice.DARK: ("LIGHT", "█  ██  █|  ████  |████████|  ████  |█  ██  █"),
    Advice.NEAR: ("BACK", "   ██   |   ██   |████████| ██████ |   ██   "),
    Advice.GLARE: ("TILT", "      ██|    ███ |  ███   |███     |████████"),
    Advice.BLURRED: ("STILL", "████████|██    ██|██    ██|██    ██|████████"),
    Advice.FAR: ("CLOSER", "   ██   | ██████ |████████|   ██   |   ██   "),
    Advice.DIM: ("BRIGHTER", "   ██   |   ██   |████████|   ██   |   ██   "),
    Advice.CROWDED: ("ONE CODE", "█████   |██ ██ ██|██ ██   |██ ██ ██|█████   "),
}
"""Word, and five rows of blocks: arrows to the camera and away from it, a tilted card, a still one, a sun, a plus."""


def coaching(preview: Preview | None, here: Here) -> Panel | None:
    """What the guest before the camera should do; None where nothing keeps the ticket from being read."""
    if preview is None or here.now - preview.at > STALE:
        return None
    advice = next((one for one in _WORDS if one.value == preview.advice), None)
    if advice is None:
        return None
    word, pictogram = _WORDS[advice]
    return Panel(Tone.IDLE, word, advice.value, pictogram=pictogram)
