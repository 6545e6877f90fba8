"""What a run does, told while it does it: by ids and kinds, never by what people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One write of a run that ended."""

    run: str
    kind: str
    record: str
    """Its key."""
    endpoint: str
    connection: str
    """By which it went."""
    action: str
    """create, update or delete."""
    error: str | None = None
    """What went wrong, as a class of `syncbot.errors`; None: it worked."""


class Diary(Protocol):
    """Is told of every run. Called from one thread at a time."""

    def began(self, run: str, verb: str, kinds: Sequence[str]) -> None:
        """A run began."""

    def wrote(self, one: Written) -> None:
        """A write ended."""

    def ended(self, run: str, status: str) -> None:
        """A run ended, however it did."""


class Blank:
    """A diary that keeps nothing."""

    def began(self, run: str, verb: str, kinds: Sequence[str]) -> None:
        """Keep nothing."""

    def wrote(self, one: Written) -> None:
        """Keep nothing."""

    def ended(self, run: str, status: str) -> None:
        """Keep nothing."""
