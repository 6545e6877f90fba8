"""How a run went, as data; the edges render it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syncbot.errors import EndpointError
from syncbot.reconcile.plan import Plan
from syncbot.store.base import RunStatus

from .note_report import SourceReport


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Something that did not work; the rest went on."""

    kind: str
    endpoint: str
    title: str | None
    """The record, or None where the whole endpoint is meant."""
    message: str
    error: EndpointError | None = None


@dataclass(frozen=True, kw_only=True)
class KindReport:
    """How one kind went."""

    kind: str
    plan: Plan
    read: Mapping[str, int] = field(default_factory=dict)
    """By endpoint: rows that came."""
    created: Mapping[str, int] = field(default_factory=dict)
    """By endpoint."""
    updated: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    conflict_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(record, field) -> id, of the conflicts that wait."""
    match_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(endpoint, ref) -> id, of the rows of which a person should say what record they are."""
    met: int = 0
    """Rows that somebody edited between our reading and our writing; they are decided again."""
    faults: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(endpoint, field) -> why the field is not synced there now."""
    compared: bool = False
    """Every row of every place was read and compared, not only what changed."""
    known: int = 0
    """Records known after the run."""
    linked: Mapping[str, int] = field(default_factory=dict)
    """By endpoint: records with a row there."""
    unlisted: frozenset[str] = frozenset()
    """Fields whose changes are only counted for people."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a run, or the plan for one, went."""

    run: str | None
    """None for a plan: nothing was written, nothing is remembered."""
    kinds: tuple[KindReport, ...]
    requests: Mapping[str, int]
    """By connection: requests sent by this run."""
    started: datetime
    ended: datetime
    titles: Mapping[str, str] = field(default_factory=dict)
    """Record key -> what people call it, for every record that the plans point at."""
    settled: int = 0
    """Writes of an earlier run whose outcome was looked up first."""
    notes: tuple[SourceReport, ...] = ()
    """How reading notes went, by source."""

    @property
    def status(self) -> RunStatus:
        """Done, or only partly."""
        trouble = any(kind.failures or kind.plan.refused for kind in self.kinds)
        trouble = trouble or any(one.trouble for one in self.notes)
        return RunStatus.PARTLY if trouble else RunStatus.DONE

    @property
    def anything(self) -> bool:
        """Whether there was anything to do or to say."""
        told = any(kind.failures or not kind.plan.empty for kind in self.kinds)
        return told or any(one.anything for one in self.notes)
