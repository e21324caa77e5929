"""`kiosk decode`: a fixed contract with other programs, and a readable line for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import decode
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.replay import PlayedTickets
from tests.sources.drawing import TEXTS, code, frame, qr, ticket_frame

KEYS = {"file", "text", "symbology", "corners", "passes", "ms"}


@pytest.fixture(autouse=True)
def audible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "hush_once", lambda: None)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(decode.command, [str(one) for one in arguments])


def lines(*arguments: object) -> list[dict[str, Any]]:
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def save(path: Path, picture: Picture) -> Path:
    assert cv2.imwrite(str(path), picture)
    return path


@pytest.mark.parametrize("symbology", TEXTS)
def test_a_picture_gives_one_line_with_exactly_the_contracts_keys(tmp_path: Path, symbology: str) -> None:
    path = save(tmp_path / "ticket.png", ticket_frame(symbology, angle=10))
    (line,) = lines(path)
    assert line.keys() == KEYS
    assert (line["file"], line["text"], line["symbology"]) == (str(path), TEXTS[symbology], symbology)
    assert np.array(line["corners"]).shape == (4, 2)
    assert all(isinstance(name, str) for name in line["passes"])
    assert line["ms"] > 0


def test_a_picture_without_a_code_gives_one_line_of_nulls(tmp_path: Path) -> None:
    (line,) = lines(save(tmp_path / "empty.png", frame()))
    assert line.keys() == KEYS
    assert [line[key] for key in ("text", "symbology", "corners", "passes")] == [None] * 4


def test_several_files_give_their_lines_in_order(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{name}.png", ticket_frame(name)) for name in ("QRCODE", "AZTEC")]
    assert [line["text"] for line in lines(*paths)] == [TEXTS["QRCODE"], TEXTS["AZTEC"]]


def test_of_two_codes_the_line_is_about_the_one_nearer_to_the_middle(tmp_path: Path) -> None:
    picture = frame((code("QRCODE", "FAR-AWAY"), (200, 150)), (code("CODE128", "IN-THE-MIDDLE"), (700, 400)))
    (line,) = lines(save(tmp_path / "two.png", picture))
    assert line["text"] == "IN-THE-MIDDLE"
    assert [other["text"] for other in line["others"]] == ["FAR-AWAY"]


def test_a_video_gives_a_line_for_each_code_that_comes_into_view(tmp_path: Path) -> None:
    path = tmp_path / "tickets.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    film, number = PlayedTickets([code("QRCODE", "FIRST-ONE"), code("CODE128", "SECOND-ONE")], hold_s=0.3), 0
    while (picture := film.frame(number)) is not None:
        video.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
        number += 1
    video.release()
    found = lines("--budget-ms", 20, path)
    assert [line["text"] for line in found] == ["FIRST-ONE", "SECOND-ONE"]
    assert all(line.keys() == KEYS | {"time_s"} for line in found)
    assert 0.5 < found[0]["time_s"] < 1.3 < found[1]["time_s"] < 3.2


def test_formats_limit_what_is_read(tmp_path: Path) -> None:
    path = save(tmp_path / "ticket.png", ticket_frame("QRCODE"))
    assert lines("--formats", "aztec,Micro-QRCode", path)[0]["text"] is None
    assert lines("--formats", "aztec, qrcode", path)[0]["text"] == TEXTS["QRCODE"]
    assert run("--formats", "QRCODE,CODE11", path).exit_code == 2
    assert run("--formats", "", path).exit_code == 2


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    good, text = save(tmp_path / "ticket.png", ticket_frame("QRCODE")), tmp_path / "notes.png"
    text.write_text("no picture")
    result = run("--json", tmp_path / "none.png", text, tmp_path, good)
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["text"] for line in told] == [None, None, None, TEXTS["QRCODE"]]
    assert [line.keys() - KEYS for line in told] == [{"error"}, {"error"}, {"error"}, set()]
    complaints = result.stderr.splitlines()
    assert len(complaints) == 3
    assert complaints[0].endswith("none.png: No such file or directory")
    assert "neither a video nor pictures" in complaints[1]
    assert "Is a directory" in complaints[2]


@pytest.mark.parametrize("text", ["\x1b[2J\x1b]0;x\x07", "[red]x[/]\r\n", "a\u202eb\u2066cd", "A\x00B\x00"])
def test_hostile_texts_never_reach_the_terminal_raw(tmp_path: Path, text: str) -> None:
    path = save(tmp_path / "ticket.png", frame((qr(text.encode()), (640, 360))))
    told = run(path).stdout
    assert "QRCODE" in told
    assert told.count("\n") == 1
    assert not {"\x1b", "\x07", "\r", "\x00", "\u202e", "\u2066"} & set(told)
    raw = run("--json", path).stdout
    assert raw.isascii()
    assert raw.rstrip("\n").isprintable()
    assert json.loads(raw)["text"] == text


def test_people_are_told_in_a_line(tmp_path: Path) -> None:
    ticket, empty = save(tmp_path / "a.png", ticket_frame("CODE128")), save(tmp_path / "b.png", frame())
    first, second = run(ticket, empty).stdout.splitlines()
    assert first.startswith(f"{ticket}: CODE128 {TEXTS['CODE128']} (")
    assert second.startswith(f"{empty}: no code")


def coloured(picture: Picture, ink: tuple[int, int, int], paper: tuple[int, int, int]) -> Picture:
    share = picture[:, :, None] / 255
    return np.asarray(share * np.array(paper) + (1 - share) * np.array(ink), np.uint8)


@pytest.mark.parametrize(("ink", "paper"), [((0, 190, 230), (255, 255, 255)), ((180, 40, 20), (200, 255, 255))])
def test_coloured_tickets_are_read(tmp_path: Path, ink: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    picture = coloured(code("QRCODE", "COLOURED"), ink, paper)
    assert lines(save(tmp_path / "colour.png", picture))[0]["text"] == "COLOURED"


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    picture = code("QRCODE", "TRANSPARENT")
    layers = np.dstack([np.zeros_like(picture)] * 3 + [255 - picture])
    assert lines(save(tmp_path / "clear.png", layers))[0]["text"] == "TRANSPARENT"


def test_sixteen_bits_are_read(tmp_path: Path) -> None:
    picture = code("QRCODE", "DEEP-COLOUR").astype(np.uint16) * 40
    assert lines(save(tmp_path / "deep.png", np.asarray(picture)))[0]["text"] == "DEEP-COLOUR"


@pytest.mark.parametrize("pixels", [1, 3])
def test_tiny_and_odd_pictures_are_no_trouble(tmp_path: Path, pixels: int) -> None:
    for shape in ((pixels, pixels), (pixels, 500), (500, pixels)):
        assert lines(save(tmp_path / "odd.png", np.full(shape, 200, np.uint8)))[0]["text"] is None


def test_a_code_cut_at_its_edge_is_read(tmp_path: Path) -> None:
    bare = qr(
        "NO-QUIET-ZONE",
        6,
    )[24:-24, 24:-24]
    dark = np.pad(bare, 0)
    assert lines(save(tmp_path / "bare.png", dark))[0]["text"] == "NO-QUIET-ZONE"


def test_what_is_no_number_is_black(tmp_path: Path) -> None:
    levels = code("QRCODE", "FLOATING").astype(np.float32)
    levels[:8] = np.nan
    levels[8:12] = -np.inf
    path = tmp_path / "levels.tiff"
    assert cv2.imwrite(str(path), levels)
    assert lines(path)[0]["text"] == "FLOATING"


def test_a_small_code_in_a_large_photograph_is_read(tmp_path: Path) -> None:
    picture = np.full((4000, 5000), 230, np.uint8)
    small = code("QRCODE", "SMALL-IN-LARGE", 3)
    picture[900 : 900 + small.shape[0], 3100 : 3100 + small.shape[1]] = small
    (line,) = lines(save(tmp_path / "large.png", picture))
    assert line["text"] == "SMALL-IN-LARGE"
    assert 3100 < line["corners"][0][0] < 3300


@pytest.mark.parametrize("damage", [slice(0, 60), slice(0, 0), slice(16, None)])
def test_a_damaged_file_has_its_line_and_its_complaint(tmp_path: Path, damage: slice) -> None:
    path = save(tmp_path / "ticket.png", ticket_frame("QRCODE"))
    path.write_bytes(path.read_bytes()[damage])
    result = run("--json", path)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]
    assert len(result.stderr.splitlines()) == 1
