"""Every question about rows has an id of its own, so that each is shown and can be answered."""

from pathlib import Path

import pytest

from syncbot.service import matches, matching
from syncbot.service.syncing import sync
from tests.fakes.world import World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def asked(world: World) -> dict[str, tuple[str, ...]]:
    """The refs of each question about doubled rows, by its id."""
    return {one.id: tuple(row.ref for row in one.rows) for one in matches.matches(world.parts)}


def test_two_questions_about_one_linked_row_have_two_ids(world: World) -> None:
    """Anna's page was copied, and somebody else was given her address: the answer to one is none to the other."""
    first = world.add_person("notion", "Anna")
    sync(world.parts)
    people = world.people["notion"]
    copied = {"name": "Anna", "email": "other@x.example"}
    copy = people.add(copied, by="somebody", at=world.now[0], key=people.rows[first].key)
    same = people.add({"name": "Anna B", "email": "anna@x.example"}, by="somebody", at=world.now[0])
    report = sync(world.parts)
    questions = asked(world)
    assert sorted(questions.values()) == [(first, copy), (first, same)]
    told = report.kinds[0].match_ids
    assert {told["notion", copy], told["notion", same]} == set(questions)
    for name in questions:
        matching.reject(world.parts, name)
    sync(world.parts)
    assert asked(world) == {}


def test_a_row_that_joins_a_question_leaves_it_its_id(world: World) -> None:
    """A page is copied a second time while it is asked about the first copy."""
    first = world.add_city("notion", "Ghent")
    sync(world.parts)
    key = world.cities["notion"].rows[first].key
    refs = [first]
    names = set()
    for _ in range(2):
        copy = {"name": "Ghent", "country": "BE"}
        refs.append(world.cities["notion"].add(copy, by="somebody", at=world.now[0], key=key))
        sync(world.parts)
        [(name, rows)] = asked(world).items()
        assert rows == tuple(refs)
        names.add(name)
    assert len(names) == 1
