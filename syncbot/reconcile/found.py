"""What recognising gathers on its way: rows without a record, and the rows of each record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncbot.model.values import Value

from .rulings import Spot
from .state import GoneRow, SeenRow

_NO_WORDS: Mapping[str, str] = {}


@dataclass(slots=True)
class Found:
    """What is gathered about one record."""

    seen: dict[str, SeenRow | GoneRow] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=lambda: _NO_WORDS)
    aside: frozenset[str] = frozenset()


NOTHING_FOUND = Found()


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that belongs to no record yet."""

    endpoint: str
    row: SeenRow
    values: Mapping[str, Value]

    @property
    def spot(self) -> Spot:
        """Where it is."""
        return self.endpoint, self.row.ref
