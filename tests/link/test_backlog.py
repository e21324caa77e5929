"""What waits for a slow viewer is bounded, and what it misses is counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.link.backlog import Backlog


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=20)), st.integers(1, 6), st.integers(20, 60))
def test_the_newest_are_kept_and_the_rest_counted(lines: list[bytes], most_lines: int, most_bytes: int) -> None:
    backlog = Backlog(most_lines, most_bytes)
    for line in lines:
        backlog.put(line)
    missed = backlog.missed()
    kept = []
    while backlog:
        kept.append(backlog.take())
    assert kept == lines[missed:]
    assert len(kept) <= most_lines
    assert sum(map(len, kept)) <= most_bytes
    assert not missed or len(kept) == most_lines or sum(map(len, kept)) + len(lines[missed - 1]) > most_bytes


def test_a_picture_waits_behind_everything_and_gives_way_to_the_next() -> None:
    backlog = Backlog()
    for picture in (b"old", b"new"):
        backlog.put_picture(picture)
        backlog.put(b"verdict")
    assert [backlog.take() for _ in range(3)] == [b"verdict", b"verdict", b"new"]
    assert backlog.missed() == 0
    with pytest.raises(IndexError):
        backlog.take()


def test_what_was_missed_is_told_once() -> None:
    backlog = Backlog(most_lines=1)
    for line in (b"1", b"2", b"3"):
        backlog.put(line)
    assert [backlog.missed(), backlog.missed()] == [2, 0]
