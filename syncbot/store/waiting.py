"""Rows that belong to no record yet, in the database."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select

from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.store.base import WaitingRow
from syncbot.store.codec import dump, dump_cells, dump_row
from syncbot.store.reading import Reader
from syncbot.store.tables import waiting

_THIS = (
    waiting.c.kind == bindparam("its_kind"),
    waiting.c.endpoint == bindparam("its_endpoint"),
    waiting.c.ref == bindparam("its_ref"),
)


def find(connection: Connection, kind: str | None) -> Sequence[WaitingRow]:
    """Return the rows of one kind or all."""
    chosen = select(waiting).order_by(waiting.c.kind, waiting.c.endpoint, waiting.c.ref)
    wanted = chosen if kind is None else chosen.where(waiting.c.kind == kind)
    reader = Reader()
    return [_row(found, reader) for found in connection.execute(wanted).mappings()]


def keep(
    connection: Connection, rows: Sequence[WaitingRow], *, kind: str, settled: Collection[tuple[str, str]]
) -> None:
    """Keep rows in place of what was known of them, and forget the settled ones."""
    places = {*settled, *((one.endpoint, one.row.ref) for one in rows)}
    if places:
        away = [{"its_kind": kind, "its_endpoint": name, "its_ref": ref} for name, ref in sorted(places)]
        connection.execute(delete(waiting).where(*_THIS), away)
    if rows:
        connection.execute(insert(waiting), [_columns(one) for one in rows])


def _columns(one: WaitingRow) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "endpoint": one.endpoint,
        "ref": one.row.ref,
        "version": one.row.version,
        "cells": dump_cells(one.row.values),
        "details": dump_row(one.row),
        "match": one.match,
        "asked": None if one.asked is None else _dump_asked(one.asked),
        "since": one.since,
    }


def _dump_asked(asked: Duplicate | Proposal) -> str:
    said: dict[str, Any] = {"title": asked.title}
    if isinstance(asked, Duplicate):
        return dump({**said, "refs": asked.refs, "reason": asked.reason})
    return dump({**said, "candidates": asked.candidates})


def _row(found: RowMapping, reader: Reader) -> WaitingRow:
    columns = {name: found[name] for name in ("ref", "version", "cells", "details")}
    return WaitingRow(
        kind=found["kind"],
        endpoint=found["endpoint"],
        row=reader.row(**columns),
        match=found["match"],
        asked=None if found["asked"] is None else _asked(found),
        since=found["since"],
    )


def _asked(found: RowMapping) -> Duplicate | Proposal:
    said = json.loads(found["asked"])
    about = {"kind": found["kind"], "endpoint": found["endpoint"], "title": said["title"]}
    if "refs" in said:
        return Duplicate(refs=tuple(said["refs"]), reason=said["reason"], **about)
    candidates = tuple((key, title, likeness) for key, title, likeness in said["candidates"])
    return Proposal(ref=found["ref"], candidates=candidates, **about)
