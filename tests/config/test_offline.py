"""[offline]: when a list is kept."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kiosk.config import Offline


@pytest.mark.parametrize(
    ("written", "keeps"),
    [
        ({}, False),
        ({"admit": "never"}, False),
        ({"admit": "listed"}, True),
        ({"admit": "any"}, True),
        ({"admit": "never", "prefetch": True}, True),
        ({"admit": "any", "prefetch": False}, False),
    ],
)
def test_a_list_is_kept_where_it_is_of_use_or_asked_for(written: dict[str, object], keeps: bool) -> None:
    assert Offline.model_validate(written).keeps_list is keeps


@pytest.mark.parametrize(
    "written", [{"oldest_h": 0}, {"refresh_s": 1}, {"prefetch": "maybe"}, {"admit": "listed", "prefetch": False}]
)
def test_what_would_harm_or_cannot_be_meant_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Offline.model_validate(written)
