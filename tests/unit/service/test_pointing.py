"""What points at people who turn out to be one, or two."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from syncbot.service import answering, straying
from syncbot.service.syncing import sync
from syncbot.service.uniting import merge
from tests.fakes.world import CITY, World, new_world

LEAD_AT_NOTION = CITY.replace("lead: {home: shared", "lead: {home: notion")


def doubled(world: World) -> tuple[str, str]:
    """Write Anna down twice, with two addresses; returns the keys of the two records."""
    first = world.add_person("notion", "Anna")
    cells = {"name": "Anna", "email": "anna@y.example"}
    second = world.people["notion"].add(cells, by="notion person", at=world.now[0])
    sync(world.parts)
    keys = world.parts.store.keys_of("person", "notion", [first, second])
    return keys[first], keys[second]


def rows_of(world: World, key: str) -> Mapping[str, str]:
    """By place: the ref of a person's row."""
    return {name: row.ref for name, row in world.parts.store.records("person")[key].rows.items()}


def disputed(world: World, first: str, second: str) -> str:
    """Let Ghent have another Anna at each place; returns the question's id."""
    world.add_city("notion", "Ghent", lead=frozenset({rows_of(world, first)["notion"]}))
    world.add_city("sharepoint", "Ghent", lead=frozenset({rows_of(world, second)["sharepoint"]}))
    sync(world.parts)
    [asked] = world.parts.store.conflicts()
    return asked.id


def test_a_question_between_two_people_who_are_one_is_over(tmp_path: Path) -> None:
    """Both places say the same then, and nobody is asked any more."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    disputed(world, first, second)
    keep = {"notion": rows_of(world, first)["notion"], "sharepoint": rows_of(world, second)["sharepoint"]}
    merge(world.parts, first, second, rows=keep)
    assert sync(world.parts).status.value == "done"
    assert world.parts.store.conflicts() == []
    [city] = world.parts.store.records("city").values()
    assert city.agreed["lead"].value == first


@pytest.mark.parametrize("answered_before", [True, False])
def test_an_answer_that_names_who_is_no_more_means_the_one_who_was_kept(
    tmp_path: Path, answered_before: bool
) -> None:
    """Whether it was given before the two became one or after."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    asked = disputed(world, first, second)
    if answered_before:
        answering.resolve(world.parts, asked, "sharepoint")
    merge(world.parts, first, second, rows=rows_of(world, first))
    if not answered_before:
        answering.resolve(world.parts, asked, "sharepoint")
    assert sync(world.parts).status.value == "done"
    assert world.parts.store.conflicts() == []
    [city] = world.parts.store.records("city").values()
    assert city.agreed["lead"].value == first


def test_a_stray_edit_that_names_who_is_no_more_can_be_adopted(tmp_path: Path) -> None:
    """What somebody wrote on the copy becomes the value: the person who was kept."""
    world = new_world(tmp_path, city=LEAD_AT_NOTION)
    first, second = doubled(world)
    bob = world.add_person("notion", "Bob")
    at_notion = world.add_city("notion", "Ghent", lead=frozenset({bob}))
    sync(world.parts)
    [at_sharepoint] = world.cities["sharepoint"].rows
    world.later(hours=1)
    lead = frozenset({rows_of(world, second)["sharepoint"]})
    world.edit_city("sharepoint", at_sharepoint, lead=lead)
    sync(world.parts)
    [stray] = straying.strays(world.parts)
    merge(world.parts, first, second, rows=rows_of(world, first))
    sync(world.parts)
    straying.adopt(world.parts, stray.id)
    assert sync(world.parts).status.value == "done"
    assert world.cities["notion"].rows[at_notion].cells["lead"] == frozenset(
        {rows_of(world, first)["notion"]}
    )
    assert world.parts.store.conflicts() == []


def test_a_row_that_waits_points_at_who_was_kept(tmp_path: Path) -> None:
    """A city of which nobody has said yet which one it is knows its lead by the key that lasts."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    world.add_city("notion", "Ghent")
    sync(world.parts)
    lead = frozenset({rows_of(world, second)["notion"]})
    waits = world.add_city("notion", "Ghent", lead=lead)
    sync(world.parts)
    merge(world.parts, first, second, rows=rows_of(world, first))
    told = {one.row.ref: one.row.values["lead"] for one in world.parts.store.waiting("city")}
    assert told[waits] == first
