"""How a record stands on the endpoints in one run."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncbot.model.values import UNKNOWN

from .policy import KindPolicy
from .state import Case, GoneRow, KnownRecord, SeenRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """How a record stands on the endpoints in this run."""

    policy: KindPolicy
    case: Case
    known: KnownRecord
    rows: Mapping[str, SeenRow]
    """By endpoint in the order of names: the row as it is now; not those that went or are put aside."""
    gone: Mapping[str, GoneRow]
    title: str

    def carries_key(self, endpoint: str) -> bool:
        """Whether the row carries our key of the record: we made or linked it before."""
        return self.rows[endpoint].key == self.case.record


def stand_of(policy: KindPolicy, case: Case) -> Stand:
    """Put together what is known and what was seen."""
    known = case.known or KnownRecord(key=case.record, rows={})
    rows: dict[str, SeenRow] = {}
    gone: dict[str, GoneRow] = {}
    for name in sorted(policy.endpoints):
        seen, before = case.seen.get(name), known.rows.get(name)
        if before is not None and isinstance(seen, GoneRow) and seen.ref == before.ref:
            gone[name] = seen  # also of a place put aside: no later reading tells it again
        elif name in case.aside:
            continue
        elif isinstance(seen, SeenRow):
            rows[name] = seen
        elif before is not None:
            rows[name] = before
    return Stand(
        policy=policy, case=case, known=known, rows=rows, gone=gone, title=_title(policy, case, known, rows)
    )


def _title(policy: KindPolicy, case: Case, known: KnownRecord, rows: Mapping[str, SeenRow]) -> str:
    """What people call the record: what was last agreed, else what the first place says, else where its row is."""
    name = policy.title_field
    if (agreed := known.agreed.get(name)) and agreed.value is not None:
        return str(agreed.value)
    home = policy.fields[name].home if name in policy.fields else None
    for row in sorted(rows.items(), key=lambda one: (one[0] != home, one[0])):
        if (cell := row[1].values.get(name)) not in (None, UNKNOWN):
            return str(cell)
    for _, before in sorted(known.rows.items()):
        if (cell := before.values.get(name)) not in (None, UNKNOWN):
            return str(cell)
    where = [f"{endpoint} {row.ref}" for endpoint, row in sorted(rows.items())]
    return f"a row without a name ({where[0]})" if where else case.record
