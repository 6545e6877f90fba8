"""One SharePoint list as an endpoint."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import (
    Capabilities,
    Column,
    ColumnId,
    Delete,
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
from syncbot.endpoints.fits import refusal
from syncbot.endpoints.memo import Memo, forgetful
from syncbot.errors import CursorExpired, Invalid, NotFound, SchemaChanged

from .asks import ListAsks, asks_for, version_of
from .batch import MOST
from .cells import Translator, beyond_labels, names_to_select
from .columns import columns_of
from .connection import GraphConnection
from .feed import Feed, feed_of
from .people import People
from .rows import RowReader
from .wire import Json, inside, query
from .writing import Writer

PAGE = 1000
"""Rows asked for with one page of a reading."""


@dataclass(kw_only=True)
class SharePointEndpoint:
    """Reads a list by its change feed (`items/delta`) and writes it by batches.

    What a feed does not give and a listing does: who changed an item last (`lastModifiedBy`). It is told by
    `EditorLookupId` and `AppEditorLookupId` instead, which name rows of the site; who stands behind such a row
    is looked up once and then remembered (`People`). A feed has no threshold, is complete, and goes on from its own
    link, which no listing does.
    """

    name: str
    graph: GraphConnection
    site_url: str
    list_name: str
    """The list's title, or its id."""
    key_column: ColumnId
    """Internal name of the column that carries our key."""
    time_zone: ZoneInfo
    """The site's regional time zone; Graph does not tell it."""
    app_id: str
    """Our client id: what stands behind our own writes."""
    page: int = PAGE
    memo: Callable[[str], Memo] = forgetful
    """By the path of a site: where it is kept between runs whom the site knows."""
    people: dict[str, People] = field(default_factory=dict)
    """By the path of a site; other endpoints of the connection may have the same."""
    _seen_columns: dict[str, dict[ColumnId, Column]] = field(default_factory=dict)
    """By container: the columns as they were seen last."""
    _just_read: dict[str, list[Any]] = field(default_factory=dict)
    """By container: the columns as a reading found them right after its rows, until they are described once."""
    _read_from: str | None = None
    """The container that was read last."""

    @property
    def connection(self) -> str:
        """All lists of one connection share its queue."""
        return self.graph.name

    @property
    def capabilities(self) -> Capabilities:
        """Graph takes 20 requests in a batch."""
        return Capabilities(batch=MOST)

    def describe(self) -> Schema:
        """Find the list and read its columns: by name, or by its id where a reading told that.

        Right after a reading with changed rows its columns are known already: that is one request, not three.
        """
        container, title = self._where()
        definitions = self._just_read.pop(container, None) or self._definitions(container)
        self._check_key(definitions)
        columns = columns_of(definitions, site=container.rpartition("/")[0])
        self._seen_columns[container] = columns
        return Schema(container=container, title=title, columns=columns, key_column=self.key_column)

    def _where(self) -> tuple[str, str]:
        """Return the list's container and title."""
        if self._read_from is not None:
            try:
                path = ListAsks(container=self._read_from).list + query(select="id,displayName")
                return self._read_from, str(self.graph.get(path).get("displayName") or self.list_name)
            except NotFound:
                self._read_from = None  # found by name again, or not at all
        from .discovery import discover  # noqa: PLC0415  # importing the library takes a second

        found = discover(self.graph, site_url=self.site_url, list_name=self.list_name)
        return found.container, found.title

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Read the change feed from `cursor` on. An idle reading is one request."""
        asks = ListAsks(container=schema.container)
        self._read_from = schema.container
        self._just_read.clear()
        names = names_to_select(schema)
        if cursor is not None and not asks_for(cursor, names):
            raise CursorExpired("other columns are mapped than when the cursor was made", endpoint=self.name)
        try:
            feed = self._feed(cursor or asks.delta(names, self.page), cursor is None)
        except NotFound:
            raise self._list_is_gone() from None
        except Invalid as error:
            if cursor is not None:
                raise CursorExpired(
                    f"the stored link is refused: {error.detail}", endpoint=self.name
                ) from None
            # Selecting a column that is gone may be refused; then the others are read.
            narrow = names_to_select(schema, without=self._faults(schema))
            if narrow == names:
                raise
            feed = self._feed(asks.delta(narrow, self.page), full=True)
        return self._reading(feed, schema, known)

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one item up; one that is not there counts as gone only if the list itself is."""
        reader = self._reader(schema)
        ask = ListAsks(container=schema.container).item(ref, self._names(reader))
        try:
            item = self.graph.ask(ask).body
        except NotFound:
            self.ensure_list(schema)
            return Gone(ref=ref, reason=GoneReason.NOT_FOUND)
        row = reader.row(item, ref)
        self._people_of(schema).note(item, ours=row.by_us)
        return row

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Search the key column, then read what was found one by one.

        A search would be enough for the ids only: of a list with more than twelve references a listing shows
        no more than twelve (seen live), an item alone shows all.
        """
        ask = ListAsks(container=schema.container).with_key(schema.key_column, key)
        try:
            refs = self.graph.ids(ask)
        except NotFound:
            raise self._list_is_gone() from None
        rows = [self.get(ref, schema) for ref in refs]
        return [row for row in rows if isinstance(row, Row) and row.key == key]

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Carry out up to twenty writes as one batch."""
        if len(writes) > MOST:
            raise ValueError(f"{len(writes)} writes at once, {MOST} are allowed")
        reader, people = self._reader(self._as_now(schema, writes)), self._people_of(schema)
        writer = Writer(
            graph=self.graph,
            asks=ListAsks(container=schema.container),
            reader=reader,
            names=self._names(reader),
            ensure_list=lambda: self.ensure_list(schema),
            learn=lambda item, by_us: people.note(item, ours=by_us),
        )
        yield from writer.run(writes)
        people.keep()

    def _as_now(self, schema: Schema, writes: Sequence[Write]) -> Schema:
        """Return the schema with the settings of its columns as they were seen last: options come and go.

        When a write would be refused by those, they are asked for again first.
        """
        now = replace(schema, columns=self._newer(schema, fresh=False))
        cells = [one.cells for one in writes if not isinstance(one, Delete)]
        if any(refusal(now, each, endpoint=self.name) for each in cells):
            now = replace(schema, columns=self._newer(schema, fresh=True))
        return now

    def _newer(self, schema: Schema, *, fresh: bool) -> dict[ColumnId, Column]:
        now = self._columns(schema.container, fresh=fresh)
        return {
            one: now[one] if one in now and now[one].native == column.native else column
            for one, column in schema.columns.items()
        }

    def ensure_list(self, schema: Schema) -> None:
        """Raise `SchemaChanged` when the list itself is not there (any more)."""
        try:
            self.graph.get(ListAsks(container=schema.container).list + "?$select=id")
        except NotFound:
            raise self._list_is_gone() from None

    # -- schema

    def _definitions(self, container: str) -> list[Any]:
        path = ListAsks(container=container).columns()
        try:
            pages = self.graph.pages(path, units=2)
            return [one for page in pages for one in page["value"] if isinstance(one, dict)]
        except NotFound:
            raise self._list_is_gone() from None

    def _check_key(self, definitions: Sequence[Json]) -> None:
        """The key column must be text, shown, and indexed: else looking for a key fails on a long list."""
        found = next((one for one in definitions if one.get("name") == self.key_column), None)
        trouble = "is not there"
        if found is not None:
            is_text = "text" in found and not inside(found, "text", "allowMultipleLines")
            checks = (
                (is_text, "is not a single line of text"),
                (not found.get("hidden"), "is hidden, and Graph does not show hidden columns"),
                (not found.get("readOnly"), "is read-only"),
                (found.get("indexed") is True, "is not indexed, so it cannot be searched on a long list"),
            )
            trouble = next((words for good, words in checks if not good), "")
        if trouble:
            raise SchemaChanged(f"the key column {self.key_column!r} {trouble}", endpoint=self.name)

    def _faults(self, schema: Schema, *, fresh: bool = True) -> dict[ColumnId, str]:
        """Say which columns are not as `schema` says any more; `fresh` asks, else what was seen last will do."""
        now = self._columns(schema.container, fresh=fresh)
        faults = dict.fromkeys(
            beyond_labels(schema), "SharePoint shows only twelve columns of several references"
        )
        for one, column in schema.columns.items():
            if one not in now:
                faults[one] = f"the column {column.name!r} is gone"
            elif (now[one].native, now[one].target) != (column.native, column.target):
                faults[one] = f"the column {column.name!r} was {column.native}, now it is {now[one].native}"
        return faults

    def _columns(self, container: str, *, fresh: bool) -> dict[ColumnId, Column]:
        """Return the list's columns: as they are now, or as they were seen last."""
        if fresh or container not in self._seen_columns:
            site = container.rpartition("/")[0]
            self._just_read[container] = self._definitions(container)
            self._seen_columns[container] = columns_of(self._just_read[container], site=site)
        return self._seen_columns[container]

    def _list_is_gone(self) -> SchemaChanged:
        words = f"the list {self.list_name!r} on {self.site_url} is not there, or not shared with us"
        return SchemaChanged(words, endpoint=self.name)

    # -- rows

    def _feed(self, start: str, full: bool) -> Feed:
        units = 2 if full else 1
        return feed_of(self.graph.pages(start, units=units), path_of=self.graph.path_of, full=full)

    def _reading(self, feed: Feed, schema: Schema, known: Versions) -> Reading:
        """Make rows of a feed; only where there are new ones, columns and people are looked at again."""
        if feed.broken and not feed.full:
            # Deletions were answered as errors (seen live in 2024): only a full comparison tells which.
            raise CursorExpired(f"the change feed holds {feed.broken} broken entries", endpoint=self.name)
        rows: list[Row] = []
        notes = list(feed.notes)
        if feed.cursor is not None and not asks_for(feed.cursor, names_to_select(schema)):
            notes.append("Graph's link to later changes lost our columns: every run has to read everything")
        versions = known(list(feed.items)) if feed.items else {}
        unchanged = {
            ref for ref, item in feed.items.items() if versions.get(ref) == version_of(item.get("eTag"))
        }
        changed = [item for ref, item in feed.items.items() if ref not in unchanged]
        if changed:
            reader = self._reader(schema, fresh=True)
            self._learn_apps(changed, reader)
            rows = [reader.row(item) for item in changed]
            notes += _odd_days(reader, changed)
            self._people_of(schema).keep()
        return Reading(
            rows=rows,
            gone=[Gone(ref=ref, reason=GoneReason.TRASHED) for ref in feed.gone],
            cursor=feed.cursor,
            complete=feed.cursor is not None and not feed.broken,
            full=feed.full,
            notes=notes,
            unchanged=frozenset(unchanged),
        )

    def _reader(self, schema: Schema, *, fresh: bool = False) -> RowReader:
        people = self._people_of(schema)
        people.refresh()
        translator = Translator(zone=self.time_zone, email_of=people.email_of, person_of=people.row_of)
        return RowReader(
            schema=schema,
            translator=translator,
            faults=self._faults(schema, fresh=fresh),
            app_id=self.app_id.lower(),
            is_ours=lambda app: people.is_ours(app) is True,
            name_of=people.name_of,
        )

    def _people_of(self, schema: Schema) -> People:
        site = ListAsks(container=schema.container).site
        if site not in self.people:
            self.people[site] = People(connection=self.graph, site=site, memo=self.memo(site))
        return self.people[site]

    def _names(self, reader: RowReader) -> list[str]:
        return names_to_select(reader.schema, without=reader.faults)

    def _learn_apps(self, items: Any, reader: RowReader) -> None:
        """For each application's row that is not known yet, look one item up that names its editor."""
        asks, people = ListAsks(container=reader.schema.container), self._people_of(reader.schema)
        for item in items:
            app = inside(item, "fields", "AppEditorLookupId")
            if app is None or people.is_ours(str(app)) is not None:
                continue
            try:
                found = self.graph.ask(asks.item(str(item["id"]), ["AppEditorLookupId"])).body
            except NotFound:
                continue
            people.note(found, ours=reader.row(found).by_us)


def _odd_days(reader: RowReader, items: Any) -> list[str]:
    """Say once when days are no midnights: the time zone in the settings may be the wrong one."""
    odd = sorted({name for item in items for name in reader.odd_days(item)})
    if not odd:
        return []
    zone = reader.translator.zone.key
    return [
        f"days in {', '.join(map(repr, odd))} do not begin at midnight in {zone}: is that the site's zone?"
    ]
