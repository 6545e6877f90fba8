"""What a commit comes to: changes laid over what was known, without any I/O. All stores share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.base import HistoryLine, RecordChange

RecordKey = tuple[str, str]
"""Kind and key of a record."""
LinkKey = tuple[str, str, str]
"""Kind, key of the record, endpoint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is held of a record besides its rows."""

    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    """By field: the baseline."""
    unlinked: Mapping[str, str] = field(default_factory=dict)
    """By endpoint: the ref of a row that went away."""
    again: bool = False
    """Flagged to be decided again."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What must be written."""

    held: dict[RecordKey, Held] = field(default_factory=dict)
    """Each record touched, as it is now."""
    links: dict[LinkKey, SeenRow | None] = field(default_factory=dict)
    """Each link touched; None = it is no more."""
    history: list[HistoryLine] = field(default_factory=list)
    closes: dict[str, str] = field(default_factory=dict)
    """Ids of conflicts that are over, and how."""


def fold(
    changes: Sequence[RecordChange], before: Mapping[RecordKey, Held], *, run: str, at: datetime
) -> Outcome:
    """Lay the changes, in their order, over what is held now; a record absent from `before` is new."""
    outcome = Outcome()
    for change in changes:
        key = (change.kind, change.record)
        held = outcome.held.get(key) or before.get(key) or Held()
        outcome.history.extend(_moved(change, held, run=run, at=at))
        outcome.held[key] = _laid_over(held, change)
        outcome.links.update({(*key, endpoint): None for endpoint in change.unlinked})
        outcome.links.update({(*key, endpoint): row for endpoint, row in change.rows.items()})
        outcome.closes.update(change.closes)
    return outcome


def _laid_over(held: Held, change: RecordChange) -> Held:
    unlinked = {**held.unlinked, **change.unlinked}
    return replace(
        held,
        agreed={**held.agreed, **change.agreed},
        unlinked={endpoint: ref for endpoint, ref in unlinked.items() if endpoint not in change.rows},
        again=held.again if change.again is None else change.again,
    )


def _moved(change: RecordChange, held: Held, *, run: str, at: datetime) -> list[HistoryLine]:
    return [
        HistoryLine(
            kind=change.kind,
            record=change.record,
            field=name,
            before=before,
            after=agreed.value,
            source=agreed.source,
            at=at,
            run=run,
        )
        for name, agreed in change.agreed.items()
        if (before := held.agreed[name].value if name in held.agreed else None) != agreed.value
    ]
