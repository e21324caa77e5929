"""What is heard, lit and opened beside the screen, and who is told elsewhere. Everything is off until it is set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from kiosk.config.secrets import secret, why_missing
from kiosk.config.section import OptionalWords, Section, Variable, is_loopback
from kiosk.domain.errors import ConfigError, Problem

PinNumber = Annotated[int, Field(ge=0, le=27)]
"""A pin of a Raspberry Pi's header, by the chip's number (BCM)."""


class Sound(Section):
    """A sound for each verdict, told apart by pitch and rhythm."""

    output: Literal["off", "card", "bell"] = "off"
    """"card": the sound card; "bell": the bell of a terminal."""
    device: str = Field(default="", max_length=100)
    """A part of the card's name; empty: the system's default."""
    volume: float = Field(default=0.8, gt=0, le=1)
    """From 0 to 1, beside the card's own volume."""
    terminal: Path | None = None
    """The terminal whose bell rings, also when the card fails."""

    @model_validator(mode="after")
    def _a_terminal_for_the_bell(self) -> Self:
        if self.output == "bell" and self.terminal is None:
            raise ValueError('output = "bell" needs a terminal: "/dev/tty1"')
        return self


class Lamps(Section):
    """Lamps on pins: green to come in, red to stop, amber for staff."""

    green: PinNumber | None = None
    """Its pin, by the chip's number (BCM)."""
    amber: PinNumber | None = None
    """Its pin."""
    red: PinNumber | None = None
    """Its pin."""
    active_high: bool = True
    """false: they light while the pin is low."""
    hold_s: float = Field(default=2.0, gt=0, le=30)
    """Seconds that a verdict stays lit."""

    @model_validator(mode="after")
    def _pins_of_their_own(self) -> Self:
        pins = [pin for pin in (self.green, self.amber, self.red) if pin is not None]
        if not pins:
            raise ValueError("name at least one of green, amber and red")
        if len(set(pins)) < len(pins):
            raise ValueError("two lamps have the same pin")
        return self


class Buzzer(Section):
    """A buzzer on a pin: the rhythm of the sounds."""

    pin: PinNumber
    """By the chip's number (BCM)."""
    active_high: bool = True
    """false: it sounds while the pin is low."""


class Turnstile(Section):
    """A relay that opens a turnstile: one pulse for each guest admitted, and for nothing else."""

    pin: PinNumber
    """By the chip's number (BCM)."""
    active_high: bool = True
    """false: the relay is drawn while the pin is low, as on most relay boards."""
    lane: OptionalWords = ""
    """The lane whose guests it lets in; empty: the kiosk's."""
    pulse_s: float = Field(default=0.5, gt=0, le=10)
    """Seconds of one pulse, as the turnstile's maker says."""
    gap_s: float = Field(default=0.7, gt=0, le=10)
    """Seconds between two pulses: long enough that the turnstile counts two."""
    most: int = Field(default=10, ge=1, le=100)
    """Pulses for one ticket; of a larger party staff let in the rest."""


class Mqtt(Section):
    """A broker that gets the verdicts, for lamps and displays elsewhere. Nothing is taken from it."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_-]+$")
    """Its name or address."""
    port: int = Field(default=8883, ge=1, le=65535)
    """1883 is usual without TLS."""
    tls: bool = True
    """false: in the clear; a user name then only to this machine."""
    topic: str = Field(default="kiosk/gate-a", pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$", max_length=100)
    """What its topics begin with: kiosk/gate-a/verdict, kiosk/gate-a/state."""
    username: str = Field(default="", max_length=100)
    """Empty: none is sent."""
    password_env: Variable | None = None
    """The environment variable, or systemd's credential, that holds the password."""

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.username and not self.tls and not is_loopback(self.host):
            raise ValueError("a user name and password cross the network in the clear: set tls = true")
        return self

    def password(self) -> SecretStr:
        """The password, empty where none is named. Raises ConfigError that says where it should be."""
        if self.password_env is None:
            return SecretStr("")
        held = secret(self.password_env)
        if not held:
            raise ConfigError((Problem("signals.mqtt: password_env", why_missing(self.password_env)),))
        return SecretStr(held)


class Signals(Section):
    """What is heard and seen beside the screen."""

    sound: Sound = Sound()
    lamps: Lamps | None = None
    buzzer: Buzzer | None = None
    turnstile: Turnstile | None = None
    mqtt: Mqtt | None = None

    @model_validator(mode="after")
    def _each_pin_once(self) -> Self:
        taken = [] if self.lamps is None else [self.lamps.green, self.lamps.amber, self.lamps.red]
        taken += [one.pin for one in (self.buzzer, self.turnstile) if one is not None]
        pins = [pin for pin in taken if pin is not None]
        if len(set(pins)) < len(pins):
            raise ValueError("lamps, buzzer and turnstile need a pin each")
        return self


class Metrics(Section):
    """Figures for Prometheus, to be fetched from this machine only."""

    port: int | None = Field(default=None, ge=1, le=65535)
    """Where they are served on the loopback address; not set: nowhere."""
