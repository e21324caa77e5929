"""The files in config/: the example is complete, right and says the defaults; the demo's loads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kiosk.config import Settings, load
from kiosk.config.example import example
from kiosk.config.offices import Handover, Management, Octo, Supplier, Vista, Vouchers
from kiosk.config.settings import Gate, JournalFile, Offline
from kiosk.config.signals import Buzzer, Lamps, Metrics, Mqtt, Sound, Turnstile
from kiosk.config.sources import KINDS

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = CONFIG / "kiosk.example.toml"


def everything() -> dict[str, Any]:
    """The example with every # taken off that stands before a key or a section."""
    return tomllib.loads(re.sub(r"^#(?=[\[a-z])", "", EXAMPLE.read_text(), flags=re.MULTILINE))


def test_the_file_is_what_the_models_say() -> None:
    assert EXAMPLE.read_text() == example(), "write it again: kiosk config init, and move it to config/"


def test_as_it_stands_it_is_right_and_says_only_defaults() -> None:
    settings, plain = load(EXAMPLE), Settings()
    assert settings.octo is not None
    shown = settings.model_dump(exclude={"octo"})
    assert shown == plain.model_dump(exclude={"octo"})
    assert settings.octo == Octo(base_url=settings.octo.base_url, suppliers=settings.octo.suppliers)


def test_with_everything_taken_in_every_key_is_there_with_its_default() -> None:
    text = everything()
    [supplier] = text["octo"]["suppliers"]
    sources = {source["kind"]: source for source in text["sources"]}
    assert set(text) == set(Settings.model_fields)
    tables: list[tuple[dict[str, Any], type[BaseModel]]] = [
        (text["kiosk"], Gate),
        (text["journal"], JournalFile),
        (text["octo"], Octo),
        (supplier, Supplier),
        (text["vista"], Vista),
        (text["vista"]["vouchers"], Vouchers),
        (text["vista"]["management"], Management),
        (text["vista"]["handover"], Handover),
        (text["offline"], Offline),
        (text["signals"]["sound"], Sound),
        (text["signals"]["lamps"], Lamps),
        (text["signals"]["buzzer"], Buzzer),
        (text["signals"]["turnstile"], Turnstile),
        (text["signals"]["mqtt"], Mqtt),
        (text["metrics"], Metrics),
        *((sources[str(model.model_fields["kind"].default)], model) for model in KINDS),
    ]
    for table, model in tables:
        check_table(table, model)


def check_table(table: dict[str, Any], model: type[BaseModel]) -> None:
    assert set(table) == set(model.model_fields), model.__name__
    for name, field in model.model_fields.items():
        if field.is_required() or field.default is None or isinstance(table[name], dict):
            continue
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        assert table[name] == (str(default) if isinstance(default, Path) else default), (model.__name__, name)


def test_with_everything_taken_in_it_is_right() -> None:
    text = everything()
    del text["octo"]["suppliers"][0]["api_key_env"]  # one of the two
    del text["roles"]["pins_env"]
    settings = Settings.model_validate(text)
    assert len(settings.sources) == len(KINDS)
    assert settings.vista is not None
    assert settings.vista.management is not None


def test_every_key_is_explained() -> None:
    keys = [line for line in EXAMPLE.read_text().splitlines() if re.match(r"#?[a-z_]+ = ", line)]
    assert keys
    assert [line for line in keys if not re.search(r"  # \S.*\.$", line)] == []


def test_the_demos_configuration_loads_with_its_keys() -> None:
    settings = load(CONFIG / "demo.toml", sources=[{"kind": "lines"}])
    assert settings.octo is not None
    assert settings.octo.base_url == "http://127.0.0.1:8765/octo"
    keys = {supplier.name: supplier.api_key().get_secret_value() for supplier in settings.octo.suppliers}
    assert keys == {
        "River Cruises": "00000000-0000-4000-8000-00000000a001",
        "Harbour Museum": "00000000-0000-4000-8000-00000000a002",
    }
