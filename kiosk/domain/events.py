"""The feed: what the engine tells everyone who watches. The screen, the JSON lines and the lamp see only this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.assets import RedeemableItem
from kiosk.domain.code import Code
from kiosk.domain.issuing.events import IssueJobs, ListIssues
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Verdict
from kiosk.domain.voucher_events import VoucherCommand, VoucherEvent


@dataclass(frozen=True, slots=True)
class Scan:
    """A code has come in from a source. `text` as it came, before anyone has judged it; `at` when it was read."""

    text: str
    source: str
    at: datetime
    lane: str = ""
    symbology: str | None = None
    typed: bool = False
    """Typed by hand in the manual-entry dialog."""


@dataclass(frozen=True, slots=True)
class Checking:
    """A code is being looked up: told at once, so that nobody wonders whether it was read."""

    at: datetime
    scan_id: str
    lane: str
    source: str
    code: Code


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict. `code` is None where it was unreadable; `repeated_s`: the standing verdict is that old.

    `elapsed_ms` from the scan to this event, `office_ms` of it spent waiting for offices, all calls together.
    """

    at: datetime
    scan_id: str
    lane: str
    source: str
    code: Code | None
    verdict: Verdict
    symbology: str | None = None
    repeat: bool = False
    repeated_s: float | None = None
    office: str | None = None
    supplier: str | None = None
    elapsed_ms: float = 0.0
    office_ms: float = 0.0
    looked: bool = False
    """Only looked at: nothing was redeemed, and nothing may be chosen."""


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Staff put a verdict or a choice away."""

    at: datetime
    lane: str
    scan_id: str


@dataclass(frozen=True, slots=True)
class SourceLost:
    at: datetime
    source: str
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SourceBack:
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class OfficeDown:
    at: datetime
    office: str
    supplier: str
    doubt: str


@dataclass(frozen=True, slots=True)
class OfficeUp:
    at: datetime
    office: str
    supplier: str


@dataclass(frozen=True, slots=True)
class OwedChanged:
    """How much is owed to the office, and since when: `owed` on the wire."""

    at: datetime
    count: int
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptSettled:
    """An owed attempt came to its end: `settled` on the wire. `outcome` is a word of `attempt.Outcome`, or `parked`."""

    at: datetime
    attempt: str
    outcome: str
    references: tuple[str, ...] = ()
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine takes scans."""

    at: datetime
    lanes: tuple[str, ...]
    mode: str
    version: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopping:
    at: datetime


# ── for screens only: on the socket, never on the standard output of a headless gate ──


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """One supplier's office. `env` is what the reply's header says (`live`, `test`), empty where unknown."""

    name: str
    up: bool | None = None
    env: str = ""
    since: datetime | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """`shown`: tickets held up to a camera during the last hour; `first_reads`: those of them read at once."""

    name: str
    kind: str
    up: bool = True
    what: str = ""
    shown: int = 0
    first_reads: int = 0


@dataclass(frozen=True, slots=True)
class ListStatus:
    """How much of one supplier's bookings of one day (ISO date) is on the list for bad times."""

    supplier: str
    day: str
    bookings: int = 0
    expected: int | None = None
    complete: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Where things stand: sent on joining and when any of it changes. Times in milliseconds, of the last 100 scans."""

    at: datetime
    lanes: tuple[str, ...]
    mode: str
    offices: tuple[OfficeStatus, ...] = ()
    sources: tuple[SourceStatus, ...] = ()
    owed: int = 0
    oldest_owed_at: datetime | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    journal_ok: bool = True
    notices: tuple[str, ...] = ()
    offline_since: datetime | None = None
    parked: int = 0
    """Attempts that wait for a supervisor."""
    clock: str = ""
    """A word of `clock.ClockState`; empty where it is not watched."""
    lists: tuple[ListStatus, ...] = ()
    looking: tuple[str, ...] = ()
    """Lanes that only look and redeem nothing."""
    fault: str = ""
    """A word of `out_of_order.Fault` while nobody can be served; empty where somebody can."""
    issuing: int = 0
    """Issuing jobs of this machine, those included that have ended."""


@dataclass(frozen=True, slots=True)
class Recent:
    """The last verdicts, oldest first, and the choices that still wait for staff: sent on joining."""

    at: datetime
    decided: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A small grey picture of what a camera sees: `width * height` bytes, row by row, 0 black to 255 white."""

    at: datetime
    source: str
    width: int
    height: int
    grey: bytes = field(repr=False)
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of a command that a screen has given. `about` is the command's name on the wire, `word` `done`, or why
    not (a word of `undo.UndoRefusal` or of a doubt); `note` the office's own text."""

    at: datetime
    lane: str
    about: str
    word: str
    note: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParkedAttempt:
    """One that waits for a supervisor: who was let in, when and where, and what the office says instead."""

    id: str
    lane: str
    opened_at: datetime
    references: tuple[str, ...] = ()
    product: str = ""
    pax: int = 0
    was_admitted: bool = False
    why: str = ""
    conflict: bool = False
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParkedList:
    at: datetime
    attempts: tuple[ParkedAttempt, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeHomeOffered:
    """A guest's phone may take the ticket along: `link` is to be shown to it as a QR code, and to nobody else.

    `is_page`: it leads to our hand-over page, otherwise to the Google Wallet. Shown until `until`, or `TakeHomeEnded`.
    """

    at: datetime
    lane: str
    offer: str
    link: str = field(repr=False)
    is_page: bool
    until: datetime
    film: str = ""


@dataclass(frozen=True, slots=True)
class GiftCards:
    """The cards of a gift-shop order in full: answered to the one who has asked and may see them, never told to all.

    `lack` is a word of `assets.Lack` where they could not be had.
    """

    at: datetime
    cards: tuple[RedeemableItem, ...] = ()
    lack: str = ""


@dataclass(frozen=True, slots=True)
class TakeHomeEnded:
    """The code is to be shown no longer. `why` is a word of `assets.Ended`."""

    at: datetime
    lane: str
    offer: str
    why: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What one screen may do, and who is signed in at it: told to that screen alone. `may` are words of `roles.Action`.

    `guarded`: the house has PINs. `word` says why it is told: empty (so it stands), `signed_in`, `signed_out`, `ended`
    (idle for too long), `wrong`, `wait`, `no_pins`, `not_allowed`, `journal_failed`, `leave` (the screen may close);
    `action` what was not allowed, `wait_s` after how many seconds the next PIN is heard.
    """

    at: datetime
    guarded: bool = False
    may: tuple[str, ...] = ()
    by: str = ""
    role: str = "guest"
    word: str = ""
    action: str = ""
    wait_s: float = 0.0


Event = (
    Checking | Decided | Dismissed | SourceLost | SourceBack | OfficeDown | OfficeUp | OwedChanged | AttemptSettled
    | Ready | Stopping | Status | Recent | Preview | Noted | ParkedList | Rights | VoucherEvent | TakeHomeOffered
    | TakeHomeEnded | IssueJobs | GiftCards
)  # fmt: skip


# ── commands: what a screen may ask of the engine ──


@dataclass(frozen=True, slots=True)
class Submit:
    """A code read by the screen's keyboard wedge, or typed by hand."""

    text: str
    lane: str = ""
    source: str = "wedge"
    typed: bool = False


@dataclass(frozen=True, slots=True)
class ChooseBookings:
    """Redeem these of a choice: positions in its options, from 0."""

    scan_id: str
    picked: tuple[int, ...]
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Put the verdict or choice of a scan away."""

    scan_id: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class WatchPreview:
    """Start or stop sending camera pictures to this screen."""

    on: bool


@dataclass(frozen=True, slots=True)
class LookOnly:
    """Look tickets up and redeem nothing, or go back to work."""

    on: bool
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what a scan of this lane has redeemed. Raises nothing: `Noted` tells what came of it.

    `reference`: the booking's, where there is no scan to name.
    """

    scan_id: str
    why: str
    by: str = ""
    no_show: bool = False
    lane: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Bookings by what a guest without a barcode knows. `field`: `reference`, `email` or `mobile`."""

    text: str
    field: str = "reference"
    lane: str = ""


@dataclass(frozen=True, slots=True)
class ListParked:
    """Ask for those that wait for a supervisor."""


@dataclass(frozen=True, slots=True)
class SettleParked:
    """A person has settled one of them, with a reason and a name."""

    attempt: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ParkOwed:
    """A person takes an owed attempt out of the machine's hands."""

    attempt: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Staff at this screen say who they are. Answered with `Rights`."""

    name: str
    pin: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignOut:
    """Whoever is signed in at this screen leaves it."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Close a locked screen. Answered with `Rights`: `leave`, or `not_allowed`."""


@dataclass(frozen=True, slots=True)
class SeeGiftCards:
    """The numbers and PINs of a gift-shop order's cards, in full. Answered with `GiftCards`, or refused by `Rights`."""

    order: str


Command = (
    Submit | ChooseBookings | Dismiss | WatchPreview | LookOnly | Undo | Search | ListParked | SettleParked
    | ParkOwed | SignIn | SignOut | Leave | VoucherCommand | ListIssues | SeeGiftCards
)  # fmt: skip
