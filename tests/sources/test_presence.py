"""One ticket, one scan."""

from __future__ import annotations

from kiosk.sources.decoding.reading import Read
from kiosk.sources.presence import ABSENT_S, Presence


def read(text: str, x: float = 640, y: float = 360) -> Read:
    return Read(text, text.encode(), "QRCODE", ((x - 50, y - 50), (x + 50, y - 50), (x + 50, y + 50), (x - 50, y + 50)))


class Film:
    """Frames thirty times a second before one camera."""

    def __init__(self) -> None:
        self.presence, self.now_s = Presence(), 0.0
        self.told: list[str] = []

    def show(self, *reads: Read, seconds: float = 0.1) -> None:
        for _ in range(round(seconds * 30)):
            new = self.presence.look(reads, self.now_s, 1280, 720)
            self.told += [new.text] if new else []
            self.now_s += 1 / 30

    def still(self, seconds: float) -> None:
        for _ in range(round(seconds * 30)):
            self.presence.unchanged(self.now_s)
            self.now_s += 1 / 30


def test_a_held_ticket_is_told_once() -> None:
    film = Film()
    film.show(read("A"), seconds=10)
    assert film.told == ["A"]


def test_a_ticket_that_flickers_in_and_out_is_told_once() -> None:
    film = Film()
    for _ in range(10):
        film.show(read("A"))
        film.show(seconds=ABSENT_S - 0.2)
    assert film.told == ["A"]


def test_a_ticket_is_told_again_after_it_was_away() -> None:
    film = Film()
    film.show(read("A"))
    film.show(seconds=ABSENT_S + 0.1)
    film.show(read("A"))
    assert film.told == ["A", "A"]


def test_another_ticket_is_told_at_once() -> None:
    film = Film()
    film.show(read("A"))
    film.show(seconds=0.3)
    film.show(read("B"))
    film.show(seconds=0.3)
    film.show(read("A"))
    assert film.told == ["A", "B"]


def test_of_two_in_the_picture_the_nearer_to_the_middle_is_told_and_it_is_crowded() -> None:
    film = Film()
    film.show(read("EDGE", x=150), read("MIDDLE", x=600), seconds=3)
    assert film.told == ["MIDDLE"]
    assert film.presence.crowded
    film.show(read("MIDDLE"), seconds=0.5)
    assert not film.presence.crowded


def test_a_second_code_of_the_same_ticket_is_not_told() -> None:
    film = Film()
    film.show(read("QR", x=600), seconds=0.5)
    film.show(read("QR", x=600), read("BARS", x=650), seconds=2)
    assert film.told == ["QR"]


def test_a_code_much_nearer_to_the_middle_takes_over() -> None:
    film = Film()
    film.show(read("EDGE", x=100), seconds=0.5)
    film.show(read("EDGE", x=100), read("MIDDLE"), seconds=0.5)
    assert film.told == ["EDGE", "MIDDLE"]


def test_a_picture_that_does_not_change_keeps_what_was_in_view() -> None:
    film = Film()
    film.show(read("A"))
    film.still(60)
    film.show(read("A"))
    assert film.told == ["A"]


def test_a_picture_that_does_not_change_does_not_keep_what_had_left() -> None:
    film = Film()
    film.show(read("A"))
    film.show(seconds=0.5)
    film.still(10)
    film.show(read("A"))
    assert film.told == ["A", "A"]
