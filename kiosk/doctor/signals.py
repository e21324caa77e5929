"""Loudspeaker, lamps, buzzer, turnstile and broker: each taken for a moment and given back, silent, dark and shut."""

from __future__ import annotations

from kiosk.config import Mqtt, Settings
from kiosk.device.mqtt import MqttPublisher, connected
from kiosk.device.signals.turnstile import Turnstile
from kiosk.domain.errors import ConfigError, SignalError
from kiosk.domain.events import Status
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.ports import Signal
from kiosk.station.signals import broker_of, devices

_ADVICE = {
    "sound": "look at the cable, `aplay -l` and signals.sound.device",
    "bell": "mend signals.sound.terminal",
    "turnstile": "let guests in by hand, and look at signals.turnstile",
    "mqtt": "look at the network, the broker and signals.mqtt",
}


def signals(settings: Settings, status: Status | None) -> list[Finding]:
    """Everything that is configured; nothing sounds and nothing opens. `status`: what a running engine says."""
    found = [_device(signal, status) for signal in devices(settings)]
    if settings.signals.mqtt is not None:
        found.append(_broker(settings.signals.mqtt, status))
    return found


def _device(signal: Signal, status: Status | None) -> Finding:
    part = Part.TURNSTILE if isinstance(signal, Turnstile) else Part.SIGNAL
    if status is not None:
        return _heard(part, signal.name, status)
    try:
        signal.open()
        return Finding(part, signal.name, Standing.OK, "there, and quiet")
    except SignalError as error:
        return _failed(part, signal.name, str(error))
    finally:
        signal.close()


def _broker(mqtt: Mqtt, status: Status | None) -> Finding:
    if status is not None:
        return _heard(Part.SIGNAL, MqttPublisher.name, status)
    try:
        client = connected(broker_of(mqtt))
    except (SignalError, ConfigError) as error:
        return _failed(Part.SIGNAL, MqttPublisher.name, str(error))
    client.disconnect()
    client.loop_stop()
    return Finding(Part.SIGNAL, MqttPublisher.name, Standing.OK, f"{mqtt.host} takes us in")


def _heard(part: Part, name: str, status: Status) -> Finding:
    """By the engine's notices, which begin with the device's name."""
    trouble = next((notice for notice in status.notices if notice.startswith(f"{name}: ")), None)
    if trouble is not None:
        return _failed(part, name, trouble)
    return Finding(part, name, Standing.OK, "the engine has it")


def _failed(part: Part, name: str, said: str) -> Finding:
    advice = _ADVICE.get(name, f"look at signals.{name}")
    return Finding(part, name, Standing.FAILED, said.removeprefix(f"{name}: "), advice)
