"""What points at a record: references of other records, brought to a record that took its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import RecordChange

from .parts import Parts


def point_anew(parts: Parts, target: str, *, old: str, new: str, run: str) -> None:
    """Let what points at a record of the kind `target` point at another one, in what is known of every record."""
    for kind, spec in parts.mappings.kinds.items():
        fields = _pointing(spec, target)
        changes = [
            change
            for record in (parts.store.records(kind).values() if fields else ())
            if (change := _pointed(kind, record, fields, old, new))
        ]
        if changes:
            parts.store.commit(changes, run=run, at=parts.now())


def _pointing(spec: KindSpec, target: str) -> list[str]:
    pointing = (FieldType.RECORD, FieldType.RECORDS)
    infos = spec.model.fields()
    return [
        name
        for name, field in spec.policy.fields.items()
        if field.type in pointing and infos[name].target == target
    ]


def _pointed(
    kind: str, record: KnownRecord, fields: Sequence[str], old: str, new: str
) -> RecordChange | None:
    agreed = {
        name: replace(one, value=_renamed(one.value, old, new))
        for name in fields
        if (one := record.agreed.get(name)) and _renamed(one.value, old, new) != one.value
    }
    rows = dict(_rows_renamed(record.rows, fields, old, new))
    return RecordChange(kind=kind, record=record.key, agreed=agreed, rows=rows) if agreed or rows else None


def _rows_renamed(
    rows: Mapping[str, SeenRow], fields: Sequence[str], old: str, new: str
) -> Iterator[tuple[str, SeenRow]]:
    for name, row in rows.items():
        cells = {label: _renamed(row.values[label], old, new) for label in fields if label in row.values}
        if any(row.values[label] != cell for label, cell in cells.items()):
            yield name, replace(row, values={**row.values, **cells})


def _renamed(cell: Cell, old: str, new: str) -> Any:
    if isinstance(cell, frozenset):
        return frozenset(new if one == old else one for one in cell)
    return new if cell == old else cell
