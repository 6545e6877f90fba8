"""An outlet in memory: what a test, or somebody who tries things out, looks at afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from .base import Parcel, Receipt


@dataclass(kw_only=True)
class MemoryOutlet:
    """Keeps every parcel that arrives; `trouble` may raise before or after one is kept."""

    name: str = "memory"
    connection: str = "memory"
    can_look: bool = True
    appears_within: timedelta = timedelta(0)
    renews: bool = False
    proven: bool = True
    arrived: list[Parcel] = field(default_factory=list)
    before: Callable[[Parcel], None] = lambda _: None
    """Called before a parcel arrives: what it raises keeps it from arriving."""
    after: Callable[[Parcel], None] = lambda _: None
    """Called when it has arrived: what it raises leaves the sender in doubt."""
    hidden: Callable[[Parcel], bool] = lambda _: False
    """Whether a parcel that arrived is not to be seen yet."""

    def send(self, parcel: Parcel) -> Receipt:
        """Keep it."""
        self.before(parcel)
        self.arrived.append(parcel)
        self.after(parcel)
        return Receipt(ref=str(len(self.arrived)), proven=self.proven)

    def look(self, identity: str) -> Receipt | None:
        """Return the first that arrived under this identity."""
        for number, one in enumerate(self.arrived, 1):
            if one.identity == identity and not self.hidden(one):
                return Receipt(ref=str(number))
        return None
