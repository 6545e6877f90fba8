"""Sift what was read: of each record all rows at once, against what is known of it; only what matters is kept.

A whole reading is taken in one pass, a thousand records at a time: what is known of all of 100,000 is never in memory
together, each record is loaded once however many places have a row of it, and a row is let go once it was looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from syncbot.endpoints.base import Endpoint, Row
from syncbot.errors import EndpointError
from syncbot.mapping.binding import Bound
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.quiet import nothing_new
from syncbot.reconcile.records import is_as_agreed
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import Store

from .echoes import as_meant
from .links import StoredLinks

_AT_ONCE = 1_000


@dataclass(kw_only=True)
class Side:
    """The rows that one endpoint told."""

    endpoint: Endpoint
    bound: Bound
    fresh: bool
    """The schema was read in this run, not remembered."""
    compare: bool
    """Every row is compared, also one at the version at which it was last seen."""
    rows: dict[str, Row]
    """By ref; those that were not looked at yet."""
    waiting: Mapping[str, SeenRow]
    """By ref: rows without a record, as they were last read."""
    kept: list[SeenRow] = field(default_factory=list)
    """Rows that are not as they were last seen, or of records on which something is to be decided anyway."""
    unsure: bool = False
    """A row that may have been shown as it once was could not be looked up."""
    odd: bool = False
    """A row that was compared has cells which do not fit the schema as it is remembered."""


_Group: TypeAlias = list[tuple[Side, Row]]
"""The rows of one record."""


def sift(store: Store, spec: KindSpec, links: StoredLinks, sides: Sequence[Side]) -> None:
    """Look at all rows of these endpoints, and keep what matters."""
    for groups, alone in _in_batches(spec.kind, links, sides):
        known = store.records(spec.kind, groups.keys()) if groups else {}
        for key, group in groups.items():
            _look(spec, links, known.get(key), group)
        for one in alone:
            _look(spec, links, None, [one])


def _in_batches(
    kind: str, links: StoredLinks, sides: Sequence[Side]
) -> Iterator[tuple[dict[str, _Group], _Group]]:
    """Take the rows out, the rows of one record together; also those that are no record's."""
    for side in sides:
        others = [(one, links.refs_at(kind, one.endpoint.name)) for one in sides if one is not side]
        refs = iter(list(side.rows))
        while some := list(islice(refs, _AT_ONCE)):
            groups, alone = _grouped(kind, links, side, some)
            for other, elsewhere in others:
                for key, group in groups.items():
                    if (row := other.rows.pop(elsewhere.get(key, ""), None)) is not None:
                        group.append((other, row))
            yield groups, alone


def _grouped(
    kind: str, links: StoredLinks, side: Side, refs: Iterable[str]
) -> tuple[dict[str, _Group], _Group]:
    """Take rows of one endpoint out, unless that was done already with the other rows of their records."""
    groups: dict[str, _Group] = {}
    alone: _Group = []
    for ref in refs:
        if (row := side.rows.pop(ref, None)) is not None:
            key = links.record_of(kind, side.endpoint.name, ref)
            (alone if key is None else groups.setdefault(key, [])).append((side, row))
    return groups, alone


def _look(spec: KindSpec, links: StoredLinks, known: KnownRecord | None, group: _Group) -> None:
    """Keep those rows of a record on which something may have to be decided."""
    rests: bool | None = None
    for side, told in group:
        name = side.endpoint.name
        side.odd = side.odd or (side.compare and not side.fresh and bool(told.faults))
        before = _last_seen(known, side, told)
        if _as_it_was(side, told, before):
            continue
        if (row := _as_it_is(side, told, before or side.waiting.get(told.ref))) is None:
            continue
        seen = side.bound.read(row, links, before)
        if seen is before:  # nearly always
            if rests is None:
                rests = known is not None and is_as_agreed(spec.policy, known)
            if rests and not _says_a_fault(side, seen):
                continue
            seen = replace(seen)  # what this run read is another thing than what is remembered
        seen = as_meant(seen, before)
        quiet = before is not None and nothing_new(spec.policy, known, name, seen)
        if not quiet or _says_a_fault(side, seen):
            side.kept.append(seen)


def _last_seen(known: KnownRecord | None, side: Side, row: Row) -> SeenRow | None:
    """Return the same row as it is known of its record."""
    before = known.rows.get(side.endpoint.name) if known else None
    return before if before is not None and before.ref == row.ref else None


def _says_a_fault(side: Side, row: SeenRow) -> bool:
    """Whether every comparison tells the row again: else nobody would ever hear what is not understood on it."""
    return side.compare and bool(row.faults)


def _as_it_was(side: Side, row: Row, before: SeenRow | None) -> bool:
    """Whether a row is still as we saw or wrote it; a schema read afresh may make another thing of the same row."""
    return (
        not (side.fresh or side.compare)
        and before is not None
        and before.version == row.version
        and before.key == row.key
    )


def _as_it_is(side: Side, row: Row, before: SeenRow | None) -> Row | None:
    """Return the row; one that may be old as a look-up says it, None where it is gone or could not be looked up.

    Listings may lag behind writes by seconds. An old value taken from one would look like an edit, and undo a newer one.
    """
    if not _may_be_old(row, before):
        return row
    try:
        found = side.endpoint.get(row.ref, side.bound.schema)
    except EndpointError:
        side.unsure = True
        return None
    return found if isinstance(found, Row) else None


def _may_be_old(row: Row, before: SeenRow | None) -> bool:
    """Whether a row may be shown as it was before it was last seen or written: it differs, and is not newer."""
    if before is None or before.version == row.version or before.edited_at is None or row.edited_at is None:
        return False
    return row.edited_at <= before.edited_at
