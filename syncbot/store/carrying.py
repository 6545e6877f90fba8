"""What was written and said of a record that a merge takes away, carried over to the record that is kept."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from syncbot.model.values import Cell
from syncbot.store.base import HistoryLine, Intent, KeptStray, OpenConflict, Ruling


def line(one: HistoryLine, merged: Ruling) -> HistoryLine:
    """Carry a line of history over."""
    return replace(one, record=merged.record) if _its(one.kind, one.record, merged) else one


def question(one: OpenConflict, merged: Ruling) -> OpenConflict:
    """Carry a conflict over."""
    about = one.conflict
    if not _its(about.kind, about.record, merged):
        return one
    return replace(one, conflict=replace(about, record=merged.record))


def stray(one: KeptStray, merged: Ruling) -> KeptStray:
    """Carry a stray edit over."""
    about = one.stray
    return replace(one, stray=replace(about, record=merged.record)) if _its_stray(one, merged) else one


def intent(one: Intent, merged: Ruling) -> Intent:
    """Carry a write of the journal over."""
    return replace(one, record=merged.record) if _its(one.kind, one.record, merged) else one


def ruling(one: Ruling, merged: Ruling) -> Ruling:
    """Carry an earlier decision over."""
    return replace(one, record=merged.record) if _its(one.kind, one.record, merged) else one


def turned(cell: Cell, old: str, new: str) -> Any:
    """Let a reference, or a set of them, name another record."""
    if isinstance(cell, frozenset):
        return frozenset(new if one == old else one for one in cell)
    return new if cell == old else cell


def line_turned(one: HistoryLine, old: str, new: str) -> HistoryLine:
    """Let a line about a field that points name another record."""
    return replace(one, before=turned(one.before, old, new), after=turned(one.after, old, new))


def intent_turned(one: Intent, fields: Collection[str], old: str, new: str) -> Intent:
    """Let a write of the journal name another record in the fields that point."""
    changes = {
        name: (turned(before, old, new), turned(after, old, new)) if name in fields else (before, after)
        for name, (before, after) in one.changes.items()
    }
    return replace(one, changes=changes)


def _its_stray(one: KeptStray, merged: Ruling) -> bool:
    return _its(one.stray.kind, one.stray.record, merged)


def _its(kind: str, record: str, merged: Ruling) -> bool:
    return (kind, record) == (merged.kind, merged.absorbed)
