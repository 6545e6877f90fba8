"""Gather: ask all endpoints of a kind at once, and say their rows in the fields of the kind."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from syncbot.endpoints.base import Endpoint, Gone, Reading, Row, Versions, nothing_known
from syncbot.errors import CursorExpired, EndpointError
from syncbot.mapping.binding import Bound, bind, restore
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.quiet import nothing_new
from syncbot.reconcile.state import GoneRow, KnownRecord, SeenRow
from syncbot.store.base import Store, WaitingRow

from .echoes import as_meant
from .links import StoredLinks
from .parts import Parts


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What one endpoint of a kind said."""

    endpoint: str
    bound: Bound
    fresh: bool
    """The schema was read in this run, not remembered."""
    full: bool
    """All rows were read."""
    complete: bool
    cursor: str | None
    compared: bool = False
    """Every row was compared, also those that look as they were last seen."""
    rows: Sequence[SeenRow] = ()
    """Only rows that are not as they were last seen, or of records on which something is to be decided anyway."""
    read: int = 0
    """How many rows came, changed or not."""
    gone: Sequence[GoneRow] = ()
    left: frozenset[str] = frozenset()
    """Refs of rows that waited for a person and are not there any more."""
    notes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What all endpoints of a kind said, and which could not be asked."""

    sides: Mapping[str, Gathered] = field(default_factory=dict)
    failed: Mapping[str, EndpointError] = field(default_factory=dict)
    waiting: Sequence[WaitingRow] = ()
    """Rows without a record, as earlier runs left them."""


@dataclass(frozen=True, kw_only=True)
class _Order:
    """What is to be asked of one endpoint; everything from the store is in here, so that a thread needs no store."""

    spec: KindSpec
    endpoint: Endpoint
    bound: Bound | None
    earlier: str | None
    cursor: str | None
    describe: bool
    compare: bool
    """Compare every row: an edit that the place's own marks hid shows only so."""
    known: Versions


Moved: TypeAlias = Collection[tuple[str, str]]
"""Endpoints and refs of rows that are known to have changed, whether a reading tells them or not."""


def gather(
    parts: Parts, spec: KindSpec, links: StoredLinks, *, full: bool, describe: bool, moved: Moved = ()
) -> Gathering:
    """Read every endpoint of a kind, connections side by side.

    `full` forgets the cursors and compares every row; `describe` reads the schemas again although they are remembered.
    """
    endpoints = parts.endpoints[spec.kind]
    waiting = parts.store.waiting(spec.kind)
    orders = [
        _order(parts.store, spec, one, _versions(waiting, one.name), full=full, describe=describe)
        for one in endpoints.values()
    ]
    for order in orders:
        parts.watch.reading(spec.kind, order.endpoint.name)
    answers = _side_by_side(orders)
    failed = {name: answer for name, answer in answers.items() if isinstance(answer, EndpointError)}
    sides: dict[str, Gathered] = {}
    for name, answer in answers.items():
        if not isinstance(answer, EndpointError):
            moved_here = {ref for place, ref in moved if place == name}
            whole = _with_moved(parts.endpoints[spec.kind][name], answer, moved_here)
            sides[name] = _translated(parts, spec, links, name, whole, _versions(waiting, name))
            parts.watch.read(spec.kind, name, sides[name].read)
    return Gathering(sides=sides, failed=failed, waiting=waiting)


def _versions(waiting: Sequence[WaitingRow], endpoint: str) -> dict[str, str]:
    """By ref: the rows of an endpoint that wait for a person, at the version at which they were read."""
    return {one.row.ref: one.row.version for one in waiting if one.endpoint == endpoint}


def still_bound(parts: Parts, spec: KindSpec, gathering: Gathering) -> bool:
    """Read the schemas that were only remembered, and say whether the columns are still what they were."""
    stale = [side for side in gathering.sides.values() if not side.fresh]

    def same(side: Gathered) -> bool:
        schema = parts.endpoints[spec.kind][side.endpoint].describe()
        return bind(spec, side.endpoint, schema, side.bound.text).text == side.bound.text

    try:
        with ThreadPoolExecutor(max_workers=max(1, len(stale))) as pool:
            return all(pool.map(same, stale))
    except EndpointError:
        return False  # the reading to come says what is wrong


@dataclass(frozen=True, kw_only=True)
class _Answer:
    bound: Bound
    fresh: bool
    compare: bool
    reading: Reading


def _order(
    store: Store,
    spec: KindSpec,
    endpoint: Endpoint,
    waiting: Mapping[str, str],
    *,
    full: bool,
    describe: bool,
) -> _Order:
    text = store.binding(spec.kind, endpoint.name)
    bound = restore(spec, endpoint.name, text) if text else None
    cursor = store.cursor(spec.kind, endpoint.name)
    goes_on = cursor is not None and bound is not None and not full
    never_read = cursor is None and store.full_reading(spec.kind, endpoint.name) is None
    return _Order(
        spec=spec,
        endpoint=endpoint,
        bound=bound,
        earlier=text,
        cursor=cursor.value if goes_on and cursor else None,
        describe=describe or bound is None or bool(bound.faults),
        compare=full or never_read,
        known=lambda refs: {
            **{ref: waiting[ref] for ref in refs if ref in waiting},
            **{ref: row.version for ref, row in _known_rows(store, spec.kind, endpoint.name, refs).items()},
        },
    )


def _side_by_side(orders: Sequence[_Order]) -> dict[str, "_Answer | EndpointError"]:
    """Ask connections at the same time, and the endpoints of one connection one after the other."""
    by_connection: dict[str, list[_Order]] = {}
    for order in orders:
        by_connection.setdefault(order.endpoint.connection, []).append(order)

    def ask_all(mine: Iterable[_Order]) -> list[tuple[str, _Answer | EndpointError]]:
        return [(order.endpoint.name, _asked(order)) for order in mine]

    with ThreadPoolExecutor(max_workers=max(1, len(by_connection))) as pool:
        answers = [pair for pairs in pool.map(ask_all, by_connection.values()) for pair in pairs]
    return dict(sorted(answers))


def _asked(order: _Order) -> "_Answer | EndpointError":
    try:
        bound, fresh = order.bound, False
        if bound is None or order.describe:
            bound = bind(order.spec, order.endpoint.name, order.endpoint.describe(), order.earlier)
            fresh = True
        return _Answer(bound=bound, fresh=fresh, compare=order.compare, reading=_read(order, bound))
    except EndpointError as error:
        return error


def _read(order: _Order, bound: Bound) -> Reading:
    """Read on from the cursor, unless the columns are no longer those that it was read with."""
    same = order.bound is not None and order.bound.text == bound.text
    known = order.known if same and not order.compare else nothing_known  # other columns make another row
    try:
        return order.endpoint.changes(order.cursor if same else None, bound.schema, known)
    except CursorExpired:
        return order.endpoint.changes(None, bound.schema, known)


def _translated(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    endpoint: str,
    answer: _Answer,
    waiting: Collection[str],
) -> Gathered:
    reading, place = answer.reading, parts.endpoints[spec.kind][endpoint]
    rows: list[SeenRow] = []
    refs, unsure = set(reading.unchanged), False
    for some in in_batches(reading.rows):
        refs.update(row.ref for row in some)
        known = _known_records(parts.store, spec.kind, endpoint, [row.ref for row in some])
        before = {ref: record.rows[endpoint] for ref, record in known.items()}
        told = [row for row in some if not _as_it_was(row, before.get(row.ref), answer)]
        doubted = [row.ref for row in told if _may_be_old(row, before.get(row.ref))]
        changed, lost = _looked_at_again(place, answer, told, doubted)
        unsure = unsure or lost
        seen = (as_meant(answer.bound.read(row, links), before.get(row.ref)) for row in changed)
        rows += [
            one
            for one in seen
            if (
                answer.compare and one.faults
            )  # told again by every comparison: else nobody would ever hear of it
            or not nothing_new(spec.policy, known.get(one.ref), endpoint, one)
        ]
    gone = [GoneRow(ref=one.ref, reason=one.reason.value) for one in reading.gone]
    if reading.full and reading.complete:
        gone += _vanished(parts, spec, answer, endpoint, refs | {one.ref for one in gone}, waiting)
    return Gathered(
        endpoint=endpoint,
        bound=answer.bound,
        fresh=answer.fresh,
        full=reading.full,
        complete=reading.complete,
        compared=answer.compare and reading.full and reading.complete and not unsure,
        cursor=None if unsure else reading.cursor,
        rows=rows,
        read=len(reading.rows) + len(reading.unchanged),
        gone=[one for one in gone if links.record_of(spec.kind, endpoint, one.ref)],
        left=frozenset(one.ref for one in gone if one.ref in waiting),
        notes=reading.notes,
    )


def in_batches(rows: Iterable[Row], size: int = 1_000) -> Iterator[list[Row]]:
    """A thousand rows at a time: what is known of all of 100,000 need not be in memory together."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def _as_it_was(row: Row, known: SeenRow | None, answer: _Answer) -> bool:
    """Whether a row is still as we saw or wrote it; a schema read afresh may make another thing of the same row."""
    return (
        not (answer.fresh or answer.compare)
        and known is not None
        and known.version == row.version
        and known.key == row.key
    )


def _with_moved(endpoint: Endpoint, answer: _Answer, moved: Collection[str]) -> _Answer:
    """Look up the rows that changed and that the reading does not tell: it would not tell them the next time either."""
    reading = answer.reading
    left_out = sorted(set(moved) - {row.ref for row in reading.rows} - {one.ref for one in reading.gone})
    found = [_looked_up(lambda one: endpoint.get(one, answer.bound.schema), ref) for ref in left_out]
    if not found:
        return answer
    rows, gone = (
        [one for one in found if isinstance(one, Row)],
        [one for one in found if isinstance(one, Gone)],
    )
    return replace(answer, reading=replace(reading, rows=[*reading.rows, *rows], gone=[*reading.gone, *gone]))


def _may_be_old(row: Row, known: SeenRow | None) -> bool:
    """Whether a row may be shown as it was before it was last seen or written: it differs, and is not newer."""
    if known is None or known.version == row.version or known.edited_at is None or row.edited_at is None:
        return False
    return row.edited_at <= known.edited_at


def _looked_at_again(
    endpoint: Endpoint, answer: _Answer, told: Sequence[Row], doubted: Sequence[str]
) -> tuple[list[Row], bool]:
    """Replace rows that may be old by what a look-up says; also say whether one could not be looked up.

    Listings may lag behind writes by seconds. An old value taken from one would look like an edit, and undo a newer one.
    """
    found = {ref: _looked_up(lambda one: endpoint.get(one, answer.bound.schema), ref) for ref in doubted}
    rows = [found.get(row.ref, row) for row in told]
    return [row for row in rows if isinstance(row, Row)], None in found.values()


def _known_rows(store: Store, kind: str, endpoint: str, refs: Sequence[str]) -> dict[str, SeenRow]:
    return {ref: record.rows[endpoint] for ref, record in _known_records(store, kind, endpoint, refs).items()}


def _known_records(store: Store, kind: str, endpoint: str, refs: Sequence[str]) -> dict[str, KnownRecord]:
    """What is known of the records whose rows these are, by ref."""
    keys = store.keys_of(kind, endpoint, refs)
    records: Mapping[str, KnownRecord] = store.records(kind, set(keys.values())) if keys else {}
    return {row.ref: record for record in records.values() if (row := record.rows.get(endpoint))}


_MOST_LOOKED_UP = 0.2
"""Beyond this share of vanished rows nothing is looked up: the planner refuses such a run anyway."""


def _vanished(
    parts: Parts,
    spec: KindSpec,
    answer: _Answer,
    endpoint: str,
    there: Collection[str],
    waiting: Collection[str],
) -> list[GoneRow]:
    """Look up every linked or waiting row that a full reading did not show; what cannot be found out is not gone."""
    linked = parts.store.refs(spec.kind, endpoint)
    missing = [
        ref for ref in {**dict.fromkeys(linked.values()), **dict.fromkeys(waiting)} if ref not in there
    ]
    if len(missing) > max(5, _MOST_LOOKED_UP * len(linked)):
        return [GoneRow(ref=ref, reason="not_found") for ref in missing]
    place = parts.endpoints[spec.kind][endpoint]
    found = [_looked_up(lambda ref: place.get(ref, answer.bound.schema), ref) for ref in missing]
    return [GoneRow(ref=one.ref, reason=one.reason.value) for one in found if isinstance(one, Gone)]


def _looked_up(get: Callable[[str], Row | Gone], ref: str) -> Row | Gone | None:
    try:
        return get(ref)
    except EndpointError:
        return None
