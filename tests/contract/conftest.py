"""Databases for the contract of the store."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import create_engine, text

from syncbot.store.open import open_store
from tests import packages
from tests.fakes import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of this session, up to the slash; it has a database "model" with our tables."""
    if not postgres.available():
        pytest.skip(packages.reason("postgresql"))
    with postgres.cluster() as url:
        _run(url, "CREATE DATABASE model")
        open_store(url + "model").close()
        yield url


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Callable[[str], str]:
    """Makes a database from a template ("model" has our tables, "template1" has none) and gives its URL."""
    numbers = count()

    def make(template: str) -> str:
        name = f"store{next(numbers)}"
        _run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return postgres_server + name

    return make


def _run(server: str, statement: str) -> None:
    engine = create_engine(server + "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
