"""Rows that need no decision, told while they are read: of a full reading nearly all."""

from .policy import KindPolicy
from .records import is_as_agreed
from .state import KnownRecord, SeenRow


def nothing_new(policy: KindPolicy, known: KnownRecord | None, endpoint: str, seen: SeenRow) -> bool:
    """Whether a row may be left out of what is decided, without any plan becoming another one.

    It may when it is just as it was last seen, and its record is at rest: what was last seen of all its rows is what
    was agreed. A plan takes what is known of a row that was not read, so it is the same with the row and without it.
    """
    if known is None or (before := known.rows.get(endpoint)) is None:
        return False
    return seen == before and is_as_agreed(policy, known)
