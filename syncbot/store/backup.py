"""The whole store as one file, and back: JSON lines, gzip-compressed, the same from SQLite and PostgreSQL.

The first line says what the file is and of which revision; then comes a line for each table row, `[table, {column:
value}]`; the last line counts them, so that a file that was cut short is known as such. Moments are ISO 8601 in UTC.
Leases and what endpoints keep for themselves (the table `budgets`) stay out: they are not about records.
"""

import gzip
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, DateTime, MetaData, Table, func, insert, select, text

from syncbot.errors import StoreError, StoreTooNew, UserError
from syncbot.store.codec import dump
from syncbot.store.database import Database
from syncbot.store.open import REVISION, bring_up, revision_of
from syncbot.store.tables import metadata

_FORMAT = "syncbot store 1"
_AT_ONCE = 1_000
"""Rows read or added by one statement."""
_END = ""
"""In place of a table's name: the last line."""
_LEFT_OUT = frozenset({"leases", "budgets", "alembic_version"})


class NotEmptyError(StoreError):
    """A backup was to go where something is already."""


def backup(url: str, file: Path, *, told: Callable[[str], None] = lambda _: None) -> Mapping[str, int]:
    """Write the state of a store at this moment to a file; return how many rows each table has.

    The file appears only when it is whole, and only its owner may read it: it holds what people wrote. One that is
    there already is not replaced: it may be the last good backup. `told` hears now and then how far it is.
    """
    if file.exists():
        raise UserError(f"{file} is there already, and a backup replaces nothing: name a new file")
    database = Database(url)
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        bring_up(database)
        with database.read() as connection, _private(unfinished) as out:
            counts = _write(connection, out, told)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise StoreError(f"the backup {file} cannot be written ({error.strerror})") from None
    finally:
        unfinished.unlink(missing_ok=True)
        database.close()
    return counts


def _private(file: Path) -> TextIO:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)  # gzip has no way to say who may read
    return gzip.open(file, "wt", encoding="utf-8", newline="\n")


def _write(connection: Connection, out: TextIO, told: Callable[[str], None]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    out.write(dump({"format": _FORMAT, "revision": revision_of(connection)}) + "\n")
    for table in metadata.sorted_tables:
        if table.name in _LEFT_OUT:
            continue
        counts[table.name] = 0
        rows = connection.execute(select(table), execution_options={"yield_per": _AT_ONCE})
        for row in rows.mappings():
            out.write(dump([table.name, {name: _plain(value) for name, value in row.items()}]) + "\n")
            counts[table.name] += 1
            if not counts[table.name] % _AT_ONCE:
                told(_so_far(counts))
    out.write(dump({"rows": counts}) + "\n")
    return counts


def _so_far(counts: Mapping[str, int]) -> str:
    return f"{sum(counts.values()):,} rows so far"


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def restore(url: str, file: Path, *, told: Callable[[str], None] = lambda _: None) -> Mapping[str, int]:
    """Put a backup into a database that has no rows of ours yet; return how many rows each table got.

    A backup of an older revision is put into tables of that revision, which are then brought up. Nothing is kept
    when anything is wrong with the file. `told` hears now and then how far it is. Raises StoreError, NotEmptyError,
    or StoreTooNew for a backup of a newer syncbot.
    """
    database = Database(url)
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            revision = _revision(file, lines.readline())
            bring_up(database, revision)
            with database.write() as connection:
                counts = _read(connection, file, revision, lines, told)
        bring_up(database)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise StoreError(f"the backup {file} cannot be read ({error})") from None
    finally:
        database.close()
    return counts


def _revision(file: Path, line: str) -> str:
    match _parsed(file, line):
        case {"format": str(form), "revision": str(revision)} if form == _FORMAT:
            if revision > REVISION:
                raise StoreTooNew(f"the backup {file} is of revision {revision}, this syncbot of {REVISION}")
            return revision
        case _:
            raise StoreError(f"{file} is not a backup of a store")


def _parsed(file: Path, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise _broken(file) from None


def _line(file: Path, line: str) -> tuple[str, dict[str, Any]]:
    match _parsed(file, line):
        case [str(name), dict(row)]:
            return name, row
        case {"rows": _} as end:
            return _END, end
        case _:
            raise _broken(file)


def _broken(file: Path) -> StoreError:
    return StoreError(f"{file} is not a whole backup of a store")


def _read(
    connection: Connection, file: Path, revision: str, lines: Iterator[str], told: Callable[[str], None]
) -> Mapping[str, int]:
    tables = _empty_tables(connection, revision)
    counts = Counter(dict.fromkeys(tables, 0))
    end: Any = None
    for name, found in groupby((_line(file, line) for line in lines), lambda line: line[0]):
        if name in tables and end is None:
            for added in _added(connection, tables[name], (row for _, row in found)):
                counts[name] += added
                told(_so_far(counts))
        elif name == _END and end is None:
            _, end = next(found)
        else:
            raise _broken(file)
    if end != {"rows": counts}:
        raise StoreError(f"{file} is not a whole backup of a store: its end is missing")
    for table in tables.values():
        _count_on(connection, table)
    return counts


def _empty_tables(connection: Connection, revision: str) -> dict[str, Table]:
    """Return the tables as they stand, of whichever revision that is."""
    found = revision_of(connection)
    standing = MetaData()
    standing.reflect(connection)
    tables = {table.name: table for table in standing.sorted_tables if table.name not in _LEFT_OUT}
    used = [
        name for name, table in tables.items() if connection.scalar(select(func.count()).select_from(table))
    ]
    if used or found != revision:
        what = f"rows in {', '.join(used)}" if used else f"tables of revision {found}"
        raise NotEmptyError(f"a backup goes into an empty database; this one has {what}")
    return tables


def _added(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]]) -> Iterator[int]:
    """Add the rows, so many at once, and yield how many each time."""
    moments = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    while batch := [_row(row, moments, connection) for row in islice(rows, _AT_ONCE)]:
        connection.execute(insert(table), batch)
        yield len(batch)


def _row(row: Mapping[str, Any], moments: list[str], connection: Connection) -> dict[str, Any]:
    try:
        told = {name: datetime.fromisoformat(row[name]) for name in moments if row[name] is not None}
    except (KeyError, TypeError, ValueError):
        raise StoreError("a row of the backup lacks a moment, or has one that cannot be read") from None
    if connection.dialect.name == "sqlite":  # keeps no zone; all moments of ours are UTC
        told = {name: moment.replace(tzinfo=None) for name, moment in told.items()}
    return {**row, **told}


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the restored ones; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "seq" in table.columns:
        last = connection.scalar(select(func.max(table.c.seq)))
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'seq'), :last)")
            connection.execute(sequence, {"table": table.name, "last": last})
