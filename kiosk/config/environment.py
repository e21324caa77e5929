"""KIOSK_SECTION__KEY=value: what the environment says in place of the file. One layer for each variable."""

from __future__ import annotations

import os
from typing import Any

from kiosk.config.settings import Settings
from kiosk.domain.errors import Problem

PREFIX = "KIOSK_"


def read_environment(problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    """Each variable's name and the keys that it sets; lists and tables are written as JSON.

    A variable of one word that is no section (KIOSK_CONFIG, somebody's KIOSK_API_KEY) is none of ours; one with `__`
    always is, so that a typing error does not pass in silence.
    """
    names = sorted(name for name in os.environ if name.startswith(PREFIX) and _is_ours(name))
    if not names:
        return []
    # Its import takes longer than all the rest of this package's, and most machines set no variable.
    from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

    class Environment(Settings, BaseSettings):
        model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__")

    layers: list[tuple[str, dict[str, Any]]] = []
    for name in names:
        source = EnvSettingsSource(Environment)
        source.env_vars = {name.lower(): os.environ[name]}
        try:
            layer = source()
        except SettingsError:
            problems.append(Problem(name, "is not JSON, which lists and tables are written in"))
            continue
        section = name[len(PREFIX) :].lower().split("__")[0]
        layers.append((name, layer or {section: os.environ[name]}))
    return layers


def _is_ours(name: str) -> bool:
    return "__" in name or name[len(PREFIX) :].lower() in Settings.model_fields
