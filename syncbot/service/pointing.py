"""What points at a record: references of other records, brought to a record that took its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import OpenConflict, RecordChange

from .parts import Parts


def point_anew(parts: Parts, target: str, *, old: str, new: str, run: str) -> None:
    """Let what points at a record of the kind `target` point at another one.

    That is so in what is known of every record and of rows that wait, in questions, in their answers and in stray edits
    that nobody settled. Records with a question are decided again: what was in dispute may be the same now.
    """
    fields = {kind: _pointing(spec, target) for kind, spec in parts.mappings.kinds.items()}
    for kind, some in fields.items():
        if some:
            _known_anew(parts, kind, some, old, new, run)
    for asked in parts.store.conflicts():
        if asked.conflict.field in fields.get(asked.conflict.kind, ()):
            _asked_anew(parts, asked, old, new)
    for kept in parts.store.strays():
        stray = kept.stray
        if stray.field in fields.get(stray.kind, ()) and _names(old, (stray.value, stray.kept)):
            value, stands = _renamed(stray.value, old, new), _renamed(stray.kept, old, new)
            parts.store.reword_stray(kept.id, value=value, kept=stands)


def _known_anew(parts: Parts, kind: str, fields: Sequence[str], old: str, new: str, run: str) -> None:
    changes = [
        change
        for record in parts.store.records(kind).values()
        if (change := _pointed(kind, record, fields, old, new))
    ]
    if changes:
        parts.store.commit(changes, run=run, at=parts.now())
    rows = [
        replace(one, row=row)
        for one in parts.store.waiting(kind)
        for row in dict(_rows_renamed({one.endpoint: one.row}, fields, old, new)).values()
    ]
    if rows:
        parts.store.keep_waiting(rows, kind=kind)


def _asked_anew(parts: Parts, asked: OpenConflict, old: str, new: str) -> None:
    said = asked.conflict
    if _names(old, (said.base, *(side.value for side in said.sides.values()))):
        sides = {
            name: replace(side, value=_renamed(side.value, old, new)) for name, side in said.sides.items()
        }
        anew = replace(said, base=_renamed(said.base, old, new), sides=sides)
        parts.store.open_conflict(anew, id=asked.id, run=asked.run, at=asked.opened)
    if asked.answered_by and asked.answered_at and _names(old, (asked.answer,)):
        answer = _renamed(asked.answer, old, new)
        parts.store.answer_conflict(asked.id, value=answer, by=asked.answered_by, at=asked.answered_at)


def _names(key: str, cells: Iterable[Cell]) -> bool:
    return any(cell == key or (isinstance(cell, frozenset) and key in cell) for cell in cells)


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
    if not agreed and not rows:
        return None
    asked = True if record.conflicts.keys() & set(fields) else None
    return RecordChange(kind=kind, record=record.key, agreed=agreed, rows=rows, again=asked)


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
