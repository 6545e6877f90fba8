"""A year of four groups: every publication once, none missed that was still worth sending, whatever happens."""

import dataclasses
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.mapping.groups import Groups, GroupSpec
from syncbot.service.parts import Parts
from syncbot.store.base import Store
from syncbot.store.memory import MemoryStore
from syncbot.store.open import open_store
from tests.fakes.four_groups import four_groups
from tests.fakes.year import CHANNELS, Fate, Sort, Year
from tests.fakes.year_laws import faults

BEGINS = [datetime(2026, month, day, 6, tzinfo=UTC) for month, day in ((1, 5), (3, 19), (10, 15), (12, 11))]
"""An ordinary week, a week before each change of the clocks in Europe, and Christmas."""
FRIDAY = datetime(2026, 11, 27, 16, tzinfo=UTC)
"""When every outlet has something to do, and in groups that live elsewhere some have."""
FATES = st.builds(
    Fate, sort=st.sampled_from(["kill", "kill", "database", "fails"]), moment=st.integers(1, 30)
)
ELSEWHERE = {
    "A": ("America/New_York", "US"),
    "B": ("Pacific/Auckland", "NZ"),
    "C": ("Asia/Kolkata", "IN"),
    "D": ("Europe/Lisbon", "PT"),
}
"""Groups on other clocks: of both hemispheres, and one that never changes; others' holidays."""


@cache
def shipped() -> Parts:
    """What is mapped and declared; its store is not used."""
    return four_groups(actions=0, needs=0, changes=0)


def elsewhere() -> Groups:
    """The same groups in other countries."""

    def moved(name: str, spec: GroupSpec) -> GroupSpec:
        if name not in ELSEWHERE:
            return spec
        zone, country = ELSEWHERE[name]
        calendar = dataclasses.replace(
            spec.group.calendar, zone=ZoneInfo(zone), holidays=holidays.country_holidays(country)
        )
        return dataclasses.replace(spec, group=dataclasses.replace(spec.group, calendar=calendar))

    return {name: moved(name, spec) for name, spec in shipped().groups.items()}


def new_year(begin: datetime, groups: Groups | None = None, store: Store | None = None) -> Year:
    """A service that is started for the first time."""
    store, groups = store or MemoryStore(), groups or shipped().groups
    parts = dataclasses.replace(shipped(), store=store, groups=groups)
    return Year(parts=parts, groups=groups, now=begin, store=store)


@settings(max_examples=4)
@given(data=st.data())
def test_in_a_year_everything_arrives_once_and_nothing_is_missed(data: st.DataObject) -> None:
    """Outages of up to nine days, kills, restarts of the database and failures, closed channels, all holidays."""
    groups = data.draw(st.sampled_from([shipped().groups, elsewhere()]))
    year = new_year(data.draw(st.sampled_from(BEGINS)), groups)
    for _ in range(data.draw(st.integers(60, 90))):
        year.closed = data.draw(st.sets(st.sampled_from(CHANNELS)))
        for fate in data.draw(st.lists(FATES, min_size=1, max_size=2)):
            year.look(fate)
            year.now += timedelta(minutes=1)
        coming = year.calms_down().next
        assert coming is not None
        pause = timedelta(minutes=data.draw(st.integers(1, 60 * 24 * 9)))
        year.now = coming if data.draw(st.booleans()) else year.now + pause
    assert list(faults(year)) == []


@contextmanager
def stores(folder: Path | None) -> Iterator[Store]:
    """A new store: in memory, or a file."""
    if folder is None:
        yield MemoryStore()
        return
    store = open_store(f"sqlite:///{folder / 'year.sqlite'}")
    try:
        yield store
    finally:
        store.close()
        (folder / "year.sqlite").unlink()


@dataclasses.dataclass(frozen=True)
class Friday:
    """What stands before a Friday's look."""

    closed: bool = False
    """No channel has a workflow."""
    late: bool = False
    """The service stood still for ten days."""
    away: bool = False
    """It stands still for ten days afterwards."""


def friday(what: Friday, fate: Fate, folder: Path | None = None) -> tuple[Year, int]:
    """Look on a Friday afternoon, meet a fate, start again; tell how many moments the look had."""
    with stores(folder) as store:
        year = new_year(FRIDAY - timedelta(days=10 * what.late), store=store)
        if what.late:
            year.look()
            year.calms_down()
            year.now = FRIDAY
        year.closed = set(CHANNELS) if what.closed else set()
        year.look(fate)
        count = year.danger.count
        year.closed = set()
        year.now += timedelta(days=10 * what.away)
        year.calms_down()
        year.now += timedelta(days=1)
        year.calms_down()
        wrong = list(faults(year))
        assert wrong == [], fate
        return year, count


FRIDAYS = {
    "open": Friday(),
    "closed": Friday(closed=True),
    "late": Friday(late=True),
    "away": Friday(closed=True, away=True),
}


@pytest.mark.parametrize("what", FRIDAYS.values(), ids=FRIDAYS)
@pytest.mark.parametrize("sort", ["kill", "database", "fails"])
def test_at_whatever_moment_it_happens(sort: Sort, what: Friday, every_kill: bool, tmp_path: Path) -> None:
    """Each moment before and after each step of each send, at all outlets; and of saying what came too late.

    The channels are open again afterwards; tried at some moments only, without --every-kill.
    """
    _, count = friday(what, Fate(sort=sort, moment=10_000))
    assert count > 120
    step = 1 if every_kill else 11
    first = random.Random(f"{sort}/{what}").randint(1, step)
    for moment in range(first, count + 1, step):
        folder = tmp_path if every_kill and moment % 3 == 0 else None
        year, _ = friday(what, Fate(sort=sort, moment=moment), folder)
        assert sum(year.danger.came_true.values()) >= (sort == "kill")


def test_a_database_that_is_a_file_remembers_it_too(tmp_path: Path) -> None:
    """What is kept in memory above is kept in tables here."""
    for moment in (30, 77):
        friday(Friday(closed=True), Fate(sort="kill", moment=moment), tmp_path)


@pytest.mark.parametrize(
    "begin", [datetime(2026, 3, 20, 6, tzinfo=UTC), datetime(2026, 10, 16, 6, tzinfo=UTC)]
)
def test_over_a_change_of_the_clocks_each_send_meets_a_fate(begin: datetime, every_kill: bool) -> None:
    """Looked at the minute that something is due; two weeks, or a year with --every-kill."""
    for groups in (shipped().groups, elsewhere()):
        dice, year = random.Random(f"{begin}"), new_year(begin, groups)
        end = begin + timedelta(days=365 if every_kill else 12)
        while year.now < end:
            year.closed = {channel for channel in CHANNELS if dice.random() < 0.2}
            sort: Sort = dice.choice(["kill", "kill", "database", "fails"])
            year.look(Fate(sort=sort, moment=dice.randint(1, 40)))
            coming = year.calms_down().next
            assert coming is not None
            year.now = coming
        assert list(faults(year)) == []
        assert sum(year.danger.came_true.values()) > (end - begin).days / 2
