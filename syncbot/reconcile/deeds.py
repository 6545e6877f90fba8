"""What a run did to one record, and how that stands now: what taking it back is decided from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncbot.model.values import Value

from .rulings import Spot
from .state import UNHEARD, KnownRecord, SeenRow


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
    """By endpoint: what it wrote on the record's own row."""
    strange: Mapping[Spot, str] = field(default_factory=dict)
    """Of rows that it wrote on, and that are not this record's any more: why they are left alone."""
    moves: Mapping[str, Move] = field(default_factory=dict)
    """By field."""
    met_before: bool = True
    """The record was known before the run."""
    own_questions: frozenset[str] = frozenset()
    """Ids of open conflicts that the run itself opened."""
    reach: Mapping[str, Reach] = field(default_factory=dict)
    """By endpoint."""


def sorted_out(
    known: KnownRecord, wrote: Iterable[tuple[str, Wrote]], against: Mapping[Spot, str]
) -> tuple[Mapping[str, Wrote], Mapping[Spot, str]]:
    """Tell writes on the record's own rows from those on rows that were its own, or of a record merged into it.

    `wrote` are endpoints and writes, oldest first; `against` says of rows why they are not the record's. A row that
    went away is its own still.
    """
    mine: dict[str, Wrote] = {}
    strange: dict[Spot, str] = {}
    for name, one in wrote:
        row = known.rows.get(name)
        ref = row.ref if row is not None else known.unlinked.get(name)
        reason = against.get((name, str(one.ref)))
        if reason is None and one.ref not in (None, ref):
            reason = "the row is not this record's any more"
        if reason is None:
            mine[name] = taken_together(mine[name], one) if name in mine else one
        elif one.changes or one.created or one.deleted or one.restored:
            strange[name, str(one.ref)] = reason
    return mine, strange


def moves_of(
    known: KnownRecord,
    lines: Sequence[tuple[str, Move]],
    wrote: Mapping[str, Wrote],
    *,
    run: str,
    merged: bool,
) -> Mapping[str, Move]:
    """By field: the baseline before the run and after it; `lines` are its moves, oldest first.

    `merged`: a record was merged into this one since, and its moves are among these. Then only one counts that is
    certainly this record's: the run was the last to agree on its value, and wrote just that.
    """
    found: dict[str, Move] = {}
    for name, line in lines:
        if merged and not _is_own(known, name, line, wrote, run):
            continue
        before = found[name].before if name in found and not merged else line.before
        found[name] = replace(line, before=before)
    return found


def _is_own(known: KnownRecord, name: str, line: Move, wrote: Mapping[str, Wrote], run: str) -> bool:
    now = known.agreed.get(name)
    if now is None or (now.run, now.source, now.value) != (run, line.source, line.after):
        return False
    both = [one.changes[name] for one in wrote.values() if name in one.changes]
    return all(one == (line.before, line.after) for one in both)


def out_of_the_trash(row: SeenRow, known: KnownRecord) -> SeenRow:
    """Take from a row that was brought back only what is agreed still.

    Of the rest nobody can tell an edit from its age: the next run deals with it as with any row that came back, and
    reads it for that.
    """
    values = {
        name: cell
        for name, cell in row.values.items()
        if name not in known.agreed or known.agreed[name].value == cell
    }
    return row if len(values) == len(row.values) else replace(row, version=UNHEARD, values=values)


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
