"""Records, their linked rows, baselines and history in the database."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    union,
    update,
)

from syncbot.model.values import Value
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store import findings
from syncbot.store.base import HistoryLine, RecordChange
from syncbot.store.codec import (
    dump,
    dump_agreed,
    dump_cells,
    dump_row,
    dump_value,
    load_agreed,
    load_row,
    load_value,
)
from syncbot.store.database import among
from syncbot.store.folding import Held, LinkKey, Outcome, RecordKey, fold
from syncbot.store.known import known_record
from syncbot.store.tables import conflicts, history, links, records


def load(connection: Connection, kind: str, keys: Collection[str] | None) -> Mapping[str, KnownRecord]:
    """Return what is known of these records, or of all of a kind."""
    held = _held(connection, kind, keys)
    rows: dict[str, dict[str, SeenRow]] = {key: {} for key in held}
    columns = (links.c.record, links.c.endpoint, links.c.ref, links.c.version, links.c.cells, links.c.details)
    chosen = select(*columns).where(*_of(connection, links.c.kind, links.c.record, kind, keys))
    for record, endpoint, ref, version, cells, details in connection.execute(chosen):
        rows[record][endpoint] = load_row(ref=ref, version=version, cells=cells, details=details)
    waiting = findings.waiting(connection, kind, keys)
    return {
        key: known_record(key, one, rows=rows[key], waiting=waiting.get(key, ())) for key, one in held.items()
    }


def _held(connection: Connection, kind: str, keys: Collection[str] | None) -> dict[str, Held]:
    columns = (records.c.key, records.c.agreed, records.c.unlinked, records.c.again)
    chosen = select(*columns).where(*_of(connection, records.c.kind, records.c.key, kind, keys))
    return {
        key: Held(agreed=load_agreed(agreed), unlinked=json.loads(unlinked), again=again)
        for key, agreed, unlinked, again in connection.execute(chosen)
    }


def _of(
    connection: Connection,
    kind_column: Column[str],
    key_column: Column[str],
    kind: str,
    keys: Collection[str] | None,
) -> list[ColumnElement[bool]]:
    of_kind = kind_column == kind
    return [of_kind] if keys is None else [of_kind, among(connection, key_column, keys)]


def keys_of(connection: Connection, kind: str, endpoint: str, refs: Collection[str]) -> Mapping[str, str]:
    """Return the record's key of each ref that is linked."""
    place = select(links.c.ref, links.c.record).where(links.c.kind == kind, links.c.endpoint == endpoint)
    found = connection.execute(place.where(among(connection, links.c.ref, refs)))
    return {row.ref: row.record for row in found}


def refs(connection: Connection, kind: str, endpoint: str) -> Mapping[str, str]:
    """Return all links of an endpoint."""
    place = select(links.c.record, links.c.ref).where(links.c.kind == kind, links.c.endpoint == endpoint)
    return {row.record: row.ref for row in connection.execute(place)}


def count(connection: Connection, kind: str, endpoint: str | None) -> int:
    """Count the records, or the links of an endpoint."""
    counted = select(func.count())
    if endpoint is None:
        chosen = counted.select_from(records).where(records.c.kind == kind)
    else:
        chosen = counted.select_from(links).where(links.c.kind == kind, links.c.endpoint == endpoint)
    return connection.execute(chosen).scalar_one()


def again(connection: Connection, kind: str) -> Collection[str]:
    """Return records that are flagged, or have an answered conflict."""
    flagged = select(records.c.key).where(records.c.kind == kind, records.c.again)
    answered = select(conflicts.c.record).where(
        conflicts.c.kind == kind, conflicts.c.closed.is_(None), conflicts.c.answered_at.is_not(None)
    )
    return set(connection.scalars(union(flagged, answered)))


def commit(connection: Connection, changes: Sequence[RecordChange], *, run: str, at: datetime) -> None:
    """Write what the changes come to, in a handful of statements however many there are."""
    before = _before(connection, changes)
    outcome = fold(changes, before, run=run, at=at)
    _keep_records(connection, outcome, before)
    _keep_links(connection, outcome.links)
    _keep_history(connection, outcome.history)
    findings.close(connection, outcome.closes, at=at)


def _before(connection: Connection, changes: Iterable[RecordChange]) -> dict[RecordKey, Held]:
    touched: dict[str, set[str]] = {}
    for change in changes:
        touched.setdefault(change.kind, set()).add(change.record)
    return {
        (kind, key): held
        for kind, keys in touched.items()
        for key, held in _held(connection, kind, keys).items()
    }


def _keep_records(connection: Connection, outcome: Outcome, before: Mapping[RecordKey, Held]) -> None:
    _many(
        connection,
        insert(records),
        (
            {"kind": kind, "key": key, **_columns(held)}
            for (kind, key), held in outcome.held.items()
            if (kind, key) not in before
        ),
    )
    old = update(records).where(
        records.c.kind == bindparam("its_kind"), records.c.key == bindparam("its_key")
    )
    _many(
        connection,
        old,
        (
            {"its_kind": kind, "its_key": key, **_columns(held)}
            for (kind, key), held in outcome.held.items()
            if before.get((kind, key), held) != held
        ),
    )


def _columns(held: Held) -> dict[str, Any]:
    return {
        "agreed": dump_agreed(held.agreed),
        "unlinked": dump(dict(held.unlinked)),
        "again": held.again,
    }


def _keep_links(connection: Connection, touched: Mapping[LinkKey, SeenRow | None]) -> None:
    """Take all touched links away before adding any, so that two records can swap their rows."""
    gone = delete(links).where(
        links.c.kind == bindparam("its_kind"),
        links.c.record == bindparam("its_key"),
        links.c.endpoint == bindparam("its_place"),
    )
    names = ("its_kind", "its_key", "its_place")
    _many(connection, gone, (dict(zip(names, key, strict=True)) for key in touched))
    _many(connection, insert(links), (_link(key, row) for key, row in touched.items() if row is not None))


def _link(key: LinkKey, row: SeenRow) -> dict[str, str]:
    kind, record, endpoint = key
    return {
        "kind": kind,
        "record": record,
        "endpoint": endpoint,
        "ref": row.ref,
        "version": row.version,
        "cells": dump_cells(row.values),
        "details": dump_row(row),
    }


def _keep_history(connection: Connection, lines: Iterable[HistoryLine]) -> None:
    _many(
        connection,
        insert(history),
        (
            {**vars(line), "before": dump_value(line.before), "after": dump_value(line.after)}
            for line in lines
        ),
    )


def _many(connection: Connection, statement: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    """Carry one statement out for all rows at once; without rows, not at all."""
    if listed := list(rows):
        connection.execute(statement, listed)


def lines(connection: Connection, kind: str, record: str) -> Sequence[HistoryLine]:
    """Return all changes of a record's baselines, newest first."""
    chosen = select(history).where(history.c.kind == kind, history.c.record == record)
    found = connection.execute(chosen.order_by(history.c.at.desc(), history.c.seq.desc()))
    return [_line(dict(row)) for row in found.mappings()]


def _line(row: dict[str, Any]) -> HistoryLine:
    del row["seq"]
    before: Value = load_value(row.pop("before"))
    return HistoryLine(before=before, after=load_value(row.pop("after")), **row)
