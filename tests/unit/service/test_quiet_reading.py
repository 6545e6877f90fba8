"""A whole reading of places that are in step leaves nothing in memory to decide."""

from pathlib import Path

from syncbot.service.gathering import gather
from syncbot.service.links import StoredLinks
from syncbot.service.syncing import plan, sync
from tests.fakes.world import new_world


def test_only_what_moved_is_kept_of_a_whole_reading(tmp_path: Path) -> None:
    """Of thirty cities that are in step none is kept; after an edit just that row is, and the plan carries it over."""
    world = new_world(tmp_path)
    refs = [world.add_city("notion", f"City {number}") for number in range(30)]
    for _ in range(2):
        sync(world.parts)
        world.later(minutes=5)
    spec, links = world.parts.mappings.kinds["city"], StoredLinks(world.parts.store, world.parts.mappings)
    still = gather(world.parts, spec, links, full=True, describe=False).sides
    assert [(len(side.rows), side.read, side.compared) for side in still.values()] == [(0, 30, True)] * 2

    world.edit_city("notion", refs[3], note="called")
    moved = gather(world.parts, spec, links, full=True, describe=False).sides
    assert {name: [row.ref for row in side.rows] for name, side in moved.items()} == {
        "notion": [refs[3]],
        "sharepoint": [],
    }
    [action] = plan(world.parts, ["city"], full=True).kinds[0].plan.actions
    assert (action.endpoint, action.title) == ("sharepoint", "City 3")
