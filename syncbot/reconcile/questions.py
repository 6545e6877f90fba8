"""Put the fields of a record to the decision, one by one."""

from collections.abc import Iterable

from syncbot.model.values import UNKNOWN, Cell

from .fields import decide
from .policy import FieldPolicy, KindPolicy
from .standing import Stand, stand_of
from .state import DECIDED, EMPTY, UNHEARD, Agreed, Case, SeenRow
from .voices import Outcome, Question, Voice


def decide_fields(stand: Stand, missing: tuple[str, ...]) -> dict[str, Outcome]:
    """Decide every field; one on which nothing is new costs no more than comparing it."""
    known = stand.known
    plain = not known.conflicts and not known.decisions and not missing and not stand.case.aside
    return {
        label: decide(_question(stand, place, missing))
        for label, place in stand.policy.fields.items()
        if not (plain and _quiet(stand, place))
    }


def _quiet(stand: Stand, place: FieldPolicy) -> bool:
    agreed = stand.known.agreed.get(place.name)
    return agreed is not None and all(
        row.values.get(place.name, UNKNOWN) == agreed.value and place.name not in row.worn
        for name, row in stand.rows.items()
        if name in place.places
    )


def _question(stand: Stand, place: FieldPolicy, missing: tuple[str, ...]) -> Question:
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
        home_comes_empty=place.home in missing and not place.places.get(place.home or "", False),
        conflict=known.conflicts.get(label),
        held=known.held.get(label),
        shown=known.shown.get(label, EMPTY),
        decision=known.decisions.get(label),
    )


def _aside(name: str) -> Voice:
    return Voice(endpoint=name, cell=UNKNOWN, told=True, writable=False)


def _voice(stand: Stand, place: FieldPolicy, name: str, agreed: Agreed | None) -> Voice:
    row, before = stand.rows[name], stand.known.rows.get(name)
    endpoint, label = stand.policy.endpoints[name], place.name
    cell = row.values.get(label, UNKNOWN)
    was: Cell = UNKNOWN if before is None else before.values.get(label, UNKNOWN)
    as_agreed = agreed is not None and cell == agreed.value
    returned = name in stand.known.unlinked if before is None else before.version == UNHEARD
    back = returned and was is UNKNOWN and not as_agreed
    heard = was is not UNKNOWN and (before is None or label not in before.owed)
    # A copied row carries our key too; that it is empty, and is the record's because a person says so, empties nothing.
    chosen = cell is None and stand.case.how.get(name) == DECIDED
    return Voice(
        endpoint=name,
        cell=cell,
        was=was,
        joined=heard or as_agreed or (before is None and not (back or chosen) and stand.carries_key(name)),
        back=back,
        read=row is not before,
        still=before is not None and row is not before and before.version == row.version,
        worn=label in row.worn,
        writable=place.places[name] and endpoint.updates,
        only_tells=endpoint.only_tells,
        edited_at=row.edited_at,
        edited_by=row.edited_by,
        by_us=row.by_us,
        url=row.url,
        grain=endpoint.time_grain,
        fault=row.faults.get(label),
        told=_was_told(before, row, label),
    )


def met_first(policy: KindPolicy, case: Case, endpoint: str, labels: Iterable[str]) -> frozenset[str]:
    """Return those of these fields in which the record's row at the endpoint had no say before this run."""
    stand = stand_of(policy, case)
    agreed = stand.known.agreed
    return frozenset(
        label
        for label in labels
        if endpoint in stand.rows
        and not _voice(stand, policy.fields[label], endpoint, agreed.get(label)).joined
    )


def _was_told(before: SeenRow | None, row: SeenRow, label: str) -> bool:
    """Whether a person knows already that the field is not read; of a column that was not asked for, they do."""
    if label not in row.values and label not in row.faults:
        return True
    if before is None or before.values.get(label, UNKNOWN) is not UNKNOWN:
        return False
    return before.faults.get(label) == row.faults.get(label)
