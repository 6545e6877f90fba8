"""What is declared of records for publications: other words for some of them, and days that no record holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from syncbot.model.record import Record

Where: TypeAlias = Mapping[str, Sequence[str | bool]]
"""Field -> the values of which a record has one; all fields must fit. Empty: every record does."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Words that are said otherwise of some records: "execution" of a city that is ahead."""

    kind: str
    where: Where
    say: Mapping[str, str]
    """Our word -> what is said instead; both are translated where the reader's language knows them."""


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A day of the programme: a window closes, reports are due."""

    name: str
    day: date
    kind: str
    where: Where
    """Which records it is a day for; a group none of whose records it is for does not hear of it."""


def fits(record: Record, where: Where) -> bool:
    """Whether a record has one of the values of each field."""
    return all(_has(getattr(record, field, None), values) for field, values in where.items())


def _has(value: object, wanted: Sequence[str | bool]) -> bool:
    given = value if isinstance(value, frozenset) else frozenset([value])
    return any(one in wanted and isinstance(one, str | bool) for one in given)
