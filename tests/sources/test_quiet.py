"""Hushing: C libraries are not heard, Python is."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent


def heard(program: str) -> str:
    """What a program of its own writes on standard error."""
    return subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=False).stderr


def test_file_descriptor_2_is_silent_and_pythons_standard_error_is_not() -> None:
    said = heard("""
        import logging, os, sys
        logging.basicConfig(format="%(message)s")
        named = logging.getLogger("kiosk.named"); named.addHandler(logging.StreamHandler()); named.propagate = False
        from kiosk.sources.quiet import hush_libraries
        undo = hush_libraries()
        os.write(2, b"chatter\\n")
        print("printed", file=sys.stderr)
        logging.warning("logged")
        named.warning("named")
        undo()
        os.write(2, b"heard again\\n")
        print("printed again", file=sys.stderr)
        raise SystemExit("the end")
    """)
    assert said.split("\n") == ["printed", "logged", "named", "heard again", "printed again", "the end", ""]


def test_a_traceback_is_still_seen() -> None:
    said = heard("""
        from kiosk.sources.quiet import hush_once
        hush_once()
        hush_once()
        raise RuntimeError("a bug")
    """)
    assert said.rstrip().endswith("RuntimeError: a bug")


def test_opencv_and_both_engines_say_nothing_about_bad_input(tmp_path: object) -> None:
    said = heard(f"""
        import numpy as np, os
        from kiosk.sources.quiet import hush_once
        hush_once()
        from kiosk.sources.decoding.vision import cv2
        from kiosk.sources.decoding.engines import engines
        from kiosk.sources.replay import film
        good = cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8))[1]
        cv2.imdecode(good[:-500], 0)
        path = {str(tmp_path)!r} + "/bad.avi"
        open(path, "wb").write(b"RIFF" + bytes(5000))
        try:
            list(film(path)[1])
        except OSError:
            pass
        cv2.VideoCapture(63)
        noise = np.random.default_rng(1).integers(0, 255, (720, 1280), np.uint8)
        for engine in engines().values():
            engine.read(noise, ["QRCODE", "CODE128", "EAN13", "PDF417"], thorough=True)
    """)
    assert said == ""
