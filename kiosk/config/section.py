"""What every section of the configuration shares: no unknown keys, and the kinds of value that are checked."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo


class Section(BaseModel):
    """A table of the configuration file. The text under each key is what the example file says about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


def section_in(annotation: Any) -> type[Section] | None:
    """The one section inside `Octo | None` or `tuple[Supplier, ...]`; None where there are several or none."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    found = {section for part in get_args(annotation) if (section := section_in(part)) is not None}
    return found.pop() if len(found) == 1 else None


def _words(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be printable text, and not blank")
    return text.strip()


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError("must be the name of an environment variable, never the secret itself")
    return name


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


def _office_url(text: str) -> str:
    """An office's address without a slash at its end. Plain http never leaves this machine: the key goes with it."""
    url = guests_url(text)
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("http:// is for this machine only (localhost, 127.0.0.1, [::1]); use https://")
    return url


def guests_url(text: str) -> str:
    """A web address without a slash at its end. Raises ValueError."""
    if not text.isprintable() or re.search(r"[\s\\]", text):
        raise ValueError("must be an address without blanks or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"is no address: {error}") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise ValueError("must be an address that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("must end before any ? or #")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ValueError("must be an IP address, like 192.168.1.20") from None


def _beside_the_file(path: Path, asked: ValidationInfo) -> Path:
    """A relative path is meant from the configuration file's folder, which `load` passes in as the context."""
    if "\0" in str(path) or str(path) == ".":
        raise ValueError("must be a path")
    folder = (asked.context or {}).get("folder", Path())
    return Path(folder, path.expanduser())


Words = Annotated[str, AfterValidator(_words), Field(max_length=40)]
"""A name that people read on the screen."""
OptionalWords = Annotated[str, AfterValidator(lambda text: text and _words(text)), Field(max_length=40)]
"""The same, or nothing."""
Variable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable. A text that cannot be one is never repeated: it may be the secret."""
Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression."""
OfficeUrl = Annotated[str, AfterValidator(_office_url)]
"""https, or http to this machine."""
Address = Annotated[str, AfterValidator(_address)]
"""An IP address."""
PathBesideFile = Annotated[Path, AfterValidator(_beside_the_file)]
"""A path; relative ones start at the configuration file's folder."""
Seconds = Annotated[float, Field(gt=0)]
