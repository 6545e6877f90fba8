"""Cursors, bindings and full readings in the database: one row per kind and endpoint."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select, update

from syncbot.store.base import Cursor
from syncbot.store.tables import bindings, cursors, readings


def cursor(connection: Connection, kind: str, endpoint: str) -> Cursor | None:
    """Return where to go on."""
    chosen = select(cursors.c.value, cursors.c.moved, cursors.c.run)
    row = connection.execute(
        chosen.where(cursors.c.kind == kind, cursors.c.endpoint == endpoint)
    ).one_or_none()
    return None if row is None else Cursor(value=row.value, moved=row.moved, run=row.run)


def set_cursor(
    connection: Connection, kind: str, endpoint: str, value: str | None, *, run: str, at: datetime
) -> None:
    """Move the cursor, or forget it."""
    if value is None:
        connection.execute(delete(cursors).where(cursors.c.kind == kind, cursors.c.endpoint == endpoint))
    else:
        _put(connection, cursors, kind, endpoint, {"value": value, "moved": at, "run": run})


def binding(connection: Connection, kind: str, endpoint: str) -> str | None:
    """Return the columns as they were bound."""
    chosen = select(bindings.c.text)
    return connection.scalar(chosen.where(bindings.c.kind == kind, bindings.c.endpoint == endpoint))


def set_binding(connection: Connection, kind: str, endpoint: str, text: str) -> None:
    """Keep a binding."""
    _put(connection, bindings, kind, endpoint, {"text": text})


def full_reading(connection: Connection, kind: str, endpoint: str) -> datetime | None:
    """Return when everything was last read and compared."""
    chosen = select(readings.c.at)
    return connection.scalar(chosen.where(readings.c.kind == kind, readings.c.endpoint == endpoint))


def note_full_reading(connection: Connection, kind: str, endpoint: str, *, run: str, at: datetime) -> None:
    """Keep that everything was read and compared."""
    _put(connection, readings, kind, endpoint, {"at": at, "run": run})


def _put(connection: Connection, table: Table, kind: str, endpoint: str, columns: dict[str, object]) -> None:
    known = update(table).where(table.c.kind == kind, table.c.endpoint == endpoint)
    if not connection.execute(known.values(columns)).rowcount:
        connection.execute(insert(table), {"kind": kind, "endpoint": endpoint, **columns})
