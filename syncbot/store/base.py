"""What the store is asked for. Each method is one transaction; all times are aware UTC and come from the caller."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from syncbot.model.values import Value
from syncbot.reconcile.plan import Conflict, Duplicate, Proposal, StrayEdit
from syncbot.reconcile.state import Agreed, KnownRecord, SeenRow

from .deliveries import DeliveriesStore
from .notes import NotesStore


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    PARTLY = "partly"
    """Ended, but something was refused or failed."""
    FAILED = "failed"
    """Stopped before its end."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a verb that writes."""

    id: str
    verb: str
    kinds: tuple[str, ...]
    started: datetime
    by: str
    """Who asked: a login name, "schedule" .."""
    ended: datetime | None = None
    status: RunStatus = RunStatus.RUNNING
    summary: Mapping[str, int] = field(default_factory=dict)
    """Counts for people: created, updated, conflicts .."""


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """What is now known of one record; absent parts stay as they are."""

    kind: str
    record: str
    rows: Mapping[str, SeenRow] = field(default_factory=dict)
    """By endpoint: link this row, or replace what was known of the linked one."""
    unlinked: Mapping[str, str] = field(default_factory=dict)
    """By endpoint: the ref that is no longer linked."""
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    """By field: the new baseline; one line of history is kept for each that differs from the old one."""
    closes: Mapping[str, str] = field(default_factory=dict)
    """Ids of conflicts that are over, and how; their decision, if any, is carried out."""
    again: bool | None = None
    """Whether the record must be decided again by the next run although nothing new is read (None = as it was)."""


class IntentStatus(StrEnum):
    """What is known of a write."""

    OPEN = "open"
    """Sent or about to be sent; how it ended is not known."""
    DONE = "done"
    FAILED = "failed"
    """Refused by the service or never sent: nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A write in the journal: recorded before it is sent, closed after."""

    id: str
    run: str
    kind: str
    record: str
    """"" for a row that is no record's any more."""
    endpoint: str
    action: str
    """"create", "update" or "delete"."""
    ref: str | None
    """None for a create until it is done."""
    changes: Mapping[str, tuple[Value, Value]]
    """By field: before and after."""
    at: datetime
    status: IntentStatus = IntentStatus.OPEN
    note: str | None = None
    """Why it failed, in words."""


@dataclass(frozen=True, kw_only=True)
class OpenConflict:
    """A conflict that waits, or one that was answered and waits to be carried out."""

    id: str
    conflict: Conflict
    run: str
    opened: datetime
    answer: Value = None
    """Meaningful when `answered_at` is set."""
    answered_by: str | None = None
    answered_at: datetime | None = None
    closed: datetime | None = None
    how: str | None = None
    """How it ended, in words."""


class StrayState(StrEnum):
    """What became of a stray edit."""

    OPEN = "open"
    """It was put back, and nobody looked at it yet."""
    ADOPTED = "adopted"
    """A person made it the value after all."""
    DISMISSED = "dismissed"
    """A person saw it and let it go."""


@dataclass(frozen=True, kw_only=True)
class KeptStray:
    """A stray edit that was put back."""

    id: str
    stray: StrayEdit
    run: str
    at: datetime
    state: StrayState = StrayState.OPEN
    settled_by: str | None = None
    """Who adopted or dismissed it."""
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A row that belongs to no record, because a person has not said to which."""

    kind: str
    endpoint: str
    row: SeenRow
    """As it was last read."""
    match: str | None
    """The id of the question about it; None where nobody is asked: a run decides it, or it is left alone."""
    asked: Duplicate | Proposal | None
    """The question as it was last put."""
    since: datetime


class Verdict(StrEnum):
    """What a person said about which rows are which record, and whether they stay."""

    SAME = "same"
    """The row is a row of the record."""
    APART = "apart"
    """Two rows are not the same record."""
    ASIDE = "aside"
    """The row is nobody's: it is left alone as long as it stays as it is."""
    MERGED = "merged"
    """Two records are one."""
    STAYS = "stays"
    """The row went away, and the other rows of its record stay."""


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a person decided about identity, remembered until a person takes it back."""

    id: str
    kind: str
    verdict: Verdict
    record: str
    """The record that it is about; after a merge the one that was kept."""
    title: str
    """What it is called, for people."""
    by: str
    at: datetime
    endpoint: str | None = None
    ref: str | None = None
    """The row; None of a merge."""
    other: tuple[str, str] | None = None
    """Of APART: endpoint and ref of the other row."""
    version: str | None = None
    """Of ASIDE: the row as it was when it was decided."""
    absorbed: str | None = None
    """Of MERGED: the key that is no more."""


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One change of one field's baseline."""

    kind: str
    record: str
    field: str
    before: Value
    after: Value
    source: str
    at: datetime
    run: str


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where the next reading of an endpoint goes on."""

    value: str
    moved: datetime
    run: str


Freed: TypeAlias = Sequence[tuple[str, str, str]]
"""Links that end: kind, record, endpoint."""


class Store(NotesStore, DeliveriesStore, Protocol):
    """Everything that is remembered between runs. Ids are made by the caller."""

    # -- runs
    def begin_run(self, run: Run) -> None:
        """Record that a run began."""

    def end_run(self, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, int]) -> None:
        """Record how it ended."""

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """The last runs, newest first."""

    def run(self, id: str) -> Run:  # noqa: A002
        """One run. Raises `UnknownId`."""

    # -- records
    def records(self, kind: str, keys: Collection[str] | None = None) -> Mapping[str, KnownRecord]:
        """What is known of these records, or of all; unknown keys are left out."""

    def keys_of(self, kind: str, endpoint: str, refs: Collection[str]) -> Mapping[str, str]:
        """For each ref that is linked: the record's key."""

    def refs(self, kind: str, endpoint: str) -> Mapping[str, str]:
        """All links of an endpoint: record key -> ref."""

    def count(self, kind: str, endpoint: str | None = None) -> int:
        """How many records are known, or are linked at an endpoint."""

    def again(self, kind: str) -> Collection[str]:
        """Records to decide again although nothing new was read: flagged ones and those with an answered conflict."""

    def commit(self, changes: Sequence[RecordChange], *, run: str, at: datetime) -> None:
        """Take over what is now known, all or nothing, with one history line for each baseline that moved."""

    # -- findings
    def open_conflict(self, conflict: Conflict, *, id: str, run: str, at: datetime) -> str:  # noqa: A002
        """Keep a conflict. One that is open for the same record and field is updated, and its id returned."""

    def conflicts(self, *, include_closed: bool = False) -> Sequence[OpenConflict]:
        """Conflicts, oldest first."""

    def conflict(self, id: str) -> OpenConflict:  # noqa: A002
        """One conflict. Raises `UnknownId`."""

    def answer_conflict(self, id: str, *, value: Value, by: str, at: datetime) -> None:  # noqa: A002
        """Keep a person's answer; the next run carries it out. Raises `UnknownId`, also for a closed one."""

    def keep_stray(self, stray: StrayEdit, *, id: str, run: str, at: datetime) -> None:  # noqa: A002
        """Keep a stray edit; the same edit of the same record and field is kept once."""

    def strays(self, *, include_settled: bool = False) -> Sequence[KeptStray]:
        """Stray edits that nobody adopted or dismissed yet, or all, newest first."""

    def stray(self, id: str) -> KeptStray:  # noqa: A002
        """One stray edit, whatever became of it. Raises `UnknownId`."""

    def settle_stray(self, id: str, *, state: StrayState, by: str, at: datetime) -> None:  # noqa: A002
        """Keep what a person decided about a stray edit. Raises `UnknownId`, also for one that is settled."""

    def reword_stray(self, id: str, *, value: Value, kept: Value) -> None:  # noqa: A002
        """Say otherwise what was written and what stands: it pointed at a record that is another one now.

        The same edit is still kept once. Raises `UnknownId`, also for one that is settled.
        """

    # -- identity
    def waiting(self, kind: str | None = None) -> Sequence[WaitingRow]:
        """Rows that belong to no record, of one kind or all, by kind, endpoint and ref."""

    def keep_waiting(
        self, rows: Sequence[WaitingRow], *, kind: str, settled: Collection[tuple[str, str]] = ()
    ) -> None:
        """Keep these rows, in place of what was known of the same; forget the settled ones (endpoint, ref)."""

    def rulings(self, kind: str | None = None) -> Sequence[Ruling]:
        """What people decided about identity, oldest first."""

    def rule(self, rulings: Sequence[Ruling], *, freed: Freed = (), instead_of: Sequence[str] = ()) -> None:
        """Keep decisions, all or nothing.

        `freed` are links (kind, record, endpoint) that end now: their rows wait for the next run, and nothing is
        noted on the record, so that it may get another row there. A merge takes the absorbed record away: its history,
        stray edits and writes go over to the one that is kept, its questions are closed, its baselines are dropped.
        `instead_of` are ids of decisions that are taken back for these. Raises `StoreError` where a record with linked
        rows would be absorbed, and `UnknownId`.
        """

    def unrule(self, id: str, *, relink: bool = False) -> None:  # noqa: A002
        """Take a decision back, all or nothing. Raises `UnknownId`.

        `relink`: its row, which waits, is linked to its record again as if it had never been freed, and the
        next run looks at the record. Raises `StoreError` where that row does not wait, or the record has a row there.
        """

    # -- history
    def history(self, kind: str, record: str | None = None) -> Sequence[HistoryLine]:
        """All changes of a record's baselines, or of all records of the kind, newest first."""

    def repoint(self, kind: str, fields: Collection[str], *, old: str, new: str) -> None:
        """Let history and journal of a kind name another record in these fields: the one they name is no more."""

    # -- journal
    def intend(self, intents: Sequence[Intent]) -> None:
        """Record writes that are about to be sent."""

    def settle(
        self, intent_id: str, *, status: IntentStatus, ref: str | None, note: str | None = None
    ) -> None:
        """Record how a write ended."""

    def intents(
        self, *, kind: str | None = None, run: str | None = None, open_only: bool = False
    ) -> Sequence[Intent]:
        """Writes, oldest first."""

    # -- cursors and bindings
    def cursor(self, kind: str, endpoint: str) -> Cursor | None:
        """Where to go on; None = read everything."""

    def set_cursor(self, kind: str, endpoint: str, value: str | None, *, run: str, at: datetime) -> None:
        """Move it, or forget it."""

    def binding(self, kind: str, endpoint: str) -> str | None:
        """The columns as they were bound, as JSON text written by `mapping`; None before the first contact."""

    def set_binding(self, kind: str, endpoint: str, text: str) -> None:
        """Keep it."""

    def full_reading(self, kind: str, endpoint: str) -> datetime | None:
        """When every row of an endpoint was last read and compared; None = never."""

    def note_full_reading(self, kind: str, endpoint: str, *, run: str, at: datetime) -> None:
        """Keep that every row was read and compared."""

    # -- leases
    def take_lease(self, name: str, *, holder: str, until: datetime, now: datetime) -> None:
        """Take or prolong a lease. Raises `LeaseHeld` while somebody else holds it."""

    def keep_lease(self, name: str, *, holder: str, until: datetime) -> None:
        """Prolong a lease that is still ours, to be asked before a write.

        Raises `LeaseLost` when somebody else took it since, also when they have given it back: they may have worked
        on what this holder planned. One that expired and that nobody took is still ours.
        """

    def drop_lease(self, name: str, *, holder: str) -> None:
        """Give it back; nothing happens when somebody else holds it by now."""

    # -- memos
    def memo(self, name: str) -> str:
        """Return such a text, "" before the first time; whoever writes just now is not waited for."""

    def revise_memo(self, name: str, change: Callable[[str], str]) -> None:
        """Turn a text that `endpoints` keep for themselves into another; "" before the first time.

        Of two that revise at once, the second sees what the first has made of it. A memo may get lost without harm:
        it tells what was spent of a connection's rate, or spares a question.
        """

    def close(self) -> None:
        """Let go of the database."""
