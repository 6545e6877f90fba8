"""Make the plan of one kind: decide every case, and refuse what no careful person would let pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .identity import Identified
from .plan import Action, Agree, CreateRow, Finding, LinkRow, Plan, Refused, UnlinkRow, Unread, UpdateRow
from .policy import KindPolicy
from .records import NOTHING, Verdict, decide_record
from .state import Case, SeenRow

HANDFUL = 5
"""So few records may always go or change: a share of a handful says nothing."""
MANY_NEW = 50
"""So many records may always be new in one place: that much a person may well add between two runs."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far the reading of one endpoint went."""

    full: bool
    """All rows were read, not only those that changed."""
    complete: bool
    """The last page was proven to be the last."""
    rows: int
    """How many rows came."""
    linked: int
    """How many rows of this endpoint were known before."""


@dataclass(frozen=True, kw_only=True)
class GuardInput:
    """What the guards look at beside the plan."""

    records: int = 0
    """How many records of the kind had a row anywhere before."""
    sides: Mapping[str, Reach] = field(default_factory=dict)
    """By endpoint."""
    allow_mass_change: bool = False
    """A person said that much may go or change in this run."""


def plan(policy: KindPolicy, found: Identified, *, guards: GuardInput) -> Plan:
    """Decide all cases. What is refused is in the plan as well, so that a person sees what it would have been."""
    verdicts = [
        (case, verdict) for case in found.cases if (verdict := decide_record(policy, case)) is not NOTHING
    ]
    return Plan(
        kind=policy.kind,
        actions=tuple(sorted((one for _, v in verdicts for one in v.actions), key=_order)),
        links=tuple(sorted((one for _, v in verdicts for one in v.links), key=_order)),
        unlinks=tuple(sorted((one for _, v in verdicts for one in v.unlinks), key=_order)),
        agrees=tuple(sorted((one for _, v in verdicts for one in v.agrees), key=_agree_order)),
        findings=(
            *sorted(_said_once(one for _, v in verdicts for one in v.findings), key=_finding_order),
            *found.duplicates,
            *found.proposals,
        ),
        refused=tuple(_refusals(policy, verdicts, guards)),
        records=len(found.cases),
        ended={key: why for _, v in verdicts for key, why in v.ended.items()},
    )


def _order(one: Action | LinkRow | UnlinkRow) -> tuple[str, str, str]:
    return (one.title.casefold(), one.endpoint, one.record)


def _agree_order(one: Agree) -> tuple[str, str]:
    return (one.record, one.field)


def _finding_order(one: Finding) -> tuple[str, str, str, str, str]:
    return (
        one.title.casefold(),
        type(one).__name__,
        getattr(one, "field", ""),
        getattr(one, "endpoint", ""),
        getattr(one, "record", ""),
    )


def _said_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say what holds for more than a handful of records, such as a column that is gone, once for all of them."""
    alike: dict[tuple[str, str, str], list[Unread]] = defaultdict(list)
    for one in findings:
        if isinstance(one, Unread):
            alike[one.endpoint, one.field, one.reason].append(one)
        else:
            yield one
    for same in alike.values():
        if len(same) > HANDFUL:
            yield replace(same[0], record="", title=f"{len(same)} records")
        else:
            yield from same


# -- guards


def _refusals(
    policy: KindPolicy, verdicts: list[tuple[Case, Verdict]], guards: GuardInput
) -> Iterator[Refused]:
    for name, reach in sorted(guards.sides.items()):
        if reason := _short_reading(policy, name, reach, guards):
            yield Refused(kind=policy.kind, endpoint=name, reason=reason, final=not reach.complete)
    if not guards.allow_mass_change:
        yield from _too_much(policy, verdicts, guards)


def _short_reading(policy: KindPolicy, name: str, reach: Reach, guards: GuardInput) -> str | None:
    if not reach.complete:
        return f"{name} did not give its last page, so nobody knows what is missing"
    if not reach.full or guards.allow_mass_change or reach.linked == 0:
        return None
    if reach.rows == 0 and reach.linked > 1:
        return f"{name} answered with no rows at all, where {reach.linked} are known"
    missing = reach.linked - reach.rows
    if missing > HANDFUL and missing > policy.max_deleted * reach.linked:
        return f"{name} answered with {reach.rows} rows, where {reach.linked} are known"
    return None


def _too_much(
    policy: KindPolicy, verdicts: list[tuple[Case, Verdict]], guards: GuardInput
) -> Iterator[Refused]:
    gone = sum(1 for _, verdict in verdicts if verdict.unlinks)
    if too_many_gone(policy, gone, guards.records):
        yield Refused(
            kind=policy.kind,
            reason=f"{gone} of {guards.records} records would lose a row, and at most "
            f"{policy.max_deleted:.0%} may in one run",
        )
    changed = sum(1 for case, verdict in verdicts if _is_changed(case, verdict))
    if _over(changed, policy.max_changed, guards.records):
        yield Refused(
            kind=policy.kind,
            reason=f"{changed} of {guards.records} records would be changed, and at most "
            f"{policy.max_changed:.0%} may in one run",
        )
    yield from _floods(policy, verdicts, guards)


def _floods(
    policy: KindPolicy, verdicts: list[tuple[Case, Verdict]], guards: GuardInput
) -> Iterator[Refused]:
    """Refuse what would fill the other places with rows from one that was in step; a place that joins may be full."""
    most = max(MANY_NEW, round(policy.max_changed * guards.records))
    new = Counter(
        name
        for case, verdict in verdicts
        if case.known is None and any(isinstance(action, CreateRow) for action in verdict.actions)
        for name, row in case.seen.items()
        if isinstance(row, SeenRow)
    )
    for name, count in sorted(new.items()):
        if count > most and name in guards.sides and guards.sides[name].linked > HANDFUL:
            yield Refused(
                kind=policy.kind,
                endpoint=name,
                reason=f"{count} records of {name} would be new in other places, where {guards.records} are "
                f"known, and at most {most} may in one run",
            )


def too_many_gone(policy: KindPolicy, gone: int, records: int) -> bool:
    """Whether a run is refused, unless a person let it pass, in which so many of these records would lose a row."""
    return _over(gone, policy.max_deleted, records)


def _over(count: int, share: float, records: int) -> bool:
    return count > HANDFUL and count > share * records


def _is_changed(case: Case, verdict: Verdict) -> bool:
    """Whether values that were agreed before would be written over; first loads and empty fields filled are not."""
    agreed = case.known.agreed if case.known else {}
    return any(
        change.field in agreed and change.before not in (None, change.after)
        for action in verdict.actions
        if isinstance(action, UpdateRow)
        for change in action.changes
    )
