"""The example file, made from the models: every key is in it, and what it says of each is what the code says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.config.explaining import toml
from kiosk.config.offices import Handover, Management, Octo, Supplier, Vista, Vouchers
from kiosk.config.roles import Roles
from kiosk.config.section import Section, section_in
from kiosk.config.settings import Gate, JournalFile, Offline
from kiosk.config.signals import Buzzer, Lamps, Metrics, Mqtt, Sound, Turnstile
from kiosk.config.sources import KINDS, Wedge

HEAD = """\
# The configuration of a kiosk: every key, with its default.
# A line that begins with #key or #[section] is one that may be set: take the # away.
# The environment wins over this file: KIOSK_KIOSK__LANE="Gate B", lists as JSON: KIOSK_SOURCES='[{"kind":"lines"}]'.
# `kiosk config check` lists every mistake, `kiosk config show` what is in force."""

FILLED_IN: dict[tuple[str, str], Any] = {
    ("kiosk", "socket"): "/run/kiosk/gate-a.sock",
    ("offline", "prefetch"): True,
    ("octo", "base_url"): "https://api.ventrata.com/octo",
    ("octo.suppliers", "name"): "River Cruises",
    ("octo.suppliers", "api_key_file"): "river-cruises.key",
    ("octo.suppliers", "api_key_env"): "RIVER_CRUISES_KEY",
    ("vista", "base_url"): "https://cinema-digital-api.app.vista.co",
    ("vista", "auth_url"): "https://auth.moviexchange.com",
    ("vista", "username_env"): "VISTA_USERNAME",
    ("vista", "password_env"): "VISTA_PASSWORD",
    ("vista", "site_id"): "0002",
    ("vista.management", "base_url"): "https://integration.app.vista.co",
    ("vista.management", "identity_url"): "https://identity.app.vista.co",
    ("vista.management", "client_id_env"): "VISTA_CLIENT_ID",
    ("vista.management", "client_secret_env"): "VISTA_CLIENT_SECRET",
    ("vista.management", "api_key_env"): "VISTA_API_KEY",
    ("vista.management", "tenant"): "cinema",
    ("roles", "pins_file"): "pins.json",
    ("roles", "pins_env"): "KIOSK_PINS",
    ("camera", "exposure"): 100.0,
    ("camera", "focus"): 0.0,
    ("signals.sound", "terminal"): "/dev/tty1",
    ("signals.lamps", "green"): 17,
    ("signals.lamps", "amber"): 27,
    ("signals.lamps", "red"): 22,
    ("signals.buzzer", "pin"): 23,
    ("signals.turnstile", "pin"): 24,
    ("signals.mqtt", "host"): "broker.example",
    ("signals.mqtt", "password_env"): "MQTT_PASSWORD",
    ("metrics", "port"): 9464,
    ("vista.handover", "address"): "192.168.1.20",
    ("replay", "path"): "tickets",
    ("evdev", "device"): "/dev/input/by-id/usb-scanner-event-kbd",
    ("serial", "device"): "/dev/serial/by-id/usb-scanner",
    ("hidraw", "device"): "/dev/hidraw0",
}
"""What stands where there is no default."""

LEFT_OUT = {
    ("kiosk", "socket"),
    ("octo.suppliers", "api_key_env"),
    ("offline", "prefetch"),
    ("roles", "pins_file"),
    ("roles", "pins_env"),
    ("signals.sound", "terminal"),
    ("metrics", "port"),
}
"""Keys of sections that everybody has, written as a line to take the # off."""


def example() -> str:
    """The text of config/kiosk.example.toml, and what `kiosk config init` writes."""
    lines = [HEAD]
    lines += _table("kiosk", Gate)
    lines += _table("journal", JournalFile)
    lines += _table("octo", Octo)
    lines += _table("octo.suppliers", Supplier, "[[{}]]")
    lines += _table("offline", Offline)
    lines += _table("roles", Roles)
    lines += _table("signals.sound", Sound)
    for name, off in (("lamps", Lamps), ("buzzer", Buzzer), ("turnstile", Turnstile), ("mqtt", Mqtt)):
        lines += _off(_table(f"signals.{name}", off))
    lines += _table("metrics", Metrics)
    for model in KINDS:
        lines += _source(model)
    lines += _off(_table("vista", Vista))
    lines += _off(_table("vista.vouchers", Vouchers))
    lines += _off(_table("vista.management", Management))
    lines += _off(_table("vista.handover", Handover))
    return "\n".join(lines) + "\n"


def _table(name: str, model: type[Section], heading: str = "[{}]") -> Iterator[str]:
    yield ""
    yield heading.format(name) + (f"  # {model.__doc__}" if model.__doc__ else "")
    for key, field in model.model_fields.items():
        if section_in(field.annotation):
            continue
        missing = field.is_required() or field.default is None
        line = f"{key} = {toml(FILLED_IN[name, key] if missing else field.default)}"
        if (name, key) in LEFT_OUT:
            line = "#" + line
        yield f"{line.ljust(40)}  # {field.description}"


def _source(model: type[Section]) -> Iterator[str]:
    lines = _table(str(model.model_fields["kind"].default), model, "[[sources]]")
    return lines if model is Wedge else _off(lines)


def _off(lines: Iterator[str]) -> Iterator[str]:
    return ("#" + line if line else line for line in lines)
