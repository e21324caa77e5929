"""What the guest before the camera is told: one pictogram, one word, and only while it is true."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.domain.advice import Advice
from kiosk.domain.events import Preview, Recent
from kiosk.tui.presenter.coaching import STALE, coaching
from kiosk.tui.presenter.times import Here
from kiosk.tui.widgets.big_text import ROWS, blocks, can_be_block, sign
from tests.tui.given import NOW, FakeLink, admitted, status
from tests.tui.screens import gate

SAID = [advice for advice in Advice if advice is not Advice.NONE]


def preview(advice: str, at_s: float = 0.0) -> Preview:
    return Preview(NOW + timedelta(seconds=at_s), "camera", 16, 12, bytes(16 * 12), advice)


@pytest.mark.parametrize("advice", SAID)
def test_each_advice_has_a_word_and_an_even_pictogram_that_fit_eighty_columns(advice: Advice) -> None:
    panel = coaching(preview(advice.value), Here(NOW))
    assert panel is not None
    assert panel.headline == advice.value
    assert can_be_block(panel.word)
    drawn = sign(panel.shape, 1, panel.pictogram)
    assert len(drawn) == ROWS
    assert len({len(row) for row in drawn}) == 1
    assert set("".join(drawn)) == {"█", " "}
    assert len(drawn[0]) + 2 + len(blocks(panel.word)[0]) <= 76


def test_no_two_of_them_look_the_same() -> None:
    panels = [coaching(preview(advice.value), Here(NOW)) for advice in SAID]
    assert len({panel.pictogram for panel in panels if panel}) == len({panel.word for panel in panels if panel}) == 7


@pytest.mark.parametrize("said", ["", "closer[/]", "\x1b[2J"])
def test_nothing_else_is_advice(said: str) -> None:
    assert coaching(preview(said), Here(NOW)) is None


def test_old_advice_is_not_given() -> None:
    assert coaching(preview(Advice.FAR.value), Here(NOW + STALE)) is not None
    assert coaching(preview(Advice.FAR.value), Here(NOW + STALE + timedelta(seconds=0.1))) is None
    assert coaching(None, Here(NOW)) is None


async def test_it_takes_the_place_of_ready_and_never_of_a_verdict() -> None:
    async with gate(FakeLink(status(camera=True), Recent(NOW))) as screen:
        await screen.tell(preview(Advice.FAR.value))
        assert "hold the ticket a little closer" in screen.panel
        assert blocks("CLOSER")[0] in screen.panel
        await screen.tell(admitted())
        await screen.tell(preview(Advice.FAR.value, 0.3))
        assert "hold the ticket a little closer" not in screen.panel
