"""What starts fast: no command, and neither the configuration nor the headless gate, loads what it may not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kiosk.cli import COMMANDS

SCREEN_AND_CAMERA = {"textual", "rich", "cv2", "numpy", "pyzbar", "zxingcpp"}
HEAVY = SCREEN_AND_CAMERA | {"httpx", "starlette", "uvicorn", "pydantic", "pydantic_settings"}
NEEDED_FOR_HELP = {"sandbox": {"starlette", "uvicorn"}}
"""The sandbox's help lists its faults by name, and there is nothing that it does without its server."""


def loaded_by(module: str) -> set[str]:
    """The top-level names that are loaded once a module has been imported, in a process of its own."""
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return {name.split(".")[0] for name in json.loads(run.stdout)}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_commands_module_is_light(name: str) -> None:
    assert loaded_by(COMMANDS[name][0].partition(":")[0]) & HEAVY <= NEEDED_FOR_HELP.get(name, set())


def test_the_configuration_loads_no_device_and_no_network() -> None:
    assert loaded_by("kiosk.config") & (HEAVY - {"pydantic"}) == set()


def test_the_headless_gate_loads_neither_screen_nor_camera() -> None:
    assert loaded_by("kiosk.headless") & SCREEN_AND_CAMERA == set()


def test_an_engine_without_signals_loads_no_library_of_theirs() -> None:
    theirs = {"gpiozero", "sounddevice", "paho", "prometheus_client"}
    assert loaded_by("kiosk.station.signals, kiosk.station.figures, kiosk.cli.engine") & theirs == set()


def test_the_measure_would_notice() -> None:
    assert {"httpx", "starlette"} <= loaded_by("httpx, starlette")
