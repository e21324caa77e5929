"""Every named fault at every step, with one lane and two, while the network is there, goes, is away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from itertools import product
from pathlib import Path

import pytest

from kiosk.desks import prefetch
from kiosk.domain.offline import OfflineAdmission
from kiosk.sandbox import FAULTS
from tests.faults.matrix import RIVER, Cell, Network, Step, post_at
from tests.faults.proxy import Cable

CUTS = [cable for cable in Cable if cable is not Cable.WHOLE]
EVERY_SCAN = (Step.LOOK_UP, Step.REDEMPTION, Step.LOOK_AGAIN)
ADMISSIONS = (OfflineAdmission.NEVER, OfflineAdmission.LISTED)


def cells(fault: str, lanes: int, network: Network) -> list[Cell]:
    """Those that one gate plays. The four ways to cut a cable take turns."""
    turn = list(FAULTS).index(fault) + lanes
    stories = enumerate(product(EVERY_SCAN, ADMISSIONS))
    return [
        Cell(fault, step, network, lanes, admission, CUTS[(turn + place) % len(CUTS)])
        for place, (step, admission) in stories
    ]


@pytest.mark.parametrize("network", Network)
async def test_nobody_twice_nobody_turned_away_nothing_owed(tmp_path: Path, network: Network) -> None:
    async def wrongs(fault: str, lanes: int) -> list[str]:
        async with post_at(tmp_path / f"{fault}-{lanes}") as post:
            return [wrong for cell in cells(fault, lanes, network) for wrong in await post.play(cell)]

    await none_in(wrongs(fault, lanes) for fault, lanes in product(FAULTS, (1, 2)))


@pytest.mark.parametrize(
    ("step", "network"),
    [
        (Step.CREDENTIALS, Network.ONLINE),
        (Step.CREDENTIALS, Network.COMING_BACK),
        (Step.PROBE, Network.COMING_BACK),
        (Step.LISTING, Network.DOWN),
    ],
)
async def test_nor_by_a_fault_beside_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Step, network: Network
) -> None:
    monkeypatch.setattr(prefetch, "PAGE_WITHIN_S", 1.0)

    async def wrongs(place: int, fault: str) -> list[str]:
        suppliers = None if step is Step.CREDENTIALS else (RIVER,)  # one alone is not asked about
        async with post_at(tmp_path / fault, suppliers=suppliers) as post:
            return await post.play(Cell(fault, step, network, 2, OfflineAdmission.LISTED, CUTS[place % len(CUTS)]))

    await none_in(wrongs(place, fault) for place, fault in enumerate(FAULTS))


async def none_in(plays: Iterable[Awaitable[list[str]]]) -> None:
    """Play them all at once: mostly they wait."""
    wrong = [one for some in await asyncio.gather(*plays) for one in some]
    assert not wrong, "\n".join(wrong)
