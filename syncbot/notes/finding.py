"""What is found in a note: action points and decisions, each with its place, how sure we are, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """What becomes of a finding."""

    HIGH = "high"
    """Becomes a record at once."""
    LOW = "low"
    """Waits until a person accepts it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of the note that says it."""

    address: str
    """`Block.address`."""
    words: str
    """The text of that block, as it stands."""
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundAction:
    """Something that is to be done after the meeting."""

    text: str
    """The job in the words of the note, without marker, owner or date."""
    places: Sequence[Place]
    """Every line that says it, the fullest first; never empty."""
    owners: Sequence[str] = ()
    """As written, without "@"; one entry a person, role or group."""
    due: date | None = None
    """Only where the words and the day of the meeting fix one day."""
    due_text: str | None = None
    """The words that say when."""
    done: bool = False
    prior: bool = False
    """Carried over from an earlier meeting."""
    heading: str | None = None
    """Title of the agenda item it stands under."""
    topics: Sequence[str] = ()
    """Declared topics whose words it uses."""
    cities: Sequence[str] = ()
    """Names of cities in it or in its heading, as written; the identity ladder says which they are."""
    confidence: Confidence = Confidence.HIGH
    why: str = ""
    """The rule that found it, in words a person understands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDecision:
    """Something that the meeting settled."""

    text: str
    places: Sequence[Place]
    heading: str | None = None
    topics: Sequence[str] = ()
    cities: Sequence[str] = ()
    procedural: bool = False
    """Only about the meeting itself, such as approving the minutes."""
    prior: bool = False
    confidence: Confidence = Confidence.HIGH
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one note says, in reading order."""

    actions: Sequence[FoundAction] = ()
    decisions: Sequence[FoundDecision] = ()
    day: date | None = None
    """The day of the meeting: told by the source, else found in the text."""
    language: str = ""
    """ISO 639-1, as far as the words tell."""
    oddities: Sequence[str] = ()
    """Why less may have been found than the note says."""
