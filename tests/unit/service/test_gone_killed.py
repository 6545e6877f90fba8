"""The other rows of a record that went are removed, and the process is killed at any change of its store."""

import contextlib
from pathlib import Path

import pytest

from syncbot.service import gone
from syncbot.service.syncing import sync
from syncbot.store.memory import MemoryStore
from tests.fakes.world import CITY, new_world
from tests.unit.service.test_killed import Killed, Mortal, with_store

ASKED = CITY.replace("key: Key}", "key: Key, deletes: true}") + "deletes: ask\n"


@pytest.mark.parametrize("after", [False, True])
def test_a_removal_that_is_killed_is_finished_or_asked_again(tmp_path: Path, after: bool) -> None:
    """The next sync looks; then the row is in the trash and unlinked, or stands and can be removed still."""
    at, changes = 0, 1
    while at < changes:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        store = MemoryStore()
        world = new_world(folder, store=store, city=ASKED)
        world.parts = with_store(world.parts, store)
        ref = world.add_city("notion", "Ghent")
        sync(world.parts)
        [known] = store.records("city").values()
        world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
        sync(world.parts)
        mortal = Mortal(store, at=at, after=after)
        with contextlib.suppress(Killed):
            gone.remove(with_store(world.parts, mortal), "Ghent")
        changes = mortal.changes + 1
        sync(world.parts)
        asked = gone.gone(world.parts)
        assert bool(asked) is bool(world.names("sharepoint")), f"killed at change {at}"
        if asked:
            gone.remove(world.parts, "Ghent")
        assert world.names("sharepoint") == []
        unlinked = store.records("city")[known.key].unlinked
        assert unlinked == {name: row.ref for name, row in known.rows.items()}, f"killed at change {at}"
        assert store.intents(open_only=True) == []
        assert not sync(world.parts).anything, f"killed at change {at}"
    assert at > 4
