"""What every store promises of the texts that endpoints keep for themselves, as queues do of what they spent."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from syncbot.store.base import Store
from tests.contract.store_shelf import OnAShelf, Shelf


class MemosContract(OnAShelf):
    """Memos."""

    def test_a_memo_is_revised_from_what_it_was(self, store: Store) -> None:
        """Empty at first, one for each name, back to the letter."""
        seen = list[str]()

        def add(text: str) -> str:
            seen.append(text)
            return f'{text}{{"é %s :x"}}\n'

        for name in ("notion", "notion", "sharepoint", "notion"):
            store.revise_memo(name, add)
        once = '{"é %s :x"}\n'
        assert seen == ["", once, "", once * 2]
        assert [store.memo(name) for name in ("notion", "sharepoint", "excel")] == [once * 3, once, ""]

    def test_a_revision_that_fails_changes_nothing(self, store: Store) -> None:
        """Also the first one; and the next one is not held up."""
        seen = list[str]()

        def fail(text: str) -> str:
            raise ZeroDivisionError(text)

        for text in ("a", "b"):
            with pytest.raises(ZeroDivisionError):
                store.revise_memo("notion", fail)
            store.revise_memo("notion", lambda before, text=text: seen.append(before) or text)  # type: ignore[misc,func-returns-value]
        assert seen == ["", "a"]

    def test_no_revision_is_lost(self, shelf: Shelf) -> None:
        """Of many at once each sees what the one before has made, from the very first on."""
        stores = [shelf.store, *(shelf.twin() for _ in range(3))]
        start = Barrier(len(stores))

        def count(number: int) -> None:
            start.wait()
            for _ in range(25):
                stores[number].revise_memo("notion", lambda text: str(int(text or 0) + 1))

        try:
            with ThreadPoolExecutor(len(stores)) as threads:
                list(threads.map(count, range(len(stores))))
            shelf.store.revise_memo("notion", lambda text: f"counted {text}")
            seen = list[str]()
            stores[1].revise_memo("notion", lambda text: seen.append(text) or text)  # type: ignore[func-returns-value]
            assert seen == ["counted 100"]
        finally:
            for twin in {id(one): one for one in stores}.values():
                twin.close()
