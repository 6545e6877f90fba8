"""The store on PostgreSQL keeps the contract."""

import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from syncbot.errors import StoreError
from syncbot.store.database import Database
from syncbot.store.open import open_store
from tests.contract.store_database_contract import DatabaseContract

NOW = datetime(2026, 11, 27, 14, tzinfo=UTC)
SECRETS = ("geheim", "ook-geheim")
UNREACHABLE = "postgresql://bot:geheim@127.0.0.1:1/syncbot?sslpassword=ook-geheim"
"""Nobody listens on port 1."""


class TestPostgresqlStore(DatabaseContract):
    """The contract on a server."""

    @pytest.fixture
    def url(self, new_postgres: Callable[[str], str]) -> str:
        """A copy of the model."""
        return new_postgres("model")

    @pytest.fixture
    def empty_url(self, new_postgres: Callable[[str], str]) -> str:
        """A database without tables."""
        return new_postgres("template1")

    def test_only_what_passes_does_not_wait_for_the_disk(self, url: str) -> None:
        """On one connection, one after the other."""
        with closing(Database(url)) as database:
            with database.write() as connection:
                connection.execute(text("SET SESSION synchronous_commit = on"))
            with database.write_in_passing() as connection:
                assert connection.scalar(text("SHOW synchronous_commit")) == "off"
            with database.write() as connection:
                assert connection.scalar(text("SHOW synchronous_commit")) == "on"

    def test_a_server_that_was_restarted_costs_at_most_what_was_under_way(self, url: str) -> None:
        """Between two questions nobody notices; in the midst of one it is told as everything that a store cannot do."""
        with closing(open_store(url)) as store:
            store.intend_delivery("agenda/D/2026-12-01", "mail", at=NOW)
            _closed_by_the_server(url)
            assert [one.outlet for one in store.deliveries()] == ["mail"]

            def change(_: str) -> str:
                _closed_by_the_server(url)
                return "lost"

            with pytest.raises(StoreError):
                store.revise_memo("memo", change)
            found = list[str]()
            store.revise_memo("memo", lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
            assert found == [""]

    def test_who_stands_still_in_a_transaction_keeps_nobody_out_for_long(self, url: str) -> None:
        """Its locks are gone before those who wait for them give up, on every connection and after a failure too."""
        with closing(Database(url)) as database:
            with pytest.raises(StoreError), database.write() as connection:
                connection.execute(text("SELECT 1 / 0"))
            with database.write() as connection:
                still = connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
                assert (still, connection.scalar(text("SHOW lock_timeout"))) == ("15s", "30s")

    def test_a_database_that_is_not_there_is_told(self, postgres_server: str) -> None:
        """The error names it and the server."""
        with pytest.raises(StoreError, match=r"database nowhere at 127\.0\.0\.1:\d+: .*does not exist"):
            open_store(postgres_server + "nowhere")


def test_an_unreachable_server_is_told_without_the_password() -> None:
    """Neither the error, nor what led to it, nor the repr holds a secret of the address."""
    with pytest.raises(StoreError, match=r"PostgreSQL database syncbot at 127\.0\.0\.1:1: ") as raised:
        open_store(UNREACHABLE)
    told = "".join(traceback.format_exception(raised.value))
    database = Database(UNREACHABLE)
    assert not [secret for secret in SECRETS if secret in told + repr(database) + database.name]
    database.close()


@pytest.mark.parametrize(
    "url", ["mysql://bot:geheim@host/x", "postgresql+asyncpg://bot:geheim@host/x", "geheim"]
)
def test_other_databases_are_refused_without_the_password(url: str) -> None:
    """The error says what is supported."""
    with pytest.raises(StoreError) as raised:
        open_store(url)
    assert "geheim" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("url", ["postgres://host/x", "postgresql://host/x", "postgresql+psycopg://host/x"])
def test_all_spellings_of_the_driver_are_one(url: str) -> None:
    """What hosting services hand out is taken as it is."""
    database = Database(url)
    assert repr(database) == "<PostgreSQL database x at host>"
    database.close()


def _closed_by_the_server(url: str) -> None:
    """All connections but our own are closed, as when a server is restarted."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with closing(Database(url)) as database, database.read() as connection:
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
