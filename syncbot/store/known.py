"""Small decisions that every store makes alike."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from syncbot.errors import UnknownId
from syncbot.reconcile.plan import StrayEdit
from syncbot.reconcile.state import Decision, KnownRecord, SeenRow
from syncbot.store.base import OpenConflict
from syncbot.store.folding import Held

MERGED_INTO = "the record was merged into another"
"""How a question ends whose record is absorbed."""
NOTHING_TO_FREE = "a row that is to be freed is not linked"
NOTHING_TO_RELINK = "a row that is to be linked again does not wait"
STILL_LINKED = "a record that still has rows cannot be absorbed"


def known_record(
    key: str, held: Held, *, rows: Mapping[str, SeenRow], waiting: Sequence[OpenConflict]
) -> KnownRecord:
    """Put together what is known of a record; `waiting` are its open conflicts, answered or not."""
    if not waiting:
        return KnownRecord(key=key, rows=rows, agreed=held.agreed, unlinked=held.unlinked)
    return KnownRecord(
        key=key,
        rows=rows,
        agreed=held.agreed,
        unlinked=held.unlinked,
        conflicts={one.conflict.field: one.id for one in waiting},
        held={one.conflict.field: one.conflict.held for one in waiting if one.conflict.held},
        shown={
            one.conflict.field: {name: side.value for name, side in one.conflict.sides.items()}
            for one in waiting
        },
        decisions={one.conflict.field: _decision(one) for one in waiting if one.answered_at},
    )


def _decision(answered: OpenConflict) -> Decision:
    assert answered.answered_by is not None and answered.answered_at is not None
    return Decision(
        value=answered.answer, conflict=answered.id, by=answered.answered_by, at=answered.answered_at
    )


def same_edit(one: StrayEdit, other: StrayEdit) -> bool:
    """Say whether two stray edits are one: the same value written on the same copy at the same moment."""
    return _edit(one) == _edit(other)


def _edit(stray: StrayEdit) -> tuple[object, ...]:
    return (stray.kind, stray.record, stray.field, stray.endpoint, stray.value, stray.edited_at)


def unknown(what: str, given: str, ids: Iterable[str]) -> UnknownId:
    """Return the error for an id that is not there, with the nearest one that is."""
    nearest = difflib.get_close_matches(given, list(ids), n=1)
    return UnknownId(what=what, given=given, nearest=nearest[0] if nearest else None)


Thing = TypeVar("Thing")


def find(what: str, given: str, among: Mapping[str, Thing]) -> Thing:
    """Return what has this id. Raises `UnknownId` with the nearest one."""
    if given not in among:
        raise unknown(what, given, among)
    return among[given]
