"""The verb `merge`: two records become one."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from syncbot.endpoints.base import Delete
from syncbot.errors import EndpointError, UnknownId
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import Ruling, Verdict

from .answering import nearest_to
from .matches import MatchRefusedError, record_named
from .parts import Parts
from .pointing import point_anew
from .ruling import between, given_to, insist_on_settled, keep_rulings, promised, ruling, spots_of, title_of
from .running import running
from .unmarking import keep_as_written, unmark, write_one

NO_ROWS: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class United:
    """What a merge came to."""

    kind: str
    record: str
    """The record that was kept."""
    title: str
    absorbed: str
    """The key that is no more."""
    joined: Mapping[str, str]
    """By endpoint: the row that goes over to the kept record."""
    unlinked: Mapping[str, str]
    """By endpoint: the row that is no record's any more and is left alone."""
    trashed: Mapping[str, str]
    """By endpoint: the row that went to the trash."""
    stuck: Mapping[str, EndpointError] = field(default_factory=dict)
    """By endpoint: why the row could not go to the trash, and is left alone instead."""


@dataclass(frozen=True, kw_only=True)
class _Both:
    kind: str
    kept: KnownRecord
    absorbed: KnownRecord
    losers: Mapping[str, str]
    """By endpoint where both have a row: the ref of the one that is not kept."""

    def of(self, endpoint: str, ref: str) -> KnownRecord:
        """The one of the two whose row this is."""
        row = self.kept.rows.get(endpoint)
        return self.kept if row is not None and row.ref == ref else self.absorbed


def merge(
    parts: Parts, kept: str, absorbed: str, *, rows: Mapping[str, str] = NO_ROWS, trash: bool = False
) -> United:
    """Make two records one: the first stays, the rows of the second go over to it with the next sync.

    `rows` names, by endpoint, the ref to keep where both have a row; the other row there is left alone, or goes to the
    service's trash. Raises `UnknownId` and `MatchRefusedError`; what an endpoint raises where a row cannot be freed of
    the key of the kept record.
    """
    both = _both(parts, kept, absorbed, rows)
    spec = parts.mappings.kinds[both.kind]
    insist_on_settled(parts, both.kind, [both.kept.key, both.absorbed.key])
    if trash:
        _insist_on_trash(parts, spec, both)
    stuck: Mapping[str, EndpointError] = {}
    with running(parts, "merge", [spec]) as (run, _):
        rows_aside = _unmark(parts, spec, both, run)
        aside = _rule(parts, spec, both, rows_aside)
        keep_as_written(parts, both.kind, rows_aside)
        left = {name: (ref, both.of(name, ref).key) for name, ref in both.losers.items()}
        point_anew(parts, both.kind, old=both.absorbed.key, new=both.kept.key, left=left, run=run)
        if trash:
            stuck = _trash(parts, spec, both.losers, aside, run)
    trashed = {name: ref for name, ref in both.losers.items() if trash and name not in stuck}
    return United(
        kind=both.kind,
        record=both.kept.key,
        title=title_of(spec, both.kept),
        absorbed=both.absorbed.key,
        joined={
            name: row.ref for name, row in both.absorbed.rows.items() if both.losers.get(name) != row.ref
        },
        unlinked={name: ref for name, ref in both.losers.items() if name not in trashed},
        trashed=trashed,
        stuck=stuck,
    )


def _both(parts: Parts, kept: str, absorbed: str, rows: Mapping[str, str]) -> _Both:
    kind, first = record_named(parts, kept)
    _, second = record_named(parts, absorbed, kind)
    if first.key == second.key:
        raise MatchRefusedError(f"{kept} and {absorbed} are the same record already")
    _insist_on_linked(parts, kind, first, second)
    disputed = sorted(first.rows.keys() & second.rows.keys())
    for name in rows:
        if name not in disputed:
            raise UnknownId(
                what="place where both have a row", given=name, nearest=nearest_to(name, disputed)
            )
    losers = {}
    for name in disputed:
        refs = [first.rows[name].ref, second.rows[name].ref]
        if name not in rows:
            raise MatchRefusedError(
                f"both have a row in {name}: name the one to keep, --keep {name}={refs[0]} or --keep {name}={refs[1]}"
            )
        if rows[name] not in refs:
            raise UnknownId(what=f"row in {name}", given=rows[name], nearest=nearest_to(rows[name], refs))
        losers[name] = refs[0] if rows[name] == refs[1] else refs[1]
    return _Both(kind=kind, kept=first, absorbed=second, losers=losers)


def _insist_on_linked(parts: Parts, kind: str, first: KnownRecord, second: KnownRecord) -> None:
    """Refuse where one has a row, or is given one, and the other is only given one: which to keep cannot be asked yet."""
    given = [promised(parts, kind, one.key) for one in (first, second)]
    for mine, theirs, other in ((given[0], given[1], second), (given[1], given[0], first)):
        for name in sorted(mine.keys() & (other.rows.keys() | theirs.keys())):
            raise MatchRefusedError(
                f"both have a row in {name}, of which {mine[name]} is linked by the next sync only: "
                "run syncbot sync first"
            )


def _insist_on_trash(parts: Parts, spec: KindSpec, both: _Both) -> None:
    for name in both.losers:
        if (
            not spec.policy.endpoints[name].deletes
            or not parts.endpoints[spec.kind][name].capabilities.deletes
        ):
            raise MatchRefusedError(f"mappings/ do not let rows of {name} go to the trash (deletes: false)")


def _trash(
    parts: Parts, spec: KindSpec, losers: Mapping[str, str], aside: Mapping[str, Ruling], run: str
) -> Mapping[str, EndpointError]:
    """Put the rows that are not kept into the trash, and return what went wrong.

    Only now that they are nobody's: cut off in between, no run takes it for a deletion that has to go on elsewhere.
    """
    stuck: dict[str, EndpointError] = {}
    for name, ref in losers.items():
        try:
            write = Delete(ref=ref, version=str(aside[name].version))
            write_one(parts, spec, name, write, record="", run=run)
        except EndpointError as error:
            stuck[name] = error
            continue
        parts.store.unrule(aside[name].id)
        parts.store.keep_waiting([], kind=spec.kind, settled=[(name, ref)])
    return stuck


def _unmark(parts: Parts, spec: KindSpec, both: _Both, run: str) -> dict[Spot, SeenRow]:
    """Take the key of the record that is kept from rows that lose, and return these as they are then."""
    rows: dict[Spot, SeenRow] = {}
    for name, ref in both.losers.items():
        owner = both.of(name, ref)
        row = owner.rows[name]
        marked = row.key == both.kept.key
        rows[name, ref] = unmark(parts, spec, name, row, record=owner.key, run=run) if marked else row
    return rows


def _rule(parts: Parts, spec: KindSpec, both: _Both, rows: Mapping[Spot, SeenRow]) -> Mapping[str, Ruling]:
    """Free the rows that change hands, and say whose each is now; return what leaves a row alone, by endpoint."""
    title = title_of(spec, both.kept)
    said: list[Ruling] = []
    aside: dict[str, Ruling] = {}
    freed = [(both.kind, both.absorbed.key, name) for name in both.absorbed.rows]
    for name, row in both.absorbed.rows.items():
        if both.losers.get(name) != row.ref:
            said.append(ruling(parts, both.kind, Verdict.SAME, both.kept.key, (name, row.ref), title))
    for name, ref in both.losers.items():
        owner = both.of(name, ref)
        if owner is both.kept:
            freed.append((both.kind, both.kept.key, name))
        spot, version = (name, ref), rows[name, ref].version
        aside[name] = ruling(parts, both.kind, Verdict.ASIDE, both.kept.key, spot, title, version=version)
    merged = ruling(parts, both.kind, Verdict.MERGED, both.kept.key, ("", ""), title)
    said += [*aside.values(), replace(merged, endpoint=None, ref=None, absorbed=both.absorbed.key)]
    ours, theirs = (
        [*spots_of(parts, both.kind, one), *one.unlinked.items()] for one in (both.kept, both.absorbed)
    )
    linked = [(name, row.ref) for one in (both.kept, both.absorbed) for name, row in one.rows.items()]
    against = [*between(parts, both.kind, ours, theirs), *given_to(parts, both.kind, linked)]
    said += _still_apart(parts, both, {*ours, *theirs})
    keep_rulings(parts, said, freed=freed, against=against, leased=True)
    return aside


def _still_apart(parts: Parts, both: _Both, own: Set[Spot]) -> Iterator[Ruling]:
    """Say of rows that are not one that loses, that they are not the one that is kept instead: it is the record now.

    `own` are the rows of both records, which belong together from now on.
    """
    apart = [one for one in parts.store.rulings(both.kind) if one.verdict is Verdict.APART]
    for name, ref in both.losers.items():
        [winner] = {one.rows[name].ref for one in (both.kept, both.absorbed)} - {ref}
        for said in apart:
            pair = {(str(said.endpoint), str(said.ref)), said.other or ("", "")}
            for other in pair - {(name, ref)} - own if (name, ref) in pair else ():
                yield ruling(
                    parts, both.kind, Verdict.APART, both.kept.key, other, said.title, other=(name, winner)
                )
