"""Mappings by field name that share their names: of 100,000 records a dict each would hold the same names again."""

from collections.abc import Iterator, Mapping, ValuesView
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

    def values(self) -> ValuesView[Item_co]:
        """The items, without looking each of them up."""
        return _Items(self)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __repr__(self) -> str:
        return repr(dict(self))


class _Items(ValuesView[Item_co]):
    """The values of a sheet, in the order of its names."""

    __slots__ = ()
    _mapping: Sheet[Item_co]

    def __iter__(self) -> Iterator[Item_co]:
        return iter(self._mapping._items)  # noqa: SLF001  # the other half of Sheet
