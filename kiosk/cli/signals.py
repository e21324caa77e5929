"""`kiosk signals`: every sound and light once, by name, for staff to learn. Never opens a turnstile."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.status import Exit
from kiosk.domain.errors import SignalError

if TYPE_CHECKING:
    from kiosk.domain.signalling import Cue
    from kiosk.ports import Signal

PAUSE_S = 0.7


@click.command("signals")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.pass_context
def command(ctx: click.Context, config: Path | None) -> None:
    """Show each verdict on loudspeaker, lamps and buzzer, and say which it is. Stop the engine first.

    The turnstile is left alone: it opens for admissions only. Exit status 1: something did not work.
    """
    from kiosk.config import load
    from kiosk.device.signals.turnstile import Turnstile
    from kiosk.domain.signalling import EXAMPLES
    from kiosk.station.signals import devices

    signals = [one for one in devices(load(config)) if not isinstance(one, Turnstile)]
    if not signals:
        click.echo("no loudspeaker, lamps or buzzer are configured: see [signals] in the configuration", err=True)
        ctx.exit(Exit.REFUSED)
    are_well = True
    for name, cue in EXAMPLES.items():
        click.echo(name)
        for signal in signals:
            are_well &= _show(signal, cue)
    ctx.exit(Exit.DONE if are_well else Exit.REFUSED)


def _show(signal: Signal, cue: Cue) -> bool:
    try:
        signal.open()
        signal.show(cue, _wait)
    except SignalError as error:
        click.echo(f"  {error}", err=True)
        return False
    finally:
        signal.close()
    time.sleep(PAUSE_S)
    return True


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return True
