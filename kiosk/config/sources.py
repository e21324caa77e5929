"""The barcode sources that may be configured: one model for each kind, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from kiosk.config.section import OptionalWords, PathBesideFile, Section

Format = Literal[
    "QRCODE",
    "MICRO_QRCODE",
    "AZTEC",
    "DATA_MATRIX",
    "PDF417",
    "CODE128",
    "CODE39",
    "ITF",
    "EAN13",
    "EAN8",
    "UPCA",
    "UPCE",
]
"""A barcode's symbology, by the name that verdicts carry."""

USUAL_FORMATS: tuple[Format, ...] = get_args(Format)[:9]
"""What tickets are printed in; each format more costs time on every frame and lets noise be read as a code."""


def _device(device: int | str) -> int | str:
    """A number in the environment comes as text."""
    if isinstance(device, str):
        if not device or "\0" in device:
            raise ValueError("must be a number, a device's path, or a file")
        return int(device) if device.isascii() and device.isdigit() else device
    if device < 0:
        raise ValueError("must not be below 0")
    return device


class _Source(Section):
    kind: str
    """What it is."""
    name: OptionalWords = Field(default="", validate_default=True)
    """Its name in messages; empty: its kind."""
    lane: OptionalWords = ""
    """The lane that it serves; empty: the kiosk's."""

    @field_validator("name")
    @classmethod
    def _name_or_kind(cls, name: str, asked: ValidationInfo) -> str:
        return name or str(asked.data.get("kind", ""))


class Camera(_Source):
    kind: Literal["camera"] = "camera"
    """A camera, a video file, or numbered pictures."""
    device: Annotated[int | str, AfterValidator(_device)] = 0
    """The camera's number, its path (/dev/v4l/by-id/...), or a file."""
    width: int = Field(default=1280, gt=0)
    """Pixels asked of the camera; it may give others."""
    height: int = Field(default=720, gt=0)
    """Pixels asked of the camera."""
    fps: float = Field(default=30.0, gt=0)
    """Frames a second asked of the camera."""
    fourcc: str = Field(default="MJPG", pattern=r"^([ -~]{4})?$")
    """How frames cross the cable: most USB cameras reach 1280x720 at 30 only so. Empty: its own choice."""
    formats: tuple[Format, ...] = USUAL_FORMATS
    """What to look for; also EAN8, UPCA, UPCE. Fewer are faster and safer."""
    min_length: int = Field(default=4, ge=1)
    """Shorter codes are taken for noise."""

    @field_validator("formats")
    @classmethod
    def _some(cls, formats: tuple[Format, ...]) -> tuple[Format, ...]:
        if not formats:
            raise ValueError("name at least one format")
        return formats


class Wedge(_Source):
    kind: Literal["wedge"] = "wedge"
    """A scanner that types like a keyboard, into the screen."""
    prefix: str = ""
    """What the scanner types before each code; it is taken off."""
    suffix: str = ""
    """What it types after each code, before Enter; it is taken off."""
    min_length: int = Field(default=4, ge=1)
    """Shorter bursts are taken for key presses."""


class Lines(_Source):
    kind: Literal["lines"] = "lines"
    """Standard input, one code on each line."""


class Replay(_Source):
    kind: Literal["replay"] = "replay"
    """Codes recorded earlier, played again."""
    path: PathBesideFile
    """The recording."""


class Evdev(_Source):
    kind: Literal["evdev"] = "evdev"
    """A keyboard scanner read from the kernel, past the terminal and its layout."""
    device: str = Field(min_length=1)
    """Its path, best one of /dev/input/by-id/."""
    grab: bool = True
    """Keep what it types from every other program."""


class Serial(_Source):
    kind: Literal["serial"] = "serial"
    """A scanner on a serial line (also USB-COM)."""
    device: str = Field(min_length=1)
    """Its path, best one of /dev/serial/by-id/."""
    baud: int = Field(default=9600, gt=0)
    """Bits a second, as set in the scanner."""


class Hidraw(_Source):
    kind: Literal["hidraw"] = "hidraw"
    """A USB scanner in HID point-of-sale mode."""
    device: str = Field(min_length=1)
    """Its path, /dev/hidraw0 or one that a udev rule made."""


KINDS: tuple[type[_Source], ...] = (Camera, Wedge, Lines, Replay, Evdev, Serial, Hidraw)

Source = Annotated[Camera | Wedge | Lines | Replay | Evdev | Serial | Hidraw, Field(discriminator="kind")]
