"""Links: unguessable, one an order, forgotten in time."""

from __future__ import annotations

import re

from kiosk.domain.assets import spoken
from kiosk.handover.links import ALPHABET, LENGTH, MOST, Links
from tests.fakes import FakeClock
from tests.handover.given import take_home


def test_a_link_leads_to_its_order_and_no_other_text_does() -> None:
    links = Links(600.0, FakeClock().monotonic)
    token, other = links.offer("one", take_home()), links.offer("two", take_home())
    assert links.find(token) == take_home()
    assert token != other
    for wrong in ("", token[:-1], token + "A", token.lower(), token[::-1], "one", "A" * LENGTH, "\udc9b", "é" * 9000):
        assert links.find(wrong) is None


def test_a_token_is_a_hundred_bits_of_letters_that_a_qr_code_holds_cheaply() -> None:
    links = Links(600.0, FakeClock().monotonic)
    tokens = {links.offer(str(number), take_home()) for number in range(60)}
    assert len(tokens) == 60
    assert len(ALPHABET) ** LENGTH == 2**100
    assert all(re.fullmatch(r"[A-Z2-7]{20}", token) for token in tokens)


def test_an_order_keeps_its_link_and_its_time_starts_anew() -> None:
    clock = FakeClock()
    links = Links(600.0, clock.monotonic)
    token = links.offer("one", take_home())
    links.see(token)
    clock.move(500)
    assert links.offer("one", take_home()) == token
    assert not links.is_seen("one")
    clock.move(500)
    assert links.find(token) is not None


def test_what_has_run_out_is_gone_and_forgotten() -> None:
    clock = FakeClock()
    links = Links(600.0, clock.monotonic)
    token = links.offer("one", take_home())
    clock.move(599.9)
    assert links.find(token) is not None
    clock.move(0.1)
    assert links.find(token) is None
    links.sweep()
    assert not links._open
    assert not links._by_order
    assert links.offer("one", take_home()) != token


def test_the_oldest_of_too_many_gives_way() -> None:
    links = Links(600.0, FakeClock().monotonic)
    tokens = [links.offer(str(number), take_home()) for number in range(MOST + 5)]
    assert [links.find(token) is not None for token in tokens] == [False] * 5 + [True] * MOST


def test_it_is_known_whose_page_was_seen() -> None:
    links = Links(600.0, FakeClock().monotonic)
    token = links.offer("one", take_home())
    links.offer("two", take_home())
    links.see("nonsense")
    assert (links.is_seen("one"), links.is_seen("nobody")) == (False, False)
    links.see(token)
    assert (links.is_seen("one"), links.is_seen("two")) == (True, False)


def test_a_link_does_not_show_itself() -> None:
    links = Links(600.0, FakeClock().monotonic)
    token = links.offer("one", take_home())
    assert token not in repr(links._open)


def test_an_address_is_spoken_in_capitals_where_that_means_the_same() -> None:
    assert spoken("http://192.168.1.20:8080", "ABC") == "HTTP://192.168.1.20:8080/ABC"
    assert spoken("https://tickets.example.org/Take/", "ABC") == "HTTPS://TICKETS.EXAMPLE.ORG/Take/ABC"
