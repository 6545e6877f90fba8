"""What an endpoint is: a place that holds rows of one kind, said in the endpoint's own columns.

Native JSON goes in and out below this line; above it are only rows of cells (`model.values`). An endpoint knows no
mapping and no kind. All calls are blocking; different connections may be used from different threads at once, one
connection never is.

How cells stand for columns:

| ColumnType | cell |
|---|---|
| TEXT, LONG_TEXT, LINK, EMAIL, PHONE, CHOICE | str |
| NUMBER | int or float |
| FLAG | bool (an unticked box is False, not None, where the service has no empty box) |
| DAY | date |
| MOMENT | a moment (aware, UTC) or, where the service lets people leave the time out, a day; or a Span of either |
| CHOICES | frozenset of option names |
| REFS | frozenset of refs of rows in `target` (also when only one is allowed) |
| RECORDS | frozenset of keys of records, or "endpoint/ref" for the record of that row (only of places of ours) |
| USERS | frozenset of e-mail addresses in lower case; "user:<id>" where the service does not tell the address |
| FILES | frozenset of file names (never written) |
| OTHER | UNKNOWN |
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from syncbot.errors import EndpointError
from syncbot.model.values import Cell, Value

ColumnId: TypeAlias = str
"""The service's stable id of a column (Notion property id, SharePoint internal name); never its title."""
Ref: TypeAlias = str
"""Where a row lives on its endpoint (page id, item id)."""


class ColumnType(StrEnum):
    """What a column holds, whatever the service calls it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"
    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    REFS = "refs"
    RECORDS = "records"
    USERS = "users"
    FILES = "files"
    OTHER = "other"
    """Something that we cannot read."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as the service describes it."""

    id: ColumnId
    name: str
    """What people see; may change at any time."""
    type: ColumnType
    native: str
    """The service's word for its type, e.g. "rich_text"; a change of it is a retyped column."""
    writable: bool = True
    many: bool = True
    """Of REFS and USERS: whether more than one is allowed."""
    options: tuple[str, ...] | None = None
    """Of CHOICE and CHOICES: the option names; None where any text is accepted."""
    target: str | None = None
    """Of REFS: the container (data source id, list id) that is pointed at."""
    max_length: int | None = None
    """Of texts: the most characters that the service takes."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What the place looks like now."""

    container: str
    """The id of the data source or list."""
    title: str
    columns: Mapping[ColumnId, Column]
    key_column: ColumnId
    """The column that carries our key."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an endpoint can do; data, so that nobody asks which class it is."""

    creates: bool = True
    updates: bool = True
    deletes: bool = True
    batch: int = 1
    """How many writes one call of `write` takes."""
    time_grain: timedelta = timedelta(seconds=1)
    """The finest difference that `Row.edited_at` can show (Notion: a minute)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What an endpoint says about one record."""

    ref: Ref
    version: str
    """Opaque: equal versions mean an unchanged row; see `Update.version`."""
    key: str | None
    """Our key as it stands on the row; None for a row that was never linked."""
    cells: Mapping[ColumnId, Cell]
    """Every column of the schema but the key column; a column that is not there is UNKNOWN to whoever asks."""
    edited_at: datetime | None = None
    edited_by: str | None = None
    """A person's name or address for people to read; None where the service does not say."""
    by_us: bool = False
    """The last edit was made by this connection."""
    url: str | None = None
    """For people to click on; never used as an address by us."""
    faults: Mapping[ColumnId, str] = field(default_factory=dict)
    """Why a cell is UNKNOWN, in words."""


class GoneReason(StrEnum):
    """Why a row is not among the others."""

    TRASHED = "trashed"
    ARCHIVED = "archived"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    """Deleted for good, or no longer shared with us: the services do not say which."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A row that is known not to be among the others any more."""

    ref: Ref
    reason: GoneReason


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What `changes` found."""

    rows: Sequence[Row]
    gone: Sequence[Gone] = ()
    """Rows that the service itself reported as removed; absence from `rows` says nothing unless `full`."""
    cursor: str | None = None
    """Where the next reading goes on; to be stored only when everything in here was dealt with."""
    complete: bool = True
    """The last page was proven to be the last. False: conclude nothing from what is missing, keep the old cursor."""
    full: bool = False
    """All rows were read, not only those changed since a cursor."""
    notes: Sequence[str] = ()
    """Oddities that a person may want to know, in words."""
    unchanged: frozenset[Ref] = frozenset()
    """Rows that were read and left out of `rows`, because they are at the version that the caller knows."""


@dataclass(frozen=True, kw_only=True)
class Create:
    """Make a row that carries `key`."""

    key: str
    cells: Mapping[ColumnId, Value]


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change only the named columns of a row, if it still is as `version` says."""

    ref: Ref
    version: str
    cells: Mapping[ColumnId, Value] = field(default_factory=dict)
    key: str | None = None
    """Stamp this key on the row as well."""


@dataclass(frozen=True, kw_only=True)
class Delete:
    """Put a row into the service's trash, if it still is as `version` says."""

    ref: Ref
    version: str


Write: TypeAlias = Create | Update | Delete


@dataclass(frozen=True, kw_only=True)
class Done:
    """How one write ended; exactly one of the three is set, all None after a delete that worked."""

    write: Write
    row: Row | None = None
    """The row as the service has it after the write: values may have been normalised."""
    error: EndpointError | None = None
    """`VersionChanged`, `NotFound`, `Invalid` .. for this write only; the others went on."""


Versions: TypeAlias = Callable[[Sequence[Ref]], Mapping[Ref, str]]
"""Tells the versions at which rows were last seen or written; rows that were never seen are left out."""


def nothing_known(_: Sequence[Ref]) -> Mapping[Ref, str]:
    """Tell no versions: every row is told."""
    return {}


class Endpoint(Protocol):
    """One place that holds rows."""

    @property
    def name(self) -> str:
        """As the mapping calls it: "notion", "sharepoint"."""

    @property
    def connection(self) -> str:
        """Endpoints of the same connection share one queue and one budget and are used one after the other."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def describe(self) -> Schema:
        """Read the schema. Raises `SchemaChanged` when the place or its key column is not there."""

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Read the rows changed since `cursor`, all for None. Raises `CursorExpired`.

        `schema` is what `describe` said, now or in an earlier run. A column that is no longer of the type that it
        says has UNKNOWN cells with a fault. Rows that are still at the version that `known` tells may be left out
        of the rows (not of their number, `Reading.unchanged`). An idle reading costs one request.
        """

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up."""

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for rows that carry our key: none, one, or more when something went wrong before."""

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Carry out at most `capabilities.batch` writes; yield how each ended, in the order given, as it becomes known.

        A create is never sent twice without looking for its key in between. What stops everything (`Fatal`, a
        `Transient` that did not pass) is raised; the writes not yielded before are then unknown to the caller, who
        has to look (`find`, `get`).
        """


@runtime_checkable
class BringsBack(Protocol):
    """An endpoint that can also take rows out of the service's trash."""

    def bring_back(self, ref: Ref, schema: Schema) -> Row:
        """Take a row out of the trash; one that is not in it is left as it is. Raises `NotFound`."""
