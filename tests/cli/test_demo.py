"""`kiosk demo --headless`: a pretend office and camera, the real gate, and a tally that the office's books confirm."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kiosk.cli import demo


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tickets are enough here; and the environment is put back afterwards."""
    monkeypatch.setattr(demo, "SHOWN", ("good-1", "used-today"))
    for name in ("KIOSK_STATE_DIR", "KIOSK_DEMO_KEY_0", "KIOSK_DEMO_KEY_1"):
        monkeypatch.setenv(name, "")


@pytest.mark.usefixtures("short")
def test_it_ends_by_itself_and_the_books_agree() -> None:
    result = CliRunner().invoke(demo.command, ["--headless"])
    assert result.exit_code == 0, result.output
    admitted, refused, _, tally, books = result.output.splitlines()
    assert admitted.startswith("admit")
    assert "already used" in refused
    assert tally == "2 tickets held up, 2 verdicts: 1 admit, 1 refuse; 3 guests let in"
    assert books == "the office's own books: 1 bookings redeemed, as told"


@pytest.mark.usefixtures("short")
def test_a_gate_that_tells_what_the_office_has_not_booked_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_booked", lambda office: set())
    result = CliRunner().invoke(demo.command, ["--headless"])
    assert result.exit_code == 1
    assert "NOT AS TOLD" in result.output
