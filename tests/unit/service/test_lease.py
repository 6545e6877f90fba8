"""The lease of a run: prolonged while it works, noticed when it was lost, taken over from who is gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from syncbot.endpoints.base import Create, Write
from syncbot.errors import LeaseHeld, LeaseLost
from syncbot.service.lease import LEASE, LEASE_LIFE, Holder, Lease
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from syncbot.store.memory import MemoryStore
from tests.fakes.world import START, World, new_world


class Bench:
    """A store, a clock that is moved by hand, and a lease."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now = START
        self.lease = Lease()

    def holder(self, name: str, *dead: str) -> Holder:
        """Somebody who knows who is dead."""
        return Holder(name=name, now=lambda: self.now, is_dead=lambda other: other in dead)


def test_a_lease_that_is_kept_outlasts_its_life() -> None:
    """A run may take hours, as long as it does something now and then."""
    bench = Bench()
    with bench.lease.held(bench.store, bench.holder("one")):
        for _ in range(10):
            bench.now += LEASE_LIFE * 0.9
            bench.lease.keep()
            with pytest.raises(LeaseHeld, match="one"), Lease().held(bench.store, bench.holder("two")):
                raise AssertionError("both hold it")
    with Lease().held(bench.store, bench.holder("two")):
        pass


def test_a_long_wait_is_kept_ahead() -> None:
    """Before a wait that a service asks for, the lease is prolonged over it."""
    bench = Bench()
    with bench.lease.held(bench.store, bench.holder("one")):
        bench.lease.keep(600)
        bench.now += timedelta(seconds=601)
        with pytest.raises(LeaseHeld), Lease().held(bench.store, bench.holder("two")):
            raise AssertionError("both hold it")
        bench.lease.keep()


def test_the_store_is_asked_only_when_somebody_may_have_taken_it() -> None:
    """A thousand requests within the first half of its life cost nothing."""
    bench = Bench()
    with bench.lease.held(bench.store, bench.holder("one")):
        bench.store.drop_lease(LEASE, holder="one")
        bench.now += LEASE_LIFE * 0.49
        bench.lease.keep()
        bench.now += LEASE_LIFE * 0.02
        with pytest.raises(LeaseLost):
            bench.lease.keep()


@pytest.mark.parametrize("over", [False, True])
def test_a_lost_lease_stays_lost(over: bool) -> None:
    """Whether the other run is still at work or has ended: what this one planned may be overtaken, for ever."""
    bench, other = Bench(), Lease()
    with bench.lease.held(bench.store, bench.holder("one")):
        bench.now += LEASE_LIFE * 1.1
        with other.held(bench.store, bench.holder("two")):
            for _ in range(0 if over else 2):
                with pytest.raises(LeaseLost, match="one"):
                    bench.lease.keep()
        for _ in range(2):
            with pytest.raises(LeaseLost, match="one"):
                bench.lease.keep()


def test_one_that_expired_and_that_nobody_took_is_still_ours() -> None:
    """A machine that slept over its lunch break goes on where it was."""
    bench = Bench()
    with bench.lease.held(bench.store, bench.holder("one")):
        bench.now += LEASE_LIFE * 30
        bench.lease.keep()


def test_of_a_holder_that_is_gone_it_is_taken_at_once() -> None:
    """Nobody waits for a process that was killed."""
    bench = Bench()
    bench.store.take_lease(LEASE, holder="killed", until=START + LEASE_LIFE, now=START)
    with bench.lease.held(bench.store, bench.holder("one", "killed")):
        bench.lease.keep()


def test_where_no_run_is_at_work_nothing_is_kept() -> None:
    """A plan or a check needs no lease."""
    Lease().keep()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world with two cities to be created at each place."""
    made = new_world(tmp_path)
    for name in ("Aalst", "Bruges"):
        made.add_city("notion", name)
    for name in ("Ghent", "Lier"):
        made.add_city("sharepoint", name)
    return made


def other(world: World, name: str) -> Parts:
    """Another process on the same store and places."""
    return replace(world.parts, holder=name, lease=Lease())


def test_a_run_that_stood_still_writes_nothing_more(world: World) -> None:
    """It stands still in the middle of a write; another run does all the work; the first then changes nothing at all."""
    others: list[Report] = []
    stands = [True]

    def stands_still(write: Write) -> bool:
        if isinstance(write, Create) and stands.pop() if stands else False:
            world.later(seconds=LEASE_LIFE.total_seconds() + 1)
            others.append(sync(other(world, "second")))
        return False

    for place in world.cities.values():
        place.lies.lost = stands_still
    with pytest.raises(LeaseLost, match="first"):
        sync(other(world, "first"))
    assert [report.status for report in others] == [RunStatus.DONE]
    names = ["Aalst", "Bruges", "Ghent", "Lier"]
    assert world.names("notion") == world.names("sharepoint") == names
    assert [run.status for run in world.parts.store.runs()] == [RunStatus.DONE, RunStatus.FAILED]
    assert not sync(world.parts).anything
