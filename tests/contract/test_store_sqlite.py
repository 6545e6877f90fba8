"""The store on SQLite keeps the contract."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from syncbot.errors import StoreError
from syncbot.store.database import Database
from syncbot.store.open import open_store
from tests.contract.store_database_contract import DatabaseContract


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied: quicker than making them for every test."""
    file = tmp_path_factory.mktemp("model") / "model.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


class TestSqliteStore(DatabaseContract):
    """The contract on a file."""

    @pytest.fixture
    def url(self, model: Path, tmp_path: Path) -> str:
        """A copy of the model."""
        shutil.copy(model, tmp_path / "store.sqlite")
        return f"sqlite:///{tmp_path / 'store.sqlite'}"

    @pytest.fixture
    def empty_url(self, tmp_path: Path) -> str:
        """A file that is not there, in a folder that is not there, with signs that formats take for theirs."""
        return f"sqlite:///{tmp_path / '100% new' / 'deep' / 'store.sqlite'}"

    def test_it_writes_ahead_and_waits_for_the_disk(self, url: str) -> None:
        """WAL with full synchronisation and foreign keys, on every connection, also one used in passing before."""
        database = Database(url)
        with database.write_in_passing() as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == 1
        with database.write() as connection:
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            said = [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas]
        database.close()
        assert said == ["wal", 2, 1, 30_000]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """The error names the file, which stays as it was."""
    file = tmp_path / "notes.sqlite"
    file.write_text("Minutes of the meeting " * 500)
    with pytest.raises(StoreError, match=r"notes\.sqlite: file is not a database"):
        open_store(f"sqlite:///{file}")
    assert file.read_text().startswith("Minutes")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The error names the file and what the system says."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="it cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'store.sqlite'}")


def test_only_its_owner_may_read_a_new_file(tmp_path: Path) -> None:
    """Neither the file nor what SQLite keeps beside it is open to others; an older file stays as it was."""
    new, old = tmp_path / "new.sqlite", tmp_path / "old.sqlite"
    old.touch(mode=0o640)
    for file in (new, old):
        store = open_store(f"sqlite:///{file}")
        store.set_binding("city", "notion", "{}")
        beside = {path.stat().st_mode & 0o777 for path in tmp_path.glob(f"{file.name}*")}
        assert beside == {0o600 if file == new else 0o640}
        store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_be_forgotten_is_refused(url: str) -> None:
    """A store needs a file."""
    with pytest.raises(StoreError, match="needs a file"):
        open_store(url)
