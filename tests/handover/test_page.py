"""The page's text: what it says, which buttons it has, and that nothing in it can be anything but text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.assets import ApplePasses, GooglePass
from kiosk.handover.page import Phone, nothing_page, ticket_page
from tests.handover.given import APPLE, GOOGLE, NONE, SHOWTIME, take_home

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "dl", "dt", "dd", "nav", "a", "p",
    "bdi",
}  # fmt: skip


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        if self.tags[-1] != "style":
            self.words.append(data)


def test_it_says_what_when_and_where() -> None:
    seen = Seen(ticket_page(take_home(), "TOKEN", Phone.OTHER))
    for words in ("The Long Take", "Saturday 21 November 2026, 19:00", "Screen 3", "C5, C6", "Seats"):
        assert words in seen.words
    assert seen.links == ["TOKEN/tickets.pkpasses", GOOGLE.url, "TOKEN/tickets.ics"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (IPHONE, ["Add to Apple Wallet", "Add to calendar"]),
        (PIXEL, ["Add to Google Wallet", "Add to calendar"]),
        ("", ["Add to Apple Wallet", "Add to Google Wallet", "Add to calendar"]),
    ],
)
def test_a_phone_sees_the_buttons_that_it_can_use(agent: str, words: list[str]) -> None:
    seen = Seen(ticket_page(take_home(), "TOKEN", Phone.of(agent)))
    assert [word for word in seen.words if word.startswith("Add")] == words


def test_what_is_missing_has_no_button() -> None:
    page = ticket_page(take_home(google=NONE, apple=NONE, calendar=NONE), "TOKEN", Phone.OTHER)
    assert Seen(page).links == []


def test_one_pass_alone_keeps_its_own_name() -> None:
    alone = ApplePasses(APPLE.content, is_bundle=False)
    assert "TOKEN/tickets.pkpass" in Seen(ticket_page(take_home(apple=alone), "TOKEN", Phone.APPLE)).links


def test_facts_that_are_not_known_are_left_out() -> None:
    bare = replace(SHOWTIME, film="", screen="", starts_at=None, seats=())
    seen = Seen(ticket_page(take_home(bare), "TOKEN", Phone.OTHER))
    assert "Your visit" in seen.words
    assert "dt" not in seen.tags


@given(st.text(alphabet=st.sampled_from("<>&\"'`/=;:\\ \n\0\x1b\u202e\u2066abcscriptonerror"), max_size=60))
def test_a_hostile_title_is_text_and_nothing_else(text: str) -> None:
    hostile = replace(SHOWTIME, film=text, screen=text, seats=(text,))
    page = ticket_page(take_home(hostile, google=GooglePass(f"https://x.example/{text}")), "TOKEN", Phone.OTHER)
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= {"lang", "charset", "name", "content", "href", "rel"}
    assert seen.links[1] == f"https://x.example/{text}"
    assert seen.tags.count("a") == 3


def test_nowhere_is_always_the_same_and_says_nothing() -> None:
    assert nothing_page() == nothing_page()
    assert Seen(nothing_page()).links == []
