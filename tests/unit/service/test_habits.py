"""Places that keep what is written in a form of their own, and readings that lag behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from syncbot.endpoints.base import (
    Create,
    Delete,
    Done,
    Reading,
    Schema,
    Update,
    Versions,
    Write,
    nothing_known,
)
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import Unavailable
from syncbot.service import matching
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus, Store
from syncbot.store.memory import MemoryStore
from syncbot.store.open import open_store
from tests.fakes.world import DAY, World, new_world


class Tidying:
    """A place that squeezes blanks and puts every text into lower case."""

    def __init__(self, inner: MemoryEndpoint) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Keep texts tidily."""
        for one in writes:
            plain: Write = one
            if not isinstance(one, Delete):
                tidy = {
                    name: " ".join(value.split()).lower() if isinstance(value, str) else value
                    for name, value in one.cells.items()
                }
                plain = replace(one, cells=tidy)
            for done in self._inner.write([plain], schema):
                yield replace(done, write=one)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """What remembers a place's habits."""
    kept = MemoryStore() if request.param == "memory" else open_store(f"sqlite:///{tmp_path}/kept.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def world(tmp_path: Path, store: Store) -> World:
    """A world whose SharePoint is tidy."""
    made = new_world(tmp_path, store=store)
    tidy = Tidying(made.cities["sharepoint"])
    made.parts = replace(
        made.parts,
        endpoints={
            **made.parts.endpoints,
            "city": cast(Mapping[str, MemoryEndpoint], {"notion": made.cities["notion"], "sharepoint": tidy}),
        },
    )
    return made


def test_a_tidy_place_is_no_editor(world: World) -> None:
    """What it makes of our words is neither put back again and again, nor kept as an edit, nor sent to the others."""
    left = world.add_city("notion", "Ghent", note="Spoke  with Ada")
    report = sync(world.parts)
    assert "sharepoint: Ghent: it keeps the note as spoke with ada" in report.kinds[1].notes
    for _ in range(2):
        world.later(hours=25)
        assert not sync(world.parts).anything
        assert not sync(world.parts, full=True).anything
    assert world.cities["notion"].rows[left].cells["note"] == "Spoke  with Ada"
    assert world.names("sharepoint") == ["ghent"]
    assert world.parts.store.strays() == []


def test_an_edit_at_a_tidy_place_is_one(world: World) -> None:
    """It flows like any other, also after the place kept our words in its own way; and so do later ones of others."""
    left = world.add_city("notion", "Ghent", note="Spoke  with Ada")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("sharepoint", right, note="spoke with bob")
    sync(world.parts)
    assert world.cities["notion"].rows[left].cells["note"] == "spoke with bob"
    world.later(hours=1)
    world.edit_city("notion", left, note="Spoke with  Cy")
    sync(world.parts)
    assert world.cities["sharepoint"].rows[right].cells["note"] == "spoke with cy"
    assert not sync(world.parts, full=True).anything


def test_another_cell_of_a_tidy_row_may_change(world: World) -> None:
    """An edit beside the cell that was kept in another form leaves what is known of that form."""
    left = world.add_city("notion", "Ghent", note="Spoke  with Ada")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("sharepoint", right, contact=DAY)
    sync(world.parts)
    assert world.cities["notion"].rows[left].cells["note"] == "Spoke  with Ada"
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert not sync(world.parts, full=True).anything


def test_a_lost_answer_hides_no_habit(world: World) -> None:
    """The answer that would have shown the tidied text got lost; the look-up afterwards shows it just as well."""
    left = world.add_city("notion", "Ghent", note="Hello")
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("notion", left, note="Spoke  with Ada")
    lost = [True]
    world.cities["sharepoint"].lies.lost = lambda write: (
        isinstance(write, Update) and bool(lost) and lost.pop()
    )
    sync(world.parts)
    assert sync(world.parts).settled == 1
    assert not sync(world.parts, full=True).anything
    assert world.cities["notion"].rows[left].cells["note"] == "Spoke  with Ada"


def test_what_could_not_be_written_is_no_habit(world: World) -> None:
    """A value that the place cannot hold stays refused, and is not taken as kept there in another form."""
    left = world.add_city("notion", "Ghent", note="Hello")
    sync(world.parts)
    note = world.cities["sharepoint"].schema.columns["note"]
    world.cities["sharepoint"].put_column(replace(note, max_length=10))
    world.later(hours=1)
    world.edit_city("notion", left, note="Spoke with Ada", contact=DAY)
    for _ in range(2):
        assert [one.message[:5] for one in sync(world.parts, full=True).kinds[1].failures] == ["note:"]
    world.cities["sharepoint"].put_column(note)
    sync(world.parts, full=True)
    assert world.city("sharepoint", "ghent")["note"] == "spoke with ada"


class Lagging:
    """A place whose listing shows rows as they once were."""

    def __init__(self, inner: MemoryEndpoint) -> None:
        self.inner = inner
        self.past: MemoryEndpoint | None = None
        self.deaf = False

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Tell the past once."""
        past, self.past = self.past, None
        if past is not None:
            return past.changes(None, schema, known)
        return self.inner.changes(cursor, schema, known)

    def get(self, ref: str, schema: Schema) -> object:
        """Look-ups are true, where they work."""
        if self.deaf:
            raise Unavailable("does not answer", endpoint="notion", ref=ref)
        return self.inner.get(ref, schema)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_reading_that_lags_behind_brings_nothing_back(tmp_path: Path, deaf: bool) -> None:
    """A row shown as it was before our write is looked up, not taken for an edit that undoes a newer one."""
    world, place, before = _edited_behind(tmp_path)
    inner = world.cities["notion"]
    [left] = inner.rows
    place.past, place.deaf = before, deaf
    world.later(hours=1)
    sync(world.parts, full=True)
    place.deaf = False
    assert world.city("sharepoint", "Ghent")["contact"] == date(2026, 3, 5)
    assert inner.rows[left].cells["contact"] == date(2026, 3, 5)
    sync(world.parts)
    assert not sync(world.parts, full=True).anything


@pytest.mark.parametrize("deaf", [False, True])
def test_a_reading_that_lags_behind_gives_a_row_that_waits_no_old_word(tmp_path: Path, deaf: bool) -> None:
    """Taken out of its record by a person, it was last seen all the same: its own record starts with what it says."""
    world, place, before = _edited_behind(tmp_path)
    [left] = place.inner.rows
    matching.split(world.parts, "Ghent", "notion")
    place.past, place.deaf = before, deaf
    sync(world.parts, full=True)
    place.deaf = False
    sync(world.parts)
    own = world.parts.store.keys_of("city", "notion", [left])[left]
    said = [one.after for one in world.parts.store.history("city", own) if one.field == "last_contact"]
    assert said == [date(2026, 3, 5)]


def _edited_behind(tmp_path: Path) -> tuple[World, Lagging, MemoryEndpoint]:
    """A city in both places, edited in SharePoint; Notion can list it, and how Notion was before the edit came there."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", contact=DAY)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    inner = world.cities["notion"]
    place = Lagging(inner)
    world.parts = replace(
        world.parts,
        endpoints={
            **world.parts.endpoints,
            "city": cast(
                Mapping[str, MemoryEndpoint], {"notion": place, "sharepoint": world.cities["sharepoint"]}
            ),
        },
    )
    before = replace(inner, _rows={ref: replace(kept) for ref, kept in inner._rows.items()})
    world.later(hours=1)
    world.edit_city("sharepoint", right, contact=date(2026, 3, 5))
    sync(world.parts)
    return world, place, before


class Forgetful:
    """A place that leaves one change out of its list of changes for good."""

    def __init__(self, inner: MemoryEndpoint) -> None:
        self._inner, self.forgets = inner, False

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Tell nothing, and go on."""
        reading = self._inner.changes(cursor, schema, known)
        forgets, self.forgets = self.forgets, False
        return replace(reading, rows=()) if forgets else reading


def test_a_row_that_moved_is_looked_up_where_no_reading_tells_it(tmp_path: Path) -> None:
    """A change that the listing left out shows when the row is to be written; the same run then looks at the row."""
    world = new_world(tmp_path)
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    place = Forgetful(world.cities["sharepoint"])
    world.parts = replace(
        world.parts,
        endpoints={
            **world.parts.endpoints,
            "city": cast(
                Mapping[str, MemoryEndpoint], {"notion": world.cities["notion"], "sharepoint": place}
            ),
        },
    )
    world.later(hours=1)
    world.edit_city("sharepoint", right, contact=DAY)
    place.forgets = True
    assert not sync(world.parts).anything
    world.edit_city("notion", left, note="from the left")
    assert sync(world.parts).status is RunStatus.DONE
    assert world.city("sharepoint", "Ghent")["note"] == "from the left"
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert not sync(world.parts, full=True).anything


def test_a_person_that_goes_is_missed_in_the_same_run(tmp_path: Path) -> None:
    """The cities that name somebody whose row was thrown away are told of in that run, not in the next."""
    world = new_world(tmp_path)
    anna = world.add_person("notion", "Anna")
    world.add_city("notion", "Ghent", lead=frozenset({anna}))
    sync(world.parts)
    world.later(hours=1)
    world.people["notion"].remove(anna, by="somebody", at=world.now[0])
    first, second = sync(world.parts, full=True), sync(world.parts)
    assert [one.field for one in first.kinds[1].plan.findings] == ["lead"]  # type: ignore[union-attr]
    assert not second.anything


class Filling:
    """A place that gives every new row a note of its own when it gets none, as Notion gives a state."""

    def __init__(self, inner: MemoryEndpoint) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Fill in what a new row leaves out."""
        for one in writes:
            filled = replace(one, cells={"note": "to do", **one.cells}) if isinstance(one, Create) else one
            for done in self._inner.write([filled], schema):
                yield replace(done, write=one)


def test_what_a_place_fills_in_on_a_new_row_stands_everywhere(tmp_path: Path) -> None:
    """Both places agree after the same run, as they would after one that was cut off and went on."""
    world = new_world(tmp_path)
    filling = Filling(world.cities["notion"])
    places = cast(Mapping[str, MemoryEndpoint], {"notion": filling, "sharepoint": world.cities["sharepoint"]})
    parts = replace(world.parts, endpoints={**world.parts.endpoints, "city": places})
    world.add_city("sharepoint", "Mons")
    assert sync(parts).status is RunStatus.DONE
    notes = [world.city(place, "Mons").get("note") for place in ("notion", "sharepoint")]
    assert notes == ["to do", "to do"]
    assert not sync(parts).anything
