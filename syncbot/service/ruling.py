"""Keeping what people decide about identity: worded as rulings, in place of earlier ones that say the opposite."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import Ruling, Verdict

from .lease import Holder
from .links import text_of
from .matches import MatchRefusedError
from .parts import Parts
from .pointing import stay_with


def ruling(
    parts: Parts,
    kind: str,
    verdict: Verdict,
    record: str,
    spot: Spot,
    title: str,
    *,
    other: Spot | None = None,
    version: str | None = None,
) -> Ruling:
    """Word a decision about a row, by the person who asks, at this moment."""
    return Ruling(
        id=parts.new_id("decision"),
        kind=kind,
        verdict=verdict,
        record=record,
        title=title,
        by=parts.user,
        at=parts.now(),
        endpoint=spot[0],
        ref=spot[1],
        other=other,
        version=version,
    )


def keep_rulings(
    parts: Parts,
    said: Sequence[Ruling],
    *,
    freed: Sequence[tuple[str, str, str]] = (),
    against: Iterable[Ruling] = (),
    leased: bool = False,
) -> None:
    """Keep decisions, in place of earlier ones that say the opposite; no run is at work meanwhile.

    `leased` where the caller has the lease already.
    """
    with nullcontext() if leased else parts.lease.held(parts.store, holder_of(parts)):
        if not any(one.verdict is Verdict.MERGED for one in said):
            _hold_references(parts, said, freed)
        parts.store.rule(said, freed=freed, instead_of=sorted({one.id for one in against}))


def _hold_references(parts: Parts, said: Sequence[Ruling], freed: Sequence[tuple[str, str, str]]) -> None:
    """Let what points at a row that a record loses stay with the record, where that gets another row."""
    given = {(one.kind, one.record, one.endpoint) for one in said if one.verdict is Verdict.SAME}
    for kind, key, endpoint in freed:
        row = parts.store.records(kind, [key])[key].rows[endpoint]
        if (kind, key, endpoint) in given or parts.mappings.kinds[kind].policy.endpoints[endpoint].creates:
            stay_with(parts, kind, key, (endpoint, row.ref))


def holder_of(parts: Parts) -> Holder:
    """Return who takes the lease."""
    return Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)


def between(parts: Parts, kind: str, ones: Sequence[Spot], others: Sequence[Spot]) -> list[Ruling]:
    """Earlier decisions that one of these rows is not one of those."""
    pairs = {frozenset((one, other)) for one in ones for other in others}
    return [
        said
        for said in parts.store.rulings(kind)
        if said.verdict is Verdict.APART
        and frozenset(((str(said.endpoint), str(said.ref)), said.other)) in pairs
    ]


def given_to(parts: Parts, kind: str, spots: Sequence[Spot]) -> list[Ruling]:
    """Earlier decisions what record these rows are, or that they are nobody's."""
    return [
        said
        for said in parts.store.rulings(kind)
        if said.verdict in {Verdict.SAME, Verdict.ASIDE} and (said.endpoint, said.ref) in spots
    ]


def promised(parts: Parts, kind: str, record: str) -> dict[str, str]:
    """By endpoint: the row that somebody gave to a record, and that no sync has linked yet."""
    waiting = {(one.endpoint, one.row.ref) for one in parts.store.waiting(kind)}
    return {
        str(said.endpoint): str(said.ref)
        for said in parts.store.rulings(kind)
        if said.verdict is Verdict.SAME
        and said.record == record
        and (str(said.endpoint), str(said.ref)) in waiting
    }


def spots_of(parts: Parts, kind: str, record: KnownRecord) -> list[Spot]:
    """Return where a record has its rows, those that the next sync links to it as well."""
    linked = [(name, row.ref) for name, row in sorted(record.rows.items())]
    return [*linked, *sorted(promised(parts, kind, record.key).items())]


def title_of(spec: KindSpec, record: KnownRecord) -> str:
    """Return what people call a record."""
    return text_of(record, spec.policy.title_field) or record.key


def insist_on_settled(parts: Parts, kind: str, keys: Sequence[str]) -> None:
    """Refuse as long as the end of a write about these records is not known. Raises `MatchRefusedError`."""
    open_writes = [one for one in parts.store.intents(kind=kind, open_only=True) if one.record in keys]
    if open_writes:
        raise MatchRefusedError("a write of an earlier run is not settled yet: run syncbot sync first")
