"""The three simple dialogs: a code typed by hand, the help, the question before the screen is closed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.code import LONGEST_CODE
from kiosk.domain.events import Event, Leave, Submit
from kiosk.tui.dialogs.step import Close, Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press


@dataclass(frozen=True, slots=True)
class Typing:
    """A code typed by hand. Every character goes into it."""

    text: str = ""

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.typing(something_typed=bool(self.text), enter="look it up")

    @property
    def entry(self) -> Entry:
        return Entry("code", self.text)

    def press(self, press: Press, key: str) -> Step:
        if press is Press.ENTER:
            text = self.text.strip()
            return Step(None, Submit(text, typed=True) if text else None)
        return Step(Typing(self.text[:-1]) if press is Press.RUB_OUT else None)

    def typed(self, char: str) -> Dialog:
        return Typing((self.text + char)[:LONGEST_CODE])

    def told(self, event: Event) -> Dialog:
        return self


@dataclass(frozen=True, slots=True)
class Help:
    """`at_end`: its last lines are to be seen, where there is no room for all."""

    at_end: bool = False

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.helping()

    @property
    def entry(self) -> Entry | None:
        return None

    def press(self, press: Press, key: str) -> Step:
        return Step(Help(at_end=key == keys.DOWN) if press is Press.MOVE else None)

    def typed(self, char: str) -> Dialog:
        return self

    def told(self, event: Event) -> Dialog:
        return self


@dataclass(frozen=True, slots=True)
class Leaving:
    """`locked`: the engine is asked whether whoever stands here may."""

    locked: bool = False

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.leaving()

    @property
    def entry(self) -> Entry | None:
        return None

    def press(self, press: Press, key: str) -> Step:
        if press is not Press.CLOSE:
            return Step(None)
        return Step(None, Leave() if self.locked else Close())

    def typed(self, char: str) -> Dialog:
        return self

    def told(self, event: Event) -> Dialog:
        return self
