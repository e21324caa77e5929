"""What is written is read back; what is wrong is refused in words; nothing on a line can move a terminal."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.assets import RedeemableItem
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.cinema import Showtime
from kiosk.domain.code import Code
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Decided, Event, GiftCards, Recent, SourceLost, Stopping, Submit
from kiosk.domain.seating import Seat, SeatArea, SeatPlan, SeatRow
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Admit, Choose, Doubt, Option, Reason, Refuse, Undecided, Use
from kiosk.domain.voucher_events import GivePin, SeatPlanTold, ShowtimesTold
from kiosk.link.wire import (
    LONGEST_LINE,
    decode_command,
    decode_event,
    decode_hello,
    encode,
    encode_answer,
    encode_command,
    encode_hello,
)
from tests.link import strategies

NOW = datetime(2026, 11, 21, 10, 0, 0, 123000, UTC)
CODE = Code("!1|z" + 76 * "q" + "Gp1r")
ADMITTED = Booking(
    reference="X749G9",
    product="London River Cruise Return",
    starts_at=datetime(2026, 11, 21, 11, 30, tzinfo=UTC),
    status="REDEEMED",
    units=(UnitItem("a", "Adult"), UnitItem("b", "Adult"), UnitItem("c", "Child")),
    redeemed_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
    redemption_code="SECRET-REDEMPTION-CODE",
)
DECIDED = Decided(
    at=NOW,
    scan_id="7",
    lane="Gate A",
    source="lines",
    code=CODE,
    verdict=Admit((ADMITTED,)),
    office="octo",
    supplier="River Cruises",
    elapsed_ms=23.4,
    office_ms=20.9,
)

CONTRACT = (
    '{"event":"verdict","at":"2026-11-21T10:00:00.123+00:00","scan_id":"7","lane":"Gate A","source":"lines",'
    '"symbology":null,"code":"!1|z…Gp1r","outcome":"admit","grade":"confirmed","recovered":false,"repeat":false,'
    '"reason":null,"message":"2 Adult, 1 Child","office":"octo","supplier":"River Cruises","bookings":'
    '[{"reference":"X749G9","product":"London River Cruise Return","starts_at":"2026-11-21T11:30:00+00:00",'
    '"status":"REDEEMED","pax":3,"units":[{"unit":"Adult","count":2},{"unit":"Child","count":1}],'
    '"redeemed_at":"2026-11-21T10:00:00Z"}],"elapsed_ms":23.4,"office_ms":20.9}'
)
BOOKING_KEYS = ["reference", "product", "starts_at", "status", "pax", "units", "redeemed_at"]


def parsed(event: Event, **options: Any) -> dict[str, Any]:
    line = json.loads(encode(event, **options))
    assert isinstance(line, dict)
    return line


def test_a_verdict_is_written_as_other_programs_expect_it() -> None:
    line = parsed(DECIDED)
    contract = json.loads(CONTRACT)
    (booking,) = line["bookings"]
    told = {**{key: line[key] for key in contract}, "bookings": [{key: booking[key] for key in BOOKING_KEYS}]}
    assert json.dumps(told, ensure_ascii=False, separators=(",", ":")) == CONTRACT


def test_the_keys_of_the_contract_come_first_and_in_order() -> None:
    line = parsed(DECIDED)
    assert list(line)[: len(json.loads(CONTRACT))] == list(json.loads(CONTRACT))
    assert list(line["bookings"][0])[: len(BOOKING_KEYS)] == BOOKING_KEYS


@pytest.mark.parametrize(
    ("verdict", "outcome", "reason"),
    [
        (Refuse(Reason.WRONG_DAY), "refuse", "wrong_day"),
        (Undecided(Doubt.NO_ANSWER), "undecided", "no_answer"),
        (Choose((Option(ADMITTED),)), "choose", None),
    ],
)
def test_outcome_and_reason_are_the_words_of_the_verdict(verdict: Any, outcome: str, reason: str | None) -> None:
    line = parsed(replace(DECIDED, verdict=verdict))
    assert (line["outcome"], line["reason"], line["grade"]) == (outcome, reason, None)


def test_a_code_is_masked_unless_it_is_asked_for() -> None:
    assert CODE.text not in encode(DECIDED)
    assert parsed(DECIDED, show_codes=True)["code"] == CODE.text
    assert parsed(replace(DECIDED, code=None))["code"] is None


def test_what_an_office_wrote_is_cut_to_a_bearable_length() -> None:
    long = replace(ADMITTED, product="p" * 5000)
    assert len(parsed(replace(DECIDED, verdict=Admit((long,))))["bookings"][0]["product"]) == 400


def test_bookings_that_were_left_out_are_named_apart_from_those_admitted() -> None:
    line = parsed(replace(DECIDED, verdict=Admit((ADMITTED,), left_out=(replace(ADMITTED, reference="L3FT"),))))
    assert [booking["reference"] for booking in line["bookings"]] == ["X749G9"]
    assert line["left_out"] == ["L3FT"]


def test_a_family_keeps_its_heads() -> None:
    family = replace(ADMITTED, units=(UnitItem("f", "Family", 4), UnitItem("a", "Adult")))
    again = decode_event(encode(replace(DECIDED, verdict=Admit((family,)))))
    assert isinstance(again, Decided)
    assert isinstance(again.verdict, Admit)
    (booking,) = again.verdict.bookings
    assert (booking.pax, booking.unit_counts) == (5, (("Family", 1), ("Adult", 1)))


def test_a_choice_comes_back_in_its_order_with_what_stands_in_the_way() -> None:
    use = Use(datetime(2026, 11, 21, 9, 12, tzinfo=UTC), "Gate B", 2880.0)
    used = Option(replace(ADMITTED, reference="2"), Reason.ALREADY_REDEEMED, use)
    options = (Option(replace(ADMITTED, reference="1", redeemable=True)), used)
    again = decode_event(encode(replace(DECIDED, verdict=Choose(options))))
    assert isinstance(again, Decided)
    assert isinstance(again.verdict, Choose)
    assert [(o.booking.reference, o.obstacle, o.use) for o in again.verdict.options] == [
        ("1", None, None),
        ("2", Reason.ALREADY_REDEEMED, use),
    ]


# ── for whatever may come ───────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(strategies.codeless)
def test_an_event_without_a_code_is_read_back_whole(event: Event) -> None:
    assert decode_event(encode(event)) == event


@settings(deadline=None)
@given(strategies.events)
def test_every_event_is_read_back_as_it_was_shown(event: Event) -> None:
    line = encode(event)
    again = decode_event(line)
    assert type(again) is type(event)
    assert again is not None
    assert encode(again, show_codes=True) == line


@settings(deadline=None)
@given(strategies.commands)
def test_every_command_is_read_back_whole(command: Command) -> None:
    assert decode_command(encode_command(command)) == command


@settings(deadline=None)
@given(strategies.events)
def test_no_line_holds_what_a_terminal_would_obey_or_a_redemption_code(event: Event) -> None:
    line = encode(event)
    assert line.isprintable()
    assert line.encode().decode() == line
    assert "SECRET" not in line


def test_a_pin_crosses_in_its_command_alone() -> None:
    pin = GivePin(Secret("4711"))
    assert "4711" not in repr(pin)
    assert json.loads(encode_command(pin)) == {"command": "give_pin", "pin": "4711", "lane": ""}
    assert decode_command(encode_command(pin)) == pin


ANSWERED = {GiftCards}
"""Answered to one screen, never told to all."""


@pytest.mark.parametrize("kind", sorted(set(get_args(Event)) - ANSWERED, key=str))
def test_no_event_has_room_for_a_secret(kind: Any) -> None:
    assert "Secret" in str(_declared(GivePin))
    assert "Secret" not in str(_declared(kind))


def test_cards_in_full_are_answered_and_cannot_be_told_to_all() -> None:
    card = RedeemableItem("1", "GiftCard", Secret("6006490000000000017"), Secret("2580"))
    cards = GiftCards(NOW, (card,))
    with pytest.raises(TypeError):
        encode(cards)
    assert decode_event(encode_answer(cards)) == cards
    assert "2580" not in repr(cards) + f"{cards}"


def _declared(kind: Any) -> list[Any]:
    """Every type that a type is made of."""
    if is_dataclass(kind):
        return [kind, *(deep for hint in get_type_hints(kind).values() for deep in _declared(hint))]
    return [kind, *(deep for inner in get_args(kind) if inner is not kind for deep in _declared(inner))]


def test_every_event_and_command_is_among_those_tried() -> None:
    assert set(strategies.EVENTS) | ANSWERED == set(get_args(Event))
    assert set(strategies.COMMANDS) == set(get_args(Command))


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='{}[]:,"event0 ', max_size=60).map(str.encode))
def test_whatever_comes_raises_nothing_but_a_refusal(line: bytes) -> None:
    for decode in (decode_event, decode_command, decode_hello):
        with contextlib.suppress(LinkError):
            decode(line)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(strategies.events, st.data())
def test_an_event_with_one_wrong_value_is_refused_or_read(event: Event, data: st.DataObject) -> None:
    line = json.loads(encode(event))
    line[data.draw(st.sampled_from(sorted(line)))] = data.draw(JSONS)
    try:
        again = decode_event(json.dumps(line))
    except LinkError:
        return
    assert again is None or encode(again)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────


def test_an_event_of_a_newer_engine_is_passed_over() -> None:
    assert decode_event('{"event":"weather","at":"2026-11-21T10:00:00+00:00"}') is None


def test_a_key_of_a_newer_engine_is_passed_over() -> None:
    line = {**parsed(Stopping(NOW)), "because": "it is late"}
    assert decode_event(json.dumps(line)) == Stopping(NOW)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\xff\xfe", "not JSON"),
        ("", "not JSON"),
        ("[1]", "not an object"),
        ("{}", "no event"),
        ('{"event":7}', "no event"),
        ("[" * 5000, "not JSON"),
        ('{"event":"stopping"}', "at is missing"),
        ('{"event":"stopping","at":"yesterday"}', "at: a time"),
        ('{"event":"stopping","at":"2026-11-21T10:00:00"}', "offset"),
        ('{"event":"owed","at":"2026-11-21T10:00:00Z","count":true}', "whole number"),
        ('{"event":"ready","at":"2026-11-21T10:00:00Z","lanes":"A","mode":"","version":""}', "lanes: a list"),
        (b" " * (LONGEST_LINE + 1), "too long"),
    ],
)
def test_what_is_no_event_is_refused_in_words(line: str | bytes, words: str) -> None:
    with pytest.raises(LinkError, match=words):
        decode_event(line)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(LinkError) as refusal:
        decode_command('{"command":"submit","text":["SECRET"]}')
    assert "SECRET" not in str(refusal.value)


def test_a_picture_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(LinkError, match="as many bytes as dots"):
        decode_event('{"event":"preview","at":"2026-11-21T10:00:00Z","source":"c","width":9,"height":9,"grey":"AAAA"}')


def test_a_command_of_a_newer_screen_is_refused() -> None:
    with pytest.raises(LinkError, match="does not know"):
        decode_command('{"command":"open_the_doors"}')


# ── length ──────────────────────────────────────────────────────────────────────────────────────────


def test_bookings_too_many_for_a_line_are_cut_at_the_end() -> None:
    many = tuple(Option(Booking(str(place), product="字" * 300)) for place in range(2000))
    line = encode(replace(DECIDED, verdict=Choose(many)))
    again = decode_event(line)
    assert len(line.encode()) <= LONGEST_LINE
    assert isinstance(again, Decided)
    assert isinstance(again.verdict, Choose)
    references = [option.booking.reference for option in again.verdict.options]
    assert len(references) > 100
    assert references == [str(place) for place in range(len(references))]


def test_verdicts_too_many_for_a_line_are_cut_at_the_start() -> None:
    many = tuple(replace(DECIDED, scan_id=str(number), office="o" * 1000) for number in range(1500))
    again = decode_event(encode(Recent(NOW, many)))
    assert isinstance(again, Recent)
    assert again.decided[-1].scan_id == "1499"
    assert 100 < len(again.decided) < 1500


def test_showtimes_too_many_for_a_line_are_cut_at_the_end() -> None:
    many = tuple(Showtime(f"s-{number}", film="字" * 60) for number in range(9000))
    again = decode_event(encode(ShowtimesTold(NOW, "Gate A", NOW.date(), many)))
    assert isinstance(again, ShowtimesTold)
    assert 500 < len(again.showtimes) < 9000
    assert again.showtimes == many[: len(again.showtimes)]


def test_a_plan_too_large_for_a_line_is_told_without_its_last_areas() -> None:
    seats = tuple(Seat(f"seat-{number}", str(number), "A", column=number) for number in range(9000))
    areas = (SeatArea(1, (SeatRow("A", 1, seats[:5]),)), SeatArea(2, (SeatRow("B", 2, seats),)))
    again = decode_event(encode(SeatPlanTold(NOW, "Gate A", "s-1", SeatPlan("p", areas))))
    assert isinstance(again, SeatPlanTold)
    assert again.plan.areas == areas[:1]


def test_other_events_too_long_for_a_line_are_an_error() -> None:
    with pytest.raises(LinkError, match="longer"):
        encode(SourceLost(NOW, "camera", "x" * LONGEST_LINE))
    with pytest.raises(LinkError, match="longer"):
        encode_command(Submit("x" * LONGEST_LINE))


# ── the handshake ───────────────────────────────────────────────────────────────────────────────────


def test_a_hello_names_who_speaks() -> None:
    assert decode_hello(encode_hello("screen")) == "screen"


def test_another_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(LinkError, match="start both again"):
        decode_hello('{"hello":"kiosk","version":99,"program":"9.9"}')


def test_a_stranger_is_refused() -> None:
    with pytest.raises(LinkError, match="not a kiosk"):
        decode_hello("HTTP/1.1 400 Bad Request")


def test_the_wire_imports_nothing_heavy() -> None:
    heavy = "{'pydantic', 'httpx', 'textual', 'cv2', 'asyncio', 'sqlite3', 'click'}"
    script = f"import sys, kiosk.link.wire; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
