"""What people decided about identity, as far as recognising rows needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Spot: TypeAlias = tuple[str, str]
"""Endpoint and ref: one row."""


@dataclass(frozen=True, kw_only=True)
class Rulings:
    """Decisions of people; they go before every rung of the ladder."""

    same: Mapping[Spot, str] = field(default_factory=dict)
    """Of a row: the key of the record that it is."""
    apart: frozenset[frozenset[Spot]] = frozenset()
    """Pairs of rows that are not the same record."""
    aside: Mapping[Spot, str] = field(default_factory=dict)
    """Rows that are nobody's, each as long as it is at this version."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Of a key that is no more: the key of the record that took its place."""

    def lasting(self, key: str) -> str:
        """Return the key that stands for this one now."""
        seen = {key}
        while (key := self.merged.get(key, key)) not in seen:
            seen.add(key)
        return key

    def given_to(self, key: str) -> list[Spot]:
        """Return the rows of which somebody said that they are this record."""
        return self._given.get(key, [])

    @cached_property
    def _given(self) -> Mapping[str, list[Spot]]:
        found: dict[str, list[Spot]] = {}
        for spot, key in self.same.items():
            found.setdefault(key, []).append(spot)
        return found

    def are_apart(self, one: Spot, others: Iterable[Spot]) -> bool:
        """Whether a row is not the same record as one of the others."""
        return bool(self.apart) and any(frozenset((one, other)) in self.apart for other in others)

    def is_aside(self, one: Spot, version: str) -> bool:
        """Whether a row is to be left alone, because it still is as it was when that was decided."""
        return self.aside.get(one) == version


NO_RULINGS = Rulings()
