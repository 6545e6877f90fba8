"""Conflicts in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, insert, select, update

from syncbot.model.values import Value
from syncbot.reconcile.plan import Conflict
from syncbot.store.base import OpenConflict
from syncbot.store.codec import dump_conflict, dump_value, load_conflict, load_value
from syncbot.store.database import among
from syncbot.store.known import unknown
from syncbot.store.tables import conflicts

_OPEN = conflicts.c.closed.is_(None)


def open_conflict(
    connection: Connection, conflict: Conflict, *, conflict_id: str, run: str, at: datetime
) -> str:
    """Keep a conflict, or bring the one that is open for the same record and field up to date."""
    same = (
        conflicts.c.kind == conflict.kind,
        conflicts.c.record == conflict.record,
        conflicts.c.field == conflict.field,
        _OPEN,
    )
    open_id = connection.scalar(select(conflicts.c.id).where(*same).with_for_update())
    if open_id is not None:
        known = update(conflicts).where(conflicts.c.id == open_id)
        connection.execute(known.values(said=dump_conflict(conflict)))
        return str(open_id)
    row = {
        "id": conflict_id,
        "kind": conflict.kind,
        "record": conflict.record,
        "field": conflict.field,
        "said": dump_conflict(conflict),
        "run": run,
        "opened": at,
        "answer": dump_value(None),
    }
    connection.execute(insert(conflicts), row)
    return conflict_id


def find(connection: Connection, *, include_closed: bool) -> Sequence[OpenConflict]:
    """Return conflicts, oldest first."""
    return _conflicts(connection, *(() if include_closed else (_OPEN,)))


def one(connection: Connection, conflict_id: str) -> OpenConflict:
    """Return one conflict."""
    found = _conflicts(connection, conflicts.c.id == conflict_id)
    if not found:
        raise unknown("conflict", conflict_id, connection.scalars(select(conflicts.c.id)))
    return found[0]


def waiting(
    connection: Connection, kind: str, keys: Collection[str] | None
) -> Mapping[str, Sequence[OpenConflict]]:
    """Return the open conflicts of these records, by record key."""
    of_kind = (_OPEN, conflicts.c.kind == kind)
    where = of_kind if keys is None else (*of_kind, among(connection, conflicts.c.record, keys))
    found: dict[str, list[OpenConflict]] = {}
    for kept in _conflicts(connection, *where):
        found.setdefault(kept.conflict.record, []).append(kept)
    return found


def _conflicts(connection: Connection, *where: ColumnElement[bool]) -> list[OpenConflict]:
    chosen = select(conflicts).where(*where).order_by(conflicts.c.opened, conflicts.c.seq)
    return [_conflict(row) for row in connection.execute(chosen).mappings()]


def _conflict(row: RowMapping) -> OpenConflict:
    about = {name: row[name] for name in ("kind", "record", "field")}
    known = {
        name: row[name] for name in ("id", "run", "opened", "answered_by", "answered_at", "closed", "how")
    }
    return OpenConflict(
        conflict=load_conflict(row["said"], **about), answer=load_value(row["answer"]), **known
    )


def answer(connection: Connection, conflict_id: str, *, value: Value, by: str, at: datetime) -> None:
    """Keep a person's answer."""
    result = connection.execute(
        update(conflicts)
        .where(conflicts.c.id == conflict_id, _OPEN)
        .values(answer=dump_value(value), answered_by=by, answered_at=at)
    )
    if not result.rowcount:
        raise unknown("open conflict", conflict_id, connection.scalars(select(conflicts.c.id).where(_OPEN)))


def close(connection: Connection, closes: Mapping[str, str], *, at: datetime) -> None:
    """Note that conflicts are over; one that was closed before stays as it is."""
    if not closes:
        return
    there = connection.scalars(select(conflicts.c.id).where(among(connection, conflicts.c.id, closes)))
    for missing in sorted(closes.keys() - set(there)):
        raise unknown("conflict", missing, connection.scalars(select(conflicts.c.id)))
    over = update(conflicts).where(conflicts.c.id == bindparam("its_id"), _OPEN)
    connection.execute(
        over.values(closed=bindparam("its_end"), how=bindparam("its_how")),
        [{"its_id": known, "its_end": at, "its_how": how} for known, how in closes.items()],
    )
