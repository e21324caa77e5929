"""The file of staff: private, whole, and without a PIN in it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from kiosk.device.pin_file import (
    DECOY,
    Person,
    PinFileError,
    change,
    hashed,
    matches,
    people_in,
    person_called,
    read_private,
)
from kiosk.domain.roles import Role
from kiosk.domain.secret import Secret

PIN = Secret("730518")


def cheap(pin: Secret = PIN) -> str:
    """A hash that costs next to nothing: for tests only."""
    return hashed(pin, log2_n=4, block=8, parallel=1)


ANA, BEN = Person("Ana", Role.SUPERVISOR, cheap()), Person("Ben", Role.STAFF, cheap(Secret("918273")))


def test_a_hash_is_salted_and_as_dear_as_is_argued() -> None:
    written = hashed(PIN)
    assert written.startswith("scrypt$15$8$3$")
    assert matches(PIN, written)
    assert not matches(Secret("730519"), written)
    assert cheap() != cheap()
    assert "730518" not in written


def test_the_decoy_is_a_hash_that_nothing_has() -> None:
    assert not matches(PIN, DECOY)


@pytest.mark.parametrize("written", ["", "730518", "scrypt$4$8$1$00$00", "scrypt$31$8$1$" + "0" * 32 + "$" + "0" * 64])
def test_a_hash_that_is_none_of_ours_is_an_error_and_no_match(written: str) -> None:
    with pytest.raises(PinFileError):
        matches(PIN, written)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    change(file, lambda people: (*people, ANA))
    change(file, lambda people: (*people, BEN))
    assert people_in(read_private(file)) == (ANA, BEN)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "730518" not in file.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pins.json"]


def test_names_are_found_in_capitals_and_without() -> None:
    assert person_called((ANA, BEN), " aNA ") is ANA
    assert person_called((ANA, BEN), "Eve") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "pins.json"
    change(file, lambda people: (ANA,))
    file.chmod(mode)
    with pytest.raises(PinFileError, match="chmod 600"):
        read_private(file)
    with pytest.raises(PinFileError, match="chmod 600"):
        change(file, lambda people: (BEN,))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    change(tmp_path / "real.json", lambda people: (ANA,))
    (tmp_path / "pins.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(PinFileError):
        read_private(tmp_path / "pins.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"staff": 3}',
        '{"staff": [{"name": "Ana"}]}',
        '{"staff": [{"name": "Ana", "role": "boss", "hash": ""}]}',
        '{"staff": [{"name": "Ana\\u001b", "role": "staff", "hash": ""}]}',
        json.dumps({"staff": [{"name": name, "role": "staff", "hash": ""} for name in ("Ana", "ANA")]}),
        "[" * 100_000,
    ],
)
def test_a_file_that_is_not_ours_is_an_error(text: str) -> None:
    with pytest.raises(PinFileError):
        people_in(text)


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    change(file, lambda people: (ANA,))
    before = file.read_bytes()

    def fails(people: tuple[Person, ...]) -> tuple[Person, ...]:
        raise PinFileError("no")

    with pytest.raises(PinFileError):
        change(file, fails)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["pins.json"]


def test_two_who_change_it_at_once_lose_nobody(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"

    def add(number: int) -> None:
        change(file, lambda people: (*people, Person(f"P{number}", Role.STAFF, ANA.hash)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {person.name for person in people_in(read_private(file))} == {f"P{number}" for number in range(8)}
