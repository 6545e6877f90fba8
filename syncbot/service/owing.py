"""What a row is still owed: fields in which it never had a say, until it is known to say what the record says.

A row is remembered as it was read before it is written. Were the write lost, what stood there from the beginning would
look like an edit the next time: an empty cell would empty every other place. So it would where the home of a field is
gone just then, and nobody can fill the row.
"""

from collections.abc import Mapping
from dataclasses import replace

from syncbot.model.values import Value
from syncbot.reconcile.plan import Action, CreateRow, DeleteRow, UpdateRow
from syncbot.reconcile.policy import KindPolicy
from syncbot.reconcile.questions import met_first
from syncbot.reconcile.state import Case, GoneRow, SeenRow

from .jobs import values_of


class Owing:
    """The debts of one plan."""

    def __init__(self, policy: KindPolicy, cases: tuple[Case, ...], actions: tuple[Action, ...]) -> None:
        """Find what rows that are new to their records are to be brought, by its writes or by those of a later one."""
        written = {
            (one.record, one.endpoint): values_of(one) for one in actions if isinstance(one, UpdateRow)
        }
        self._owed: dict[tuple[str, str], frozenset[str]] = {}
        for case in cases:
            for name, row in {
                **_known(case),
                **_read(case),
            }.items():  # also rows that are written and were not read
                labels = written.get((case.record, name), {}).keys() | _left_empty(case, row)
                if labels and (owed := met_first(policy, case, name, labels)):
                    self._owed[case.record, name] = owed

    def read(self, case: Case) -> dict[str, SeenRow]:
        """Return the rows that a run read of a record, by endpoint, with what they are owed."""
        return {
            name: replace(row, owed=owed) if (owed := self._owed.get((case.record, name))) else row
            for name, row in _read(case).items()
        }

    def written(self, action: Action, row: SeenRow, sent: Mapping[str, Value]) -> SeenRow:
        """Return a row after a write that brought it these values."""
        if isinstance(action, DeleteRow):
            return row
        new = isinstance(action, CreateRow)
        owed = (
            frozenset(values_of(action))
            if new
            else self._owed.get((action.record, action.endpoint), frozenset())
        )
        return replace(row, owed=left) if (left := owed - sent.keys()) else row


def _read(case: Case) -> dict[str, SeenRow]:
    return {name: row for name, row in case.seen.items() if not isinstance(row, GoneRow)}


def _known(case: Case) -> Mapping[str, SeenRow]:
    return {} if case.known is None else case.known.rows


def _left_empty(case: Case, row: SeenRow) -> set[str]:
    """Fields in which a row is empty and something is agreed: while the home of one is gone, nobody fills it."""
    agreed = {} if case.known is None else case.known.agreed
    empty = (label for label, cell in row.values.items() if cell is None)
    return {label for label in empty if (one := agreed.get(label)) is not None and one.value is not None}


def looked_up(row: SeenRow, known: SeenRow | None, saved: Mapping[str, Value]) -> SeenRow:
    """Return a row that was looked up after a run was cut off, of which these values are known to be saved.

    Of a row that was made nobody knows what else it was to be given: where it is empty, it had no say.
    """
    empty = {name for name, cell in row.values.items() if cell is None}
    owed = (known.owed if known is not None else empty) - saved.keys()
    return replace(row, owed=frozenset(owed)) if owed else row
