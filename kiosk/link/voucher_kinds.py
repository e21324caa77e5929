"""What the voucher desk's events and commands are called on the wire. Their fields are their keys."""

from __future__ import annotations

from kiosk.domain.voucher_events import (
    AskToConfirm,
    AtCounter,
    CloseCounter,
    ExtendOrder,
    FindGoodFor,
    GivePin,
    GiveUp,
    HoldSeats,
    ListShowtimes,
    NextGuest,
    OpenCounter,
    PickShowtime,
    PutAway,
    Redeem,
    SeatPlanTold,
    SeatsTold,
    SettleDue,
    ShowtimesTold,
    StartAgain,
    TakeOff,
    UseVoucher,
    VoucherCommand,
    VoucherEvent,
    VoucherOffered,
    VoucherSettled,
)

EVENTS: dict[str, type[VoucherEvent]] = {
    "counter": AtCounter,
    "showtimes": ShowtimesTold,
    "seat_plan": SeatPlanTold,
    "seats": SeatsTold,
    "voucher_offered": VoucherOffered,
    "voucher_settled": VoucherSettled,
}

COMMANDS: dict[str, type[VoucherCommand]] = {
    "open_counter": OpenCounter,
    "close_counter": CloseCounter,
    "list_showtimes": ListShowtimes,
    "pick_showtime": PickShowtime,
    "take_off": TakeOff,
    "use_voucher": UseVoucher,
    "hold_seats": HoldSeats,
    "give_pin": GivePin,
    "extend_order": ExtendOrder,
    "ask_to_confirm": AskToConfirm,
    "redeem": Redeem,
    "settle_due": SettleDue,
    "start_again": StartAgain,
    "give_up": GiveUp,
    "next_guest": NextGuest,
    "find_good_for": FindGoodFor,
    "put_away": PutAway,
}
