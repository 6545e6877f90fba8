"""A row that is new to its record had no say in what was agreed: until it is brought to that, nothing there is an edit."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import Create, Update
from syncbot.errors import Unavailable
from syncbot.reconcile.plan import FieldChange, Unread, UpdateRow
from syncbot.reconcile.state import Case
from syncbot.service import matches, matching, uniting
from syncbot.service.owing import Owing
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus, Verdict
from tests.fakes.world import CITY, DAY, ONLY_LINKED, World, new_world

FINANCE = frozenset({"finance"})
INITIAL = "note: {home: shared, initial: notion, notion: Note, sharepoint: Note}"
DECLARED = "note: {home: shared, notion: Note, sharepoint: Note}"


def met_late(tmp_path: Path, *, city: str = ONLY_LINKED, **said: str) -> tuple[World, str, str]:
    """A city that stood in one place for a while, and then in the other one too, where it says only that."""
    world = new_world(tmp_path, city=city)
    left = world.add_city("notion", "Ghent", note="precious", contact=DAY, topics=FINANCE)
    sync(world.parts)
    world.later(minutes=10)
    return world, left, world.add_city("sharepoint", "Ghent", **said)


def is_kept(world: World, left: str, right: str) -> None:
    """Both places say what the first one said, and all is at rest."""
    for place, ref in (("notion", left), ("sharepoint", right)):
        cells = world.cities[place].rows[ref].cells
        assert (cells["note"], cells["contact"], cells["topics"]) == ("precious", DAY, FINANCE), place
    world.later(minutes=10)
    assert not sync(world.parts, full=True).anything
    assert not world.parts.store.conflicts()


@pytest.mark.parametrize("full", [False, True])
def test_an_empty_row_whose_first_write_fails_empties_nobody(tmp_path: Path, *, full: bool) -> None:
    """A service that does not answer for a while: then the row is filled, and no other place is emptied by it."""
    world, left, right = met_late(tmp_path)
    lies = world.cities["sharepoint"].lies
    lies.refused = lambda _: Unavailable("does not answer", endpoint="sharepoint")
    for _ in range(2):
        assert sync(world.parts, full=full).status is RunStatus.PARTLY
        world.later(minutes=10)
    lies.refused = lambda _: None
    sync(world.parts, full=full)
    is_kept(world, left, right)


@pytest.mark.parametrize("saved", [False, True])
def test_an_empty_row_whose_first_write_got_lost_empties_nobody(tmp_path: Path, *, saved: bool) -> None:
    """The answer is lost, whether the write was saved or not."""
    world, left, right = met_late(tmp_path)
    lies, times = world.cities["sharepoint"].lies, [True]
    lies.lost = lambda write: saved and isinstance(write, Update) and bool(times) and times.pop()
    lies.refused = lambda _: (
        None if saved or not (times and times.pop()) else Unavailable("cut", endpoint="sharepoint")
    )
    sync(world.parts)
    sync(world.parts)
    is_kept(world, left, right)


def test_a_row_that_is_overruled_at_first_sight_stays_so_when_its_write_fails(tmp_path: Path) -> None:
    """`initial` decides once: what the row said is kept as a stray edit, and does not win by being late."""
    city = ONLY_LINKED.replace(DECLARED, INITIAL)
    world, left, right = met_late(tmp_path, city=city, note="late")
    lies = world.cities["sharepoint"].lies
    lies.refused = lambda _: Unavailable("does not answer", endpoint="sharepoint")
    sync(world.parts)
    lies.refused = lambda _: None
    world.later(minutes=10)
    sync(world.parts)
    is_kept(world, left, right)
    assert [one.stray.value for one in world.parts.store.strays()] == ["late"]


def test_who_fills_such_a_row_meanwhile_is_asked_about(tmp_path: Path) -> None:
    """Two people said two things before the places ever agreed."""
    world, left, right = met_late(tmp_path)
    lies = world.cities["sharepoint"].lies
    lies.refused = lambda _: Unavailable("does not answer", endpoint="sharepoint")
    sync(world.parts)
    lies.refused = lambda _: None
    world.later(minutes=10)
    world.edit_city("sharepoint", right, note="mine")
    sync(world.parts)
    [asked] = world.parts.store.conflicts()
    assert {name: side.value for name, side in asked.conflict.sides.items()} == {
        "notion": "precious",
        "sharepoint": "mine",
    }
    assert world.cities["notion"].rows[left].cells["note"] == "precious"


def test_what_a_place_cannot_hold_is_empty_on_a_row_of_ours_and_empties_nobody(tmp_path: Path) -> None:
    """Too long for a new row there: said in each run, and the other place keeps it; short enough, it flows."""
    world = new_world(tmp_path)
    left = world.add_city("notion", "Ghent", note="precious words", contact=DAY, topics=FINANCE)
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [left])[left]
    place = world.cities["sharepoint"]
    place.put_column(replace(place.schema.columns["note"], max_length=8))
    world.later(minutes=10)
    matching.split(world.parts, record, "sharepoint")
    for full in (False, False, True):
        assert sync(world.parts, full=full).status is RunStatus.PARTLY
        world.later(minutes=10)
        assert world.cities["notion"].rows[left].cells["note"] == "precious words"
    world.edit_city("notion", left, note="precious")
    sync(world.parts)
    right = world.parts.store.records("city")[record].rows["sharepoint"].ref
    assert place.rows[right].cells["note"] == "precious"


def test_a_row_of_ours_that_was_saved_without_a_word_empties_nobody_when_it_is_looked_up(
    tmp_path: Path,
) -> None:
    """Its answer is lost, and what the place cannot hold was left out."""
    world = new_world(tmp_path)
    left = world.add_city("notion", "Ghent", note="precious words", contact=DAY, topics=FINANCE)
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [left])[left]
    place, times = world.cities["sharepoint"], [True]
    place.put_column(replace(place.schema.columns["note"], max_length=8))
    world.later(minutes=10)
    matching.split(world.parts, record, "sharepoint")
    place.lies.lost = lambda write: isinstance(write, Create) and bool(times) and times.pop()
    for full in (False, False, True):
        sync(world.parts, full=full)
        world.later(minutes=10)
        assert world.cities["notion"].rows[left].cells["note"] == "precious words"
    assert not times


@pytest.mark.parametrize(
    "city", [CITY, CITY.replace(DECLARED, "note: {home: sharepoint, notion: Note, sharepoint: Note}")]
)
def test_of_merged_records_the_values_of_the_first_stay_where_the_kept_rows_are_empty(
    tmp_path: Path, city: str
) -> None:
    """Also where no row of the first is kept: what is empty is filled, what they say is theirs."""
    world = new_world(tmp_path, city=city)
    for place in ("notion", "sharepoint"):
        world.add_city(place, "Ghent", note="precious", topics=FINANCE)
        world.add_city(place, "Gent (old)", contact=DAY)
    sync(world.parts)
    world.later(minutes=10)
    keep = {}
    for place in ("notion", "sharepoint"):
        [keep[place]] = [ref for ref, row in world.cities[place].rows.items() if row.cells["contact"] == DAY]
    uniting.merge(world.parts, "Ghent", "Gent (old)", rows=keep)
    sync(world.parts)
    is_kept(world, keep["notion"], keep["sharepoint"])


def test_a_row_that_is_made_while_people_are_asked_joins_the_question_at_once(tmp_path: Path) -> None:
    """What stands there is told in the same run, not as news in the next comparison; it is not filled before the answer."""
    world = new_world(tmp_path)
    people = [world.add_person("notion", name) for name in ("Ada", "Eve")]
    left = world.add_city("notion", "Ghent", lead=frozenset(people[:1]))
    sync(world.parts)
    world.later(minutes=10)
    store = world.parts.store
    record = store.keys_of("city", "notion", [left])[left]
    right = store.records("city")[record].rows["sharepoint"].ref
    world.edit_city("notion", left, lead=frozenset(people[1:]))
    world.edit_city("sharepoint", right, lead=None)
    sync(world.parts)
    world.later(minutes=10)
    world.edit_city("sharepoint", right, lead=frozenset({"nobody"}))
    matching.split(world.parts, record, "notion")
    sync(world.parts)
    [asked] = store.conflicts()
    assert {name: side.value for name, side in asked.conflict.sides.items()} == {"notion": None}
    assert len(world.cities["notion"].rows) == 2
    world.later(minutes=10)
    assert not sync(world.parts).anything
    news = [one for one in sync(world.parts, full=True).kinds[1].plan.findings if not isinstance(one, Unread)]
    assert not news


def test_a_copied_row_that_a_person_chooses_empties_nothing(tmp_path: Path) -> None:
    """It was copied before its fellow was filled, our key with it: that it is empty was nobody's word, at no home."""
    world = new_world(tmp_path)
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    place = world.cities["notion"]
    copied = place.rows[left]
    copy = place.add({"name": "Ghent", "country": "BE"}, by="a person", at=world.now[0], key=copied.key)
    world.later(minutes=10)
    world.edit_city("notion", left, population=5)
    world.edit_city("sharepoint", right, note="precious")
    sync(world.parts)
    [match] = matches.matches(world.parts)
    matching.keep(world.parts, match.id, copy)
    sync(world.parts)
    for cells in (place.rows[copy].cells, world.cities["sharepoint"].rows[right].cells):
        assert (cells["population"], cells["note"]) == (5, "precious")


def test_a_chosen_row_that_nobody_could_fill_yet_stays_new_until_it_is_filled(tmp_path: Path) -> None:
    """The home of the note is in the trash just then; the row that comes to the record there, empty too, empties nobody."""
    at_home = DECLARED.replace("shared", "sharepoint")
    world = new_world(tmp_path, city=CITY.replace(DECLARED, at_home))
    for name, note in (("Ghent", "precious"), ("Gent (old)", None)):
        world.add_city("sharepoint", name, **({"note": note} if note else {}))
    sync(world.parts)
    world.later(minutes=10)
    left, right = world.cities["notion"], world.cities["sharepoint"]
    mine, other = (
        next(ref for ref, row in right.rows.items() if row.cells.get("note") == one)
        for one in ("precious", None)
    )
    [kept] = [ref for ref, row in left.rows.items() if not row.cells.get("note")]
    right.remove(mine, by="a person", at=world.now[0])
    uniting.merge(world.parts, "Ghent", "Gent (old)", rows={"notion": kept, "sharepoint": mine})
    for full in (False, True):
        sync(world.parts, full=full)
        world.later(minutes=10)
    said = [one for one in world.parts.store.rulings("city") if one.verdict is Verdict.ASIDE]
    [aside] = [one.id for one in said if (one.endpoint, one.ref) == ("sharepoint", other)]
    matching.forget(world.parts, aside)
    sync(world.parts)
    assert (left.rows[kept].cells["note"], right.rows[other].cells["note"]) == ("precious", "precious")
    world.later(minutes=10)
    assert not sync(world.parts, full=True).anything


def test_a_row_that_was_not_read_stays_owed_what_a_write_of_another_field_does_not_bring(
    tmp_path: Path,
) -> None:
    """Else the next reading would take its empty note for somebody's word."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", note="precious")
    sync(world.parts)
    [(key, known)] = world.parts.store.records("city").items()
    row = known.rows["sharepoint"]
    row = replace(row, values={**row.values, "note": None}, owed=frozenset({"note"}))
    case = Case(record=key, known=replace(known, rows={**known.rows, "sharepoint": row}), seen={})
    change = FieldChange(field="last_contact", before=None, after=DAY, reason="edited")
    write = UpdateRow(
        kind="city",
        record=key,
        title="Ghent",
        endpoint="sharepoint",
        ref=row.ref,
        version="1",
        changes=(change,),
    )
    policy = world.parts.mappings.kinds["city"].policy
    after = Owing(policy, (case,), (write,)).written(
        write, replace(row, owed=frozenset()), {"last_contact": DAY}
    )
    assert after.owed == {"note"}
