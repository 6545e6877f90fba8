"""What a record is called, for recognising it."""

from collections.abc import Mapping

from syncbot.model.values import UNKNOWN, Value

from .policy import KindPolicy
from .state import GoneRow, KnownRecord, SeenRow


def labels_of(policy: KindPolicy) -> set[str]:
    """Return the fields by which records of a kind are recognised."""
    identity = policy.identity
    own = {identity.name} if identity.name else set()
    keys = {label for key in identity.keys for label in key}
    return {policy.title_field, *own, *identity.within, *keys}


def values_of(
    labels: set[str], known: KnownRecord | None, seen: Mapping[str, SeenRow | GoneRow]
) -> dict[str, Value]:
    """Return what was last agreed, else what a place says: now, or when it was last read."""
    rows = [row for _, row in sorted(seen.items()) if isinstance(row, SeenRow)]
    rows += [row for _, row in sorted(known.rows.items())] if known else []
    values: dict[str, Value] = {}
    for label in labels:
        if known and (agreed := known.agreed.get(label)) and agreed.value is not None:
            values[label] = agreed.value
            continue
        for row in rows:
            cell = row.values.get(label)
            if cell is not None and cell is not UNKNOWN:
                values[label] = cell
                break
    return values
