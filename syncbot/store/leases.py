"""Leases in the database: who takes one is decided by the database alone, in single statements."""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from syncbot.errors import LeaseHeld, LeaseLost
from syncbot.store.tables import leases

_Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def take(connection: Connection, name: str, *, holder: str, until: datetime, now: datetime) -> None:
    """Take or prolong a lease.

    A concurrent taker waits at the row (PostgreSQL) or at the database (SQLite) until the first has committed, and
    then looks at the conditions again; so of two only one changes a row.
    """
    free = or_(leases.c.holder == holder, leases.c.until <= now)
    taken = update(leases).where(leases.c.name == name, free).values(holder=holder, until=until)
    if connection.execute(taken).rowcount:
        return
    first = _insert(connection).values(name=name, holder=holder, until=until)
    connection.execute(first.on_conflict_do_nothing())
    chosen = select(leases.c.holder, leases.c.until).where(leases.c.name == name).with_for_update()
    its = connection.execute(chosen).one()
    if its.holder != holder:
        raise LeaseHeld(lease=name, holder=its.holder, until=its.until.isoformat())


def _insert(connection: Connection) -> _Insert:
    return sqlite.insert(leases) if connection.dialect.name == "sqlite" else postgresql.insert(leases)


def keep(connection: Connection, name: str, *, holder: str, until: datetime) -> None:
    """Prolong a lease that nobody else took since; a dropped one has no row, so it is not ours either."""
    ours = update(leases).where(leases.c.name == name, leases.c.holder == holder)
    if not connection.execute(ours.values(until=until)).rowcount:
        raise LeaseLost(lease=name, holder=holder)


def drop(connection: Connection, name: str, *, holder: str) -> None:
    """Give a lease back, if it is still the holder's."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
