"""Lists in pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..frame import Answer
from .errors import Refused, invalid
from .state import Wire


@dataclass(frozen=True, kw_only=True)
class Paged:
    """One page of ids and where the next one begins."""

    keys: Sequence[str]
    cursor: str | None


def paged(keys: Sequence[str], size: int, cursor: str | None) -> Paged:
    """Cut out the page that begins at the id which is the cursor."""
    if cursor is not None and cursor not in keys:
        raise bad_cursor(cursor)
    start = 0 if cursor is None else keys.index(cursor)
    following = keys[start + size : start + size + 1]
    return Paged(keys=keys[start : start + size], cursor=following[0] if following else None)


def bad_cursor(cursor: object) -> Refused:
    """400 of a cursor that nobody handed out for this list."""
    return invalid(f"The start_cursor provided is invalid: {cursor}")


def listed(kind: str, results: Sequence[Wire], cursor: str | None, more: Wire | None = None) -> Answer:
    """Word a list; `more` are members besides the usual ones."""
    body: Wire = {
        "object": "list",
        "results": list(results),
        "next_cursor": cursor,
        "has_more": cursor is not None,
        "type": kind,
        kind: {},
    }
    return Answer(status=200, body=body | (more or {}))
