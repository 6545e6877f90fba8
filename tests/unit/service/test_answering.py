"""Answers of people to questions, beside runs that are at work."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.errors import LeaseHeld
from syncbot.service import answering
from syncbot.service.lease import LEASE, LEASE_LIFE
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, DAY, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One question waits: two people wrote two days of contact."""
    world = new_world(tmp_path)
    left = world.add_city("notion", "Ghent", contact=DAY)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.edit_city("notion", left, contact=date(2026, 3, 1))
    world.edit_city("sharepoint", right, contact=date(2026, 3, 2))
    sync(world.parts)
    return world


def test_an_answer_that_its_home_would_overrule_is_refused(world: World, tmp_path: Path) -> None:
    """The home is not ours to write and says something else: the person is sent there."""
    (tmp_path / "later").mkdir()
    declared = "last_contact: {home: notion, notion: {column: Contact, read_only: true}, sharepoint: Contact}"
    shared = "last_contact: {home: shared, notion: Contact, sharepoint: Contact}"
    mappings = new_world(tmp_path / "later", city=CITY.replace(shared, declared)).parts.mappings
    parts = replace(world.parts, mappings=mappings)
    [asked] = answering.conflicts(parts)
    with pytest.raises(answering.AnswerRefusedError, match="change it there"):
        answering.resolve(parts, asked.id, "sharepoint")
    answering.resolve(parts, asked.id, "notion")
    sync(parts)
    assert world.city("sharepoint", "Ghent")["contact"] == date(2026, 3, 1)


def test_an_answer_is_changed_before_a_run_and_not_while_one_carries_it_out(world: World) -> None:
    """The run would close the question with the second answer while the first stands; a first may come any time."""
    [asked] = answering.conflicts(world.parts)
    now = world.now[0]
    world.parts.store.take_lease(LEASE, holder="other", until=now + LEASE_LIFE, now=now)
    answering.resolve(world.parts, asked.id, "notion")
    with pytest.raises(LeaseHeld):
        answering.resolve(world.parts, asked.id, "sharepoint")
    world.parts.store.drop_lease(LEASE, holder="other")
    answering.resolve(world.parts, asked.id, "sharepoint")
    sync(world.parts)
    assert world.city("notion", "Ghent")["contact"] == date(2026, 3, 2)


@pytest.mark.parametrize("left", ["field", "kind"])
def test_a_question_about_what_left_mappings_takes_no_answer(world: World, tmp_path: Path, left: str) -> None:
    """No run would carry it out: that is said, whether a place or a value is named."""
    (tmp_path / "later").mkdir()
    shared = "  last_contact: {home: shared, notion: Contact, sharepoint: Contact}\n"
    known = new_world(tmp_path / "later", city=CITY.replace(shared, "")).parts.mappings
    if left == "kind":
        known = replace(known, kinds={name: one for name, one in known.kinds.items() if name != "city"})
    parts = replace(world.parts, mappings=known)
    [asked] = answering.conflicts(parts)
    for take in ("sharepoint", "2026-03-05"):
        with pytest.raises(answering.AnswerRefusedError, match="mappings/ still have, not last_contact"):
            answering.resolve(parts, asked.id, take)


def test_a_typed_value_that_no_place_could_be_told_is_refused_at_once(tmp_path: Path) -> None:
    """Each run would fail with it: the right kind of value, and not one that the field may have."""
    shared = "population: {home: shared, notion: Population, sharepoint: Population}"
    city = CITY.replace("population: {home: notion, notion: Population, sharepoint: Population}", shared)
    world = new_world(tmp_path, city=city)
    left = world.add_city("notion", "Ghent", population=1)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.edit_city("notion", left, population=2)
    world.edit_city("sharepoint", right, population=3)
    sync(world.parts)
    [asked] = answering.conflicts(world.parts)
    with pytest.raises(answering.AnswerRefusedError, match="this one holds -5, which is less than 0"):
        answering.resolve(world.parts, asked.id, "-5")
    answering.resolve(world.parts, asked.id, "5")
    sync(world.parts)
    assert (answering.conflicts(world.parts), world.city("sharepoint", "Ghent")["population"]) == ([], 5)


@pytest.mark.parametrize(("take", "lead"), [(" cleo ", "Cleo"), ("(empty)", None)])
def test_a_record_is_named_by_its_title_and_nobody_by_an_empty_answer(
    tmp_path: Path, take: str, lead: str | None
) -> None:
    """Two people put two advisors down, and neither is right."""
    world = new_world(tmp_path)
    refs = {name: world.add_person("sharepoint", name) for name in ("Ada", "Ben", "Cleo")}
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    copies = {row.cells["name"]: ref for ref, row in world.people["notion"].rows.items()}
    world.edit_city("notion", left, lead=frozenset({copies["Ada"]}))
    world.edit_city("sharepoint", right, lead=frozenset({refs["Ben"]}))
    sync(world.parts)
    [asked] = answering.conflicts(world.parts)
    with pytest.raises(answering.AnswerRefusedError, match="the name of one person"):
        answering.resolve(world.parts, asked.id, "Dora")
    answering.resolve(world.parts, asked.id, take)
    sync(world.parts)
    expected = frozenset({refs[lead]}) if lead else None
    assert (world.city("sharepoint", "Ghent")["lead"] or None) == expected


def test_what_a_place_said_before_the_field_changed_its_type_is_no_answer(tmp_path: Path) -> None:
    """No place could be told it, and each run would fail again; another answer is taken."""
    (tmp_path / "later").mkdir()
    declared = CITY + "  mayor: {home: shared, notion: Note, sharepoint: Note}\n"
    declared = declared.replace("  note: {home: shared, notion: Note, sharepoint: Note}\n", "")
    declared += "extra: {mayor: {type: text, meaning: Who leads the city.}}\n"
    world = new_world(tmp_path, city=declared)
    left = world.add_city("notion", "Ghent", note="Ada")
    sync(world.parts)
    world.edit_city("notion", left, note="12")
    world.edit_city("sharepoint", next(iter(world.cities["sharepoint"].rows)), note="Ben")
    sync(world.parts)
    later = new_world(tmp_path / "later", city=declared.replace("type: text", "type: number"))
    parts = replace(world.parts, mappings=later.parts.mappings)
    [asked] = answering.conflicts(parts)
    with pytest.raises(
        answering.AnswerRefusedError, match="sharepoint's holds 'Ben', which is no whole number"
    ):
        answering.resolve(parts, asked.id, "sharepoint")
    assert answering.resolve(parts, asked.id, "12").answer == 12
