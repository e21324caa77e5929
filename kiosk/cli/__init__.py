"""The command line. One module per command, imported when that command runs: `kiosk --help` loads nothing heavy."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from kiosk import __version__
from kiosk.cli.status import Exit
from kiosk.domain.code import show_hostile
from kiosk.domain.errors import ConfigError, JournalError, KioskError

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("kiosk.cli.run:command", "The gate: the engine and its screen."),
    "engine": ("kiosk.cli.engine:command", "The engine alone, serving its socket."),
    "scan": ("kiosk.cli.scan:command", "Headless: one JSON object per line."),
    "demo": ("kiosk.cli.demo:command", "A gate with pretend tickets, nothing to configure."),
    "sandbox": ("kiosk.cli.sandbox:command", "A pretend ticket office on this machine."),
    "voucher": ("kiosk.cli.voucher:command", "Ticket vouchers, redeemed against a showtime."),
    "assets": ("kiosk.cli.assets:command", "Wallet passes and calendar file of a completed order."),
    "issue": ("kiosk.cli.issue:command", "Vouchers for corporate clients: create, order, distribute."),
    "pin": ("kiosk.cli.pin:command", "PINs of staff: who may sign in at a screen, and as what."),
    "journal": ("kiosk.cli.journal:command", "The record of every scan and redemption."),
    "decode": ("kiosk.cli.decode:command", "Read the barcodes in pictures and videos."),
    "calibrate": ("kiosk.cli.calibrate:command", "A scanner's layout, speed and mistakes."),
    "doctor": ("kiosk.cli.doctor:command", "Whether a guest can be served, and what to do if not."),
    "signals": ("kiosk.cli.signals:command", "Every sound and light once, for staff to learn."),
    "config": ("kiosk.cli.config:command", "Write, show and check the configuration."),
}
"""Name → where its click command is, and the line that `kiosk --help` shows."""

LONGEST_LINE = 1000
"""Characters of an error's text that are printed."""


class Commands(click.Group):
    """A group that knows its commands by name, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours becomes plain lines on stderr and an exit status, never a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                _complain(str(problem))
            ctx.exit(Exit.USAGE)
        except JournalError as error:
            _complain(str(error))
            ctx.exit(Exit.JOURNAL)
        except KioskError as error:
            _complain(str(error))
            ctx.exit(Exit.REFUSED)
        except KeyboardInterrupt:
            ctx.exit(Exit.INTERRUPTED)


def _complain(text: str) -> None:
    click.echo(show_hostile(" ".join(text.split()), LONGEST_LINE), err=True)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
def main() -> None:
    """A ticket-scanning kiosk for entry gates.

    \b
    Exit status: 0 done, 1 something was refused or is not ready,
    2 usage or configuration, 3 an office could not be reached,
    4 the journal failed.
    """
