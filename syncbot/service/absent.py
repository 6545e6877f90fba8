"""Places that left mappings/ and may come back: what their rows last said is no edit by then, only old."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from syncbot.reconcile.state import UNHEARD, KnownRecord, SeenRow
from syncbot.store.base import RecordChange, Store

from .deciding import Prepared


class Absent:
    """The rows that the records of a plan have at places which mappings/ do not name any more."""

    def __init__(self, store: Store, prepared: Prepared, *, again: bool) -> None:
        """Find them; `again`: the plan is one of undoing, which leaves out what it cannot reach."""
        known = {case.record: case.known for case in prepared.cases if case.known}
        if again and known:
            known = dict(store.records(prepared.spec.kind, set(known)))
        here = prepared.spec.policy.endpoints.keys()
        self._known = {key: _elsewhere(one, here) for key, one in known.items() if one.rows.keys() - here}

    def aged(self, change: RecordChange) -> RecordChange:
        """Return the change with those rows that do not say what is agreed now.

        They count as rows that were out of sight: when the place comes back, they are read anew, and where they still
        differ nobody can tell an edit from their age.
        """
        rows = self._known.get(change.record, {}) if change.agreed else {}
        old = {name: aged for name, row in rows.items() if (aged := _aged(row, change)) is not row}
        if not old:
            return change
        self._known[change.record] = {**rows, **old}
        return replace(change, rows={**old, **change.rows})


def _elsewhere(known: KnownRecord, here: AbstractSet[str]) -> dict[str, SeenRow]:
    return {name: row for name, row in known.rows.items() if name not in here}


def _aged(row: SeenRow, change: RecordChange) -> SeenRow:
    """Take from a row what is not agreed any more."""
    old = {
        name for name, one in change.agreed.items() if name in row.values and row.values[name] != one.value
    }
    if not old:
        return row
    return replace(
        row,
        version=UNHEARD,
        values={name: cell for name, cell in row.values.items() if name not in old},
        echoes={name: cell for name, cell in row.echoes.items() if name not in old},
    )
