"""A Notion data source as an endpoint: reading and looking up. Writing stands in `writing`."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from syncbot.errors import CursorExpired, Incomplete, Invalid, NotFound, SchemaChanged

from ..base import (
    Capabilities,
    ColumnId,
    Done,
    Gone,
    GoneReason,
    Reading,
    Ref,
    Row,
    Schema,
    Versions,
    Write,
    nothing_known,
)
from .columns import same_id, schema_of, with_results
from .connection import Json, NotionConnection
from .items import Directory, complete, own_id
from .pages import PageReader, gone, readable
from .reading import (
    Cursor,
    Walk,
    attempts,
    edited_since,
    key_is,
    not_edited_by,
    parse_cursor,
    walk,
    watermark,
)
from .writing import Patience, Writer

BATCH = 50
_MOST_NAMED = 100
"""More columns than that are not named in the address of a query; then all come."""


class NotionEndpoint:
    """Rows of one data source.

    With `edited_by_column` (the title of a column of type "last edited by") a reading leaves out the rows that we were
    the last to edit: each was seen whole in the answer to our write. So it is one request also right after many writes,
    and whoever edits later becomes the last editor and is seen. Without it they are read again, within the overlap.
    """

    def __init__(
        self,
        *,
        name: str,
        connection: NotionConnection,
        data_source_id: str,
        key_column: str,
        edited_by_column: str | None = None,
        clock: Callable[[], datetime],
        patience: Patience,
    ) -> None:
        """Ask nothing yet. `key_column` is the title of the column that carries our key."""
        self._name = name
        self._connection = connection
        self._container = data_source_id
        self._key_column = key_column
        self._edited_by_column = edited_by_column
        self._clock = clock
        self._patience = patience
        self._bot: str | None = None
        self._edited_by: ColumnId | None = None
        self._bare = False
        self._served: datetime | None = None
        self._read_until: str | None = None
        """Up to when everything is known that was edited."""

    @property
    def name(self) -> str:
        """As the mapping calls it."""
        return self._name

    @property
    def connection(self) -> str:
        """The connection's name."""
        return self._connection.name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(batch=BATCH, time_grain=timedelta(minutes=1))

    def describe(self) -> Schema:
        """Read the schema: one request, and one more for a row where there are formulas."""
        try:
            data_source = self._connection.ask("GET", f"data_sources/{self._container}")
        except (NotFound, Invalid) as error:
            raise SchemaChanged(f"{error.detail}{self._hint()}", endpoint=self._name) from error
        schema = schema_of(data_source, key_column=self._key_column, endpoint=self._name)
        self._edited_by = self._editor_column(schema)
        if all(column.native != "formula" for column in schema.columns.values()):
            return schema
        rows = self._connection.ask("POST", f"data_sources/{self._container}/query", body={"page_size": 1})
        return with_results(schema, next(iter(rows.get("results") or ()), None))

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Read what was edited since the cursor, all for None: one request for each hundred rows, one at least.

        The first reading asks once more, for our own user id; the cursor keeps it. Each list that a page cuts costs a
        request of its own, also on rows that turn out to be as they were known.
        """
        started, self._served = self._clock(), None
        earlier = self._resumed(cursor)
        bot = self._own_id()
        conditions = [] if earlier is None else [edited_since(earlier.since)]
        found, notes = self._walk(conditions, schema, unless_by=bot if earlier is not None else None)
        pages = list(readable(list(found.results)))
        lost = [one for one in (gone(page, schema.container) for page in pages) if one is not None]
        refs = {one.ref for one in lost}
        reader = self._reader()
        later = Cursor(
            of=self._container, since=watermark(started, self._served), bot=bot, by=self._edited_by
        )
        rows = [reader.row(page, schema) for page in pages if page["id"] not in refs]
        self._read_until = later.since if found.complete else None
        versions = known([row.ref for row in rows]) if rows else {}
        unchanged = frozenset(row.ref for row in rows if versions.get(row.ref) == row.version)
        return Reading(
            rows=[row for row in rows if row.ref not in unchanged],
            gone=lost,
            unchanged=unchanged,
            cursor=later.text() if found.complete else cursor,
            complete=found.complete,
            full=earlier is None,
            notes=[*notes, *found.notes, *_hidden(found, pages)],
        )

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up. A page that is not shared looks like one that was deleted."""
        if not _is_id(ref):
            return Gone(ref=ref, reason=GoneReason.NOT_FOUND)
        try:
            page = self._connection.ask("GET", f"pages/{ref}")
        except NotFound:
            return Gone(ref=ref, reason=GoneReason.NOT_FOUND)
        return gone(page, schema.container) or self._reader().row(page, schema)

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for rows that carry our key."""
        return [row for row in self.find_all([key], schema) if row.key == key]

    def find_all(self, keys: Sequence[str], schema: Schema) -> Sequence[Row]:
        """Look for rows that carry any of at most 100 keys: one query."""
        native = schema.columns[schema.key_column].native
        wanted = [key_is(schema.key_column, native, key) for key in keys]
        condition = wanted[0] if len(wanted) == 1 else {"or": wanted}
        return self._rows([condition], schema)

    def edited_since(self, moment: str, schema: Schema, *, most: int) -> Sequence[Row] | None:
        """Return the rows edited at that moment or later; None when that takes more than `most` requests.

        What was complete when it was read holds up to then: only what others edited since is asked for. Else a plan
        for thousands of rows would list all of them, and all that it wrote already, before each batch.
        """
        since, us = moment, None
        if self._read_until is not None:
            since, us = max(moment, self._read_until), self._own_id()
        found, _ = self._walk([edited_since(since)], schema, unless_by=us, most=most)
        return self._living(found, schema) if found.complete else None

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Carry out at most 50 writes; see `writing`."""
        if len(writes) > BATCH:
            raise ValueError(f"{len(writes)} writes at once, at most {BATCH} are allowed")
        self._own_id()
        yield from self._writer(schema).write(writes)

    def bring_back(self, ref: Ref, schema: Schema) -> Row:
        """Take a page out of the trash; one that is not in it is left as it is."""
        self._own_id()
        return self._writer(schema).restore(ref)

    def _writer(self, schema: Schema) -> Writer:
        return Writer(
            name=self._name,
            connection=self._connection,
            place=self,
            reader=self._reader(),
            user_id=Directory(self._connection).user_id,
            patience=self._patience,
            schema=schema,
        )

    def _hint(self) -> str:
        """Say what helps when the id is that of a database: it stands in the address that people copy."""
        try:
            database = self._connection.ask("GET", f"databases/{self._container}")
        except (NotFound, Invalid):
            return ""
        inside = ", ".join(f"{one['name']!r} {one['id']}" for one in database.get("data_sources") or ())
        return f" (it is the id of a database; its data sources are: {inside or 'none'})"

    def _rows(self, conditions: Sequence[Json], schema: Schema) -> Sequence[Row]:
        found, _ = self._walk(conditions, schema)
        if not found.complete:
            raise Incomplete("; ".join(found.notes), endpoint=self._name)
        return self._living(found, schema)

    def _living(self, found: Walk, schema: Schema) -> Sequence[Row]:
        reader = self._reader()
        pages = readable(list(found.results))
        return [reader.row(page, schema) for page in pages if gone(page, schema.container) is None]

    def _walk(
        self,
        conditions: Sequence[Json],
        schema: Schema,
        *,
        unless_by: str | None = None,
        most: int | None = None,
    ) -> tuple[Walk, list[str]]:
        """Ask for what the schema names, or in another way when Notion does not know a column any more."""
        extra = (
            []
            if unless_by is None or self._edited_by is None
            else [not_edited_by(self._edited_by, unless_by)]
        )
        notes: list[str] = []
        for attempt in attempts(self._chosen(schema), conditions, extra, bare=self._bare):
            try:
                found = walk(
                    partial(self._query, properties=attempt.properties), attempt.conditions, most=most
                )
            except NotFound as error:
                raise SchemaChanged(error.detail, endpoint=self._name) from error
            except Invalid as error:
                notes.append(f"asked again in another way: {error.detail}")
                continue
            self._bare = attempt.bare
            if not attempt.narrowed:
                self._edited_by = None
            return found, notes
        raise SchemaChanged(notes[-1], endpoint=self._name)

    def _query(self, body: Json, *, properties: Sequence[str] | None) -> Json:
        page = self._connection.query(self._container, body, properties)
        self._served = self._served or self._connection.served_at
        return page

    def _chosen(self, schema: Schema) -> Sequence[ColumnId] | None:
        wanted = dict.fromkeys([*schema.columns, schema.key_column])
        if self._edited_by is not None:
            wanted[self._edited_by] = None
        return list(wanted) if len(wanted) <= _MOST_NAMED else None

    def _resumed(self, text: str | None) -> Cursor | None:
        if text is None:
            return None
        cursor = parse_cursor(text, self._container)
        if cursor is None:
            raise CursorExpired("the cursor is not one of this data source's", endpoint=self._name)
        self._bot = cursor.bot
        if self._edited_by_column is not None:
            self._edited_by = self._edited_by or cursor.by
        return cursor

    def _own_id(self) -> str:
        if self._bot is None:
            self._bot = own_id(self._connection)
        return self._bot

    def _reader(self) -> PageReader:
        return PageReader(
            endpoint=self._name,
            complete=partial(complete, self._connection),
            bot=self._bot,
            edited_by=self._edited_by,
        )

    def _editor_column(self, schema: Schema) -> ColumnId | None:
        wanted = self._edited_by_column
        if wanted is None:
            return None
        return next(
            (
                one.id
                for one in schema.columns.values()
                if one.native == "last_edited_by" and (one.name == wanted or same_id(one.id, wanted))
            ),
            None,
        )


def _is_id(ref: Ref) -> bool:
    try:
        UUID(ref)
    except ValueError:
        return False
    return True


def _hidden(found: Walk, pages: Sequence[Json]) -> list[str]:
    bare = sum(result.get("object") == "page" for result in found.results) - len(pages)
    return [f"{bare} pages came without their properties and were left out"] if bare else []
