"""Mappings by field name that share their names: of 100,000 records a dict each would hold the same names again."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from syncbot.model.values import Value
from syncbot.reconcile.state import Agreed

Item_co = TypeVar("Item_co", covariant=True)

Stamp = tuple[str, datetime, str]
"""Source, moment and run of a baseline."""


class Sheet(Mapping[str, Item_co]):
    """Frozen; equal to any mapping of the same items."""

    __slots__ = ("_items", "_places")

    def __init__(self, places: Mapping[str, int], items: tuple[Item_co, ...]) -> None:
        """`places` says where in `items` each name's is."""
        self._places, self._items = places, items

    def __getitem__(self, name: str) -> Item_co:
        return self._items[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __repr__(self) -> str:
        return repr(dict(self))


class AgreedSheet(Mapping[str, Agreed]):
    """Baselines, each made when it is asked for: most records of a load are never looked at."""

    __slots__ = ("_places", "_stamps", "_values")

    def __init__(
        self, places: Mapping[str, int], values: tuple[Value, ...], stamps: tuple[Stamp, ...]
    ) -> None:
        """`places` says where in `values` and `stamps` each field's are."""
        self._places, self._values, self._stamps = places, values, stamps

    def __getitem__(self, name: str) -> Agreed:
        place = self._places[name]
        source, at, run = self._stamps[place]
        return Agreed(value=self._values[place], source=source, at=at, run=run)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __repr__(self) -> str:
        return repr(dict(self))
