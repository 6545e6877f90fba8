"""What a store on a database promises besides: it outlives its process, and hands its tables on."""

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text, update

from syncbot.errors import StoreError, StoreTooNew
from syncbot.model.values import UNKNOWN
from syncbot.store.backup import backup, restore
from syncbot.store.base import IntentStatus, Store, StrayState
from syncbot.store.database import Database
from syncbot.store.open import MIGRATIONS, REVISION, bring_up, open_store, revision_of
from syncbot.store.tables import memos, metadata
from tests.contract.store_contract import StoreContract
from tests.contract.store_shelf import Shelf
from tests.contract.store_values import NOW, agreed, change, conflict, intent, later, row, run, stray
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

    def test_words_of_a_service_never_stop_a_commit(self, store: Store) -> None:
        """What a database cannot keep, NUL and half a character, comes back as the sign for "unreadable"."""
        store.intend([intent("i1")])
        store.settle("i1", status=IntentStatus.FAILED, ref=None, note="bad\0 name \ud83d, \U0001f6b2 stays")
        assert store.intents()[0].note == "bad\ufffd name \ufffd, \U0001f6b2 stays"

    def test_whoever_looks_how_the_service_is_waits_for_no_writer(self, store: Store, url: str) -> None:
        """While another process is in the middle of a long write; on SQLite nobody else can write meanwhile."""
        store.revise_memo("heartbeat", lambda _: "08:30")
        with closing(Database(url)) as other, other.write() as connection:
            connection.execute(update(memos).values(text="half written"))
            assert store.memo("heartbeat") == "08:30"

    def test_tables_are_as_declared(self, empty_url: str) -> None:
        """The revisions, one after the other, come to exactly what tables.py says."""
        with _database(empty_url) as database:
            bring_up(database, to="0001")
            bring_up(database)
            with database.read() as connection:
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

    def test_stray_edits_of_the_first_release_are_open(self, empty_url: str) -> None:
        """They were kept before anybody could settle them."""
        kept = {"title": "Ghent", "endpoint": "sharepoint", "home": "notion", "value": 2, "kept": 1}
        with _database(empty_url) as database:
            bring_up(database, to="0001")
            with database.write() as connection:
                connection.execute(
                    text(
                        "INSERT INTO strays (id, edit, kind, record, field, said, run, at)"
                        " VALUES ('s1', 'x', 'city', 'ghent', 'population', :said, 'r1', :at)"
                    ),
                    {
                        "said": json.dumps({**kept, "edited_at": None, "edited_by": None}),
                        "at": NOW.replace(tzinfo=None).isoformat(" "),
                    },
                )
        store = open_store(empty_url)
        [one] = store.strays()
        assert (one.id, one.state, one.stray.value) == ("s1", StrayState.OPEN, 2)
        store.settle_stray("s1", state=StrayState.DISMISSED, by="Anna", at=later(1))
        assert store.strays() == []
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

    @pytest.mark.slow
    def test_processes_may_open_an_empty_database_at_once(self, empty_url: str) -> None:
        """One makes the tables, the others wait; then one of them takes the lease."""
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

    def test_a_backup_brings_everything_back(
        self, store: Store, url: str, empty_url: str, tmp_path: Path
    ) -> None:
        """Records, history, findings, journal and cursors return, but no lease; then work goes on."""
        file = tmp_path / "backup.gz"
        _fill(store)
        counts = backup(url, file)
        assert (counts["records"], counts["links"], counts["intents"]) == (2, 1, 2)
        assert file.stat().st_mode & 0o077 == 0
        assert restore(empty_url, file) == counts
        restored = open_store(empty_url)
        assert _state(restored) == _state(store)
        _more(restored)
        assert restored.intents()[-1].id == "i3"
        restored.take_lease("city", holder="other", until=later(5), now=NOW)
        restored.close()

    def test_a_backup_goes_only_into_an_empty_database(self, store: Store, url: str, tmp_path: Path) -> None:
        """What is there is neither mixed with a backup nor lost."""
        _fill(store)
        before = _state(store)
        backup(url, tmp_path / "backup.gz")
        with pytest.raises(StoreError, match=r"goes into an empty database; this one has rows in .*records"):
            restore(url, tmp_path / "backup.gz")
        assert _state(store) == before

    def test_half_a_backup_is_no_backup(self, store: Store, url: str, empty_url: str, tmp_path: Path) -> None:
        """A file that was cut short, changed or is something else leaves the database without a row."""
        _fill(store)
        backup(url, tmp_path / "backup.gz")
        lines = gzip.decompress((tmp_path / "backup.gz").read_bytes()).splitlines(keepends=True)
        broken = {
            "its end is missing": lines[:-1],
            "its end is missing ": lines[:-2] + lines[-1:],
            "is not a whole backup": [*lines[:3], lines[3][:20]],
            "is not a backup of a store": lines[1:],
            "not a whole backup": [lines[0], b"[1]\n", *lines[1:]],
            "lacks a moment": [lines[0], b'["runs",{}]\n', *lines[1:]],
            "already": [*lines[:-1], lines[-2], lines[-1]],
            "revision 9999": [lines[0].replace(REVISION.encode(), b"9999"), *lines[1:]],
        }
        for why, some in broken.items():
            (tmp_path / "broken.gz").write_bytes(gzip.compress(b"".join(some)))
            with pytest.raises(StoreError, match=why.strip()):
                restore(empty_url, tmp_path / "broken.gz")
        packed = (tmp_path / "backup.gz").read_bytes()
        for content in (
            b"",
            b"Minutes of the meeting",
            packed[:-30],
            packed[:90] + b"\0\xff" * 20 + packed[130:],
        ):
            (tmp_path / "broken.gz").write_bytes(content)
            with pytest.raises(StoreError, match=r"broken\.gz"):
                restore(empty_url, tmp_path / "broken.gz")
        left = open_store(empty_url)
        assert (left.count("city"), left.runs(), left.intents()) == (0, [], [])
        left.close()

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


def _fill(store: Store) -> None:
    store.begin_run(run("r1"))
    linked = row("n1", {"name": "Gent\n東京", "at": NOW, "csg": UNKNOWN}, edited_at=NOW)
    baselines = {"name": agreed("Gent"), "days": agreed(frozenset({"a"}))}
    store.commit(
        [change("ghent", rows={"notion": linked}, agreed=baselines), change("b", again=True)],
        run="r1",
        at=NOW,
    )
    store.open_conflict(conflict(), id="c1", run="r1", at=NOW)
    store.answer_conflict("c1", value=None, by="Anna", at=later(1))
    store.keep_stray(stray(), id="s1", run="r1", at=NOW)
    store.intend([intent("i1"), intent("i2")])
    store.set_cursor("city", "notion", "c", run="r1", at=NOW)
    store.set_binding("city", "notion", "{}")
    store.note_full_reading("city", "notion", run="r1", at=NOW)
    store.take_lease("city", holder="one", until=later(5), now=NOW)


def _more(store: Store) -> None:
    """Add to each table that counts its rows."""
    store.begin_run(run("r2"))
    store.commit([change("ghent", agreed={"name": agreed("Gand")})], run="r2", at=later(2))
    store.open_conflict(conflict("b"), id="c2", run="r2", at=NOW)
    store.keep_stray(stray(1), id="s2", run="r2", at=NOW)
    store.intend([intent("i3")])


def _state(store: Store) -> list[object]:
    return [
        store.runs(),
        store.records("city"),
        store.history("city", "ghent"),
        store.conflicts(),
        store.strays(include_settled=True),
        store.full_reading("city", "notion"),
        store.intents(),
        store.cursor("city", "notion"),
        store.binding("city", "notion"),
        store.again("city"),
    ]


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
