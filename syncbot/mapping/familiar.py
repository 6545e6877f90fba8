"""Rows that say what they said when they were last seen: told by comparing cells, without translating them.

Of a whole reading nearly all rows are such. Translating 100,000 of them takes half a minute, this a second.
"""

from collections.abc import Mapping, Sequence

from syncbot.endpoints.base import ColumnType, Row
from syncbot.model.fields import FieldType
from syncbot.model.sheet import Pick
from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.reconcile.state import EMPTY, SeenRow

from . import translate
from .way import TEXTS, Links, Unfit, Way
from .worn import worn_in

_POINTERS = frozenset({FieldType.RECORD, FieldType.RECORDS})
_MOST = 10_000
"""Translated cells that are remembered of a field: words and sets of words recur, texts do not."""


class Familiar:
    """Compares rows of one endpoint with what they said before."""

    def __init__(self, ways: Mapping[str, Way], faults: Mapping[str, str]) -> None:
        """Takes the ways of the fields that are read there, and why the others are not."""
        alike = [name for name, way in ways.items() if is_alike(way)]
        pointing = [name for name, way in ways.items() if way.info.type in _POINTERS]
        worded = [name for name in ways if name not in alike and name not in pointing]
        self._faults, self._count = faults, len(ways.keys() | faults.keys())
        self._alike = _Pair(ways, alike)
        self._numbers = _Pair(ways, [name for name in alike if ways[name].info.type is FieldType.NUMBER])
        self._flags = _Pair(ways, [name for name in alike if ways[name].info.type is FieldType.FLAG])
        self._worded, self._pointing = _Pair(ways, worded), _Pair(ways, pointing)
        self._words: tuple[dict[Cell, Value], ...] = tuple({} for _ in worded)
        """By worded field: what its cells mean."""
        self._unknown = (UNKNOWN,) * len(worded)

    def is_same(self, row: Row, before: SeenRow, links: Links) -> bool:
        """Whether translating the row would give the values and faults of `before`. False also where that is not sure.

        What was written and came back in another form is never sure: `before` does not say what the cells looked like.
        """
        said, cells = before.values, row.cells
        if (
            row.faults
            or before.echoes
            or before.worn
            or before.owed
            or before.faults != self._faults
            or len(said) != self._count
        ):
            return False
        try:
            return (
                self._alike.cells(cells) == self._alike.values(said)
                and self._are_of_their_sort(cells)
                and self._mean(cells, self._worded.values(said), links)
                and self._points(cells, said, links)
            )
        except (KeyError, Unfit):  # a column or a field that was not told, or is not understood
            return False

    def _are_of_their_sort(self, cells: Mapping[str, Cell]) -> bool:
        """Whether no number is yes or no, and the other way round: Python says that True and 1 are equal."""
        if self._numbers.ways and bool in map(type, self._numbers.cells(cells)):
            return False
        return not self._flags.ways or set(map(type, self._flags.cells(cells))) == {bool}

    def _mean(self, cells: Mapping[str, Cell], said: tuple[Cell, ...], links: Links) -> bool:
        """Whether the cells mean these values, which of most cells is remembered."""
        worded = self._worded.cells(cells)
        if tuple(map(dict.get, self._words, worded, self._unknown)) == said:
            return True
        values = self._worded.read(cells, links)
        for words, cell, value in zip(self._words, worded, values, strict=True):
            if len(words) >= _MOST:
                words.clear()
            words[cell] = value
        return values == said

    def _points(self, cells: Mapping[str, Cell], said: Mapping[str, Cell], links: Links) -> bool:
        """Whether the cells point at the own rows of these records, which depends on what is linked now."""
        pointing = self._pointing
        if not pointing.ways:
            return True
        if pointing.read(cells, links) != pointing.values(said):
            return False
        return not any(worn_in(way, cells[way.column.id], links, EMPTY) for way in pointing.ways)


class _Pair:
    """Some fields, and their columns."""

    def __init__(self, ways: Mapping[str, Way], names: Sequence[str]) -> None:
        self.ways = [ways[name] for name in names]
        self.values = Pick(tuple(names))
        self.cells = Pick(tuple(way.column.id for way in self.ways))

    def read(self, cells: Mapping[str, Cell], links: Links) -> tuple[Value, ...]:
        """Translate the cells of these fields. Raises `Unfit`, `KeyError`."""
        return tuple(_read(way, cells[way.column.id], links) for way in self.ways)


def _read(way: Way, cell: Cell, links: Links) -> Value:
    if cell is UNKNOWN:
        raise Unfit("is not known")
    return translate.read(way, cell, links)


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
