"""A record as its kind sees it, from what the store knows."""

from syncbot.mapping.spec import KindSpec
from syncbot.model.record import Record
from syncbot.model.values import UNKNOWN, Value
from syncbot.reconcile.state import KnownRecord

NO_NAME = "(no name)"
"""What people read where a row has none; our key would tell them nothing."""


def recorded(spec: KindSpec, known: KnownRecord) -> Record:
    """Return the record as it was last agreed; what was never agreed is taken from any place that says it."""
    values: dict[str, Value] = dict.fromkeys(spec.model.fields())
    for name in values:
        values[name] = known.agreed[name].value if name in known.agreed else _anywhere(known, name)
    title = spec.policy.title_field
    values[title] = values.get(title) or NO_NAME
    return spec.model.model_construct(**values)  # type: ignore[arg-type]  # checked when they were read


def _anywhere(known: KnownRecord, field: str) -> Value:
    cells = [row.values.get(field) for _, row in sorted(known.rows.items())]
    return next((cell for cell in cells if cell is not None and cell is not UNKNOWN), None)
