"""One cell <-> one value, by the type of the field and the type of the column.

`read` and `write` are inverse: what is written reads back as it was. What does not fit raises `Unfit` and is never cut.

| field | columns that can hold it |
|---|---|
| text, long_text | text, long_text; text also choice |
| number | number, text, long_text |
| flag | flag |
| day | day, moment |
| moment, span | moment |
| choice | choice, text |
| choices, words | choices; words also files, which are only read |
| link, email, phone | their own, text, long_text |
| record, records | refs, users; also records, which are only read; record also text, which names it |
"""

from collections.abc import Callable, Mapping

from syncbot.endpoints.base import ColumnType
from syncbot.endpoints.fits import misfit
from syncbot.model.fields import FieldType
from syncbot.model.values import Value

from . import chosen, counted, pointed, said
from .way import TEXTS, Links, Unfit, Way

_POINTERS = frozenset({ColumnType.REFS, ColumnType.RECORDS, ColumnType.USERS})

COLUMNS: Mapping[FieldType, frozenset[ColumnType]] = {
    FieldType.TEXT: TEXTS | {ColumnType.CHOICE},
    FieldType.LONG_TEXT: TEXTS,
    FieldType.NUMBER: TEXTS | {ColumnType.NUMBER},
    FieldType.FLAG: frozenset({ColumnType.FLAG}),
    FieldType.DAY: frozenset({ColumnType.DAY, ColumnType.MOMENT}),
    FieldType.MOMENT: frozenset({ColumnType.MOMENT}),
    FieldType.SPAN: frozenset({ColumnType.MOMENT}),
    FieldType.CHOICE: TEXTS | {ColumnType.CHOICE},
    FieldType.CHOICES: frozenset({ColumnType.CHOICES}),
    FieldType.WORDS: frozenset({ColumnType.CHOICES, ColumnType.FILES}),
    FieldType.LINK: TEXTS | {ColumnType.LINK},
    FieldType.EMAIL: TEXTS | {ColumnType.EMAIL},
    FieldType.PHONE: TEXTS | {ColumnType.PHONE},
    FieldType.RECORD: _POINTERS | TEXTS,
    FieldType.RECORDS: _POINTERS,
}
"""The columns that can hold a field."""


def read(way: Way, cell: Value, links: Links) -> Value:
    """Return what a cell says. Raises `Unfit`."""
    if cell is None or cell == frozenset():
        return None
    return _READ[way.info.type](way, cell, links)


def write(way: Way, value: Value, links: Links) -> Value:
    """Return the cell that says a value. Raises `Unfit`."""
    if value is None or value == frozenset():
        return None
    cell = _WRITE[way.info.type](way, value, links)
    reason = misfit(way.column, cell)
    if reason:
        raise Unfit(reason)
    return cell


_Step = Callable[[Way, Value, Links], Value]
_READ: Mapping[FieldType, _Step] = {
    FieldType.TEXT: said.read_text,
    FieldType.LONG_TEXT: said.read_lines,
    FieldType.NUMBER: counted.read_number,
    FieldType.FLAG: counted.read_flag,
    FieldType.DAY: counted.read_day,
    FieldType.MOMENT: counted.read_moment,
    FieldType.SPAN: counted.read_span,
    FieldType.CHOICE: chosen.read_choice,
    FieldType.CHOICES: chosen.read_choices,
    FieldType.WORDS: chosen.read_words,
    FieldType.LINK: said.read_link,
    FieldType.EMAIL: said.read_email,
    FieldType.PHONE: said.read_text,
    FieldType.RECORD: pointed.read_record,
    FieldType.RECORDS: pointed.read_records,
}
_WRITE: Mapping[FieldType, _Step] = {
    FieldType.TEXT: said.write_text,
    FieldType.LONG_TEXT: said.write_lines,
    FieldType.NUMBER: counted.write_number,
    FieldType.FLAG: said.plain,
    FieldType.DAY: said.plain,
    FieldType.MOMENT: said.plain,
    FieldType.SPAN: counted.write_span,
    FieldType.CHOICE: chosen.write_choice,
    FieldType.CHOICES: chosen.write_choices,
    FieldType.WORDS: chosen.write_words,
    FieldType.LINK: said.plain,
    FieldType.EMAIL: said.plain,
    FieldType.PHONE: said.plain,
    FieldType.RECORD: pointed.write_record,
    FieldType.RECORDS: pointed.write_records,
}
