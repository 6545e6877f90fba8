"""Rows that say what they said when they were last seen: told by comparing cells, without translating them.

Of a whole reading nearly all rows are such. Translating 100,000 of them takes half a minute, this a second.
"""

from collections.abc import Collection, Iterable, Mapping

from syncbot.endpoints.base import ColumnType, Row
from syncbot.model.fields import FieldType
from syncbot.model.sheet import Pick
from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.reconcile.state import SeenRow

from . import translate
from .way import TEXTS, Links, Unfit, Way

_COUNTED = frozenset({FieldType.NUMBER, FieldType.FLAG})
_POINTERS = frozenset({FieldType.RECORD, FieldType.RECORDS})
_MOST = 10_000
"""Translated cells that are remembered of a field: words and sets of words recur, texts do not."""


class Familiar:
    """Compares rows of one endpoint with what they said before."""

    def __init__(self, ways: Mapping[str, Way], faults: Mapping[str, str]) -> None:
        """Takes the ways of the fields that are read there, and why the others are not."""
        alike = [name for name, way in ways.items() if is_alike(way)]
        other = [name for name in ways if name not in alike]
        self._faults, self._count = faults, len(ways.keys() | faults.keys())
        self._alike_cells, self._alike = Pick(_columns(ways, alike)), Pick(tuple(alike))
        counted = [name for name in alike if ways[name].info.type in _COUNTED]
        self._counted_cells, self._counted = Pick(_columns(ways, counted)), Pick(tuple(counted))
        self._other_cells, self._other = Pick(_columns(ways, other)), Pick(tuple(other))
        self._words: list[tuple[Way, dict[Cell, Value]]] = [(ways[name], {}) for name in other]

    def is_same(self, row: Row, before: SeenRow, links: Links) -> bool:
        """Whether translating the row would give the values and faults of `before`. False also where that is not sure.

        What was written and came back in another form is never sure: `before` does not say what the cells looked like.
        """
        said = before.values
        if row.faults or before.echoes or before.faults != self._faults or len(said) != self._count:
            return False
        try:
            return (
                self._alike_cells(row.cells) == self._alike(said)
                and _sorts(self._counted_cells(row.cells)) == _sorts(self._counted(said))
                and all(
                    (words[cell] if cell in words else self._read(way, words, cell, links)) == value
                    for (way, words), cell, value in zip(
                        self._words, self._other_cells(row.cells), self._other(said), strict=True
                    )
                )
            )
        except (KeyError, Unfit):  # a column or a field that was not told, or is not understood
            return False

    def _read(self, way: Way, words: dict[Cell, Value], cell: Cell, links: Links) -> Value:
        """Translate a cell, and remember it unless that depends on what is linked."""
        if cell is UNKNOWN:
            raise Unfit("is not known")
        value = translate.read(way, cell, links)
        if way.info.type not in _POINTERS:
            if len(words) >= _MOST:
                words.clear()
            words[cell] = value
        return value


def _sorts(cells: Iterable[Cell]) -> list[bool]:
    """Which of them are yes or no: Python says that True and 1 are equal."""
    return [type(cell) is bool for cell in cells]


def _columns(ways: Mapping[str, Way], names: Collection[str]) -> tuple[str, ...]:
    return tuple(ways[name].column.id for name in names)


_ALIKE: Mapping[FieldType, frozenset[ColumnType]] = {
    FieldType.TEXT: TEXTS | {ColumnType.CHOICE},
    FieldType.LONG_TEXT: TEXTS,
    FieldType.NUMBER: frozenset({ColumnType.NUMBER}),
    FieldType.FLAG: frozenset({ColumnType.FLAG}),
    FieldType.DAY: frozenset({ColumnType.DAY}),
    FieldType.MOMENT: frozenset({ColumnType.MOMENT}),
    FieldType.SPAN: frozenset({ColumnType.MOMENT}),
    FieldType.LINK: TEXTS | {ColumnType.LINK},
    FieldType.EMAIL: TEXTS | {ColumnType.EMAIL},
    FieldType.PHONE: TEXTS | {ColumnType.PHONE},
}


def is_alike(way: Way) -> bool:
    """Whether a cell that equals a value of the field, as `read` returned it, is read as just that value."""
    return way.info.code is None and way.column.type in _ALIKE.get(way.info.type, frozenset())
