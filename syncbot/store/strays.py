"""Stray edits in the database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from syncbot.model.values import Value, from_json, to_json
from syncbot.reconcile.plan import StrayEdit
from syncbot.store.base import KeptStray, StrayState
from syncbot.store.codec import dump
from syncbot.store.known import unknown
from syncbot.store.tables import strays

_OPEN = strays.c.settled_as.is_(None)


def keep(connection: Connection, stray: StrayEdit, *, stray_id: str, run: str, at: datetime) -> None:
    """Keep a stray edit, unless the same one is kept already."""
    edit = _digest(stray)
    if connection.scalar(select(strays.c.id).where(strays.c.edit == edit)) is not None:
        return
    row = {
        "id": stray_id,
        "edit": edit,
        "kind": stray.kind,
        "record": stray.record,
        "field": stray.field,
        "said": _dump_stray(stray),
        "run": run,
        "at": at,
    }
    connection.execute(insert(strays), row)


def _digest(stray: StrayEdit) -> str:
    """Return one line for what `known.same_edit` compares."""
    edited_at = stray.edited_at and stray.edited_at.timestamp()
    edit = [stray.kind, stray.record, stray.field, stray.endpoint, to_json(stray.value), edited_at]
    return hashlib.sha256(dump(edit).encode()).hexdigest()


def _dump_stray(stray: StrayEdit) -> str:
    return dump(
        {
            "title": stray.title,
            "endpoint": stray.endpoint,
            "home": stray.home,
            "value": to_json(stray.value),
            "kept": to_json(stray.kept),
            "edited_at": stray.edited_at and stray.edited_at.isoformat(),
            "edited_by": stray.edited_by,
            "first_sight": stray.first_sight,
        }
    )


def find(connection: Connection, *, include_settled: bool) -> Sequence[KeptStray]:
    """Return stray edits, newest first."""
    chosen = select(strays).order_by(strays.c.at.desc(), strays.c.seq.desc())
    wanted = chosen if include_settled else chosen.where(_OPEN)
    return [_kept(row) for row in connection.execute(wanted).mappings()]


def one(connection: Connection, stray_id: str) -> KeptStray:
    """Return one stray edit."""
    row = connection.execute(select(strays).where(strays.c.id == stray_id)).mappings().one_or_none()
    if row is None:
        raise unknown("stray edit", stray_id, connection.scalars(select(strays.c.id)))
    return _kept(row)


def settle(connection: Connection, stray_id: str, *, state: StrayState, by: str, at: datetime) -> None:
    """Note what a person decided."""
    decided = update(strays).where(strays.c.id == stray_id, _OPEN)
    result = connection.execute(decided.values(settled_as=state.value, settled_by=by, settled_at=at))
    if not result.rowcount:
        raise unknown("open stray edit", stray_id, connection.scalars(select(strays.c.id).where(_OPEN)))


def reword(connection: Connection, stray_id: str, *, value: Value, kept: Value) -> None:
    """Say otherwise what was written and what stands; where that edit is kept already, this one is told from it."""
    chosen = select(strays).where(strays.c.id == stray_id, _OPEN)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise unknown("open stray edit", stray_id, connection.scalars(select(strays.c.id).where(_OPEN)))
    stray = replace(_stray(row), value=value, kept=kept)
    edit = _digest(stray)
    is_kept = connection.scalar(select(strays.c.id).where(strays.c.edit == edit)) is not None
    said = {"said": _dump_stray(stray), "edit": row["edit"] if is_kept else edit}
    connection.execute(update(strays).where(strays.c.id == stray_id).values(said))


def carry_over(connection: Connection, *, kind: str, absorbed: str, kept: str) -> None:
    """Let the stray edits of a record be another's, so that one met again there is known; see `reword` for twins."""
    chosen = select(strays).where(strays.c.kind == kind, strays.c.record == absorbed)
    for row in connection.execute(chosen).mappings().all():
        edit = _digest(replace(_stray(row), record=kept))
        is_kept = connection.scalar(select(strays.c.id).where(strays.c.edit == edit)) is not None
        now = {"record": kept, "edit": row["edit"] if is_kept else edit}
        connection.execute(update(strays).where(strays.c.id == row["id"]).values(now))


def _kept(row: RowMapping) -> KeptStray:
    return KeptStray(
        id=row["id"],
        stray=_stray(row),
        run=row["run"],
        at=row["at"],
        state=StrayState(row["settled_as"] or StrayState.OPEN),
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
    )


def _stray(row: RowMapping) -> StrayEdit:
    said: dict[str, Any] = json.loads(row["said"])
    value, kept, edited_at = (said.pop(name) for name in ("value", "kept", "edited_at"))
    return StrayEdit(
        kind=row["kind"],
        record=row["record"],
        field=row["field"],
        edited_at=edited_at and datetime.fromisoformat(edited_at),
        value=from_json(value),
        kept=from_json(kept),
        **said,
    )
