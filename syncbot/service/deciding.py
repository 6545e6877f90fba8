"""From what was gathered to a plan: load what is known of the records concerned, recognise, decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.identity import identify
from syncbot.reconcile.plan import Plan
from syncbot.reconcile.planning import GuardInput, Reach, plan
from syncbot.reconcile.policy import KindPolicy
from syncbot.reconcile.rulings import Rulings, Spot
from syncbot.reconcile.state import Case, KnownRecord, SeenRow

from .collecting import uncollected
from .gathering import Gathered, Gathering, Moved, gather, still_bound
from .links import StoredLinks
from .parts import Parts
from .waiting import Waiting, now_waiting, rulings_of, without_record


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A plan with everything that applying it needs."""

    spec: KindSpec
    gathering: Gathering
    cases: tuple[Case, ...]
    plan: Plan
    waiting: Waiting = field(default_factory=Waiting)
    """Rows that have no record after this plan."""


def prepare(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    *,
    full: bool,
    allow_mass_change: bool,
    moved: Moved = (),
) -> Prepared:
    """Gather and decide one kind.

    A remembered schema is read again before anything is written by it, and where a comparison meets rows that do not
    fit it: a column that was removed since would otherwise look like one that everybody emptied.
    """

    def once(*, describe: bool) -> Prepared:
        with uncollected():
            gathering = gather(
                parts,
                spec,
                links,
                full=full,
                describe=describe,
                moved=moved,
                unguarded=allow_mass_change,
            )
            return _decided(parts, spec, links, gathering, allow_mass_change=allow_mass_change)

    prepared = once(describe=False)
    odd = any(side.odd for side in prepared.gathering.sides.values())
    if (prepared.plan.actions or odd) and not still_bound(parts, spec, prepared.gathering):
        prepared = once(describe=True)
    if not prepared.plan.refused:  # else the others would point at records that never come to be
        links.learn(spec.kind, prepared.cases)
    return prepared


def _decided(
    parts: Parts, spec: KindSpec, links: StoredLinks, gathering: Gathering, *, allow_mass_change: bool
) -> Prepared:
    if gathering.failed:
        return Prepared(spec=spec, gathering=gathering, cases=(), plan=Plan(kind=spec.kind))
    sides = gathering.sides
    refs = {name: parts.store.refs(spec.kind, name) for name in sides}
    linked = {name: frozenset(links.values()) for name, links in refs.items()}
    open_rows = without_record(sides, gathering.waiting, linked)
    rulings = rulings_of(parts.store.rulings(spec.kind))
    flagged = parts.store.again(spec.kind)
    found = identify(
        _policy(parts, spec),
        seen=_seen(sides, open_rows, linked),
        gone={name: side.gone for name, side in sides.items()},
        known=_untold(_known(parts, spec, links, gathering, flagged, rulings), spec, links, sides),
        refs=refs,
        new_key=lambda: parts.new_id(spec.kind),
        rulings=rulings,
    )
    made = plan(
        spec.policy, found, guards=_guards(parts, spec, sides, refs, allow_mass_change=allow_mass_change)
    )
    return Prepared(
        spec=spec,
        gathering=gathering,
        cases=_concerned(found.cases, made, flagged),
        plan=made,
        waiting=now_waiting(
            open_rows,
            gathering.waiting,
            kind=spec.kind,
            findings=made.findings,
            rulings=rulings,
            sides=sides,
            at=parts.now(),
        ),
    )


def _seen(
    sides: Mapping[str, Gathered], open_rows: Mapping[Spot, SeenRow], linked: Mapping[str, Collection[str]]
) -> dict[str, list[SeenRow]]:
    """By endpoint: the rows that were read now and are linked, and all that are not."""
    seen = {name: [row for row in side.rows if row.ref in linked[name]] for name, side in sides.items()}
    for (name, _), row in open_rows.items():
        seen[name].append(row)
    return seen


def _concerned(cases: Sequence[Case], made: Plan, flagged: Collection[str]) -> tuple[Case, ...]:
    """Leave out the records that were only looked at, because a row without a record might have been any of them."""
    decided = {one.record for one in (*made.actions, *made.unlinks, *made.agrees)}
    decided |= {getattr(one, "record", "") for one in made.findings}
    return tuple(
        case
        for case in cases
        if case.seen
        or case.record in decided
        or case.record in flagged
        or (case.known is not None and case.known.conflicts)
    )


def _policy(parts: Parts, spec: KindSpec) -> KindPolicy:
    """The declared policy, with how fine the times of each endpoint are."""
    places = {
        name: replace(place, time_grain=parts.endpoints[spec.kind][name].capabilities.time_grain)
        for name, place in spec.policy.endpoints.items()
    }
    return replace(spec.policy, endpoints=places)


def _known(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    gathering: Gathering,
    flagged: Collection[str],
    rulings: Rulings,
) -> Mapping[str, KnownRecord]:
    """What is known of the records concerned; of all when a row has no link yet, because it may be any of them."""
    keys = set(flagged)
    if any(not rulings.is_aside((one.endpoint, one.row.ref), one.row.version) for one in gathering.waiting):
        return parts.store.records(spec.kind)
    for name, side in gathering.sides.items():
        for ref in [*(row.ref for row in side.rows), *(row.ref for row in side.gone)]:
            key = links.record_of(spec.kind, name, ref)
            if key is None:
                return parts.store.records(spec.kind)
            keys.add(key)
    return parts.store.records(spec.kind, keys) if keys else {}


def _untold(
    known: Mapping[str, KnownRecord], spec: KindSpec, links: StoredLinks, sides: Mapping[str, Gathered]
) -> Mapping[str, KnownRecord]:
    """Forget what was said of fields that are not understood, where everything was compared: it is said again."""
    anew = dict(known)
    for name, side in sides.items():
        for row in side.rows if side.compared else ():
            key = links.record_of(spec.kind, name, row.ref) if row.faults else None
            if key in anew and (before := anew[key].rows.get(name)):
                anew[key] = replace(anew[key], rows={**anew[key].rows, name: replace(before, faults={})})
    return anew


def _guards(
    parts: Parts,
    spec: KindSpec,
    sides: Mapping[str, Gathered],
    refs: Mapping[str, Mapping[str, str]],
    *,
    allow_mass_change: bool,
) -> GuardInput:
    return GuardInput(
        allow_mass_change=allow_mass_change,
        records=len(set[str]().union(*refs.values())),
        sides={
            name: Reach(
                full=side.full,
                complete=side.complete,
                rows=side.read,
                linked=parts.store.count(spec.kind, name),
            )
            for name, side in sides.items()
        },
    )
