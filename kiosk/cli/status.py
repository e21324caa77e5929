"""What every command's exit status means."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Give one to `ctx.exit` or `sys.exit`; errors that a command lets out are turned into one by `main`."""

    DONE = 0
    REFUSED = 1
    """Something was refused, or is not ready."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    UNREACHED = 3
    """A ticket office could not be reached."""
    JOURNAL = 4
    """The journal failed: nothing was redeemed without a record."""
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""
