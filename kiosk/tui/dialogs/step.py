"""What every dialog has: the keys that work in it, the line that is typed into, and what a press makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.events import Command, Event
from kiosk.tui.presenter.keys import Hint, Press


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody wants this screen closed, and has confirmed it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that is being typed, and what it is for."""

    label: str
    text: str = field(repr=False)
    is_secret: bool = False
    """A PIN: shown as so many dots."""


class Dialog(Protocol):
    """Open over the gate. The next scan closes it."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The keys that work now."""

    @property
    def entry(self) -> Entry | None:
        """The line that characters go into; None where they go nowhere."""

    def press(self, press: Press, key: str) -> Step:
        """A key of `hints`."""

    def typed(self, char: str) -> Dialog:
        """A printable character that is no key of `hints`."""

    def told(self, event: Event) -> Dialog:
        """What the engine has told, which may be what this dialog has asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a press has made: the dialog that is open now (None: closed), and what is asked of whom."""

    dialog: Dialog | None
    asked: Command | Close | None = None
