"""One engine for one socket: the living are respected, the dead replaced, and nobody else gets near."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.errors import LinkError
from kiosk.link.claim import claimed

HOLD = """
import sys, time
from pathlib import Path
from kiosk.link.claim import claimed
with claimed(Path(sys.argv[1])) as listening:
    print("claimed", flush=True)
    time.sleep(60)
"""


def test_the_socket_is_for_this_user_alone(place: Path) -> None:
    place = place.parent / "new" / "gate.sock"
    with claimed(place):
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert not place.exists()


def test_a_second_engine_is_told_what_to_do(place: Path) -> None:
    with claimed(place), pytest.raises(LinkError, match=r"already serves .* --attach"), claimed(place):
        pass
    with claimed(place):
        assert place.is_socket()


def test_what_a_killed_engine_left_is_replaced(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == b"claimed\n"
        with pytest.raises(LinkError, match=rf"already serves .* \(process {engine.pid}\)"), claimed(place):
            pass
        engine.send_signal(signal.SIGKILL)
    assert place.is_socket()
    with claimed(place) as listening:
        listening.listen()


def test_a_file_in_the_way_is_left_alone(place: Path) -> None:
    place.write_text("dear diary")
    with pytest.raises(LinkError, match="no socket"), claimed(place):
        pass
    assert place.read_text() == "dear diary"


def test_a_folder_of_ours_is_closed_to_others(place: Path) -> None:
    place.parent.chmod(0o777)
    with claimed(place):
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o755


def test_a_folder_where_others_may_write_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.parent.chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(LinkError, match="others may write"), claimed(place):
        pass


def test_a_place_that_cannot_be_used_is_told_in_words(place: Path) -> None:
    with pytest.raises(LinkError, match="cannot listen there"), claimed(place.parent / ("x" * 120)):
        pass


def test_a_failure_while_serving_is_not_mistaken_for_one_of_the_place(place: Path) -> None:
    with pytest.raises(BrokenPipeError), claimed(place):
        raise BrokenPipeError
    assert not place.exists()
