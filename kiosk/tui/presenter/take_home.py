"""What stands under the code that a guest's phone takes the ticket from: the guest reads it, too."""

from __future__ import annotations

UNDER_THE_CODE = "Take your ticket along: point your phone's camera here."


def no_room_for(least: tuple[int, int] | None) -> str:
    """For staff. `least`: the columns and rows that the screen would need; None: no code holds such a link."""
    if least is None:
        return "No code for the guest's phone: no code holds so long a link."
    return f"No code for the guest's phone: for it this screen should have {least[0]} by {least[1]} characters."
