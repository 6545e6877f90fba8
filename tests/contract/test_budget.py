"""What every budget promises, in memory and in the store on SQLite and PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from syncbot.endpoints.budget import SLOTS, Budget, OwnBudget, SharedBudget, Spent
from syncbot.store.base import Store
from syncbot.store.memory import MemoryStore
from syncbot.store.open import open_store

NOW = 1_790_000_000.0
WINDOW = 60.0
LATE = 2 * WINDOW / SLOTS
"""Seconds by which a shared budget may count a request later than it was sent."""


def shared(store: Store, *, limit: float = 3, connection: str = "notion") -> SharedBudget:
    """A budget that lives in a store."""
    return SharedBudget(lambda change: store.revise_memo(connection, change), limit=limit, window=WINDOW)


def served(budget: Budget, now: float, units: float = 1.0) -> float:
    """Spend, having waited as told; return when."""
    while any(waits := budget.spend(units, now=now)):
        now += sum(waits)
    return now


class BudgetContract:
    """One budget used by one queue."""

    @pytest.fixture
    def budget(self) -> Budget:
        """Three units a minute, none spent."""
        raise NotImplementedError

    def test_a_burst_then_a_window(self, budget: Budget) -> None:
        """What fits goes out at once; the next waits until the first has left the window, and no longer."""
        assert [served(budget, NOW) for _ in range(3)] == [NOW] * 3
        closed, full = budget.spend(1.0, now=NOW)
        assert closed == 0
        assert WINDOW <= full <= WINDOW + LATE
        assert budget.spend(1.0, now=NOW + full) == (0, 0)

    def test_a_refused_request_spends_nothing(self, budget: Budget) -> None:
        """Asking does not cost: one that asks for too much leaves room for one that asks for little."""
        served(budget, NOW, 2.0)
        for _ in range(9):
            assert any(budget.spend(2.0, now=NOW))
        assert budget.spend(1.0, now=NOW) == (0, 0)

    def test_what_was_answered_late_leaves_late(self, budget: Budget) -> None:
        """The service may have counted it when it answered."""
        served(budget, NOW, 3.0)
        budget.answered(3.0, sent=NOW, now=NOW + 20)
        assert NOW + 80 <= served(budget, NOW + 20) <= NOW + 80 + LATE

    def test_more_than_a_whole_budget_goes_alone(self, budget: Budget) -> None:
        """When the window is empty, not never."""
        served(budget, NOW)
        assert NOW + WINDOW <= served(budget, NOW, 9.0) <= NOW + WINDOW + LATE

    def test_a_hold_lets_nobody_in(self, budget: Budget) -> None:
        """For as long as the service asked; of two the longer one counts."""
        budget.hold(NOW + 300, now=NOW)
        budget.hold(NOW + 30, now=NOW + 1)
        assert budget.spend(1.0, now=NOW + 100) == (200, 0)
        assert budget.spend(1.0, now=NOW + 300) == (0, 0)

    def test_a_clock_that_is_set_back_costs_a_window_at_most(self, budget: Budget) -> None:
        """Nobody waits for the hour to come round again, whether for the rate or for the service."""
        for _ in range(3):
            served(budget, NOW)
        budget.hold(NOW + 300, now=NOW)
        earlier = NOW - 3600
        assert served(budget, earlier) <= earlier + 300 + 2 * WINDOW

    @pytest.mark.parametrize("seed", range(4))
    def test_no_window_is_ever_overspent(self, budget: Budget, seed: int) -> None:
        """Whatever the sizes, pauses and lengths of answers: counted when sent, and counted when answered."""
        dice, now, log = Random(seed), NOW, list[tuple[float, float, float]]()
        for _ in range(60):
            units = dice.choice([0.5, 1.0, 2.0, 3.0])
            sent = served(budget, now, units)
            now = sent + dice.choice([0.0, 0.2, 5.0])
            budget.answered(units, sent=sent, now=now)
            log.append((sent, now, units))
            now += dice.choice([0.0, 1.0, 30.0])
        for counted in (0, 1):
            for one in log:
                start = one[counted]
                assert sum(other[2] for other in log if start <= other[counted] < start + WINDOW) <= 3


class TestOwnBudget(BudgetContract):
    """The budget of one process."""

    @pytest.fixture
    def budget(self) -> Budget:
        """In memory."""
        return OwnBudget(limit=3, window=WINDOW)


class SharedContract(BudgetContract):
    """One budget used by several processes."""

    @pytest.fixture
    def reopened(self) -> Any:
        """Opens one and the same store as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def budget(self, reopened: Callable[[], Store]) -> Budget:
        """In a store."""
        return shared(reopened())

    def test_two_share_one_budget(self, reopened: Callable[[], Store]) -> None:
        """Units that one spent the other has not; each connection has a budget of its own."""
        one, other = shared(reopened()), shared(reopened())
        assert served(one, NOW) == served(other, NOW) == served(one, NOW) == NOW
        assert any(other.spend(1.0, now=NOW + 30))
        assert shared(reopened(), connection="sharepoint").spend(3.0, now=NOW) == (0, 0)

    def test_a_hold_is_obeyed_by_all_and_after_a_restart(self, reopened: Callable[[], Store]) -> None:
        """What one was told, the other and the next one keep to, although the first is gone."""
        shared(reopened()).hold(NOW + 300, now=NOW)
        for _ in range(2):
            assert shared(reopened()).spend(1.0, now=NOW + 10) == (290, 0)

    def test_what_is_kept_stays_small(self, reopened: Callable[[], Store]) -> None:
        """Old entries are dropped and those of one slot are one, at any rate."""
        store, lengths = reopened(), list[int]()
        budget = shared(store, limit=1_000_000)
        for number in range(1_000):
            budget.spend(1.0, now=NOW + number / 5)
        store.revise_memo("notion", lambda text: lengths.append(len(text)) or text)  # type: ignore[func-returns-value]
        assert lengths[0] < 4_000

    def test_a_text_of_another_make_is_begun_anew(self, reopened: Callable[[], Store]) -> None:
        """A budget that cannot be read stops nobody."""
        store = reopened()
        for text in ("{", "[]", '{"spent":[1],"hold":null}', '{"spent":[],"hold":7}', "null"):
            store.revise_memo("notion", lambda _, text=text: text)  # type: ignore[misc]
            assert shared(store).spend(3.0, now=NOW) == (0, 0)

    def test_it_costs_nothing_beside_a_request(self, reopened: Callable[[], Store]) -> None:
        """Less than 5 ms with a full window, where a service takes some hundred; the best of several tries counts."""
        budget = shared(reopened(), limit=1_000_000)
        for number in range(SLOTS):
            budget.spend(1.0, now=NOW + number / 2)
        rounds = [[_timed(budget) for _ in range(20)] for _ in range(5)]
        assert min(median(one) for one in rounds) < 0.005


def _timed(budget: Budget) -> float:
    began = time.perf_counter()
    budget.spend(1.0, now=NOW + WINDOW)
    return time.perf_counter() - began


class TestInMemory(SharedContract):
    """The budget in a store in memory."""

    @pytest.fixture
    def reopened(self) -> Callable[[], Store]:
        """The same store again."""
        store = MemoryStore()
        return lambda: store


class TestOnSqlite(SharedContract):
    """The budget in a file."""

    @pytest.fixture
    def reopened(self, tmp_path: Path) -> Iterator[Callable[[], Store]]:
        """The file, opened once more each time."""
        with ExitStack() as ends:
            yield lambda: _opened(f"sqlite:///{tmp_path / 'store.sqlite'}", ends)


class TestOnPostgresql(SharedContract):
    """The budget on a server."""

    @pytest.fixture
    def reopened(self, new_postgres: Callable[[str], str]) -> Iterator[Callable[[], Store]]:
        """The database, opened once more each time."""
        url = new_postgres("model")
        with ExitStack() as ends:
            yield lambda: _opened(url, ends)


def _opened(url: str, ends: ExitStack) -> Store:
    store = open_store(url)
    ends.callback(store.close)
    return store


def test_what_was_spent_comes_back_from_its_text() -> None:
    """Entries and hold, to the last digit."""
    spent = Spent(limit=3, window=WINDOW)
    spent.spend(1.0, now=NOW, at=NOW + 0.1)
    spent.spend(0.5, now=NOW, at=NOW + 1 / 3)
    spent.hold(NOW + 7.7, now=NOW)
    assert Spent.from_text(spent.to_text(), limit=3, window=WINDOW).to_text() == spent.to_text()
