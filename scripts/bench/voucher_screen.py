"""What the voucher desk's screen costs, in its own process on a real pseudo-terminal: a key until it is painted, on a
seat plan of 600 seats and on a day of 400 showtimes.

    python -m scripts.bench.voucher_screen [--keys 200] [--columns 120] [--rows 40]

A letter waits until it is known that no scanner typed it; what it takes after that is told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from kiosk.domain.cinema import Showtime, TicketPrice
from kiosk.domain.events import Command, Event, Recent, Status
from kiosk.domain.money import Money, Price
from kiosk.domain.redeeming import Holding
from kiosk.domain.seating import Seat, SeatArea, SeatPlan, SeatRow
from kiosk.domain.voucher import KeptVoucher
from kiosk.domain.voucher_events import AtCounter, Phase, SeatPlanTold, SeatsTold, ShowtimesTold, VoucherOnOrder
from kiosk.domain.wedge import LONE_AFTER_S
from kiosk.link.server import LinkServer
from kiosk.ports import Asker
from scripts.bench.screen import Terminal, told

LANE = "Gate A"
SEAT_ROWS, SEATS = 20, 30
SHOWTIMES = 400
NOW = datetime.now(UTC)
EVENING = Showtime("s-0", film="The Long Take", screen="Screen 1", starts_at=NOW, is_allocated=True)
FREE = Money(Decimal(0), "GBP")
OFFER = TicketPrice("adult", Price(FREE), "Adult", restrictions=("Voucher",))


def plan() -> SeatPlan:
    """Rows with an aisle in their middle; names tell row and seat apart for sure."""
    rows = []
    for row in range(SEAT_ROWS):
        label = chr(ord("A") + row)
        seats = (
            Seat(f"{row}_{n}", f"{n:02}", label, row=row, column=n + (n >= SEATS // 2), area_category_id="a")
            for n in range(SEATS)
        )
        rows.append(SeatRow(label, row, tuple(seats)))
    return SeatPlan("large", (SeatArea(1, tuple(rows)),))


def order() -> tuple[Event, ...]:
    """One voucher, one seat of 600, every other one taken."""
    voucher = VoucherOnOrder(KeptVoucher("v", "…0111", "ADTMM", "Adult Movie Money"), 1, (OFFER,), "adult")
    until = NOW + timedelta(minutes=30)
    held = Holding(1, ("K15",), FREE, FREE, until)
    now = AtCounter(
        NOW, LANE, True, Phase.ORDER, 2, showtime=EVENING, is_allocated=True, vouchers=(voucher,), holding=held,
        expires_at=until,
    )  # fmt: skip
    seats = plan()
    free = tuple(seat.id for nth, seat in enumerate(seats) if nth % 2)
    return now, SeatPlanTold(NOW, LANE, EVENING.id, seats), SeatsTold(NOW, LANE, EVENING.id, free, ("10_15",))


def day() -> tuple[Event, ...]:
    films = ("The Long Take", "Lighthouse Summer", "Comets", "Gala Night: The Glass Harbour")
    showtimes = tuple(
        Showtime(
            f"s-{n}",
            film=f"{films[n % len(films)]} {n:03}",
            screen=f"Screen {n % 25}",
            starts_at=NOW + timedelta(minutes=2 * n),
            rating="12A",
            attributes=("Laser", "Sofas"),
        )
        for n in range(SHOWTIMES)
    )
    return ShowtimesTold(NOW, LANE, NOW.date(), showtimes), AtCounter(NOW, LANE, True)


class Engine:
    def greeting(self, asker: Asker) -> tuple[Event, ...]:
        return Status(NOW, (LANE,), "redeem"), Recent(NOW), AtCounter(NOW, LANE)

    async def on_command(self, command: Command, asker: Asker) -> None:
        pass


async def arrows(terminal: Terminal, many: int) -> list[float]:
    """Right and left, down and up: the seat under the cursor is named in the frame."""
    times_ms = []
    steps = (("\x1b[C", "K16"), ("\x1b[B", "L16"), ("\x1b[D", "L15"), ("\x1b[A", "K15"))
    for n in range(many):
        key, seat = steps[n % len(steps)]
        began_s = time.perf_counter()
        terminal.type(key)
        times_ms.append((await terminal.shows(f"{seat}: ") - began_s) * 1000)
        await asyncio.sleep(0.01)
    return times_ms


async def letters(terminal: Terminal, many: int) -> list[float]:
    """Letters of a film, one after the other, and back again: the list says what it is narrowed to."""
    times_ms = []
    word = "lighthouse 20"
    typed = ""
    for n in range(many):
        back = n % (2 * len(word)) >= len(word)
        typed = typed[:-1] if back else word[: len(typed) + 1]
        began_s = time.perf_counter()
        terminal.type("\x7f" if back else typed[-1])
        times_ms.append((await terminal.shows(f"{typed}█" if typed else f"· {SHOWTIMES} showtimes") - began_s) * 1000)
    return times_ms


async def main(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kiosk") as folder:
        engine, server = Engine(), LinkServer(Path(folder) / "gate.sock")
        async with server:
            await server.let_in(engine.greeting, engine.on_command)
            terminal = Terminal(server.path, asked.columns, asked.rows)
            try:
                await terminal.shows("scan a ticket")
                print(f"{asked.columns}x{asked.rows}, {SEAT_ROWS * SEATS} seats, {SHOWTIMES} showtimes")
                for event in day():
                    server.tell(event)
                await terminal.shows(f"{SHOWTIMES} showtimes")
                waiting_ms = LONE_AFTER_S * 1000
                before_s = terminal.cpu_s()
                filtered = await letters(terminal, asked.keys // 4)
                cpu_ms = (terminal.cpu_s() - before_s) * 1000 / len(filtered)
                told(f"letter until painted ({waiting_ms:.0f} ms of it waiting)", filtered)
                told("the same, after the wait", [taken - waiting_ms for taken in filtered])
                print(f"    {cpu_ms:.1f} ms of CPU a letter")
                for event in order():
                    server.tell(event)
                await terminal.shows("K15: ")
                before_s = terminal.cpu_s()
                told("arrow key until painted, on the plan", await arrows(terminal, asked.keys))
                print(f"    {(terminal.cpu_s() - before_s) * 1000 / asked.keys:.1f} ms of CPU a key")
            finally:
                terminal.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("keys", 200), ("columns", 120), ("rows", 40)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asyncio.run(main(parser.parse_args()))
