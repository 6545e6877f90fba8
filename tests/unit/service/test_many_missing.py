"""Many rows that a reading does not show: each is looked up before anything is concluded, unless the run is refused."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import Endpoint, Reading, Schema, Versions, nothing_known
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.service.report import KindReport
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, World, new_world

TAKES_ALONG = CITY.replace("key: Key", "key: Key, deletes: true") + "deletes: propagate\n"
GETS_NONE = TAKES_ALONG.replace("cities-left,", "cities-left, creates: false,")
"""Notion has some of the cities only."""
WORDS = ("Aalst", "Bruges", "Dinant", "Eupen", "Hasselt", "Kortrijk", "Lommel", "Mons", "Namur", "Oostende")


class LeavesOut:
    """A place that tells neither what went nor some of what is there."""

    def __init__(self, inner: MemoryEndpoint, left_out: Collection[str]) -> None:
        self._inner, self._left_out = inner, left_out

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Read everything, but for those."""
        told = self._inner.changes(cursor, schema, known)
        return replace(told, rows=[row for row in told.rows if row.ref not in self._left_out])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Thirty cities that are the same in both places, and twenty that only SharePoint has."""
    world = new_world(tmp_path, city=GETS_NONE)
    for number in range(20):
        world.add_city("sharepoint", WORDS[number % 10] + "vw"[number // 10] * 5)
    for number in range(30):
        world.add_city("notion", WORDS[number % 10] + "xyz"[number // 10] * 5)
    sync(world.parts)
    world.later(hours=1)
    return world


def _cities(world: World, left_out: Collection[str], *, allow: bool = False) -> KindReport:
    cities: Mapping[str, Endpoint] = {**world.cities, "notion": LeavesOut(world.cities["notion"], left_out)}  # type: ignore[dict-item]
    parts = replace(world.parts, endpoints={**world.parts.endpoints, "city": cities})
    return sync(parts, ["city"], full=True, allow_mass_change=allow).kinds[0]


def test_rows_that_are_there_are_not_let_go_when_as_many_are_new(world: World) -> None:
    """A listing lacks seven of thirty and has seven more: it is not short, and the seven are found one by one."""
    refs = list(world.cities["notion"].rows)
    for number in range(7):
        world.add_city("notion", f"{WORDS[number]}new", country="NL")
    report = _cities(world, refs[:7])
    assert (report.plan.refused, report.plan.unlinks) == ((), ())
    assert len(world.names("sharepoint")) == 57


def test_what_a_person_lets_pass_is_looked_up_as_well(world: World) -> None:
    """Ten went to the trash and one is only left out: the ten take the others along, and it stays."""
    refs = list(world.cities["notion"].rows)[:11]
    for ref in refs[:10]:
        world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    before = world.cities["notion"].requests
    assert _cities(world, refs).plan.refused
    assert world.cities["notion"].requests - before < 5
    report = _cities(world, refs, allow=True)
    assert {one.reason for one in report.plan.unlinks} == {"trashed"}
    assert (len(world.names("notion")), len(world.names("sharepoint"))) == (20, 40)


def test_records_that_are_nowhere_any_more_are_no_cover(world: World) -> None:
    """Most were removed long ago, as a person let pass: of the few that are left the same share may go as of many."""
    for ref in list(world.cities["notion"].rows)[:18]:
        world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    for ref in [ref for ref, row in world.cities["sharepoint"].rows.items() if "v" in str(row.cells["name"])]:
        world.cities["sharepoint"].remove(ref, by="somebody", at=world.now[0])
    sync(world.parts, ["city"], allow_mass_change=True)
    before = (len(world.names("notion")), len(world.names("sharepoint")))
    assert before == (12, 22)
    world.later(hours=1)
    for ref in list(world.cities["notion"].rows)[:6]:
        world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    [refused] = sync(world.parts, ["city"]).kinds[0].plan.refused
    assert refused.reason == "6 of 22 records would lose a row, and at most 20% may in one run"
    assert len(world.names("sharepoint")) == 22
