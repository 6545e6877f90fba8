"""Decide one record: its fields, its rows that went, came back or are missing, and what is written for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from syncbot.model.sheet import Sheet
from syncbot.model.values import UNKNOWN, Value

from .baselines import said_in
from .plan import (
    Action,
    Agree,
    CreateRow,
    DeleteRow,
    FieldChange,
    Finding,
    LinkRow,
    Missing,
    UnlinkRow,
    Unread,
    UpdateRow,
)
from .policy import KindPolicy, OnDeletion
from .questions import decide_fields
from .standing import Stand, stand_of
from .state import EMPTY, Case, GoneRow, KnownRecord, SeenRow
from .voices import Outcome

_TRASHED = "trashed"
"""The only reason that is a person's word that the record should go; the others may be a lost permission."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was decided about one record; the parts are those of a `Plan`."""

    actions: tuple[Action, ...] = ()
    links: tuple[LinkRow, ...] = ()
    unlinks: tuple[UnlinkRow, ...] = ()
    agrees: tuple[Agree, ...] = ()
    findings: tuple[Finding, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)


NOTHING = Verdict()


def decide_record(policy: KindPolicy, case: Case) -> Verdict:
    """Return everything that this run does and found about one record."""
    if case.known is not None and not case.aside and is_as_agreed(policy, case.known, case.seen):
        return NOTHING
    stand = stand_of(policy, case)
    if deleted := _propagated(stand):
        return deleted
    missing = _missing_places(stand)
    outcomes = decide_fields(stand, missing)
    creates, withheld = _creates(stand, missing, outcomes)
    updates = _updates(stand, outcomes)
    return Verdict(
        actions=(*creates, *updates),
        links=tuple(_links(stand)),
        unlinks=tuple(_unlinks(stand)),
        agrees=tuple(_agrees(outcomes, creates)),
        findings=(
            *_gone_findings(stand),
            *withheld,
            *(finding for outcome in outcomes.values() for finding in outcome.findings),
        ),
        ended=_ended(stand, outcomes),
    )


def is_as_agreed(
    policy: KindPolicy, known: KnownRecord, seen: Mapping[str, SeenRow | GoneRow] = EMPTY
) -> bool:
    """Whether nothing at all is to be decided: the quick answer for nearly every record of a full reading."""
    if known.decisions or known.conflicts:
        return False
    rows: list[tuple[str, SeenRow]] = []
    for name in policy.endpoints:
        before = known.rows.get(name)
        row = seen.get(name, before)
        if before is None or not isinstance(row, SeenRow) or row.key != known.key or row.ref != before.ref:
            return False
        if row.worn:
            return False
        rows.append((name, row))
    return _say_what_was_agreed(policy, known, rows)


def _say_what_was_agreed(policy: KindPolicy, known: KnownRecord, rows: Iterable[tuple[str, SeenRow]]) -> bool:
    """Whether these rows, by endpoint, say what was last agreed in every field.

    This is all that is done for most of 100,000 records: no step of it is taken field by field in Python.
    """
    agreed = said_in(known.agreed)
    if not policy.every_field.fits(agreed):
        return False
    try:
        for name, row in rows:
            values = row.values
            if values is agreed or (type(values) is Sheet and values.says(agreed)):
                continue
            said = policy.said_at[name]
            if said(values) != said(agreed):
                return False
    except KeyError:  # a place that did not say a field is no place that agrees
        return False
    return True


def _ended(stand: Stand, outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    fields = stand.policy.fields
    forgotten = {key for label, key in stand.known.conflicts.items() if label not in fields}
    return dict.fromkeys(forgotten, "the field is not kept in step any more") | {
        key: why for outcome in outcomes.values() for key, why in outcome.ended.items()
    }


# -- rows


def _links(stand: Stand) -> Iterator[LinkRow]:
    for name, row in stand.rows.items():
        before = stand.known.rows.get(name)
        if before is None or before.ref != row.ref:
            yield LinkRow(
                kind=stand.policy.kind,
                record=stand.case.record,
                title=stand.title,
                endpoint=name,
                ref=row.ref,
                how=stand.case.how.get(name, "our key"),
            )


def _unlinks(stand: Stand) -> Iterator[UnlinkRow]:
    for name, gone in stand.gone.items():
        yield UnlinkRow(
            kind=stand.policy.kind,
            record=stand.case.record,
            title=stand.title,
            endpoint=name,
            ref=gone.ref,
            reason=gone.reason,
        )


def _gone_findings(stand: Stand) -> Iterator[Missing]:
    places = stand.policy.endpoints
    stands = any(not places[name].only_tells for name in stand.rows)
    for name, gone in stand.gone.items():
        yield Missing(
            kind=stand.policy.kind,
            record=stand.case.record,
            title=stand.title,
            endpoint=name,
            ref=gone.ref,
            reason=gone.reason,
            asked=stand.policy.deletes is OnDeletion.ASK and stands and not places[name].only_tells,
        )


def _propagated(stand: Stand) -> Verdict | None:
    """Take the other rows away too, where that was declared and nobody changed one: changed beats deleted."""
    policy = stand.policy
    trashed = [name for name, gone in stand.gone.items() if gone.reason == _TRASHED]
    if policy.deletes is not OnDeletion.PROPAGATE or not trashed or not stand.rows or stand.case.aside:
        return None
    if not all(policy.endpoints[name].deletes for name in stand.rows) or not _untouched(stand):
        return None
    return Verdict(
        actions=tuple(
            DeleteRow(
                kind=policy.kind,
                record=stand.case.record,
                title=stand.title,
                endpoint=name,
                ref=row.ref,
                version=row.version,
                reason=f"removed in {trashed[0]}",
            )
            for name, row in stand.rows.items()
        ),
        unlinks=tuple(_unlinks(stand)),
    )


def _untouched(stand: Stand) -> bool:
    """Whether every row that is left says what was last agreed, and no question about the record is open."""
    if stand.known.conflicts or stand.known.decisions:
        return False
    return _say_what_was_agreed(stand.policy, stand.known, stand.rows.items())


def _missing_places(stand: Stand) -> tuple[str, ...]:
    """Where the record has no row and gets one."""
    if not stand.rows:
        return ()
    return tuple(
        name
        for name, endpoint in sorted(stand.policy.endpoints.items())
        if endpoint.creates
        and name not in stand.rows
        and name not in stand.case.aside
        and name not in stand.gone
        and name not in stand.known.unlinked
    )


# -- actions


def _creates(
    stand: Stand, missing: tuple[str, ...], outcomes: Mapping[str, Outcome]
) -> tuple[list[CreateRow], list[Finding]]:
    """Make the rows that are missing, once the record has a name to go by."""
    creates: list[CreateRow] = []
    withheld: list[Finding] = []
    values = _settled_values(stand, outcomes)
    for name in missing:
        mine = {
            label: value for label, value in values.items() if stand.policy.fields[label].places.get(name)
        }
        if values.get(stand.policy.title_field) is None:
            withheld += _nameless(stand, name)
            continue
        creates.append(
            CreateRow(
                kind=stand.policy.kind,
                record=stand.case.record,
                title=stand.title,
                endpoint=name,
                values=mine,
                reason=f"{' and '.join(stand.rows)} has it, {name} has no row for it",
            )
        )
    return creates, withheld


def _settled_values(stand: Stand, outcomes: Mapping[str, Outcome]) -> dict[str, Value]:
    """What the record says, without what is empty or not decided."""
    return {
        label: outcome.value
        for label in stand.policy.fields
        if (outcome := outcomes.get(label)) and outcome.value is not UNKNOWN and outcome.value is not None
    }


def _nameless(stand: Stand, endpoint: str) -> Iterator[Unread]:
    """Say once that a row without a name, perhaps just begun by somebody, is not copied yet."""
    if any(name not in stand.known.rows for name in stand.rows):
        yield Unread(
            kind=stand.policy.kind,
            record=stand.case.record,
            title=stand.title,
            endpoint=endpoint,
            field=stand.policy.title_field,
            reason="no row is made for it as long as its name is empty or not decided",
        )


def _updates(stand: Stand, outcomes: Mapping[str, Outcome]) -> Iterator[UpdateRow]:
    for name, row in stand.rows.items():
        changes = tuple(
            FieldChange(
                field=label,
                before=None if (cell := row.values.get(label)) is UNKNOWN else cell,
                after=write.value,
                reason=write.reason,
            )
            for label, outcome in outcomes.items()
            if (write := outcome.writes.get(name))
        )
        stamp = row.key != stand.case.record and stand.policy.endpoints[name].updates
        if changes or stamp:
            yield UpdateRow(
                kind=stand.policy.kind,
                record=stand.case.record,
                title=stand.title,
                endpoint=name,
                ref=row.ref,
                version=row.version,
                changes=changes,
                stamp=stamp,
            )


def _agrees(outcomes: Mapping[str, Outcome], creates: list[CreateRow]) -> Iterator[Agree]:
    """Move baselines only when the rows that are being made have come to be as well."""
    for label, outcome in outcomes.items():
        if outcome.agree is not None:
            made = frozenset(create.endpoint for create in creates if label in create.values)
            yield replace(outcome.agree, after=outcome.agree.after | made) if made else outcome.agree
