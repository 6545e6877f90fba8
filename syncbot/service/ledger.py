"""The bookkeeping of one applied plan: what is remembered before, during and after the writes.

The order makes a run safe to stop anywhere: first the store learns what was read, recognised and found; each write
is in the journal before it is sent; a baseline moves only when every write it needs is confirmed; a record with an
unconfirmed write is flagged to be decided again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from syncbot.endpoints.base import Delete, Done, Row, Update
from syncbot.errors import AlreadyExists, EndpointError
from syncbot.mapping.binding import Bound
from syncbot.model.values import UNKNOWN, Value
from syncbot.reconcile.plan import (
    Action,
    Agree,
    Conflict,
    CreateRow,
    DeleteRow,
    StrayEdit,
    UpdateRow,
)
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.base import Intent, IntentStatus, RecordChange, Store

from .absent import Absent
from .deciding import Prepared
from .diary import Written
from .echoes import as_meant, as_written, to_be_written
from .jobs import Job, changes_of, habits, values_of, word_of, write_of
from .links import StoredLinks
from .owing import Owing
from .parts import Parts
from .report import Failure, KindReport
from .waiting import named


class Ledger:
    """Keeps the store true while a plan is applied. Not for two threads at once: `applying` holds a lock."""

    def __init__(
        self, parts: Parts, prepared: Prepared, links: StoredLinks, run: str, *, again: bool = False
    ) -> None:
        """Account for one plan of one run; `again`: all its records are flagged to be decided once more."""
        self._again = again
        self._absent = Absent(parts.store, prepared, again=again)
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
        self._match_ids: Mapping[Spot, str] = prepared.waiting.ids or {}
        self._planned = _planned_rows(prepared)
        self._met: set[str] = set()
        self._asked = {case.record for case in prepared.cases if case.known and case.known.conflicts}
        self._habits: list[str] = []
        self._owing = Owing(prepared.spec.policy, prepared.cases, prepared.plan.actions)

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
                rows=self._owing.read(case),
                unlinked=unlinked[case.record],
                agreed=self._agreed(agrees[case.record]),
                closes=self._closes(agrees[case.record])
                | self._ended(case.record, case.known.conflicts.values() if case.known else ()),
                again=self._again or self._open[case.record] > 0 or case.record in found,
            )
            for case in self._prepared.cases
        )
        self._keep_waiting()
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

    def without_key(self, job: Job, done: Done) -> Job | None:
        """Where only our key was refused, because another row carries it: the same write without it.

        Of two rows whose keys people swapped neither can be stamped before the other; what they say goes on.
        """
        write = job.write
        if not (isinstance(done.error, AlreadyExists) and isinstance(write, Update) and write.cells):
            return None
        self.fail(job.action.endpoint, job.action.title, done.error.detail, error=done.error)
        return replace(job, write=replace(write, key=None))

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
        self._parts.diary.wrote(self._told(action, done.error))

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
            notes=(*notes_of(self._prepared), *self._habits),
            conflict_ids=self._conflict_ids,
            match_ids=self._match_ids,
            met=len(self._met),
            faults=faults_of(self._prepared),
            compared=compared(self._prepared),
            unlisted=self._prepared.spec.policy.unlisted,
            known=self._parts.store.count(self._kind),
            linked={
                name: self._parts.store.count(self._kind, name) for name in self._prepared.gathering.sides
            },
        )

    def move_cursors(self) -> None:
        """Let the next reading go on where a complete one ended; what is unfinished is flagged by now.

        The endpoint of a row that went away is read from the old cursor again, until the others of its record are
        deleted.
        """
        leaving = {name for rows in self._leaving.values() for name in rows}
        for name, side in self._prepared.gathering.sides.items():
            if side.complete and side.cursor is not None and name not in leaving:
                self._own_store().set_cursor(
                    self._kind, name, side.cursor, run=self._run, at=self._parts.now()
                )
            if side.compared and name not in leaving:
                self._own_store().note_full_reading(self._kind, name, run=self._run, at=self._parts.now())

    def _told(self, action: Action, error: EndpointError | None) -> Written:
        return Written(
            run=self._run,
            kind=self._kind,
            record=action.record,
            endpoint=action.endpoint,
            connection=self._parts.endpoints[self._kind][action.endpoint].connection,
            action=word_of(action),
            error=type(error).__name__ if error else None,
        )

    # -- remembering

    def _own_store(self) -> Store:
        """The store, to be changed: only as long as the lease is ours. Raises `LeaseLost`."""
        self._parts.lease.keep()
        return self._parts.store

    def _keep_waiting(self) -> None:
        """Keep rows that belong to no record yet; only after the others, which they may have held up."""
        rows, self._match_ids = named(self._prepared.waiting, lambda: self._parts.new_id("match"))
        settled = self._prepared.waiting.settled
        if rows or settled:
            self._own_store().keep_waiting(rows, kind=self._kind, settled=settled)

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
        known = [self._absent.aged(change) for change in changes]
        away = {name for change in known for name in change.rows} - self._prepared.gathering.sides.keys()
        for name in away:  # of a place that left mappings/: it is read whole when it is back
            self._own_store().set_cursor(self._kind, name, None, run=self._run, at=self._parts.now())
        self._own_store().commit(known, run=self._run, at=self._parts.now())
        for change in known:
            for endpoint, ref in change.unlinked.items():
                self._links.forget_row(self._kind, endpoint, ref)

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
        return Job(intent=self._parts.new_id("write"), action=action, write=write_of(action, written.cells))

    def _intent(self, job: Job) -> Intent:
        action = job.action
        return Intent(
            id=job.intent,
            run=self._run,
            kind=self._kind,
            record=action.record,
            endpoint=action.endpoint,
            action=word_of(action),
            ref=None if isinstance(action, CreateRow) else action.ref,
            changes={name: both for name, both in changes_of(action).items() if name in self._sent(action)},
            at=self._parts.now(),
        )

    def _worked(self, action: Action, row: Row | None) -> None:
        self._counts[word_of(action)][action.endpoint] += 1
        self._open[action.record] -= 1
        self._confirmed[action.record].add(action.endpoint)
        rows: dict[str, SeenRow] = {}
        if row is not None:
            rows[action.endpoint] = self._seen(action, row)
            self._links.learn_row(self._kind, action.endpoint, action.record, row.ref)
        if self._met_an_edit(action, rows) or self._joined_a_question(action):
            self._met.add(action.record)
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
                    or action.record in self._met,
                )
            ]
        )

    def _seen(self, action: Action, row: Row) -> SeenRow:
        """The row in the fields of its kind; an answer to a write may leave the web address out (Graph)."""
        before = self._planned.get((action.record, action.endpoint))
        sent = self._sent(action)
        read = self._bound(action.endpoint).read(row, self._links, to_be_written(before, sent))
        seen = self._owing.written(action, as_written(as_meant(read, before), sent), sent)
        self._habits += habits(action, seen, before)
        return replace(seen, url=before.url) if seen.url is None and before is not None else seen

    def _sent(self, action: Action) -> Mapping[str, Value]:
        """The values that an action writes, without those that could not be worded."""
        if isinstance(action, DeleteRow):
            return {}
        return {
            name: value
            for name, value in values_of(action).items()
            if (action.record, action.endpoint, name) not in self._failed
        }

    def _met_an_edit(self, action: Action, rows: Mapping[str, SeenRow]) -> bool:
        """Whether the answer shows what nobody planned.

        That is an edit that came between reading and writing, or, on a new row, what the place fills in by itself
        (Notion: the first option of a status). Notion has no conditional write, and afterwards the row's last editor is
        us: it will not be told again.
        """
        before = self._planned.get((action.record, action.endpoint))
        after = rows.get(action.endpoint)
        if after is None or isinstance(action, DeleteRow):
            return False
        ours = values_of(action)
        was = before.values if before else dict.fromkeys(after.values)
        return any(
            value is not UNKNOWN and was.get(name, value) not in (UNKNOWN, value)
            for name, value in after.values.items()
            if name not in ours
        )

    def _joined_a_question(self, action: Action) -> bool:
        """Whether a row was made of which the people who are asked about its record were not told."""
        return isinstance(action, CreateRow) and action.record in self._asked

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
