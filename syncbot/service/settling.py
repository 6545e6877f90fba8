"""Settle: before anything new is decided, look how the writes of a run that was cut off ended."""

from collections.abc import Mapping
from dataclasses import replace

from syncbot.endpoints.base import Endpoint, Gone, Row, Schema
from syncbot.mapping.binding import restore
from syncbot.mapping.spec import KindSpec
from syncbot.model.values import Value
from syncbot.reconcile.deeds import out_of_the_trash
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import Intent, IntentStatus, RecordChange

from .claims import Claims
from .echoes import as_meant, as_written, to_be_written
from .links import StoredLinks
from .owing import looked_up
from .parts import Parts


def settle(parts: Parts, spec: KindSpec, links: StoredLinks, run: str) -> int:
    """Close every open intent of a kind by looking at the row; return how many there were."""
    intents = parts.store.intents(kind=spec.kind, open_only=True)
    for intent in intents:
        _settled(parts, spec, links, run, intent)
    return len(intents)


def _settled(parts: Parts, spec: KindSpec, links: StoredLinks, run: str, intent: Intent) -> None:
    """Look how it ended, and take the row over as it is now."""
    endpoint = parts.endpoints[spec.kind].get(intent.endpoint)
    if endpoint is None:
        note = f"nobody knows how it ended: {intent.endpoint} left mappings/ before it was looked up"
        parts.store.settle(intent.id, status=IntentStatus.FAILED, ref=intent.ref, note=note)
        return  # nobody can look any more; if the place comes back, a full reading finds the row by its key
    text = parts.store.binding(spec.kind, intent.endpoint)
    bound = restore(spec, intent.endpoint, text) if text else None
    if bound is None:
        return  # the declaration changed in between: this run binds the columns anew, and the next one looks
    row = _looked_up(parts, endpoint, intent, bound.schema)
    deletes = intent.action == "delete"
    status = IntentStatus.DONE if isinstance(row, Row) is not deletes else IntentStatus.FAILED
    note = "looked up after the run was cut off"
    if intent.record:
        known = parts.store.records(spec.kind, [intent.record]).get(intent.record)
        known = known or KnownRecord(key=intent.record, rows={})
        before = known.rows.get(intent.endpoint)
        before = before if before and before.ref == intent.ref else None
        seen = bound.read(row, links, _read_by(before, intent, row)) if isinstance(row, Row) else None
        lost = _take_over(parts, links, run, intent, known, seen)
        note = f"{note}: {lost}" if lost else note
    parts.store.settle(intent.id, status=status, ref=row.ref if row else intent.ref, note=note)


def _take_over(
    parts: Parts, links: StoredLinks, run: str, intent: Intent, known: KnownRecord, row: SeenRow | None
) -> str | None:
    """Keep the row for its record, or that it is gone; the planner then decides the record again, from what is there.

    Says why not where the row is not that record's any more.
    """
    change = RecordChange(kind=intent.kind, record=intent.record, again=True)
    ref = row.ref if row is not None else intent.ref
    lost = None if ref is None else Claims(parts, intent.kind).against(known, intent.endpoint, ref)
    if row is not None and lost is None:
        seen = _seen(known.rows.get(intent.endpoint), intent, row)
        seen = out_of_the_trash(seen, known) if intent.action == "restore" else seen
        links.learn_row(intent.kind, intent.endpoint, intent.record, row.ref)
        change = replace(change, rows={intent.endpoint: seen})
    elif lost is None and intent.action == "delete" and intent.ref is not None:
        change = replace(change, unlinked={intent.endpoint: intent.ref})
    parts.lease.keep()
    parts.store.commit([change], run=run, at=parts.now())
    for ref in change.unlinked.values():
        links.forget_row(intent.kind, intent.endpoint, ref)
    return lost


def _older(parts: Parts, intent: Intent, ref: str) -> bool:
    """Whether a row that carries the key was known before it can have been made: people copy keys, and split records."""
    owner = parts.store.keys_of(intent.kind, intent.endpoint, [ref]).get(ref)
    waits = any(
        (one.endpoint, one.row.ref) == (intent.endpoint, ref) for one in parts.store.waiting(intent.kind)
    )
    return waits or owner not in (None, intent.record)


def _seen(known: SeenRow | None, intent: Intent, row: SeenRow) -> SeenRow:
    """Tell what the place made of our write from what somebody edited: only if it was saved, and nobody came after."""
    saved: Mapping[str, Value] = {}
    if _is_saved(known, row):
        saved = {name: after for name, (_, after) in intent.changes.items()}
    return looked_up(as_written(as_meant(row, known), saved), known, saved)


def _read_by(known: SeenRow | None, intent: Intent, row: Row) -> SeenRow | None:
    return to_be_written(known, intent.changes) if _is_saved(known, row) else known


def _is_saved(known: SeenRow | None, row: Row | SeenRow) -> bool:
    """Whether a row is as we left it, and that is not as we knew it."""
    return row.by_us and (known is None or known.version != row.version)


def _looked_up(parts: Parts, endpoint: Endpoint, intent: Intent, schema: Schema) -> Row | Gone | None:
    if intent.ref is not None:
        return endpoint.get(intent.ref, schema)
    found = [row for row in endpoint.find(intent.record, schema) if not _older(parts, intent, row.ref)]
    return found[0] if len(found) == 1 else None  # several: the planner reports the duplicate
