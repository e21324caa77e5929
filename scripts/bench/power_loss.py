"""A gate whose power is cut again and again, on a real ext4 on a disk that drops, keeps or tears what was not flushed.

Guests queue at one gate and scan without a pause. At a random operation of the disk the power goes: the engine is
killed, what the disk had not been told to flush is kept, lost or torn sector by sector, and the next engine finds what
is left. After each cut, before an engine touches it: every verdict that a guest has heard is in the journal, and the
journal is whole. At the end the office's books are compared: nobody admitted twice, nobody who paid turned away.

    python -m scripts.bench.power_loss [--cuts 200] [--seed 1] [--careless] [--lying-disk]       # as root

`--careless` runs the same with `synchronous = OFF` in SQLite, `--lying-disk` on a disk that ignores flushes: the
measure must notice both.
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
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kiosk.domain.errors import JournalError, JournalOlder
from kiosk.journal.checking import verify
from kiosk.journal.reading import JournalReader, Wanted
from scripts.bench.cut_disk import Disk, DiskLost, formatted, mounted, served
from scripts.bench.gate import Office, environment, sandbox
from scripts.bench.killing import redeemed

MEGABYTES = 48
LATEST_CUT = 250
"""Operations of the disk, counted from the start of an engine, within which the power goes: some twelve guests."""

MOST_GUESTS = 60

NURSERY = """
import os, sys
import kiosk.cli.scan, kiosk.headless, kiosk.station
from kiosk.cli import main
from kiosk.journal import database, sqlite
careful = database.connect_to_write

def careless(path):
    db = careful(path)
    db.execute("PRAGMA synchronous = OFF")
    return db

for line in sys.stdin:
    into, out, errors, how = line.split()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(into, os.O_RDONLY), 0)
        os.dup2(os.open(out, os.O_WRONLY), 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        if how == "careless":
            sqlite.connect_to_write = careless
        sys.argv = ["kiosk", "scan"]
        main()
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("gone", flush=True)
"""
"""Where engines come from: a process that has imported what they need, and forks one when asked: a second less each."""


@dataclass
class Tally:
    """What happened, over all cuts."""

    cuts: int = 0
    kept: int = 0
    lost: int = 0
    with_loss: int = 0
    told: int = 0
    lost_verdicts: list[str] = field(default_factory=list)
    not_whole: list[str] = field(default_factory=list)
    set_aside: int = 0
    admitted: Counter[str] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)


class Nursery:
    """Starts engines, one at a time, as `kiosk scan` would start."""

    def __init__(self, env: dict[str, str], folder: Path, careless: bool) -> None:
        self.pipes = folder / "codes", folder / "lines"
        self.complaints = folder / "engine.err"
        self._how = "careless" if careless else "careful"
        for pipe in self.pipes:
            os.mkfifo(pipe)
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def start(self, disk: Disk) -> Engine:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{self.pipes[0]} {self.pipes[1]} {self.complaints} {self._how}\n")
        into = os.open(self.pipes[0], os.O_WRONLY)
        return Engine(self, int(self.hear()), disk, into, os.open(self.pipes[1], os.O_RDONLY))

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Engine:
    """An engine until the power goes. `answer` gives a verdict that was heard before that, else None."""

    def __init__(self, nursery: Nursery, pid: int, disk: Disk, into: int, out: int) -> None:
        self._nursery, self._pid, self._disk, self._into, self._out = nursery, pid, disk, into, out
        self._buffer = b""

    def answer(self, code: str) -> dict[str, Any] | None:
        with suppress(BrokenPipeError):
            os.write(self._into, code.encode() + b"\n")
        while (line := self._line()) is not None:
            if line["event"] == "verdict":
                return line
        return None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._disk.dead.set()
        if self._nursery.hear() != "gone":
            raise RuntimeError("the nursery has lost an engine")
        os.close(self._into)
        os.close(self._out)

    def _line(self) -> dict[str, Any] | None:
        """What is read after the cut was heard by nobody: the machine was off."""
        out = self._out
        while b"\n" not in self._buffer:
            if self._disk.cut.is_set():
                return None
            if select.select([out], [], [], 0.002)[0]:
                read = os.read(out, 65536)
                if not read:
                    return None
                self._buffer += read
        if self._disk.cut.is_set():
            return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        said = json.loads(line)
        assert isinstance(said, dict)
        return said


@dataclass
class Gate:
    """One gate through all its cuts: its disk, its queue of guests, and what each of them has heard."""

    office: Office
    folder: Path
    disk: Disk
    dice: random.Random
    careless: bool
    tally: Tally = field(default_factory=Tally)
    guest: int = 0
    heard: dict[str, str] = field(default_factory=dict)
    """The scan's id → the outcome, of every verdict that a guest has heard."""

    @property
    def env(self) -> dict[str, str]:
        env = environment(self.office, self.folder)
        return {**env, "KIOSK_STATE_DIR": str(self.folder / "disk" / "kiosk"), "KIOSK_OCTO__TIMEOUT_S": "2.0"}

    @property
    def journal(self) -> Path:
        return self.folder / "disk" / "kiosk" / "journal.sqlite3"

    def live_and_lose_power(self, image: Path) -> None:
        with mounted(image, self.folder / "disk"):
            self.look_at_the_journal()
            engine = self.nursery.start(self.disk)
            self.disk.power_on(self.dice.randrange(1, LATEST_CUT))
            last = self.guest + self.dice.randrange(1, MOST_GUESTS)
            while self.guest < len(self.office.codes):
                if self.guest >= last:
                    self.disk.cut.set()  # a careless engine may not touch the disk for long
                code = self.office.codes[self.guest]
                line = engine.answer(code)
                if line is None:
                    break
                self.hear(code, line)
            if not self.disk.cut.is_set():
                engine.kill()
                raise RuntimeError(f"the engine ended by itself: {self.nursery.complaints.read_text()}")
            engine.kill()
        kept, lost = self.disk.fail(self.dice)
        self.tally.cuts += 1
        self.tally.kept += kept
        self.tally.lost += lost
        self.tally.with_loss += lost > 0
        self.disk.power_on(None)

    @cached_property
    def nursery(self) -> Nursery:
        return Nursery(self.env, self.folder, self.careless)

    def hear(self, code: str, line: dict[str, Any]) -> None:
        tally = self.tally
        tally.told += 1
        tally.verdicts[f"{line['outcome']} {line['reason'] or ''}".strip()] += 1
        if not line["repeat"]:
            self.heard[line["scan_id"]] = line["outcome"]
        if line["outcome"] == "undecided":
            return  # the guest scans again
        if line["outcome"] == "admit" and not line["repeat"]:
            tally.admitted[code] += 1
        elif line["used"] and line["used"]["unsure"]:
            tally.unsure.add(code)
        self.guest += 1

    def look_at_the_journal(self) -> None:
        """As the cut left it, before an engine has mended anything."""
        tally = self.tally
        tally.set_aside = len(list(self.journal.parent.glob("*.damaged-*")))
        written: dict[str, str] = {}
        try:
            if self.journal.exists() and self.journal.stat().st_size:
                findings = verify(self.journal)
                if not findings.is_good:
                    tally.not_whole.append(str(findings.broken or findings.index))
                with JournalReader(self.journal) as reader:
                    written = {row["scan_id"]: row["outcome"] for row in reader.rows(Wanted(kind="told"))}
        except JournalOlder:
            pass  # the power went before the first row: nobody has been told anything, or it shows below
        except JournalError as error:
            tally.not_whole.append(str(error))
        gone = [scan for scan, outcome in self.heard.items() if written.get(scan) != outcome]
        tally.lost_verdicts += gone
        for scan in gone:
            del self.heard[scan]


def run(cuts: int, seed: int, careless: bool, lying: bool) -> bool:
    dice = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cut") as name, sandbox(max(400, cuts * 40)) as office:
        folder = Path(name)
        disk = Disk(formatted(folder, MEGABYTES), lies=lying)
        gate = Gate(office, folder, disk, dice, careless)
        with served(disk, folder / "image") as image:
            try:
                verified = live(gate, image, cuts)
            except (DiskLost, OSError, RuntimeError) as error:
                print(f"after {gate.tally.cuts} cuts nothing goes on: {str(error)[-300:]}")
                return False
        gate.nursery.close()
        books = redeemed(office.base_url.removesuffix("/octo"))
    print(f"{time.monotonic() - began:.0f} s")
    return judge(gate, books, verified)


def live(gate: Gate, image: Path, cuts: int) -> bool:
    """All the cuts, and the guest who stood there at the last one. Whether the journal verifies at the end."""
    while gate.tally.cuts < cuts:
        gate.live_and_lose_power(image)
        if gate.tally.cuts % 20 == 0:
            print(f"{gate.tally.cuts} cuts, {gate.guest} guests", file=sys.stderr, flush=True)
    with mounted(image, gate.folder / "disk"):
        gate.look_at_the_journal()
        finish(gate)
        command = [sys.executable, "-m", "kiosk", "journal", "verify"]
        return subprocess.run(command, env=gate.env, check=False).returncode == 0


def finish(gate: Gate) -> None:
    """The guest who stood there at the last cut scans once more, with the power on."""
    engine = gate.nursery.start(gate.disk)
    for _ in range(10):
        at, code = gate.guest, gate.office.codes[gate.guest]
        line = engine.answer(code)
        assert line is not None
        gate.hear(code, line)
        if gate.guest > at:
            break
    engine.kill()


def judge(gate: Gate, books: int, whole: bool) -> bool:
    tally, guests = gate.tally, gate.office.codes[: gate.guest]
    twice = [code for code, count in tally.admitted.items() if count > 1]
    never = [code for code in guests if code not in tally.admitted and code not in tally.unsure]
    print(
        f"{tally.cuts} cuts; unflushed sectors: {tally.kept} kept, {tally.lost} lost, in {tally.with_loss} of the cuts"
    )
    for code in never:
        print(f"  turned away: {code}")
    print(f"{tally.told} verdicts heard, of which the journal has lost: {len(tally.lost_verdicts)}")
    torn = len(tally.not_whole)
    print(f"journal not whole after a cut: {torn}, set aside: {tally.set_aside}, whole at the end: {whole}")
    for what in dict.fromkeys(tally.not_whole):
        print(f"  {what}")
    print(f"{len(guests)} guests, {len(tally.unsure)} for staff to ask about; redeemed in the office's books: {books}")
    print(f"admitted twice: {len(twice)}   turned away: {len(never)}")
    print("verdicts: " + ", ".join(f"{count} {name}" for name, count in tally.verdicts.most_common()))
    good = not (tally.lost_verdicts or tally.not_whole or tally.set_aside or twice or never)
    return good and whole and books == len(guests)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--lying-disk", action="store_true")
    options = parser.parse_args()
    sys.exit(0 if run(options.cuts, options.seed, options.careless, options.lying_disk) else 1)
