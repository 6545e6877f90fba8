"""The store on a database: each method is one transaction; the modules of each topic do the work."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from syncbot.model.values import Value
from syncbot.reconcile.plan import Conflict, StrayEdit
from syncbot.reconcile.state import KnownRecord
from syncbot.store import (
    committing,
    cursors,
    findings,
    journal,
    leases,
    memos,
    records,
    ruling,
    runs,
    strays,
)
from syncbot.store import waiting as waiting_rows
from syncbot.store.base import (
    Cursor,
    Freed,
    HistoryLine,
    Intent,
    IntentStatus,
    KeptStray,
    OpenConflict,
    RecordChange,
    Ruling,
    Run,
    RunStatus,
    StrayState,
    WaitingRow,
)
from syncbot.store.database import Database
from syncbot.store.deliveries_sql import SqlDeliveries
from syncbot.store.notes_sql import SqlNotes


class SqlStore(SqlNotes, SqlDeliveries):
    """What is remembered, on SQLite or PostgreSQL; may be used from several threads."""

    def __init__(self, database: Database) -> None:
        """Takes a database whose tables are there: see `open.open_store`."""
        self._database = database

    def __repr__(self) -> str:
        return f"SqlStore({self._database!r})"

    # -- runs
    def begin_run(self, run: Run) -> None:
        """Record that a run began."""
        with self._database.write() as connection:
            runs.begin(connection, run)

    def end_run(self, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, int]) -> None:
        """Record how it ended. Raises `UnknownId`."""
        with self._database.write() as connection:
            runs.end(connection, run_id, at=at, status=status, summary=summary)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """The last runs, newest first."""
        with self._database.read() as connection:
            return runs.latest(connection, limit)

    def run(self, id: str) -> Run:  # noqa: A002
        """One run. Raises `UnknownId`."""
        with self._database.read() as connection:
            return runs.one(connection, id)

    # -- records
    def records(self, kind: str, keys: Collection[str] | None = None) -> Mapping[str, KnownRecord]:
        """What is known of these records, or of all; unknown keys are left out."""
        with self._database.read() as connection:
            return records.load(connection, kind, keys)

    def keys_of(self, kind: str, endpoint: str, refs: Collection[str]) -> Mapping[str, str]:
        """For each ref that is linked: the record's key."""
        with self._database.read() as connection:
            return records.keys_of(connection, kind, endpoint, refs)

    def refs(self, kind: str, endpoint: str) -> Mapping[str, str]:
        """All links of an endpoint: record key -> ref."""
        with self._database.read() as connection:
            return records.refs(connection, kind, endpoint)

    def count(self, kind: str, endpoint: str | None = None) -> int:
        """How many records are known, or are linked at an endpoint."""
        with self._database.read() as connection:
            return records.count(connection, kind, endpoint)

    def again(self, kind: str) -> Collection[str]:
        """Records to decide again although nothing new was read."""
        with self._database.read() as connection:
            return records.again(connection, kind)

    def commit(self, changes: Sequence[RecordChange], *, run: str, at: datetime) -> None:
        """Take over what is now known, all or nothing."""
        with self._database.write() as connection:
            committing.commit(connection, changes, run=run, at=at)

    # -- findings
    def open_conflict(self, conflict: Conflict, *, id: str, run: str, at: datetime) -> str:  # noqa: A002
        """Keep a conflict, or update the one that is open for the same record and field."""
        with self._database.write() as connection:
            return findings.open_conflict(connection, conflict, conflict_id=id, run=run, at=at)

    def conflicts(self, *, include_closed: bool = False) -> Sequence[OpenConflict]:
        """Conflicts, oldest first."""
        with self._database.read() as connection:
            return findings.find(connection, include_closed=include_closed)

    def conflict(self, id: str) -> OpenConflict:  # noqa: A002
        """One conflict. Raises `UnknownId`."""
        with self._database.read() as connection:
            return findings.one(connection, id)

    def answer_conflict(self, id: str, *, value: Value, by: str, at: datetime) -> None:  # noqa: A002
        """Keep a person's answer; the next run carries it out. Raises `UnknownId`."""
        with self._database.write() as connection:
            findings.answer(connection, id, value=value, by=by, at=at)

    def keep_stray(self, stray: StrayEdit, *, id: str, run: str, at: datetime) -> None:  # noqa: A002
        """Keep a stray edit; the same edit of the same record and field is kept once."""
        with self._database.write() as connection:
            strays.keep(connection, stray, stray_id=id, run=run, at=at)

    def strays(self, *, include_settled: bool = False) -> Sequence[KeptStray]:
        """Stray edits that nobody settled yet, or all, newest first."""
        with self._database.read() as connection:
            return strays.find(connection, include_settled=include_settled)

    def stray(self, id: str) -> KeptStray:  # noqa: A002
        """One stray edit. Raises `UnknownId`."""
        with self._database.read() as connection:
            return strays.one(connection, id)

    def settle_stray(self, id: str, *, state: StrayState, by: str, at: datetime) -> None:  # noqa: A002
        """Keep what a person decided about a stray edit. Raises `UnknownId`."""
        with self._database.write() as connection:
            strays.settle(connection, id, state=state, by=by, at=at)

    def reword_stray(self, id: str, *, value: Value, kept: Value) -> None:  # noqa: A002
        """Say otherwise what was written and what stands. Raises `UnknownId`."""
        with self._database.write() as connection:
            strays.reword(connection, id, value=value, kept=kept)

    # -- identity
    def waiting(self, kind: str | None = None) -> Sequence[WaitingRow]:
        """Rows that belong to no record."""
        with self._database.read() as connection:
            return waiting_rows.find(connection, kind)

    def keep_waiting(
        self, rows: Sequence[WaitingRow], *, kind: str, settled: Collection[tuple[str, str]] = ()
    ) -> None:
        """Keep rows in place of what was known of them, and forget the settled ones."""
        with self._database.write() as connection:
            waiting_rows.keep(connection, rows, kind=kind, settled=settled)

    def rulings(self, kind: str | None = None) -> Sequence[Ruling]:
        """What people decided about identity, oldest first."""
        with self._database.read() as connection:
            return ruling.find(connection, kind)

    def rule(self, rulings: Sequence[Ruling], *, freed: Freed = (), instead_of: Sequence[str] = ()) -> None:
        """Keep decisions, and carry out what they mean for links and records."""
        with self._database.write() as connection:
            for earlier in instead_of:
                ruling.unrule(connection, earlier)
            ruling.rule(connection, rulings, freed)

    def unrule(self, id: str, *, relink: bool = False) -> None:  # noqa: A002
        """Take a decision back; `relink`: its row is linked to its record again."""
        with self._database.write() as connection:
            if relink:
                ruling.relink(connection, id)
            ruling.unrule(connection, id)

    # -- history
    def history(self, kind: str, record: str | None = None) -> Sequence[HistoryLine]:
        """All changes of a record's baselines, or of all records of the kind, newest first."""
        with self._database.read() as connection:
            return records.lines(connection, kind, record)

    def repoint(self, kind: str, fields: Collection[str], *, old: str, new: str) -> None:
        """Let history and journal of a kind name another record in these fields."""
        with self._database.write() as connection:
            records.repoint(connection, kind, fields, old=old, new=new)
            journal.repoint(connection, kind, fields, old=old, new=new)

    # -- journal
    def intend(self, intents: Sequence[Intent]) -> None:
        """Record writes that are about to be sent."""
        with self._database.write() as connection:
            journal.add(connection, intents)

    def settle(
        self, intent_id: str, *, status: IntentStatus, ref: str | None, note: str | None = None
    ) -> None:
        """Record how a write ended. Raises `UnknownId`."""
        with self._database.write() as connection:
            journal.settle(connection, intent_id, status=status, ref=ref, note=note)

    def intents(
        self, *, kind: str | None = None, run: str | None = None, open_only: bool = False
    ) -> Sequence[Intent]:
        """Writes, oldest first."""
        with self._database.read() as connection:
            return journal.find(connection, kind=kind, run=run, open_only=open_only)

    # -- cursors and bindings
    def cursor(self, kind: str, endpoint: str) -> Cursor | None:
        """Where to go on; None = read everything."""
        with self._database.read() as connection:
            return cursors.cursor(connection, kind, endpoint)

    def set_cursor(self, kind: str, endpoint: str, value: str | None, *, run: str, at: datetime) -> None:
        """Move it, or forget it."""
        with self._database.write() as connection:
            cursors.set_cursor(connection, kind, endpoint, value, run=run, at=at)

    def binding(self, kind: str, endpoint: str) -> str | None:
        """The columns as they were bound; None before the first contact."""
        with self._database.read() as connection:
            return cursors.binding(connection, kind, endpoint)

    def set_binding(self, kind: str, endpoint: str, text: str) -> None:
        """Keep it."""
        with self._database.write() as connection:
            cursors.set_binding(connection, kind, endpoint, text)

    def full_reading(self, kind: str, endpoint: str) -> datetime | None:
        """When everything was last read and compared; None = never."""
        with self._database.read() as connection:
            return cursors.full_reading(connection, kind, endpoint)

    def note_full_reading(self, kind: str, endpoint: str, *, run: str, at: datetime) -> None:
        """Keep that everything was read and compared."""
        with self._database.write() as connection:
            cursors.note_full_reading(connection, kind, endpoint, run=run, at=at)

    # -- leases
    def take_lease(self, name: str, *, holder: str, until: datetime, now: datetime) -> None:
        """Take or prolong a lease. Raises `LeaseHeld` while somebody else holds it."""
        with self._database.write() as connection:
            leases.take(connection, name, holder=holder, until=until, now=now)

    def keep_lease(self, name: str, *, holder: str, until: datetime) -> None:
        """Prolong a lease that is still ours. Raises `LeaseLost` when somebody else took it since."""
        with self._database.write() as connection:
            leases.keep(connection, name, holder=holder, until=until)

    def drop_lease(self, name: str, *, holder: str) -> None:
        """Give it back; nothing happens when somebody else holds it by now."""
        with self._database.write() as connection:
            leases.drop(connection, name, holder=holder)

    # -- memos
    def memo(self, name: str) -> str:
        """Return such a text, "" before the first time."""
        with self._database.read() as connection:
            return memos.find(connection, name)

    def revise_memo(self, name: str, change: Callable[[str], str]) -> None:
        """Turn a text that endpoints keep for themselves into another."""
        with self._database.write_in_passing() as connection:
            memos.revise(connection, name, change)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
