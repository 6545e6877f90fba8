"""The bookkeeping of one applied plan: what is remembered before, during and after the writes.

The order makes a run safe to stop anywhere: first the store learns what was read, recognised and found; each write
is in the journal before it is sent; a baseline moves only when every write it needs is confirmed; a record with an
unconfirmed write is flagged to be decided again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncbot.endpoints.base import Create, Delete, Done, Row, Update, Write
from syncbot.errors import EndpointError
from syncbot.mapping.binding import Bound
from syncbot.model.values import UNKNOWN, Value
from syncbot.reconcile.plan import (
    Action,
    Agree,
    Conflict,
    CreateRow,
    DeleteRow,
    Duplicate,
    Proposal,
    StrayEdit,
    UpdateRow,
)
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.base import Intent, IntentStatus, RecordChange, Store

from .deciding import Prepared
from .links import StoredLinks
from .parts import Parts
from .report import Failure, KindReport


@dataclass(frozen=True, kw_only=True)
class Job:
    """One write on its way."""

    intent: str
    action: Action
    write: Write


class Ledger:
    """Keeps the store true while a plan is applied. Not for two threads at once: `applying` holds a lock."""

    def __init__(
        self, parts: Parts, prepared: Prepared, links: StoredLinks, run: str, *, again: bool = False
    ) -> None:
        """Account for one plan of one run; `again`: all its records are flagged to be decided once more."""
        self._again = again
        self._parts = parts
        self._prepared = prepared
        self._links = links
        self._run = run
        self._kind = prepared.spec.kind
        self._open: Counter[str] = Counter(action.record for action in prepared.plan.actions)
        self._waiting: dict[str, list[Agree]] = defaultdict(list)
        self._deleted = {one.record for one in prepared.plan.actions if isinstance(one, DeleteRow)}
        self._leaving: dict[str, dict[str, str]] = defaultdict(dict)
        """Rows that went away, of records to be deleted elsewhere: unlinked only when that is done."""
        self._confirmed: dict[str, set[str]] = defaultdict(set)
        self._failed: set[tuple[str, str, str]] = set()
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._failures: list[Failure] = []
        self._conflict_ids: dict[tuple[str, str], str] = {}
        self._planned = _planned_rows(prepared)
        self._met = 0

    def remember(self) -> None:
        """Store what was read, linked, agreed without a write, and found.

        A record with a finding is flagged until the finding is kept: its rows will look as they were last seen, so a run
        that is stopped in between would never find it again. The columns follow the rows that were read by them, and
        are there before the first write, which cannot be looked up without them.
        """
        found = {one.record for one in self._prepared.plan.findings if isinstance(one, Conflict | StrayEdit)}
        agrees: dict[str, list[Agree]] = defaultdict(list)
        for agree in self._prepared.plan.agrees:
            (self._waiting if agree.after else agrees)[agree.record].append(agree)
        unlinked: dict[str, dict[str, str]] = defaultdict(dict)
        for one in self._prepared.plan.unlinks:
            (self._leaving if one.record in self._deleted else unlinked)[one.record][one.endpoint] = one.ref
        self._commit(
            RecordChange(
                kind=self._kind,
                record=case.record,
                rows={name: row for name, row in case.seen.items() if isinstance(row, SeenRow)},
                unlinked=unlinked[case.record],
                agreed=self._agreed(agrees[case.record]),
                closes=self._closes(agrees[case.record])
                | self._ended(case.record, case.known.conflicts.values() if case.known else ()),
                again=self._again or self._open[case.record] > 0 or case.record in found,
            )
            for case in self._prepared.cases
        )
        self._keep_findings()
        self._commit(
            RecordChange(kind=self._kind, record=record, again=False)
            for record in found
            if not self._open[record] and not self._again
        )
        for name, side in self._prepared.gathering.sides.items():
            self._own_store().set_binding(self._kind, name, side.bound.text)

    def open(self, endpoint: str, actions: Sequence[Action]) -> list[Job]:
        """Word the writes of these actions and put them into the journal; what cannot be worded has failed."""
        jobs = [job for action in actions if (job := self._job(endpoint, action))]
        self._own_store().intend([self._intent(job) for job in jobs])
        return jobs

    def close(self, job: Job, done: Done) -> None:
        """Take over how a write ended."""
        action = job.action
        if done.error is not None:
            self._own_store().settle(job.intent, status=IntentStatus.FAILED, ref=None, note=done.error.detail)
            self.fail(action.endpoint, action.title, done.error.detail, error=done.error)
        else:
            ref = done.row.ref if done.row else getattr(action, "ref", None)
            self._worked(action, done.row)  # first: of a write that is closed, nobody looks at the row again
            self._own_store().settle(job.intent, status=IntentStatus.DONE, ref=ref)
        self._parts.watch.wrote(self._kind, action.endpoint, action.title, worked=done.error is None)

    def fail(
        self, endpoint: str, title: str | None, message: str, error: EndpointError | None = None
    ) -> None:
        """Take note of something that did not work."""
        self._failures.append(
            Failure(kind=self._kind, endpoint=endpoint, title=title, message=message, error=error)
        )

    def report(self) -> KindReport:
        """Say how it went."""
        return KindReport(
            kind=self._kind,
            plan=self._prepared.plan,
            read={name: side.read for name, side in self._prepared.gathering.sides.items()},
            created=self._counts["create"],
            updated=self._counts["update"],
            deleted=self._counts["delete"],
            failures=tuple(self._failures),
            notes=notes_of(self._prepared),
            conflict_ids=self._conflict_ids,
            met=self._met,
            faults=faults_of(self._prepared),
            compared=compared(self._prepared),
            known=self._parts.store.count(self._kind),
            linked={
                name: self._parts.store.count(self._kind, name) for name in self._prepared.gathering.sides
            },
        )

    def move_cursors(self) -> None:
        """Let the next reading go on where a complete one ended; what is unfinished is flagged by now.

        Rows that belong to no record until a person decides are flagged nowhere: their endpoint is read from the old
        cursor again, so that they are asked about until then. So is that of a row that went away, until the others of
        its record are deleted.
        """
        leaving = {name for rows in self._leaving.values() for name in rows}
        waiting = leaving | {
            one.endpoint for one in self._prepared.plan.findings if isinstance(one, Duplicate | Proposal)
        }
        for name, side in self._prepared.gathering.sides.items():
            if side.complete and side.cursor is not None and name not in waiting:
                self._own_store().set_cursor(
                    self._kind, name, side.cursor, run=self._run, at=self._parts.now()
                )
            if side.compared and name not in leaving:
                self._own_store().note_full_reading(self._kind, name, run=self._run, at=self._parts.now())

    # -- remembering

    def _own_store(self) -> Store:
        """The store, to be changed: only as long as the lease is ours. Raises `LeaseLost`."""
        self._parts.lease.keep()
        return self._parts.store

    def _keep_findings(self) -> None:
        at = self._parts.now()
        for finding in self._prepared.plan.findings:
            if isinstance(finding, Conflict):
                kept = self._own_store().open_conflict(
                    finding, id=self._parts.new_id("conflict"), run=self._run, at=at
                )
                self._conflict_ids[finding.record, finding.field] = kept
            elif isinstance(finding, StrayEdit):
                self._own_store().keep_stray(finding, id=self._parts.new_id("stray"), run=self._run, at=at)

    def _ended(self, record: str, open_now: Iterable[str]) -> dict[str, str]:
        """The conflicts of a record that are over now; an answer is not, until it stands in every place."""
        ended, awaited = self._prepared.plan.ended, {one.closes for one in self._waiting[record]}
        return {one: ended[one] for one in open_now if one in ended and one not in awaited}

    def _agreed(self, agrees: Iterable[Agree]) -> dict[str, Agreed]:
        at = self._parts.now()
        return {one.field: Agreed(value=one.value, source=one.source, at=at, run=self._run) for one in agrees}

    def _closes(self, agrees: Iterable[Agree]) -> dict[str, str]:
        ended = self._prepared.plan.ended
        return {one.closes: ended.get(one.closes, "the places agree") for one in agrees if one.closes}

    def _commit(self, changes: Iterable[RecordChange]) -> None:
        self._own_store().commit(list(changes), run=self._run, at=self._parts.now())

    # -- writing

    def _job(self, endpoint: str, action: Action) -> Job | None:
        bound = self._bound(endpoint)
        if isinstance(action, DeleteRow):
            return Job(
                intent=self._parts.new_id("write"),
                action=action,
                write=Delete(ref=action.ref, version=action.version),
            )
        written = bound.write(values_of(action), self._links)
        for field, reason in written.refused.items():
            self._failed.add((action.record, endpoint, field))
            self.fail(endpoint, action.title, f"{field}: {reason}")
        if isinstance(action, UpdateRow) and not written.cells and not action.stamp:
            return None
        return Job(intent=self._parts.new_id("write"), action=action, write=_write(action, written.cells))

    def _intent(self, job: Job) -> Intent:
        action = job.action
        return Intent(
            id=job.intent,
            run=self._run,
            kind=self._kind,
            record=action.record,
            endpoint=action.endpoint,
            action=_word(action),
            ref=None if isinstance(action, CreateRow) else action.ref,
            changes=_changes(action),
            at=self._parts.now(),
        )

    def _worked(self, action: Action, row: Row | None) -> None:
        self._counts[_word(action)][action.endpoint] += 1
        self._open[action.record] -= 1
        self._confirmed[action.record].add(action.endpoint)
        rows: dict[str, SeenRow] = {}
        if row is not None:
            rows[action.endpoint] = self._seen(action, row)
            self._links.learn_row(self._kind, action.endpoint, action.record, row.ref)
        met = self._met_an_edit(action, rows)
        ready = self._ready(action.record)
        self._commit(
            [
                RecordChange(
                    kind=self._kind,
                    record=action.record,
                    rows=rows,
                    unlinked=self._unlinked(action),
                    agreed=self._agreed(ready),
                    closes=self._closes(ready),
                    again=self._again
                    or self._open[action.record] > 0
                    or self._unfinished(action.record)
                    or met,
                )
            ]
        )

    def _seen(self, action: Action, row: Row) -> SeenRow:
        """The row in the fields of its kind; an answer to a write may leave the web address out (Graph)."""
        seen = self._bound(action.endpoint).read(row, self._links)
        before = self._planned.get((action.record, action.endpoint))
        return replace(seen, url=before.url) if seen.url is None and before is not None else seen

    def _met_an_edit(self, action: Action, rows: Mapping[str, SeenRow]) -> bool:
        """Whether the answer shows an edit that came between reading and writing.

        Notion has no conditional write, and afterwards the row's last editor is us: it will not be told again.
        """
        before = self._planned.get((action.record, action.endpoint))
        after = rows.get(action.endpoint)
        if before is None or after is None or isinstance(action, DeleteRow):
            return False
        ours = values_of(action)
        met = any(
            value is not UNKNOWN and before.values.get(name, value) not in (UNKNOWN, value)
            for name, value in after.values.items()
            if name not in ours
        )
        self._met += met
        return met

    def _unlinked(self, action: Action) -> Mapping[str, str]:
        """The links that end with a delete: its own, and with the last one of a record also what was waiting for it."""
        if not isinstance(action, DeleteRow):
            return {}
        waiting = {} if self._open[action.record] else self._leaving.pop(action.record, {})
        return {action.endpoint: action.ref, **waiting}

    def _ready(self, record: str) -> list[Agree]:
        """Take out the agreements that now have every write they need."""
        waiting = self._waiting[record]
        ready = [one for one in waiting if self._is_ready(one)]
        self._waiting[record] = [one for one in waiting if one not in ready]
        return ready

    def _is_ready(self, agree: Agree) -> bool:
        lost = any((agree.record, name, agree.field) in self._failed for name in agree.after)
        return not lost and agree.after <= self._confirmed[agree.record]

    def _unfinished(self, record: str) -> bool:
        return any(failed == record for failed, _, _ in self._failed)

    def _bound(self, endpoint: str) -> Bound:
        return self._prepared.gathering.sides[endpoint].bound


def _planned_rows(prepared: Prepared) -> dict[tuple[str, str], SeenRow]:
    """By record and endpoint: the row that the plan was made for."""
    found: dict[tuple[str, str], SeenRow] = {}
    for case in prepared.cases:
        rows = {**(case.known.rows if case.known else {}), **case.seen}
        found |= {(case.record, name): row for name, row in rows.items() if isinstance(row, SeenRow)}
    return found


def values_of(action: CreateRow | UpdateRow) -> Mapping[str, Value]:
    """The values that an action writes, by field."""
    if isinstance(action, CreateRow):
        return action.values
    return {change.field: change.after for change in action.changes}


def notes_of(prepared: Prepared) -> tuple[str, ...]:
    """The oddities that the readings met."""
    return tuple(f"{name}: {note}" for name, side in prepared.gathering.sides.items() for note in side.notes)


def compared(prepared: Prepared) -> bool:
    """Whether every row of every place was read and compared."""
    sides = prepared.gathering.sides.values()
    return bool(sides) and all(side.compared for side in sides)


def faults_of(prepared: Prepared) -> dict[tuple[str, str], str]:
    """The fields that are not synced at an endpoint now, and why."""
    return {
        (name, field): reason
        for name, side in prepared.gathering.sides.items()
        for field, reason in side.bound.faults.items()
    }


def _write(action: CreateRow | UpdateRow, cells: Mapping[str, Value]) -> Write:
    if isinstance(action, CreateRow):
        return Create(key=action.record, cells=cells)
    return Update(
        ref=action.ref, version=action.version, cells=cells, key=action.record if action.stamp else None
    )


def _word(action: Action) -> str:
    match action:
        case CreateRow():
            return "create"
        case UpdateRow():
            return "update"
        case DeleteRow():
            return "delete"


def _changes(action: Action) -> dict[str, tuple[Value, Value]]:
    match action:
        case CreateRow():
            return {field: (None, value) for field, value in action.values.items()}
        case UpdateRow():
            return {change.field: (change.before, change.after) for change in action.changes}
        case DeleteRow():
            return {}
