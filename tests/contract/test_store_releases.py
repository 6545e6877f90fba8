"""Databases and backups of every earlier release: nothing that is in them is lost on the way to this one."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Connection, DateTime, Integer, MetaData, Table, func, insert, inspect, select

from syncbot.errors import LeaseHeld
from syncbot.store.backup import restore
from syncbot.store.database import Database
from syncbot.store.open import MIGRATIONS, REVISION, bring_up, open_store, revision_of
from syncbot.store.tables import metadata
from tests.contract.store_values import NOW, later

RELEASES = sorted(one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
NewDatabase = Callable[[], str]
_OF_PROCESSES = ("leases", "budgets", "alembic_version")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Makes an empty database and gives its URL."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.sqlite'}"
    new_postgres: Callable[[str], str] = request.getfixturevalue("new_postgres")
    return lambda: new_postgres("template1")


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One look at a database."""
    with closing(Database(url)) as database, database.read() as connection:
        yield connection


def tables_of(connection: Connection) -> Mapping[str, Table]:
    """The tables that are there."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables}


def sample(table: Table) -> dict[str, Any]:
    """One row with something in every column, but for the number that counts by itself."""
    row: dict[str, Any] = {}
    for column in table.columns:
        match column.type:
            case DateTime(timezone=zone):
                row[column.name] = NOW if zone else NOW.astimezone(UTC).replace(tzinfo=None)
            case Boolean():
                row[column.name] = True
            case Integer():
                row[column.name] = 1
            case _:
                row[column.name] = "x"
    return row


def filled(url: str, release: str) -> dict[str, dict[str, Any]]:
    """Make a database of a release with one row in each table; return the rows."""
    with closing(Database(url)) as database:
        bring_up(database, to=release)
        with database.write() as connection:
            tables = [one for name, one in tables_of(connection).items() if name != "alembic_version"]
            for table in tables:
                connection.execute(insert(table), sample(table))
    return {table.name: sample(table) for table in tables}


def counts(url: str) -> dict[str, int]:
    """How many rows each table has."""
    with reading(url) as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables_of(connection).items()
            if name not in _OF_PROCESSES
        }


def as_now(url: str) -> bool:
    """Whether the tables are exactly those of this release."""
    with reading(url) as connection:
        return (
            revision_of(connection) == REVISION
            and compare_metadata(MigrationContext.configure(connection), metadata) == []
        )


def shape(url: str) -> dict[str, Any]:
    """All that the database tells of its tables, in whatever order it keeps it."""

    def sorted_by_name(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        told = [{**one, "type": str(one.get("type")), **_of_dialect(one)} for one in found]
        return sorted(told, key=lambda one: str(one["name"]))

    with reading(url) as connection:
        look = inspect(connection)
        return {
            name: {
                "columns": sorted_by_name(look.get_columns(name)),
                "key": look.get_pk_constraint(name),
                "indexes": sorted_by_name(look.get_indexes(name)),
                "others": (look.get_foreign_keys(name), look.get_unique_constraints(name)),
                "checks": look.get_check_constraints(name),
            }
            for name in look.get_table_names()
        }


def _of_dialect(one: Mapping[str, Any]) -> dict[str, Any]:
    """What only this sort of database has, such as the condition of an index, as text."""
    return {"dialect_options": {key: str(value) for key, value in one.get("dialect_options", {}).items()}}


def test_a_new_database_is_as_one_that_was_brought_up(new_url: NewDatabase) -> None:
    """Its tables are made at once and not by the revisions: each column, default, key and index is the same."""
    old = new_url()
    with closing(Database(old)) as database:
        bring_up(database, to=RELEASES[0])
        bring_up(database)
    new = new_url()
    open_store(new).close()
    assert new != old
    assert shape(new) == shape(old)
    with reading(new) as connection:
        assert revision_of(connection) == REVISION


@pytest.mark.parametrize("release", RELEASES)
def test_rows_of_any_release_survive(new_url: NewDatabase, release: str) -> None:
    """Brought up to this release every row is still there, and the tables are those of a new database."""
    url = new_url()
    before = filled(url, release)
    open_store(url).close()
    assert as_now(url)
    after = counts(url)
    assert {name: after.get(name) for name in before if name not in _OF_PROCESSES} == {
        name: 1 for name in before if name not in _OF_PROCESSES
    }


@pytest.mark.parametrize("release", RELEASES)
def test_a_backup_of_any_release_is_restored(new_url: NewDatabase, release: str, tmp_path: Path) -> None:
    """Into tables of its own release, which are then brought up."""
    rows = {name: row for name, row in filled(new_url(), release).items() if name not in _OF_PROCESSES}
    lines: list[object] = [{"format": "syncbot store 1", "revision": release}]
    lines += [[name, {column: _plain(value) for column, value in row.items()}] for name, row in rows.items()]
    lines.append({"rows": dict.fromkeys(rows, 1)})
    file = tmp_path / "backup.gz"
    file.write_bytes(gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode()))
    url = new_url()
    assert restore(url, file) == dict.fromkeys(rows, 1)
    assert as_now(url)
    after = counts(url)
    assert {name: after.get(name) for name in rows} == dict.fromkeys(rows, 1)


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value


def test_a_lease_that_was_held_before_leases_knew_since_when(new_url: NewDatabase) -> None:
    """It is still held, and the message leaves out what nobody knows."""
    url = new_url()
    with closing(Database(url)) as database:
        bring_up(database, to="0002")
        with database.write() as connection:
            leases = tables_of(connection)["leases"]
            row = {**sample(leases), "name": "sync", "holder": "anna@old:1"}
            connection.execute(insert(leases), row)
    with closing(open_store(url)) as store, pytest.raises(LeaseHeld) as held:
        store.take_lease("sync", holder="ben", until=later(9), now=later(-1))
    assert "is in use by anna@old:1 (claimed until" in str(held.value)
