"""Who we are at the Integration Platform: the client's name and secret, the key, the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

AUDIENCE = "https://partner.vista.co/"
"""developer.vista.co: the same for everybody."""


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """A `tokens.Grant`: client credentials, as JSON."""

    client_id: SecretStr
    client_secret: SecretStr
    api_key: SecretStr
    tenant: str

    @property
    def form(self) -> Mapping[str, str] | None:
        return None

    @property
    def json_body(self) -> Mapping[str, str] | None:
        return {
            "client_id": self.client_id.get_secret_value(),
            "client_secret": self.client_secret.get_secret_value(),
            "grant_type": "client_credentials",
            "audience": AUDIENCE,
            "tenant_code": self.tenant,
        }

    @property
    def whose(self) -> str:
        return f"{self.client_id.get_secret_value()}\n{self.tenant}"

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with every call beside the token."""
        return {"Vista-Api-Key": self.api_key.get_secret_value(), "Vista-Api-Tenant": self.tenant}
