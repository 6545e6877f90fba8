"""The verbs `plan` and `sync`: the same decisions, printed by the one and carried out by the other."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from syncbot.errors import EndpointError, UnknownId
from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.reconcile.plan import Plan
from syncbot.store.base import Run, RunStatus

from .applying import apply
from .deciding import Prepared, prepare
from .lease import Holder
from .ledger import compared, faults_of, notes_of
from .links import StoredLinks
from .merging import merged, worth_another
from .parts import Parts
from .report import Failure, KindReport, Report
from .settling import settle

COMPARED_EVERY = timedelta(days=1)
"""When everything was last compared longer ago, a sync does so by itself; what only shows then waits a day at most."""
ROUNDS = 6
"""How often records that somebody changed during the run, or whose write got lost, are decided in one run."""


def plan(
    parts: Parts, kinds: Sequence[str] = (), *, full: bool = False, allow_mass_change: bool = False
) -> Report:
    """Say what a sync would do; nothing is written anywhere, also not in the store."""
    started, before = parts.now(), _requests(parts)
    links = StoredLinks(parts.store, parts.mappings)
    reports = []
    for spec in _wanted(parts, kinds):
        whole = full or is_due(parts, spec)
        prepared = prepare(parts, spec, links, full=whole, allow_mass_change=allow_mass_change)
        reports.append(_planned(parts, prepared))
    return Report(
        run=None,
        kinds=tuple(reports),
        requests=_sent_since(parts, before),
        started=started,
        ended=parts.now(),
        titles=_titles(parts, links, reports),
    )


def sync(
    parts: Parts,
    kinds: Sequence[str] = (),
    *,
    full: bool = False,
    allow_mass_change: bool = False,
    verb: str = "sync",
) -> Report:
    """Reconcile and write. Raises `LeaseHeld` while another run is at work; kinds that fail do not stop others."""
    started, before = parts.now(), _requests(parts)
    specs = _wanted(parts, kinds)
    links = StoredLinks(parts.store, parts.mappings)
    holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
    with parts.lease.held(parts.store, holder), _run(parts, verb, specs) as (run, reports):
        settled = 0
        for spec in specs:
            count, report = _one_kind(parts, spec, links, run, full=full, allow_mass_change=allow_mass_change)
            settled += count
            reports.append(report)
    return Report(
        run=run,
        kinds=tuple(reports),
        requests=_sent_since(parts, before),
        started=started,
        ended=parts.now(),
        titles=_titles(parts, links, reports),
        settled=settled,
    )


def _one_kind(
    parts: Parts, spec: KindSpec, links: StoredLinks, run: str, *, full: bool, allow_mass_change: bool
) -> tuple[int, KindReport]:
    whole = full or is_due(parts, spec)
    settled, report = _round(parts, spec, links, run, full=whole, allow_mass_change=allow_mass_change)
    for _ in range(ROUNDS - 1):
        if not worth_another(report):
            break
        count, again = _round(parts, spec, links, run, full=False, allow_mass_change=allow_mass_change)
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
    parts: Parts, spec: KindSpec, links: StoredLinks, run: str, *, full: bool, allow_mass_change: bool
) -> tuple[int, KindReport]:
    """Look how open writes ended, read, decide, write."""
    try:
        settled = settle(parts, spec, links, run)
    except EndpointError as error:
        return 0, _unsettled(spec, error)
    prepared = prepare(parts, spec, links, full=full, allow_mass_change=allow_mass_change)
    return settled, apply(parts, prepared, links, run)


def _unsettled(spec: KindSpec, error: EndpointError) -> KindReport:
    failure = Failure(kind=spec.kind, endpoint=error.endpoint, title=None, message=error.detail, error=error)
    return KindReport(kind=spec.kind, plan=Plan(kind=spec.kind), failures=(failure,))


def _planned(parts: Parts, prepared: Prepared) -> KindReport:
    failures = [
        Failure(kind=prepared.spec.kind, endpoint=name, title=None, message=error.detail, error=error)
        for name, error in prepared.gathering.failed.items()
    ]
    return KindReport(
        kind=prepared.spec.kind,
        plan=prepared.plan,
        read={name: side.read for name, side in prepared.gathering.sides.items()},
        failures=tuple(failures),
        notes=notes_of(prepared),
        faults=faults_of(prepared),
        compared=compared(prepared),
        known=parts.store.count(prepared.spec.kind),
    )


@contextmanager
def _run(parts: Parts, verb: str, specs: Sequence[KindSpec]) -> Iterator[tuple[str, list[KindReport]]]:
    """Record that a run began, and how it ended, also when it is stopped."""
    run = parts.new_id("run")
    kinds = tuple(spec.kind for spec in specs)
    parts.store.begin_run(Run(id=run, verb=verb, kinds=kinds, started=parts.now(), by=parts.user))
    reports: list[KindReport] = []
    status = RunStatus.FAILED
    try:
        yield run, reports
        trouble = any(report.failures or report.plan.refused for report in reports)
        status = RunStatus.PARTLY if trouble else RunStatus.DONE
    finally:
        parts.store.end_run(run, at=parts.now(), status=status, summary=_summary(reports))


def _summary(reports: Sequence[KindReport]) -> Mapping[str, int]:
    return {
        "created": sum(sum(report.created.values()) for report in reports),
        "updated": sum(sum(report.updated.values()) for report in reports),
        "deleted": sum(sum(report.deleted.values()) for report in reports),
        "found": sum(len(report.plan.findings) for report in reports),
        "failed": sum(len(report.failures) for report in reports),
    }


def _wanted(parts: Parts, kinds: Sequence[str]) -> list[KindSpec]:
    """The specs of these kinds, or all, such that kinds pointed at come first. Raises `UnknownId`."""
    known = parts.mappings.kinds
    for kind in kinds:
        if kind not in known:
            raise UnknownId(what="kind", given=kind, nearest=", ".join(known))
    return [spec for name, spec in known.items() if not kinds or name in kinds]


def _requests(parts: Parts) -> dict[str, int]:
    return {name: count() for name, count in parts.requests.items()}


def _sent_since(parts: Parts, before: Mapping[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in _requests(parts).items()}


def _titles(parts: Parts, links: StoredLinks, reports: Sequence[KindReport]) -> dict[str, str]:
    """What people call the records that values of these kinds point at."""
    pointing = (FieldType.RECORD, FieldType.RECORDS)
    targets = {
        info.target
        for report in reports
        for info in parts.mappings.kinds[report.kind].model.fields().values()
        if info.type in pointing and info.target in parts.mappings.kinds
    }
    return {key: title for kind in targets if kind for key, title in links.titles(kind).items()}
