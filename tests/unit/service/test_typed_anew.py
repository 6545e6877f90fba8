"""A row that somebody deleted and typed anew: the question whether it is the record lasts until it is answered."""

from pathlib import Path

import pytest

from syncbot.reconcile.plan import DeleteRow, Duplicate, Missing, Proposal
from syncbot.service import matches, matching
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, World, new_world

TAKES_ALONG = CITY.replace("key: Key}", "key: Key, deletes: true}") + "deletes: propagate\n"


def typed_anew(world: World) -> str:
    """Somebody deletes Lahtti in SharePoint and types Lahti; returns the ref of the new row, of which nobody heard."""
    world.add_city("notion", "Lahtti", note="left")
    sync(world.parts)
    world.later(hours=1)
    [old] = world.cities["sharepoint"].rows
    world.cities["sharepoint"].remove(old, by="sharepoint person", at=world.now[0])
    return world.add_city("sharepoint", "Lahti", population=1)


def found(report: Report) -> list[str]:
    """What was found about cities, by the names of the kinds of finding."""
    return [type(one).__name__ for one in report.kinds[1].plan.findings]


@pytest.mark.parametrize("declared", [CITY, TAKES_ALONG])
def test_a_row_typed_anew_is_asked_about_until_somebody_answers(tmp_path: Path, declared: str) -> None:
    """No twin is made, that the old row went is said once, and it takes no row along that may be the new one's."""
    world = new_world(tmp_path, city=declared)
    typed_anew(world)
    assert found(sync(world.parts)) == [Missing.__name__, Proposal.__name__]
    [first] = matches.matches(world.parts)
    for full in (False, True, False):
        report = sync(world.parts, full=full)
        assert (found(report), report.kinds[1].plan.actions) == ([Proposal.__name__], ())
    assert [one.id for one in matches.matches(world.parts)] == [first.id]
    assert (world.names("notion"), world.names("sharepoint")) == (["Lahtti"], ["Lahti"])


def test_a_row_typed_anew_can_be_the_record(tmp_path: Path) -> None:
    """The row in the trash is not in the way."""
    world = new_world(tmp_path)
    anew = typed_anew(world)
    sync(world.parts)
    matching.accept(world.parts, matches.matches(world.parts)[0].id)
    sync(world.parts)
    [left] = world.cities["notion"].rows
    [record] = world.parts.store.keys_of("city", "notion", [left]).values()
    assert world.parts.store.keys_of("city", "sharepoint", [anew]) == {anew: record}
    assert world.names("notion") == world.names("sharepoint")
    assert not sync(world.parts, full=True).anything


def test_a_row_typed_anew_can_be_another_record(tmp_path: Path) -> None:
    """What was left of the old one stays where it is: nothing was taken along while it was in doubt."""
    world = new_world(tmp_path, city=TAKES_ALONG)
    typed_anew(world)
    sync(world.parts)
    matching.reject(world.parts, matches.matches(world.parts)[0].id)
    report = sync(world.parts)
    assert not [one for one in report.kinds[1].plan.actions if isinstance(one, DeleteRow)]
    assert (world.names("notion"), world.names("sharepoint")) == (["Lahti", "Lahtti"], ["Lahti"])
    assert not sync(world.parts, full=True).anything


def test_doubled_rows_are_shown_without_one_in_the_trash(tmp_path: Path) -> None:
    """The page that two were copied from went: the question names the two, and goes on naming them."""
    world = new_world(tmp_path)
    first = world.add_city("notion", "Ghent")
    sync(world.parts)
    key = world.cities["notion"].rows[first].key
    values = {"name": "Ghent", "country": "BE"}
    for _ in range(2):
        world.cities["notion"].add(values, by="notion person", at=world.now[0], key=key)
    world.cities["notion"].remove(first, by="notion person", at=world.now[0])
    for full in (False, False, True):
        [said] = [
            one for one in sync(world.parts, full=full).kinds[1].plan.findings if isinstance(one, Duplicate)
        ]
        assert said.refs == ("2", "3")
