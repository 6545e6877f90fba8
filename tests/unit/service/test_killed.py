"""A run that is killed before or after any single change to its store ends, run again, as an undisturbed one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from syncbot.service import answering, matches, matching, uniting
from syncbot.service.parts import Parts
from syncbot.service.syncing import sync
from syncbot.store.base import Store
from syncbot.store.memory import MemoryStore
from tests.fakes.world import CITY, DAY, PLACES, World, new_world

READS = (
    *(
        "runs",
        "run",
        "records",
        "keys_of",
        "refs",
        "count",
        "again",
        "history",
        "intents",
        "cursor",
        "binding",
    ),
    *("conflicts", "conflict", "strays", "stray", "full_reading", "waiting", "rulings"),
)
"""What changes nothing."""


DELETES = {
    "unlink": CITY,
    "propagate": CITY.replace("key: Key", "key: Key, deletes: true") + "deletes: propagate\n",
}


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Mortal:
    """A store whose process is killed before or after one of its changes; then nothing reaches it any more."""

    def __init__(self, inner: Store, *, at: int, after: bool) -> None:
        self._inner, self._at, self._after = inner, at, after
        self.changes = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)
        return real if name in READS else lambda *words, **more: self._change(real, words, more)

    def _change(self, real: Callable[..., Any], words: Sequence[Any], more: Mapping[str, Any]) -> Any:
        self.changes += 1
        if self.changes > self._at or (self.changes == self._at and not self._after):
            raise Killed
        answer = real(*words, **more)
        if self.changes == self._at:
            raise Killed
        return answer


def with_store(parts: Parts, store: object) -> Parts:
    """The same parts over another store; who was killed is known to be gone."""
    return replace(parts, store=cast(Store, store), holder_is_dead=lambda _: True)


def first(world: World) -> None:
    """Nothing was synced yet: creates both ways, stamps, an update, a reference, an edited copy, a conflict."""
    anna = world.add_person("notion", "Anna")
    world.add_person("sharepoint", "Zofia")
    world.add_city("notion", "Lier", lead=frozenset({anna}))
    world.add_city("sharepoint", "Mons", contact=DAY)
    world.add_city("notion", "Ghent", population=1, note="hello", contact=date(2026, 2, 3))
    world.add_city("sharepoint", "GHENT", population=2, contact=date(2026, 2, 4))


def later(world: World) -> None:
    """A day after: flows, a merged set, an edited copy, a conflict, an answer that waits, a new and a lost row."""
    first(world)
    world.add_city("notion", "Genk", topics=frozenset({"finance"}))
    world.add_city("notion", "Arlon", contact=DAY)
    world.add_city("notion", "Ath")
    sync(world.parts)
    [question] = answering.conflicts(world.parts)
    answering.resolve(world.parts, question.id, "sharepoint")
    refs = {
        place: {str(row.cells["name"]): ref for ref, row in world.cities[place].rows.items()}
        for place in PLACES
    }
    world.later(hours=1)
    world.edit_city("notion", refs["notion"]["Lier"], note="moved")
    world.edit_city("sharepoint", refs["sharepoint"]["Lier"], contact=DAY, population=4711)
    world.edit_city("notion", refs["notion"]["Genk"], topics=frozenset({"finance", "mobility"}))
    world.edit_city("sharepoint", refs["sharepoint"]["Genk"], topics=frozenset({"engagement"}))
    world.edit_city("notion", refs["notion"]["Arlon"], contact=date(2026, 3, 1))
    world.edit_city("sharepoint", refs["sharepoint"]["Arlon"], contact=date(2026, 3, 2))
    world.cities["notion"].remove(refs["notion"]["Ath"], by="notion person", at=world.now[0])
    world.add_city("sharepoint", "Bree")
    world.later(hours=1)


def decided(world: World) -> None:
    """A person has said of one pair that they are the same, of one that they are not, split a record and merged two."""
    for left, right in (("Lahti", "Lathi"), ("Tampere", "Tampare"), ("Kuopio", "Kuopio")):
        world.add_city("notion", left, note=left)
        world.add_city("sharepoint", right, contact=DAY)
    world.add_city("notion", "Gand", population=3)
    world.add_city("notion", "Leuven")
    sync(world.parts)
    waiting = {one.question.title: one.id for one in matches.matches(world.parts)}
    matching.accept(world.parts, waiting["Lathi"])
    matching.reject(world.parts, waiting["Tampare"])
    matching.split(world.parts, "Kuopio", "sharepoint")
    gand = matches.record_named(world.parts, "Gand")[1]
    uniting.merge(world.parts, "Leuven", "Gand", rows={name: row.ref for name, row in gand.rows.items()})
    world.later(hours=1)


def told(world: World) -> dict[str, object]:
    """How everything stands, without keys, refs and ids."""
    store, persons = world.parts.store, dict[str, str]()
    for place in PLACES:
        persons |= {ref: str(row.cells["name"]) for ref, row in world.people[place].rows.items()}
    persons |= {key: str(one.agreed["name"].value) for key, one in store.records("person").items()}
    return {
        **{
            place: sorted(
                str({name: _said(value, persons) for name, value in sorted(row.cells.items())})
                for row in world.cities[place].rows.values()
            )
            for place in PLACES
        },
        "people": {place: sorted(persons[ref] for ref in world.people[place].rows) for place in PLACES},
        "agreed": sorted(
            str({name: _said(value.value, persons) for name, value in sorted(one.agreed.items())})
            for one in store.records("city").values()
        ),
        "conflicts": sorted(f"{one.conflict.title} {one.conflict.field}" for one in store.conflicts()),
        "ended": sorted(
            f"{one.conflict.title} {one.conflict.field} {one.how}"
            for one in store.conflicts(include_closed=True)
            if one.closed
        ),
        "strays": sorted(
            f"{one.stray.title} {one.stray.field} {one.stray.value} {one.stray.kept}"
            for one in store.strays()
        ),
        "unsettled": len(store.intents(open_only=True)),
        "again": len(store.again("city")),
        "waiting": sorted(str(one.row.values["name"]) for one in store.waiting()),
    }


def _said(value: object, persons: Mapping[str, str]) -> str:
    if isinstance(value, frozenset):
        return str(sorted(persons.get(one, one) for one in value))
    return persons.get(str(value), str(value))


def played(
    folder: Path, scene: Callable[[World], None], city: str, *, at: int, after: bool
) -> tuple[World, int]:
    """Play the scene, sync with a kill at the change of that number, and sync again; say how many changes there were."""
    folder.mkdir()
    store = MemoryStore()
    world = new_world(folder, store=store, city=city)
    world.parts = with_store(world.parts, store)
    scene(world)
    mortal = Mortal(store, at=at, after=after)
    try:
        sync(with_store(world.parts, mortal))
    except Killed:
        sync(world.parts)
    return world, mortal.changes


@pytest.mark.parametrize("deletes", ["unlink", "propagate"])
@pytest.mark.parametrize("scene", [first, later, decided])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_change_of_the_store(
    tmp_path: Path, scene: Callable[[World], None], deletes: str, after: bool
) -> None:
    """Places, baselines, conflicts and edits of copies end alike, and a further run has nothing to do."""
    city = DELETES[deletes]
    undisturbed, changes = played(tmp_path / "0", scene, city, at=10_000, after=False)
    assert changes > 20
    for at in range(1, changes + 1):
        world, _ = played(tmp_path / str(at), scene, city, at=at, after=after)
        assert told(world) == told(undisturbed), f"killed at change {at} of {changes}"
        idle = sync(world.parts)
        assert not idle.anything and not idle.settled, f"killed at change {at} of {changes}"


@pytest.mark.parametrize("after", [False, True])
def test_a_merge_that_is_killed_deletes_nothing_that_nobody_named(tmp_path: Path, after: bool) -> None:
    """Whatever the change of the store: both cities' rows are there or in the trash as told, and each record has its rows.

    A row that went to the trash while it was still linked would have taken its copies elsewhere with it.
    """
    at, changes = 0, 1
    while at < changes:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        store = MemoryStore()
        world = new_world(folder, store=store, city=DELETES["propagate"])
        world.parts = with_store(world.parts, store)
        for name in ("Ghent", "Ledeberg"):
            world.add_city("notion", name, contact=DAY)
        sync(world.parts)
        kept, gone = (matches.record_named(world.parts, name)[1] for name in ("Ghent", "Ledeberg"))
        mortal = Mortal(store, at=at, after=after)
        try:
            rows = {name: row.ref for name, row in kept.rows.items()}
            uniting.merge(with_store(world.parts, mortal), kept.key, gone.key, rows=rows, trash=True)
        except Killed:
            pass
        changes = mortal.changes + 1
        sync(world.parts)
        for place in PLACES:
            rows_there = world.cities[place].rows
            assert kept.rows[place].ref in rows_there, f"killed at change {at}"
        merged = store.count("city") == 1
        there = [gone.rows[place].ref in world.cities[place].rows for place in PLACES]
        assert merged or all(there), f"killed at change {at}: {there}"
        assert not sync(world.parts).anything, f"killed at change {at}"
