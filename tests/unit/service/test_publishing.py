"""What a publication says follows from what the store knows, and asks no service."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from syncbot.mapping.groups import groups
from syncbot.mapping.layouts import layouts
from syncbot.publish.form import Publication
from syncbot.publish.plain import plain
from syncbot.service.parts import Parts
from syncbot.service.publishing import Asked, Names, NotPublishedError, publication
from syncbot.service.syncing import sync
from tests.fakes.world import World, new_world

SHIPPED = Path(__file__).parents[3] / "mappings"
NAMES = Names(place=str.upper, field=str.upper)
LAYOUT = """\
publications:
  agenda:
    title: "{{ group }} {{ meeting.day }}"
    nothing: nothing
    sections:
      changes: {title: Changes, from: changes, line: "{{ subject }} {{ field }}: {{ before }} > {{ after }} ({{ keeper }})"}
      questions:
        title: Questions
        from: questions
        line: "{{ subject }} {{ field }} {{ said | map(attribute='value') | join('/') }}"
      silent: {title: Silent, from: silent_cities, line: "{{ name }} {{ lead }}"}
"""
GROUPS = """\
groups:
  all:
    title: Everybody
    zone: Europe/Brussels
    meetings: {weekly: {on: thursday, at: "10:00"}}
    publications: {agenda: {before: weekly, at: "09:00"}}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose mappings say when everybody meets."""
    made = new_world(tmp_path)
    (tmp_path / "publications.yaml").write_text(LAYOUT)
    (tmp_path / "groups.yaml").write_text(GROUPS)
    made.parts = dataclasses.replace(made.parts, groups=groups(tmp_path), layouts=layouts(tmp_path))
    return made


def agenda(parts: Parts) -> Publication:
    """Return the next agenda."""
    return publication(parts, Asked(what="agenda", group="all"), NAMES)


def sections(made: Publication) -> dict[str, list[str]]:
    """Return the words of each section."""
    return {one.name: [line.text for line in one.lines] for one in made.sections}


def test_an_agenda_tells_what_changed_since_the_meeting_before_and_who_keeps_it(world: World) -> None:
    """The first before and the last after; what was changed and changed back is no change."""
    ghent = world.add_city("notion", "Ghent", population=1, contact=date(2026, 3, 1))
    lyon = world.add_city("notion", "Lyon", population=5, contact=date(2026, 3, 1))
    sync(world.parts)
    world.later(days=8)
    for value, other in ((2, 6), (3, 5)):
        world.edit_city("notion", ghent, population=value)
        world.edit_city("notion", lyon, population=other)
        sync(world.parts)
        world.later(hours=1)
    made = agenda(world.parts)
    assert made.title == "Everybody 2026-03-12"
    assert sections(made) == {"changes": ["Ghent POPULATION: 1 > 3 (NOTION)"]}


def test_what_became_known_and_changed_in_one_week_has_changed(world: World) -> None:
    """The first sync of a row tells nothing; the edit an hour later does, from what the first sync saw."""
    ghent = world.add_city("notion", "Ghent", population=1, contact=date(2026, 3, 1))
    sync(world.parts)
    assert "changes" not in sections(agenda(world.parts))
    world.later(hours=1)
    world.edit_city("notion", ghent, population=2)
    sync(world.parts)
    assert sections(agenda(world.parts))["changes"] == ["Ghent POPULATION: 1 > 2 (NOTION)"]


def test_an_agenda_asks_the_questions_that_wait_and_names_silent_cities(world: World) -> None:
    """Two people said two things about a shared field; nobody spoke with Ghent for a month."""
    ghent = world.add_city("notion", "Ghent", contact=date(2026, 2, 1), note="a")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("notion", ghent, note="b")
    world.edit_city("sharepoint", right, note="c")
    sync(world.parts)
    assert sections(agenda(world.parts)) == {"questions": ["Ghent NOTE b/c"], "silent": ["Ghent None"]}


def test_composing_asks_no_service(world: World) -> None:
    """A preview costs no request."""
    world.add_city("notion", "Ghent")
    sync(world.parts)
    before = world.requests()
    agenda(world.parts)
    assert world.requests() == before


def test_before_the_first_sync_nothing_is_told(world: World) -> None:
    """That nothing was read is another thing than that nothing happened."""
    with pytest.raises(NotPublishedError, match="syncbot sync"):
        agenda(world.parts)


def test_a_week_in_which_nothing_happened_makes_a_short_agenda(world: World) -> None:
    """It says so."""
    world.add_city("notion", "Ghent", population=1, contact=world.now[0].date())
    sync(world.parts)
    world.later(days=8)
    quiet = dataclasses.replace(world.parts.groups["all"], contact_days=30)
    made = agenda(dataclasses.replace(world.parts, groups={"all": quiet}))
    assert plain(made).splitlines()[-1] == "nothing"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(what="agenda", group="al"), "did you mean 'all'"),
        (Asked(what="agend", group="all"), "did you mean 'agenda'"),
        (Asked(what="agenda", group="all", day=date(2026, 3, 4)), "no meeting falls there"),
        (Asked(what="agenda", group="all", day=date(2019, 3, 4)), "too far away"),
        (Asked(what="agenda", group="all", week="9999-W52"), "too far away"),
        (Asked(what="agenda", group="all", week="0001-W01"), "too far away"),
    ],
)
def test_what_is_not_declared_is_told_with_what_is(world: World, asked: Asked, words: str) -> None:
    """A slip of the keyboard names the nearest word."""
    with pytest.raises(NotPublishedError, match=words):
        publication(world.parts, asked, NAMES)


def test_the_shipped_layouts_fit_the_shipped_groups() -> None:
    """Everything that a group publishes has a layout."""
    known = layouts(SHIPPED)
    named = {what for spec in groups(SHIPPED).values() for what in spec.group.publications}
    assert named - set(known) <= {"deck"}
