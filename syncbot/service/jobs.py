"""Actions on their way: what is sent for them, and how the journal words them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncbot.endpoints.base import Create, Update, Write
from syncbot.model.values import Value
from syncbot.model.wording import shown
from syncbot.reconcile.plan import Action, CreateRow, DeleteRow, UpdateRow
from syncbot.reconcile.state import SeenRow


@dataclass(frozen=True, kw_only=True)
class Job:
    """One write on its way."""

    intent: str
    action: Action
    write: Write


def values_of(action: CreateRow | UpdateRow) -> Mapping[str, Value]:
    """The values that an action writes, by field."""
    if isinstance(action, CreateRow):
        return action.values
    return {change.field: change.after for change in action.changes}


def habits(action: Action, seen: SeenRow, before: SeenRow | None) -> Iterator[str]:
    """Say where a place keeps what we wrote in another form."""
    earlier = before.echoes if before else {}
    for name, cell in seen.echoes.items():
        if earlier.get(name) != cell:
            yield f"{action.endpoint}: {action.title}: it keeps the {name} as {shown(cell)}"


def write_of(action: CreateRow | UpdateRow, cells: Mapping[str, Value]) -> Write:
    """The write that an action is, with its values worded as cells."""
    if isinstance(action, CreateRow):
        return Create(key=action.record, cells=cells)
    return Update(
        ref=action.ref, version=action.version, cells=cells, key=action.record if action.stamp else None
    )


def word_of(action: Action) -> str:
    """What an action does, as the journal says it."""
    match action:
        case CreateRow():
            return "create"
        case UpdateRow():
            return "update"
        case DeleteRow():
            return "delete"


def changes_of(action: Action) -> dict[str, tuple[Value, Value]]:
    """Before and after of each field that an action writes."""
    match action:
        case CreateRow():
            return {field: (None, value) for field, value in action.values.items()}
        case UpdateRow():
            return {change.field: (change.before, change.after) for change in action.changes}
        case DeleteRow():
            return {}
