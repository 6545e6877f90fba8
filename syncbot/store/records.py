"""Records, their linked rows, baselines and history as they stand in the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from sqlalchemy import Column, ColumnElement, Connection, func, select, union, update

from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store import findings
from syncbot.store.base import HistoryLine
from syncbot.store.carrying import line_turned
from syncbot.store.codec import dump, dump_moves, load_moves
from syncbot.store.database import among
from syncbot.store.folding import Held
from syncbot.store.known import known_record
from syncbot.store.reading import Reader
from syncbot.store.tables import conflicts, history, links, records

_AT_ONCE = 1_000
"""Records fetched at a time: the texts of all of them are never in memory together."""


def load(connection: Connection, kind: str, keys: Collection[str] | None) -> Mapping[str, KnownRecord]:
    """Return what is known of these records, or of all of a kind."""
    if keys is None:
        keys = connection.scalars(select(records.c.key).where(records.c.kind == kind)).all()
    reader, wanted = Reader(), iter(keys)
    known: dict[str, KnownRecord] = {}
    while some := list(islice(wanted, _AT_ONCE)):
        known |= _loaded(connection, kind, some, reader)
    return known


def _loaded(
    connection: Connection, kind: str, keys: Collection[str], reader: Reader
) -> dict[str, KnownRecord]:
    """Read the rows first: what was agreed is nearly always what they say, and need not be read again."""
    rows: dict[str, dict[str, SeenRow]] = defaultdict(dict)
    columns = (links.c.record, links.c.endpoint, links.c.ref, links.c.version, links.c.cells, links.c.details)
    chosen = select(*columns).where(*of(connection, links.c.kind, links.c.record, kind, keys))
    for record, endpoint, ref, version, cells, details in connection.execute(chosen).all():
        rows[record][endpoint] = reader.row(ref=ref, version=version, cells=cells, details=details)
    waiting = findings.waiting(connection, kind, keys)
    return {
        key: known_record(key, one, rows=rows[key], waiting=waiting.get(key, ()))
        for key, one in held(connection, kind, keys, reader).items()
    }


def held(
    connection: Connection, kind: str, keys: Collection[str] | None, reader: Reader, *, lock: bool = False
) -> dict[str, Held]:
    """Return the baselines and flags of records; with `lock` nobody else changes them until the commit."""
    columns = (records.c.key, records.c.agreed, records.c.unlinked, records.c.again)
    chosen = select(*columns).where(*of(connection, records.c.kind, records.c.key, kind, keys))
    if lock:  # in one order, so that two commits wait for each other rather than deadlock
        chosen = chosen.order_by(records.c.key).with_for_update()
    return {
        key: Held(agreed=reader.agreed(agreed), unlinked=reader.words(unlinked), again=again)
        for key, agreed, unlinked, again in connection.execute(chosen).all()
    }


def of(
    connection: Connection,
    kind_column: Column[str],
    key_column: Column[str],
    kind: str,
    keys: Collection[str] | None,
) -> list[ColumnElement[bool]]:
    """Return the conditions for these records, or all, of a kind."""
    of_kind = kind_column == kind
    return [of_kind] if keys is None else [of_kind, among(connection, key_column, keys)]


def keys_of(connection: Connection, kind: str, endpoint: str, refs: Collection[str]) -> Mapping[str, str]:
    """Return the record's key of each ref that is linked."""
    place = select(links.c.ref, links.c.record).where(links.c.kind == kind, links.c.endpoint == endpoint)
    found = connection.execute(place.where(among(connection, links.c.ref, refs)))
    return {row.ref: row.record for row in found}


def refs(connection: Connection, kind: str, endpoint: str) -> Mapping[str, str]:
    """Return all links of an endpoint."""
    place = select(links.c.record, links.c.ref).where(links.c.kind == kind, links.c.endpoint == endpoint)
    found = connection.execute(place, execution_options={"yield_per": _AT_ONCE})
    return {record: ref for some in found.partitions() for record, ref in some}


def count(connection: Connection, kind: str, endpoint: str | None) -> int:
    """Count the records, or the links of an endpoint."""
    counted = select(func.count())
    if endpoint is None:
        chosen = counted.select_from(records).where(records.c.kind == kind)
    else:
        chosen = counted.select_from(links).where(links.c.kind == kind, links.c.endpoint == endpoint)
    return connection.execute(chosen).scalar_one()


def again(connection: Connection, kind: str) -> Collection[str]:
    """Return records that are flagged, or have an answered conflict."""
    flagged = select(records.c.key).where(records.c.kind == kind, records.c.again)
    answered = select(conflicts.c.record).where(
        conflicts.c.kind == kind, conflicts.c.closed.is_(None), conflicts.c.answered_at.is_not(None)
    )
    return set(connection.scalars(union(flagged, answered)))


def lines(connection: Connection, kind: str, record: str | None) -> Sequence[HistoryLine]:
    """Return all changes of a record's baselines, or of all records of the kind, newest first."""
    chosen = select(history.c.record, history.c.moves, history.c.at, history.c.run)
    of_kind = chosen.where(history.c.kind == kind)
    asked = of_kind if record is None else of_kind.where(history.c.record == record)
    newest_first = asked.order_by(history.c.at.desc(), history.c.seq.desc())
    return [
        line
        for key, moves, at, run in connection.execute(newest_first)
        for line in reversed(load_moves(moves, kind=kind, record=key, at=at, run=run))
    ]


def repoint(connection: Connection, kind: str, fields: Collection[str], *, old: str, new: str) -> None:
    """Let the history of a kind name another record in these fields."""
    naming = (history.c.kind == kind, history.c.moves.contains(dump(old), autoescape=True))
    for row in connection.execute(select(history).where(*naming)).mappings().all():
        about = {name: row[name] for name in ("kind", "record", "at", "run")}
        lines = [
            line_turned(one, old, new) if one.field in fields else one
            for one in load_moves(row["moves"], **about)
        ]
        this = update(history).where(history.c.seq == row["seq"])
        connection.execute(this.values(moves=dump_moves(lines)))
