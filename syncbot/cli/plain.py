"""Anything of ours as plain JSON, for `--json`."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from syncbot.model.values import Span


def as_json(thing: Any) -> str:
    """Return JSON text; keys in the order of the fields, so that two outputs can be compared."""
    return json.dumps(plain(thing), ensure_ascii=False, indent=2)


def plain(thing: Any) -> Any:
    """Return data that JSON can say: days and moments in ISO 8601, sets as sorted lists, errors as sentences."""
    if is_dataclass(thing) and not isinstance(thing, Span):
        body = {field.name: plain(getattr(thing, field.name)) for field in fields(thing)}
        return {"what": type(thing).__name__} | body
    match thing:
        case Mapping():
            return {_key(key): plain(value) for key, value in thing.items()}
        case frozenset():
            return sorted(plain(one) for one in thing)
        case list() | tuple():
            return [plain(one) for one in thing]
        case _:
            return _scalar(thing)


def _scalar(thing: Any) -> Any:
    match thing:
        case Enum():
            return thing.value
        case None | bool() | int() | float() | str():
            return thing
        case date():
            return thing.isoformat()
        case Span():
            return {"start": _scalar(thing.start), "end": _scalar(thing.end)}
        case BaseException():
            return str(thing)
        case _:
            raise TypeError(f"{type(thing).__name__} has no plain form")


def _key(key: Any) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)
