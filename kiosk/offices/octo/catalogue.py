"""Each supplier's products, kept on disk, so that a gate that starts without a network still calls things by name."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path

from kiosk.offices.keeping import keep, read_kept
from kiosk.offices.octo.products import Products, read_products, trimmed

log = logging.getLogger(__name__)


class Catalogue:
    """Names by supplier. Kept in memory alone where there is no folder, or none that can be written."""

    def __init__(self, folder: Path | None, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url
        self._products: dict[str, Products] = {}

    def of(self, supplier: str) -> Products:
        """By product id; empty until something is known."""
        return self._products.get(supplier, {})

    async def load(self, suppliers: Iterable[str]) -> None:
        """Read what an earlier run has kept. A file that cannot be read is as good as none."""
        for supplier in suppliers:
            path = self._path(supplier)
            document = None if path is None else await asyncio.to_thread(read_kept, path)
            self._take_in(supplier, document)

    async def keep(self, supplier: str, document: object) -> None:
        """Take a reply of `/products` in, and keep it. An empty one changes nothing: names do not go out of date."""
        kept = trimmed(document)
        self._take_in(supplier, kept)
        path = self._path(supplier)
        if path is not None and kept:
            try:
                await asyncio.to_thread(keep, path, kept)
            except OSError as error:
                log.warning("action=keep_catalogue supplier=%r: %s", supplier, error.strerror)

    def _take_in(self, supplier: str, document: object) -> None:
        products = read_products(document)
        if products:
            self._products[supplier] = products

    def _path(self, supplier: str) -> Path | None:
        """Supplier names are free text, so the file is named by what it is the catalogue of, hashed."""
        whose = hashlib.sha256(f"{self._base_url}\n{supplier}".encode()).hexdigest()[:16]
        return None if self._folder is None else self._folder / f"products-{whose}.json"
