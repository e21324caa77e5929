"""The voucher desk for a new colleague: how it goes, and what the words mean."""

from __future__ import annotations

from kiosk.tui.presenter.panel import Ink, Line

_TOLD = (
    ("scan", "a voucher, now or later; several of one family go on one order"),
    ("showtime", "type to filter, enter picks"),
    ("seats", "the office chooses; arrows and space, or a click, pick others"),
    ("to pay", "what the vouchers do not cover: it is paid at the till"),
    ("confirm", "says once what will happen: until then nothing is used"),
    ("held for", "then the seats are free again; e asks for more time"),
    ("PIN", "some vouchers have one; it is tried once each time it is typed"),
    ("ticket", "a booking's code scanned here is shown with its seats"),
    ("gate", "g goes there; an order is kept until its time is up"),
    ("", ""),
    ("•  ▒  █", "a seat that is free, taken, yours"),
    ("·", "free, but not for these vouchers' prices"),
    ("w  c  s", "a wheelchair place, its companion's seat, a sofa"),
    ("━━━", "where the screen of the auditorium is"),
)


def help_rows() -> tuple[Line, ...]:
    return tuple(((f"{word:<10}", Ink.STRONG), (meaning, Ink.TEXT)) for word, meaning in _TOLD)
