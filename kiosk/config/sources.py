"""The barcode sources that may be configured: one model for each kind, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from kiosk.config.section import OptionalWords, PathBesideFile, Seconds, Section
from kiosk.domain.framing import FramingRules
from kiosk.domain.layouts import LAYOUTS, Layout
from kiosk.domain.translation import Translation, layouts_of, translation

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


def _layouts(option: str) -> str:
    layouts_of(option)
    return option


def _layouts_to_us(option: str) -> str:
    if layouts_of(option)[1] != "us":
        raise ValueError('must end in ">us": the keyboard that evdev reads is always us')
    return option


Character = Annotated[str, Field(min_length=1, max_length=1)]


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
    """The camera's number, its path (/dev/v4l/by-id/...), "picamera2" for a Raspberry Pi's own, or a film's file."""
    width: int = Field(default=1280, gt=0)
    """Pixels asked of the camera; it may give others."""
    height: int = Field(default=720, gt=0)
    """Pixels asked of the camera."""
    fps: float = Field(default=30.0, gt=0)
    """Frames a second asked of the camera."""
    fourcc: str = Field(default="MJPG", pattern=r"^([ -~]{4})?$")
    """How frames cross the cable: most USB cameras reach 1280x720 at 30 only so. Empty: its own choice."""
    exposure: float | None = Field(default=None, gt=0)
    """In the camera's own units: 100 µs for most USB cameras, µs for picamera2. Left out: by itself."""
    focus: float | None = Field(default=None, ge=0)
    """In the camera's own units; dioptres for picamera2. Left out: by itself."""
    formats: tuple[Format, ...] = USUAL_FORMATS
    """What to look for; also EAN8, UPCA, UPCE. Fewer are faster and safer."""
    min_length: int = Field(default=4, ge=1)
    """Shorter codes are taken for noise, as are ITF codes of less than six digits."""

    @field_validator("formats")
    @classmethod
    def _some(cls, formats: tuple[Format, ...]) -> tuple[Format, ...]:
        if not formats:
            raise ValueError("name at least one format")
        return formats


class _Device(_Source):
    device: str = Field(min_length=1)
    """Its path."""


class _Scanner(_Source):
    prefix: str = ""
    """What the scanner sends before each code; it is taken off."""
    suffix: str = ""
    """What it sends after each code, before the terminator; it is taken off."""
    terminators: str = "\r\n"
    """Each of these characters ends a code; with none of them, silence does."""
    min_length: int = Field(default=4, ge=1)
    """Shorter codes are dropped."""
    strip_aim: bool = True
    """Take a symbology identifier like ]Q1 off, and name the symbology by it."""
    replace: dict[Character, str] = Field(default={})
    """Characters that come out wrong, and what is meant: { "~" = "\\u001d" }."""

    @property
    def rules(self) -> FramingRules:
        return FramingRules(
            self.prefix, self.suffix, self.terminators, min_length=self.min_length, strip_aim=self.strip_aim
        )

    @property
    def translation(self) -> Translation:
        return translation("", self.replace)


class Wedge(_Scanner):
    kind: Literal["wedge"] = "wedge"
    """A scanner that types like a keyboard, into the screen."""
    min_length: int = Field(default=4, ge=1)
    """Shorter bursts are taken for key presses."""
    translate: Annotated[str, AfterValidator(_layouts)] = ""
    """The scanner's keyboard layout and this machine's, where they differ: "us>de". `kiosk calibrate` finds it."""

    @property
    def translation(self) -> Translation:
        return translation(self.translate, self.replace)


class Lines(_Source):
    kind: Literal["lines"] = "lines"
    """Standard input, one code on each line."""


class Replay(_Source):
    kind: Literal["replay"] = "replay"
    """Pictures of tickets, held before a pretend camera one after the other."""
    path: PathBesideFile
    """The folder of the pictures, as `kiosk sandbox --tickets` writes them; shown in the order of their names."""
    gap_s: Seconds = 0.6
    """Seconds between one ticket and the next."""
    endless: bool = False
    """Begin again after the last one."""


class Evdev(_Scanner, _Device):
    kind: Literal["evdev"] = "evdev"
    """A keyboard scanner read from the kernel, past the terminal and its layout."""
    device: str = Field(min_length=1)
    """Its path, best one of /dev/input/by-id/."""
    grab: bool = True
    """Keep what it types from every other program."""
    translate: Annotated[str, AfterValidator(_layouts_to_us)] = ""
    """The scanner's keyboard layout, where it is not us: "de>us". `kiosk calibrate` finds it."""

    @property
    def layout(self) -> Layout:
        """What the scanner believes in."""
        return LAYOUTS[layouts_of(self.translate)[0]]


class Serial(_Scanner, _Device):
    kind: Literal["serial"] = "serial"
    """A scanner on a serial line (also USB-COM)."""
    device: str = Field(min_length=1)
    """Its path, best one of /dev/serial/by-id/."""
    baud: int = Field(default=9600, gt=0)
    """Bits a second, as set in the scanner."""


class Hidraw(_Scanner, _Device):
    kind: Literal["hidraw"] = "hidraw"
    """A USB scanner in HID point-of-sale mode."""
    device: str = Field(min_length=1)
    """Its path, /dev/hidraw0 or one that a udev rule made."""


KINDS: tuple[type[_Source], ...] = (Camera, Wedge, Lines, Replay, Evdev, Serial, Hidraw)

Source = Annotated[Camera | Wedge | Lines | Replay | Evdev | Serial | Hidraw, Field(discriminator="kind")]
