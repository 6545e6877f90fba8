"""What the Notion endpoint costs and survives, against the sandbox over real HTTP."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from syncbot.endpoints.base import ColumnType, Create, Done, Gone, GoneReason, Row, Schema, Update
from syncbot.endpoints.notion.endpoint import BATCH, NotionEndpoint
from syncbot.errors import NotFound, VersionChanged
from tests.contract.notion_place import EDITED_BY, NotionPlace, Workspace, notion_place, workspace

CITIES = 112


@pytest.fixture(scope="module")
def work() -> Iterator[Workspace]:
    """A running Notion."""
    with workspace() as running:
        yield running


@pytest.fixture
def place(work: Workspace) -> Iterator[NotionPlace]:
    """An empty data source; after the test its requests are judged."""
    yield notion_place(work, edited_by=EDITED_BY)
    work.order()
    work.close()
    work.judge()


def create(endpoint: NotionEndpoint, schema: Schema, count: int = CITIES) -> list[Done]:
    """Create so many cities."""
    writes = [Create(key=f"key-{number}", cells={"title": f"City {number}"}) for number in range(count)]
    return [
        done
        for start in range(0, count, BATCH)
        for done in endpoint.write(writes[start : start + BATCH], schema)
    ]


def titles(rows: Sequence[Row]) -> list[str]:
    """Return the titles in order."""
    return sorted(str(row.cells["title"]) for row in rows)


def test_a_whole_reading_spares_the_looks_before_its_updates(work: Workspace, place: NotionPlace) -> None:
    """112 rows that people wrote long ago take 112 updates and one look a batch; an edit since the reading is met."""
    schema = place.schema()
    for number in range(CITIES):
        place.person.add({place.text(schema): f"City {number}"})
    work.control("POST", "clock", {"advance": 3600})
    rows = place.endpoint.changes(None, schema).rows
    place.person.edit(rows[60].ref, {place.text(schema): "edited meanwhile"})
    writes = [
        Update(ref=row.ref, version=row.version, cells={}, key=f"key-{number}")
        for number, row in enumerate(rows)
    ]
    before = place.requests()
    done = [
        one
        for start in range(0, CITIES, BATCH)
        for one in place.endpoint.write(writes[start : start + BATCH], schema)
    ]
    assert [number for number, one in enumerate(done) if one.error] == [60]
    assert isinstance(done[60].error, VersionChanged)
    assert place.requests() - before == CITIES - 1 + 3


def test_112_creates_and_then_idle(place: NotionPlace) -> None:
    """112 creates cost at most 8 other requests; the next reading is one request, finds nothing, and misses nobody."""
    endpoint, schema = place.endpoint, place.schema()
    assert isinstance(endpoint, NotionEndpoint)
    cursor = endpoint.changes(None, schema).cursor
    done = create(endpoint, schema)
    assert all(one.row is not None and one.row.by_us for one in done)
    assert place.requests() <= CITIES + 8
    before = place.requests()
    idle = endpoint.changes(cursor, schema)
    assert (place.requests() - before, list(idle.rows)) == (1, [])
    row = done[5].row
    assert row is not None
    place.person.edit(row.ref, {"title": "Gent"})
    (edited,) = endpoint.changes(idle.cursor, schema).rows
    assert (edited.ref, edited.cells["title"], edited.by_us, edited.edited_by) == (
        row.ref,
        "Gent",
        False,
        "Anna",
    )
    assert edited.version != row.version
    assert len(endpoint.changes(None, schema).rows) == CITIES


def test_idle_in_a_later_run(place: NotionPlace) -> None:
    """Another process, with only the stored cursor and schema, needs one request as well."""
    schema = place.schema()
    cursor = place.endpoint.changes(None, schema).cursor
    later = place.work.endpoint(place.source, edited_by=EDITED_BY)
    before = place.requests()
    reading = later.changes(cursor, schema)
    assert place.requests() - before == 1
    assert reading.complete
    assert later.changes(reading.cursor, schema).complete


FAULTS: dict[str, list[dict[str, Any]]] = {
    "refused": [
        {"kind": "429", "rate": 0.1, "retry_after": 1},
        {"kind": "529", "rate": 0.1, "retry_after": 1},
    ],
    "unanswered": [{"kind": "503_saved", "rate": 0.1}, {"kind": "503", "rate": 0.1}],
    "cut": [{"kind": "cut_saved", "rate": 0.1}, {"kind": "cut", "rate": 0.1}],
    "edge": [{"kind": "html", "rate": 0.1}, {"kind": "502", "rate": 0.1}, {"kind": "504_saved", "rate": 0.1}],
    "conflict": [
        {"kind": "409", "rate": 0.2, "method": "PATCH"},
        {"kind": "409", "rate": 0.1, "method": "POST"},
    ],
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_bad_weather(place: NotionPlace, faults: list[dict[str, Any]]) -> None:
    """With a fifth of all calls failing, saved or not, each row is made once, updated, and read."""
    endpoint, schema = place.endpoint, place.schema()
    assert isinstance(endpoint, NotionEndpoint)
    text = place.text(schema)
    place.work.order(*faults)
    made = [one.row for one in create(endpoint, schema, 40)]
    rows = [row for row in made if row is not None]
    assert len(rows) == 40
    updates = [Update(ref=row.ref, version=row.version, cells={text: "Gent"}) for row in rows]
    done = list(endpoint.write(updates, schema))
    reading = endpoint.changes(None, schema)
    place.work.order()
    assert {one["fault"] for one in place.work.requests()} - {None} == {one["kind"] for one in faults}
    assert [one.error for one in done] == [None] * 40
    assert reading.complete
    assert sorted(str(row.key) for row in reading.rows) == sorted(f"key-{number}" for number in range(40))
    assert {row.cells[text] for row in reading.rows} == {"Gent"}


def test_more_than_25_related_pages(place: NotionPlace) -> None:
    """30 related pages are written, and read whole again from a query, a look-up and the answer of the write."""
    schema = place.schema()
    (relation,) = (one.id for one in schema.columns.values() if one.type is ColumnType.REFS)
    all_of_them = frozenset(place.work.targets)
    made = place.create(schema, "key-1", {relation: all_of_them})
    (read,) = place.endpoint.changes(None, schema).rows
    found = place.endpoint.get(made.ref, schema)
    assert isinstance(found, Row)
    assert [row.cells[relation] for row in (made, read, found)] == [all_of_them] * 3
    assert made.version == read.version


def test_row_cap(place: NotionPlace) -> None:
    """Where a query stops for its cap, the walk goes on and every row comes once."""
    work, schema = place.work, place.schema()
    for number in range(40):
        work.sandbox.clock.advance(61)
        place.person.add({"title": f"City {number:02}"})
    before = work.service.settings
    work.service.settings = replace(before, query_cap=15, short_pages=True)
    try:
        reading = place.endpoint.changes(None, schema)
    finally:
        work.service.settings = before
    assert titles(reading.rows) == [f"City {number:02}" for number in range(40)]
    assert reading.complete
    assert reading.notes


def test_cap_within_one_minute(place: NotionPlace) -> None:
    """More rows in one minute than a query gives: the reading says that it is not complete."""
    work, schema = place.work, place.schema()
    work.sandbox.clock.set(work.sandbox.clock.now().replace(second=5))
    for number in range(20):
        place.person.add({"title": f"City {number:02}"})
    before = work.service.settings
    work.service.settings = replace(before, query_cap=10)
    try:
        reading = place.endpoint.changes(None, schema)
    finally:
        work.service.settings = before
    assert not reading.complete
    assert reading.cursor is None


def test_where_rows_go(place: NotionPlace) -> None:
    """Trashed, archived, moved and unshared rows all vanish from a query; a look-up tells them apart."""
    work, schema = place.work, place.schema()
    rows = [place.create(schema, f"key-{number}") for number in range(4)]
    now = work.sandbox.clock.now()
    work.service.trash_page(rows[0].ref, by=work.anna, at=now)
    work.service.archive_page(rows[1].ref, by=work.anna, at=now)
    work.service.move_page(rows[2].ref, {"data_source_id": work.people}, by=work.anna, at=now)
    work.service.unshare_page(rows[3].ref)
    assert list(place.endpoint.changes(None, schema).rows) == []
    found = [place.endpoint.get(row.ref, schema) for row in rows]
    assert [one.reason for one in found if isinstance(one, Gone)] == [
        GoneReason.TRASHED,
        GoneReason.ARCHIVED,
        GoneReason.MOVED,
        GoneReason.NOT_FOUND,
    ]
    for row in rows:
        error = place.refused(schema, Update(ref=row.ref, version=row.version, cells={"title": "x"}))
        assert isinstance(error, NotFound)


def test_long_note(place: NotionPlace) -> None:
    """A note of 100,000 characters, with marks and emoji, comes back as it was."""
    schema = place.schema()
    note = "Zwölf Städte 👩\u200d🔧 e\u0301tude\n" * 3_700
    row = place.create(schema, "key-1", {place.text(schema): note})
    assert row.cells[place.text(schema)] == note


def test_edits_of_the_same_minute_in_a_batch(place: NotionPlace) -> None:
    """Of three rows read and then edited within the same minute, only the untouched ones are written."""
    schema = place.schema()
    rows = [place.create(schema, f"key-{number}") for number in range(4)]
    place.person.edit(rows[2].ref, {"title": "Lier"})
    done = place.write(
        schema, *(Update(ref=row.ref, version=row.version, cells={"title": "x"}) for row in rows)
    )
    assert [one.error is None for one in done] == [True, True, False, True]
    assert titles(place.endpoint.changes(None, schema).rows) == ["Lier", "x", "x", "x"]
