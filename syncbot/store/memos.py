"""Texts that endpoints keep for themselves, in the database: one for each name, revised by one at a time."""

from collections.abc import Callable

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from syncbot.store.tables import memos


def find(connection: Connection, name: str) -> str:
    """Return the text, "" when there is none."""
    return connection.scalar(select(memos.c.text).where(memos.c.connection == name)) or ""


def revise(connection: Connection, name: str, change: Callable[[str], str]) -> None:
    """Read the text, let `change` turn it into another, and keep that; others wait until it is kept.

    On SQLite the whole writing transaction is exclusive; on PostgreSQL the row is locked, which has to be there first.
    """
    chosen = select(memos.c.text).where(memos.c.connection == name).with_for_update()
    before = connection.scalar(chosen)
    if before is None:
        _make(connection, name)
        before = connection.execute(chosen).scalar_one()
    after = change(before)
    if after != before:
        connection.execute(update(memos).where(memos.c.connection == name).values(text=after))


def _make(connection: Connection, name: str) -> None:
    """Put an empty text there, unless somebody else was quicker."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(memos).values(connection=name, text="").on_conflict_do_nothing())
