"""What was found in notes, as one more place that tells rows of a kind: read from the store, never written.

Its columns are called as the fields of the kind. A row is a thread (its ref is the thread's id), or a note where the
rows are meetings. People and cities are told as the keys of their records; a meeting as the row that it is.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from syncbot.endpoints.base import (
    Capabilities,
    Column,
    ColumnType,
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
from syncbot.endpoints.documents.days import without_day
from syncbot.endpoints.fits import utf16_length
from syncbot.errors import ReadOnly
from syncbot.mapping.spec import KindSpec, Mappings
from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo
from syncbot.model.values import Value, to_json
from syncbot.notes.mention import Standing
from syncbot.store.base import Store
from syncbot.store.codec import dump
from syncbot.store.notes import KeptNote, KeptThread, NotesStore

from .note_sources import ENDPOINT, GROUP, SORT
from .note_texts import telling_of

MEETINGS = "meetings"
SERVICE = "notes"
_LONGEST = 255
"""Characters of a field of one line, counted in UTF-16: the least that a place takes (a text column of SharePoint)."""
_LONGEST_OF_SEVERAL = 2000
"""The same of a field of several lines: one piece of a text of Notion."""
_OF_MEETINGS = frozenset({"name", "day", "csg", "meeting_type", "notes"})
_OF_THREADS = frozenset(
    {"name", "owners", "owners_written", "due", "due_written", "done", "city", "topics", "csg", "heading"}
    | {"meeting", "source", "why"}
)
_TYPES = {
    FieldType.RECORD: ColumnType.RECORDS,
    FieldType.RECORDS: ColumnType.RECORDS,
    FieldType.WORDS: ColumnType.CHOICES,
}
_CHOSEN = (FieldType.CHOICE, FieldType.CHOICES)


@dataclass(frozen=True, kw_only=True)
class NotesEndpoint:
    """The rows of one kind that notes tell."""

    name: str
    spec: KindSpec
    mappings: Mappings
    store: Store
    shelf: NotesStore
    """What was read; in a dry run another than the store."""
    connection: str = SERVICE

    @property
    def capabilities(self) -> Capabilities:
        """It only tells."""
        return Capabilities(creates=False, updates=False, deletes=False)

    def over(self, shelf: NotesStore) -> "NotesEndpoint":
        """Return the same over what was read in a dry run."""
        return replace(self, shelf=shelf)

    def describe(self) -> Schema:
        """Return a column for each field that the mapping names here."""
        place = self.spec.endpoints[self.name]
        columns = {
            column.name: _column(column.name, self.spec.fields[field])
            for field, column in place.columns.items()
            if column.name in (_OF_MEETINGS if place.container == MEETINGS else _OF_THREADS)
        }
        title = f"{place.container} found in notes"
        return Schema(container=place.container, title=title, columns=columns, key_column="")

    def changes(
        self,
        cursor: str | None,  # noqa: ARG002
        schema: Schema,
        known: Versions = nothing_known,
    ) -> Reading:
        """Tell all rows; no request is sent."""
        rows = list(self._rows(schema))
        versions = known([row.ref for row in rows])
        unchanged = frozenset(row.ref for row in rows if versions.get(row.ref) == row.version)
        return Reading(
            rows=[row for row in rows if row.ref not in unchanged],
            cursor=SERVICE,
            full=True,
            unchanged=unchanged,
        )

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up."""
        found = next((row for row in self._rows(schema) if row.ref == ref), None)
        return found or Gone(ref=ref, reason=GoneReason.NOT_FOUND)

    def find(self, key: str, schema: Schema) -> Sequence[Row]:  # noqa: ARG002
        """No row carries our key."""
        return []

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:  # noqa: ARG002
        """Refuse everything."""
        for one in writes:
            yield Done(write=one, error=ReadOnly("notes are only read", endpoint=self.name))

    def _rows(self, schema: Schema) -> Iterator[Row]:
        if schema.container == MEETINGS:
            for note in self.shelf.notes():
                if not note.gone and note.readings and ENDPOINT not in note.facts:
                    yield _row(note_ref(note), _meeting(note), schema, note)
            return
        notes = {(one.source, one.ref): one for one in self.shelf.notes()}
        gone = _Unlinked(store=self.store, kind=self._meetings[0] if self._meetings else "")
        told = [
            one
            for one in self.shelf.note_threads(strand=schema.container)
            if one.standing == Standing.OPEN.value or one.opened is not None
        ]
        taken_out = self._taken_out(told)
        for thread in told:
            if thread.id not in taken_out:
                yield self._thread_row(thread, notes, schema, gone)

    def _taken_out(self, threads: Sequence[KeptThread]) -> set[str]:
        """Threads of which every line was taken out of the notes again before they came to be records."""
        known = self.store.keys_of(self.spec.kind, self.name, [one.id for one in threads])
        new = [one for one in threads if one.id not in known]
        lines = [
            line for scope in sorted({one.scope for one in new}) for line in self.shelf.note_lines(scope)
        ]
        return {one.id for one in new} - {line.thread for line in lines if not line.gone}

    def _thread_row(
        self,
        thread: KeptThread,
        notes: Mapping[tuple[str, str], KeptNote],
        schema: Schema,
        gone: "_Unlinked",
    ) -> Row:
        telling = telling_of(thread)
        told = telling.told
        source, _, ref = told.note.partition("/")
        note = notes.get((source, ref))
        unmatched = [one for one in told.owners if one not in telling.people]
        cities = set(telling.cities.values())
        cells: dict[str, Value] = {
            "name": telling.name,
            "owners": frozenset(telling.people[one] for one in told.owners if one in telling.people),
            "owners_written": ", ".join(unmatched),
            "due": told.due,
            "due_written": told.due_text,
            "done": told.done,
            "city": frozenset(cities) if len(cities) == 1 else None,
            "topics": frozenset(told.topics),
            "csg": note.facts.get(GROUP) if note else None,
            "heading": told.heading,
            "meeting": self._meeting_of(note, gone) if note else None,
            "source": told.url or (note.url if note else None),
            "why": f"{told.why}\n{told.words}".strip(),
        }
        return replace(_row(thread.id, cells, schema, note), edited_at=telling.changed)

    def _meeting_of(self, note: KeptNote, gone: "_Unlinked") -> Value:
        """The meeting whose notes they are: its record where that is known by now, else the row that it is.

        A meeting stays what it was when its page or file goes away.
        """
        if self._meetings is None:
            return None
        kind, name = self._meetings
        place = note.facts.get(ENDPOINT, name)
        ref = note.ref if ENDPOINT in note.facts else note_ref(note)
        record = self.store.keys_of(kind, place, [ref]).get(ref) or gone.records.get((place, ref))
        return frozenset({record or f"{place}/{ref}"})

    @cached_property
    def _meetings(self) -> tuple[str, str] | None:
        """The kind of meetings, and at which of its endpoints those are whose notes are files."""
        info = self.spec.fields.get("meeting")
        kind = info.target if info else None
        if kind is None or kind not in self.mappings.kinds:
            return None
        places = self.mappings.kinds[kind].endpoints.values()
        return kind, next((one.name for one in places if one.container == MEETINGS), "")


@dataclass(frozen=True, kw_only=True)
class _Unlinked:
    """The records of a kind by the rows of theirs that went away, looked up once and only when asked for."""

    store: Store
    kind: str

    @cached_property
    def records(self) -> Mapping[tuple[str, str], str]:
        """By endpoint and ref: the key."""
        known = self.store.records(self.kind)
        return {spot: key for key, record in known.items() for spot in record.unlinked.items()}


def note_ref(note: KeptNote) -> str:
    """Return the ref of the row of a note."""
    return f"{note.source}:{note.ref}"


def _column(name: str, info: FieldInfo) -> Column:
    kind = _TYPES.get(info.type) or ColumnType(info.type.value)
    return Column(
        id=name,
        name=name,
        type=kind,
        native=kind.value,
        writable=False,
        many=info.type is not FieldType.RECORD,
        options=tuple(info.choices) if info.type in _CHOSEN else None,
    )


def _meeting(note: KeptNote) -> dict[str, Value]:
    return {
        "name": without_day(note.title),  # which has a field of its own
        "day": note.day,
        "csg": note.facts.get(GROUP),
        "meeting_type": note.facts.get(SORT),
        "notes": note.url,
    }


def _row(ref: str, said: Mapping[str, Value], schema: Schema, note: KeptNote | None) -> Row:
    cells = {name: _fitting(column, said.get(name)) for name, column in schema.columns.items()}
    data = dump({name: to_json(cell) for name, cell in cells.items()})
    return Row(
        ref=ref,
        version=hashlib.sha256(data.encode()).hexdigest()[:20],
        key=None,
        cells=cells,
        edited_by=f"the notes {note.title}" if note else None,
        url=note.url if note else None,
    )


def _fitting(column: Column, value: Value) -> Value:
    """Leave out what the kind has no word for: groups and topics are declared elsewhere, by others."""
    if isinstance(value, str):
        there = column.options is None or value in column.options
        if not value or not there or (column.type is ColumnType.LINK and not _is_web(value)):
            return None
        if column.type is ColumnType.LONG_TEXT:
            return _cut(value, _LONGEST_OF_SEVERAL)
        return _cut(" ".join(value.split()), _LONGEST) if column.type is ColumnType.TEXT else value
    if isinstance(value, frozenset):
        return (value if column.options is None else value & frozenset(column.options)) or None
    return value


def _is_web(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text


def _cut(text: str, most: int) -> str:
    """Return a text that is no longer than a field takes, counted in UTF-16; the note has it whole."""
    if utf16_length(text) <= most:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return f"{kept.rstrip()}…"
