"""`kiosk decode`: the codes in pictures and videos, as the camera would read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from kiosk.cli.status import Exit
from kiosk.domain.code import show_hostile
from kiosk.sources.formats import FORMATS
from kiosk.sources.quiet import hush_once


@dataclass(frozen=True)
class Line:
    """What one line says: a picture, or a code that came into view in a video (`time_s` from its start).

    `error`: why a file could not be read; it has its line all the same.
    """

    file: str
    text: str | None = None
    symbology: str | None = None
    corners: list[list[float]] | None = None
    passes: list[str] | None = None
    ms: float = 0.0
    time_s: float | None = None
    others: list[dict[str, Any]] | None = None
    error: str | None = None


def _formats(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Names parted by commas; capitals and dashes do not matter."""
    if value is None:
        return FORMATS
    names = tuple(name.strip().upper().replace("-", "_") for name in value.split(",") if name.strip())
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise click.BadParameter(f"{', '.join(unknown) or 'nothing'} is none of {', '.join(FORMATS)}")
    return names


@click.command(name="decode")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with corners and passes.")
@click.option("--formats", callback=_formats, metavar="NAME,...", help="What to look for; all twelve by default.")
@click.option("--budget-ms", type=click.FloatRange(min=0), help="Time for each picture or frame; none: every pass.")
@click.option("--min-length", type=click.IntRange(min=1), default=4, show_default=True, help="Shorter codes are noise.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    as_json: bool,
    formats: tuple[str, ...],
    budget_ms: float | None,
    min_length: int,
) -> None:
    """Read the barcodes in pictures and videos.

    A picture gives one line: its code (the one nearest to the middle, where there are several), or none. A video gives
    a line for each code that comes into view. Linear codes, PDF417 and Micro QR are believed at the second equal read:
    from another frame of a video, by another pass on a picture.
    """
    hush_once()
    failed = False
    for file in files:
        try:
            for line in _lines(file, formats, None if budget_ms is None else budget_ms / 1000, min_length):
                _tell(line, as_json)
        except OSError as error:
            failed = True
            click.echo(show_hostile(f"{file}: {error.strerror or error}", 300), err=True)
            if as_json:
                _tell(Line(file, error=str(error.strerror or error)), as_json)
    if failed:
        ctx.exit(Exit.REFUSED)


def _lines(file: str, formats: tuple[str, ...], budget_s: float | None, min_length: int) -> Iterator[Line]:
    from kiosk.sources.stills import load, read_picture

    picture = load(file)
    if picture is None:
        yield from _video_lines(file, formats, budget_s, min_length)
        return
    reads, ms = read_picture(picture, formats, min_length, budget_s)
    if not reads:
        yield Line(file, ms=round(ms, 1))
        return
    others: list[dict[str, Any]] = [
        {"text": r.text, "symbology": r.symbology, "corners": _rounded(r.corners)} for r in reads[1:]
    ]
    first = reads[0]
    yield Line(
        file,
        first.text,
        first.symbology,
        _rounded(first.corners),
        list(first.passes),
        round(ms, 1),
        others=others or None,
    )


def _video_lines(file: str, formats: tuple[str, ...], budget_s: float | None, min_length: int) -> Iterator[Line]:
    from kiosk.sources.stills import read_video

    found = False
    for at_s, read in read_video(file, formats, min_length, budget_s):
        found = True
        corners, ms = _rounded(read.corners), round(read.elapsed_ms, 1)
        yield Line(file, read.text, read.symbology, corners, list(read.passes), ms, round(at_s, 3))
    if not found:
        yield Line(file)


def _rounded(corners: Iterable[tuple[float, float]]) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in corners]


def _tell(line: Line, as_json: bool) -> None:
    if as_json:
        always = {"file", "text", "symbology", "corners", "passes", "ms"}
        told = {key: value for key, value in asdict(line).items() if key in always or value is not None}
        click.echo(json.dumps(told))  # ASCII: whatever is in the code cannot reach the terminal raw
        return
    when = f" at {line.time_s:.2f} s" if line.time_s is not None else ""
    what = "no code" if line.text is None else f"{line.symbology} {show_hostile(line.text, 200)}"
    by = f" ({', '.join(line.passes)})" if line.passes else ""
    click.echo(f"{show_hostile(line.file, 200)}{when}: {what}{by} {line.ms:.0f} ms")
