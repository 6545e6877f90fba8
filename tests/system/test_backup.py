"""`syncbot backup` and `restore` as somebody types them, on both databases and from one to the other."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from syncbot.cli.onlooker import Onlooker
from syncbot.settings import example_mappings
from syncbot.store.open import open_store
from tests import packages
from tests.fakes import postgres
from tests.fakes.running_sandbox import Running, running
from tests.system.killing import DAY, Server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CITIES = 112


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    if not postgres.available():
        pytest.skip(packages.reason("postgresql"))
    with postgres.cluster() as url:
        yield Server(url)


@pytest.fixture(scope="module")
def world() -> Iterator[Running]:
    """The demo's sandbox."""
    with running("demo", when=DAY) as started:
        yield started


@pytest.fixture(scope="module")
def synced(world: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an SQLite database after a first sync."""
    url = f"sqlite:///{tmp_path_factory.mktemp('synced') / 'syncbot.sqlite'}"
    assert typed(url, "sync", world=world).returncode in (0, 1)
    return url


def typed(url: str, *words: str, world: Running | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; without a world it has no settings but the database."""
    environment: Mapping[str, str] = {
        **(world.environment if world else {}),
        "SYNCBOT_DATABASE_URL": url,
        "SYNCBOT_MAPPINGS": str(example_mappings()) if world else "nowhere",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "syncbot", *words]
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)


def content(file: Path) -> list[bytes]:
    """What is in a backup, whichever row a database gives first."""
    return sorted(gzip.decompress(file.read_bytes()).splitlines())


def idle(url: str, world: Running) -> bool:
    """Whether a sync finds nothing to do."""
    done = typed(url, "sync", "--json", world=world)
    report = json.loads(done.stdout)
    plans = [kind["plan"] for kind in report["kinds"]]
    return done.returncode == 0 and not any(plan["actions"] or plan["agrees"] for plan in plans)


def test_a_backup_moves_from_sqlite_to_postgresql(
    synced: str, world: Running, server: Server, tmp_path: Path
) -> None:
    """From file to file, from file to server, from server to server: the same content, and a sync goes on from it."""
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    done = typed(synced, "backup", str(first))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{first} holds" in done.stdout
    moved, again = server.fresh(None), server.fresh(None)
    file = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    for target in (file, moved):
        done = typed(target, "restore", str(first), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["rows"]["records"] > CITIES
    assert typed(moved, "backup", str(second)).returncode == 0
    assert content(second) == content(first)
    assert typed(again, "restore", str(second)).returncode == 0
    for target in (file, moved, again):
        assert idle(target, world)


def test_an_old_backup_does_not_turn_the_clock_back(synced: str, world: Running, tmp_path: Path) -> None:
    """What was synced since the backup stays as it is in both places, and is no question."""
    url, old = f"sqlite:///{tmp_path / 'later.sqlite'}", tmp_path / "old.gz"
    assert typed(synced, "backup", str(old)).returncode == 0
    assert typed(url, "restore", str(old)).returncode == 0
    onlooker = Onlooker(world.environment)
    page = onlooker.pages("CITIES")[7]["id"]
    words = {"Note": {"rich_text": [{"type": "text", "text": {"content": "Since the backup."}}]}}
    onlooker.edit_page(page, words, by="zara.namuna@rcn.example")
    done = typed(url, "sync", world=world)
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(open_store(url)) as store:
        waiting = len(store.conflicts())
    restored = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    assert typed(restored, "restore", str(old)).returncode == 0
    report = json.loads(typed(restored, "sync", "--full", "--json", world=world).stdout)
    assert [kind["plan"]["actions"] for kind in report["kinds"]] == [[]] * len(report["kinds"])
    with closing(open_store(restored)) as store:
        assert len(store.conflicts()) == waiting
    told = onlooker.page(page)["Note"]["rich_text"]
    assert [part["plain_text"] for part in told] == ["Since the backup."]


def test_nothing_is_replaced(synced: str, tmp_path: Path) -> None:
    """Neither a file nor a database that is in use; both say so, and what to do."""
    file = tmp_path / "backup.gz"
    assert typed(synced, "backup", str(file)).returncode == 0
    before = file.read_bytes()
    done = typed(synced, "backup", str(file))
    assert done.returncode == 2
    assert "is there already, and a backup replaces nothing" in done.stderr
    assert file.read_bytes() == before
    done = typed(synced, "restore", str(file))
    assert done.returncode == 3
    assert "this one has rows in" in done.stderr
    assert "Name an empty database" in done.stderr


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda _: None, 2, "does not exist"),
        (lambda file: file.write_text("Minutes"), 3, "cannot be read"),
        (lambda file: file.write_bytes(gzip.compress(b"[]\n")), 3, "is not a backup of a store"),
    ],
)
def test_what_is_no_backup_is_told(
    make: Callable[[Path], object], code: int, said: str, tmp_path: Path
) -> None:
    """In one sentence, without a traceback."""
    make(tmp_path / "other.gz")
    done = typed(f"sqlite:///{tmp_path / 'new.sqlite'}", "restore", str(tmp_path / "other.gz"))
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_is_told(synced: str, tmp_path: Path) -> None:
    """And no half a file is left anywhere."""
    done = typed(synced, "backup", str(tmp_path / "nowhere" / "backup.gz"))
    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
