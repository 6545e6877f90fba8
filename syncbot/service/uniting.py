"""The verb `merge`: two records become one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from syncbot.endpoints.base import Delete, Done, Update
from syncbot.errors import EndpointError, UnknownId
from syncbot.mapping.binding import restore
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import Intent, IntentStatus, Ruling, Verdict

from .answering import nearest_to
from .matches import MatchRefusedError, record_named
from .parts import Parts
from .pointing import point_anew
from .ruling import between, given_to, insist_on_settled, keep_rulings, promised, ruling, spots_of, title_of
from .running import running

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
        versions = _unmark(parts, spec, both, run)
        aside = _rule(parts, spec, both, versions)
        point_anew(parts, both.kind, old=both.absorbed.key, new=both.kept.key, run=run)
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
            _write(parts, spec, name, "", Delete(ref=ref, version=str(aside[name].version)), run)
        except EndpointError as error:
            stuck[name] = error
            continue
        parts.store.unrule(aside[name].id)
        parts.store.keep_waiting([], kind=spec.kind, settled=[(name, ref)])
    return stuck


def _unmark(parts: Parts, spec: KindSpec, both: _Both, run: str) -> dict[str, str]:
    """Give rows that lose, and carry the key of the record that is kept, a key that no record has.

    Else two rows of one place would carry it, which SharePoint refuses. Returns their versions after that.
    """
    versions: dict[str, str] = {}
    for name, ref in both.losers.items():
        row = both.of(name, ref).rows[name]
        versions[name] = row.version
        if row.key == both.kept.key:
            write = Update(ref=ref, version=row.version, key=parts.new_id(spec.kind))
            done = _write(parts, spec, name, both.of(name, ref).key, write, run)
            versions[name] = done.row.version if done.row else row.version
    return versions


def _write(
    parts: Parts, spec: KindSpec, endpoint: str, record: str, write: Delete | Update, run: str
) -> Done:
    """Send one write, in the journal before and after. Raises what the endpoint says."""
    text = parts.store.binding(spec.kind, endpoint)
    bound = restore(spec, endpoint, text) if text else None
    if bound is None:
        raise MatchRefusedError(f"the columns in {endpoint} changed: run syncbot sync first")
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
    status, note = (IntentStatus.FAILED, str(done.error)) if failed else (IntentStatus.DONE, None)
    parts.store.settle(intent.id, status=status, ref=write.ref, note=note)
    if done.error is not None:
        raise done.error
    return done


def _rule(parts: Parts, spec: KindSpec, both: _Both, versions: Mapping[str, str]) -> Mapping[str, Ruling]:
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
        spot, version = (name, ref), versions[name]
        aside[name] = ruling(parts, both.kind, Verdict.ASIDE, both.kept.key, spot, title, version=version)
    merged = ruling(parts, both.kind, Verdict.MERGED, both.kept.key, ("", ""), title)
    said += [*aside.values(), replace(merged, endpoint=None, ref=None, absorbed=both.absorbed.key)]
    ours, theirs = (spots_of(parts, both.kind, one) for one in (both.kept, both.absorbed))
    linked = [(name, row.ref) for one in (both.kept, both.absorbed) for name, row in one.rows.items()]
    against = [*between(parts, both.kind, ours, theirs), *given_to(parts, both.kind, linked)]
    keep_rulings(parts, said, freed=freed, against=against, leased=True)
    return aside
