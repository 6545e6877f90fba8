"""The verbs about edits of copies that were put back: list them, adopt one, dismiss one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncbot.errors import UnknownId, UserError
from syncbot.mapping.checks import complaint
from syncbot.mapping.spec import KindSpec
from syncbot.model.values import UNKNOWN
from syncbot.model.wording import moment_shown
from syncbot.reconcile.plan import Conflict, Side, StrayEdit
from syncbot.reconcile.policy import FieldPolicy
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import KeptStray, StrayState, Verdict

from .answering import nearest_to
from .parts import Parts


class StrayRefusedError(UserError):
    """A stray edit with which that cannot be done."""


def strays(parts: Parts, *, include_settled: bool = False) -> Sequence[KeptStray]:
    """The stray edits that nobody adopted or dismissed yet, or all, newest first."""
    return parts.store.strays(include_settled=include_settled)


def adopt(parts: Parts, given: str) -> KeptStray:
    """Make what somebody wrote on a copy the value, as a person's decision; the next sync writes it everywhere.

    Raises `UnknownId` with the nearest id, and `StrayRefusedError` where it is settled already or cannot be written.
    """
    kept = _open_one(parts, given)
    stray = kept.stray
    known = parts.store.records(stray.kind, [stray.record]).get(stray.record)
    field = _field(parts.mappings.kinds.get(stray.kind), stray)
    if known is None or not known.rows:
        raise StrayRefusedError(f"{kept.id}: no place has a row of {stray.title} any more")
    if _was_taken_out(parts, kept, known):
        raise StrayRefusedError(
            f"{kept.id}: the row in {stray.endpoint} that said so was taken out of {stray.title} since: "
            f"write it in {field.home or 'one of its places'} if it is right all the same"
        )
    if field.home and not field.places.get(field.home):
        raise StrayRefusedError(
            f"{kept.id}: {field.home} is the home of {field.name}, and syncbot may not write it there: "
            f"change it in {field.home}"
        )
    if why := complaint(parts.mappings.kinds[stray.kind].model, field.name, stray.value):
        raise StrayRefusedError(f"{kept.id}: it does not fit {field.name} as it is declared now: it {why}")
    if field.name in known.decisions:
        raise StrayRefusedError(
            f"{kept.id}: an answer about {field.name} of {stray.title} is not carried out yet: run syncbot sync first"
        )
    now = parts.now()
    question = known.conflicts.get(field.name) or parts.store.open_conflict(
        _question(parts, known, field, stray),
        id=parts.new_id("conflict"),
        run=kept.run,
        at=now,
    )
    parts.store.answer_conflict(question, value=stray.value, by=parts.user, at=now)
    return _settled(parts, kept, StrayState.ADOPTED)


def _was_taken_out(parts: Parts, kept: KeptStray, known: KnownRecord) -> bool:
    """Whether somebody took the row that said so out of the record since: one that we wrote for it, and that is not it.

    After a merge nobody can tell any more whose row it was; then the edit is taken for one of the record's.
    """
    kind, place = kept.stray.kind, kept.stray.endpoint
    since = [one for one in parts.store.rulings(kind) if one.record == known.key and one.at > kept.at]
    now = known.rows[place].ref if place in known.rows else None
    out = {one.ref for one in since if one.verdict is Verdict.APART and one.endpoint == place} - {now}
    if not out or any(one.verdict is Verdict.MERGED for one in since):
        return False
    return any(
        (one.record, one.endpoint) == (known.key, place) and one.ref in out
        for one in parts.store.intents(kind=kind)
    )


def dismiss(parts: Parts, given: str) -> KeptStray:
    """Let a stray edit go. Raises `UnknownId` with the nearest id, and `StrayRefusedError`."""
    return _settled(parts, _open_one(parts, given), StrayState.DISMISSED)


def _open_one(parts: Parts, given: str) -> KeptStray:
    known = {one.id: one for one in parts.store.strays(include_settled=True)}
    if given not in known:
        raise UnknownId(what="stray edit", given=given, nearest=nearest_to(given, list(known)))
    kept = known[given]
    if kept.state is not StrayState.OPEN:
        when = "" if kept.settled_at is None else f", {moment_shown(kept.settled_at, parts.zone)}"
        raise StrayRefusedError(f"{kept.id} was {kept.state.value} by {kept.settled_by}{when}")
    return kept


def _settled(parts: Parts, kept: KeptStray, state: StrayState) -> KeptStray:
    now = parts.now()
    parts.store.settle_stray(kept.id, state=state, by=parts.user, at=now)
    return replace(kept, state=state, settled_by=parts.user, settled_at=now)


def _field(spec: KindSpec | None, stray: StrayEdit) -> FieldPolicy:
    field = spec.policy.fields.get(stray.field) if spec else None
    if field is None:
        raise StrayRefusedError(f"mappings/ no longer have the field {stray.field} of {stray.kind}")
    return field


def _question(parts: Parts, known: KnownRecord, field: FieldPolicy, stray: StrayEdit) -> Conflict:
    """Word the adoption as a question that is answered at once, so that it is carried out as every answer is."""
    agreed = known.agreed.get(field.name)
    return Conflict(
        kind=stray.kind,
        record=stray.record,
        title=stray.title,
        field=field.name,
        base=agreed.value if agreed else None,
        sides=sides_of(known, field),
        held=f"{parts.user} adopted what {stray.endpoint} said",
    )


def sides_of(known: KnownRecord, field: FieldPolicy) -> Mapping[str, Side]:
    """What each place says of a field, as it was last seen."""
    return {
        name: Side(value=cell, url=row.url)
        for name, row in sorted(known.rows.items())
        if name in field.places and (cell := row.values.get(field.name, UNKNOWN)) is not UNKNOWN
    }
