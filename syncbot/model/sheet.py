"""Mappings by field name that share their names: of 100,000 records a dict each would hold the same names again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

Item_co = TypeVar("Item_co", covariant=True)

_MOST = 1_024
"""Orders of names that are kept: there are a few, since what writes them sorts them."""


class Places:
    """Where the item of each name is, in the order of the names."""

    __slots__ = ("index",)

    def __init__(self, names: Iterable[str]) -> None:
        """`index` maps each name to its place."""
        self.index = {name: place for place, name in enumerate(names)}


@lru_cache(maxsize=_MOST)
def places(names: tuple[str, ...]) -> Places:
    """Return the same places for the same names."""
    return Places(names)


class Sheet(Mapping[str, Item_co]):
    """Frozen; equal to any mapping of the same items."""

    __slots__ = ("items_in_order", "places")

    def __init__(self, places: Places, items: tuple[Item_co, ...]) -> None:
        """`places` says where in `items` each name's is."""
        self.places, self.items_in_order = places, items

    def __getitem__(self, name: str) -> Item_co:
        return self.items_in_order[self.places.index[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places.index)

    def __len__(self) -> int:
        return len(self.items_in_order)

    def values(self) -> ValuesView[Item_co]:
        """The items, without looking each of them up."""
        return _Items(self)

    def __contains__(self, name: object) -> bool:
        return name in self.places.index

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sheet):
            if self.places is other.places:
                return self.items_in_order == other.items_in_order
            other = other.as_dict()
        return self.as_dict() == other

    __hash__ = None  # type: ignore[assignment]  # as of every mapping: its items need not have one

    def says(self, other: Mapping[str, object]) -> bool:
        """Whether another sheet with its names in the same order says just the same; False where that is not sure."""
        return (
            type(other) is Sheet
            and self.places is other.places
            and (self.items_in_order == other.items_in_order)
        )

    def as_dict(self) -> dict[str, Item_co]:
        """The same items in a dict, made quickly."""
        return dict(zip(self.places.index, self.items_in_order, strict=True))

    def __repr__(self) -> str:
        return repr(self.as_dict())


class _Items(ValuesView[Item_co]):
    """The values of a sheet, in the order of its names."""

    __slots__ = ()
    _mapping: Sheet[Item_co]

    def __iter__(self) -> Iterator[Item_co]:
        return iter(self._mapping.items_in_order)


_Getter: TypeAlias = Callable[[Any], tuple[Any, ...]]


class Pick:
    """Takes the items of the same names out of many mappings, all at once."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Takes the items of these names."""
        self._names = names
        self._of_any = _getter(names)
        self._of_sheet: dict[Places, _Getter] = {}

    def __call__(self, items: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the items in the order of the names. Raises `KeyError`."""
        if type(items) is Sheet:
            found = self._of_sheet.get(items.places)
            return (found or self._learned(items.places))(items.items_in_order)
        return self._of_any(items)

    def fits(self, items: Mapping[str, Any]) -> bool:
        """Whether none of the names is missing."""
        if type(items) is Sheet and items.places in self._of_sheet:
            return True
        has_all = items.keys() >= set(self._names)
        if has_all and type(items) is Sheet:  # looked at once for all sheets of these places
            self._learned(items.places)
        return has_all

    def _learned(self, places: Places) -> _Getter:
        if len(self._of_sheet) >= _MOST:
            self._of_sheet.clear()
        found = self._of_sheet[places] = _getter(tuple(places.index[name] for name in self._names))
        return found


def _getter(keys: tuple[Any, ...]) -> _Getter:
    """As `itemgetter`, but a tuple also of no keys or one."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda items: tuple(items[key] for key in keys)
