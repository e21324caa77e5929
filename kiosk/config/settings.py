"""Everything that may be set. Attribute names are the file's keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from kiosk.config.offices import Octo, Vista
from kiosk.config.roles import Roles
from kiosk.config.section import Seconds, Section, Words
from kiosk.config.signals import Metrics, Signals
from kiosk.config.sources import Source, Wedge
from kiosk.domain.attempt import Mode

Key = tuple[str | int, ...]
"""Where a value stands: ("octo", "suppliers", 0, "name")."""


class Gate(Section):
    """The gate itself."""

    lane: Words = "Gate A"
    """This gate's name, on the screen and in the record."""
    mode: Mode = Mode.REDEEM
    """"redeem": use the ticket up; "validate": let the office count entries. Never both."""
    auto_redeem: bool = True
    """Exactly one redeemable booking: redeem it without asking."""
    repeat_s: Seconds = 5.0
    """The same code again within so many seconds is told quietly and asked nowhere."""
    undo_s: float = Field(default=300.0, ge=0)
    """Seconds after an admission in which its lane may take it back; 0: never."""
    socket: Path | None = None
    """Where engine and screen meet; not set: a place of this user's own."""


class JournalFile(Section):
    """The record of every scan and redemption."""

    path: Path = Path("journal.sqlite3")
    """A relative path is meant from the state directory (see `kiosk config show`)."""


class Offline(Section):
    """What to do while the office does not answer."""

    admit: Literal["never", "listed", "any"] = "never"
    """"never": nobody; "listed": codes on the list fetched earlier; "any": everybody. What is admitted is owed."""
    prefetch: bool | None = None
    """Fetch the list of today's and tomorrow's bookings; not set: where admit is not "never"."""
    oldest_h: float = Field(default=12.0, gt=0)
    """Hours after which the list is too old to admit anybody."""
    refresh_s: float = Field(default=300.0, ge=10)
    """Seconds between two questions to the office about what has changed on the list; 10 or more."""

    @model_validator(mode="after")
    def _listed_where(self) -> Self:
        if self.admit == "listed" and self.prefetch is False:
            raise ValueError('admit = "listed" needs the list: leave prefetch out, or choose another admit')
        return self

    @property
    def keeps_list(self) -> bool:
        """Whether the list is fetched."""
        return self.admit != "never" if self.prefetch is None else self.prefetch


class Settings(Section):
    """The whole configuration. `load` makes it; tests may, too: nothing is read from the environment here."""

    kiosk: Gate = Gate()
    journal: JournalFile = JournalFile()
    octo: Octo | None = None
    vista: Vista | None = None
    offline: Offline = Offline()
    roles: Roles = Roles()
    signals: Signals = Signals()
    metrics: Metrics = Metrics()
    sources: tuple[Source, ...] = Field(default=(Wedge(),), validate_default=True)

    _origins: Mapping[Key, str] = PrivateAttr(default_factory=dict)

    def origin(self, *key: str | int) -> str:
        """Where a value came from: `default`, the file's name, an environment variable's, or `command line`."""
        return self._origins.get(key, "default")

    @field_validator("sources")
    @classmethod
    def _own_names_and_lanes(cls, sources: tuple[Source, ...], asked: ValidationInfo) -> tuple[Source, ...]:
        if not sources:
            raise ValueError("name at least one source")
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise ValueError("two sources have the same name: give each a name of its own")
        kiosk = asked.data.get("kiosk", Gate())
        return tuple(source.model_copy(update={"lane": source.lane or kiosk.lane}) for source in sources)
