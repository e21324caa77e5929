"""What keeps a ticket from being read, as it is told to the guest who holds it up."""

from __future__ import annotations

from enum import Enum


class Advice(Enum):
    """What to tell the guest. The camera chooses, the screen paints a pictogram and a word for each."""

    NONE = ""
    DARK = "more light, please: the picture is too dark"
    NEAR = "hold the ticket a little further away"
    GLARE = "tilt the ticket a little: light is reflecting on it"
    BLURRED = "hold the ticket still"
    FAR = "hold the ticket a little closer"
    DIM = "turn up the brightness of the screen"
    CROWDED = "two codes in the picture: show one at a time"
