"""Rows that need no decision, told while they are read: of a full reading nearly all."""

from .policy import KindPolicy
from .records import NOTHING, as_dict, decide_record
from .state import Case, KnownRecord, SeenRow


def nothing_new(policy: KindPolicy, known: KnownRecord | None, endpoint: str, seen: SeenRow) -> bool:
    """Whether a row may be left out of what is decided, without any plan becoming another one.

    It may when it is just as it was last seen, and its record is at rest: what was last seen of all its rows is what
    was agreed. A plan takes what is known of a row that was not read, so it is the same with the row and without it.
    """
    if known is None or (before := known.rows.get(endpoint)) is None:
        return False
    return (
        _same(seen, before) and decide_record(policy, Case(record=known.key, known=known, seen={})) is NOTHING
    )


def _same(one: SeenRow, other: SeenRow) -> bool:
    return _marks(one) == _marks(other) and as_dict(one.values) == as_dict(other.values)


def _marks(row: SeenRow) -> tuple[object, ...]:
    """Everything but the values, which may stand in mappings of different sorts."""
    stamps = (row.ref, row.version, row.key, row.edited_at, row.edited_by, row.by_us, row.url)
    return (*stamps, dict(row.faults), dict(row.echoes))
