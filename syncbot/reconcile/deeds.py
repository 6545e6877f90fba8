"""What a run did to one record, and how that stands now: what taking it back is decided from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from syncbot.model.values import Value

from .state import KnownRecord


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """What the run wrote at one place, all its writes taken together."""

    created: bool = False
    deleted: bool = False
    restored: bool = False
    ref: str | None = None
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    """By field: what the place said before the run, and after it."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """How the run moved the baseline of a field."""

    before: Value
    after: Value
    source: str


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What can be done at a place now."""

    deletes: bool = True
    restores: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    """By field: why it cannot be written there now."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a run did to one record, and how that stands now."""

    run: str
    title: str
    known: KnownRecord
    """With the rows as they are now; a row that went is not among them."""
    wrote: Mapping[str, Wrote]
    """By endpoint."""
    moves: Mapping[str, Move] = field(default_factory=dict)
    """By field."""
    met_before: bool = True
    """The record was known before the run."""
    own_questions: frozenset[str] = frozenset()
    """Ids of open conflicts that the run itself opened."""
    reach: Mapping[str, Reach] = field(default_factory=dict)
    """By endpoint."""


def taken_together(earlier: Wrote, later: Wrote) -> Wrote:
    """Return two writes of a run at one place as one: the first before, the last after."""
    changes = dict(earlier.changes)
    for label, (before, after) in later.changes.items():
        changes[label] = (changes[label][0] if label in changes else before, after)
    return replace(
        later,
        created=earlier.created or later.created,
        restored=earlier.restored or later.restored,
        deleted=later.deleted,
        ref=later.ref or earlier.ref,
        changes=changes,
    )
