"""What points at a record: references of other records, kept true when people say which rows are which record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from syncbot.endpoints.base import ColumnType
from syncbot.mapping.binding import restore
from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import EMPTY, KnownRecord, SeenRow
from syncbot.store.base import OpenConflict, RecordChange
from syncbot.store.carrying import turned

from .parts import Parts

Left: TypeAlias = Mapping[str, tuple[str, str]]
"""By endpoint: the ref of a row that a record has no more, and the key of that record."""


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """How references turn."""

    old: str
    new: str
    """The key of the record that is meant from now on; the same as `old` where only rows are others."""
    left: Left
    fields: Sequence[str]
    """Those that point at records of the kind."""
    ours: Collection[Spot]
    """Endpoint and field: the columns that name rows, and that may be written."""
    back: Left = field(default_factory=lambda: EMPTY)
    """By endpoint: the ref of a row that is a record's again, and the key of that record."""


def point_anew(parts: Parts, target: str, *, old: str, new: str, left: Left, run: str) -> None:
    """Let what points at a record of the kind `target` point at another one.

    That is so in what is known of every record and of rows that wait, in questions, in their answers, in stray edits
    that nobody settled, in history, and in the journal, by which runs are undone. Records with a question are decided
    again: what was in dispute may be the same now. What points at one of the rows `left` is brought to the record's own
    row by the next sync.
    """
    fields = {kind: _pointing(spec, target) for kind, spec in parts.mappings.kinds.items()}
    for kind, some in fields.items():
        if some:
            parts.store.repoint(kind, some, old=old, new=new)
            ours = _ours(parts, kind, some)
            _turn_known(parts, kind, _Turn(old=old, new=new, left=left, fields=some, ours=ours), run)
    for asked in parts.store.conflicts():
        if asked.conflict.field in fields.get(asked.conflict.kind, ()):
            _turn_asked(parts, asked, old, new)
    for kept in parts.store.strays():
        stray = kept.stray
        if stray.field in fields.get(stray.kind, ()) and _names(old, (stray.value, stray.kept)):
            value, stands = turned(stray.value, old, new), turned(stray.kept, old, new)
            parts.store.reword_stray(kept.id, value=value, kept=stands)


def stay_with(parts: Parts, target: str, record: str, spot: Spot) -> None:
    """Let what points at a row that is taken from a record still mean the record.

    Nobody edited what points there: the next sync brings it to the row that the record has then. To be called before
    the row is taken, by who has the lease.
    """
    for kind, spec in parts.mappings.kinds.items():
        if fields := _pointing(spec, target):
            left = {spot[0]: (spot[1], record)}
            ours = _ours(parts, kind, fields)
            _turn_known(parts, kind, _Turn(old=record, new=record, left=left, fields=fields, ours=ours), "")


def is_row_again(parts: Parts, target: str, record: str, spot: Spot) -> None:
    """Let what points at a row be as it was before `stay_with`: the row is the record's again, nothing is to be written.

    To be called when the row is linked: cut off before, what points there is written once more than needed.
    """
    back = {spot[0]: (spot[1], record)}
    for kind, spec in parts.mappings.kinds.items():
        if fields := _pointing(spec, target):
            turn = _Turn(old=record, new=record, left={}, fields=fields, ours=(), back=back)
            _turn_known(parts, kind, turn, "")


def _ours(parts: Parts, kind: str, fields: Sequence[str]) -> set[Spot]:
    spec, found = parts.mappings.kinds[kind], set()
    for endpoint, policy in spec.policy.endpoints.items():
        text = parts.store.binding(kind, endpoint)
        bound = restore(spec, endpoint, text) if text and policy.updates else None
        for name in fields if bound else ():
            column = bound.columns.get(name) if bound else None
            if column and column.type is ColumnType.REFS and spec.policy.fields[name].places.get(endpoint):
                found.add((endpoint, name))
    return found


def _pointing(spec: KindSpec, target: str) -> list[str]:
    pointing = (FieldType.RECORD, FieldType.RECORDS)
    infos = spec.model.fields()
    return [
        name
        for name, field in spec.policy.fields.items()
        if field.type in pointing and infos[name].target == target
    ]


def _turn_known(parts: Parts, kind: str, turn: _Turn, run: str) -> None:
    changes = [
        change for record in parts.store.records(kind).values() if (change := _turned(kind, record, turn))
    ]
    if changes:
        parts.store.commit(changes, run=run, at=parts.now())
    rows = [
        replace(one, row=row)
        for one in parts.store.waiting(kind)
        for row in dict(_rows_turned({one.endpoint: one.row}, turn)).values()
    ]
    if rows:
        parts.store.keep_waiting(rows, kind=kind)


def _turned(kind: str, record: KnownRecord, turn: _Turn) -> RecordChange | None:
    agreed = {
        name: replace(one, value=value)
        for name in turn.fields
        if (one := record.agreed.get(name)) and (value := turned(one.value, turn.old, turn.new)) != one.value
    }
    rows = dict(_rows_turned(record.rows, turn))
    if not agreed and not rows:
        return None
    asked = not record.conflicts.keys().isdisjoint(turn.fields)
    again = True if asked or any(row.worn for row in rows.values()) else None
    return RecordChange(kind=kind, record=record.key, agreed=agreed, rows=rows, again=again)


def _rows_turned(rows: Mapping[str, SeenRow], turn: _Turn) -> Iterator[tuple[str, SeenRow]]:
    for name, row in rows.items():
        said = {label: row.values[label] for label in turn.fields if label in row.values}
        cells = {label: turned(cell, turn.old, turn.new) for label, cell in said.items()}
        worn = {label: refs for label, refs in row.worn.items() if label not in said}
        worn |= {label: refs for label, cell in said.items() if (refs := _worn(name, label, cell, row, turn))}
        if cells != said or worn != row.worn:
            yield name, replace(row, values={**row.values, **cells}, worn=worn)


def _worn(endpoint: str, field: str, cell: Cell, row: SeenRow, turn: _Turn) -> dict[str, str]:
    """Return the references of a cell that are worn out now, as far as is known, and what they mean."""
    before = row.worn.get(field, EMPTY).items()
    worn = {
        ref: turned(key, turn.old, turn.new) for ref, key in before if turn.back.get(endpoint) != (ref, key)
    }
    ref, key = turn.left.get(endpoint, ("", ""))
    if key and (endpoint, field) in turn.ours and _names(key, (cell,)):
        worn[ref] = turn.new
    return worn


def _turn_asked(parts: Parts, asked: OpenConflict, old: str, new: str) -> None:
    said = asked.conflict
    if _names(old, (said.base, *(side.value for side in said.sides.values()))):
        sides = {name: replace(side, value=turned(side.value, old, new)) for name, side in said.sides.items()}
        anew = replace(said, base=turned(said.base, old, new), sides=sides)
        parts.store.open_conflict(anew, id=asked.id, run=asked.run, at=asked.opened)
    if asked.answered_by and asked.answered_at and _names(old, (asked.answer,)):
        answer = turned(asked.answer, old, new)
        parts.store.answer_conflict(asked.id, value=answer, by=asked.answered_by, at=asked.answered_at)


def _names(key: str, cells: Iterable[Cell]) -> bool:
    return any(cell == key or (isinstance(cell, frozenset) and key in cell) for cell in cells)
