"""Staff say who they are: a name, then the PIN, which is never shown. The engine says whether it is theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.domain.events import Event, Rights, SignIn
from kiosk.domain.pins import LONGEST_NAME, LONGEST_PIN
from kiosk.domain.secret import Secret
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press

NO_PIN = Secret()


@dataclass(frozen=True, slots=True)
class SigningIn:
    """`pin` None: the name is being typed. `waits`: the engine is asked; `said` is what came of the last try."""

    name: str = ""
    pin: Secret | None = None
    waits: bool = False
    said: Rights | None = None

    @property
    def hints(self) -> tuple[Hint, ...]:
        if self.waits:
            return (keys.CLOSE,)
        if self.pin is None:
            return keys.settling("PIN", is_said=bool(self.name.strip()), something_typed=bool(self.name))
        return keys.settling("SIGN IN", is_said=bool(self.pin), something_typed=bool(self.pin))

    @property
    def entry(self) -> Entry | None:
        if self.waits:
            return None
        if self.pin is None:
            return Entry("your name", self.name)
        return Entry("your PIN", self.pin.reveal(), is_secret=True)

    @property
    def heard_from(self) -> datetime | None:
        """When the next try is heard; None: at once."""
        if self.said is None or not self.said.wait_s:
            return None
        return self.said.at + timedelta(seconds=self.said.wait_s)

    def takes(self, text: str) -> bool:
        """Whether a text that came at once may be the PIN. Most tickets' codes are longer than any."""
        return self.pin is not None and not self.waits and len(text) <= LONGEST_PIN

    def press(self, press: Press, key: str) -> Step:
        match press:
            case Press.ENTER if self.pin is None:
                return Step(replace(self, pin=NO_PIN))
            case Press.ENTER:
                return Step(replace(self, pin=NO_PIN, waits=True), SignIn(self.name.strip(), self.pin or NO_PIN))
            case Press.RUB_OUT if self.pin is None:
                return Step(replace(self, name=self.name[:-1]))
            case Press.RUB_OUT:
                return Step(replace(self, pin=Secret((self.pin or NO_PIN).reveal()[:-1])))
            case _ if self.pin is not None and not self.waits:
                return Step(replace(self, pin=None))
            case _:
                return Step(None)

    def typed(self, char: str) -> Dialog:
        if self.waits:
            return self
        if self.pin is None:
            return replace(self, name=(self.name + char)[:LONGEST_NAME])
        return replace(self, pin=Secret((self.pin.reveal() + char)[:LONGEST_PIN]))

    def told(self, event: Event) -> Dialog:
        return replace(self, waits=False, said=event) if isinstance(event, Rights) and self.waits else self
