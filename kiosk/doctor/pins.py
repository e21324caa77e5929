"""Who may sign in at a screen: whether the PINs can be read, and whether anybody may do what takes a supervisor."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.device.pin_file import PinFileError, people_in
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.domain.roles import Role
from kiosk.station.access import pins_text

_SET = "`kiosk pin set NAME --role supervisor` gives one"


def pins(settings: Settings) -> Finding:
    """A house may have none: then whoever is at a screen may do everything there, and nobody leaves a locked one."""
    if not settings.roles.has_pins:
        return _pins(Standing.OK, "none: whoever is at a screen may do everything there (roles.pins_file)")
    try:
        people = people_in(pins_text(settings))
    except PinFileError as error:
        return _pins(Standing.FAILED, f"nobody can sign in: {error}", _SET)
    supervisors = sum(person.role is Role.SUPERVISOR for person in people)
    what = f"{len(people)} can sign in, {supervisors} as supervisor"
    return _pins(Standing.OK, what) if supervisors else _pins(Standing.NOTE, what, _SET)


def _pins(standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.CREDENTIAL, "PINs", standing, what, advice)
