"""Panels as lines of cells: the word in block letters, the frame of its tone, every line as wide as the panel."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from kiosk.domain.verdict import Admit, Doubt, Grade, Reason, Refuse, Undecided, Verdict
from kiosk.tui.cells import apart, clipped, cut, length, wrapped
from kiosk.tui.presenter.palette import PLAIN, RICH, Palette, plain_text
from kiosk.tui.presenter.panel import Ink, Line, Panel, Shape, Tone
from kiosk.tui.presenter.verdicts import panel_of
from kiosk.tui.widgets.big_text import ROWS, blocks, can_be_block, sign
from kiosk.tui.widgets.verdict import Body, painted, windowed
from tests.tui.given import HERE, booking, choice, decided, used

CONSOLE = set("█░▒─│╭╮╰╯━┃✗✘·•")
"""What every Linux console font has beside Latin-1."""

VERDICTS: list[Verdict] = [
    Admit((booking(),)),
    Admit((booking(), booking("A2", "Tower entry", None, ("Adult",)))),
    Admit((booking(units=("Family",) * 120),)),
    Admit((booking(),), Grade.PROVISIONAL),
    Refuse(Reason.ALREADY_REDEEMED, (booking(),), used()),
    Refuse(Reason.UNREADABLE),
    Undecided(Doubt.OFFICE_ERROR, (booking("Ωμέγα", "ミュージアム 美術館" * 6),)),
    choice(),
]
SIZES = [(80, 13), (120, 25), (100, 18), (200, 60), (60, 11), (40, 8), (24, 5), (10, 3), (80, 2)]


def text(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def panel(verdict: Verdict) -> Panel:
    return panel_of(decided(verdict), HERE)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("verdict", VERDICTS, ids=range(len(VERDICTS)))
def test_a_panel_fills_its_room_exactly(verdict: Verdict, size: tuple[int, int]) -> None:
    width, height = size
    lines = text(painted(panel(verdict), width, height))
    assert len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)
    if width >= 12 and height >= 3:
        assert [cell_len(line) for line in lines] == [width] * height


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("verdict", VERDICTS[:4], ids=range(4))
def test_the_word_is_there_in_every_size(verdict: Verdict, size: tuple[int, int]) -> None:
    shown = "\n".join(text(painted(panel(verdict), *size)))
    assert "ADMIT" in shown or any(row in shown for row in blocks("ADMIT", 1) + blocks("ADMIT", 2) + blocks("ADMIT", 3))


def test_at_eighty_columns_word_sign_and_count_are_in_block_letters() -> None:
    lines = text(painted(panel(Admit((booking(),))), 80, 13))
    for row, (mark, word, count) in enumerate(zip(sign(Shape.TICK), blocks("ADMIT"), blocks("3"), strict=True)):
        assert f"{mark}  {word}   {count}" in lines[row + 2]


def test_a_larger_terminal_has_larger_letters() -> None:
    refused = panel(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used()))
    lines = text(painted(refused, 120, 25))
    assert any(blocks("REFUSE", 2)[0] in line for line in lines)
    assert any(blocks("ALREADY USED")[0] in line for line in lines)


def test_what_to_do_goes_before_the_bookings_where_there_is_little_room() -> None:
    shown = "\n".join(text(painted(panel(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used())), 50, 7)))
    assert "ALREADY USED" in shown
    assert "ask for another ticket" in shown
    assert "London River" not in shown


def test_bookings_that_do_not_fit_are_counted() -> None:
    many = Admit(tuple(booking(f"A{n}") for n in range(9)))
    assert any("more" in line for line in text(painted(panel(many), 80, 13)))


def test_quiet_news_is_never_larger_than_need_be() -> None:
    repeated = panel_of(decided(Admit((booking(),)), repeated_s=3.0), HERE)
    assert not any("████" * 3 in line for line in text(painted(repeated, 200, 60)))


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_has_a_frame_of_its_own(tone: Tone) -> None:
    frames = {one: text(painted(Panel(one, "ADMIT"), 40, 9))[0] for one in Tone}
    assert [one for one, frame in frames.items() if frame == frames[tone]] == [tone]


@pytest.mark.parametrize("verdict", VERDICTS[:6], ids=range(6))
def test_a_plain_console_has_every_glyph(verdict: Verdict) -> None:
    shown = plain_text("".join(text(painted(panel(verdict), 80, 13))))
    assert {glyph for glyph in shown if glyph > "\xff"} <= CONSOLE


@pytest.mark.parametrize("palette", [RICH, PLAIN], ids=["rich", "plain"])
@pytest.mark.parametrize("tone", Tone)
def test_every_ink_can_be_told_from_its_ground(palette: Palette, tone: Tone) -> None:
    for ink in (Ink.TEXT, Ink.STRONG, Ink.QUIET, Ink.FRAME):
        style = palette.style(ink, tone)
        assert style.color is not None
        assert style.color != style.bgcolor


def test_sixteen_colours_are_the_consoles_own() -> None:
    styles = [PLAIN.style(ink, tone) for ink in Ink for tone in Tone]
    assert {color.is_system_defined for style in styles for color in (style.color, style.bgcolor) if color} == {True}


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_list_keeps_the_cursor_in_sight() -> None:
    lines = tuple(((f"line {n}", Ink.TEXT),) for n in range(30))
    for cursor in range(30):
        shown = text(windowed(Body(lines, cursor), 40, 8))
        assert len(shown) == 8
        assert f"line {cursor}" in shown
    assert text(windowed(Body(lines, 15), 40, 8))[0] == "  12 more above"
    assert text(windowed(Body(lines, 15), 40, 8))[-1] == "  12 more below"


def test_a_list_that_would_not_be_seen_takes_the_place_of_the_word() -> None:
    lines = tuple(((f"line {n}", Ink.TEXT),) for n in range(9))
    shown = text(painted(Panel(Tone.CHOICE, "CHOOSE", "choose"), 80, 11, Body(lines)))
    assert sum("line " in line for line in shown) >= 5


# ── letters and cells ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_block_letters_are_even(scale: int) -> None:
    rows = blocks("ADMIT 0123456789 REFUSE-CHOOSE", scale)
    assert len(rows) == ROWS * scale
    assert len({len(row) for row in rows}) == 1
    assert set("".join(rows)) == {"█", " "}


@pytest.mark.parametrize("shape", Shape)
def test_signs_are_even(shape: Shape) -> None:
    assert len({len(row) for row in sign(shape, 2)}) == 1


def test_no_two_letters_look_the_same() -> None:
    letters = "ABCDEFGHIJKLMNPQRSTUVWXYZ"
    assert len({"\n".join(blocks(letter)) for letter in letters}) == len(letters)
    assert not can_be_block("2 Adult · 1 Child")
    assert not can_be_block("")


def test_text_is_cut_by_cells_not_by_characters() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cell_len(cut("美術館美術館", 5)) <= 5
    assert cut("abc", 3) == "abc"
    assert cut("abc", 0) == ""


def test_text_is_wrapped_at_blanks() -> None:
    assert wrapped("let the guest wait aside", 10) == ["let the", "guest wait", "aside"]
    assert wrapped("x" * 30, 10) == ["x" * 9 + "…"]
    assert wrapped("", 10) == []


def test_two_pieces_stand_apart_and_the_left_one_gives_way() -> None:
    line = apart((("a long piece of text", Ink.TEXT),), (("10:00", Ink.QUIET),), 16)
    assert "".join(text for text, _ in line) == "a long pi… 10:00"
    assert length(clipped(line, 7)) == 7
