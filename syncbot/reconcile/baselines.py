"""The baselines of a record in little room: what was agreed by itself, and the stamps that many fields share."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from syncbot.model.sheet import Sheet
from syncbot.model.values import Value

from .state import Agreed


class Stamp(NamedTuple):
    """Where and when something was agreed."""

    source: str
    at: datetime
    run: str


class Baselines(Mapping[str, Agreed]):
    """Frozen; an `Agreed` is made when somebody asks for it, which of most records nobody does."""

    __slots__ = ("_stamps", "said")

    def __init__(self, said: Sheet[Value], stamps: tuple[Stamp, ...]) -> None:
        """`said` holds what was agreed by field; `stamps` are in the order of its fields."""
        self.said, self._stamps = said, stamps

    def __getitem__(self, name: str) -> Agreed:
        place = self.said.places.index[name]
        source, at, run = self._stamps[place]
        return Agreed(value=self.said.items_in_order[place], source=source, at=at, run=run)

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def __contains__(self, name: object) -> bool:
        return name in self.said

    def __repr__(self) -> str:
        return repr(dict(self))


def said_in(agreed: Mapping[str, Agreed]) -> Mapping[str, Value]:
    """Return by field what was agreed, without the stamps."""
    if isinstance(agreed, Baselines):
        return agreed.said
    return {name: one.value for name, one in agreed.items()}
