"""From what was gathered to a plan: load what is known of the records concerned, recognise, decide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.identity import identify
from syncbot.reconcile.plan import Plan
from syncbot.reconcile.planning import GuardInput, Reach, plan
from syncbot.reconcile.policy import KindPolicy
from syncbot.reconcile.state import Case, KnownRecord

from .gathering import Gathered, Gathering, gather, still_bound
from .links import StoredLinks
from .parts import Parts


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A plan with everything that applying it needs."""

    spec: KindSpec
    gathering: Gathering
    cases: tuple[Case, ...]
    plan: Plan


def prepare(
    parts: Parts, spec: KindSpec, links: StoredLinks, *, full: bool, allow_mass_change: bool
) -> Prepared:
    """Gather and decide one kind.

    A remembered schema is read again before anything is written by it: a column that was removed since would
    otherwise look like one that everybody emptied.
    """
    prepared = _once(parts, spec, links, full=full, describe=False, allow_mass_change=allow_mass_change)
    if prepared.plan.actions and not still_bound(parts, spec, prepared.gathering):
        prepared = _once(parts, spec, links, full=full, describe=True, allow_mass_change=allow_mass_change)
    links.learn(spec.kind, prepared.cases)
    return prepared


def _once(
    parts: Parts, spec: KindSpec, links: StoredLinks, *, full: bool, describe: bool, allow_mass_change: bool
) -> Prepared:
    gathering = gather(parts, spec, links, full=full, describe=describe)
    if gathering.failed:
        return Prepared(spec=spec, gathering=gathering, cases=(), plan=Plan(kind=spec.kind))
    sides = gathering.sides
    policy = _policy(parts, spec)
    found = identify(
        policy,
        seen={name: side.rows for name, side in sides.items()},
        gone={name: side.gone for name, side in sides.items()},
        known=_known(parts, spec, links, sides),
        refs={name: parts.store.refs(spec.kind, name) for name in sides},
        new_key=lambda: parts.new_id(spec.kind),
    )
    return Prepared(
        spec=spec,
        gathering=gathering,
        cases=found.cases,
        plan=plan(
            spec.policy, found, guards=_guards(parts, spec, sides, allow_mass_change=allow_mass_change)
        ),
    )


def _policy(parts: Parts, spec: KindSpec) -> KindPolicy:
    """The declared policy, with how fine the times of each endpoint are."""
    places = {
        name: replace(place, time_grain=parts.endpoints[spec.kind][name].capabilities.time_grain)
        for name, place in spec.policy.endpoints.items()
    }
    return replace(spec.policy, endpoints=places)


def _known(
    parts: Parts, spec: KindSpec, links: StoredLinks, sides: Mapping[str, Gathered]
) -> Mapping[str, KnownRecord]:
    """What is known of the records concerned; of all when a row has no link yet, because it may be any of them."""
    keys = set(parts.store.again(spec.kind))
    for name, side in sides.items():
        for ref in [*(row.ref for row in side.rows), *(row.ref for row in side.gone)]:
            key = links.record_of(spec.kind, name, ref)
            if key is None:
                return parts.store.records(spec.kind)
            keys.add(key)
    return parts.store.records(spec.kind, keys) if keys else {}


def _guards(
    parts: Parts, spec: KindSpec, sides: Mapping[str, Gathered], *, allow_mass_change: bool
) -> GuardInput:
    return GuardInput(
        allow_mass_change=allow_mass_change,
        records=parts.store.count(spec.kind),
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
