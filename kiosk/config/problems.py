"""What is wrong with a configuration, in words that name the place and the remedy. Values are never repeated."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kiosk.config.section import section_in
from kiosk.config.settings import Key, Settings
from kiosk.config.sources import KINDS
from kiosk.domain.errors import Problem

_KINDS = {str(model.model_fields["kind"].default): model for model in KINDS}


def told(error: ValidationError, origins: Mapping[Key, str], file: str) -> tuple[Problem, ...]:
    """Every problem of a validation, in the order of the sections."""
    problems = []
    for detail in error.errors(include_url=False, include_input=False):
        key = _key(detail["loc"])
        problems.append(Problem(f"{_origin(key, origins) or file}: {dotted(key)}", _what(detail)))
    return tuple(problems)


def _origin(key: Key, origins: Mapping[Key, str]) -> str:
    """Who set a value, or the table or list that it is missing from."""
    return next((origins[key[:n]] for n in range(len(key), 0, -1) if key[:n] in origins), "")


def dotted(key: Key) -> str:
    """A key as people write it: octo.suppliers[0].name."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


def _key(loc: Key) -> Key:
    """pydantic names the kind of a source in the midst of its place."""
    return loc[:2] + loc[3:] if loc[:1] == ("sources",) and len(loc) > 2 else loc


def _what(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return "unknown key" + _did_you_mean(detail["loc"])
        case "missing":
            return "is missing"
        case "union_tag_invalid":
            return f"unknown kind; one of {', '.join(_KINDS)}"
        case "union_tag_not_found":
            return f"has no kind; one of {', '.join(_KINDS)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "should be a table"
        case "tuple_type" | "list_type":
            return "should be a list"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return detail["msg"].replace("Input should", "should")


def _did_you_mean(loc: Key) -> str:
    known = _names_at(loc[:-1])
    near = get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else f"; known are {', '.join(known)}"


def _names_at(loc: Key) -> list[str]:
    """The keys of the table at a place."""
    model: type[BaseModel] = Settings
    for part in loc:
        if part in _KINDS and model is Settings:
            return list(_KINDS[str(part)].model_fields)
        if isinstance(part, str) and part in model.model_fields:
            model = section_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)
