"""What is offered to a guest's phone after a redemption: when, which link, and when it is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from kiosk.desks.assets import AssetDesk
from kiosk.desks.taking_home import TakingHome
from kiosk.domain.assets import Missing, TakeHome
from kiosk.domain.cinema import CompletedOrder, SeatsOfShowtime
from kiosk.domain.events import Event, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.redeeming import Done
from kiosk.domain.voucher import Conversation, Held, Showing, Stage
from kiosk.domain.voucher_events import AtCounter, Phase
from tests.desks.assets_fake import FakeAssets
from tests.fakes import NOON, FakeClock

LANE = "Gate A"


@dataclass
class FakePages:
    """`link` empty: nobody is served."""

    link: str = "HTTP://10.0.0.1:8080/ABC"
    put_there: dict[str, TakeHome] = field(default_factory=dict)
    seen: bool = False

    def put(self, order_id: str, take_home: TakeHome) -> str:
        self.put_there[order_id] = take_home
        return self.link

    def is_seen(self, order_id: str) -> bool:
        return self.seen


class Home:
    """A desk, and what it has told."""

    def __init__(self, office: FakeAssets | None = None, pages: FakePages | None = None) -> None:
        self.office, self.clock = office or FakeAssets(), FakeClock()
        self.told: list[Event] = []
        self.desk = TakingHome(AssetDesk(self.office, 5.0), pages, self, self.clock, lambda: f"offer-{len(self.told)}")

    def tell(self, event: Event) -> None:
        self.told.append(event)

    async def until_told(self, count: int) -> None:
        for _ in range(5000):
            if len(self.told) >= count:
                return
            await asyncio.sleep(0)
        raise AssertionError(self.told)


def done(order_id: str = "order-1", order: CompletedOrder | None = None) -> Done:
    showing = Showing("0002", "0002-2681", "The Long Take", NOON, "Paid")
    held = Held(2, ("C5", "C6"))
    return Done(Conversation("c", Stage.DONE, LANE, NOON, NOON, showing, order_id, held=held), order)


async def test_the_page_is_offered_with_all_that_there_is_until_it_is_seen() -> None:
    pages = FakePages()
    home = Home(pages=pages)
    home.desk.begin(done())
    await home.until_told(1)
    offered = home.told[0]
    assert isinstance(offered, TakeHomeOffered)
    assert (offered.link, offered.is_page, offered.film) == (pages.link, True, "The Long Take")
    assert pages.link not in repr(offered)
    assert home.desk.open == (offered,)
    (put,) = pages.put_there.values()
    assert put.showtimes == (SeatsOfShowtime("0002-2681", "The Long Take", "", NOON, ("C5", "C6")),)
    pages.seen = True
    await home.until_told(2)
    assert home.told[1] == TakeHomeEnded(home.clock.now(), LANE, offered.offer, "opened")
    assert not home.desk.open


async def test_the_completed_order_says_what_it_is_for_where_it_could_be_read() -> None:
    pages = FakePages()
    told = SeatsOfShowtime("0002-2681", "The Long Take", "Screen 3", NOON, ("C5",))
    home = Home(pages=pages)
    home.desk.begin(done(order=CompletedOrder("order-1", showtimes=(told,))))
    await home.until_told(1)
    assert pages.put_there["order-1"].showtimes == (told,)


@pytest.mark.parametrize("pages", [None, FakePages(link="")])
async def test_without_a_page_the_wallets_own_link_is_shown_until_the_office_says_it_is_opened(
    pages: FakePages | None,
) -> None:
    home = Home(pages=pages)
    home.desk.begin(done())
    await home.until_told(1)
    offered = home.told[0]
    assert isinstance(offered, TakeHomeOffered)
    assert (offered.link, offered.is_page) == ("https://x.example/", False)
    home.office.opened = True
    await home.until_told(2)
    assert isinstance(home.told[1], TakeHomeEnded)
    assert home.told[1].why == "opened"


async def test_after_a_time_it_is_over_and_the_office_was_not_asked_all_the_time() -> None:
    home = Home(pages=FakePages())
    home.desk.begin(done())
    await home.until_told(2)
    assert isinstance(home.told[1], TakeHomeEnded)
    assert (home.told[1].why, (home.clock.now() - NOON).total_seconds()) == ("lapsed", 120)
    assert home.office.asked_opened == 40


@pytest.mark.parametrize("pages", [None, FakePages()])
async def test_nothing_to_take_along_is_nothing_to_show(pages: FakePages | None) -> None:
    home = Home(FakeAssets(has_any=False), pages)
    home.desk.begin(done())
    for _ in range(200):
        await asyncio.sleep(0)
    assert home.told == []
    assert pages is None or not pages.put_there


async def test_the_next_guest_ends_it_at_this_lane_alone() -> None:
    home = Home(pages=FakePages())
    home.desk.begin(done())
    await home.until_told(1)
    for event in (AtCounter(NOON, LANE, phase=Phase.TICKET), AtCounter(NOON, "Gate B", phase=Phase.ORDER)):
        home.desk.tell(event)
    assert len(home.desk.open) == 1
    home.desk.tell(AtCounter(NOON, LANE, phase=Phase.SHOWTIMES))
    assert isinstance(home.told[-1], TakeHomeEnded)
    assert home.told[-1].why == "replaced"
    assert not home.desk.open


async def test_a_second_order_at_the_lane_takes_the_firsts_place() -> None:
    home = Home(pages=FakePages())
    home.desk.begin(done())
    await home.until_told(1)
    home.desk.begin(done("order-2"))
    await home.until_told(3)
    assert [type(event).__name__ for event in home.told[:3]] == ["TakeHomeOffered", "TakeHomeEnded", "TakeHomeOffered"]


async def test_an_office_that_breaks_costs_a_code_and_nothing_else() -> None:
    home = Home(FakeAssets(broken=("google", "apple", "calendar", "opened")), FakePages())
    home.desk.begin(done())
    for _ in range(200):
        await asyncio.sleep(0)
    assert home.told == []
    assert all(isinstance(one, Missing) for one in [(await home.desk.assets.fetch("o")).google])


async def test_at_the_end_nothing_goes_on() -> None:
    home = Home(pages=FakePages())
    running = asyncio.create_task(home.desk.run())
    home.desk.begin(done())
    await home.until_told(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not home.desk._offers
