"""What the desks need from the outside world. One contract test suite for each Protocol, run on all of its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, Missing, RedeemableItem, TakeHome
from kiosk.domain.attempt import Attempt, Entry, Mode
from kiosk.domain.booking import Booking
from kiosk.domain.cinema import (
    BookingMode,
    CarriedOut,
    CinemaReply,
    CompletedOrder,
    Completion,
    Extended,
    FoundSeats,
    Order,
    OrderVoucher,
    Programme,
    Site,
    TicketChoice,
    TicketPrice,
)
from kiosk.domain.events import Event, Preview, Scan, SourceStatus
from kiosk.domain.issuing import wanted as issuing
from kiosk.domain.issuing.job import Accepted, Note
from kiosk.domain.issuing.tokens import Resolution
from kiosk.domain.listing import BookingsPage, ListedBooking, Wanted
from kiosk.domain.offline import Listed, ListState
from kiosk.domain.pins import PinResult
from kiosk.domain.reply import Failed, LookUpReply, RedeemReply
from kiosk.domain.seating import SeatAvailability, SeatPlan
from kiosk.domain.secret import Secret
from kiosk.domain.signalling import Cue
from kiosk.domain.voucher import Conversation


class Clock(Protocol):
    """Time, passed in so that tests own it."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class TicketOffice(Protocol):
    """Where tickets are looked up and redeemed: one or several suppliers behind one door.

    No method raises for what an office or a network may do: that is a reply. Every call ends within `within_s`
    seconds, whatever the network does. A write is never repeated.
    """

    @property
    def name(self) -> str: ...

    @property
    def office_ahead(self) -> timedelta:
        """The office's clock minus ours, from the last reply's Date header; zero where unknown."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether the office said that it works in its test environment, where barcodes do not redeem."""
        ...

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        """Every booking that a code matches. With `supplier` only that one is asked."""
        ...

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        """Redeem (or validate) bookings of one look-up, of one supplier; together, where the vendor allows."""
        ...


class Undoing(Protocol):
    """An office that can take a redemption back."""

    async def cancel(self, bookings: Sequence[Booking], *, no_show: bool, within_s: float) -> RedeemReply:
        """Take the redemption of these bookings back, or mark their guests as not come. Asked once.

        Done carries the bookings as they are now. As with `redeem`, a lost answer must be looked up.
        """
        ...


SearchField = Literal["reference", "email", "mobile"]
"""What a guest without a barcode may know."""


class Searching(Protocol):
    """An office that finds bookings by what a guest knows."""

    async def search(self, field: SearchField, text: str, *, within_s: float) -> LookUpReply:
        """Contacts are neither returned nor kept."""
        ...


class ListSearching(Protocol):
    """A day's list that can be searched by a reference."""

    async def search(self, text: str) -> tuple[Booking, ...]:
        """Bookings whose reference begins with a text of three characters or more. Never raises."""
        ...


class CinemaOffice(Protocol):
    """A cinema's office: showtimes, orders, and the vouchers redeemed by them.

    No method raises for what an office or a network may do: that is a reply. Every call ends within `within_s`
    seconds. A read is asked again by itself where that helps; a write never is, and where its answer is lost
    (`Failed.may_have_applied`) the order's state says what became of it. `Failed.retry_after_s` of zero: the office
    did not take this request for want of a valid token, which has been renewed since; it may be asked again at once.
    """

    async def sites(self, *, within_s: float) -> CinemaReply[tuple[Site, ...]]:
        """The cinemas that this user may sell for."""
        ...

    async def showtimes(
        self, business_date: date | Literal["first"], site_ids: Sequence[str], *, within_s: float
    ) -> CinemaReply[Programme]:
        """The showtimes of a business date, or of the first that has any."""
        ...

    async def ticket_prices(self, showtime_id: str, *, within_s: float) -> CinemaReply[tuple[TicketPrice, ...]]:
        """Every price of a showtime, those included that must be hidden: see `cinema.prices_for`."""
        ...

    async def create_order(self, site_id: str, mode: BookingMode, *, within_s: float) -> CinemaReply[Order]:
        """Begin an order. Where the answer is lost, an order may stand that nobody knows; it expires by itself."""
        ...

    async def get_order(self, order_id: str, *, within_s: float) -> CinemaReply[Order]:
        """An order in progress. Gone: it has expired, was deleted, or is completed."""
        ...

    async def add_voucher(
        self, order_id: str, barcode: str, pin: Secret, showtime_id: str, *, within_s: float
    ) -> CinemaReply[OrderVoucher]:
        """Put a voucher on an order; that uses nothing up. An empty pin is not sent. Gone: the order is."""
        ...

    async def remove_voucher(self, order_id: str, voucher_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        """Take a voucher off, by the order's id of it. Its tickets must have been cleared before."""
        ...

    async def seat_layout(self, layout_id: str, *, within_s: float) -> CinemaReply[SeatPlan]: ...

    async def seat_availability(
        self, order_id: str, showtime_id: str, *, within_s: float
    ) -> CinemaReply[SeatAvailability]:
        """As an order sees it; about two seconds late."""
        ...

    async def set_showtime(
        self, order_id: str, showtime_id: str, tickets: Sequence[TicketChoice], seats: Sequence[str], *, within_s: float
    ) -> CinemaReply[Order]:
        """Set (replace) what the order holds of a showtime; nothing clears it. Without seats the office allocates."""
        ...

    async def extend(self, order_id: str, *, within_s: float) -> CinemaReply[Extended]:
        """Start the order's time again."""
        ...

    async def delete_order(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        """Give an order up: its seats are free at once, its vouchers unused. Gone is as good; asking again is safe."""
        ...

    async def complete(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        """Complete an order: redeems its vouchers, cannot be undone. A lost answer: ask for `completion` first."""
        ...

    async def completion(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        """How far the completion is. Gone: none was ever begun, or the order is no more."""
        ...

    async def completed_order(self, order_id: str, *, within_s: float) -> CinemaReply[CompletedOrder]:
        """A completed order, by the id it had in progress. Gone: it is not completed."""
        ...

    async def seats_by_barcode(self, site_id: str, barcode: str, *, within_s: float) -> CinemaReply[FoundSeats]:
        """The seats of an existing order, by a booking's or a transaction's barcode. Gone: there is none."""
        ...

    async def mark_collected(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        """Mark a completed order as handed over. Refused with status 400: it was already."""
        ...


class AssetOffice(Protocol):
    """What a cinema's office hands out for a completed order. No method raises; every call ends within `within_s`."""

    async def google_pass(self, order_id: str, *, within_s: float) -> GooglePass | Missing: ...

    async def apple_passes(self, order_id: str, *, within_s: float) -> ApplePasses | Missing: ...

    async def calendar(self, order_id: str, *, within_s: float) -> CalendarFile | Missing: ...

    async def redeemable_items(self, order_id: str, *, within_s: float) -> tuple[RedeemableItem, ...] | Missing:
        """Of a gift-shop order; of any other there are none."""
        ...

    async def link_opened(self, order_id: str, *, within_s: float) -> bool | Missing:
        """Whether the guest has opened the office's link to this order."""
        ...


class Pages(Protocol):
    """Where a guest's phone takes things along from: one page an order, for a while."""

    def put(self, order_id: str, take_home: TakeHome) -> str:
        """The address of an order's page, which nobody can guess; empty where none can be had now."""
        ...

    def is_seen(self, order_id: str) -> bool:
        """Whether a phone has opened it."""
        ...


class DayList(Protocol):
    """The bookings of today and tomorrow, fetched while the office answers."""

    async def find(self, code: str) -> Listed:
        """What the list knows about a code. Never raises: a list that cannot be read knows nothing."""
        ...


class BookingsListing(Protocol):
    """An office that lists a supplier's bookings, page by page."""

    @property
    def office_ahead(self) -> timedelta:
        """As a `TicketOffice` has it: times of changes are in the office's clock."""
        ...

    async def bookings_page(
        self, supplier: str, wanted: Wanted, page: int, *, within_s: float
    ) -> BookingsPage | Failed:
        """One page, the first is 1. Raises nothing for what an office or a network may do."""
        ...


class DayListWriting(Protocol):
    """Filling the day's list: each day of a supplier in a pass from its first page to its last, then only changes.

    What one call writes is there whole or not at all, and survives a restart. A pass never takes anything away from a
    list before it has come to its end. Methods raise JournalError where the list cannot be written; it may be empty
    afterwards.
    """

    async def states(self) -> tuple[ListState, ...]:
        """How much is on the list. Never raises."""
        ...

    async def begin(self, supplier: str, day: date, now: datetime) -> int:
        """Begin a pass, or go on with one that was cut off: the page to ask for."""
        ...

    async def put_page(self, supplier: str, day: date, number: int, page: BookingsPage) -> None:
        """Take in the page that was asked for."""
        ...

    async def finish(self, supplier: str, day: date) -> ListState:
        """End a pass. The list is complete where it holds as many bookings as the office has sent."""
        ...

    async def update(self, supplier: str, bookings: Sequence[ListedBooking], as_of: datetime, *, is_last: bool) -> None:
        """Take in bookings that have changed. `is_last`: with these, nothing before `as_of` (our clock) is missing."""
        ...

    async def forget(self, before: date) -> None:
        """Drop earlier days."""
        ...


class Journal(Protocol):
    """The record. Rows are appended, never updated or deleted. Every method raises JournalError when it cannot."""

    async def append(self, *entries: Entry) -> None:
        """Write rows, all or none. Durable when it returns."""
        ...

    async def take_turn(self) -> None:
        """Wait behind what is being written, and write nothing: it returns while the writer moves.

        A disk that fails is no reason to raise: rows are refused then, and the writer moves all the same.
        """
        ...

    async def attempts_of(self, code: str, bookings: Sequence[Booking] = ()) -> tuple[Attempt, ...]:
        """Attempts made with this very code, or about any of these bookings; oldest first."""
        ...

    async def open_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that are intended or owed, by door time."""
        ...

    async def parked_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that wait for a supervisor, by door time."""
        ...

    async def was_cut_off_after(self, attempt: str) -> bool:
        """Whether the engine was cut off right after the guest of this attempt was told: no later verdict of that lane
        and no orderly stop stands between it and the next start."""
        ...


class ConversationJournal(Protocol):
    """The part of the record that the voucher desk needs. Every method raises JournalError when it cannot."""

    async def append(self, *entries: Entry) -> None:
        """As a `Journal` does. Raises TransitionError for a turn that cannot follow; nothing is written then."""
        ...

    async def open_conversations(self) -> tuple[Conversation, ...]:
        """Those that have not come to an end, in the order in which they were begun."""
        ...

    async def conversations_of(self, code: str) -> tuple[Conversation, ...]:
        """Those on whose order a voucher is, or was to the end, in the order in which they were begun."""
        ...


class VoucherManagement(Protocol):
    """Where vouchers are issued: clients, their orders, distributions. Every write is answered with tokens.

    Promises what a `CinemaOffice` does. A write is asked once, whatever becomes of it: there is no idempotency key.
    """

    async def submit(self, wanted: issuing.Wanted, *, within_s: float) -> CinemaReply[Accepted]:
        """Ask for something to be issued. A success without a token is no answer: it may have been applied."""
        ...

    async def resolve(self, tokens: Sequence[str], *, within_s: float) -> CinemaReply[tuple[Resolution, ...]]:
        """What has become of tokens, all in one call. A read. What the office does not name is not there."""
        ...


class JobRecord(Protocol):
    """The record of one issuing job. Every method raises JournalError when it cannot."""

    async def append(self, *entries: Entry) -> None:
        """As a `Journal` does. Raises TransitionError for a note that cannot follow; nothing is written then."""
        ...

    async def notes(self) -> tuple[Note, ...]:
        """Everything noted of it, in order."""
        ...


class BarcodeSource(Protocol):
    """Something that reads barcodes. `scans` ends when the source is exhausted (a file, standard input).

    A device that is lost and comes back is the source's own affair: it raises SourceError only when it cannot ever
    work, and otherwise tells `on_status` and tries again.
    """

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]: ...

    async def close(self) -> None: ...


class Asker(Protocol):
    """Who has given a command: one screen's connection, or a command of the shell, as long as it lives.

    `name` is what it called itself when it joined. `answer` tells it an event that nobody else hears; of an event that
    is answered, secrets are written out.
    """

    @property
    def name(self) -> str: ...

    def answer(self, event: Event) -> None: ...


class PinCheck(Protocol):
    """Knows the PINs of staff."""

    async def check(self, name: str, pin: Secret) -> PinResult:
        """Whether it is their PIN; slower after every wrong one. Never raises, and never holds up the loop."""
        ...


class Feed(Protocol):
    """Where events are told. Never blocks and never raises: a slow viewer loses events, a scan loses no time."""

    def tell(self, event: Event) -> None: ...


class Signal(Protocol):
    """Something that tells a guest without a screen: a loudspeaker, a lamp, a turnstile. Driven by one thread of its
    own, so every method may block. Each raises SignalError where the device does not do what it is told."""

    @property
    def name(self) -> str: ...

    def open(self) -> None:
        """Take the device, and put it into its safe state: silent, dark, closed."""
        ...

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        """Carry a cue out, then be safe again. `wait` sleeps for so many seconds; false: stop here, something newer has
        come or it is time to end."""
        ...

    def close(self) -> None:
        """Be safe, and give the device back. Never raises."""
        ...
