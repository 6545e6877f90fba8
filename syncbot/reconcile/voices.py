"""One field of one record as it is put to the decision: what was agreed, and what each place says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncbot.model.values import UNKNOWN, Cell, Value

from .plan import Agree, Finding
from .policy import FieldPolicy
from .state import EMPTY, Agreed, Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """What one place that has a row of the record says about the field."""

    endpoint: str
    cell: Cell
    was: Cell = UNKNOWN
    """What it said when the record was last dealt with; UNKNOWN when it was never heard."""
    joined: bool = True
    """It took part in what was last agreed; False = met for the first time."""
    back: bool = False
    """Its row went and came back, saying something else than what was agreed since: an edit or only its age."""
    read: bool = True
    """This run read the row."""
    still: bool = False
    """The row's version is the one that was last dealt with."""
    worn: bool = False
    """It says that by pointing at a row that is not the record's own."""
    writable: bool = True
    only_tells: bool = False
    """It is no copy: see `EndpointPolicy.only_tells`."""
    edited_at: datetime | None = None
    edited_by: str | None = None
    by_us: bool = False
    url: str | None = None
    grain: timedelta = timedelta(0)
    """The finest difference that `edited_at` can show."""
    fault: str | None = None
    """Why `cell` is UNKNOWN, in words."""
    told: bool = False
    """The same fault was there when the record was last dealt with."""

    @property
    def heard(self) -> bool:
        """Whether it says anything at all."""
        return self.cell is not UNKNOWN

    @property
    def value(self) -> Value:
        """What it says, where it was heard."""
        assert self.cell is not UNKNOWN
        return self.cell

    @property
    def new(self) -> bool:
        """Whether it says something else than last time."""
        return self.cell is not UNKNOWN and self.cell != self.was


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One field of one record, to be decided."""

    kind: str
    record: str
    title: str
    policy: FieldPolicy
    agreed: Agreed | None
    voices: Mapping[str, Voice]
    """By endpoint, in the order of names; every place that has the field and a row of the record."""
    home_may_come: bool = False
    """The home has no row yet, and one is being created in this run."""
    home_comes_empty: bool = False
    """The same where we may not write this field there."""
    conflict: str | None = None
    """The id of the conflict that waits."""
    held: str | None = None
    """Why it waits whatever the policy says."""
    shown: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    """By endpoint: what it said when the conflict was last put to people."""
    decision: Decision | None = None

    def unshown(self, voice: Voice) -> bool:
        """Whether a place says something that nobody was shown with the conflict.

        What was read is remembered before the conflict is put again, and a run may be cut off in between: that it was
        heard before does not tell that a person saw it.
        """
        return voice.heard and voice.cell != self.shown.get(voice.endpoint, voice.was)


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """What one place is to say from now on."""

    value: Value
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What was decided about the field."""

    value: Cell = UNKNOWN
    """What the record says; UNKNOWN while that is not decided."""
    writes: Mapping[str, Write] = field(default_factory=dict)
    agree: Agree | None = None
    findings: tuple[Finding, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)
    """Ids of conflicts that are over, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The value that stands."""

    value: Value
    source: str
    reason: str
    overrules: bool = False
    """A rule chose it over what others say; their words are kept as stray edits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """The places say different things, and no rule chooses."""

    first_sight: bool
