"""What a run saw of each record: the rows by endpoint and record, and the cases that are made of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from operator import is_not
from typing import TypeAlias, overload

from .state import EMPTY, Case, GoneRow, KnownRecord, SeenRow

_NOWHERE: frozenset[str] = frozenset()

Seen: TypeAlias = dict[str, dict[str, SeenRow | GoneRow]]
"""By endpoint and record key: what this run saw. One table an endpoint, not one a record: of 100,000 records those are
100,000 tables to make, to keep and to find again."""


def rows_of(seen: Seen, key: str) -> dict[str, SeenRow | GoneRow]:
    """Return by endpoint what this run saw of a record."""
    return {name: by_record[key] for name, by_record in seen.items() if key in by_record}


def linked(
    links: Mapping[str, str], rows: Sequence[SeenRow]
) -> tuple[dict[str, SeenRow | GoneRow], list[SeenRow]]:
    """Tell the rows of an endpoint that are linked, by record key, from the others; `links` is record key -> ref.

    Mostly every row carries the key of its record. That is seen column by column: a short loop waits the least for
    memory that is in no cache, of which 100,000 rows are ten times as much as 10,000, or more.
    """
    keys = [row.key or "" for row in rows]
    if list(map(links.get, keys)) == [row.ref for row in rows]:
        return dict(zip(keys, rows, strict=True)), []
    found: dict[str, SeenRow | GoneRow] = {}
    others: list[SeenRow] = []
    for key, row in zip(keys, rows, strict=True):
        if links.get(key) == row.ref:
            found[key] = row
        else:
            others.append(row)
    record_of = turned(links, {row.ref for row in others})
    found |= {record_of[row.ref]: row for row in others if row.ref in record_of}
    return found, [row for row in others if row.ref not in record_of]


def still_there(
    refs: Mapping[str, Mapping[str, str]], gone: Mapping[str, Sequence[GoneRow]]
) -> dict[str, dict[str, str]]:
    """Return the links of each endpoint, record key -> ref, without those of rows that went."""
    lost = {name: {one.ref for one in rows} for name, rows in gone.items()}
    return {
        name: {key: ref for key, ref in links.items() if ref not in lost[name]}
        if lost.get(name)
        else dict(links)
        for name, links in refs.items()
    }


def turned(links: Mapping[str, str], refs: set[str]) -> dict[str, str]:
    """Return these refs, as far as they are linked, with the keys of their records."""
    return {ref: key for key, ref in links.items() if ref in refs} if refs else {}


class Cases(Sequence[Case]):
    """Frozen; a case is made each time somebody comes to it, and of a whole reading nearly all are left at once."""

    def __init__(
        self,
        *,
        known: Mapping[str, KnownRecord],
        seen: Seen,
        how: Mapping[str, Mapping[str, str]],
        aside: Mapping[str, frozenset[str]],
    ) -> None:
        """One case for each record that is known or was met in this run, in the order of their keys."""
        self._known, self._how, self._aside = known, how, aside
        self._keys = sorted(known)  # as the store has them, they are nearly sorted already
        self._columns = _columns(self._keys, seen)
        found = sum(sum(map(is_not, column, repeat(None))) for column in self._columns.values())
        if found < sum(map(len, seen.values())):
            self._keys = sorted(known.keys() | {key for by_record in seen.values() for key in by_record})
            self._columns = _columns(self._keys, seen)

    def __iter__(self) -> Iterator[Case]:
        names = tuple(self._columns)
        lines = zip(*self._columns.values(), strict=True) if names else repeat(())
        known, how, aside = map(self._known.get, self._keys), self._how.get, self._aside.get
        for key, before, rows in zip(self._keys, known, lines, strict=False):
            yield Case(
                record=key,
                known=before,
                seen=_seen(names, rows),
                how=how(key, EMPTY),
                aside=aside(key, _NOWHERE),
            )

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Case: ...
    @overload
    def __getitem__(self, place: slice) -> list[Case]: ...
    def __getitem__(self, place: int | slice) -> Case | list[Case]:
        """Return the case at a place, or those of a stretch."""
        return list(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list: its cases hold mappings, which have none

    def __repr__(self) -> str:
        return repr(list(self))


_Column: TypeAlias = list[SeenRow | GoneRow | None]


def _columns(keys: Sequence[str], seen: Seen) -> dict[str, _Column]:
    """Return by endpoint what was seen of each of these records, in their order."""
    return {name: list(map(by_record.get, keys)) for name, by_record in seen.items()}


def _seen(
    names: tuple[str, ...], rows: tuple[SeenRow | GoneRow | None, ...]
) -> Mapping[str, SeenRow | GoneRow]:
    if all(rows):
        return dict(zip(names, rows, strict=True))  # type: ignore[arg-type]  # that none is None was just asked
    return {name: row for name, row in zip(names, rows, strict=True) if row is not None} or EMPTY
