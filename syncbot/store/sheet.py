"""Mappings by field name that share their names: of 100,000 records a dict each would hold the same names again."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

Item_co = TypeVar("Item_co", covariant=True)


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
