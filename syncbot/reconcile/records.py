"""Decide one record: its fields, its rows that went, came back or are missing, and what is written for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from syncbot.model.values import UNKNOWN, Cell, Value

from .fields import decide
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
from .policy import FieldPolicy, KindPolicy, OnDeletion
from .state import Agreed, Case, GoneRow, KnownRecord, SeenRow
from .voices import Outcome, Question, Voice

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stand:
    """How a record stands on the endpoints in this run."""

    policy: KindPolicy
    case: Case
    known: KnownRecord
    rows: Mapping[str, SeenRow]
    """By endpoint in the order of names: the row as it is now; not those that went or are put aside."""
    gone: Mapping[str, GoneRow]
    title: str

    def returned(self, endpoint: str) -> bool:
        """Whether the row was ours before: it carries our key, or was unlinked."""
        return endpoint in self.known.unlinked or self.rows[endpoint].key == self.case.record


def decide_record(policy: KindPolicy, case: Case) -> Verdict:
    """Return everything that this run does and found about one record."""
    stand = _stand(policy, case)
    if not case.aside and not stand.gone and _as_agreed(stand):
        return NOTHING
    if deleted := _propagated(stand):
        return deleted
    missing = _missing_places(stand)
    outcomes = _outcomes(stand, missing)
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
        ended={key: why for outcome in outcomes.values() for key, why in outcome.ended.items()},
    )


def _stand(policy: KindPolicy, case: Case) -> _Stand:
    known = case.known or KnownRecord(key=case.record, rows={})
    rows: dict[str, SeenRow] = {}
    gone: dict[str, GoneRow] = {}
    for name in sorted(policy.endpoints):
        seen, before = case.seen.get(name), known.rows.get(name)
        if name in case.aside:
            continue
        if isinstance(seen, SeenRow):
            rows[name] = seen
        elif before is not None and isinstance(seen, GoneRow) and seen.ref == before.ref:
            gone[name] = seen
        elif before is not None:
            rows[name] = before
    return _Stand(
        policy=policy, case=case, known=known, rows=rows, gone=gone, title=_title(policy, case, known, rows)
    )


def _title(policy: KindPolicy, case: Case, known: KnownRecord, rows: Mapping[str, SeenRow]) -> str:
    """What people call the record: what was last agreed, else what the first place says, else its key."""
    name = policy.title_field
    if (agreed := known.agreed.get(name)) and agreed.value is not None:
        return str(agreed.value)
    home = policy.fields[name].home if name in policy.fields else None
    for row in sorted(rows.items(), key=lambda one: (one[0] != home, one[0])):
        if (cell := row[1].values.get(name)) not in (None, UNKNOWN):
            return str(cell)
    for _, before in sorted(known.rows.items()):
        if (cell := before.values.get(name)) not in (None, UNKNOWN):
            return str(cell)
    return case.record


def _as_agreed(stand: _Stand) -> bool:
    """Whether nothing at all is to be decided: the quick answer for nearly every record of a full reading."""
    policy, case, known = stand.policy, stand.case, stand.known
    if known.decisions or known.conflicts or len(stand.rows) < len(policy.endpoints):
        return False
    if any(name not in known.rows for name in stand.rows):
        return False
    for name, row in stand.rows.items():
        if row.key != case.record or row.ref != known.rows[name].ref:
            return False
        values = row.values
        for label, place in policy.fields.items():
            if name in place.places:
                agreed = known.agreed.get(label)
                if agreed is None or values.get(label, UNKNOWN) != agreed.value:
                    return False
    return True


# -- rows


def _links(stand: _Stand) -> Iterator[LinkRow]:
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


def _unlinks(stand: _Stand) -> Iterator[UnlinkRow]:
    for name, gone in stand.gone.items():
        yield UnlinkRow(
            kind=stand.policy.kind,
            record=stand.case.record,
            title=stand.title,
            endpoint=name,
            ref=gone.ref,
            reason=gone.reason,
        )


def _gone_findings(stand: _Stand) -> Iterator[Missing]:
    for name, gone in stand.gone.items():
        yield Missing(
            kind=stand.policy.kind,
            record=stand.case.record,
            title=stand.title,
            endpoint=name,
            ref=gone.ref,
            reason=gone.reason,
        )


def _propagated(stand: _Stand) -> Verdict | None:
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


def _untouched(stand: _Stand) -> bool:
    """Whether every row that is left says what was last agreed, and no question about the record is open."""
    known = stand.known
    if known.conflicts or known.decisions:
        return False
    for name, row in stand.rows.items():
        for label, place in stand.policy.fields.items():
            if name in place.places:
                agreed = known.agreed.get(label)
                if agreed is None or row.values.get(label, UNKNOWN) != agreed.value:
                    return False
    return True


def _missing_places(stand: _Stand) -> tuple[str, ...]:
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


# -- fields


def _outcomes(stand: _Stand, missing: tuple[str, ...]) -> dict[str, Outcome]:
    """Decide every field; one on which nothing is new costs no more than comparing it."""
    known = stand.known
    plain = not known.conflicts and not known.decisions and not missing and not stand.case.aside
    return {
        label: decide(_question(stand, place, missing))
        for label, place in stand.policy.fields.items()
        if not (plain and _quiet(stand, place))
    }


def _quiet(stand: _Stand, place: FieldPolicy) -> bool:
    agreed = stand.known.agreed.get(place.name)
    return agreed is not None and all(
        row.values.get(place.name, UNKNOWN) == agreed.value
        for name, row in stand.rows.items()
        if name in place.places
    )


def _question(stand: _Stand, place: FieldPolicy, missing: tuple[str, ...]) -> Question:
    known, label = stand.known, place.name
    agreed = known.agreed.get(label)
    voices = {
        name: _aside(name) if name in stand.case.aside else _voice(stand, place, name, agreed)
        for name in sorted(place.places)
        if name in stand.rows or name in stand.case.aside
    }
    return Question(
        kind=stand.policy.kind,
        record=stand.case.record,
        title=stand.title,
        policy=place,
        agreed=agreed,
        voices=voices,
        home_may_come=place.home in missing and place.places.get(place.home or "", False),
        conflict=known.conflicts.get(label),
        decision=known.decisions.get(label),
    )


def _aside(name: str) -> Voice:
    return Voice(endpoint=name, cell=UNKNOWN, told=True, writable=False)


def _voice(stand: _Stand, place: FieldPolicy, name: str, agreed: Agreed | None) -> Voice:
    row, before = stand.rows[name], stand.known.rows.get(name)
    endpoint, label = stand.policy.endpoints[name], place.name
    cell = row.values.get(label, UNKNOWN)
    was: Cell = UNKNOWN if before is None else before.values.get(label, UNKNOWN)
    return Voice(
        endpoint=name,
        cell=cell,
        was=was,
        joined=was is not UNKNOWN
        or (agreed is not None and cell == agreed.value)
        or (before is None and stand.returned(name)),
        read=row is not before,
        still=before is not None and row is not before and before.version == row.version,
        writable=place.places[name] and endpoint.updates,
        edited_at=row.edited_at,
        edited_by=row.edited_by,
        by_us=row.by_us,
        url=row.url,
        grain=endpoint.time_grain,
        fault=row.faults.get(label),
        told=_was_told(before, row, label),
    )


def _was_told(before: SeenRow | None, row: SeenRow, label: str) -> bool:
    """Whether a person knows already that the field is not read; of a column that was not asked for, they do."""
    if label not in row.values and label not in row.faults:
        return True
    if before is None or before.values.get(label, UNKNOWN) is not UNKNOWN:
        return False
    return before.faults.get(label) == row.faults.get(label)


# -- actions


def _creates(
    stand: _Stand, missing: tuple[str, ...], outcomes: Mapping[str, Outcome]
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


def _settled_values(stand: _Stand, outcomes: Mapping[str, Outcome]) -> dict[str, Value]:
    """What the record says, without what is empty or not decided."""
    return {
        label: outcome.value
        for label in stand.policy.fields
        if (outcome := outcomes.get(label)) and outcome.value is not UNKNOWN and outcome.value is not None
    }


def _nameless(stand: _Stand, endpoint: str) -> Iterator[Unread]:
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


def _updates(stand: _Stand, outcomes: Mapping[str, Outcome]) -> Iterator[UpdateRow]:
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
