"""Deliveries of publications, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, insert, select, update

from syncbot.schedule.delivering import Standing
from syncbot.store.database import Database
from syncbot.store.deliveries import Delivery
from syncbot.store.tables import Moment, Words, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("publication", String, primary_key=True, nullable=False),
    Column("outlet", String, primary_key=True, nullable=False),
    Column("standing", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("intended", Moment),
    Column("ended", Moment),
    Column("ref", Words, nullable=False),
    Column("url", Words),
    Column("note", Words),
)


class SqlDeliveries:
    """The part of the store on a database that remembers deliveries."""

    _database: Database

    def deliveries(self, publication: str | None = None) -> Sequence[Delivery]:
        """Those of a publication, or all, by publication and outlet."""
        chosen = select(deliveries).order_by(deliveries.c.publication, deliveries.c.outlet)
        wanted = chosen if publication is None else chosen.where(deliveries.c.publication == publication)
        with self._database.read() as connection:
            return [_delivery(dict(row)) for row in connection.execute(wanted).mappings()]

    def intend_delivery(self, publication: str, outlet: str, *, at: datetime) -> None:
        """Record that it is about to be sent, and count that."""
        with self._database.write() as connection:
            attempts = _attempts(connection, publication, outlet)
            said = {"standing": Standing.INTENDED.value, "attempts": (attempts or 0) + 1, "intended": at}
            _put(connection, publication, outlet, {**said, "ended": None, "note": None}, new=attempts is None)

    def settle_delivery(
        self,
        publication: str,
        outlet: str,
        *,
        standing: Standing,
        at: datetime,
        ref: str = "",
        url: str | None = None,
        note: str | None = None,
    ) -> None:
        """Record how it ended, also of what was never intended (skipped)."""
        with self._database.write() as connection:
            attempts = _attempts(connection, publication, outlet)
            said = {"standing": standing.value, "ended": at, "ref": ref, "url": url, "note": note}
            _put(connection, publication, outlet, said, new=attempts is None)


def _attempts(connection: Connection, publication: str, outlet: str) -> int | None:
    """None for what the store has not heard of."""
    return connection.scalar(
        select(deliveries.c.attempts)
        .where(deliveries.c.publication == publication, deliveries.c.outlet == outlet)
        .with_for_update()
    )


def _put(connection: Connection, publication: str, outlet: str, said: dict[str, Any], *, new: bool) -> None:
    if new:
        row = {"attempts": 0, "ref": "", **said, "publication": publication, "outlet": outlet}
        connection.execute(insert(deliveries).values(**row))
        return
    which = (deliveries.c.publication == publication, deliveries.c.outlet == outlet)
    connection.execute(update(deliveries).where(*which).values(**said))


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(**{**row, "standing": Standing(row["standing"])})
