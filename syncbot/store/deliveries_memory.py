"""Deliveries of publications, in memory."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from syncbot.schedule.delivering import Standing
from syncbot.store.deliveries import Delivery


class MemoryDeliveries:
    """The part of the store in memory that remembers deliveries."""

    def __init__(self) -> None:
        super().__init__()
        self._deliveries_lock = threading.RLock()
        self._deliveries: dict[tuple[str, str], Delivery] = {}

    def deliveries(self, publication: str | None = None) -> Sequence[Delivery]:
        """Those of a publication, or all, by publication and outlet."""
        with self._deliveries_lock:
            return [one for key, one in sorted(self._deliveries.items()) if publication in {None, key[0]}]

    def intend_delivery(self, publication: str, outlet: str, *, at: datetime) -> None:
        """Record that it is about to be sent, and count that."""
        with self._deliveries_lock:
            known = self._known(publication, outlet)
            self._deliveries[publication, outlet] = replace(
                known,
                standing=Standing.INTENDED,
                attempts=known.attempts + 1,
                intended=at,
                ended=None,
                note=None,
            )

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
        with self._deliveries_lock:
            known = self._known(publication, outlet)
            self._deliveries[publication, outlet] = replace(
                known, standing=standing, ended=at, ref=ref, url=url, note=note
            )

    def _known(self, publication: str, outlet: str) -> Delivery:
        fresh = Delivery(publication=publication, outlet=outlet, standing=Standing.INTENDED)
        return self._deliveries.get((publication, outlet), fresh)
