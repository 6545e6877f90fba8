"""A place that people and services do their worst to, and the fate that kills a run at any of its calls."""

import threading
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from syncbot.endpoints.base import (
    Capabilities,
    Create,
    Delete,
    Done,
    Gone,
    Reading,
    Row,
    Schema,
    Update,
    Versions,
    Write,
    nothing_known,
)
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import (
    CursorExpired,
    EndpointError,
    Forbidden,
    Invalid,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from syncbot.model.values import Value


class Killed(BaseException):
    """The process is gone; nothing catches this."""


@dataclass
class Fate:
    """Counts what a process does, and ends it at a drawn step; nothing it does after that reaches anything."""

    at: int | None = None
    """The step at which it dies."""
    steps: int = 0
    dead: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """Go on, or die."""
        with self._lock:
            self.steps += 1
            self.dead = self.dead or (self.at is not None and self.steps >= self.at)
            if self.dead:
                raise Killed

    def begin(self, at: int | None) -> None:
        """A new process."""
        self.at, self.steps, self.dead = at, 0, False


class MortalStore:
    """A store that a process reaches only as long as it lives; the database itself goes on."""

    def __init__(self, inner: object, fate: Fate) -> None:
        self._inner, self._fate = inner, fate

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)

        def call(*words: Any, **more: Any) -> Any:
            self._fate.step()
            answer = real(*words, **more)
            self._fate.step()
            return answer

        return call


READS = (
    *("unavailable", "throttled", "forbidden", "halved", "stale", "late", "shortened", "expired"),
    "meanwhile",
)
"""What may happen to a reading."""
LOOKS = ("unavailable", "forbidden")
"""What may happen to a look-up or search."""
WRITES = ("unavailable", "throttled", "forbidden", "lost", "unsaved", "refused", "slip")
"""What may happen to a write."""


@dataclass(kw_only=True)
class Trouble:
    """Something that goes wrong once."""

    where: str
    """"read", "look" or "write"."""
    what: str
    after: int
    """How many calls of this sort go well before."""
    pick: int = 0
    """Chooses what a person does meanwhile."""


@dataclass(kw_only=True)
class Place:
    """An endpoint over one in memory; keeps account of everything that is written through it."""

    inner: MemoryEndpoint
    fate: Fate
    read_only: frozenset[str]
    """Columns that are never written, as declared."""
    conditional: bool
    """The service refuses a write to a row that moved; else an edit may slip in between its look and its write."""
    grain: timedelta
    """How fine its times are."""
    normalise: Callable[[str, Value], Value]
    """What it makes of a value."""
    person: Callable[[str | None, int, frozenset[str]], None] = lambda *_: None
    """Somebody edits a row, or any row for None, but not these columns."""
    troubles: list[Trouble] = field(default_factory=list)
    hit: list[str] = field(default_factory=list)
    """The troubles that happened."""
    written: list[Write] = field(default_factory=list)
    past: list[MemoryEndpoint] = field(default_factory=list)
    """How the place was at earlier moments, for stale readings."""

    @property
    def name(self) -> str:
        """As the mapping calls it."""
        return self.inner.name

    @property
    def connection(self) -> str:
        """One for all, so that a script always plays alike."""
        return "memory"

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return replace(self.inner.capabilities, time_grain=self.grain)

    def keep_past(self) -> None:
        """Remember how the place is now."""
        rows = deepcopy(self.inner._rows)
        self.past = [*self.past[-2:], replace(self.inner, _rows=rows)]

    # -- the endpoint

    def describe(self) -> Schema:
        """Read the schema."""
        self.fate.step()
        self._raise("look")
        return self.inner.describe()

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Read what is new, truly or not."""
        self.fate.step()
        trouble = self._raise("read")
        what = trouble.what if trouble else ""
        if what == "expired" and cursor is not None:
            raise CursorExpired("the cursor is too old", endpoint=self.name)
        source = self.past[0] if what in ("stale", "late") and self.past else self.inner
        reading = self._from(source, cursor, schema, known)
        if what == "late":
            reading = replace(reading, cursor=str(self.inner._changes))
        reading = self._spoiled(reading, what)
        if what == "meanwhile" and trouble:
            self.person(None, trouble.pick, frozenset())
        self.fate.step()
        return replace(reading, rows=[self._timed(row) for row in reading.rows])

    def get(self, ref: str, schema: Schema) -> Row | Gone:
        """Look one row up."""
        self.fate.step()
        self._raise("look")
        found = self.inner.get(ref, schema)
        return self._timed(found) if isinstance(found, Row) else found

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for rows with our key."""
        self.fate.step()
        self._raise("look")
        return [self._timed(row) for row in self.inner.find(key, schema)]

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Carry out writes one by one."""
        self.inner.requests += 1
        for one in writes:
            self.fate.step()
            yield self._written(one, schema)

    def bring_back(self, ref: str, schema: Schema) -> Row:
        """Take a row out of the trash."""
        self.fate.step()
        row = self.inner.bring_back(ref, schema)
        self.fate.step()
        return self._timed(row)

    # -- troubles

    def _trouble(self, where: str) -> Trouble | None:
        due = None
        for one in [one for one in self.troubles if one.where == where]:
            if one.after == 0 and due is None:
                due = one
                self.troubles.remove(one)
            else:
                one.after = max(0, one.after - 1)
        return due

    def _raise(self, where: str) -> Trouble | None:
        trouble = self._trouble(where)
        if trouble is not None:
            self.hit.append(f"{where} {trouble.what}")
            if (error := self._error(trouble.what)) is not None:
                self.inner.requests += 1
                raise error
        return trouble

    def _error(self, what: str) -> EndpointError | None:
        match what:
            case "unavailable":
                return Unavailable("does not answer", endpoint=self.name)
            case "throttled":
                return Throttled("asks to wait", endpoint=self.name, retry_after=None)
            case "forbidden":
                return Forbidden("a permission is missing", endpoint=self.name)
            case "unsaved":
                return OutcomeUnknown("the answer got lost", endpoint=self.name)
        return None

    def _from(self, source: MemoryEndpoint, cursor: str | None, schema: Schema, known: Versions) -> Reading:
        self.inner.requests += 1
        if cursor is not None and cursor.isdecimal() and int(cursor) > source._changes:
            return Reading(rows=(), cursor=cursor)
        return replace(source, schema=self.inner.schema).changes(cursor, schema, known)

    def _spoiled(self, reading: Reading, what: str) -> Reading:
        half = len(reading.rows) // 2
        if what == "halved":
            return replace(reading, rows=reading.rows[:half], gone=(), complete=False, cursor=None)
        if what == "shortened":
            return replace(reading, rows=reading.rows[:half], unchanged=frozenset(), gone=())
        return replace(reading, rows=reading.rows[::-1])

    def _timed(self, row: Row) -> Row:
        if row.edited_at is None or self.grain < timedelta(minutes=1):
            return row
        return replace(row, edited_at=row.edited_at.replace(second=0, microsecond=0))

    def _written(self, write: Write, schema: Schema) -> Done:
        trouble = self._raise("write")
        what = trouble.what if trouble else ""
        if what == "refused":
            return Done(write=write, error=Invalid("takes it not", endpoint=self.name))
        if what == "slip" and trouble and isinstance(write, Update):
            write = self._slipped(write, trouble.pick)
        done = self._saved(write, schema)
        if what == "lost" and done.error is None:
            raise OutcomeUnknown("the answer got lost", endpoint=self.name)
        self.fate.step()
        return done

    def _slipped(self, write: Update, pick: int) -> Update:
        kept = self.inner._rows.get(write.ref)
        if kept is None or kept.reason is not None:
            return write
        fresh = str(kept.change) == write.version
        self.person(write.ref, pick, frozenset() if self.conditional else frozenset(write.cells))
        if self.conditional or not fresh:
            return write
        return replace(write, version=str(kept.change))

    def _saved(self, write: Write, schema: Schema) -> Done:
        plain = write
        if not isinstance(write, Delete):
            assert not self.read_only & write.cells.keys(), f"read-only at {self.name}: {write}"
            cells = {one: self.normalise(one, value) for one, value in write.cells.items()}
            plain = replace(write, cells=cells)
        [done] = self.inner.write([plain], schema)
        self.inner.requests -= 1
        if done.error is None:
            self.written.append(write)
        return replace(done, write=write, row=done.row and self._timed(done.row))


def is_create(write: Write) -> bool:
    """Whether a row is made."""
    return isinstance(write, Create)


def moment_cut(moment: datetime) -> datetime:
    """Cut a moment to its minute."""
    return moment.replace(second=0, microsecond=0)
