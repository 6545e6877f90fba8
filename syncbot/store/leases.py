"""Leases in the database: who takes one is decided by the database alone, in single statements."""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, and_, case, delete, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from syncbot.errors import LeaseHeld, LeaseLost
from syncbot.store.tables import Moment, leases

_Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def take(connection: Connection, name: str, *, holder: str, until: datetime, now: datetime) -> None:
    """Take or prolong a lease.

    A concurrent taker waits at the row (PostgreSQL) or at the database (SQLite) until the first has committed, and
    then looks at the conditions again; so of two only one changes a row.
    """
    ours, over = leases.c.holder == holder, leases.c.until <= now
    since = case((and_(ours, ~over), leases.c.since), else_=literal(now, Moment))
    taken = update(leases).where(leases.c.name == name, or_(ours, over))
    if connection.execute(taken.values(holder=holder, until=until, since=since)).rowcount:
        return
    first = _insert(connection).values(name=name, holder=holder, until=until, since=now)
    connection.execute(first.on_conflict_do_nothing())
    its = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one()
    if its.holder != holder:
        began = None if its.since is None else its.since.isoformat()
        raise LeaseHeld(lease=name, holder=its.holder, until=its.until.isoformat(), since=began)


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
