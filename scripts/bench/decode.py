"""What the decoder sees and costs: pyzbar alone, zxing-cpp alone and ours, in one run on the same pictures.

Frames and films are drawn from a seed (`decode_frames`, `decode_films`). Reported are read rates with Wilson's 95 %
interval, wrong reads, milliseconds; the processor time of an idle camera, of people walking by and of reading; and how
long a ticket that is readable takes from when it is whole in the picture to an accepted read. All times are processor
time of the one thread that decodes, so that other work on the machine changes them little.

    python scripts/bench/decode.py [--quick] [--seed 1] [--each 1] [--wrong 10000] [--films 2] [--pictures DIR]
    python scripts/bench/decode.py --only wrong --wrong 10000        # or frames, costs, films
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import zxingcpp
from pyzbar import pyzbar

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that it runs as a file too

from kiosk.sources.capture import Shot
from kiosk.sources.decode import FilmDecoder, read_still
from kiosk.sources.decoding.engines import engines
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.eye import Eye
from kiosk.sources.replay import PICTURES
from kiosk.sources.stills import load, read_picture
from scripts.bench import decode_films as films
from scripts.bench import decode_frames as frames
from scripts.bench.decode_films import FPS

BUDGET_S = 0.03
EXPOSURES = 20
"""Frames taken of one scene, in the search for wrong reads: drawing a scene costs ten times what a frame of it does."""
ENGINES = engines()

_ZXING = zxingcpp.BarcodeFormats([frames.WRITERS[name] for name in frames.TICKETS])
_ZBAR = [pyzbar.ZBarSymbol[name] for name in ("QRCODE", "CODE128", "CODE39", "I25", "EAN13")]

Reader = Callable[[Picture], set[str]]


def pyzbar_alone(grey: Picture) -> set[str]:
    """Every symbology of the set that it knows, as its own documentation shows it."""
    return {found.data.decode("utf-8", "replace") for found in pyzbar.decode(grey, symbols=_ZBAR)}


def zxing_alone(grey: Picture) -> set[str]:
    """Every symbology of the set, turned, inverted and downscaled as it does by itself."""
    return {found.text for found in zxingcpp.read_barcodes(grey, _ZXING, text_mode=zxingcpp.TextMode.Plain)}


def ours(grey: Picture) -> set[str]:
    """Every pass there is, and what has been agreed on."""
    return {read.text for read in read_still(grey, frames.TICKETS, with_engines=ENGINES)}


READERS: dict[str, Reader] = {"pyzbar": pyzbar_alone, "zxing-cpp": zxing_alone, "ours": ours}


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, z * z / of
    middle = (share + z2 / 2) / (1 + z2)
    reach = z * ((share * (1 - share) + z2 / 4) / of) ** 0.5 / (1 + z2)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


@dataclass
class Score:
    """What one reader made of many frames."""

    hits: int = 0
    of: int = 0
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def add(self, texts: set[str], truth: str | None, ms: float) -> None:
        self.of += 1
        self.hits += truth in texts
        self.wrong += bool(texts - {truth})
        self.ms.append(ms)

    def __str__(self) -> str:
        low, high = wilson(self.hits, self.of)
        return f"{self.hits / max(self.of, 1):6.1%} [{low:4.0%} {high:4.0%}]"


def read_frames(seed: int, each: int) -> dict[str, Score]:
    """The frame set: every symbology × condition × level, `each` times."""
    table: dict[tuple[str, str], Score] = defaultdict(Score)
    for grey, truth, groups in _frame_set(seed, each):
        for name, reader in READERS.items():
            begun_s = time.thread_time()
            texts = reader(grey)
            ms = (time.thread_time() - begun_s) * 1000
            for group in groups:
                table[group, name].add(texts, truth, ms)
    print(f"\nframes, seed {seed}: {table['all', 'ours'].of} of 1280×720; read rate [95 % interval]")
    print(f"{'':14}" + "".join(f"{name:>22}" for name in READERS))
    for group in dict.fromkeys(group for group, _ in table):
        print(f"{group:14}" + "".join(f"{table[group, name]!s:>22}" for name in READERS))
    for name in READERS:
        score = table["all", name]
        p50, p95 = np.percentile(score.ms, (50, 95))
        print(f"{name:10} frames with a wrong text {score.wrong}, ms a frame: median {p50:.0f}, 95 % {p95:.0f}")
    return {name: table["all", name] for name in READERS}


def _frame_set(seed: int, each: int) -> Iterator[tuple[Picture, str | None, tuple[str, ...]]]:
    for symbology in frames.TICKETS:
        for condition in frames.CONDITIONS:
            for level in frames.LEVELS:
                for one in range(each):
                    place = (
                        frames.TICKETS.index(symbology),
                        frames.CONDITIONS.index(condition),
                        frames.LEVELS.index(level),
                    )
                    rng = np.random.default_rng([seed, one, *place])
                    frame = frames.coded_frame(symbology, condition, level, rng)
                    yield frame.grey, frame.text, ("all", symbology, condition, level)


def look_for_wrong_reads(seed: int, count: int) -> int:
    """Empty and coded frames before the camera's decoder, one after the other: what it accepts that is not there."""
    wrong = 0
    for kind in ("empty", "coded"):
        decoder, seen, read = FilmDecoder(frames.TICKETS, with_engines=ENGINES), 0, 0
        while seen < count:
            rng = np.random.default_rng([seed, 7, seen, kind == "coded"])
            scene = frames.empty_frame(rng) if kind == "empty" else _any_coded(rng)
            texts: set[str] = set()
            for grey in _exposures(scene.grey, rng):
                texts |= {one.text for one in decoder.read(grey, seen / 30, BUDGET_S)}
                seen += 1
            read += scene.text in texts
            if mistaken := texts - {scene.text}:
                wrong += len(mistaken)
                print(f"WRONG in scene {seen // EXPOSURES} of {kind}: {scene.symbology} {scene.text!r} as {mistaken}")
            if seen % max(count // 10, EXPOSURES) == 0:
                print(f"  {seen} {kind} frames, {read} scenes read, wrong reads so far {wrong}", flush=True)
    return wrong


def _exposures(grey: Picture, rng: np.random.Generator) -> Iterator[Picture]:
    """One scene again and again: moved, nearer or farther, turned upside down, lit anew, with new noise."""
    height, width = grey.shape
    for number in range(EXPOSURES):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 180 * (number % 2), float(rng.uniform(0.95, 1.05)))
        turn = np.c_[turn[:, :2], turn[:, 2] + rng.uniform(-8, 8, 2)]
        moved = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        lit = moved * np.float32(rng.uniform(0.7, 1.15)) + np.float32(rng.uniform(-10, 10))
        grain = rng.standard_normal(grey.shape, np.float32) * np.float32(rng.uniform(1, 6))
        yield np.asarray(np.clip(lit + grain, 0, 255), np.uint8)


def _any_coded(rng: np.random.Generator) -> frames.Frame:
    return frames.coded_frame(
        str(rng.choice(frames.TICKETS)), str(rng.choice(frames.CONDITIONS)), str(rng.choice(frames.LEVELS)), rng
    )


@dataclass
class Played:
    """What came of one film."""

    accepted: list[tuple[float, str]]
    whole_s: float | None
    busy_s: float
    seconds: float

    @property
    def share(self) -> float:
        return self.busy_s / self.seconds


def play(film: Iterable[films.Still], skip_s: float = 0.0) -> Played:
    """Before one eye. Frames that come while it is still at work are lost, as with a camera."""
    eye, free_s, busy_s, at_s = Eye(FilmDecoder(frames.TICKETS, with_engines=ENGINES)), -1.0, 0.0, 0.0
    accepted: list[tuple[float, str]] = []
    whole_s: float | None = None
    for number, still in enumerate(film):
        at_s = still.at_s
        whole_s = at_s if still.whole and whole_s is None else whole_s
        if at_s < free_s:
            continue
        begun_s = time.thread_time()
        glance = eye.look(Shot(still.grey, at_s, number))
        took_s = time.thread_time() - begun_s
        free_s = at_s + took_s
        busy_s += took_s * (at_s >= skip_s)
        if glance.read is not None:
            accepted.append((free_s, glance.read.text))
    return Played(accepted, whole_s, busy_s, at_s - skip_s)


def measure_costs(seed: int, seconds: float) -> dict[str, float]:
    """Shares of a core, without capturing: the thread that decodes, at 30 frames a second."""
    rng = np.random.default_rng([seed, 3])
    idle = play(films.nobody(seconds + 5, rng), skip_s=5.0).share
    walking = statistics.mean(play(films.walking(seconds + 2, rng), skip_s=2.0).share for _ in range(3))
    held = films.Ticket("QRCODE", "plain", "medium", rng)
    reading = play(held.frame(1.2 + number / FPS) for number in range(round(seconds * FPS))).share
    print(f"\nshare of a core: idle {idle:.1%}, people walking by {walking:.0%}, a ticket held {reading:.0%}")
    return {"idle": idle, "walking": walking, "reading": reading}


def play_tickets(seed: int, each: int) -> tuple[float, float]:
    """Tickets brought into view, held and taken away: read or not, wrong, and how long it takes."""
    waits_s: list[float] = []
    readable = read = wrong = shown = more = 0
    for symbology in ("QRCODE", "AZTEC", "PDF417", "CODE128", "DATA_MATRIX"):
        for level in frames.LEVELS:
            for one in range(each):
                place = (frames.TICKETS.index(symbology), frames.LEVELS.index(level), one)
                rng = np.random.default_rng([seed, 5, *place])
                ticket = films.Ticket(symbology, str(rng.choice(frames.CONDITIONS)), level, rng)
                played = play(ticket.frames())
                right = [at_s for at_s, text in played.accepted if text == ticket.text]
                shown, read, more = shown + 1, read + bool(right), more + (len(right) > 1)
                wrong += len(played.accepted) - len(right)
                readable += bool(right) or any(ticket.text in ours(ticket.frame(at_s).grey) for at_s in (1.2, 1.6, 2.0))
                if right:
                    waits_s.append(max(right[0] - (played.whole_s or right[0]), 0.0))
    p50, p95 = (float(value) for value in np.percentile(waits_s, (50, 95)))
    print(
        f"\nfilms, seed {seed}: {shown} tickets, {readable} readable, {read} read, {more} more than once, {wrong} wrong"
    )
    print(f"from whole in the picture to accepted: median {p50:.3f} s, 95 % {p95:.3f} s")
    return p50, p95


def read_pictures(folder: Path) -> None:
    """Pictures of one's own: without the truth, so what each reader says, and where they differ."""
    count, found, differ = 0, dict.fromkeys(READERS, 0), 0
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES):
        picture = load(str(path))
        if picture is None:
            continue
        count += 1
        grey = picture if picture.ndim == 2 else np.asarray(picture.mean(axis=2), np.uint8)
        said = {name: reader(grey) for name, reader in READERS.items() if name != "ours"}
        said["ours"] = {read.text for read in read_picture(picture, frames.TICKETS)[0]}
        for name, texts in said.items():
            found[name] += bool(texts)
        differ += bool(said["ours"]) and bool(said["zxing-cpp"]) and not said["ours"] & said["zxing-cpp"]
    shares = ", ".join(f"{name} {hits} ({hits / max(count, 1):.1%})" for name, hits in found.items())
    print(f"{count} pictures with a code found: {shares}; ours differs from zxing-cpp in {differ}")


PARTS = ("frames", "wrong", "costs", "films")


def measure(asked: argparse.Namespace) -> Iterator[tuple[str, float, float, bool]]:
    """What was reached: its name, the figure, the limit, and whether that is the least."""
    parts = asked.only or PARTS
    if "frames" in parts:
        scores = read_frames(asked.seed, asked.each)
        rate = {name: max(score.hits, 0.5) / score.of for name, score in scores.items()}
        yield "read rate against zxing-cpp", rate["ours"] / rate["zxing-cpp"], 1.35, True
        yield "read rate against pyzbar", rate["ours"] / rate["pyzbar"], 2.7, True
        yield "frames with a wrong text", scores["ours"].wrong, 0, False
    if "wrong" in parts:
        print(f"\nframes shown to the camera's decoder one after the other, seed {asked.seed}:", flush=True)
        yield "wrong reads accepted", look_for_wrong_reads(asked.seed, asked.wrong), 0, False
    if "costs" in parts:
        costs = measure_costs(asked.seed, 5.0 if asked.quick else 20.0)
        yield "idle, share of a core", costs["idle"], 0.02, False
        yield "people walking by, share of a core", costs["walking"], 0.5, False
        yield "a ticket held, share of a core", costs["reading"], 1.0, False
    if "films" in parts:
        p50, p95 = play_tickets(asked.seed, asked.films)
        yield "readable ticket accepted, median s", p50, 0.3, False
        yield "readable ticket accepted, 95 % s", p95, 1.0, False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=1, help="frames of each symbology, condition and level (378 each)")
    parser.add_argument("--wrong", type=int, default=10_000, help="frames without a code, and as many with one")
    parser.add_argument("--films", type=int, default=2, help="films of each symbology and level (15 each)")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part of it; may be given again")
    parser.add_argument("--quick", action="store_true", help="less of everything but the frames: some minutes")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="pictures of your own instead")
    asked = parser.parse_args()
    if asked.pictures:
        read_pictures(asked.pictures)
        return 0
    if asked.quick:
        asked.wrong, asked.films = min(asked.wrong, 400), 1
    print(f"{os.cpu_count()} cores, engines {', '.join(ENGINES)}, seed {asked.seed}")
    reached, met = list(measure(asked)), True
    print("\nreach")
    for what, value, limit, at_least in reached:
        good = value >= limit if at_least else value <= limit
        met &= good
        bound = f"at {'least' if at_least else 'most '} {limit:<5}"
        print(f"  {what:38} {value:8.3f}  {bound} {'met' if good else 'NOT MET'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
