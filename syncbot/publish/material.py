"""What publications are composed from: the records of one group and what happened around them, as plain facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeAlias, TypeVar

from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City
from syncbot.model.kinds.decision import Decision
from syncbot.model.kinds.meeting import Meeting
from syncbot.model.kinds.need import Need
from syncbot.model.kinds.person import Person
from syncbot.model.record import Record
from syncbot.model.values import Value

from .declared import Milestone, Turn, fits

EVERYBODY = "all"
"""The word for what belongs to all groups together."""
KINDS: Mapping[str, type[Record]] = {
    model.kind: model for model in (City, Person, Action, Decision, Need, Meeting)
}
"""The kinds that publications speak of."""
OFFICER = "officer"
"""The role of who prepares a group's meetings."""
Shown: TypeAlias = str | float | date
"""A value for people: numbers, yes or no, and days are written as the reader writes them, all else is said in words."""
Moved: TypeAlias = tuple[str, str, str, date, Value]
"""A line of history: kind, key of the record, field, day, what it became."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One meeting of the group's calendar."""

    name: str
    day: date
    start: datetime
    """Aware."""
    noted: bool = field(default=True, compare=False)
    """Notes of it were read, so that nothing in them is not the same as no notes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A field that changed."""

    day: date
    kind: str
    record: str
    """Key."""
    subject: str
    """What people call the record."""
    field: str
    """What people call the field."""
    before: Shown
    after: Shown
    keeper: str
    """Who keeps the fact: the place that is its home, or where it was edited."""
    csg: str | None = None
    worded: bool = False
    """Its values are words of ours, which can be translated; else they are what a person wrote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Something that waits for a person's word."""

    subject: str
    """What people call the record."""
    field: str
    """What people call the field."""
    said: Sequence[tuple[str, Shown]]
    """By place: what it says."""
    url: str | None = None
    csg: str | None = None
    record: str | None = None
    """Key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A line of the notes that was not understood well enough to become a record."""

    words: str
    why: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Material:
    """Everything that is known for one group and one moment."""

    group: str
    """The word that records use: "A" .. "D", or "all"."""
    title: str
    """What people call the group."""
    zone: tzinfo = UTC
    """On whose clock moments belong to days."""
    today: date
    since: date
    """From when on something counts as new: the day of the meeting before."""
    meeting: Held | None = None
    """The meeting that it is about; None for what is published by the week."""
    ahead: Sequence[Held] = ()
    """The meetings of the days to come."""
    contact_days: int = 14
    """The rhythm agreed with cities: somebody speaks with each at least so often."""
    cities: Mapping[str, City] = field(default_factory=dict)
    """By key, as all that follow; of all groups."""
    people: Mapping[str, Person] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    meetings: Mapping[str, Meeting] = field(default_factory=dict)
    appeared: Mapping[str, date] = field(default_factory=dict)
    """By key of an action: the day on which it became a record."""
    touched: Mapping[str, date] = field(default_factory=dict)
    """By key of an action: the day of its last change."""
    closed: Mapping[str, date] = field(default_factory=dict)
    """By key of an action that is done: the day on which it was ticked off."""
    changes: Sequence[Change] = ()
    questions: Sequence[Question] = ()
    unclear: Sequence[Unclear] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    """By key of a record: where a person can open it."""

    instead: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By key of a record: words that are said otherwise of it (`declared.Turn`)."""
    milestones: Sequence[Milestone] = ()
    person: str | None = None
    """Whose own things these are, by key (`personal.narrowed`); None: the group's."""
    listed: frozenset[str] | None = None
    """Keys of the cities that are spoken of; None: all of the group. The others are known by name only."""

    def ours(self, csg: str | None) -> bool:
        """Whether something belongs to the group; of what is somebody's own, all does."""
        return self.person is not None or self.group in (EVERYBODY, csg)

    def own_cities(self) -> list[tuple[str, City]]:
        """Return the cities that are spoken of, by name."""
        found = [
            (key, one)
            for key, one in self.cities.items()
            if self.ours(one.csg) and (self.listed is None or key in self.listed)
        ]
        return sorted(found, key=lambda one: one[1].name.casefold())

    def of(self, kind: str) -> Mapping[str, Record]:
        """Return the records of a kind, by key."""
        every: Sequence[Mapping[str, Record]] = (
            self.cities,
            self.people,
            self.actions,
            self.decisions,
            self.needs,
            self.meetings,
        )
        return dict(zip(KINDS, every, strict=True)).get(kind, {})

    def said(self, *keys: str | None) -> Mapping[str, str]:
        """Return the words that are said otherwise where any of these records is spoken of."""
        return {word: other for key in keys for word, other in self.instead.get(key or "", {}).items()}

    def held_meeting(self) -> str | None:
        """The key of the record of the meeting that it is about, if there is one."""
        if self.meeting is None:
            return None
        found = [
            key for key, one in self.meetings.items() if one.day == self.meeting.day and one.csg == self.group
        ]
        return min(found, default=None)


def material(
    records: Mapping[str, Mapping[str, Record]], *, lines: Iterable[Moved], **known: Any
) -> Material:
    """Return material from records by kind and key, and from their history, newest line first."""
    appeared: dict[str, date] = {}
    touched: dict[str, date] = {}
    closed: dict[str, date] = {}
    for kind, key, name, day, after in lines:
        if kind == Action.kind:
            appeared[key] = day
            touched.setdefault(key, day)
            if name == "done" and after is True:
                closed.setdefault(key, day)
    return Material(
        cities=_of(records, City),
        people=_of(records, Person),
        actions=_of(records, Action),
        decisions=_of(records, Decision),
        needs=_of(records, Need),
        meetings=_of(records, Meeting),
        appeared=appeared,
        touched=touched,
        closed=closed,
        **known,
    )


def instead(material: Material, turns: Iterable[Turn]) -> Mapping[str, Mapping[str, str]]:
    """Return which words are said otherwise of which records, by key."""
    found: dict[str, dict[str, str]] = {}
    for turn in turns:
        for key, one in material.of(turn.kind).items():
            if fits(one, turn.where):
                found.setdefault(key, {}).update(turn.say)
    return found


_Kind = TypeVar("_Kind", bound=Record)


def _of(records: Mapping[str, Mapping[str, Record]], model: type[_Kind]) -> dict[str, _Kind]:
    return {key: one for key, one in records.get(model.kind, {}).items() if isinstance(one, model)}


def members(group: str, people: Mapping[str, Person]) -> dict[str, Person]:
    """Return who belongs to a group now and has a role in it, by name; to all groups together belongs everybody."""
    current = [
        (key, one)
        for key, one in people.items()
        if one.status != "former" and one.role is not None and group in (EVERYBODY, one.csg)
    ]
    return dict(sorted(current, key=lambda one: one[1].name.casefold()))
