"""Exceptions: start-up, transport and bugs. Expected outcomes are values (`verdict`, `reply`), never exceptions."""

from __future__ import annotations

from dataclasses import dataclass


class KioskError(Exception):
    """Root of every exception of ours; carries data, and a text that staff may read."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the configuration: where it stands, what is wrong, what to do."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class ConfigError(KioskError):
    """The configuration cannot be used. Lists every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class JournalError(KioskError):
    """The journal cannot be read or written: nothing may be redeemed."""


class JournalLocked(JournalError):
    """Another process writes this journal."""


class JournalOlder(JournalError):
    """Nothing was written to this journal yet, or by an older version: the next engine that starts makes it ready."""


class SourceError(KioskError):
    """A barcode source cannot be opened or has gone; `source` names it, `advice` says what to do."""

    def __init__(self, source: str, what: str, advice: str = "") -> None:
        super().__init__(f"{source}: {what}" + (f" ({advice})" if advice else ""))
        self.source = source
        self.what = what
        self.advice = advice


class SignalError(KioskError):
    """A loudspeaker, lamp, buzzer, turnstile or broker does not work; the text says what and why."""


class LinkError(KioskError):
    """The engine's socket cannot be reached, or speaks another version."""


class NoEngine(LinkError):
    """No engine runs there."""


class TransitionError(KioskError):
    """A step that the table of an attempt's life does not allow: a bug, never a guest's doing."""
