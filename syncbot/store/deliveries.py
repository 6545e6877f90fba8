"""What the store is asked for about publications: which were sent where, and how that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncbot.schedule.delivering import Standing


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One publication at one outlet."""

    publication: str
    """Its identity: "agenda/D/2026-11-26"."""
    outlet: str
    standing: Standing
    attempts: int = 0
    """How often it was intended."""
    intended: datetime | None = None
    """When it was last about to be sent."""
    ended: datetime | None = None
    """When it came to stand as it does."""
    ref: str = ""
    """Where it lives at the outlet, as far as that is known."""
    url: str | None = None
    note: str | None = None
    """Why it failed or was skipped, in words."""


class DeliveriesStore(Protocol):
    """The part of the store that remembers deliveries."""

    def deliveries(self, publication: str | None = None) -> Sequence[Delivery]:
        """Those of a publication, or all, by publication and outlet."""

    def intend_delivery(self, publication: str, outlet: str, *, at: datetime) -> None:
        """Record that it is about to be sent, and count that."""

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
