"""The lock files: everything that pyproject.toml asks for, exact, hashed, and from no particular place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parents[2]
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
DEVICE = HERE / "config" / "requirements.lock"
DEVELOPMENT = HERE / "config" / "requirements-dev.lock"


def locked(path: Path) -> dict[str, set[str]]:
    """Name → its versions: more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", path.read_text(), flags=re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def wanted(*extras: str) -> list[Requirement]:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(one) for some in lists for one in some]


SIGNALS = ("sound", "gpio", "mqtt", "metrics")
"""In both: a loudspeaker or a turnstile that is configured works without another installation."""


@pytest.mark.parametrize(("path", "extras"), [(DEVICE, ("build", *SIGNALS)), (DEVELOPMENT, ("build", "dev", *SIGNALS))])
def test_what_is_asked_for_is_locked(path: Path, extras: tuple[str, ...]) -> None:
    versions = locked(path)
    for requirement in wanted(*extras):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in {path.name}: run scripts/lock"
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_development_runs_on_the_devices_versions() -> None:
    assert locked(DEVICE).items() <= locked(DEVELOPMENT).items()


@pytest.mark.parametrize("path", [DEVICE, DEVELOPMENT], ids=lambda path: path.name)
def test_every_package_is_hashed_and_no_place_is_named(path: Path) -> None:
    entries = re.split(r"^(?=\S)", path.read_text(), flags=re.MULTILINE)
    packages = [entry for entry in entries if entry and not entry.startswith("#")]
    assert len(packages) > 20
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?:|file:|--(?:extra-)?index|--find-links|@", path.read_text()) == []
