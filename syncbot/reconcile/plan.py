"""The plan: what a run would do and what it found, as data. Printing it is the dry run; applying it is the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from syncbot.model.values import Value


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of one row."""

    field: str
    before: Value
    after: Value
    reason: str
    """In words for a person: "Notion is the home of this field"."""


@dataclass(frozen=True, kw_only=True)
class CreateRow:
    """Create a row at `endpoint` for a record that is elsewhere."""

    kind: str
    record: str
    title: str
    endpoint: str
    values: Mapping[str, Value]
    reason: str


@dataclass(frozen=True, kw_only=True)
class UpdateRow:
    """Change only these fields of a row, if it still is at `version`."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    version: str
    changes: tuple[FieldChange, ...]
    stamp: bool = False
    """Write our key on the row as well."""


@dataclass(frozen=True, kw_only=True)
class DeleteRow:
    """Put a row into the service's trash, if it still is at `version`."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    version: str
    reason: str


Action: TypeAlias = CreateRow | UpdateRow | DeleteRow
"""What is written to an endpoint."""


@dataclass(frozen=True, kw_only=True)
class RestoreRow:
    """Take a row out of the service's trash again."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """From now on this row belongs to this record (written in the store only)."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    how: str
    """"our key", "natural key", "name and country", "declared spelling" .. in words."""


@dataclass(frozen=True, kw_only=True)
class UnlinkRow:
    """The row went away; the others stay, and it is not created again."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Agree:
    """The baseline of a field moves to `value` once the writes at `after` are confirmed."""

    kind: str
    record: str
    field: str
    value: Value
    source: str
    """The endpoint that the value comes from, or `state.PERSON`."""
    after: frozenset[str] = frozenset()
    """Endpoints whose write of this field must have worked first."""
    closes: str | None = None
    """The id of the conflict that this ends."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one place says in a conflict."""

    value: Value
    edited_at: datetime | None = None
    edited_by: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two people said two things; waits for a person."""

    kind: str
    record: str
    title: str
    field: str
    base: Value
    """What was last agreed; None also where nothing ever was."""
    sides: Mapping[str, Side]
    """By endpoint."""
    first_sight: bool = False
    """The places differed when they were first seen together."""
    id: str | None = None
    """Of a conflict that was open before this run."""
    held: str | None = None
    """Why it waits for a person whatever the policy says, in words: "put back by undoing run-ab2cd3"."""


@dataclass(frozen=True, kw_only=True)
class StrayEdit:
    """Somebody edited a copy; it is put back, and the edit is kept."""

    kind: str
    record: str
    title: str
    field: str
    endpoint: str
    home: str
    """The endpoint whose value stays."""
    value: Value
    """What was written on the copy."""
    kept: Value
    """What stands at home."""
    edited_at: datetime | None = None
    edited_by: str | None = None
    first_sight: bool = False
    """Nobody edited anything: the places differed when they were first seen together."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Nobody changed anything since the baseline and yet a place differs."""

    kind: str
    record: str
    title: str
    field: str
    endpoint: str
    base: Value
    value: Value


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A linked row is not there any more."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str
    reason: str
    asked: bool = False
    """A person is to say what becomes of the other rows of the record."""


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """Several rows of one endpoint claim to be one record.

    The one that is linked goes on; the others, or all where none is linked, are not written until a person decides.
    """

    kind: str
    endpoint: str
    refs: tuple[str, ...]
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Two rows that may be the same record; a person decides."""

    kind: str
    endpoint: str
    ref: str
    title: str
    candidates: tuple[tuple[str, str, float], ...]
    """(record key, title, likeness 0..1), best first."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A field of a row could not be read, or cannot be written there: it takes no part until that is mended."""

    kind: str
    record: str
    """Empty where it is the same for many records; `title` then says how many."""
    title: str
    endpoint: str
    field: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Homeless:
    """A copy holds a fact whose home has no row and may not get one."""

    kind: str
    record: str
    title: str
    field: str
    endpoint: str
    value: Value


@dataclass(frozen=True, kw_only=True)
class LeftAlone:
    """Something that a run did and that undoing it does not take back."""

    kind: str
    record: str
    title: str
    endpoint: str
    """Empty where it is about no place in particular."""
    field: str | None
    """None where the whole row is meant."""
    reason: str


Finding: TypeAlias = (
    Conflict | StrayEdit | Drift | Missing | Duplicate | Proposal | Unread | Homeless | LeftAlone
)
"""What a person should see; nothing is written to an endpoint for it."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why the kind's plan must not be applied as it stands."""

    kind: str
    reason: str
    endpoint: str | None = None
    final: bool = False
    """No person can let it pass: it is about what could not be read."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a run of one kind would do."""

    kind: str
    actions: tuple[Action, ...] = ()
    restores: tuple[RestoreRow, ...] = ()
    """Only an undo has any."""
    links: tuple[LinkRow, ...] = ()
    unlinks: tuple[UnlinkRow, ...] = ()
    agrees: tuple[Agree, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()
    records: int = 0
    """How many records were decided."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """Ids of open conflicts that are none any more (both sides say the same now), and why."""

    @property
    def empty(self) -> bool:
        """Nothing to write anywhere, and nothing new for a person to see."""
        return not (
            self.actions or self.restores or self.links or self.unlinks or self.findings or self.refused
        )
