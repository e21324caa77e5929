"""Who may do what at this station: the table from the settings, and the PINs where the house has any."""

from __future__ import annotations

from contextlib import AsyncExitStack

from kiosk.config import Settings, state_dir
from kiosk.config.secrets import why_missing
from kiosk.desks.access import Access
from kiosk.device.pin_check import PinCheck
from kiosk.device.pin_file import PinFileError, read_private
from kiosk.domain.roles import RoleTable
from kiosk.link.board import Board
from kiosk.ports import Clock, Journal

TRIES = "wrong-pins.json"


async def open_access(
    settings: Settings, journal: Journal, clock: Clock, board: Board, stack: AsyncExitStack
) -> Access:
    """Never raises for PINs that cannot be read: the gate goes on, nobody can sign in, and staff are told why."""
    roles = settings.roles
    table = RoleTable(roles.lowest, guarded=roles.has_pins)
    access = Access(table, journal, clock, settings.kiosk.lane, roles.idle_s)
    if roles.has_pins:
        pins = access.pins = PinCheck(lambda: pins_text(settings), state_dir() / TRIES, clock)
        stack.callback(pins.close)
        if problem := await pins.problem():
            board.notice(f"nobody can sign in: {problem}")
    return access


def pins_text(settings: Settings) -> str:
    """The file of staff, as it is at this moment. Raises PinFileError."""
    roles = settings.roles
    if roles.pins_file is not None:
        return read_private(roles.pins_file)
    if not (held := roles.pins_held()):
        raise PinFileError(f"roles.pins_env: {why_missing(roles.pins_env or '')}")
    return held
