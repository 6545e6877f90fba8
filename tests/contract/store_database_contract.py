"""What a store on a database promises besides: it outlives its process, and hands its tables on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from syncbot.errors import StoreError, StoreTooNew
from syncbot.store.base import Store
from syncbot.store.database import Database
from syncbot.store.open import MIGRATIONS, REVISION, bring_up, open_store, revision_of
from syncbot.store.tables import metadata
from tests.contract.store_contract import Shelf, StoreContract
from tests.contract.store_values import NOW, agreed, change, row
from tests.contract.store_worker import RECORDS

_WORKER = (sys.executable, "-W", "error", "-m", "tests.contract.store_worker")


class DatabaseContract(StoreContract):
    """The contract of a store, and what holds for SQLite and PostgreSQL alike."""

    @pytest.fixture
    def url(self) -> str:
        """A database with our tables, empty."""
        raise NotImplementedError

    @pytest.fixture
    def empty_url(self) -> str:
        """A database without any table; it may not even be there."""
        raise NotImplementedError

    @pytest.fixture
    def shelf(self, url: str) -> Iterator[Shelf]:
        """An empty store."""
        store = open_store(url)
        yield Shelf(store=store, another=lambda: open_store(url))
        store.close()

    def test_moments_come_back_in_utc(self, store: Store) -> None:
        """Whatever the zone of the caller, of the server or of the file."""
        helsinki = NOW.astimezone(timezone(timedelta(hours=3)))
        store.commit([change("a", agreed={"x": agreed(1)})], run="r1", at=helsinki)
        store.set_cursor("city", "notion", "c", run="r1", at=helsinki)
        moved = store.cursor("city", "notion")
        assert moved is not None
        assert {str(moved.moved.tzinfo), str(store.history("city", "a")[0].at.tzinfo)} == {"UTC"}

    def test_a_moment_without_a_zone_is_refused(self, store: Store) -> None:
        """It could be any of 24."""
        with pytest.raises(StoreError, match="without a zone"):
            store.set_cursor("city", "notion", "c", run="r1", at=NOW.replace(tzinfo=None))

    def test_tables_are_as_declared(self, url: str) -> None:
        """The revisions, one after the other, come to exactly what tables.py says."""
        with _database(url) as database, database.read() as connection:
            options = {"compare_type": True, "compare_server_default": True}
            migrated = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(migrated, metadata) == []
            assert revision_of(connection) == REVISION

    @pytest.mark.parametrize(
        "released", [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    )
    def test_a_database_of_any_release_is_brought_up(self, empty_url: str, released: str) -> None:
        """From each revision the tables come to the newest, and are of use."""
        with _database(empty_url) as database:
            bring_up(database, to=released)
            with database.read() as connection:
                assert revision_of(connection) == released
        store = open_store(empty_url)
        store.commit([change("a", rows={"notion": row("1")})], run="r1", at=NOW)
        assert store.count("city") == 1
        store.close()

    def test_a_database_of_a_newer_release_is_left_alone(self, url: str) -> None:
        """The error says which revision it is of; nothing is changed."""
        with _database(url) as database:
            with database.write() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            with pytest.raises(StoreTooNew, match="revision 9999"):
                open_store(url)
            with database.read() as connection:
                assert revision_of(connection) == "9999"

    def test_two_processes_may_open_an_empty_database_at_once(self, empty_url: str) -> None:
        """One makes the tables, the other waits; then one of them takes the lease."""
        with ExitStack() as ends:
            workers = [ends.enter_context(_worker("take", empty_url, f"w{number}")) for number in range(3)]
            assert [_said(worker) for worker in workers] == ["ready"] * 3
            for worker in workers:
                assert worker.stdin is not None
                worker.stdin.write("go\n")
                worker.stdin.flush()
            answers = sorted(_said(worker) for worker in workers)
        assert answers[2] == "taken"
        assert answers[0] == answers[1]
        assert answers[0].startswith("held by w")

    @pytest.mark.slow
    def test_a_killed_process_leaves_whole_commits(self, url: str) -> None:
        """Killed in the middle of a commit: what was said to be kept is there, the rest is not, and work goes on."""
        kept = -1
        for wait in (0.0, 0.005, 0.02, 0.05):
            with _worker("commit", url, str(kept + 1)) as worker:
                said = int(_said(worker))
                time.sleep(wait)
                worker.kill()
                assert worker.stdout is not None
                said = max([said, *map(int, worker.stdout.read().split())])
            kept = self._number(url)
            assert kept in {said, said + 1}

    def _number(self, url: str) -> int:
        store = open_store(url)
        known = store.records("city")
        (number,) = {record.agreed["n"].value for record in known.values()}
        assert isinstance(number, int)
        assert len(known) == RECORDS
        assert {record.rows["notion"].values["n"] for record in known.values()} == {number}
        assert [line.after for line in store.history("city", "k7")] == list(range(number, -1, -1))
        store.close()
        return number


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _worker(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*_WORKER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def _said(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()
