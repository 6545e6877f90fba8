"""The verbs by which a person says which rows are which record; the next sync carries it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncbot.errors import UnknownId
from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import Ruling, Verdict

from .answering import nearest_to
from .matches import Match, MatchRefusedError, match_named, matches, record_named
from .parts import Parts
from .pointing import is_row_again
from .ruling import (
    between,
    given_to,
    holder_of,
    insist_on_settled,
    keep_rulings,
    promised,
    ruling,
    spots_of,
    title_of,
)
from .running import running
from .unmarking import keep_as_written, unmark


def accept(parts: Parts, given: str, record: str | None = None) -> Match:
    """Say that the row is the proposed record, or the one that is named; the next sync links it.

    Raises `UnknownId` and `MatchRefusedError`.
    """
    match = _open_match(parts, given)
    asked = match.question
    if isinstance(asked, Duplicate):
        raise MatchRefusedError(f"{match.id} is about doubled rows: say which one is the record's")
    kept = record_named(parts, record, match.kind)[1] if record else _best(parts, match)
    if match.endpoint in kept.rows:
        there = kept.rows[match.endpoint].ref
        raise MatchRefusedError(
            f"{kept.key} has a row in {match.endpoint} already ({there}): split that one off first"
        )
    insist_on_settled(parts, match.kind, [kept.key])
    other = promised(parts, match.kind, kept.key).get(match.endpoint, asked.ref)
    if other != asked.ref:
        raise MatchRefusedError(
            f"{kept.key} is to get another row in {match.endpoint} with the next sync ({other}): "
            "run syncbot sync first, or take that decision back"
        )
    spot = (match.endpoint, asked.ref)
    said = ruling(parts, match.kind, Verdict.SAME, kept.key, spot, asked.title)
    against = [
        *between(parts, match.kind, [spot], spots_of(parts, match.kind, kept)),
        *given_to(parts, match.kind, [spot]),
    ]
    keep_rulings(parts, [said], against=against)
    return match


def _open_match(parts: Parts, given: str) -> Match:
    """Return a question that no run has settled, not even one that was cut off before it could forget the question."""
    match = match_named(parts, given)
    waiting = {one.row.ref for one in parts.store.waiting(match.kind) if one.endpoint == match.endpoint}
    for row in match.rows:
        if row.linked and row.ref in waiting:
            raise MatchRefusedError(
                f"{match.id}: a sync that was cut off made {row.ref} the row of {row.linked}: run syncbot sync first"
            )
    return match


def _best(parts: Parts, match: Match) -> KnownRecord:
    """The first candidate, where no other is as likely."""
    first, *others = match.candidates
    if any(one.likeness == first.likeness for one in others):
        told = ", ".join(f"{one.title} ({one.record})" for one in match.candidates)
        raise MatchRefusedError(f"several records are as likely: name one of {told}")
    return record_named(parts, first.record, match.kind)[1]


def reject(parts: Parts, given: str) -> Match:
    """Say that these are not the same; the next sync makes each a record of its own.

    Of doubled rows the one that was linked when it was asked stays the record's. Raises `UnknownId` and
    `MatchRefusedError`.
    """
    match = _open_match(parts, given)
    title, rows = match.question.title, [(row.endpoint, row.ref) for row in match.rows]
    holder = _holder(parts, match) if isinstance(match.question, Duplicate) else None
    said = [
        ruling(parts, match.kind, Verdict.APART, record, spot, title, other=other)
        for spot, other, record in _pairs(parts, match, rows, holder)
    ]
    if not said:
        raise MatchRefusedError(
            f"what {match.id} is about changed since it was asked: run syncbot sync first"
        )
    if holder and not holder.linked:
        spot = (match.endpoint, holder.ref)
        said.append(ruling(parts, match.kind, Verdict.SAME, holder.record, spot, title))
    keep_rulings(parts, said, against=given_to(parts, match.kind, rows))
    return match


def _pairs(
    parts: Parts, match: Match, rows: Sequence[Spot], holder: "_Holder | None"
) -> Iterator[tuple[Spot, Spot, str]]:
    """Return each two rows that a question asks about, and the record: rows on their way to a candidate count as its."""
    known = parts.store.records(match.kind, [one.record for one in match.candidates])
    for record in known.values():
        for other in spots_of(parts, match.kind, record):
            if other != rows[0]:
                yield rows[0], other, record.key
    for number, other in enumerate(rows) if isinstance(match.question, Duplicate) else ():
        for one in rows[number + 1 :]:
            yield one, other, holder.record if holder else ""


def keep(parts: Parts, given: str, ref: str) -> Match:
    """Say which of doubled rows is the record's; the others are nobody's as long as they stay as they are.

    Those give up the key of the record, if they carry it. Rows that went away since it was asked need no decision.
    Raises `UnknownId` and `MatchRefusedError`; what the endpoint says where a row cannot be freed of the key: nothing
    is decided then.
    """
    match = _open_match(parts, given)
    asked = match.question
    if isinstance(asked, Proposal):
        raise MatchRefusedError(f"{match.id} asks whether two rows are the same: accept or reject it")
    there = [row.ref for row in match.rows]
    if ref not in there:
        raise UnknownId(what=f"row of {match.id}", given=ref, nearest=nearest_to(ref, there))
    holder = _holder(parts, match)
    insist_on_settled(parts, match.kind, [holder.record if holder else ""])
    rows = _rows(parts, match)
    marked = _marked(parts, match, rows, ref)
    if not marked:
        _keep(parts, match, asked, ref, rows)
        return match
    spec = parts.mappings.kinds[match.kind]
    with running(parts, "keep", [spec]) as (run, _):
        for one in marked:
            record = next(row.linked for row in match.rows if row.ref == one) or ""
            rows[one] = unmark(parts, spec, match.endpoint, rows[one], record=record, run=run)
        _keep(parts, match, asked, ref, rows, leased=True)
    return match


def _keep(
    parts: Parts,
    match: Match,
    asked: Duplicate,
    ref: str,
    rows: Mapping[str, SeenRow],
    *,
    leased: bool = False,
) -> None:
    """Say whose the row is, and that the others are nobody's, each as long as it is as it is now."""
    name, title, holder = match.endpoint, asked.title, _holder(parts, match)
    record = holder.record if holder else ""
    others = [one for one in rows if one != ref]
    said = [
        ruling(parts, match.kind, Verdict.ASIDE, record, (name, one), title, version=rows[one].version)
        for one in others
    ]
    freed = [(match.kind, record, name)] if holder and holder.linked and holder.ref != ref else []
    if holder and (freed or not holder.linked):
        said.append(ruling(parts, match.kind, Verdict.SAME, record, (name, ref), title))
    against = given_to(parts, match.kind, [(name, one) for one in asked.refs])
    if kept := parts.store.records(match.kind, [record]).get(record):
        against += between(parts, match.kind, [(name, ref)], spots_of(parts, match.kind, kept))
    keep_rulings(parts, said, freed=freed, against=against, leased=leased)
    keep_as_written(parts, match.kind, {(name, one): rows[one] for one in others})


@dataclass(frozen=True, kw_only=True)
class _Holder:
    """The row that was the record's when it was asked which one is."""

    ref: str
    record: str
    linked: bool
    """It still is; else an answer since then, that no sync has carried out, gave the record a row."""


def _holder(parts: Parts, match: Match) -> _Holder | None:
    """Return the row of a question about doubled rows that was linked when it was asked."""
    for row in match.rows:
        if row.linked:
            return _Holder(ref=row.ref, record=row.linked, linked=True)
    spots = [(match.endpoint, row.ref) for row in match.rows]
    given = [said for said in given_to(parts, match.kind, spots) if said.verdict is Verdict.SAME]
    if not given:
        return None
    freed = [one for one in parts.store.waiting(match.kind) if one.match is None]
    refs = [one.row.ref for one in freed if (one.endpoint, one.row.ref) in spots]
    return _Holder(ref=refs[0] if refs else str(given[-1].ref), record=given[-1].record, linked=False)


def _rows(parts: Parts, match: Match) -> dict[str, SeenRow]:
    """By ref: the rows of a question, linked or not, as they were last read."""
    name = match.endpoint
    found = {one.row.ref: one.row for one in parts.store.waiting(match.kind) if one.endpoint == name}
    for record in parts.store.records(match.kind).values():
        if row := record.rows.get(name):
            found[row.ref] = row
    return {row.ref: found[row.ref] for row in match.rows}


def _marked(parts: Parts, match: Match, rows: Mapping[str, SeenRow], ref: str) -> list[str]:
    """Return the rows to be set aside that carry the key of a record, or the one that the kept row will have."""
    taken = {rows[ref].key, *parts.store.records(match.kind)}
    return [one for one, row in rows.items() if one != ref and row.key and row.key in taken]


@dataclass(frozen=True, kw_only=True)
class Split:
    """A row that was taken out of a record."""

    kind: str
    record: str
    title: str
    endpoint: str
    ref: str


def split(parts: Parts, given: str, endpoint: str) -> Split:
    """Take a row out of a record; the next sync makes it a record of its own, never the same again by itself.

    Raises `UnknownId` and `MatchRefusedError`.
    """
    kind, record = record_named(parts, given)
    if endpoint not in record.rows:
        places = list(record.rows)
        raise UnknownId(what=f"row of {given}", given=endpoint, nearest=nearest_to(endpoint, places))
    others = [spot for spot in spots_of(parts, kind, record) if spot[0] != endpoint]
    if not others:
        raise MatchRefusedError(f"{given} has no row but the one in {endpoint}: there is nothing to split")
    insist_on_settled(parts, kind, [record.key])
    row = record.rows[endpoint]
    title = title_of(parts.mappings.kinds[kind], record)
    spot = (endpoint, row.ref)
    _insist_on_single(parts, kind, spot)
    at = parts.now()
    told = [ruling(parts, kind, Verdict.APART, record.key, spot, title, other=one) for one in others]
    said = [replace(one, at=at) for one in told]  # one moment: by it the row is known to wait because of them
    freed = [(kind, record.key, endpoint)]
    keep_rulings(parts, said, freed=freed, against=given_to(parts, kind, [spot]))
    return Split(kind=kind, record=record.key, title=title, endpoint=endpoint, ref=row.ref)


def _insist_on_single(parts: Parts, kind: str, spot: Spot) -> None:
    """Refuse as long as it is asked whether another row is doubled with this one: it would take its place unasked."""
    for one in matches(parts):
        asked = one.question
        if (
            isinstance(asked, Duplicate)
            and (one.kind, one.endpoint) == (kind, spot[0])
            and spot[1] in asked.refs
        ):
            raise MatchRefusedError(
                f"{one.id} asks which of {len(asked.refs)} rows in {spot[0]} is the record's "
                f"({', '.join(asked.refs)}): answer that and run syncbot sync first"
            )


def forget(parts: Parts, given: str) -> Ruling:
    """Take a decision back, so that the next sync asks or decides anew.

    A row that was split off, and that no sync has seen since, is its record's again. Raises `UnknownId` and
    `MatchRefusedError`.
    """
    known = {one.id: one for one in parts.store.rulings()}
    if given not in known:
        raise UnknownId(what="decision", given=given, nearest=nearest_to(given, list(known)))
    said = known[given]
    if said.verdict is Verdict.MERGED:
        raise MatchRefusedError(
            f"{given}: a merge cannot be taken back; take a row out of {said.record} instead (syncbot split)"
        )
    if said.verdict is Verdict.SAME and parts.store.keys_of(said.kind, str(said.endpoint), [str(said.ref)]):
        raise MatchRefusedError(f"{given}: the row is linked by now; take it out with syncbot split")
    with parts.lease.held(parts.store, holder_of(parts)):
        relink = _goes_back(parts, said)
        if relink:
            insist_on_settled(parts, said.kind, [said.record])
        parts.store.unrule(given, relink=relink)
        if relink:
            is_row_again(parts, said.kind, said.record, (str(said.endpoint), str(said.ref)))
    return said


def _goes_back(parts: Parts, said: Ruling) -> bool:
    """Whether nothing but this decision keeps a row from the record that it was taken out of."""
    spot = (str(said.endpoint), str(said.ref))
    record = parts.store.records(said.kind, [said.record]).get(said.record)
    if said.verdict is not Verdict.APART or record is None or not _waits_since(parts, said, spot):
        return False
    others = [*spots_of(parts, said.kind, record), *record.unlinked.items()]
    if spot[0] in dict(others):
        return False
    against = [*between(parts, said.kind, [spot], others), *given_to(parts, said.kind, [spot])]
    return {one.id for one in against} <= {said.id}


def _waits_since(parts: Parts, said: Ruling, spot: Spot) -> bool:
    """Whether a row was freed by this decision, and no run has taken it up since, not even one that was cut off.

    What was decided at another time is about another record: of one it was taken out earlier, one it never was.
    """
    freed = [
        one
        for one in parts.store.waiting(said.kind)
        if (one.endpoint, one.row.ref) == spot and one.match is None and one.since == said.at
    ]
    return bool(freed) and not parts.store.keys_of(said.kind, spot[0], [spot[1]])
