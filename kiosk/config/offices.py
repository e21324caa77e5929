"""The ticket offices that may be configured. Keys and passwords are named here, and never written here."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from kiosk.config.secrets import secret, why_missing
from kiosk.config.section import (
    Address,
    OfficeUrl,
    PathBesideFile,
    Pattern,
    Seconds,
    Section,
    Variable,
    Words,
    guests_url,
)
from kiosk.domain.errors import ConfigError, Problem


class Supplier(Section):
    """One supplier whose bookings this gate redeems, and where its key is kept."""

    name: Words
    """What the screen and the record call it."""
    api_key_file: PathBesideFile | None = None
    """The file that holds its key and nothing else (from this file's folder)."""
    api_key_env: Variable | None = None
    """Or the environment variable, or systemd's credential, that holds it. One of the two."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.api_key_file is None) == (self.api_key_env is None):
            raise ValueError("give exactly one of api_key_file and api_key_env")
        return self

    def api_key(self) -> SecretStr:
        """The key. Raises ConfigError that names where it should be, never what it holds."""
        if self.api_key_file is not None:
            return self._key("api_key_file", self._read(self.api_key_file))
        return self._key("api_key_env", secret(self.api_key_env or ""))

    def _key(self, source: str, text: str) -> SecretStr:
        key = text.strip()
        if not key:
            raise self._error(source, why_missing(self.api_key_env) if self.api_key_env else "is empty")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise self._error(source, "holds something that is no key: blanks, several lines or special characters")
        return SecretStr(key)

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise self._error("api_key_file", f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise self._error("api_key_file", f"{path}: is not text") from None

    def _error(self, key: str, what: str) -> ConfigError:
        return ConfigError((Problem(f'octo.suppliers "{self.name}": {key}', what),))


class Octo(Section):
    """The OCTO ticket office."""

    base_url: OfficeUrl
    """Where it answers. http:// only to this machine."""
    env: Literal["live", "test"] = "live"
    """"test": its test environment, where no barcode is used up."""
    timeout_s: Seconds = 4.0
    """The longest that a guest waits for it, all in all."""
    credentials: bool = True
    """With several suppliers: ask the office whose code it is. false: look it up with each key."""
    accept_language: str = Field(default="en", pattern=r"^[A-Za-z0-9,;=.* -]{1,80}$")
    """The language of product and unit names."""
    suppliers: tuple[Supplier, ...]
    """Whose bookings this gate redeems."""

    @field_validator("suppliers")
    @classmethod
    def _own_names(cls, suppliers: tuple[Supplier, ...]) -> tuple[Supplier, ...]:
        if not suppliers:
            raise ValueError("name at least one supplier")
        names = [supplier.name for supplier in suppliers]
        if len(set(names)) < len(names):
            raise ValueError("two suppliers have the same name")
        return suppliers


class Vouchers(Section):
    """The voucher desk."""

    code_pattern: Pattern = "^[A-Z]{3,6}[0-9]{6,}$"
    """What a voucher's barcode looks like (a regular expression)."""
    surcharge: Literal["send_to_till", "unpaid_booking"] = "send_to_till"
    """Money still due: send the guest to the till, or book unpaid."""


class Management(Section):
    """Voucher Management: another host, with keys of its own."""

    base_url: OfficeUrl
    """Where it answers."""
    identity_url: OfficeUrl
    """Where its tokens come from."""
    client_id_env: Variable
    """The environment variable that holds the client's name."""
    client_secret_env: Variable
    """The environment variable that holds the client's secret."""
    api_key_env: Variable
    """The environment variable that holds the key."""
    tenant: Words
    """The tenant's code."""

    def secrets(self) -> tuple[SecretStr, SecretStr, SecretStr]:
        """The client's name, its secret, the key. Raises ConfigError that says where they should be."""
        name, secret, key = _held_in(self, "vista.management", "client_id_env", "client_secret_env", "api_key_env")
        return name, secret, key


class Handover(Section):
    """A page from which guests' phones take their tickets along, on the venue's own network. Not set: there is none."""

    address: Address
    """This machine's address on the guests' network. It listens there and nowhere else."""
    port: int = Field(default=8080, ge=1, le=65535)
    """The port on it."""
    link: str = ""
    """What phones are told, where it is not http://address:port: a proxy with a certificate."""
    minutes: float = Field(default=15.0, gt=0, le=240)
    """How long an order's link stays open."""

    @field_validator("link")
    @classmethod
    def _an_address(cls, link: str) -> str:
        return link and guests_url(link)

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if ip_address(self.address).is_unspecified and not self.link:
            raise ValueError("an address for all networks cannot be told to a phone: name one, or set link")
        return self


class Vista(Section):
    """The Vista cinema office."""

    base_url: OfficeUrl
    """Where it answers."""
    auth_url: OfficeUrl
    """Where its tokens come from."""
    username_env: Variable
    """The environment variable, or systemd's credential, that holds the user's name."""
    password_env: Variable
    """The environment variable, or systemd's credential, that holds the password."""
    client_id: Words = "kiosk"
    """What this kiosk calls itself when it asks for a token."""
    site_id: Words
    """The cinema."""
    region_code: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    """Sent as Connect-Region-Code; empty: not sent."""
    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    """Of every amount: the office does not say."""
    timeout_s: Seconds = 8.0
    """The longest that one request to it may take."""
    vouchers: Vouchers = Vouchers()
    management: Management | None = None
    handover: Handover | None = None

    def login(self) -> tuple[SecretStr, SecretStr]:
        """The user's name and password. Raises ConfigError that says where they should be, never what is there."""
        username, password = _held_in(self, "vista", "username_env", "password_env")
        return username, password


def _held_in(section: Section, where: str, *keys: str) -> list[SecretStr]:
    """What the variables that these keys name hold. Raises ConfigError that lists those that hold nothing."""
    found = {key: secret(getattr(section, key)) for key in keys}
    missing = [
        Problem(f"{where}: {key}", why_missing(getattr(section, key))) for key, held in found.items() if not held
    ]
    if missing:
        raise ConfigError(tuple(missing))
    return [SecretStr(held) for held in found.values()]
