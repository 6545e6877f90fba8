"""From list items as Graph answers them to rows, and from writes to `fields`; no I/O but asking who somebody is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Create, Ref, Row, Schema, Update
from syncbot.model.values import UNKNOWN, Cell

from .asks import version_of
from .cells import Misread, Translator, is_midnight, moment_of
from .wire import Json, inside


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Reads the items of one list under one schema."""

    schema: Schema
    translator: Translator
    faults: Mapping[ColumnId, str]
    """Columns that are not as the schema says any more, with the reason."""
    app_id: str
    """Our client id, in lower case."""
    is_ours: Callable[[str], bool]
    """Whether a row of the site's applications (`AppEditorLookupId`) is ours."""
    name_of: Callable[[int], str | None]
    """The name of a row of the site's people."""

    def row(self, item: Json, ref: Ref = "") -> Row:
        """Return the row of an item with its `fields`; `ref` counts where the answer names no id."""
        fields = item.get("fields")
        known: Json = fields if isinstance(fields, dict) else {}
        faults = dict(self.faults) if isinstance(fields, dict) else self._all("Graph sent no fields")
        cells = self._cells(known, faults)
        key = known.get(self.schema.key_column)
        by_us = self._by_us(item, known)
        return Row(
            ref=str(item.get("id") or ref),
            version=version_of(item.get("eTag") or item.get("@odata.etag") or known.get("@odata.etag")),
            key=str(key) if key else None,
            cells=cells,
            edited_at=_time(item.get("lastModifiedDateTime") or known.get("Modified")),
            edited_by=None if by_us else self._editor(item, known),
            by_us=by_us,
            url=_text(item.get("webUrl")),
            faults=faults,
        )

    def row_of_fields(self, ref: str, fields: Json) -> Row:
        """Return the row of the `fields` that an update answers: they name no editor, since it was us."""
        ours = {"application": {"id": self.app_id}}
        return self.row({"id": ref, "fields": fields, "lastModifiedBy": ours})

    def odd_days(self, item: Json) -> list[str]:
        """Return the columns whose day is not a midnight in the zone that we take for the site's."""
        days = [one for one in self._readable() if one.type is ColumnType.DAY]
        found = [(one.name, inside(item, "fields", one.id)) for one in days]
        return [name for name, text in found if text and not _is_midnight(self.translator, text)]

    def _cells(self, fields: Json, faults: dict[ColumnId, str]) -> dict[ColumnId, Cell]:
        cells: dict[ColumnId, Cell] = {}
        for column in self._readable():
            cells[column.id] = UNKNOWN
            if column.id in faults:
                continue
            try:
                cells[column.id] = self.translator.read(column, fields)
            except Misread as error:
                faults[column.id] = f"{column.name!r}: {error}"
        return cells

    def _readable(self) -> list[Column]:
        return [one for one in self.schema.columns.values() if one.id != self.schema.key_column]

    def _all(self, reason: str) -> dict[ColumnId, str]:
        return {column.id: reason for column in self._readable()}

    def _by_us(self, item: Json, fields: Json) -> bool:
        """Tell by the application's id, or, where none is named (delta), by its row on the site."""
        hand = item.get("lastModifiedBy")
        if isinstance(hand, dict):
            return str(inside(hand, "application", "id")).lower() == self.app_id
        row = fields.get("AppEditorLookupId")
        return row is not None and self.is_ours(str(row))

    def _editor(self, item: Json, fields: Json) -> str | None:
        hand = item.get("lastModifiedBy")
        if isinstance(hand, dict):
            return _text(inside(hand, "user", "displayName") or inside(hand, "user", "email"))
        number = str(fields.get("EditorLookupId"))
        return self.name_of(int(number)) if number.isdecimal() else None


def says(translator: Translator, schema: Schema, row: Row, write: Create | Update) -> bool:
    """Say whether a row says what a write wanted, as far as SharePoint can say it."""
    if write.key is not None and row.key != write.key:
        return False
    return all(
        row.cells[one] is not UNKNOWN
        and translator.write(schema.columns[one], value)
        == translator.write(schema.columns[one], _known(row.cells[one]))
        for one, value in write.cells.items()
    )


def _known(cell: Cell) -> Any:
    return None if cell is UNKNOWN else cell


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None


def _time(text: object) -> datetime | None:
    try:
        return moment_of(text)
    except Misread:
        return None


def _is_midnight(translator: Translator, text: object) -> bool:
    try:
        return is_midnight(text, translator.zone)
    except Misread:
        return True  # the cell has its own fault
