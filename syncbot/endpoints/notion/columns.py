"""A data source as Notion describes it -> our schema."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from syncbot.errors import SchemaChanged

from ..base import Column, ColumnId, ColumnType, Schema

TEXT_PIECE: Final = 1_900
"""UTF-16 units in one piece of rich text. The limit is 2,000; what is counted is not documented, so stay below."""
TEXT_PIECES: Final = 100
MAX_TEXT: Final = TEXT_PIECE * TEXT_PIECES
MAX_URL: Final = 2_000
MAX_CONTACT: Final = 200
"""Characters of an e-mail address or a phone number."""
MAX_LIST: Final = 100
"""Options, people or related pages in one request."""
MAX_OPTION: Final = 100

_WRITABLE: Final = {
    "title": ColumnType.TEXT,
    "rich_text": ColumnType.LONG_TEXT,
    "number": ColumnType.NUMBER,
    "select": ColumnType.CHOICE,
    "status": ColumnType.CHOICE,
    "multi_select": ColumnType.CHOICES,
    "date": ColumnType.MOMENT,
    "people": ColumnType.USERS,
    "relation": ColumnType.REFS,
    "checkbox": ColumnType.FLAG,
    "url": ColumnType.LINK,
    "email": ColumnType.EMAIL,
    "phone_number": ColumnType.PHONE,
}
_READ_ONLY: Final = {
    "files": ColumnType.FILES,
    "unique_id": ColumnType.TEXT,
    "created_time": ColumnType.MOMENT,
    "last_edited_time": ColumnType.MOMENT,
    "created_by": ColumnType.USERS,
    "last_edited_by": ColumnType.USERS,
}
_LENGTHS: Final = {
    "title": MAX_TEXT,
    "rich_text": MAX_TEXT,
    "url": MAX_URL,
    "email": MAX_CONTACT,
    "phone_number": MAX_CONTACT,
}
_ONE_USER: Final = frozenset({"created_by", "last_edited_by"})
_DATE_FUNCTIONS: Final = frozenset({"earliest_date", "latest_date", "date_range"})
_LIST_FUNCTIONS: Final = frozenset({"show_original", "show_unique", "count_per_group", "percent_per_group"})
_RESULTS: Final = {
    "string": ColumnType.TEXT,
    "number": ColumnType.NUMBER,
    "boolean": ColumnType.FLAG,
    "date": ColumnType.MOMENT,
}
"""Of a formula."""
KEY_TYPES: Final = frozenset({"rich_text", "title"})
VOLATILE: Final = frozenset({"formula", "rollup", "last_edited_time", "last_edited_by"})
"""Types whose value moves without an edit of what the row says."""


def schema_of(data_source: Mapping[str, Any], *, key_column: str, endpoint: str) -> Schema:
    """Return what the place looks like; `key_column` is a title or an id. Raises `SchemaChanged`."""
    container = str(data_source["id"])
    if data_source.get("in_trash") or data_source.get("archived"):
        raise SchemaChanged(f"the data source {container} is in the trash", endpoint=endpoint)
    properties = data_source.get("properties") or {}
    columns = {one.id: one for one in (_column(name, config) for name, config in properties.items())}
    key = _key_column(columns, key_column, container, endpoint)
    columns[key.id] = key
    return Schema(
        container=container, title=plain(data_source.get("title")), columns=columns, key_column=key.id
    )


def with_results(schema: Schema, page: Mapping[str, Any] | None) -> Schema:
    """Return the schema with the types of its formulas as a row shows them: the schema itself does not tell."""
    results = {
        str(prop["id"]): _RESULTS.get(str((prop.get("formula") or {}).get("type")))
        for prop in ((page or {}).get("properties") or {}).values()
        if prop.get("type") == "formula"
    }
    columns = {
        one: replace(column, type=results.get(one) or column.type) for one, column in schema.columns.items()
    }
    return replace(schema, columns=columns)


def plain(rich_text: Any) -> str:
    """Return rich text without its dress."""
    return "".join(_words(piece) for piece in rich_text or ())


def same_id(one: str, other: str) -> bool:
    """Compare property ids, which come percent-encoded in most places and bare in a few (rollup settings)."""
    return one == other or unquote(one) == unquote(other)


def _words(piece: Mapping[str, Any]) -> str:
    found = piece.get("plain_text")
    if found is None:
        found = (piece.get("text") or {}).get("content")
    return str(found or "")


def _column(name: str, config: Mapping[str, Any]) -> Column:
    native = str(config.get("type", ""))
    settings = config.get(native) or {}
    return Column(
        id=str(config["id"]),
        name=name,
        type=_type(native, settings),
        native=native,
        writable=native in _WRITABLE,
        many=native not in _ONE_USER,
        options=_options(native, settings),
        target=_target(native, settings),
        max_length=_LENGTHS.get(native),
    )


def _type(native: str, settings: Mapping[str, Any]) -> ColumnType:
    if native == "rollup":
        return _rollup_type(str(settings.get("function", "")))
    return _WRITABLE.get(native) or _READ_ONLY.get(native, ColumnType.OTHER)


def _rollup_type(function: str) -> ColumnType:
    """Return the type of a rollup's result; a formula's is not told by the schema."""
    if function in _DATE_FUNCTIONS:
        return ColumnType.MOMENT
    return ColumnType.OTHER if function in _LIST_FUNCTIONS or not function else ColumnType.NUMBER


def _options(native: str, settings: Mapping[str, Any]) -> tuple[str, ...] | None:
    if native not in ("select", "multi_select", "status"):
        return None
    return tuple(str(option["name"]) for option in settings.get("options") or ())


def _target(native: str, settings: Mapping[str, Any]) -> str | None:
    if native != "relation":
        return None
    target = settings.get("data_source_id") or settings.get("database_id")
    return None if target is None else str(target)


def _key_column(columns: Mapping[ColumnId, Column], wanted: str, container: str, endpoint: str) -> Column:
    """Return the key's column, as one line of text whatever else Notion allows in it."""
    found = [one for one in columns.values() if one.name == wanted]
    found = found or [one for one in columns.values() if same_id(one.id, wanted)]
    if not found:
        raise SchemaChanged(
            f"the data source {container} has no column {wanted!r} for the key", endpoint=endpoint
        )
    column = found[0]
    if column.native not in KEY_TYPES:
        raise SchemaChanged(
            f"the key column {wanted!r} is of type {column.native}, expected rich_text", endpoint=endpoint
        )
    return Column(
        id=column.id,
        name=column.name,
        type=ColumnType.TEXT,
        native=column.native,
        max_length=column.max_length,
    )
