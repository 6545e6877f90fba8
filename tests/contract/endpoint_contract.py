"""What every endpoint promises, as one class of tests; an implementation gives the fixture `place`.

The file of an implementation is

    class TestNotion(EndpointContract):
        @pytest.fixture
        def place(self) -> Iterator[Place]: ...

The schema must have a writable TEXT column besides the key and the title, and as many of the other types as
the service has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from syncbot.endpoints.base import (
    BringsBack,
    Column,
    ColumnId,
    ColumnType,
    Create,
    Delete,
    Done,
    Endpoint,
    Gone,
    GoneReason,
    Reading,
    Ref,
    Row,
    Schema,
    Update,
    Write,
)
from syncbot.errors import EndpointError, Invalid, NotFound, OutcomeUnknown, Precondition, VersionChanged
from syncbot.model.values import UNKNOWN, Value

Cells = Mapping[ColumnId, Value]


class Person(Protocol):
    """What a person can do at the place, past the endpoint."""

    def add(self, cells: Cells) -> Ref:
        """Make a row."""

    def edit(self, ref: Ref, cells: Cells) -> None:
        """Change cells of a row."""

    def trash(self, ref: Ref) -> None:
        """Put a row into the trash."""

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Give a column another name."""

    def retype_column(self, column: ColumnId) -> None:
        """Make a TEXT column one of numbers."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An endpoint with what the tests need to know about the place behind it."""

    endpoint: Endpoint
    person: Person
    title: ColumnId
    """The column that every row needs."""
    requests: Callable[[], int]
    """How many requests the service has had so far."""
    lose_next_write: Callable[[], None]
    """The next write is saved, and its answer gets lost."""
    page: int
    """So many rows come with one page."""
    refs: Mapping[ColumnId, Sequence[Ref]] = field(default_factory=dict)
    """Of each REFS column: rows that it may point at."""
    users: Sequence[str] = ()
    """E-mail addresses of people whom the service knows."""
    trash_reason: GoneReason = GoneReason.TRASHED
    """What a look-up says of a row in the trash; NOT_FOUND where the service does not tell."""
    moving: frozenset[ColumnId] = frozenset()
    """Columns that change by themselves with every write: edited time, editor, version."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Tests that are left out, by name, each with the reason."""

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.endpoint.name

    def schema(self) -> Schema:
        """Describe the place."""
        return self.endpoint.describe()

    def text(self, schema: Schema) -> ColumnId:
        """Return a plain text column that is neither the key nor the title."""
        return next(
            one
            for one, column in schema.columns.items()
            if column.type is ColumnType.TEXT
            and column.writable
            and one not in (schema.key_column, self.title)
        )

    def write(self, schema: Schema, *writes: Write) -> list[Done]:
        """Carry out writes, as many at once as the endpoint takes."""
        size = self.endpoint.capabilities.batch
        done: list[Done] = []
        for start in range(0, len(writes), size):
            done += self.endpoint.write(writes[start : start + size], schema)
        assert [one.write for one in done] == list(writes)
        return done

    def written(self, schema: Schema, write: Write) -> Row:
        """Carry out one write that works."""
        (done,) = self.write(schema, write)
        assert done.error is None, done.error
        assert done.row is not None
        return done.row

    def create(self, schema: Schema, key: str, cells: Cells | None = None) -> Row:
        """Create a row with the title "Ghent" and the given cells."""
        return self.written(schema, Create(key=key, cells={self.title: "Ghent", **(cells or {})}))

    def still(self, row: Row) -> dict[ColumnId, object]:
        """Return the cells that change only when somebody changes them."""
        return {one: cell for one, cell in row.cells.items() if one not in self.moving}

    def refused(self, schema: Schema, write: Write) -> EndpointError:
        """Carry out one write that does not work and return why."""
        (done,) = self.write(schema, write)
        assert done.row is None
        assert done.error is not None
        return done.error


def sample(place: Place, column: Column, *, other: bool = False) -> Value:
    """Return a value that fits a column; `other` gives a second one that differs."""
    number = int(other)
    texts = {
        ColumnType.TEXT: ("Gänt 'x' & <y>", "Liège 🚲"),
        ColumnType.LONG_TEXT: ("first line\nsecond line", "a\n\nb"),
        ColumnType.LINK: ("https://city.example/a?b=c&d=%20", "https://city.example/"),
        ColumnType.EMAIL: ("anna@city.example", "ben@city.example"),
        ColumnType.PHONE: ("+32 9 210 10 10", "112"),
    }
    if column.type in texts:
        return texts[column.type][number]
    match column.type:
        case ColumnType.NUMBER:
            return (265_086, 12.5)[number]
        case ColumnType.FLAG:
            return not other
        case ColumnType.DAY:
            return (date(2026, 3, 29), date(2026, 10, 25))[number]
        case ColumnType.MOMENT:
            return (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC))[number]
        case ColumnType.CHOICE:
            return (column.options or ("a", "b"))[number]
    return frozenset(_members(place, column)[number : number + (2 if column.many else 1)])


def _members(place: Place, column: Column) -> Sequence[str]:
    match column.type:
        case ColumnType.CHOICES:
            return column.options or ("a", "b", "c")
        case ColumnType.REFS:
            return place.refs[column.id]
        case ColumnType.USERS:
            return place.users
    raise AssertionError(f"nobody writes {column.type}")


def writable(place: Place, schema: Schema) -> list[Column]:
    """Return the columns whose cells may be written, without the key and the title."""
    special = (schema.key_column, place.title)
    return [column for one, column in schema.columns.items() if column.writable and one not in special]


def empty(column: Column) -> Value:
    """Return what an empty cell says."""
    return False if column.type is ColumnType.FLAG else None


def refs_of(reading: Reading) -> list[Ref]:
    """Return the refs of a reading's rows in order."""
    return sorted(row.ref for row in reading.rows)


class EndpointContract:
    """The tests; collected only through a subclass whose name begins with Test."""

    @pytest.fixture(autouse=True)
    def _left_out(self, place: Place, request: pytest.FixtureRequest) -> None:
        reason = place.left_out.get(request.node.name.split("[")[0])
        if reason is not None:
            pytest.skip(reason)

    def test_an_empty_place_says_so(self, place: Place) -> None:
        """Nothing in it, read to its proven end, with a cursor to go on from."""
        reading = place.endpoint.changes(None, place.schema())
        assert (list(reading.rows), list(reading.gone)) == ([], [])
        assert reading.complete
        assert reading.full
        assert reading.cursor is not None

    def test_the_schema_names_the_key_column(self, place: Place) -> None:
        """The key column is among the columns, writable, of text; ids stay the same from one call to the next."""
        schema = place.schema()
        key = schema.columns[schema.key_column]
        assert (key.type, key.writable) == (ColumnType.TEXT, True)
        assert schema == place.schema()

    def test_a_created_row_reads_the_same_everywhere(self, place: Place) -> None:
        """The answer of the create, a look-up, a search by key and a reading all tell the same row."""
        schema = place.schema()
        made = place.create(schema, "key-1", {place.text(schema): "Gent"})
        assert (made.key, made.cells[place.title], made.by_us) == ("key-1", "Ghent", True)
        found = place.endpoint.get(made.ref, schema)
        assert isinstance(found, Row)
        (by_key,) = place.endpoint.find("key-1", schema)
        (read,) = place.endpoint.changes(None, schema).rows
        for row in (found, by_key, read):
            assert (row.ref, row.version, row.key, row.cells) == (made.ref, made.version, "key-1", made.cells)
        assert schema.key_column not in made.cells
        assert set(made.cells) == set(schema.columns) - {schema.key_column}

    def test_a_key_that_nobody_has_is_not_found(self, place: Place) -> None:
        """A search finds the whole key only, quotes in it included."""
        schema = place.schema()
        place.create(schema, "o'key-1")
        assert [row.key for row in place.endpoint.find("o'key-1", schema)] == ["o'key-1"]
        for other in ("o'key", "o'key-11", "key-1", "' or 1 eq 1"):
            assert list(place.endpoint.find(other, schema)) == []

    def test_a_lost_answer_makes_no_second_row(self, place: Place) -> None:
        """A create whose answer is lost is found by its key, once; the endpoint may have looked by itself."""
        schema = place.schema()
        place.lose_next_write()
        try:
            (done,) = place.write(schema, Create(key="key-1", cells={place.title: "Ghent"}))
            assert done.row is not None
        except OutcomeUnknown:
            pass
        (row,) = place.endpoint.find("key-1", schema)
        assert row.cells[place.title] == "Ghent"
        assert refs_of(place.endpoint.changes(None, schema)) == [row.ref]

    def test_a_lost_answer_of_an_update_can_be_told(self, place: Place) -> None:
        """After a lost answer of an update a look-up shows the new value under a new version."""
        schema = place.schema()
        made = place.create(schema, "key-1")
        place.lose_next_write()
        try:
            (done,) = place.write(
                schema, Update(ref=made.ref, version=made.version, cells={place.title: "Lier"})
            )
            assert done.row is not None
        except OutcomeUnknown:
            pass
        row = place.endpoint.get(made.ref, schema)
        assert isinstance(row, Row)
        assert row.cells[place.title] == "Lier"

    def test_an_update_touches_only_what_it_names(self, place: Place) -> None:
        """All other cells, and the key, stay as they were."""
        schema = place.schema()
        cells = {column.id: sample(place, column) for column in writable(place, schema)}
        made = place.create(schema, "key-1", cells)
        after = place.written(schema, Update(ref=made.ref, version=made.version, cells={place.title: "Lier"}))
        assert place.still(after) == {**place.still(made), place.title: "Lier"}
        assert (after.key, after.ref) == ("key-1", made.ref)
        assert after.version != made.version
        _same(after, place.endpoint.get(made.ref, schema))

    def test_a_stale_version_writes_nothing(self, place: Place) -> None:
        """A person was faster: `VersionChanged`, and the row is as the person left it."""
        schema = place.schema()
        made = place.create(schema, "key-1")
        place.person.edit(made.ref, {place.title: "Lier"})
        error = place.refused(schema, Update(ref=made.ref, version=made.version, cells={place.title: "Mons"}))
        assert isinstance(error, VersionChanged)
        row = place.endpoint.get(made.ref, schema)
        assert isinstance(row, Row)
        assert (row.cells[place.title], row.by_us) == ("Lier", False)

    def test_an_update_can_stamp_the_key(self, place: Place) -> None:
        """A person's row has no key; one update links it, with cells or alone."""
        schema = place.schema()
        first, second = (place.person.add({place.title: name}) for name in ("Ghent", "Lier"))
        rows = {row.ref: row for row in place.endpoint.changes(None, schema).rows}
        assert {row.key for row in rows.values()} == {None}
        place.written(schema, Update(ref=first, version=rows[first].version, key="key-1"))
        both = Update(ref=second, version=rows[second].version, key="key-2", cells={place.title: "Lierre"})
        assert place.written(schema, both).key == "key-2"
        assert [row.ref for row in place.endpoint.find("key-1", schema)] == [first]
        assert [row.cells[place.title] for row in place.endpoint.find("key-2", schema)] == ["Lierre"]

    def test_cells_of_every_type_come_back(self, place: Place) -> None:
        """Each writable column takes a value at creation and another later, and tells it again."""
        schema = place.schema()
        first = {column.id: sample(place, column) for column in writable(place, schema)}
        second = {column.id: sample(place, column, other=True) for column in writable(place, schema)}
        made = place.create(schema, "key-1", first)
        assert _shown(made, first) == first
        after = place.written(schema, Update(ref=made.ref, version=made.version, cells=second))
        assert _shown(after, second) == second
        (read,) = place.endpoint.changes(None, schema).rows
        assert _shown(read, second) == second
        assert not read.faults

    def test_none_empties_a_cell(self, place: Place) -> None:
        """Each writable column can be emptied and then says None (a tick says False)."""
        schema = place.schema()
        columns = writable(place, schema)
        made = place.create(schema, "key-1", {column.id: sample(place, column) for column in columns})
        nothing: Cells = {column.id: empty(column) for column in columns}
        after = place.written(schema, Update(ref=made.ref, version=made.version, cells=nothing))
        assert _shown(after, nothing) == nothing
        (read,) = place.endpoint.changes(None, schema).rows
        assert _shown(read, nothing) == nothing

    def test_the_order_of_columns_does_not_matter(self, place: Place) -> None:
        """The same cells in another order, and a schema turned around, make an equal row."""
        schema = place.schema()
        cells = {column.id: sample(place, column) for column in writable(place, schema)}
        turned = Schema(
            container=schema.container,
            title=schema.title,
            columns=dict(reversed(list(schema.columns.items()))),
            key_column=schema.key_column,
        )
        one = place.create(schema, "key-1", cells)
        two = place.written(
            turned, Create(key="key-2", cells={**dict(reversed(list(cells.items()))), place.title: "Ghent"})
        )
        assert _shown(one, cells) == _shown(two, cells)
        rows = {row.key: row for row in place.endpoint.changes(None, turned).rows}
        assert _shown(rows["key-1"], cells) == _shown(rows["key-2"], cells)

    def test_later_readings_tell_only_what_moved(self, place: Place) -> None:
        """From a cursor on: the edited and the new row, nothing else; then nothing at all."""
        schema = place.schema()
        made = [place.create(schema, f"key-{number}") for number in range(3)]
        cursor = place.endpoint.changes(None, schema).cursor
        place.person.edit(made[1].ref, {place.title: "Lier"})
        new = place.person.add({place.title: "Mons"})
        reading = place.endpoint.changes(cursor, schema)
        moved = {row.ref: row for row in reading.rows if row.version not in {one.version for one in made}}
        assert sorted(moved) == sorted([made[1].ref, new])
        assert (moved[made[1].ref].cells[place.title], moved[new].key) == ("Lier", None)
        assert {row.by_us for row in moved.values()} == {False}
        assert not reading.full
        assert reading.complete

    def test_an_idle_reading_costs_one_request(self, place: Place) -> None:
        """Nothing new: one request, and no row that was not known with this version."""
        schema = place.schema()
        known = {place.create(schema, f"key-{number}").version for number in range(3)}
        cursor = place.endpoint.changes(None, schema).cursor
        cursor = place.endpoint.changes(cursor, schema).cursor
        before = place.requests()
        reading = place.endpoint.changes(cursor, schema)
        assert place.requests() - before == 1
        assert {row.version for row in reading.rows} <= known
        assert reading.cursor is not None

    def test_rows_that_are_known_may_be_left_out(self, place: Place) -> None:
        """Told the versions that are known, a reading leaves those rows out, but never one that has moved."""
        schema = place.schema()
        known = {
            row.ref: row.version for row in (place.create(schema, f"key-{number}") for number in range(3))
        }
        first, second, _ = known
        place.person.edit(first, {place.title: "Lier"})
        del known[second]
        reading = place.endpoint.changes(
            None, schema, lambda refs: {ref: known[ref] for ref in refs if ref in known}
        )
        told = set(refs_of(reading))
        assert {first, second} <= told
        assert not told & reading.unchanged
        assert len(told | reading.unchanged) == 3

    def test_own_writes_are_recognised(self, place: Place) -> None:
        """A write that comes back in a reading has the version that the write returned."""
        schema = place.schema()
        cursor = place.endpoint.changes(None, schema).cursor
        made = place.create(schema, "key-1")
        after = place.written(schema, Update(ref=made.ref, version=made.version, cells={place.title: "Lier"}))
        rows = place.endpoint.changes(cursor, schema).rows
        assert [(row.ref, row.version, row.cells) for row in rows] == [(made.ref, after.version, after.cells)]

    def test_a_trashed_row_is_gone(self, place: Place) -> None:
        """A look-up says why, a search finds nothing, a full reading is without it."""
        schema = place.schema()
        made, other = place.create(schema, "key-1"), place.create(schema, "key-2")
        cursor = place.endpoint.changes(None, schema).cursor
        place.person.trash(made.ref)
        assert place.endpoint.get(made.ref, schema) == Gone(ref=made.ref, reason=place.trash_reason)
        assert list(place.endpoint.find("key-1", schema)) == []
        assert refs_of(place.endpoint.changes(None, schema)) == [other.ref]
        later = place.endpoint.changes(cursor, schema)
        assert made.ref not in refs_of(later)
        assert {one.ref for one in later.gone} <= {made.ref}

    def test_a_delete_puts_the_row_into_the_trash(self, place: Place) -> None:
        """Deleting works once, and only for the version that was seen."""
        if not place.endpoint.capabilities.deletes:
            pytest.skip("this endpoint does not delete")
        schema = place.schema()
        made = place.create(schema, "key-1")
        place.person.edit(made.ref, {place.title: "Lier"})
        assert isinstance(place.refused(schema, Delete(ref=made.ref, version=made.version)), VersionChanged)
        row = place.endpoint.get(made.ref, schema)
        assert isinstance(row, Row)
        (done,) = place.write(schema, Delete(ref=made.ref, version=row.version))
        assert (done.row, done.error) == (None, None)
        assert isinstance(place.endpoint.get(made.ref, schema), Gone)
        assert isinstance(place.refused(schema, Delete(ref=made.ref, version=row.version)), NotFound)

    def test_a_deleted_row_is_brought_back_where_that_can_be(self, place: Place) -> None:
        """With its key and cells, once however often it is asked; a row that is nowhere is told."""
        schema = place.schema()
        endpoint = place.endpoint
        if not isinstance(endpoint, BringsBack):
            return  # an undo then says that a person has to
        made = place.create(schema, "key-1", {place.title: "Lier"})
        place.write(schema, Delete(ref=made.ref, version=made.version))
        for _ in range(2):
            row = endpoint.bring_back(made.ref, schema)
            assert (row.ref, row.key, row.cells[place.title]) == (made.ref, "key-1", "Lier")
        assert isinstance(endpoint.get(made.ref, schema), Row)
        with pytest.raises(NotFound):
            endpoint.bring_back("00000000-0000-4000-8000-000000000000", schema)

    def test_an_update_of_a_trashed_row_is_refused(self, place: Place) -> None:
        """`NotFound`, and the row stays where it is."""
        schema = place.schema()
        made = place.create(schema, "key-1")
        place.person.trash(made.ref)
        update = Update(ref=made.ref, version=made.version, cells={place.title: "Lier"})
        assert isinstance(place.refused(schema, update), NotFound)
        assert isinstance(place.endpoint.get(made.ref, schema), Gone)

    def test_a_bad_write_does_not_stop_the_others(self, place: Place) -> None:
        """Of five writes the stale, the misspelt and the one of a missing row fail; two are done."""
        schema = place.schema()
        stale, gone = place.create(schema, "key-1"), place.create(schema, "key-2")
        place.person.edit(stale.ref, {place.title: "Lier"})
        place.person.trash(gone.ref)
        done = place.write(
            schema,
            Create(key="key-3", cells={place.title: "Mons"}),
            Update(ref=stale.ref, version=stale.version, cells={place.title: "x"}),
            Update(ref=gone.ref, version=gone.version, cells={place.title: "x"}),
            Create(key="key-4", cells={place.title: "Namur", "no such column": "x"}),
            Create(key="key-5", cells={place.title: "Ypres"}),
        )
        kinds = [type(one.error) if one.error else None for one in done]
        assert kinds[:3] == [None, VersionChanged, NotFound]
        assert isinstance(done[3].error, Precondition)
        assert kinds[4] is None
        assert sorted(str(row.key) for row in place.endpoint.changes(None, schema).rows) == [
            "key-1",
            "key-3",
            "key-5",
        ]

    def test_an_unknown_option_is_refused_by_name(self, place: Place) -> None:
        """`Invalid` names the column and the option; no option is made and nothing is written."""
        schema = place.schema()
        kinds = (ColumnType.CHOICE, ColumnType.CHOICES)
        columns = [one for one in writable(place, schema) if one.type in kinds and one.options is not None]
        made = place.create(schema, "key-1")
        for column in columns:
            value: Value = "Nonsense" if column.type is ColumnType.CHOICE else frozenset({"Nonsense"})
            error = place.refused(
                schema, Update(ref=made.ref, version=made.version, cells={column.id: value})
            )
            assert isinstance(error, Invalid)
            assert column.name in str(error)
            assert "Nonsense" in str(error)
        assert place.schema() == schema
        _same(made, place.endpoint.get(made.ref, schema))

    def test_text_that_is_too_long_is_refused_by_name(self, place: Place) -> None:
        """`Invalid` names the column; nothing is cut to fit."""
        schema = place.schema()
        made = place.create(schema, "key-1")
        for column in writable(place, schema):
            if column.max_length is None:
                continue
            cells: Cells = {column.id: "x" * (column.max_length + 1), place.title: "Lier"}
            error = place.refused(schema, Update(ref=made.ref, version=made.version, cells=cells))
            assert isinstance(error, Invalid)
            assert column.name in str(error)
        _same(made, place.endpoint.get(made.ref, schema))

    def test_the_longest_text_fits(self, place: Place) -> None:
        """A text of just the length that the schema names is kept whole."""
        schema = place.schema()
        long = [
            column
            for column in writable(place, schema)
            if column.type in (ColumnType.TEXT, ColumnType.LONG_TEXT) and (column.max_length or 0) < 100_000
        ]
        cells: Cells = {column.id: "äb" * ((column.max_length or 4000) // 2) for column in long}
        made = place.create(schema, "key-1", cells)
        assert _shown(made, cells) == cells
        (read,) = place.endpoint.changes(None, schema).rows
        assert _shown(read, cells) == cells

    def test_a_renamed_column_keeps_its_id(self, place: Place) -> None:
        """The old schema still reads and writes the column; a new one has the new name under the old id."""
        schema = place.schema()
        text = place.text(schema)
        made = place.create(schema, "key-1", {text: "Gent"})
        place.person.rename_column(text, "Quite another name")
        row = place.endpoint.get(made.ref, schema)
        assert isinstance(row, Row)
        assert row.cells[text] == "Gent"
        after = place.written(schema, Update(ref=made.ref, version=row.version, cells={text: "Gand"}))
        assert after.cells[text] == "Gand"
        assert place.schema().columns[text].name == "Quite another name"

    def test_a_retyped_column_is_unknown_not_empty(self, place: Place) -> None:
        """With the old schema its cells are UNKNOWN with a reason; the other columns read on."""
        schema = place.schema()
        text = place.text(schema)
        made = place.create(schema, "key-1", {text: "Gent"})
        cursor = place.endpoint.changes(None, schema).cursor
        place.person.retype_column(text)
        place.person.edit(made.ref, {place.title: "Lier"})
        for reading in (place.endpoint.changes(cursor, schema), place.endpoint.changes(None, schema)):
            (row,) = (one for one in reading.rows if one.ref == made.ref)
            assert row.cells[text] is UNKNOWN
            assert schema.columns[text].name in row.faults[text]
            assert row.cells[place.title] == "Lier"
        assert place.schema().columns[text].native != schema.columns[text].native

    def test_more_than_one_page_is_read(self, place: Place) -> None:
        """All rows come, each once, and the end is proven."""
        schema = place.schema()
        refs = sorted(
            place.person.add({place.title: f"City {number}"}) for number in range(2 * place.page + 1)
        )
        reading = place.endpoint.changes(None, schema)
        assert refs_of(reading) == refs
        assert reading.complete

    def test_too_many_writes_at_once_are_a_mistake(self, place: Place) -> None:
        """More than the stated number is a bug of the caller, not something to do by halves."""
        schema = place.schema()
        writes = [
            Create(key=f"key-{number}", cells={place.title: "x"})
            for number in range(place.endpoint.capabilities.batch + 1)
        ]
        with pytest.raises(ValueError):
            list(place.endpoint.write(writes, schema))
        assert list(place.endpoint.changes(None, schema).rows) == []


def _shown(row: Row, like: Cells) -> dict[ColumnId, object]:
    return {one: row.cells[one] for one in like}


def _same(expected: Row, found: Row | Gone) -> None:
    """Compare two tellings of a row: not every answer tells time, author and address."""
    assert isinstance(found, Row)
    assert (found.ref, found.version, found.key, found.cells) == (
        expected.ref,
        expected.version,
        expected.key,
        expected.cells,
    )
