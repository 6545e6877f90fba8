"""The database itself: engines, transactions, and errors that tell no secret."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ARRAY,
    URL,
    ColumnElement,
    Connection,
    Engine,
    String,
    any_,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from syncbot.errors import StoreError

BUSY_SECONDS = 30.0
"""How long a writer waits for another one."""
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """One database: SQLite in a file, or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Raises StoreError for an address that cannot be one of ours; nothing is contacted yet."""
        self._url = _parsed(url)
        self.name = _shown(self._url)
        self._engine = _sqlite(self._url) if self._url.drivername == "sqlite" else _postgresql(self._url)
        self._reading = self._engine.execution_options(**_READING[self._engine.dialect.name])
        self._passing = self._engine.execution_options(syncbot_lasting=False)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees one state of the database."""
        with self._told(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is kept whole, or not at all when something is raised."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write_in_passing(self) -> Iterator[Connection]:
        """The same for what may be lost when the power goes: it does not wait for the disk, so it takes a tenth."""
        with self._told(), self._passing.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise StoreError(f"{self.name}: an id or a row is there already ({_reason(error)})") from None
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_reason(error)}") from None


_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"syncbot_begin": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
"""What makes all statements of a reading transaction see one state."""


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("the address of the database cannot be read") from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise StoreError(
            f"a database of the sort {parsed.drivername!r} is not supported: sqlite or postgresql+psycopg"
        )
    if driver == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreError("a SQLite database needs a file: sqlite:///folder/file.sqlite")
    return parsed.set(drivername=driver)


def _shown(url: URL) -> str:
    """Name the database without user, password and options, where secrets may stand."""
    if url.drivername == "sqlite":
        return f"SQLite database {url.database}"
    where = f"{url.host or 'the local socket'}{f':{url.port}' if url.port else ''}"
    return f"PostgreSQL database {url.database or ''} at {where}"


def _reason(error: SQLAlchemyError) -> str:
    """Return the first line of what the driver says; statements and values stay out."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _sqlite(url: URL) -> Engine:
    assert url.database is not None
    _make_file(url, Path(url.database))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(url: URL, file: Path) -> None:
    """Make folder and file for their owner alone: what people wrote stands in it. SQLite's own files follow it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{_shown(url)}: it cannot be made ({error.strerror})") from None


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Set what SQLite forgets between connections.

    synchronous=FULL, because in WAL mode NORMAL may lose the last transactions when the power goes, and an intent
    must be on the disk before its write is sent; it costs a few milliseconds, a write to a service some hundred.
    """
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, reading ones too
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin; a writer takes the lock at once, since one that reads first cannot wait for it later."""
    options = connection.get_execution_options()
    lasting = options.get("syncbot_lasting", True)
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
    connection.exec_driver_sql(options.get("syncbot_begin", "BEGIN IMMEDIATE"))


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10}
        )
    except ModuleNotFoundError as error:
        raise StoreError(f"{_shown(url)}: the package {error.name} is not installed") from None
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    """Set how long to wait for locks, and how long a transaction may stand still.

    A process that is stopped within one holds locks: the server then ends it, before those who wait give up.
    """
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{BUSY_SECONDS / 2:.0f}s'")
    connection.commit()


def among(connection: Connection, column: ColumnElement[str], words: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a column is one of any number of words.

    They travel as one parameter: databases limit how many a statement may have, and read long IN (..) lists slowly.
    """
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(words))).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(words), ARRAY(String)))
