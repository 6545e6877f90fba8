"""How reading notes went, as data; the edges render it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syncbot.errors import SyncbotError


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A note that could not be read; the others were."""

    source: str
    title: str
    why: str
    url: str | None = None
    error: SyncbotError | None = None


@dataclass(frozen=True, kw_only=True)
class SourceReport:
    """How reading one place went."""

    source: str
    read: Sequence[str] = ()
    """Titles of the notes that were opened."""
    undated: Sequence[str] = ()
    """Titles of those of them whose day is not known."""
    gone: Sequence[str] = ()
    """Titles of the notes that are not there any more."""
    opened: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By strand: what became a record."""
    waiting: int = 0
    """How many findings wait for a person from now on."""
    moves: Mapping[str, int] = field(default_factory=dict)
    """How often lines were ticked, reworded .."""
    unread: Sequence[Unread] = ()
    error: SyncbotError | None = None
    """Why the place was not read to its end; what was not read is read by the next run."""

    @property
    def trouble(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.unread) or self.error is not None

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.read or self.gone or self.trouble)
