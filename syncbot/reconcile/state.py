"""What is known before a decision: what was last agreed, and what each side says now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from syncbot.model.values import Cell, Value

PERSON = "person"
"""The source of a value that a person decided at the console, rather than an endpoint."""

UNHEARD = ""
"""The version of a row that was taken out of the trash and not read since."""

DECIDED = "what somebody decided"
"""By what a row was recognised of which a person said whose it is."""

EMPTY: Mapping[str, Any] = {}
"""What most records have of most things: one for all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenRow:
    """A row translated into the fields of its kind."""

    ref: str
    version: str
    key: str | None
    """Our key as it stands on the row."""
    values: Mapping[str, Cell]
    """Only fields that this endpoint has; UNKNOWN where nothing could be read."""
    edited_at: datetime | None = None
    edited_by: str | None = None
    by_us: bool = False
    url: str | None = None
    faults: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """By field: why it is UNKNOWN, in words."""
    echoes: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    """By field: what the place shows of a value of ours that it keeps in another form, such as without seconds; `values`
    holds what was written, so that its habits are never taken for somebody's edit."""
    worn: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: EMPTY)
    """By field: references that name a row which is not, or no more, that of the record that is meant, and the record, as
    it stands in `values`; the place is to be brought to point at that record's own row."""
    owed: frozenset[str] = frozenset()
    """Fields in which the row never had a say, and that it was not yet brought to: what it says there is no edit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GoneRow:
    """A row that was linked and is not there any more."""

    ref: str
    reason: str
    """"trashed", "archived", "moved" or "not_found"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """The baseline of one field: what all places last agreed on."""

    value: Value
    source: str
    """The endpoint where the value came from, or `PERSON`."""
    at: datetime
    run: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A person's answer to a conflict, waiting to be carried out."""

    value: Value
    conflict: str
    """The id of the conflict answered."""
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownRecord:
    """What the store knows of one record."""

    key: str
    rows: Mapping[str, SeenRow]
    """By endpoint: the linked row as it was last seen or written. `values` there are what the place says until a
    newer reading says otherwise."""
    agreed: Mapping[str, Agreed] = field(default_factory=lambda: EMPTY)
    """By field; a field that was never agreed is absent."""
    conflicts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """By field: the id of the open conflict."""
    held: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """By field: why its open conflict waits for a person whatever the policy says (`plan.Conflict.held`)."""
    shown: Mapping[str, Mapping[str, Value]] = field(default_factory=lambda: EMPTY)
    """By field with an open conflict: what each endpoint said when it was last put to people."""
    decisions: Mapping[str, Decision] = field(default_factory=lambda: EMPTY)
    """By field."""
    unlinked: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """By endpoint: the ref of a row that went away; it is not created again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One record to decide: what is known of it and what this run saw."""

    record: str
    known: KnownRecord | None
    """None for a record that this run met for the first time."""
    seen: Mapping[str, SeenRow | GoneRow]
    """By endpoint: only what this run read; an endpoint that is absent said nothing new."""
    how: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """By endpoint, for rows that are to be linked now: by what they were recognised, in words."""
    aside: frozenset[str] = frozenset()
    """Endpoints that take no part in this record now: a row there is doubled, or may be this record and waits for a
    person. Nothing there is read, written or created."""
