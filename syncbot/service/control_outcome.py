"""How a sync went for one group, as facts: what was written, what did not work, what waits for somebody of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from syncbot.errors import SyncbotError
from syncbot.mapping.groups import GroupSpec
from syncbot.publish.material import EVERYBODY
from syncbot.reconcile.plan import Conflict, StrayEdit
from syncbot.store.base import Intent, IntentStatus, RunStatus

from .links import StoredLinks
from .parts import Parts
from .recorded import recorded
from .report import Failure, Report
from .reviewing import review


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one sync went, as one group sees it."""

    title: str
    """What people call the group."""
    zone: ZoneInfo
    ended: datetime
    status: RunStatus
    error: SyncbotError | None = None
    """Why there was no sync at all."""
    written: Mapping[str, Sequence[str]]
    """By place: what the rows of the group are called that were written."""
    elsewhere: int = 0
    """How many rows of other groups, or of none, were written."""
    failures: Sequence[Failure] = ()
    """What did not work, of all groups: a place that is out of reach belongs to none."""
    refused: Sequence[str] = ()
    """Why syncbot stopped before it wrote, in words."""
    unread: Sequence[str] = ()
    """Notes that could not be read, in words."""
    conflicts: Sequence[Conflict] = ()
    strays: Sequence[StrayEdit] = ()
    lines: int = 0
    """Lines of the group's notes that wait for somebody to say what they are."""
    rows: int = 0
    """Questions of any group about which rows are the same record."""
    titles: Mapping[str, str]
    """What people call the records, by key."""


def outcomes(
    parts: Parts, groups: Mapping[str, GroupSpec], report: Report | None, error: SyncbotError | None
) -> Mapping[str, Outcome]:
    """Return for each of these groups how the sync went, or why there was none; asks the store only."""
    facts = _Facts(parts, report)
    return {name: facts.outcome(name, spec, error) for name, spec in groups.items()}


class _Facts:
    """What is known after the sync, looked up once for all groups."""

    def __init__(self, parts: Parts, report: Report | None) -> None:
        self._parts = parts
        self._report = report
        links = StoredLinks(parts.store, parts.mappings)
        self._titles = {
            key: name for kind in parts.mappings.kinds for key, name in links.titles(kind).items()
        }
        self._groups = dict(_groups_of(parts))
        self._written = _written(parts, report)
        self._lines = [one.group for one in review(parts)]
        self._rows = len({one.match for one in parts.store.waiting() if one.match is not None})

    def outcome(self, name: str, spec: GroupSpec, error: SyncbotError | None) -> Outcome:
        """Return the group's part."""
        ours = [one for one in self._written if self._is_of(name, one.record)]
        report = self._report
        store = self._parts.store
        conflicts = [one.conflict for one in store.conflicts() if one.answered_at is None]
        strays = [one.stray for one in store.strays() if not one.stray.first_sight]
        return Outcome(
            title=spec.title,
            zone=spec.group.calendar.zone,
            ended=self._parts.now(),
            status=report.status if report else RunStatus.FAILED,
            error=error,
            written=self._named(ours),
            elsewhere=len(self._written) - len(ours),
            failures=[one for kind in report.kinds for one in kind.failures] if report else (),
            refused=[one.reason for kind in report.kinds for one in kind.plan.refused] if report else (),
            unread=list(_unread(report)) if report else (),
            conflicts=[one for one in conflicts if self._concerns(name, one.record)],
            strays=[one for one in strays if self._concerns(name, one.record)],
            lines=sum(name in (EVERYBODY, one) for one in self._lines),
            rows=self._rows,
            titles=self._titles,
        )

    def _is_of(self, group: str, record: str) -> bool:
        return group in (EVERYBODY, self._groups.get(record))

    def _concerns(self, group: str, record: str) -> bool:
        """What belongs to no group concerns each."""
        return self._groups.get(record) is None or self._is_of(group, record)

    def _named(self, intents: Sequence[Intent]) -> Mapping[str, Sequence[str]]:
        named: dict[str, list[str]] = {}
        for one in intents:
            named.setdefault(one.endpoint, []).append(self._titles.get(one.record, one.record))
        return {place: sorted(names) for place, names in sorted(named.items())}


def _groups_of(parts: Parts) -> Iterator[tuple[str, str | None]]:
    """The group of each record whose kind has groups."""
    for kind, spec in parts.mappings.kinds.items():
        for key, known in parts.store.records(kind).items():
            yield key, getattr(recorded(spec, known), "csg", None)


def _unread(report: Report) -> Iterator[str]:
    for source in report.notes:
        yield from (f"{one.title}: {one.why}" for one in source.unread)
        if source.error is not None:
            yield str(source.error)


def _written(parts: Parts, report: Report | None) -> Sequence[Intent]:
    """The writes that worked; those that only put our key on a row changed nothing that people see."""
    if report is None or report.run is None:
        return ()
    done = [one for one in parts.store.intents(run=report.run) if one.status is IntentStatus.DONE]
    return [one for one in done if one.changes or one.action != "update"]
