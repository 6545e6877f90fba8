"""The few facts by which the service's health is judged, read by the drivers alone.

The health of a container is asked every minute: SQLAlchemy and the store's own reading take a second to be loaded. What
the tables are called and how a moment is written is the same as in `tables.py`; the contract tests compare both.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

_SQLITE, _POSTGRESQL = "sqlite:///", "postgresql+psycopg://"
_SECONDS = 5
_MEMO = "SELECT text FROM budgets WHERE connection = {}"
_RUNS = "SELECT verb, kinds, started, status FROM runs ORDER BY started DESC, seq DESC LIMIT {}"


@dataclass(frozen=True, kw_only=True)
class Sync:
    """One of the last syncs."""

    kinds: frozenset[str]
    started: datetime
    """Aware, UTC."""
    status: str


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What a service left behind."""

    memos: Sequence[str]
    """In the order in which they were asked for; "" where there is none."""
    syncs: Sequence[Sync]
    """Newest first."""


def traces(url: str, memos: Sequence[str], most: int) -> Traces | None:
    """Return what is in the database at an SQLAlchemy URL, of its so many last runs the syncs.

    None where it cannot be read this way.
    """
    try:
        if url.startswith(_SQLITE) and "?" not in url:
            file = unquote(url.removeprefix(_SQLITE))  # as SQLAlchemy takes it
            address = f"file:{quote(file)}?mode=rw"
            with closing(sqlite3.connect(address, uri=True, timeout=_SECONDS)) as connection:
                return _read(connection, "?", memos, most)
        if url.startswith(_POSTGRESQL):
            import psycopg  # noqa: PLC0415  # it need not be installed

            address = f"postgresql://{url.removeprefix(_POSTGRESQL)}"
            with psycopg.connect(address, connect_timeout=_SECONDS) as connected:
                return _read(connected, "%s", memos, most)
    except Exception:  # noqa: BLE001  # whatever it is, the store itself has better words for it
        return None
    return None


def _read(connection: Any, mark: str, memos: Sequence[str], most: int) -> Traces:
    found = [connection.execute(_MEMO.format(mark), (name,)).fetchone() for name in memos]
    rows = connection.execute(_RUNS.format(mark), (most,)).fetchall()
    return Traces(
        memos=[one[0] if one else "" for one in found],
        syncs=[
            Sync(kinds=frozenset(json.loads(kinds)), started=_moment(started), status=status)
            for verb, kinds, started, status in rows
            if verb == "sync"
        ],
    )


def _moment(kept: str | datetime) -> datetime:
    """Aware from PostgreSQL; a text in UTC from SQLite, which keeps no zone."""
    if isinstance(kept, str):
        return datetime.fromisoformat(kept).replace(tzinfo=UTC)
    return kept.astimezone(UTC)
