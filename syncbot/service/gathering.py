"""Gather: ask all endpoints of a kind at once, and say their rows in the fields of the kind."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from syncbot.endpoints.base import Endpoint, Gone, Reading, Row, Versions, nothing_known
from syncbot.errors import CursorExpired, EndpointError
from syncbot.mapping.binding import Bound, bind, restore
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.planning import too_many_gone
from syncbot.reconcile.state import GoneRow, KnownRecord, SeenRow
from syncbot.store.base import Store, WaitingRow

from .links import StoredLinks
from .parts import Parts
from .sifting import Side, sift


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
    odd: bool = False
    """Rows do not fit the remembered schema: columns may have changed."""
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
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    *,
    full: bool,
    describe: bool,
    moved: Moved = (),
    unguarded: bool = False,
) -> Gathering:
    """Read every endpoint of a kind, connections side by side.

    `full` forgets the cursors and compares every row; `describe` reads the schemas again although they are remembered;
    `unguarded` says that the planner refuses nothing because many rows are missing.
    """
    endpoints = parts.endpoints[spec.kind]
    waiting = parts.store.waiting(spec.kind)
    orders = [
        _order(parts.store, spec, one, _versions(waiting, one.name), full=full, describe=describe)
        for one in endpoints.values()
    ]
    for order in orders:
        parts.watch.reading(spec.kind, order.endpoint.name)
    told, failed = _told(parts, spec, _side_by_side(orders), moved)
    gone = {
        name: _gone(parts, spec, links, name, answer, _versions(waiting, name), unguarded=unguarded)
        for name, answer in told.items()
    }
    read = {name: len(one.reading.rows) + len(one.reading.unchanged) for name, one in told.items()}
    sifted = {name: _side(parts, spec, name, told, waiting) for name in list(told)}
    sift(parts.store, spec, links, list(sifted.values()))
    sides: dict[str, Gathered] = {}
    for name, side in sifted.items():
        sides[name] = _gathered(
            spec, links, side, told[name], gone[name], read[name], _versions(waiting, name)
        )
        parts.watch.read(spec.kind, name, read[name])
    return Gathering(sides=sides, failed=failed, waiting=waiting)


def _told(
    parts: Parts, spec: KindSpec, answers: Mapping[str, "_Answer | EndpointError"], moved: Moved
) -> tuple[dict[str, "_Answer"], dict[str, EndpointError]]:
    """Return what was answered, with the rows that are known to have moved, and which endpoints could not be asked."""
    told: dict[str, _Answer] = {}
    failed: dict[str, EndpointError] = {}
    for name, answer in answers.items():
        if isinstance(answer, EndpointError):
            failed[name] = answer
        else:
            moved_here = {ref for place, ref in moved if place == name}
            told[name] = _with_moved(parts.endpoints[spec.kind][name], answer, moved_here)
    return told, failed


def _side(
    parts: Parts, spec: KindSpec, name: str, told: dict[str, "_Answer"], waiting: Sequence[WaitingRow]
) -> Side:
    """Take the rows out of an answer, so that each can be let go once it was looked at."""
    answer = told[name]
    told[name] = replace(answer, reading=replace(answer.reading, rows=()))
    return Side(
        endpoint=parts.endpoints[spec.kind][name],
        bound=answer.bound,
        fresh=answer.fresh,
        compare=answer.compare,
        rows={row.ref: row for row in answer.reading.rows},
        waiting={one.row.ref: one.row for one in waiting if one.endpoint == name},
    )


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


def _gathered(
    spec: KindSpec,
    links: StoredLinks,
    side: Side,
    answer: _Answer,
    gone: Sequence[GoneRow],
    read: int,
    waiting: Collection[str],
) -> Gathered:
    reading, name = answer.reading, side.endpoint.name
    return Gathered(
        endpoint=name,
        bound=answer.bound,
        fresh=answer.fresh,
        full=reading.full,
        complete=reading.complete,
        compared=answer.compare and reading.full and reading.complete and not side.unsure,
        odd=side.odd,
        cursor=None if side.unsure else reading.cursor,
        rows=side.kept,
        read=read,
        gone=[one for one in gone if links.record_of(spec.kind, name, one.ref)],
        left=frozenset(one.ref for one in gone if one.ref in waiting),
        notes=reading.notes,
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


def _known_rows(store: Store, kind: str, endpoint: str, refs: Sequence[str]) -> dict[str, SeenRow]:
    return {ref: record.rows[endpoint] for ref, record in _known_records(store, kind, endpoint, refs).items()}


def _known_records(store: Store, kind: str, endpoint: str, refs: Sequence[str]) -> dict[str, KnownRecord]:
    """What is known of the records whose rows these are, by ref."""
    keys = store.keys_of(kind, endpoint, refs)
    records: Mapping[str, KnownRecord] = store.records(kind, set(keys.values())) if keys else {}
    return {row.ref: record for record in records.values() if (row := record.rows.get(endpoint))}


def _gone(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    endpoint: str,
    answer: _Answer,
    waiting: Collection[str],
    *,
    unguarded: bool,
) -> list[GoneRow]:
    """The rows that are not there any more: those that were told to be gone, and those that a whole reading lacks."""
    reading = answer.reading
    gone = [GoneRow(ref=one.ref, reason=one.reason.value) for one in reading.gone]
    if reading.full and reading.complete:
        there = {*reading.unchanged, *(row.ref for row in reading.rows), *(one.ref for one in gone)}
        gone += _vanished(parts, spec, links, answer, endpoint, there, waiting, unguarded=unguarded)
    return gone


def _vanished(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    answer: _Answer,
    endpoint: str,
    there: Collection[str],
    waiting: Collection[str],
    *,
    unguarded: bool,
) -> list[GoneRow]:
    """Look up every linked or waiting row that a full reading did not show; what cannot be found out is not gone.

    Nothing is looked up where so many records lose a row that the planner refuses the run anyway.
    """
    linked = [ref for ref in links.refs_at(spec.kind, endpoint).values() if ref not in there]
    missing = list(dict.fromkeys([*linked, *(ref for ref in waiting if ref not in there)]))
    if not unguarded and too_many_gone(spec.policy, len(linked), links.living(spec.kind)):
        return [GoneRow(ref=ref, reason="not_found") for ref in missing]
    place = parts.endpoints[spec.kind][endpoint]
    found = [_looked_up(lambda ref: place.get(ref, answer.bound.schema), ref) for ref in missing]
    return [GoneRow(ref=one.ref, reason=one.reason.value) for one in found if isinstance(one, Gone)]


def _looked_up(get: Callable[[str], Row | Gone], ref: str) -> Row | Gone | None:
    try:
        return get(ref)
    except EndpointError:
        return None
