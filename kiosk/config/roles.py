"""Who may do what, and where the PINs of staff are kept. A PIN never stands here, and neither does its hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from kiosk.config.secrets import secret
from kiosk.config.section import PathBesideFile, Seconds, Section, Variable
from kiosk.domain.roles import USUAL, Action, Role


class Roles(Section):
    """Who may do what: "guest" is whoever stands there, "staff" and "supervisor" sign in. Holds once there are PINs."""

    pins_file: PathBesideFile | None = None
    """The file that `kiosk pin set NAME` writes (from this file's folder). Without PINs everybody may do all of it."""
    pins_env: Variable | None = None
    """Or the environment variable, or systemd's credential, that holds what stands in that file."""
    idle_s: Seconds = 120.0
    """Seconds after the last key after which whoever has signed in is signed out."""
    type_code: Role = USUAL[Action.TYPE_CODE]
    """Type a code by hand."""
    look_up: Role = USUAL[Action.LOOK_UP]
    """Find bookings by reference, e-mail address or telephone number."""
    look_only: Role = USUAL[Action.LOOK_ONLY]
    """Let a lane look at tickets and redeem nothing, and back."""
    undo: Role = USUAL[Action.UNDO]
    """Take an admission back."""
    no_show: Role = USUAL[Action.NO_SHOW]
    """Mark guests as not come: cannot be undone."""
    settle: Role = USUAL[Action.SETTLE]
    """Settle what waits for a supervisor."""
    park: Role = USUAL[Action.PARK]
    """Take what is owed out of the machine's hands."""
    vouchers: Role = USUAL[Action.VOUCHERS]
    """Serve the voucher desk."""
    gift_cards: Role = USUAL[Action.GIFT_CARDS]
    """See the numbers and PINs of gift cards in full."""
    issue: Role = USUAL[Action.ISSUE]
    """See and resume jobs of Voucher Management."""
    leave: Role = USUAL[Action.LEAVE]
    """Close a locked screen."""
    quit: Role = USUAL[Action.QUIT]
    """Close a screen that is not locked."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.pins_file is not None and self.pins_env is not None:
            raise ValueError("give one of pins_file and pins_env, not both")
        return self

    @property
    def has_pins(self) -> bool:
        """Whether the house tells people apart."""
        return self.pins_file is not None or self.pins_env is not None

    @property
    def lowest(self) -> Mapping[Action, Role]:
        """The lowest role for each action."""
        return {action: getattr(self, action.value) for action in Action}

    def pins_held(self) -> str:
        """What the variable or credential of `pins_env` holds; empty where there is none."""
        return secret(self.pins_env or "")
