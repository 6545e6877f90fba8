"""What tests of a store stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from syncbot.store.base import Store

ids = count()
property_of_store = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # examples share a store; each has ids of its own
        HealthCheck.differing_executors,  # one claim, tried on each implementation
    ],
)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """An empty store, and a way to open what it stands on once more."""

    store: Store
    another: Callable[[], Store] | None = None
    """None where nothing is shared: the store lives in one process."""

    def twin(self) -> Store:
        """Return a second store on the same database, or the same one where there can be only one."""
        return self.another() if self.another else self.store


class OnAShelf:
    """Takes the store from the shelf."""

    @pytest.fixture
    def store(self, shelf: Shelf) -> Store:
        """The store alone."""
        return shelf.store
