"""Runs in the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from syncbot.store.base import Run, RunStatus
from syncbot.store.codec import dump
from syncbot.store.known import unknown
from syncbot.store.tables import runs


def begin(connection: Connection, run: Run) -> None:
    """Add a run."""
    row = {
        "id": run.id,
        "verb": run.verb,
        "kinds": dump(list(run.kinds)),
        "by": run.by,
        "started": run.started,
        "ended": run.ended,
        "status": run.status.value,
        "summary": dump(dict(run.summary)),
    }
    connection.execute(insert(runs), row)


def end(
    connection: Connection, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, int]
) -> None:
    """Note how it ended."""
    ended = update(runs).where(runs.c.id == run_id)
    result = connection.execute(ended.values(ended=at, status=status.value, summary=dump(dict(summary))))
    if not result.rowcount:
        raise unknown("run", run_id, connection.scalars(select(runs.c.id)))


def latest(connection: Connection, limit: int) -> Sequence[Run]:
    """Return the last runs, newest first."""
    order = (runs.c.started.desc(), runs.c.seq.desc())
    return [_run(row) for row in connection.execute(select(runs).order_by(*order).limit(limit)).mappings()]


def one(connection: Connection, run_id: str) -> Run:
    """Return one run."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one_or_none()
    if row is None:
        raise unknown("run", run_id, connection.scalars(select(runs.c.id)))
    return _run(row)


def _run(found: RowMapping) -> Run:
    return Run(
        id=found["id"],
        verb=found["verb"],
        kinds=tuple(json.loads(found["kinds"])),
        started=found["started"],
        by=found["by"],
        ended=found["ended"],
        status=RunStatus(found["status"]),
        summary=json.loads(found["summary"]),
    )
