"""Opening a store: make what is missing, bring the tables up to this version, refuse what is newer."""

import threading
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    text,
)

from syncbot.errors import StoreTooNew
from syncbot.store.base import Store
from syncbot.store.database import Database
from syncbot.store.sql import SqlStore
from syncbot.store.tables import metadata

REVISION = "0006"
"""The newest revision in migrations/versions: revisions are numbered, so that newer ones are told from older ones."""
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x73796E63626F74
"""Of PostgreSQL's advisory locks: the one under which tables are made ("syncbot")."""
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic keeps the revision, as it makes it itself."""
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration at work in a global."""


def open_store(url: str) -> Store:
    """Return the store at an SQLAlchemy URL (sqlite or postgresql+psycopg), its tables made or brought up to date.

    Raises StoreTooNew for a database of a newer syncbot, and StoreError when it cannot be reached or used.
    """
    database = Database(url)
    try:
        bring_up(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


def bring_up(database: Database, to: str = REVISION) -> None:
    """Make the tables, or bring them up to a revision, in one transaction; of two at once the second waits."""
    with database.read() as connection:
        found = revision_of(connection)
    if found != to:
        with database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _migrate(connection, database.name, to)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _migrate(connection: Connection, name: str, to: str) -> None:
    found = revision_of(connection)
    if found == to:  # somebody else was quicker
        return
    if found is not None and found > REVISION:
        raise StoreTooNew(f"{name} is of revision {found}, and this syncbot knows none after {REVISION}")
    if found is None and to == REVISION:
        _make(connection)
        return
    # Loaded only here: Alembic takes a good part of a second and stays with 6 MB, and tables are changed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _ONE_AT_A_TIME:
        command.upgrade(config, to)


def _make(connection: Connection) -> None:
    """Make the tables as they are now, which is what all revisions one after the other make: tests compare them."""
    metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=REVISION))
