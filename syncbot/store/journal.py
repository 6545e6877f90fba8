"""The journal of writes in the database."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from syncbot.store.base import Intent, IntentStatus
from syncbot.store.carrying import intent_turned
from syncbot.store.codec import dump, dump_changes, load_changes
from syncbot.store.known import unknown
from syncbot.store.tables import intents

_AS_THEY_ARE = ("id", "run", "kind", "record", "endpoint", "action", "ref", "at", "note")
"""What of an intent stands in a column of its name."""


def add(connection: Connection, added: Sequence[Intent]) -> None:
    """Add writes that are about to be sent."""
    rows = [
        {
            **{name: getattr(intent, name) for name in _AS_THEY_ARE},
            "changes": dump_changes(intent.changes),
            "status": intent.status.value,
        }
        for intent in added
    ]
    if rows:
        connection.execute(insert(intents), rows)


def settle(
    connection: Connection, intent_id: str, *, status: IntentStatus, ref: str | None, note: str | None
) -> None:
    """Note how a write ended; a ref that is known already stays when None is given."""
    known = update(intents).where(intents.c.id == intent_id)
    result = connection.execute(
        known.values(status=status.value, ref=func.coalesce(ref, intents.c.ref), note=note)
    )
    if not result.rowcount:
        raise unknown("intent", intent_id, connection.scalars(select(intents.c.id)))


def find(connection: Connection, *, kind: str | None, run: str | None, open_only: bool) -> Sequence[Intent]:
    """Return writes, oldest first."""
    chosen = select(intents).order_by(intents.c.at, intents.c.seq)
    if kind is not None:
        chosen = chosen.where(intents.c.kind == kind)
    if run is not None:
        chosen = chosen.where(intents.c.run == run)
    if open_only:
        chosen = chosen.where(intents.c.status == IntentStatus.OPEN.value)
    return [_intent(row) for row in connection.execute(chosen).mappings()]


def repoint(connection: Connection, kind: str, fields: Collection[str], *, old: str, new: str) -> None:
    """Let the writes of a kind name another record in these fields."""
    naming = (intents.c.kind == kind, intents.c.changes.contains(dump(old), autoescape=True))
    for row in connection.execute(select(intents).where(*naming)).mappings().all():
        anew = intent_turned(_intent(row), fields, old, new)
        this = update(intents).where(intents.c.seq == row["seq"])
        connection.execute(this.values(changes=dump_changes(anew.changes)))


def _intent(row: RowMapping) -> Intent:
    known = {name: row[name] for name in _AS_THEY_ARE}
    return Intent(changes=load_changes(row["changes"]), status=IntentStatus(row["status"]), **known)
