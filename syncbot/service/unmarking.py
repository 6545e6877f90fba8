"""Rows that are set aside give up the key of the record: no place has to hold two rows that carry one key."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from syncbot.endpoints.base import Delete, Done, Update
from syncbot.errors import NotFound
from syncbot.mapping.binding import Bound, restore
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.marks import set_aside
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import SeenRow
from syncbot.store.base import Intent, IntentStatus

from .matches import MatchRefusedError
from .parts import Parts


def unmark(parts: Parts, spec: KindSpec, endpoint: str, row: SeenRow, *, record: str, run: str) -> SeenRow:
    """Write the key of a row that is set aside in place of the record's, and return the row as it is then.

    SharePoint refuses a second row with the same key, so none could be made for the record. A row that is gone, or that
    the mapping does not let us write, is returned as it is. `record` is the one that it is linked to, "" for none.
    Raises what the endpoint says.
    """
    if row.key is None or not spec.policy.endpoints[endpoint].updates:
        return row
    key = set_aside(row.key, parts.new_id("aside"))
    try:
        done = write_one(
            parts, spec, endpoint, Update(ref=row.ref, version=row.version, key=key), record=record, run=run
        )
    except NotFound:
        return row
    version = done.row.version if done.row else row.version
    return replace(row, version=version, key=key, by_us=True)


def keep_as_written(parts: Parts, kind: str, rows: Mapping[Spot, SeenRow]) -> None:
    """Let rows that wait be known as we wrote them: a reading may be slow to tell, and they would be asked about."""
    known = [one for one in parts.store.waiting(kind) if (one.endpoint, one.row.ref) in rows]
    now = [replace(one, row=rows[one.endpoint, one.row.ref]) for one in known]
    parts.store.keep_waiting(now, kind=kind)


def bound_at(parts: Parts, spec: KindSpec, endpoint: str) -> Bound:
    """Return the columns as the last run knew them. Raises `MatchRefusedError` where mappings/ changed since."""
    text = parts.store.binding(spec.kind, endpoint)
    bound = restore(spec, endpoint, text) if text else None
    if bound is None:
        raise MatchRefusedError(f"the columns in {endpoint} changed: run syncbot sync first")
    return bound


def write_one(
    parts: Parts,
    spec: KindSpec,
    endpoint: str,
    write: Delete | Update,
    *,
    record: str,
    run: str,
    worked: Callable[[], None] = lambda: None,
) -> Done:
    """Send one write, in the journal before and after. Raises what the endpoint says.

    `worked` keeps what follows from it before the write is closed: afterwards nobody would look again.
    """
    bound = bound_at(parts, spec, endpoint)
    intent = Intent(
        id=parts.new_id("write"),
        run=run,
        kind=spec.kind,
        record=record,
        endpoint=endpoint,
        action="delete" if isinstance(write, Delete) else "update",
        ref=write.ref,
        changes={},
        at=parts.now(),
    )
    parts.lease.keep()
    parts.store.intend([intent])
    [done] = parts.endpoints[spec.kind][endpoint].write([write], bound.schema)
    failed = done.error is not None
    if not failed:
        worked()
    status, note = (IntentStatus.FAILED, str(done.error)) if failed else (IntentStatus.DONE, None)
    parts.store.settle(intent.id, status=status, ref=write.ref, note=note)
    if done.error is not None:
        raise done.error
    return done
