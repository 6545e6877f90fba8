"""What people decided about identity, in the database, and what follows from it for records and links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from syncbot.errors import StoreError
from syncbot.store.base import Ruling, Verdict, WaitingRow
from syncbot.store.known import MERGED_INTO, NOTHING_TO_FREE, NOTHING_TO_RELINK, STILL_LINKED, unknown
from syncbot.store.reading import Reader
from syncbot.store.strays import carry_over
from syncbot.store.tables import conflicts, history, intents, links, records, rulings, waiting
from syncbot.store.waiting import keep


def find(connection: Connection, kind: str | None) -> Sequence[Ruling]:
    """Return the decisions, oldest first."""
    chosen = select(rulings).order_by(rulings.c.at, rulings.c.seq)
    wanted = chosen if kind is None else chosen.where(rulings.c.kind == kind)
    return [_ruling(row) for row in connection.execute(wanted).mappings()]


def rule(connection: Connection, said: Sequence[Ruling], freed: Sequence[tuple[str, str, str]]) -> None:
    """Keep decisions, and carry out what they mean for links and records."""
    for kind, record, endpoint in freed:
        _free(connection, kind, record, endpoint, said[0].at)
    for one in said:
        if one.verdict is Verdict.MERGED and one.absorbed is not None:
            _absorb(connection, one.kind, one.absorbed, one.record, one.at)
    if said:
        connection.execute(insert(rulings), [_columns(one) for one in said])


def unrule(connection: Connection, ruling_id: str) -> None:
    """Take a decision back."""
    if not connection.execute(delete(rulings).where(rulings.c.id == ruling_id)).rowcount:
        raise unknown("decision", ruling_id, connection.scalars(select(rulings.c.id)))


def relink(connection: Connection, ruling_id: str) -> None:
    """Link the row of a decision to its record again, as it was known when it was freed; the record is looked at."""
    chosen = select(rulings.c.kind, rulings.c.record, rulings.c.endpoint, rulings.c.ref)
    said = connection.execute(chosen.where(rulings.c.id == ruling_id)).one_or_none()
    if said is None:
        raise unknown("decision", ruling_id, connection.scalars(select(rulings.c.id)))
    this = (waiting.c.kind == said.kind, waiting.c.endpoint == said.endpoint, waiting.c.ref == said.ref)
    known = select(waiting.c.ref, waiting.c.version, waiting.c.cells, waiting.c.details).where(*this)
    row = connection.execute(known).mappings().one_or_none()
    if row is None:
        raise StoreError(NOTHING_TO_RELINK)
    connection.execute(delete(waiting).where(*this))
    link = {"kind": said.kind, "record": said.record, "endpoint": said.endpoint, **row}
    connection.execute(insert(links).values(link))
    flagged = update(records).where(records.c.kind == said.kind, records.c.key == said.record)
    connection.execute(flagged.values(again=True))


def _free(connection: Connection, kind: str, record: str, endpoint: str, at: datetime) -> None:
    """End a link; its row waits for the next run."""
    this = (links.c.kind == kind, links.c.record == record, links.c.endpoint == endpoint)
    chosen = select(links.c.ref, links.c.version, links.c.cells, links.c.details).where(*this)
    found = connection.execute(chosen).mappings().one_or_none()
    if found is None:
        raise StoreError(NOTHING_TO_FREE)
    row = Reader().row(**dict(found))
    connection.execute(delete(links).where(*this))
    one = WaitingRow(kind=kind, endpoint=endpoint, row=row, match=None, asked=None, since=at)
    keep(connection, [one], kind=kind, settled=())


def _absorb(connection: Connection, kind: str, absorbed: str, kept: str, at: datetime) -> None:
    """Take a record away; what was written and said of it goes over to the one that is kept."""
    linked = select(func.count()).select_from(links).where(links.c.kind == kind, links.c.record == absorbed)
    if connection.scalar(linked):
        raise StoreError(STILL_LINKED)
    connection.execute(
        update(conflicts)
        .where(conflicts.c.kind == kind, conflicts.c.record == absorbed, conflicts.c.closed.is_(None))
        .values(closed=at, how=MERGED_INTO)
    )
    carry_over(connection, kind=kind, absorbed=absorbed, kept=kept)
    for table in (history, conflicts, intents, rulings):
        mine = (table.c.kind == kind, table.c.record == absorbed)
        connection.execute(update(table).where(*mine).values(record=kept))
    connection.execute(delete(records).where(records.c.kind == kind, records.c.key == absorbed))


def _columns(one: Ruling) -> dict[str, Any]:
    other_endpoint, other_ref = one.other or (None, None)
    return {
        "id": one.id,
        "kind": one.kind,
        "verdict": one.verdict.value,
        "record": one.record,
        "title": one.title,
        "by": one.by,
        "at": one.at,
        "endpoint": one.endpoint,
        "ref": one.ref,
        "other_endpoint": other_endpoint,
        "other_ref": other_ref,
        "version": one.version,
        "absorbed": one.absorbed,
    }


def _ruling(row: RowMapping) -> Ruling:
    same = {
        name: row[name]
        for name in ("id", "kind", "record", "title", "by", "at", "endpoint", "ref", "version", "absorbed")
    }
    other = (row["other_endpoint"], row["other_ref"]) if row["other_ref"] is not None else None
    return Ruling(verdict=Verdict(row["verdict"]), other=other, **same)
