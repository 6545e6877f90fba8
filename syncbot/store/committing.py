"""Writes a commit into the database, in a handful of statements however many records it is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from syncbot.reconcile.state import SeenRow
from syncbot.store import findings
from syncbot.store.base import HistoryLine, RecordChange
from syncbot.store.codec import dump, dump_agreed, dump_cells, dump_moves, dump_row
from syncbot.store.folding import Held, LinkKey, Outcome, RecordKey, fold
from syncbot.store.reading import Reader
from syncbot.store.records import held, of
from syncbot.store.tables import history, links, records

_THIS_RECORD = (records.c.kind == bindparam("its_kind"), records.c.key == bindparam("its_record"))
_THIS_LINK = (
    links.c.kind == bindparam("its_kind"),
    links.c.record == bindparam("its_record"),
    links.c.endpoint == bindparam("its_endpoint"),
)


def commit(connection: Connection, changes: Sequence[RecordChange], *, run: str, at: datetime) -> None:
    """Write what the changes come to."""
    touched: dict[str, set[str]] = {}
    for change in changes:
        touched.setdefault(change.kind, set()).add(change.record)
    before = _held(connection, touched)
    outcome = fold(changes, before, run=run, at=at)
    _keep_records(connection, outcome, before)
    _keep_links(connection, outcome.links, _linked(connection, touched))
    _keep_history(connection, outcome.history)
    findings.close(connection, outcome.closes, at=at)


def _held(connection: Connection, touched: Mapping[str, set[str]]) -> dict[RecordKey, Held]:
    reader = Reader()
    return {
        (kind, key): one
        for kind, keys in touched.items()
        for key, one in held(connection, kind, keys, reader, lock=True).items()
    }


def _linked(connection: Connection, touched: Mapping[str, set[str]]) -> dict[LinkKey, str]:
    """Return the refs that are linked to the touched records."""
    chosen = select(links.c.record, links.c.endpoint, links.c.ref)
    return {
        (kind, record, endpoint): ref
        for kind, keys in touched.items()
        for record, endpoint, ref in connection.execute(
            chosen.where(*of(connection, links.c.kind, links.c.record, kind, keys))
        )
    }


def _keep_records(connection: Connection, outcome: Outcome, before: Mapping[RecordKey, Held]) -> None:
    new = (
        {"kind": kind, "key": key, **_columns(now)}
        for (kind, key), now in outcome.held.items()
        if (kind, key) not in before
    )
    _many(connection, insert(records), new)
    old = (
        {"its_kind": kind, "its_record": key, **_columns(now)}
        for (kind, key), now in outcome.held.items()
        if before.get((kind, key), now) != now
    )
    _many(connection, update(records).where(*_THIS_RECORD), old)


def _columns(now: Held) -> dict[str, Any]:
    return {"agreed": dump_agreed(now.agreed), "unlinked": dump(dict(now.unlinked)), "again": now.again}


def _keep_links(
    connection: Connection, touched: Mapping[LinkKey, SeenRow | None], before: Mapping[LinkKey, str]
) -> None:
    """Take links away before adding any, so that two records can swap their rows."""
    rows = {key: row for key, row in touched.items() if row is not None}
    same = {key for key, row in rows.items() if before.get(key) == row.ref}
    _many(
        connection,
        delete(links).where(*_THIS_LINK),
        (_this(key) for key in touched if key in before and key not in same),
    )
    _many(
        connection,
        update(links).where(*_THIS_LINK),
        ({**_this(key), **_seen(rows[key])} for key in touched if key in same),
    )
    _many(
        connection,
        insert(links),
        (
            {"kind": key[0], "record": key[1], "endpoint": key[2], "ref": row.ref, **_seen(row)}
            for key, row in rows.items()
            if key not in same
        ),
    )


def _this(key: LinkKey) -> dict[str, str]:
    return dict(zip(("its_kind", "its_record", "its_endpoint"), key, strict=True))


def _seen(row: SeenRow) -> dict[str, str]:
    return {"version": row.version, "cells": dump_cells(row.values), "details": dump_row(row)}


def _keep_history(connection: Connection, lines: Iterable[HistoryLine]) -> None:
    rows = (
        {"kind": kind, "record": record, "at": at, "run": run, "moves": dump_moves(moved)}
        for (kind, record, at, run), moved in groupby(lines, _moment)
    )
    _many(connection, insert(history), rows)


def _moment(line: HistoryLine) -> tuple[str, str, datetime, str]:
    return (line.kind, line.record, line.at, line.run)


def _many(connection: Connection, statement: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    """Carry one statement out for all rows at once; without rows, not at all."""
    if listed := list(rows):
        connection.execute(statement, listed)
