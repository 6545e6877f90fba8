"""What points at people who turn out to be one, or two."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from syncbot.service import answering, matches, matching, straying
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from syncbot.service.uniting import merge
from syncbot.store.base import Intent
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


@pytest.mark.parametrize("full", [False, True])
def test_who_points_at_a_row_that_is_left_alone_is_brought_to_the_one_that_was_kept(
    tmp_path: Path, full: bool
) -> None:
    """In every place, once; then there is rest, and the field is kept in step as before."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    city = world.add_city("notion", "Ghent", lead=frozenset({rows_of(world, second)["notion"]}))
    sync(world.parts)
    kept = rows_of(world, first)
    merge(world.parts, first, second, rows=kept)
    report = sync(world.parts, full=full)
    assert report.status.value == "done"
    assert not _told(report)
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({kept[place]})
    assert _rests(world)
    world.later(hours=1)
    world.edit_city("notion", city, lead=None)
    sync(world.parts)
    assert world.city("sharepoint", "Ghent")["lead"] is None


def test_who_points_at_a_row_that_was_left_alone_means_the_record_all_the_same(tmp_path: Path) -> None:
    """Also somebody who picks the doubled row afterwards; their edit is taken over, and told of nobody."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    left_alone = rows_of(world, second)["notion"]
    city = world.add_city("notion", "Ghent")
    sync(world.parts)
    kept = rows_of(world, first)
    merge(world.parts, first, second, rows=kept)
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("notion", city, lead=frozenset({left_alone}))
    report = sync(world.parts)
    assert not _told(report)
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({kept["sharepoint"]})
    assert world.city("notion", "Ghent")["lead"] == frozenset({kept["notion"]})
    assert _rests(world)


def test_who_points_at_a_row_that_gave_way_to_its_copy_is_brought_to_the_copy(tmp_path: Path) -> None:
    """A person said which of the doubled rows is Anna's: it is the other one from then on."""
    world = new_world(tmp_path)
    first = world.add_person("notion", "Anna")
    sync(world.parts)
    cells = {"name": "Anna", "email": "anna@x.example"}
    key = world.people["notion"].rows[first].key
    copy = world.people["notion"].add(cells, by="notion person", at=world.now[0], key=key)
    world.add_city("notion", "Ghent", lead=frozenset({first}))
    sync(world.parts)
    [match] = matches.matches(world.parts)
    matching.keep(world.parts, match.id, copy)
    assert not _told(sync(world.parts))
    assert world.city("notion", "Ghent")["lead"] == frozenset({copy})
    assert _rests(world)


def linked_anna(world: World) -> tuple[str, str]:
    """Write Anna down at both places; returns the refs."""
    refs = world.add_person("notion", "Anna"), world.add_person("sharepoint", "Anna")
    sync(world.parts)
    return refs


def anna_is_split(world: World) -> tuple[str, str, str]:
    """Anna leads Ghent, and her row in SharePoint is taken out: her row in Notion, her key, Ghent's row in SharePoint."""
    at_notion, _ = linked_anna(world)
    world.add_city("notion", "Ghent", lead=frozenset({at_notion}))
    sync(world.parts)
    [city] = world.cities["sharepoint"].rows
    anna = world.parts.store.keys_of("person", "notion", [at_notion])[at_notion]
    matching.split(world.parts, anna, "sharepoint")
    return at_notion, anna, city


@pytest.mark.parametrize("home", ["shared", "notion", "sharepoint"])
@pytest.mark.parametrize("split_off", ["notion", "sharepoint"])
def test_who_points_at_a_row_that_is_split_off_still_means_the_record(
    tmp_path: Path, home: str, split_off: str
) -> None:
    """Nobody edited anything there: the place gets the new row of the record, and nothing moves to the other."""
    world = new_world(tmp_path, city=CITY.replace("lead: {home: shared", f"lead: {{home: {home}"))
    at_notion, _ = linked_anna(world)
    world.add_city("notion", "Ghent", lead=frozenset({at_notion}))
    sync(world.parts)
    anna = world.parts.store.keys_of("person", "notion", [at_notion])[at_notion]
    matching.split(world.parts, anna, split_off)
    assert not _told(sync(world.parts))
    its = rows_of(world, anna)
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({its[place]})
    world.later(hours=30)
    assert _rests(world)
    [city] = world.parts.store.records("city").values()
    assert city.agreed["lead"].value == anna


def test_an_edit_after_a_split_is_an_edit(tmp_path: Path) -> None:
    """Somebody names another person before the next sync: that flows, and nothing is put back."""
    world = new_world(tmp_path)
    at_notion, _ = linked_anna(world)
    bob = world.add_person("sharepoint", "Bob")
    world.add_city("notion", "Ghent", lead=frozenset({at_notion}))
    sync(world.parts)
    [city] = world.cities["sharepoint"].rows
    anna = world.parts.store.keys_of("person", "notion", [at_notion])[at_notion]
    matching.split(world.parts, anna, "sharepoint")
    world.later(hours=1)
    world.edit_city("sharepoint", city, lead=frozenset({bob}))
    assert not _told(sync(world.parts))
    bobs = world.parts.store.keys_of("person", "sharepoint", [bob])[bob]
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({rows_of(world, bobs)[place]})
    assert _rests(world)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("home", ["shared", "sharepoint"])
def test_the_one_who_was_split_off_can_be_named_before_the_row_is_brought_to_the_old_one(
    tmp_path: Path, home: str, lost: bool
) -> None:
    """The row that is written names the same row as before, and means whose that is now, also if no answer came."""
    world = new_world(tmp_path, city=CITY.replace("lead: {home: shared", f"lead: {{home: {home}"))
    at_notion, _ = linked_anna(world)
    world.add_city("notion", "Ghent", lead=frozenset({at_notion}))
    sync(world.parts)
    [city] = world.cities["sharepoint"].rows
    matching.split(world.parts, "Anna", "notion")
    sync(world.parts, kinds=["person"])
    other = world.parts.store.keys_of("person", "notion", [at_notion])[at_notion]
    world.later(hours=1)
    world.edit_city("sharepoint", city, lead=frozenset({rows_of(world, other)["sharepoint"]}))
    world.cities["notion"].lies.lost = lambda _: lost
    sync(world.parts)
    world.cities["notion"].lies.lost = lambda _: False
    sync(world.parts)
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({rows_of(world, other)[place]})
    assert _rests(world)


def test_another_edit_of_the_row_after_a_split_does_not_make_an_edit_of_the_reference(tmp_path: Path) -> None:
    """Read anew because of its note, the row still names the row that was split off, and means the record."""
    world = new_world(tmp_path)
    at_notion, anna, city = anna_is_split(world)
    world.later(hours=1)
    world.edit_city("sharepoint", city, note="Called")
    assert not _told(sync(world.parts))
    assert world.city("notion", "Ghent")["lead"] == frozenset({at_notion})
    assert world.city("notion", "Ghent")["note"] == "Called"
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({rows_of(world, anna)["sharepoint"]})
    assert _rests(world)


def test_a_split_outlasts_a_sync_in_which_the_record_gets_no_row_yet(tmp_path: Path) -> None:
    """Other news of the city are written meanwhile; the reference follows when there is a row to point at."""
    world = new_world(tmp_path)
    at_notion, _ = linked_anna(world)
    city = world.add_city("notion", "Ghent", lead=frozenset({at_notion}))
    sync(world.parts)
    anna = world.parts.store.keys_of("person", "notion", [at_notion])[at_notion]
    matching.split(world.parts, anna, "sharepoint")
    world.later(hours=1)
    world.edit_city("notion", city, note="Called")
    sync(world.parts, kinds=["city"])
    assert world.city("sharepoint", "Ghent")["note"] == "Called"
    assert not _told(sync(world.parts))
    assert world.city("notion", "Ghent")["lead"] == frozenset({at_notion})
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({rows_of(world, anna)["sharepoint"]})
    assert _rests(world)


def test_a_split_outlasts_a_run_that_is_cut_off(tmp_path: Path) -> None:
    """The row is looked up, still names the row that was split off, and is brought to the record's all the same."""
    world = new_world(tmp_path)
    at_notion, anna, city = anna_is_split(world)
    sync(world.parts, kinds=["person"])
    [key] = world.parts.store.records("city")
    lost = Intent(
        id="write-lost",
        run=world.parts.store.runs()[0].id,
        kind="city",
        record=key,
        endpoint="sharepoint",
        action="update",
        ref=city,
        changes={"lead": (anna, anna)},
        at=world.parts.now(),
    )
    world.parts.store.intend([lost])
    assert not _told(sync(world.parts))
    assert world.city("notion", "Ghent")["lead"] == frozenset({at_notion})
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({rows_of(world, anna)["sharepoint"]})
    assert _rests(world)


def test_a_reference_that_its_place_takes_off_with_the_row_is_no_edit(tmp_path: Path) -> None:
    """Services show no reference to a row in the trash; nobody emptied anything, and the field stays filled everywhere."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    city = world.add_city("notion", "Ghent", lead=frozenset({rows_of(world, second)["notion"]}))
    sync(world.parts)
    kept = rows_of(world, first)
    merge(world.parts, first, second, rows=kept)
    world.cities["notion"]._rows[city].cells.pop("lead")  # its version stays as it was
    assert not _told(sync(world.parts, full=True))
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({kept[place]})
    assert _rests(world)


def test_undoing_a_run_from_before_a_merge_brings_back_who_was_kept(tmp_path: Path) -> None:
    """The run took over that Ghent's lead was another one than Anna, whom it named by the key that is no more."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    bob = world.add_person("notion", "Bob")
    city = world.add_city("notion", "Ghent", lead=frozenset({rows_of(world, second)["notion"]}))
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("notion", city, lead=frozenset({bob}))
    flow = sync(world.parts).run
    world.later(hours=1)
    merge(world.parts, first, second, rows=rows_of(world, first))
    sync(world.parts)
    undo(world.parts, str(flow))
    sync(world.parts)
    [record] = world.parts.store.records("city").values()
    assert record.agreed["lead"].value == first
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({rows_of(world, first)[place]})
    assert _rests(world)


def test_who_points_at_a_row_on_its_way_to_a_record_means_that_record(tmp_path: Path) -> None:
    """Between a merge and the next sync of people a row is nobody's; a city that is read meanwhile is understood."""
    world = new_world(tmp_path)
    first, second = doubled(world)
    theirs = rows_of(world, second)
    city = world.add_city("notion", "Ghent", lead=frozenset({theirs["notion"]}))
    sync(world.parts)
    merge(world.parts, first, second, rows=theirs)
    world.later(hours=1)
    world.edit_city("notion", city, note="Called")
    assert not _told(sync(world.parts, kinds=["city"]))
    assert world.city("sharepoint", "Ghent")["note"] == "Called"
    assert not _told(sync(world.parts))
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({theirs[place]})
    assert _rests(world)


@pytest.mark.parametrize("home", ["shared", "notion", "sharepoint"])
def test_a_split_that_is_taken_back_before_a_sync_leaves_what_points_there_alone(
    tmp_path: Path, home: str
) -> None:
    """The row is the record's again, so nothing is to be brought to another one: nobody's row is written."""
    world = new_world(tmp_path, city=CITY.replace("lead: {home: shared", f"lead: {{home: {home}"))
    _, anna, _ = anna_is_split(world)
    [decision] = world.parts.store.rulings()
    matching.forget(world.parts, decision.id)
    report = sync(world.parts)
    assert not _told(report)
    assert not [one for kind in report.kinds for one in kind.plan.actions]
    assert _rests(world)
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["lead"] == frozenset({rows_of(world, anna)[place]})


def _told(report: Report) -> list[object]:
    """Everything of a run that people have to look at."""
    return [one for kind in report.kinds for one in (*kind.plan.findings, *kind.failures)]


def _rests(world: World) -> bool:
    """Whether a comparison of everything finds nothing to do and nothing to tell."""
    report = sync(world.parts, full=True)
    return not _told(report) and not [one for kind in report.kinds for one in kind.plan.actions]
