"""Ten thousand hostile codes through the real gate: lines into `kiosk scan`, barcodes into the decoder.

Markup, ANSI and OSC sequences, NUL, CR, bytes that are not UTF-8, 10 kB, path and URL tricks, bidi controls. Every line
gets one verdict, every verdict is one printable JSON line, and the office hears a code exactly as it is, or not at all.

    python -m scripts.bench.hostile [--codes 10000] [--barcodes 300] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import IO

import numpy as np
import zxingcpp

from kiosk.domain.code import read_code
from kiosk.sources.decode import read_still
from scripts.bench.gate import environment, sandbox

PIECES = (
    "[/]", "[bold red]", "[link=x]", "\x1b[2J", "\x1b]0;title\x07", "\x1bP1$r\x1b\\", "\x9b31m", "\x00", "\x07",
    "\r", "../../etc/passwd", "%2e%2e%2f", "?reference=x&", "#", "&amp;", "\u202e", "\u2066", "\u200b", "\ufeff",
    "\ufffd", '"}', "'; DROP TABLE entry;--", "=1+1", "\\", "\t", "\x1d", "!1|", "+/", "é", "漢", "🎫", "A1B2C3",
)  # fmt: skip


def hostile(dice: random.Random) -> bytes:
    """One code: some pieces, now and then very long or not UTF-8."""
    text = "".join(dice.choices(PIECES, k=dice.randint(1, 8))) + str(dice.randrange(10**6))
    if dice.random() < 0.02:
        text *= 10_000 // len(text) + 1
    data = text.encode()
    if dice.random() < 0.1:
        place = dice.randrange(len(data) + 1)
        data = data[:place] + bytes([dice.choice((0x80, 0xC0, 0xFF, 0xFE))]) + data[place:]
    return data.replace(b"\n", b"")


def lines(codes: list[bytes]) -> bool:
    """All of them through one gate on standard input."""
    with sandbox(0) as office, tempfile.TemporaryDirectory() as folder:
        env = {**environment(office, Path(folder)), "KIOSK_KIOSK__REPEAT_S": "0.001"}
        with subprocess.Popen(
            [sys.executable, "-m", "kiosk", "scan"],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as gate:
            into, out, err = gate.stdin, gate.stdout, gate.stderr
            assert into is not None
            assert out is not None
            assert err is not None
            threading.Thread(target=_fill, args=(into, codes), daemon=True).start()
            logged: list[bytes] = []
            reading = threading.Thread(target=lambda: logged.append(err.read()))
            reading.start()
            told: Counter[str] = Counter()
            broken = 0
            for line in out:
                text = line.decode().rstrip("\n")
                broken += not text.isprintable()
                said = json.loads(text)
                if said["event"] == "verdict":
                    told[f"{said['outcome']} {said['reason']}"] += 1
            reading.join()
        expected = sum(1 for code in codes if code.decode(errors="replace").strip())
        leaked = sum(code in logged[0] for code in codes if len(code) > 20)
        verdicts = sum(told.values())
        print(f"lines: {len(codes)} codes, {expected} not blank, {verdicts} verdicts: {dict(told.most_common())}")
        print(f"       exit {gate.returncode}, {broken} lines not printable, {leaked} codes in the log")
        return gate.returncode == 1 and not broken and not leaked and verdicts == expected


def _fill(into: IO[bytes], codes: list[bytes]) -> None:
    with into:
        for code in codes:
            into.write(code + b"\n")


def barcodes(codes: list[bytes]) -> bool:
    """As QR codes before the decoder: what is read is the text, and what may be looked up is the text or nothing."""
    read = right = unreadable = 0
    for code in codes:
        text = code.decode(errors="replace")
        try:
            drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
        except (ValueError, RuntimeError):
            continue  # longer than a QR code can be
        picture = np.pad(np.asarray(drawn), 40, constant_values=255)
        found = read_still(picture)
        read += bool(found)
        right += any(one.text == text for one in found)
        judged = read_code(text)
        unreadable += judged is None
    print(f"barcodes: {read} read, {right} exactly as drawn, of them {unreadable} unreadable as a ticket")
    return read == right > 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--barcodes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    made = [hostile(dice) for _ in range(options.codes)]
    survived = lines(made)
    seen = barcodes([code for code in made if len(code) < 400][: options.barcodes])
    sys.exit(0 if survived and seen else 1)
