"""Two outlets, of which the second is used when the first has definitely failed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from syncbot.errors import EndpointError, OutcomeUnknown

from .base import Outlet, Parcel, Receipt


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """Goes by the name of the first."""

    first: Outlet
    second: Outlet

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
        """Only where both can be looked at: it may be at either."""
        return self.first.can_look and self.second.can_look

    @property
    def appears_within(self) -> timedelta:
        """The longer of the two."""
        return max(self.first.appears_within, self.second.appears_within)

    def send(self, parcel: Parcel) -> Receipt:
        """Send it by the first; where it is certain that this failed, by the second.

        What may have been sent is not sent again: `OutcomeUnknown` is raised as it is.
        """
        try:
            return self.first.send(parcel)
        except OutcomeUnknown:
            raise
        except EndpointError as error:
            receipt = self.second.send(parcel)
            told = f"sent by {self.second.name}, because {self.first.name} failed: {error.detail}"
            return replace(receipt, note=f"{told}; {receipt.note}" if receipt.note else told)

    def look(self, identity: str) -> Receipt | None:
        """Look at both."""
        return self.first.look(identity) or self.second.look(identity)
