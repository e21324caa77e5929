"""The pretend Integration Platform as `kiosk sandbox` and tests meet it: `sandbox.integration`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kiosk.sandbox.books import Books
from kiosk.sandbox.integration.access import API_KEY, CLIENT_ID, CLIENT_SECRET, TENANT
from kiosk.sandbox.integration.back_office import PRODUCTS, SAMPLE_CLIENT, SAMPLE_ITEM, SAMPLE_SCARCE_ITEM
from kiosk.sandbox.integration.office import IDENTITY, PREFIX, Integration


class IntegrationPlace:
    """Where it is, who may ask there, and what has been issued."""

    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    api_key = API_KEY
    tenant = TENANT
    client_code = SAMPLE_CLIENT
    item = SAMPLE_ITEM
    scarce_item = SAMPLE_SCARCE_ITEM

    def __init__(self, integration: Integration, books: Books, root_url: Callable[[], str]) -> None:
        self._integration = integration
        self._books = books
        self._root_url = root_url

    @property
    def base_url(self) -> str:
        """What stands before `/api/v1/…`."""
        return f"{self._root_url()}{PREFIX}"

    @property
    def identity_url(self) -> str:
        """What stands before `/oauth/token`."""
        return f"{self._root_url()}{IDENTITY}"

    @property
    def distributed(self) -> Counter[str]:
        """How often each recipient has been given an item, whatever the client was told."""
        return Counter(entry.reference for entry in self._books.entries if entry.action == "distributed")

    @property
    def references(self) -> Counter[str]:
        """How often each reference has been distributed: what staff would look up before they repeat anything."""
        return Counter(entry.notes["reference"] for entry in self._books.entries if entry.action == "distributed")

    @property
    def correlation_ids(self) -> tuple[str, ...]:
        """Of every call that was let in."""
        return tuple(self._integration.identity.correlation_ids)

    def revoke_tokens(self) -> None:
        """From now on every token that was given out is answered with 401."""
        self._integration.identity.revoke()

    def as_json(self) -> dict[str, object]:
        """What `kiosk sandbox` prints of it."""
        return {
            "base_url": self.base_url,
            "identity_url": self.identity_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "api_key": self.api_key,
            "tenant": self.tenant,
            "client_code": self.client_code,
            "client_order_items": [self.item, self.scarce_item],
            "product_codes": list(PRODUCTS),
        }
