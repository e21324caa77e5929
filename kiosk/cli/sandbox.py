"""`kiosk sandbox`: the pretend vendors alone, on a port of this machine, until they are stopped."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.cli.status import Exit
from kiosk.sandbox import ALL_FAULTS, FaultPlan, Sandbox
from kiosk.sandbox.clock import ShiftedClock

PORT = 8765


class FaultSpec(click.ParamType[FaultPlan]):
    name = "fault"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> FaultPlan:
        try:
            return FaultPlan.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command(
    "sandbox",
    epilog="Faults: " + ", ".join(ALL_FAULTS) + ". NAME@ROUTE strikes routes that hold that text, NAME*3 three times.",
)
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option(
    "--tickets", type=click.Path(path_type=Path, file_okay=False), help="Write pictures of tickets and vouchers."
)
@click.option("--fault", "faults", type=FaultSpec(), multiple=True, metavar="NAME", help="Set a fault for good.")
@click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    metavar="UTC",
    help="Pretend that it is 2027-03-27T18:00, say: over a change of the clocks. A gate's own clock stays as it is.",
)
@click.option("--bookings", default=0, type=click.IntRange(0, 100_000), help="Make this many more plain bookings.")
@click.pass_context
def command(
    ctx: click.Context,
    port: int,
    tickets: Path | None,
    faults: tuple[FaultPlan, ...],
    now: datetime | None,
    bookings: int,
) -> None:
    """A pretend ticket office and a pretend cinema on this machine: real HTTP on loopback, samples, faults on demand.

    Prints one JSON object: addresses, keys, and sample codes with what a gate or a desk should make of them. Then
    serves until it is stopped (Ctrl-C, SIGTERM). What it applied is at /_sandbox/books.
    """
    try:
        clock = None if now is None else ShiftedClock(now.replace(tzinfo=UTC))
        sandbox = Sandbox(port, bookings=bookings, faults=faults, clock=clock)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from error
    try:
        if tickets is not None:
            _write_tickets(tickets, sandbox)
        asyncio.run(_serve(sandbox, tickets))
    except OSError as error:
        click.echo(_why(error, port), err=True)
        ctx.exit(Exit.REFUSED)


async def _serve(sandbox: Sandbox, tickets: Path | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with sandbox:
        about = _describe(sandbox, tickets)
        click.echo(json.dumps(about, indent=2 if sys.stdout.isatty() else None, ensure_ascii=True))
        await stopped.wait()


def _describe(sandbox: Sandbox, tickets: Path | None) -> dict[str, object]:
    control = f"{sandbox.root_url}/_sandbox"
    return {
        "octo": {
            "base_url": sandbox.base_url,
            "suppliers": [{"name": name, "api_key": key} for name, key in sandbox.keys.items()],
        },
        "vista": sandbox.vista.as_json(),
        "management": sandbox.integration.as_json(),
        "sandbox": {name: f"{control}/{name}" for name in ("books", "samples", "vista", "faults", "reset")},
        "faults": [plan.as_json() for plan in sandbox.faults.plans],
        "tickets": None if tickets is None else str(tickets.resolve()),
        "samples": {name: sample.as_json() for name, sample in sandbox.samples.items()},
        "bulk": list(sandbox.bulk),
    }


def _write_tickets(folder: Path, sandbox: Sandbox) -> None:
    from kiosk.sandbox.tickets import write_tickets  # numpy and zxing-cpp, only where pictures are wanted

    write_tickets(folder, sandbox.samples.values())
    write_tickets(folder / "vouchers", (sample.picture for sample in sandbox.vista.samples.values()))


def _why(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop what listens there, or give another one with --port (0: any free one)"
    if error.errno == errno.EACCES and error.filename is None:
        return f"port {port} may not be used by this user: give another one with --port (0: any free one)"
    return f"{error.filename or 'the sandbox'}: {error.strerror or error}"
