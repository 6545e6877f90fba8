"""Two outlets, of which the second is used when the first has definitely failed.

Before the second is begun it is noted that it is, and why. Who finds a delivery that was cut off so knows where to look
and goes on there: a message that half of the people have is not followed by a card for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from syncbot.endpoints.memo import Memo
from syncbot.errors import EndpointError, OutcomeUnknown

from .base import Outlet, Parcel, Receipt

_FIRST_TAKES = timedelta(minutes=10)
"""So long the first is tried at most before the second is begun; a delivery in doubt is as old as its first try."""


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """Goes by the name of the first."""

    first: Outlet
    second: Outlet
    memo: Callable[[str], Memo] = field(repr=False)
    """By identity: why the second was begun; "" while it was not. Lost, the first counts again."""
    renews: ClassVar[bool] = False
    """Sent once more it could go the other way than before."""

    @property
    def name(self) -> str:
        """That of the first."""
        return self.first.name

    @property
    def connection(self) -> str:
        """That of the first."""
        return self.first.connection

    @property
    def can_look(self) -> bool:
        """Whether one can look wherever it may be; of one publication `taken` knows more."""
        return self.first.can_look and self.second.can_look

    @property
    def appears_within(self) -> timedelta:
        """The longer of the two, after the first was tried."""
        return _FIRST_TAKES + max(self.first.appears_within, self.second.appears_within)

    def taken(self, identity: str) -> Outlet:
        """Return the second once it was begun."""
        return self.second if self._why(identity) else self.first

    def send(self, parcel: Parcel) -> Receipt:
        """Send it by the first; where it is certain that this failed, by the second.

        What may have been sent is not sent again: `OutcomeUnknown` is raised as it is. What the second was begun with it
        ends; when it is certain that it failed too, the first is tried again next time.
        """
        why = self._why(parcel.identity)
        if why:
            return self._by_second(parcel, why)
        try:
            return self.first.send(parcel)
        except OutcomeUnknown:
            raise
        except EndpointError as error:
            why = f"sent by {self.second.name}, because {self.first.name} failed: {error.detail}"
        self.memo(parcel.identity).keep(why)
        return self._by_second(parcel, why)

    def look(self, identity: str) -> Receipt | None:
        """Look where it may be."""
        why = self._why(identity)
        if not why:
            return self.first.look(identity) or (self.second.look(identity) if self.second.can_look else None)
        found = self.second.look(identity)
        return _noted(found, why) if found else None

    def _by_second(self, parcel: Parcel, why: str) -> Receipt:
        try:
            return _noted(self.second.send(parcel), why)
        except OutcomeUnknown:
            raise
        except EndpointError:
            self.memo(parcel.identity).keep("")
            raise

    def _why(self, identity: str) -> str:
        return self.memo(identity).recall()


def _noted(receipt: Receipt, why: str) -> Receipt:
    return replace(receipt, note=f"{why}; {receipt.note}" if receipt.note else why)
