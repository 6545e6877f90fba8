"""A kind is refused, and another kind that points at it goes on: nothing points at records that never came to be."""

from pathlib import Path

from syncbot.model.values import UNKNOWN
from syncbot.reconcile.plan import Unread
from syncbot.service.syncing import sync
from tests.fakes.world import new_world


def test_nothing_points_at_records_that_were_refused(tmp_path: Path) -> None:
    """The lead is among too many new people: that is said once, and the lead is there when they were let pass."""
    world = new_world(tmp_path)
    for number in range(8):
        world.add_person("notion", f"Old{number}")
    ghent = world.add_city("notion", "Ghent")
    sync(world.parts)
    world.later(hours=1)
    new = [world.add_person("notion", f"New{number}") for number in range(60)]
    world.edit_city("notion", ghent, lead=frozenset({new[7]}))
    report = sync(world.parts)
    assert [len(kind.plan.refused) for kind in report.kinds] == [1, 0]
    [told] = [one for one in report.kinds[1].plan.findings if isinstance(one, Unread)]
    assert "which is no known person" in told.reason
    assert report.kinds[1].failures == ()
    [record] = world.parts.store.records("city").values()
    assert record.rows["notion"].values["lead"] is UNKNOWN
    sync(world.parts, full=True, allow_mass_change=True)
    [there] = [ref for ref, row in world.people["sharepoint"].rows.items() if row.cells["name"] == "New7"]
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({there})
    assert not sync(world.parts, full=True).anything
