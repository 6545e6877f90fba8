"""A row for which recognising looks for a record."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncbot.model.values import Value

from .rulings import Spot
from .state import SeenRow


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
