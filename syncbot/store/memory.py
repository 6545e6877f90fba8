"""A store that forgets everything when it is closed: for dry runs and tests."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from syncbot.errors import StoreError
from syncbot.model.values import Value
from syncbot.reconcile.plan import Conflict, StrayEdit
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store import carrying
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
    Verdict,
    WaitingRow,
)
from syncbot.store.deliveries_memory import MemoryDeliveries
from syncbot.store.folding import Held, LinkKey, Outcome, RecordKey, fold
from syncbot.store.known import (
    MERGED_INTO,
    NOTHING_TO_FREE,
    NOTHING_TO_RELINK,
    STILL_LINKED,
    Thing,
    find,
    known_record,
    same_edit,
)
from syncbot.store.notes_memory import MemoryNotes
from syncbot.store.shared_memory import MemoryShared


class MemoryStore(MemoryNotes, MemoryDeliveries, MemoryShared):
    """Plain dicts under one lock."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._runs: dict[str, Run] = {}
        self._held: dict[RecordKey, Held] = {}
        self._links: dict[LinkKey, SeenRow] = {}
        self._history: list[HistoryLine] = []
        self._conflicts: dict[str, OpenConflict] = {}
        self._strays: dict[str, KeptStray] = {}
        self._intents: dict[str, Intent] = {}
        self._waiting_rows: dict[tuple[str, str, str], WaitingRow] = {}
        self._rulings: dict[str, Ruling] = {}
        self._cursors: dict[tuple[str, str], Cursor] = {}
        self._bindings: dict[tuple[str, str], str] = {}
        self._full_readings: dict[tuple[str, str], datetime] = {}

    # -- runs
    def begin_run(self, run: Run) -> None:
        """Record that a run began."""
        with self._lock:
            if run.id in self._runs:
                raise StoreError(f"there is a run {run.id!r} already")
            self._runs[run.id] = replace(run, summary=dict(run.summary))

    def end_run(self, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, int]) -> None:
        """Record how it ended."""
        with self._lock:
            run = find("run", run_id, self._runs)
            self._runs[run_id] = replace(run, ended=at, status=status, summary=dict(summary))

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """The last runs, newest first."""
        with self._lock:
            return _newest_first(self._runs.values(), key=lambda run: run.started)[:limit]

    def run(self, id: str) -> Run:  # noqa: A002
        """One run. Raises `UnknownId`."""
        with self._lock:
            return find("run", id, self._runs)

    # -- records
    def records(self, kind: str, keys: Collection[str] | None = None) -> Mapping[str, KnownRecord]:
        """What is known of these records, or of all; unknown keys are left out."""
        with self._lock:
            wanted = {
                key: held
                for (its_kind, key), held in self._held.items()
                if its_kind == kind and (keys is None or key in keys)
            }
            rows: dict[str, dict[str, SeenRow]] = {key: {} for key in wanted}
            for (its_kind, key, endpoint), row in self._links.items():
                if its_kind == kind and key in wanted:
                    rows[key][endpoint] = row
            waiting: dict[str, list[OpenConflict]] = {key: [] for key in wanted}
            for one in self._waiting(kind):
                waiting.get(one.conflict.record, []).append(one)
            return {
                key: known_record(key, held, rows=rows[key], waiting=waiting[key])
                for key, held in wanted.items()
            }

    def keys_of(self, kind: str, endpoint: str, refs: Collection[str]) -> Mapping[str, str]:
        """For each ref that is linked: the record's key."""
        wanted = set(refs)
        return {ref: key for key, ref in self.refs(kind, endpoint).items() if ref in wanted}

    def refs(self, kind: str, endpoint: str) -> Mapping[str, str]:
        """All links of an endpoint: record key -> ref."""
        with self._lock:
            return {key: row.ref for (k, key, e), row in self._links.items() if (k, e) == (kind, endpoint)}

    def count(self, kind: str, endpoint: str | None = None) -> int:
        """How many records are known, or are linked at an endpoint."""
        if endpoint is not None:
            return len(self.refs(kind, endpoint))
        with self._lock:
            return sum(its_kind == kind for its_kind, _ in self._held)

    def again(self, kind: str) -> Collection[str]:
        """Records to decide again although nothing new was read."""
        with self._lock:
            flagged = {key for (its_kind, key), held in self._held.items() if its_kind == kind and held.again}
            return flagged | {one.conflict.record for one in self._waiting(kind) if one.answered_at}

    def commit(self, changes: Sequence[RecordChange], *, run: str, at: datetime) -> None:
        """Take over what is now known, all or nothing."""
        with self._lock:
            outcome = fold(changes, self._held, run=run, at=at)
            links = self._linked_after(outcome)
            for conflict_id in outcome.closes:
                find("conflict", conflict_id, self._conflicts)
            self._held.update(outcome.held)
            self._links = links
            self._history.extend(outcome.history)
            for conflict_id, how in outcome.closes.items():
                if self._conflicts[conflict_id].closed is None:
                    self._conflicts[conflict_id] = replace(self._conflicts[conflict_id], closed=at, how=how)

    def _linked_after(self, outcome: Outcome) -> dict[LinkKey, SeenRow]:
        links = dict(self._links)
        for key, row in outcome.links.items():
            if row is None:
                links.pop(key, None)
            else:
                links[key] = replace(row, values=dict(row.values), faults=dict(row.faults))
        taken = {(kind, endpoint, row.ref) for (kind, _, endpoint), row in links.items()}
        if len(taken) != len(links):
            raise StoreError("one row would be linked to two records")
        return links

    def _waiting(self, kind: str) -> list[OpenConflict]:
        return [one for one in self._conflicts.values() if one.closed is None and one.conflict.kind == kind]

    # -- findings
    def open_conflict(self, conflict: Conflict, *, id: str, run: str, at: datetime) -> str:  # noqa: A002
        """Keep a conflict, or update the one that is open for the same record and field."""
        with self._lock:
            for one in self._waiting(conflict.kind):
                if (one.conflict.record, one.conflict.field) == (conflict.record, conflict.field):
                    self._conflicts[one.id] = replace(one, conflict=conflict)
                    return one.id
            if id in self._conflicts:
                raise StoreError(f"there is a conflict {id!r} already")
            self._conflicts[id] = OpenConflict(id=id, conflict=conflict, run=run, opened=at)
            return id

    def conflicts(self, *, include_closed: bool = False) -> Sequence[OpenConflict]:
        """Conflicts, oldest first."""
        with self._lock:
            kept = [one for one in self._conflicts.values() if include_closed or one.closed is None]
            return sorted(kept, key=lambda one: one.opened)

    def conflict(self, id: str) -> OpenConflict:  # noqa: A002
        """One conflict. Raises `UnknownId`."""
        with self._lock:
            return find("conflict", id, self._conflicts)

    def answer_conflict(self, id: str, *, value: Value, by: str, at: datetime) -> None:  # noqa: A002
        """Keep a person's answer; the next run carries it out."""
        with self._lock:
            one = find("open conflict", id, {open_.id: open_ for open_ in self.conflicts()})
            self._conflicts[id] = replace(one, answer=value, answered_by=by, answered_at=at)

    def keep_stray(self, stray: StrayEdit, *, id: str, run: str, at: datetime) -> None:  # noqa: A002
        """Keep a stray edit; the same edit of the same record and field is kept once."""
        with self._lock:
            if any(same_edit(one.stray, stray) for one in self._strays.values()):
                return
            if id in self._strays:
                raise StoreError(f"there is a stray edit {id!r} already")
            self._strays[id] = KeptStray(id=id, stray=stray, run=run, at=at)

    def strays(self, *, include_settled: bool = False) -> Sequence[KeptStray]:
        """Stray edits that nobody settled yet, or all, newest first."""
        with self._lock:
            kept = [one for one in self._strays.values() if include_settled or one.state is StrayState.OPEN]
            return _newest_first(kept, key=lambda one: one.at)

    def stray(self, id: str) -> KeptStray:  # noqa: A002
        """One stray edit. Raises `UnknownId`."""
        with self._lock:
            return find("stray edit", id, self._strays)

    def settle_stray(self, id: str, *, state: StrayState, by: str, at: datetime) -> None:  # noqa: A002
        """Keep what a person decided about a stray edit. Raises `UnknownId`."""
        with self._lock:
            one = find("open stray edit", id, {open_.id: open_ for open_ in self.strays()})
            self._strays[id] = replace(one, state=state, settled_by=by, settled_at=at)

    def reword_stray(self, id: str, *, value: Value, kept: Value) -> None:  # noqa: A002
        """Say otherwise what was written and what stands. Raises `UnknownId`."""
        with self._lock:
            one = find("open stray edit", id, {open_.id: open_ for open_ in self.strays()})
            self._strays[id] = replace(one, stray=replace(one.stray, value=value, kept=kept))

    # -- identity
    def waiting(self, kind: str | None = None) -> Sequence[WaitingRow]:
        """Rows that belong to no record."""
        with self._lock:
            return [one for key, one in sorted(self._waiting_rows.items()) if kind in {None, key[0]}]

    def keep_waiting(
        self, rows: Sequence[WaitingRow], *, kind: str, settled: Collection[tuple[str, str]] = ()
    ) -> None:
        """Keep rows in place of what was known of them, and forget the settled ones."""
        with self._lock:
            for endpoint, ref in settled:
                self._waiting_rows.pop((kind, endpoint, ref), None)
            self._waiting_rows |= {(one.kind, one.endpoint, one.row.ref): one for one in rows}

    def rulings(self, kind: str | None = None) -> Sequence[Ruling]:
        """What people decided about identity, oldest first."""
        with self._lock:
            kept = [one for one in self._rulings.values() if kind in {None, one.kind}]
            return sorted(kept, key=lambda one: one.at)

    def rule(self, rulings: Sequence[Ruling], *, freed: Freed = (), instead_of: Sequence[str] = ()) -> None:
        """Keep decisions, and carry out what they mean for links and records."""
        with self._lock:
            absorbed = {(one.kind, one.absorbed): one for one in rulings if one.verdict is Verdict.MERGED}
            left = [key for key in self._links if key not in freed]
            if any((kind, record) in absorbed for kind, record, _ in left):
                raise StoreError(STILL_LINKED)
            if len(left) + len(freed) != len(self._links):
                raise StoreError(NOTHING_TO_FREE)
            if self._rulings.keys() & {one.id for one in rulings}:
                raise StoreError("a decision is there already")
            gone = {find("decision", earlier, self._rulings).id for earlier in instead_of}
            for kind, record, endpoint in freed:
                row = self._links.pop((kind, record, endpoint))
                self._waiting_rows[kind, endpoint, row.ref] = WaitingRow(
                    kind=kind, endpoint=endpoint, row=row, match=None, asked=None, since=rulings[0].at
                )
            for one in absorbed.values():
                self._absorb(one)
            left_over = {key: one for key, one in self._rulings.items() if key not in gone}
            self._rulings = left_over | {one.id: one for one in rulings}

    def _absorb(self, merged: Ruling) -> None:
        """Take a record away; what was written and said of it goes over to the one that is kept."""
        for one in self._waiting(merged.kind):
            if one.conflict.record == merged.absorbed:
                self._conflicts[one.id] = replace(one, closed=merged.at, how=MERGED_INTO)
        self._history = [carrying.line(one, merged) for one in self._history]
        self._conflicts = {key: carrying.question(one, merged) for key, one in self._conflicts.items()}
        self._strays = {key: carrying.stray(one, merged) for key, one in self._strays.items()}
        self._intents = {key: carrying.intent(one, merged) for key, one in self._intents.items()}
        self._rulings = {key: carrying.ruling(one, merged) for key, one in self._rulings.items()}
        self._held.pop((merged.kind, str(merged.absorbed)), None)

    def unrule(self, id: str, *, relink: bool = False) -> None:  # noqa: A002
        """Take a decision back; `relink`: its row is linked to its record again."""
        with self._lock:
            said = find("decision", id, self._rulings)
            if relink:
                self._relink(said)
            del self._rulings[id]

    def _relink(self, said: Ruling) -> None:
        """Link the row of a decision to its record again, as it was known when it was freed."""
        spot, link = (str(said.endpoint), str(said.ref)), (said.kind, said.record, str(said.endpoint))
        if (said.kind, *spot) not in self._waiting_rows:
            raise StoreError(NOTHING_TO_RELINK)
        if link in self._links:
            raise StoreError("a link is there already")
        self._links[link] = self._waiting_rows.pop((said.kind, *spot)).row
        self._held[link[:2]] = replace(self._held[link[:2]], again=True)

    # -- history
    def history(self, kind: str, record: str | None = None) -> Sequence[HistoryLine]:
        """All changes of a record's baselines, or of all records of the kind, newest first."""
        with self._lock:
            lines = [line for line in self._history if line.kind == kind and record in (None, line.record)]
            return _newest_first(lines, key=lambda line: line.at)

    def repoint(self, kind: str, fields: Collection[str], *, old: str, new: str) -> None:
        """Let history and journal of a kind name another record in these fields."""
        with self._lock:
            self._history = [
                carrying.line_turned(one, old, new) if one.kind == kind and one.field in fields else one
                for one in self._history
            ]
            self._intents = {
                key: carrying.intent_turned(one, fields, old, new) if one.kind == kind else one
                for key, one in self._intents.items()
            }

    # -- journal
    def intend(self, intents: Sequence[Intent]) -> None:
        """Record writes that are about to be sent."""
        with self._lock:
            fresh = {intent.id: replace(intent, changes=dict(intent.changes)) for intent in intents}
            if len(fresh) != len(intents) or fresh.keys() & self._intents.keys():
                raise StoreError("an intent is in the journal already")
            self._intents.update(fresh)

    def settle(
        self, intent_id: str, *, status: IntentStatus, ref: str | None, note: str | None = None
    ) -> None:
        """Record how a write ended; a ref that is known already stays when None is given."""
        with self._lock:
            intent = find("intent", intent_id, self._intents)
            self._intents[intent_id] = replace(intent, status=status, ref=ref or intent.ref, note=note)

    def intents(
        self, *, kind: str | None = None, run: str | None = None, open_only: bool = False
    ) -> Sequence[Intent]:
        """Writes, oldest first."""
        with self._lock:
            kept = [
                intent
                for intent in self._intents.values()
                if kind in {None, intent.kind}
                and run in {None, intent.run}
                and not (open_only and intent.status is not IntentStatus.OPEN)
            ]
            return sorted(kept, key=lambda intent: intent.at)

    # -- cursors and bindings
    def cursor(self, kind: str, endpoint: str) -> Cursor | None:
        """Where to go on; None = read everything."""
        with self._lock:
            return self._cursors.get((kind, endpoint))

    def set_cursor(self, kind: str, endpoint: str, value: str | None, *, run: str, at: datetime) -> None:
        """Move it, or forget it."""
        with self._lock:
            if value is None:
                self._cursors.pop((kind, endpoint), None)
            else:
                self._cursors[kind, endpoint] = Cursor(value=value, moved=at, run=run)

    def binding(self, kind: str, endpoint: str) -> str | None:
        """The columns as they were bound; None before the first contact."""
        with self._lock:
            return self._bindings.get((kind, endpoint))

    def set_binding(self, kind: str, endpoint: str, text: str) -> None:
        """Keep it."""
        with self._lock:
            self._bindings[kind, endpoint] = text

    def full_reading(self, kind: str, endpoint: str) -> datetime | None:
        """When everything was last read and compared; None = never."""
        with self._lock:
            return self._full_readings.get((kind, endpoint))

    def note_full_reading(self, kind: str, endpoint: str, *, run: str, at: datetime) -> None:  # noqa: ARG002
        """Keep that everything was read and compared."""
        with self._lock:
            self._full_readings[kind, endpoint] = at

    def close(self) -> None:
        """Nothing to let go of."""


def _newest_first(things: Iterable[Thing], *, key: Callable[[Thing], datetime]) -> list[Thing]:
    """Sort so that of two of the same moment the one kept later comes first."""
    return sorted(things, key=key)[::-1]
