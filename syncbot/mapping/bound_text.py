"""What was bound, as JSON text for the store."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Schema

_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Known:
    """One field as it was bound."""

    declared: str
    """What the mapping called the column; when it says something else now, this is forgotten."""
    id: ColumnId
    native: str
    """The service's word for the column's type then."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """All that is remembered of a binding."""

    fingerprint: str = ""
    declared: tuple[str, ...] = ()
    """What the mapping called the place and the column of our key."""
    schema: Schema | None = None
    fields: Mapping[str, Known] = field(default_factory=dict)
    """Also of fields at fault now: a removed column must not be replaced by another of its name."""
    faults: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def to_text(past: Past) -> str:
    """Return the same text for the same binding."""
    return json.dumps({"version": _VERSION, **asdict(past)}, sort_keys=True, ensure_ascii=False)


def from_text(text: str | None) -> Past:
    """Return what `to_text` was given; nothing for a text of another version."""
    data: dict[str, Any] = json.loads(text) if text else {}
    if data.get("version") != _VERSION:
        return Past()
    return Past(
        fingerprint=data["fingerprint"],
        declared=tuple(data["declared"]),
        schema=_schema(data["schema"]) if data["schema"] else None,
        fields={name: Known(**known) for name, known in data["fields"].items()},
        faults=data["faults"],
        notes=data["notes"],
    )


def _schema(data: dict[str, Any]) -> Schema:
    columns = {one: _column(column) for one, column in data["columns"].items()}
    return Schema(**{**data, "columns": columns})


def _column(data: dict[str, Any]) -> Column:
    options = data["options"]
    return Column(
        **{**data, "type": ColumnType(data["type"]), "options": None if options is None else tuple(options)}
    )
