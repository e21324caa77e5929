"""The signals of a station: loudspeaker, lamps, buzzer, turnstile and broker, as they are configured."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kiosk.config import Mqtt, Settings, Sound
from kiosk.device.mqtt import Broker, MqttPublisher
from kiosk.device.signals.bell import Bell
from kiosk.device.signals.fallback import Fallback
from kiosk.device.signals.follower import SignalFollower
from kiosk.device.signals.lights import Buzzer, Lamps
from kiosk.device.signals.sound_card import SoundCard
from kiosk.device.signals.turnstile import Turnstile, keeper
from kiosk.device.signals.worker import Manner, Worker
from kiosk.domain.events import Event
from kiosk.domain.secret import Secret
from kiosk.domain.signalling import Light
from kiosk.headless import TOLD
from kiosk.link.board import Board
from kiosk.link.wire import encode
from kiosk.ports import Signal

TURNSTILE = Manner(newest_only=False, most=30, fresh_s=10.0, ends_within_s=15.0)
"""Every guest who was admitted is let in, one after the other; but nobody on the word of a minute ago."""


class Signals:
    """A `ports.Feed` in front of all of them. What is wrong with one is shown on the board while it is wrong."""

    def __init__(self, follower: SignalFollower, publisher: MqttPublisher | None = None) -> None:
        self._follower, self._publisher = follower, publisher

    def tell(self, event: Event) -> None:
        self._follower.tell(event)
        if self._publisher is not None:
            self._publisher.tell(event)

    def report_to(self, board: Board) -> None:
        """Show on the board what does not work."""
        loop = asyncio.get_running_loop()
        watched: list[Worker | MqttPublisher] = [*self._follower.workers]
        watched += [] if self._publisher is None else [self._publisher]
        for one in watched:
            one.on_trouble = _Reporter(board, loop)
            one.on_trouble(one.trouble)

    def start(self) -> None:
        self._follower.start()
        if self._publisher is not None:
            self._publisher.start()

    def close(self) -> None:
        """Everything silent, dark and shut. Blocks until it is, but not for ever."""
        self._follower.close()
        if self._publisher is not None:
            self._publisher.close()


class _Reporter:
    """Called from a device's thread with what is wrong; with an empty text when nothing is any more."""

    def __init__(self, board: Board, loop: asyncio.AbstractEventLoop) -> None:
        self._board, self._loop, self._shown = board, loop, ""

    def __call__(self, trouble: str) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show, trouble)

    def _show(self, trouble: str) -> None:
        if self._shown:
            self._board.withdraw(self._shown)
        if trouble:
            self._board.notice(trouble)
        self._shown = trouble


@asynccontextmanager
async def signalling(settings: Settings) -> AsyncIterator[Signals]:
    """Signals that are at work. Raises ConfigError for a password that is missing."""
    signals = Signals(SignalFollower(_lanes(settings), workers(settings)), publisher(settings))
    signals.start()
    try:
        yield signals
    finally:
        await asyncio.to_thread(signals.close)


def workers(settings: Settings) -> list[Worker]:
    """One for each device that is configured."""
    return [
        Worker(signal, TURNSTILE, retry_s=0.5) if isinstance(signal, Turnstile) else Worker(signal)
        for signal in devices(settings)
    ]


def devices(settings: Settings) -> list[Signal]:
    """What is configured, not yet opened."""
    configured = settings.signals
    found = sounds(configured.sound)
    signals: list[Signal] = [Fallback(*found) if len(found) > 1 else found[0]] if found else []
    if (lamps := configured.lamps) is not None:
        pins = {Light.GREEN: lamps.green, Light.AMBER: lamps.amber, Light.RED: lamps.red}
        there = {light: pin for light, pin in pins.items() if pin is not None}
        signals.append(Lamps(there, active_high=lamps.active_high, hold_s=lamps.hold_s))
    if (buzzer := configured.buzzer) is not None:
        signals.append(Buzzer(buzzer.pin, active_high=buzzer.active_high))
    if (gate := configured.turnstile) is not None:
        command = keeper(gate.pin, active_high=gate.active_high)
        lane = gate.lane or settings.kiosk.lane
        signals.append(Turnstile(command, lane, pulse_s=gate.pulse_s, gap_s=gate.gap_s, most=gate.most))
    return signals


def sounds(sound: Sound) -> list[Signal]:
    """The sound card, the terminal's bell, or one after the other."""
    card = [SoundCard(sound.device, sound.volume)] if sound.output == "card" else []
    bell = [Bell(sound.terminal)] if sound.output != "off" and sound.terminal is not None else []
    return [*card, *bell]


def publisher(settings: Settings) -> MqttPublisher | None:
    """Raises ConfigError for a password that is missing."""
    mqtt = settings.signals.mqtt
    return None if mqtt is None else MqttPublisher(broker_of(mqtt), _line_of)


def broker_of(mqtt: Mqtt) -> Broker:
    """Raises ConfigError for a password that is missing."""
    password = Secret(mqtt.password().get_secret_value())
    return Broker(mqtt.host, mqtt.port, mqtt.topic, mqtt.tls, mqtt.username, password)


def _line_of(event: Event) -> tuple[str, str] | None:
    if not isinstance(event, TOLD):
        return None
    line = encode(event)
    return str(json.loads(line)["event"]), line


def _lanes(settings: Settings) -> tuple[str, ...]:
    return (settings.kiosk.lane, *(source.lane for source in settings.sources))
