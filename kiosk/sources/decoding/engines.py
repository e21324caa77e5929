"""The engines behind one protocol, and which of them this machine has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Protocol

from kiosk.domain.errors import SourceError
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.vision import Picture

log = logging.getLogger(__name__)


class Engine(Protocol):
    """A barcode library. Not to be used by two threads at a time: libzbar's scanner mixes their results up."""

    @property
    def name(self) -> str: ...

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        """The codes of these symbologies in a picture; nothing raised for whatever is in it.

        `thorough`: also upside down, on its side, inverted and smaller, where the engine knows how.
        """
        ...


def engines(say: Callable[[str], None] = log.warning) -> dict[str, Engine]:
    """The engines that can be loaded, by name. `say` is told once of each that cannot.

    Raises SourceError where there is none.
    """
    found: dict[str, Engine] = {}
    for name, load in (("zxing", _zxing), ("zbar", _zbar)):
        try:
            found[name] = load()
        except (ImportError, OSError, AttributeError) as error:
            if name not in _told:
                _told.add(name)
                say(f"the {name} barcode engine is missing ({_ADVICE[name]}): {error}")
    if not found:
        raise SourceError("decoder", "no barcode engine can be loaded", "install zxing-cpp, or the system's libzbar0")
    return found


_told: set[str] = set()
_ADVICE = {"zxing": "pip install zxing-cpp", "zbar": "apt install libzbar0; fewer hard codes are read without it"}


def _zxing() -> Engine:
    from kiosk.sources.decoding.zxing import Zxing

    return Zxing()


def _zbar() -> Engine:
    from kiosk.sources.decoding.zbar import Zbar

    return Zbar()
