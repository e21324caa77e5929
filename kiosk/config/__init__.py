"""The configuration: what may be set, from where, and how it is told. Imports no device's and no network's library."""

from kiosk.config.explaining import explain
from kiosk.config.loading import find_file, load
from kiosk.config.offices import Handover, Management, Octo, Supplier, Vista
from kiosk.config.places import issuing_dir, journal_path, socket_path, state_dir
from kiosk.config.roles import Roles
from kiosk.config.settings import Gate, JournalFile, Offline, Settings
from kiosk.config.signals import Mqtt, Signals, Sound
from kiosk.config.sources import Camera, Evdev, Hidraw, Lines, Replay, Serial, Source, Wedge

__all__ = [
    "Camera",
    "Evdev",
    "Gate",
    "Handover",
    "Hidraw",
    "JournalFile",
    "Lines",
    "Management",
    "Mqtt",
    "Octo",
    "Offline",
    "Replay",
    "Roles",
    "Serial",
    "Settings",
    "Signals",
    "Sound",
    "Source",
    "Supplier",
    "Vista",
    "Wedge",
    "explain",
    "find_file",
    "issuing_dir",
    "journal_path",
    "load",
    "socket_path",
    "state_dir",
]
