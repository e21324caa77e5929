"""Stand-ins for the outside world that keep their own books: a clock, an office, a feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.events import Decided, Event
from kiosk.domain.reply import Declined, Done, Failed, Found, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CODE = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"


class FakeClock:
    """Time that stands still until it is moved. A sleep moves it, and lets others run."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic_s = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic_s

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)
        await asyncio.sleep(0)

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def jump(self, seconds: float) -> None:
        """The wall clock is set; the monotonic one is not."""
        self._now += timedelta(seconds=seconds)


class Fault(StrEnum):
    """What may happen to one request."""

    NONE = "none"
    OFFLINE = "offline"
    DROPPED = "dropped before it was applied"
    LOST = "applied, answer lost"
    LATE = "applied some seconds later, nobody listens any more"
    REFUSED = "refused"
    ERROR = "5xx, not applied"
    ERROR_APPLIED = "5xx, applied all the same"
    RATE_LIMITED = "429"
    FORBIDDEN = "403"
    EMPTY_DONE = "200 that shows the booking unredeemed, not applied"


LATE_S = 6.0
ANSWER_S = 0.02


@dataclass
class FakeOffice:
    """An office in memory. `codes` finds bookings by uuid; `books` are the redemptions that really happened."""

    clock: FakeClock
    name: str = "octo"
    is_test: bool = False
    skew: timedelta = timedelta()
    bookings: dict[str, Booking] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    books: list[tuple[str, datetime]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    look_up_faults: list[Fault] = field(default_factory=list)
    redeem_faults: list[Fault] = field(default_factory=list)
    always: Fault = Fault.NONE
    on_request: Callable[[str], None] = lambda route: None
    _late: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def office_ahead(self) -> timedelta:
        return self.skew

    def add(self, code: str, *bookings: Booking) -> None:
        self.bookings |= {booking.uuid: booking for booking in bookings}
        self.codes[code] = tuple(booking.uuid for booking in bookings)

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        fault = self._begin("look_up", self.look_up_faults)
        if fault is not Fault.NONE:
            return self._failed(fault, within_s, write=False)
        self.clock.move(ANSWER_S)
        await asyncio.sleep(0)
        return Found(tuple(self.bookings[uuid] for uuid in self.codes.get(code, ())), "River Cruises")

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        fault = self._begin(mode.value, self.redeem_faults)
        await asyncio.sleep(0)
        uuids = [booking.uuid for booking in bookings]
        if fault is Fault.LATE:
            self._late += [(self.clock.now() + timedelta(seconds=LATE_S), uuid) for uuid in uuids]
        if fault in (Fault.LOST, Fault.ERROR_APPLIED):
            self._apply_open(uuids)
        if fault is Fault.EMPTY_DONE:
            return Done(tuple(self.bookings[uuid] for uuid in uuids))
        if fault is Fault.REFUSED:
            self.clock.move(ANSWER_S)
            return Declined("not now", "BAD_REQUEST")
        if fault is not Fault.NONE:
            return self._failed(fault, within_s, write=True)
        self.clock.move(ANSWER_S)
        if mode is Mode.REDEEM and any(not self.bookings[uuid].redeemable for uuid in uuids):
            return Declined("cannot be redeemed", "BAD_REQUEST")
        self._apply_open(uuids)
        return Done(tuple(self.bookings[uuid] for uuid in uuids))

    def redeem_elsewhere(self, uuid: str) -> None:
        """Another gate, not ours."""
        self._apply(uuid, self.clock.now(), book=False)

    def settle_late(self) -> None:
        """Carry out what has been on its way for long enough."""
        due = [(at, uuid) for at, uuid in self._late if at <= self.clock.now()]
        self._late = [(at, uuid) for at, uuid in self._late if at > self.clock.now()]
        for at, uuid in due:
            self._apply_open([uuid], at)

    def _begin(self, route: str, faults: list[Fault]) -> Fault:
        self.settle_late()
        self.requests.append(route)
        self.on_request(route)
        return faults.pop(0) if faults else self.always

    def _failed(self, fault: Fault, within_s: float, *, write: bool) -> Failed:
        match fault:
            case Fault.OFFLINE:
                return Failed(Doubt.OFFLINE)
            case Fault.RATE_LIMITED:
                return Failed(Doubt.RATE_LIMITED, retry_after_s=5.0)
            case Fault.FORBIDDEN:
                return Failed(Doubt.NOT_AUTHORISED)
            case Fault.ERROR | Fault.ERROR_APPLIED | Fault.EMPTY_DONE | Fault.REFUSED:
                return Failed(Doubt.OFFICE_ERROR, may_have_applied=write)
            case _:
                self.clock.move(within_s)
                return Failed(Doubt.NO_ANSWER, may_have_applied=write)

    def _apply_open(self, uuids: Sequence[str], at: datetime | None = None) -> None:
        for uuid in uuids:
            if self.bookings[uuid].redeemable:
                self._apply(uuid, at or self.clock.now(), book=True)

    def _apply(self, uuid: str, at: datetime, *, book: bool) -> None:
        stamp = (at + self.skew).replace(microsecond=0)
        self.bookings[uuid] = replace(self.bookings[uuid], redeemable=False, status="REDEEMED", redeemed_at=stamp)
        if book:
            self.books.append((uuid, at))


class Listener:
    """A feed that remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)

    @property
    def decided(self) -> list[Decided]:
        return [event for event in self.events if isinstance(event, Decided)]


def booking(uuid: str = "b1", **changes: object) -> Booking:
    """A redeemable booking for today: two adults and a child."""
    plain = Booking(
        reference=f"REF{uuid.upper()}",
        uuid=uuid,
        redemption_code=f"connect_{uuid}|x,booking_,y",
        redeemable=True,
        status="CONFIRMED",
        supplier="River Cruises",
        product="London River Cruise Return",
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=2),
        units=(
            UnitItem(f"{uuid}-1", "Adult"),
            UnitItem(f"{uuid}-2", "Adult"),
            UnitItem(f"{uuid}-3", "Child"),
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
