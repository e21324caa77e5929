"""The engine killed with SIGKILL at random moments under load, again and again, and its books against the office's.

Guests queue at one gate and scan without a pause; the engine is killed at a random moment, started again, and whoever
had no verdict scans again, as staff would have them. The sandbox runs in a process of its own, with lost and dropped
answers now and then. Every other time the journal's log is left with part of a write that never finished, as a power
cut leaves it. At the end: nobody admitted twice, nobody who paid turned away for good, the journal whole.

    python -m scripts.bench.killing [--kills 500] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from scripts.bench.gate import environment, sandbox

FAULTS = [
    {"name": "lost", "routes": ["redeem"], "times": None, "probability": 0.05},
    {"name": "drop_before", "routes": ["redeem"], "times": None, "probability": 0.05},
]


class Life:
    """One engine, from its start to its violent end. `answer` gives a verdict line, or None when it has been killed."""

    def __init__(self, env: dict[str, str], lives_s: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "scan"],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._buffer = b""
        self._lives_s = lives_s
        self._ends: float | None = None

    def answer(self, code: str) -> dict[str, object] | None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(code.encode() + b"\n")
        except BrokenPipeError:
            return None
        while (line := self._line()) is not None:
            if line["event"] == "ready" and self._ends is None:
                self._ends = time.monotonic() + self._lives_s
            if line["event"] == "verdict":
                return line
        return None

    def _line(self) -> dict[str, object] | None:
        assert self._process.stdout is not None
        out = self._process.stdout.fileno()
        while b"\n" not in self._buffer:
            left = None if self._ends is None else max(0.0, self._ends - time.monotonic())
            if not select.select([out], [], [], left)[0]:
                self._process.send_signal(signal.SIGKILL)
                self._ends = None
                continue
            read = os.read(out, 65536)
            if not read:
                self._process.wait()
                return None
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        said = json.loads(line)
        assert isinstance(said, dict)
        return said

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def run(kills: int, seed: int) -> bool:
    dice = random.Random(seed)
    admitted: Counter[str] = Counter()
    unsure: set[str] = set()
    lives = guest = torn = 0
    verdicts: Counter[str] = Counter()
    with sandbox(kills * 40) as office, tempfile.TemporaryDirectory() as folder:
        root = office.base_url.removesuffix("/octo")
        post(f"{root}/_sandbox/faults", FAULTS)
        env = {**environment(office, Path(folder)), "KIOSK_OCTO__TIMEOUT_S": "1.0"}
        life: Life | None = None
        while lives <= kills and guest < len(office.codes):
            life = life or Life(env, dice.uniform(0.0, 0.4))
            code = office.codes[guest]
            line = life.answer(code)
            if line is None:
                life, lives = None, lives + 1
                torn += tear(Path(env["KIOSK_STATE_DIR"]), dice)
                continue
            verdicts[f"{line['outcome']} {line['reason'] or ''}".strip()] += 1
            if line["outcome"] == "undecided":
                continue  # the guest scans again
            used = line["used"]
            if line["outcome"] == "admit" and not line["repeat"]:
                admitted[code] += 1
            elif isinstance(used, dict) and used["unsure"]:
                unsure.add(code)
            guest += 1
        if life is not None:
            life.kill()
        books = redeemed(root)
        whole = subprocess.run([sys.executable, "-m", "kiosk", "journal", "verify"], env=env, check=False).returncode
    print(f"{torn} of the kills left a torn write behind")
    return judge(lives, office.codes[:guest], admitted, unsure, books, whole == 0, verdicts)


def tear(state: Path, dice: random.Random) -> bool:
    """Noise behind the log's last frame, up to two frames of it, half of the time; whether there was a log to tear."""
    logs = list(state.glob("journal.sqlite3-wal"))
    if not logs or dice.random() < 0.5:
        return False
    with logs[0].open("ab") as log:
        log.write(dice.randbytes(dice.randrange(1, 2 * 4120)))
    return True


def judge(
    lives: int,
    guests: list[str],
    admitted: Counter[str],
    unsure: set[str],
    books: int,
    whole: bool,
    verdicts: Counter[str],
) -> bool:
    twice = [code for code, count in admitted.items() if count > 1]
    never = [code for code in guests if code not in admitted and code not in unsure]
    print(f"{lives} kills, {len(guests)} guests, {len(admitted)} admitted, {len(unsure)} for staff to ask about")
    print(f"admitted twice: {len(twice)}   turned away: {len(never)}   journal whole: {whole}")
    print(f"redemptions in the office's books: {books}")
    print("verdicts: " + ", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
    return not twice and not never and whole and len(guests) <= books <= len(guests) + 1


def post(url: str, body: object) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        assert reply.status < 300


def redeemed(root: str) -> int:
    with urllib.request.urlopen(f"{root}/_sandbox/books") as reply:
        entries = json.load(reply)["entries"]
    subjects = [entry["subject"] for entry in entries if entry["action"] == "redeem"]
    assert len(subjects) == len(set(subjects)), "one booking redeemed twice at the office"
    return len(subjects)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(0 if run(options.kills, options.seed) else 1)
