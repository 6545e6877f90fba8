"""The verbs `plan` and `sync`: the same decisions, printed by the one and carried out by the other."""

from collections.abc import Sequence
from datetime import timedelta

from syncbot.errors import EndpointError, UnknownId
from syncbot.mapping.spec import KindSpec

from .applying import apply
from .deciding import prepare
from .drafting import drafted, notes_run, read_before, told_of
from .gathering import Moved
from .gone import let_go
from .links import StoredLinks
from .merging import merged, moved_in, worth_another
from .parts import Parts
from .report import KindReport, Report
from .running import Meter, planned_report, running, titles_for, unsettled
from .settling import settle

COMPARED_EVERY = timedelta(days=1)
"""When everything was last compared longer ago, a sync does so by itself; what only shows then waits a day at most."""
ROUNDS = 6
"""How often records that somebody changed during the run, or whose write got lost, are decided in one run."""


def plan(
    parts: Parts, kinds: Sequence[str] = (), *, full: bool = False, allow_mass_change: bool = False
) -> Report:
    """Say what a sync would do; nothing is written anywhere, also not in the store."""
    meter, links = Meter(parts), StoredLinks(parts.store, parts.mappings)
    reports = []
    specs = _wanted(parts, kinds)
    parts, notes = drafted(parts, full=full)
    for number, spec in enumerate(specs):
        read_before(notes, specs[number:])
        whole = full or is_due(parts, spec)
        prepared = prepare(parts, spec, links, full=whole, allow_mass_change=allow_mass_change)
        reports.append(planned_report(parts, prepared))
    return meter.report(None, reports, titles_for(parts, links, reports), notes=told_of(notes))


def sync(
    parts: Parts,
    kinds: Sequence[str] = (),
    *,
    full: bool = False,
    allow_mass_change: bool = False,
    verb: str = "sync",
) -> Report:
    """Reconcile and write. Raises `LeaseHeld` while another run is at work; kinds that fail do not stop others."""
    specs = _wanted(parts, kinds)
    meter, links = Meter(parts), StoredLinks(parts.store, parts.mappings)
    settled = 0
    notes = notes_run(parts, full=full)
    with running(parts, verb, specs, told_of(notes)) as (run, reports):
        for number, spec in enumerate(specs):
            read_before(notes, specs[number:])
            count, report = _one_kind(parts, spec, links, run, full=full, allow_mass_change=allow_mass_change)
            settled += count
            reports.append(report)
        let_go(parts, [spec.kind for spec in specs])
    titles = titles_for(parts, links, reports)
    return meter.report(run, reports, titles, settled=settled, notes=told_of(notes))


def _one_kind(
    parts: Parts, spec: KindSpec, links: StoredLinks, run: str, *, full: bool, allow_mass_change: bool
) -> tuple[int, KindReport]:
    whole = full or is_due(parts, spec)
    settled, report = _round(parts, spec, links, run, full=whole, allow_mass_change=allow_mass_change)
    for _ in range(ROUNDS - 1):
        if not worth_another(report):
            break
        moved = moved_in(report)
        count, again = _round(
            parts, spec, links, run, full=False, allow_mass_change=allow_mass_change, moved=moved
        )
        settled, report = settled + count, merged(report, again)
    return settled, report


def is_due(parts: Parts, spec: KindSpec) -> bool:
    """Whether any place of a kind that was read before must be compared as a whole again."""
    for name in parts.endpoints[spec.kind]:
        last = parts.store.full_reading(spec.kind, name)
        if last is None and parts.store.cursor(spec.kind, name) is None:
            continue  # never read: that is a full reading anyway
        if last is None or parts.now() - last >= COMPARED_EVERY:
            return True
    return False


def _round(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    run: str,
    *,
    full: bool,
    allow_mass_change: bool,
    moved: Moved = (),
) -> tuple[int, KindReport]:
    """Look how open writes ended, read, decide, write."""
    try:
        settled = settle(parts, spec, links, run)
    except EndpointError as error:
        return 0, unsettled(spec, error)
    prepared = prepare(parts, spec, links, full=full, allow_mass_change=allow_mass_change, moved=moved)
    return settled, apply(parts, prepared, links, run)


def _wanted(parts: Parts, kinds: Sequence[str]) -> list[KindSpec]:
    """The specs of these kinds, or all, such that kinds pointed at come first. Raises `UnknownId`."""
    known = parts.mappings.kinds
    for kind in kinds:
        if kind not in known:
            raise UnknownId(what="kind", given=kind, nearest=", ".join(known))
    return [spec for name, spec in known.items() if not kinds or name in kinds]
