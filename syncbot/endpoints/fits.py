"""Whether a value may go into a column, as far as the schema tells: so that a refusal can name the column."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from syncbot.errors import Invalid, Precondition, ReadOnly
from syncbot.model.values import Span, Value

from .base import Column, ColumnId, ColumnType, Schema

_TEXTS = frozenset(
    {
        ColumnType.TEXT,
        ColumnType.LONG_TEXT,
        ColumnType.LINK,
        ColumnType.EMAIL,
        ColumnType.PHONE,
        ColumnType.CHOICE,
    }
)
_SETS = frozenset({ColumnType.CHOICES, ColumnType.REFS, ColumnType.RECORDS, ColumnType.USERS})


def misfit(column: Column, value: Value) -> str | None:
    """Return in words why `value` cannot go into `column`, or None when nothing speaks against it."""
    if value is None:
        return None
    if not _is_of(column.type, value):
        return f"{column.name!r} takes {column.type.value}, not {type(value).__name__}"
    if isinstance(value, str):
        return _text_misfit(column, value)
    if isinstance(value, frozenset):
        return _set_misfit(column, value)
    return None


def refusal(
    schema: Schema, cells: Mapping[ColumnId, Value], *, endpoint: str, ref: str | None = None
) -> Precondition | None:
    """Return the error with all reasons why `cells` cannot be written, or None."""
    closed = [_name(schema, one) for one in cells if not _is_open(schema, one)]
    if closed:
        return ReadOnly(f"cannot be written: {', '.join(closed)}", endpoint=endpoint, ref=ref)
    reasons = [reason for one, value in cells.items() if (reason := misfit(schema.columns[one], value))]
    return Invalid("; ".join(reasons), endpoint=endpoint, ref=ref) if reasons else None


def utf16_length(text: str) -> int:
    """Count as both services do: in UTF-16 units, so that an emoji counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_open(schema: Schema, column_id: ColumnId) -> bool:
    column = schema.columns.get(column_id)
    return column is not None and column.writable and column_id != schema.key_column


def _name(schema: Schema, column_id: ColumnId) -> str:
    column = schema.columns.get(column_id)
    return repr(column.name) if column else f"{column_id!r} (no such column)"


def _is_of(kind: ColumnType, value: Value) -> bool:
    if kind in _TEXTS:
        return isinstance(value, str)
    if kind in _SETS:
        return isinstance(value, frozenset)
    match kind:
        case ColumnType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case ColumnType.FLAG:
            return isinstance(value, bool)
        case ColumnType.DAY:
            return isinstance(value, date) and not isinstance(value, datetime)
        case ColumnType.MOMENT:
            return isinstance(value, date | Span)
    return False


def _text_misfit(column: Column, text: str) -> str | None:
    length = utf16_length(text)
    if column.max_length is not None and length > column.max_length:
        return f"{column.name!r} takes at most {column.max_length} characters, not {length}"
    return _option_misfit(column, frozenset({text})) if column.type is ColumnType.CHOICE else None


def _set_misfit(column: Column, members: frozenset[str]) -> str | None:
    if not column.many and len(members) > 1:
        return f"{column.name!r} takes only one, not {len(members)}"
    return _option_misfit(column, members) if column.type is ColumnType.CHOICES else None


def _option_misfit(column: Column, names: frozenset[str]) -> str | None:
    unknown = [] if column.options is None else sorted(names - set(column.options))
    if not unknown:
        return None
    return f"{column.name!r} has no option {', '.join(map(repr, unknown))}"
