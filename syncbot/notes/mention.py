"""Lines that say something to be kept, as they are followed over time: in their own note and from note to note."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .finding import Confidence, Found, FoundAction, FoundDecision

ACTIONS = "actions"
DECISIONS = "decisions"

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another: people type ids."""
_ID_LENGTH = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a note says in one place (or in several that say the same), whatever sort of finding it is."""

    strand: str
    """`ACTIONS` or `DECISIONS`: lines of different strands are never the same."""
    text: str
    addresses: tuple[str, ...]
    """Of every line that says it, the fullest first."""
    words: str = ""
    """The fullest line, as it stands."""
    url: str | None = None
    """Of that line."""
    owners: tuple[str, ...] = ()
    due: date | None = None
    due_text: str | None = None
    done: bool = False
    prior: bool = False
    heading: str | None = None
    topics: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    sure: bool = True
    """Found with high confidence."""
    why: str = ""

    def job(self, text: str) -> str:
        """Return a wording without the words that say when: the same job may get another day."""
        start = text.casefold().find(self.due_text.casefold()) if self.due_text else -1
        if start <= 0 or len(text.casefold()) != len(text):
            return text
        return f"{text[:start].rstrip()} {text[start + len(self.due_text or '') :].lstrip()}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One line of one note, through all its editions."""

    id: str
    note: str
    said: Said
    """As it was last read."""
    wordings: tuple[str, ...]
    """Every text that it had, the first one first."""
    born: int = 0
    """Which reading of its note had it first, counted from 0."""
    place: int = 0
    """Where it stood among the findings of its note when it was last read."""
    gone: bool = False
    """It is not in its note any more."""

    @property
    def jobs(self) -> tuple[str, ...]:
        """Every text that it had, without the words that say when."""
        return tuple(dict.fromkeys(self.said.job(text) for text in self.wordings))


class MoveKind(StrEnum):
    """What happened to a line between two readings of its note."""

    NEW = "new"
    REWORDED = "reworded"
    TICKED = "ticked"
    UNTICKED = "unticked"
    DUE = "due"
    OWNERS = "owners"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One thing that happened to a line."""

    mention: str
    what: MoveKind
    before: str = ""
    after: str = ""


class Verdict(StrEnum):
    """What a person said about a line that waited."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A person's word about a line."""

    mention: str
    verdict: Verdict
    same_as: str | None = None
    """The mention with which it is one; None: it stands for itself, or nothing was asked about that."""
    alone: bool = False
    """It was asked about, and is not the same as anything before it."""
    text: str | None = None
    owners: tuple[str, ...] | None = None
    """None: as the notes say; empty: nobody."""
    due: date | None = None


class Standing(StrEnum):
    """What is made of a thread."""

    OPEN = "open"
    """It is a record."""
    WAITING = "waiting"
    """A person is asked first."""
    REJECTED = "rejected"
    DROPPED = "dropped"
    """It waited, and its lines went away meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """The lines, in one note or in several, that say one thing."""

    id: str
    strand: str
    mentions: tuple[str, ...]
    """By the day of their meeting."""
    standing: Standing
    candidates: tuple[str, ...] = ()
    """Threads that it may be a part of; asked where it waits for that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """All threads of one group."""

    threads: tuple[Thread, ...]
    joined: Mapping[str, str] = field(default_factory=dict)
    """Threads known before whose lines are all counted with another now -> that one."""


def said_in(found: Found) -> tuple[Said, ...]:
    """Return what was found in a note, in order; decisions about the meeting itself are nothing to keep."""
    actions = [_action(one) for one in found.actions]
    decisions = [_decision(one) for one in found.decisions if not one.procedural]
    return (*actions, *decisions)


def _action(one: FoundAction) -> Said:
    return Said(
        strand=ACTIONS,
        text=one.text,
        addresses=tuple(place.address for place in one.places),
        words=one.places[0].words,
        url=one.places[0].url,
        owners=tuple(one.owners),
        due=one.due,
        due_text=one.due_text,
        done=one.done,
        prior=one.prior,
        heading=one.heading,
        topics=tuple(one.topics),
        cities=tuple(one.cities),
        sure=one.confidence is Confidence.HIGH,
        why=one.why,
    )


def _decision(one: FoundDecision) -> Said:
    return Said(
        strand=DECISIONS,
        text=one.text,
        addresses=tuple(place.address for place in one.places),
        words=one.places[0].words,
        url=one.places[0].url,
        prior=one.prior,
        heading=one.heading,
        topics=tuple(one.topics),
        cities=tuple(one.cities),
        sure=one.confidence is Confidence.HIGH,
        why=one.why,
    )


def id_of(parts: Sequence[str]) -> str:
    """Return a short id that the same parts always have."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:12])
    letters = []
    for _ in range(_ID_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)
