"""What was declared about a kind, as far as deciding needs it; `mapping` fills these from the files."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from syncbot.model.fields import FieldType
from syncbot.model.sheet import Pick


class OnConflict(StrEnum):
    """What to do when a shared field was edited differently in two places."""

    ASK = "ask"
    """Wait for a person; every place keeps what it has."""
    HOME = "home"
    """`FieldPolicy.prefers` wins; the other edit is kept as a stray edit."""
    NEWEST = "newest"
    """The later edit wins where both times are finer than the gap between them; else ask."""


class OnDeletion(StrEnum):
    """What the removal of one row means for the others."""

    UNLINK = "unlink"
    ASK = "ask"
    PROPAGATE = "propagate"


@dataclass(frozen=True, kw_only=True)
class FieldPolicy:
    """One field of a kind."""

    name: str
    type: FieldType
    home: str | None
    """The endpoint whose word counts; None = shared."""
    places: Mapping[str, bool]
    """Each endpoint that has the field, and whether we may write it there."""
    on_conflict: OnConflict = OnConflict.ASK
    prefers: str | None = None
    """With `OnConflict.HOME`: the endpoint that wins."""
    initial: str | None = None
    """Whose value is taken when two places differ at first sight; None = ask."""
    listed: bool = True
    """Whether its changes are listed for people, or only counted."""


@dataclass(frozen=True, kw_only=True)
class EndpointPolicy:
    """One endpoint of a kind."""

    name: str
    creates: bool = True
    """Whether rows may be created here for records that are elsewhere."""
    updates: bool = True
    deletes: bool = False
    only_tells: bool = False
    """It is no copy, such as the notes of a meeting: what it says anew is an edit, but it may go on saying something
    else than what was agreed, and where it and a place that people keep are edited differently, theirs stands."""
    time_grain: timedelta = timedelta(seconds=1)


Gazetteer: TypeAlias = Callable[[tuple[Hashable, ...], str], Collection[Hashable]]
"""For the values of `IdentityPolicy.within` and a name: marks of all places there that are known to go by it."""


@dataclass(frozen=True, kw_only=True)
class IdentityPolicy:
    """How rows on different endpoints are recognised as one record."""

    keys: tuple[tuple[str, ...], ...] = ()
    """Natural keys, best first: fields that together name one record exactly, e.g. ("geonames_id",)."""
    name: str | None = None
    """The field that holds the name which people spell in many ways."""
    within: tuple[str, ...] = ()
    """Fields that must be equal and not empty for two names to be compared, e.g. ("country",)."""
    variants: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    """Declared spellings: ("BE", "Antwerp") -> {"Antwerpen", "Anvers"}; the values of `within`, then the name."""
    gazetteer: Gazetteer | None = None
    """Asked only about names that nothing else recognised."""


@dataclass(frozen=True, kw_only=True)
class KindPolicy:
    """Everything that deciding needs to know about a kind."""

    kind: str
    title_field: str
    """The field by which a person recognises a record."""
    fields: Mapping[str, FieldPolicy]
    endpoints: Mapping[str, EndpointPolicy]
    identity: IdentityPolicy = IdentityPolicy()
    deletes: OnDeletion = OnDeletion.UNLINK
    max_deleted: float = 0.2
    """The share of records that one run may remove before it stops and asks."""
    max_changed: float = 0.5

    @cached_property
    def every_field(self) -> Pick:
        """Takes all fields out of a mapping, all at once. Raises KeyError where one is missing."""
        return Pick(tuple(self.fields))

    @cached_property
    def unlisted(self) -> frozenset[str]:
        """The fields whose changes are only counted."""
        return frozenset(name for name, one in self.fields.items() if not one.listed)

    @cached_property
    def said_at(self) -> Mapping[str, Pick]:
        """The same by endpoint, for the fields that it has; `every_field` itself where that is all of them."""
        had = {
            name: tuple(label for label, place in self.fields.items() if name in place.places)
            for name in self.endpoints
        }
        whole = tuple(self.fields)
        return {name: self.every_field if labels == whole else Pick(labels) for name, labels in had.items()}
