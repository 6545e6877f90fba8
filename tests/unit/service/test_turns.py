"""Turns: one process at a connection, told who works there, nobody lost and nobody stuck."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from syncbot.errors import LeaseHeld
from syncbot.service.lease import LEASE_LIFE as LIFE
from syncbot.service.turns import Turns
from syncbot.store.base import Store
from syncbot.store.memory import MemoryStore

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


class Table:
    """A store, a clock that moves when somebody sleeps, and what was heard."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()
        self.now = NOW
        self.dead: set[str] = set()
        self.heard: list[tuple[str, float]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        """Let time pass, and something happen."""
        self.now += timedelta(seconds=seconds)
        self.meanwhile()

    def turns(self, holder: str, *connections: str, patience: float = 10.0) -> Turns:
        """A process."""
        turns = Turns(
            store=self.store,
            holder=holder,
            holder_is_dead=self.dead.__contains__,
            now=lambda: self.now,
            sleep=self.sleep,
            on_wait=lambda why, seconds: self.heard.append((why, seconds)),
            patience=patience,
        )
        for connection in connections or ("notion",):
            turns.add(connection)
        return turns


def test_the_second_is_told_who_works_there_and_ends() -> None:
    """After its patience, and not before; the first is not disturbed."""
    table = Table()
    first, second = table.turns("anna"), table.turns("ben")
    first.take()
    table.now += timedelta(seconds=7)
    with pytest.raises(LeaseHeld, match="notion is in use by anna since 2026-03-02 08:30:00 UTC") as held:
        second.take()
    assert held.value.holder == "anna"
    assert table.heard == [("notion: anna works there since 2026-03-02 08:30:00 UTC", 10.0)]
    assert table.now == NOW + timedelta(seconds=17)
    first.take()


def test_the_second_goes_on_when_the_first_has_ended() -> None:
    """It waits no longer than that."""
    table = Table()
    first, second = table.turns("anna"), table.turns("ben")
    first.take()
    table.meanwhile = first.give_back
    second.take()
    assert table.now <= NOW + timedelta(seconds=1)


def test_one_that_died_is_not_waited_for() -> None:
    """Where that can be known; elsewhere its lease ends by itself."""
    table = Table()
    table.turns("dead").take()
    table.dead = {"dead"}
    table.turns("anna").take()
    assert table.heard == []
    table.now += LIFE
    table.turns("ben").take()
    assert table.heard == []


def test_a_long_run_keeps_all_its_connections() -> None:
    """A while between two requests to one of them, for an hour, and the other one is not lost."""
    table = Table()
    first = table.turns("anna", "notion", "sharepoint")
    for _ in range(75):
        first.take()
        table.now += LIFE * 0.4
    for connection in ("notion", "sharepoint"):
        with pytest.raises(LeaseHeld):
            table.turns("ben", connection, patience=0).take()


def test_a_long_wait_for_the_service_is_covered() -> None:
    """Told to wait for half an hour, a process keeps its turn until then, and needs nobody to prolong it."""
    table = Table()
    first = table.turns("anna")
    first.take(1800.0)
    table.now += timedelta(seconds=1800)
    with pytest.raises(LeaseHeld):
        table.turns("ben", patience=0).take()


def test_two_that_need_the_same_never_wait_for_each_other() -> None:
    """In whichever order they are named: one gets both, the other none; what it got it gives back."""
    table = Table()
    first = table.turns("anna", "sharepoint", "notion")
    second = table.turns("ben", "notion", "sharepoint")
    blocker = table.turns("carl", "sharepoint")
    blocker.take()
    with pytest.raises(LeaseHeld):
        first.take()
    blocker.give_back()
    second.take()
    with pytest.raises(LeaseHeld):
        table.turns("dora", "notion", patience=0).take()


def test_a_process_that_stood_still_waits_for_its_turn_again() -> None:
    """Stopped for longer than its lease lasts, it does not send while the other one works."""
    table = Table()
    first, second = table.turns("anna"), table.turns("ben")
    first.take()
    table.now += 2 * LIFE
    second.take()
    with pytest.raises(LeaseHeld):
        first.take()
    first.give_back()
    second.take()


def test_asking_for_every_request_costs_the_store_nothing() -> None:
    """The store is asked anew only when half of the lease is over."""

    class Counting(MemoryStore):
        taken = 0

        def take_lease(self, name: str, *, holder: str, until: datetime, now: datetime) -> None:
            self.taken += 1
            super().take_lease(name, holder=holder, until=until, now=now)

    table, store = Table(), Counting()
    table.store = store
    turns = table.turns("anna")
    for _ in range(100):
        turns.take()
        table.now += LIFE / 100
    assert store.taken == 2
