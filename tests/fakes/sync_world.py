"""A small world without any service: places that hold rows, people who edit them, and a run that applies plans.

`apply` is what the service does with a plan, without journal, network or clock: rows are written, and what is known
moves only after.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.reconcile.identity import identify
from syncbot.reconcile.plan import Agree, Conflict, CreateRow, DeleteRow, Plan, StrayEdit, UpdateRow
from syncbot.reconcile.planning import GuardInput, plan
from syncbot.reconcile.policy import KindPolicy
from syncbot.reconcile.state import Agreed, Case, Decision, GoneRow, KnownRecord, SeenRow

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class WorldRow:
    """A row at a place, whatever a reading shows of it."""

    values: dict[str, Value]
    key: str | None = None
    version: int = 0
    edited_at: datetime = START
    by_us: bool = False


@dataclass
class World:
    """All places, and what the store knows."""

    policy: KindPolicy
    places: dict[str, dict[str, WorldRow]]
    """By endpoint and ref."""
    known: dict[str, KnownRecord] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    """By id, only open ones."""
    strays: list[StrayEdit] = field(default_factory=list)
    blind: set[tuple[str, str]] = field(default_factory=set)
    """Endpoint and field that cannot be read now."""
    unread: dict[str, set[str]] = field(default_factory=dict)
    """By endpoint: refs that changed since they were read last."""
    gone: dict[str, set[str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)
    failing: set[str] = field(default_factory=set)
    """Endpoints whose writes fail now."""

    # -- what people do

    def add(self, endpoint: str, values: Mapping[str, Value]) -> str:
        """Somebody makes a row."""
        ref = f"{endpoint}-{next(self.numbers)}"
        self.places[endpoint][ref] = WorldRow(dict(values))
        self._touch(endpoint, ref)
        return ref

    def edit(self, endpoint: str, ref: str, label: str, value: Value) -> None:
        """Somebody writes into a row."""
        self.places[endpoint][ref].values[label] = value
        self._touch(endpoint, ref)

    def remove(self, endpoint: str, ref: str) -> None:
        """Somebody puts a row into the trash."""
        del self.places[endpoint][ref]
        self.gone.setdefault(endpoint, set()).add(ref)
        self.unread.setdefault(endpoint, set()).discard(ref)

    def answer(self, conflict: str, value: Value) -> None:
        """Somebody answers a conflict."""
        asked = self.conflicts[conflict]
        known = self.known[asked.record]
        decision = Decision(value=value, conflict=conflict, by="ada", at=START)
        self.known[asked.record] = replace(known, decisions={**known.decisions, asked.field: decision})

    def _touch(self, endpoint: str, ref: str, *, by_us: bool = False) -> None:
        row = self.places[endpoint][ref]
        row.version += 1
        row.by_us = by_us
        row.edited_at = START + timedelta(seconds=next(self.numbers))
        if not by_us:
            self.unread.setdefault(endpoint, set()).add(ref)

    # -- a run

    def look(self, *, full: bool, order: Sequence[str] | None = None) -> Plan:
        """Read and decide; nothing changes."""
        return self._decide(full=full, order=order)[1]

    def run(self, *, full: bool = False) -> Plan:
        """Read, decide and apply."""
        cases, made = self._decide(full=full, order=None)
        self.unread, self.gone = {}, {}
        self.apply(cases, made)
        return made

    def cut_off(self) -> None:
        """Read and decide; nothing but the rows that were read is remembered before the process dies."""
        self._remember_all(*self._decide(full=False, order=None))
        self.unread, self.gone = {}, {}

    def _decide(self, *, full: bool, order: Sequence[str] | None) -> tuple[tuple[Case, ...], Plan]:
        keys = count(len(self.known))
        names = list(order or self.places)
        found = identify(
            self.policy,
            seen={name: self._seen(name, full=full) for name in names},
            gone={
                name: [GoneRow(ref=one, reason="trashed") for one in sorted(self.gone.get(name, ()))]
                for name in names
            },
            known=self.known,
            refs={
                name: {
                    key: record.rows[name].ref for key, record in self.known.items() if name in record.rows
                }
                for name in names
            },
            new_key=lambda: f"key-{next(keys)}",
        )
        made = plan(self.policy, found, guards=GuardInput(allow_mass_change=True))
        return tuple(found.cases), made

    def _seen(self, endpoint: str, *, full: bool) -> list[SeenRow]:
        wanted = self.places[endpoint] if full else self.unread.get(endpoint, set())
        return [self.shown(endpoint, ref) for ref in sorted(wanted)]

    def shown(self, endpoint: str, ref: str) -> SeenRow:
        """What a reading shows of a row."""
        row = self.places[endpoint][ref]
        values: dict[str, Cell] = {
            label: UNKNOWN if (endpoint, label) in self.blind else row.values.get(label)
            for label, place in self.policy.fields.items()
            if endpoint in place.places
        }
        return SeenRow(
            ref=ref,
            version=str(row.version),
            key=row.key,
            values=values,
            edited_at=row.edited_at,
            by_us=row.by_us,
            faults={label: "the column is of another type" for name, label in self.blind if name == endpoint},
        )

    def apply(self, cases: Sequence[Case], made: Plan) -> None:
        """Carry out a plan; baselines move only for what was confirmed."""
        self._remember_all(cases, made)
        done = {self._carry_out(action) for action in made.actions}
        for agree in made.agrees:
            if all((agree.record, name) in done for name in agree.after):
                self._agree(agree)
        for conflict in made.ended:
            self._close(conflict)
        for finding in made.findings:
            if isinstance(finding, Conflict):
                self._open(finding)
            elif isinstance(finding, StrayEdit):
                self.strays.append(finding)

    def _remember_all(self, cases: Sequence[Case], made: Plan) -> None:
        for case in cases:
            self._remember(case)
        for unlink in made.unlinks:
            self._unlink(unlink.record, unlink.endpoint, unlink.ref)

    def _agree(self, agree: Agree) -> None:
        record = self.known[agree.record]
        agreed = Agreed(value=agree.value, source=agree.source, at=START, run="r")
        self.known[agree.record] = replace(record, agreed={**record.agreed, agree.field: agreed})
        if agree.closes:
            self._close(agree.closes)

    def _remember(self, case: Case) -> None:
        record = self.known.get(case.record) or KnownRecord(key=case.record, rows={})
        seen = {
            name: row
            for name, row in case.seen.items()
            if isinstance(row, SeenRow) and name not in case.aside
        }
        unlinked = {name: ref for name, ref in record.unlinked.items() if name not in seen}
        self.known[case.record] = replace(record, rows={**record.rows, **seen}, unlinked=unlinked)

    def _unlink(self, key: str, endpoint: str, ref: str) -> None:
        record = self.known[key]
        rows = {name: row for name, row in record.rows.items() if name != endpoint}
        self.known[key] = replace(record, rows=rows, unlinked={**record.unlinked, endpoint: ref})

    def _carry_out(self, action: CreateRow | UpdateRow | DeleteRow) -> tuple[str, str]:
        if action.endpoint in self.failing:
            return ("", "")
        if isinstance(action, DeleteRow):
            del self.places[action.endpoint][action.ref]
            self._unlink(action.record, action.endpoint, action.ref)
            return (action.record, action.endpoint)
        if isinstance(action, CreateRow):
            ref = f"{action.endpoint}-{next(self.numbers)}"
            row = self.places[action.endpoint][ref] = WorldRow(dict(action.values), key=action.record)
        else:
            ref, row = action.ref, self.places[action.endpoint][action.ref]
            row.values.update({change.field: change.after for change in action.changes})
            row.key = action.record if action.stamp else row.key
        self._touch(action.endpoint, ref, by_us=True)
        record = self.known[action.record]
        shown = self.shown(action.endpoint, ref)
        self.known[action.record] = replace(record, rows={**record.rows, action.endpoint: shown})
        return (action.record, action.endpoint)

    def _open(self, conflict: Conflict) -> None:
        record = self.known[conflict.record]
        key = record.conflicts.get(conflict.field) or f"conflict-{next(self.numbers)}"
        self.conflicts[key] = conflict
        self.known[conflict.record] = replace(
            record,
            conflicts={**record.conflicts, conflict.field: key},
            shown={
                **record.shown,
                conflict.field: {name: side.value for name, side in conflict.sides.items()},
            },
        )

    def _close(self, conflict: str) -> None:
        if asked := self.conflicts.pop(conflict, None):
            record = self.known[asked.record]
            self.known[asked.record] = replace(
                record,
                conflicts={label: one for label, one in record.conflicts.items() if one != conflict},
                decisions={label: one for label, one in record.decisions.items() if one.conflict != conflict},
            )
