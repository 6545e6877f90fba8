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
