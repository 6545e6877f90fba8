"""A page of Notion's -> a row, or the reason why it is none."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from syncbot.errors import Incomplete, Precondition, SchemaChanged, Unavailable
from syncbot.model.values import UNKNOWN, Cell, to_json

from ..base import Column, ColumnId, Gone, GoneReason, Row, Schema
from .cells import Unreadable, is_cut, read_cell, user_name
from .columns import KEY_TYPES, VOLATILE, plain

Json = Mapping[str, Any]
Complete = Callable[[str, Json], Json]
"""Page id and property -> the same property with all of its values. Raises errors of `syncbot.errors`."""
_HASH_LENGTH = 20


@dataclass(frozen=True, kw_only=True)
class PageReader:
    """What is needed to read pages besides the schema."""

    endpoint: str
    """Its name, for errors."""
    complete: Complete
    bot: str | None = None
    """The user id of this connection."""
    edited_by: ColumnId | None = None
    """The last_edited_by column: pages name the last editor by id only, this column with the name."""

    def row(self, page: Json, schema: Schema) -> Row:
        """Return what the page says in the schema's columns. Raises `SchemaChanged` when it has no key column."""
        properties = by_id(page)
        cells: dict[ColumnId, Cell] = {}
        faults: dict[ColumnId, str] = {}
        for column in schema.columns.values():
            if column.id == schema.key_column:
                continue
            try:
                cells[column.id] = self._cell(column, properties, str(page["id"]))
            except Unreadable as error:
                cells[column.id], faults[column.id] = UNKNOWN, str(error)
        key = self._key(properties, schema)
        edited = str(page["last_edited_time"])
        editor = (page.get("last_edited_by") or {}).get("id")
        return Row(
            ref=str(page["id"]),
            version=f"{edited}|{fingerprint(cells, key, schema)}",
            key=key,
            cells=cells,
            edited_at=datetime.fromisoformat(edited),
            edited_by=self._editor(properties),
            by_us=editor is not None and editor == self.bot,
            url=page.get("url"),
            faults=faults,
        )

    def _cell(self, column: Column, properties: Mapping[str, Json], page: str) -> Cell:
        prop = properties.get(unquote(column.id))
        if prop is None:
            raise Unreadable(f"the column {column.name!r} is not there any more, or not shared")
        if prop.get("type") == column.native and is_cut(prop):
            try:
                prop = self.complete(page, prop)
            except (Precondition, Unavailable, Incomplete) as error:
                raise Unreadable(f"the rest of {column.name!r} could not be read: {error.detail}") from error
        return read_cell(column, prop)

    def _key(self, properties: Mapping[str, Json], schema: Schema) -> str | None:
        """Return our key; a row without the column must not pass for one that was never linked."""
        prop = properties.get(unquote(schema.key_column))
        if prop is None or prop.get("type") not in KEY_TYPES:
            raise SchemaChanged("the key column is gone, or of another type", endpoint=self.endpoint)
        return plain(prop.get(str(prop["type"]))) or None

    def _editor(self, properties: Mapping[str, Json]) -> str | None:
        if self.edited_by is None:
            return None
        return user_name(properties.get(unquote(self.edited_by), {}).get("last_edited_by"))


def by_id(page: Json) -> Mapping[str, Json]:
    """Return a page's properties by their decoded ids."""
    return {unquote(str(prop["id"])): prop for prop in (page.get("properties") or {}).values()}


def fingerprint(cells: Mapping[ColumnId, Cell], key: str | None, schema: Schema) -> str:
    """Return a short mark of what the row says; columns that move without an edit of it stay out.

    The edit time alone is not enough: it is cut to the minute. Signed addresses of files, which differ on every
    reading, are in no cell.
    """
    said = {
        column: "unknown" if cell is UNKNOWN else to_json(cell)
        for column, cell in cells.items()
        if schema.columns[column].native not in VOLATILE
    }
    text = json.dumps([key, said], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def content_of(version: str) -> str:
    """Return the part of a version that says what was on the row; edits of other columns do not move it."""
    return version.rpartition("|")[2]


def time_of(version: str) -> str:
    """Return the part of a version that says when the page was edited last."""
    return version.rpartition("|")[0]


def gone(page: Json, container: str) -> Gone | None:
    """Say why a page is not among the rows; None when it is."""
    ref = str(page["id"])
    if page.get("in_trash") or page.get("archived"):
        return Gone(ref=ref, reason=GoneReason.TRASHED)
    if page.get("is_archived"):
        return Gone(ref=ref, reason=GoneReason.ARCHIVED)
    parent = page.get("parent") or {}
    if str(parent.get("data_source_id", "")).replace("-", "") != container.replace("-", ""):
        return Gone(ref=ref, reason=GoneReason.MOVED)
    return None


def readable(results: list[Json]) -> Iterator[Json]:
    """Yield the pages among the results of a query; a wiki also lists data sources, and what we may not see is bare."""
    for result in results:
        if result.get("object") == "page" and "properties" in result:
            yield result


def joined(prop: Json, items: list[Json]) -> Json:
    """Return a property made whole of the items that the property item endpoint listed."""
    native = str(prop["type"])
    return {**prop, native: [item[native] for item in items], "has_more": False}
