"""The bookings that the sandbox starts with, by name: every status and shape, dated relative to the start day."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle, islice

from kiosk.domain.verdict import Reason
from kiosk.sandbox.octo.bookings import Obstacle
from kiosk.sandbox.octo.clerk import Clerk, Stock
from kiosk.sandbox.samples import Sample

GOOD = 24
"""Plain bookings that a gate admits: `good-1` to `good-24`."""

_PARTIES = (
    ("cruise", ("adult", "adult", "child")),
    ("cruise", ("adult",)),
    ("dinner", ("adult", "senior")),
    ("museum", ("adult", "student")),
    ("cruise", ("adult", "adult")),
    ("lighthouse", ("adult", "child", "child")),
    ("bus", ("adult", "infant")),
    ("museum", ("youth",)),
)


def stock(now: datetime, seed: str, bookings: int = 0) -> Stock:
    """Everything anew. `bookings` more plain ones are made for benchmarks, all of River Cruises."""
    clerk = Clerk(now, seed)
    for write in (_good, _parties, _packages, _codes, _dates, _statuses, _used, _shapes, _unknown):
        write(clerk)
    clerk.stock.bulk = tuple(_bulk(clerk, bookings))
    return clerk.stock


def _good(clerk: Clerk) -> None:
    for number, (product, units) in enumerate(islice(cycle(_PARTIES), GOOD), 1):
        clerk.admit(f"good-{number}", clerk.book(f"good-{number}", product, units), "a plain booking for today")


def _parties(clerk: Clerk) -> None:
    party = clerk.book("party", "cruise", ("adult", "adult", "child"), ticket_codes=True)
    clerk.admit("party", party, "the voucher of a party whose tickets have codes of their own, too")
    for number, ticket in enumerate(party.tickets, 1):
        clerk.sample(
            f"party-ticket-{number}",
            ticket.code,
            (party,),
            f"one ticket of `party` ({ticket.unit_id}): the office answers with a reduced booking",
            units=(ticket.unit_id,),
        )
    tickets = clerk.book("tickets", "museum", ("adult", "adult"), voucher=False, ticket_codes=True)
    for number, ticket in enumerate(tickets.tickets, 1):
        clerk.sample(
            f"ticket-{number}",
            ticket.code,
            (tickets,),
            "one ticket of a booking without a voucher",
            units=(ticket.unit_id,),
        )
    part = clerk.book("part-used", "cruise", ("adult", "adult", "child"), ticket_codes=True)
    part.tickets[0].redeemed_at = part.updated_at = clerk.earlier_today(part.product)
    clerk.admit("part-used", part, "a party of which one has gone in already, by the voucher")
    clerk.admit("family", clerk.book("family", "cruise", ("family", "adult", "adult")), "a family ticket is four")


def _packages(clerk: Clerk) -> None:
    for name, used, what in (
        ("package", 1, "three bookings under one code, one of them used: staff choose"),
        ("package-one-left", 2, "three bookings under one code, two of them used"),
        ("package-used", 3, "three bookings under one code, all used"),
    ):
        code = clerk.mint.qr(name, name)
        content = (
            ("cruise", ("adult", "adult")),
            ("bus", ("adult", "adult")),
            ("dinner", ("adult", "adult")),
        )
        bookings = tuple(clerk.book(f"{name}-{product}", product, units, code=code) for product, units in content)
        for booking in bookings[3 - used :]:
            clerk.use(booking, clerk.earlier_today(booking.product))
        left = bookings[: 3 - used]
        if len(left) == 1:
            clerk.admit(name, left[0], what, found=bookings)
        elif left:
            clerk.sample(name, code, bookings, what, "choose")
        else:
            clerk.refuse(name, bookings[0], Reason.ALREADY_REDEEMED, what, found=bookings)


def _codes(clerk: Clerk) -> None:
    typed = clerk.book("reference", "cruise", ("adult",))
    clerk.sample("reference", typed.reference, (typed,), "the supplier's reference, as a guest reads it out")
    other = clerk.book("reseller", "cruise", ("adult", "child"), reseller_reference="VOUCHER-0123")
    clerk.sample("reseller", "VOUCHER-0123", (other,), "the reseller's reference")
    clerk.admit("hta", clerk.book("hta", "museum", ("adult",), code="HTA89203"), "a reseller's short code")
    ean = clerk.book("ean", "bus", ("adult",), code=clerk.mint.ean13("ean"))
    clerk.admit("ean", ean, "a code of thirteen digits, like an EAN")


def _dates(clerk: Clerk) -> None:
    clerk.admit("freesale", clerk.book("freesale", "bus", ("adult", "child")), "open-dated: no availability at all")
    clerk.admit("all-day", clerk.book("all-day", "museum", ("family",)), "all day, until the next midnight")
    clerk.admit("night", clerk.book("night", "night", ("adult", "senior")), "starts today, ends after midnight")
    tomorrow = clerk.book("tomorrow", "cruise", ("adult", "adult"), day=1)
    clerk.refuse("tomorrow", tomorrow, Reason.WRONG_DAY, "for tomorrow, which this office would redeem today")
    yesterday = clerk.book("yesterday", "lighthouse", ("adult",), day=-1)
    yesterday.block = Obstacle("WRONG_DATE", f"Only valid on {yesterday.local_date:%d %B}")
    clerk.refuse("yesterday", yesterday, Reason.WRONG_DAY, "for yesterday, and the office says so")


def _statuses(clerk: Clerk) -> None:
    for name, status, reason in (
        ("cancelled", "CANCELLED", Reason.CANCELLED),
        ("rebooked", "REBOOKED", Reason.CANCELLED),
        ("upgraded", "UPGRADED", Reason.CANCELLED),
        ("expired", "EXPIRED", Reason.EXPIRED),
        ("on-hold", "ON_HOLD", Reason.NOT_CONFIRMED),
        ("pending", "PENDING", Reason.NOT_CONFIRMED),
        ("rejected", "REJECTED", Reason.NOT_CONFIRMED),
        ("quote", "QUOTE", Reason.NOT_CONFIRMED),
        ("no-show-newer", "NOSHOW", Reason.NO_SHOW),
    ):
        booking = clerk.book(name, "cruise", ("adult", "child"))
        booking.status = status
        if status in ("EXPIRED", "ON_HOLD"):
            booking.expires_at = clerk.now + timedelta(hours=-20 if status == "EXPIRED" else 1)
        clerk.refuse(name, booking, reason, f"status {status}")
    absent = clerk.book("no-show", "dinner", ("adult", "adult"))
    for ticket in absent.tickets:
        ticket.noshowed_at = clerk.earlier_today(absent.product)
    absent.noshowed_at = absent.updated_at = absent.tickets[0].noshowed_at or clerk.now
    clerk.refuse("no-show", absent, Reason.NO_SHOW, "marked as not come, earlier today")
    odd = clerk.book("unknown-status", "cruise", ("adult",))
    odd.status = "AWAITING_TIDE"
    clerk.admit("unknown-status", odd, "a status that nobody has heard of, and redeemable")
    test = clerk.book("test", "cruise", ("adult",))
    test.test = True
    clerk.refuse("test", test, Reason.TEST_BOOKING, "a test booking, redeemable all the same")
    blocked = clerk.book("not-redeemable", "museum", ("adult", "youth"))
    blocked.block = Obstacle("IDENTITY_CHECK", "Please send the guest to the ticket desk")
    clerk.refuse("not-redeemable", blocked, Reason.NOT_REDEEMABLE, "not redeemable, with the office's own reason")
    hostile = clerk.book("hostile", "hostile", ("adult",))
    hostile.block = Obstacle("[/red]", "[/] \x1b]0;gate\x07\x1b[2J see <b>desk</b>\u202e\r\nADMIT")
    hostile.notes = "\x1b[31m[bold]"
    clerk.refuse("hostile", hostile, Reason.NOT_REDEEMABLE, "markup and control characters in the office's texts")


def _used(clerk: Clerk) -> None:
    today = clerk.book("used-today", "cruise", ("adult", "adult"), ticket_codes=True)
    clerk.use(today, clerk.earlier_today(today.product))
    clerk.refuse("used-today", today, Reason.ALREADY_REDEEMED, "used earlier today")
    yesterday = clerk.book("used-yesterday", "museum", ("adult",), day=-1)
    clerk.use(yesterday, clerk.now - timedelta(days=1))
    clerk.refuse("used-yesterday", yesterday, Reason.ALREADY_REDEEMED, "used yesterday")


def _shapes(clerk: Clerk) -> None:
    minimal = clerk.book("minimal", "cruise", ("adult", "child"), ticket_codes=True, shape="minimal")
    clerk.admit("minimal", minimal, "only the fields of the vendor's own look-up example")
    nulls = clerk.book("nulls", "cruise", ("adult", "adult"), shape="nulls")
    clerk.admit("nulls", nulls, "null wherever a field may be null")


def _unknown(clerk: Clerk) -> None:
    code = clerk.mint.qr("unknown", "unknown")
    clerk.stock.samples["unknown"] = Sample(
        "unknown", code, "", "a code of the right kind that no supplier knows", "refuse", Reason.NOT_FOUND
    )


def _bulk(clerk: Clerk, count: int) -> list[str]:
    return [
        clerk.book(f"bulk-{number}", "cruise", ("adult", "child") if number % 2 else ("adult",)).code
        for number in range(1, count + 1)
    ]
