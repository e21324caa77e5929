"""The catalogue on disk: names survive a restart, and no file can hurt."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from kiosk.offices.octo.catalogue import Catalogue
from kiosk.offices.octo.products import Unit, read_products
from tests.offices.octo.wire import Json, example

URL = "https://office.example/octo"
WALK = "e7cc8bb4-8d1c-4848-8824-5dbedb718681"


async def kept(folder: Path | None, document: Json = None, supplier: str = "River") -> Catalogue:
    catalogue = Catalogue(folder, URL)
    await catalogue.keep(supplier, example("products") if document is None else document)
    return catalogue


async def loaded(folder: Path | None, supplier: str = "River") -> Catalogue:
    catalogue = Catalogue(folder, URL)
    await catalogue.load([supplier])
    return catalogue


def the_file(folder: Path) -> Path:
    (only,) = folder.iterdir()
    return only


async def test_what_one_run_keeps_the_next_one_knows(tmp_path: Path) -> None:
    first = await kept(tmp_path / "catalogue")
    second = await loaded(tmp_path / "catalogue")
    assert second.of("River") == first.of("River")
    product = second.of("River")[WALK]
    assert (product.name, product.time_zone) == ("Walking Tour of Barcelona", "Europe/Madrid")
    assert product.units["DEFAULT", "child"] == Unit("Child", "CHILD", 1)


async def test_suppliers_and_offices_do_not_share_names(tmp_path: Path) -> None:
    await kept(tmp_path)
    assert (await loaded(tmp_path, "Tower")).of("Tower") == {}
    elsewhere = Catalogue(tmp_path, "https://other.example/octo")
    await elsewhere.load(["River"])
    assert elsewhere.of("River") == {}


async def test_the_file_is_ours_alone_and_holds_names_only(tmp_path: Path) -> None:
    document = example("products")
    document[0]["options"][0]["secretCost"] = document[0]["netPrice"] = "12.50"
    await kept(tmp_path / "catalogue", document)
    file = the_file(tmp_path / "catalogue")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "12.50" not in file.read_text()
    assert read_products(json.loads(file.read_text())) == read_products(document)


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\x00", b"17", b"{}", b'[{"id": []}, 3]', b"[" * 100_000])
async def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    await kept(tmp_path)
    the_file(tmp_path).write_bytes(content)
    assert (await loaded(tmp_path)).of("River") == {}


async def test_a_write_that_fails_leaves_the_old_file_and_the_new_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await kept(tmp_path)
    before = the_file(tmp_path).read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    catalogue = await kept(tmp_path, [{"id": WALK, "internalName": "Renamed"}])
    assert catalogue.of("River")[WALK].name == "Renamed"
    assert the_file(tmp_path).read_bytes() == before, "and nothing half-written beside it"
    assert "No space left on device" in caplog.text


async def test_a_folder_that_cannot_be_made_costs_nothing_but_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file")
    catalogue = await kept(tmp_path / "taken")
    assert catalogue.of("River")[WALK].name == "Walking Tour of Barcelona"
    assert "keep_catalogue" in caplog.text


@pytest.mark.parametrize("document", [[], {}, None, 17, [None], [{"internalName": "no id"}]])
async def test_an_empty_reply_takes_no_name_away(tmp_path: Path, document: Json) -> None:
    catalogue = await kept(tmp_path)
    await catalogue.keep("River", document)
    assert WALK in catalogue.of("River")
    assert WALK in (await loaded(tmp_path)).of("River")


async def test_without_a_folder_names_live_in_memory() -> None:
    assert WALK in (await kept(None)).of("River")
    assert (await loaded(None)).of("River") == {}
