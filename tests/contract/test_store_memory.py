"""The store in memory keeps the contract."""

import pytest

from syncbot.store.memory import MemoryStore
from tests.contract.store_contract import StoreContract
from tests.contract.store_shelf import Shelf


class TestMemoryStore(StoreContract):
    """The contract on plain dicts."""

    @pytest.fixture
    def shelf(self) -> Shelf:
        """An empty store."""
        return Shelf(store=MemoryStore())
