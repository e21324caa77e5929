"""The domain: a closed list of the standard library, and no await, clock, randomness or I/O."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "kiosk" / "domain"

PURE = {
    "__future__", "abc", "bisect", "collections", "contextlib", "csv", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "fractions", "functools", "itertools", "json", "math", "operator", "re", "statistics", "string", "types",
    "typing", "unicodedata",
}  # fmt: skip
"""What the domain may import: modules that neither wait, nor look at a clock, nor throw dice, nor touch the machine."""

IMPURE_NAMES = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
CLOCKS = {"now", "utcnow", "today"}


def impurities(source: str) -> list[str]:
    """What a module of the domain does that it must not, as `line: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        found += [f"{getattr(node, 'lineno', 0)}: {what}" for what in _of(node)]
    return found


def _of(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [f"import {alias.name}" for alias in names if not _is_pure(alias.name)]
        case ast.ImportFrom(module=module, level=level):
            return [f"from {module} import"] if level or not _is_pure(module or "") else []
        case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            return [type(node).__name__]
        case ast.Call(func=ast.Name(id=name)) if name in IMPURE_NAMES:
            return [f"{name}()"]
        case ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id="datetime" | "date"))) if name in CLOCKS:
            return [f"{name}()"]
        case _:
            return []


def _is_pure(module: str) -> bool:
    return module.split(".")[0] in PURE or module == "kiosk.domain" or module.startswith("kiosk.domain.")


@pytest.mark.parametrize("path", sorted(DOMAIN.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_of_the_domain_is_pure(path: Path) -> None:
    assert impurities(path.read_text()) == []


def test_the_domain_is_there() -> None:
    assert {"code", "verdict", "gate", "attempt"} <= {path.stem for path in DOMAIN.glob("*.py")}


def test_what_the_domain_may_import_is_of_the_standard_library() -> None:
    assert set(sys.stdlib_module_names) >= PURE


@pytest.mark.parametrize(
    "snippet",
    [
        "import httpx",
        "import os.path",
        "from time import monotonic",
        "from random import random",
        "import uuid",
        "from kiosk.ports import Clock",
        "from kiosk.domainx import a",
        "from . import code",
        "def f():\n    import sqlite3",
        "async def f(): pass",
        "datetime.now(UTC)",
        "date.today()",
        "print('x')",
        "open('x')",
    ],
)
def test_what_is_impure_is_seen(snippet: str) -> None:
    assert len(impurities(snippet)) == 1


def test_what_is_pure_is_let_pass() -> None:
    assert impurities("from datetime import UTC\nfrom kiosk.domain.code import Code\nx = re.sub('a', 'b', 'c')") == []
