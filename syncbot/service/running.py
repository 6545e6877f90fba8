"""What all runs have in common: the lease, the record of the run, what it cost, and how it is reported."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from syncbot.errors import EndpointError
from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.reconcile.plan import Plan
from syncbot.store.base import Run, RunStatus

from .deciding import Prepared
from .lease import Holder
from .ledger import compared, faults_of, notes_of
from .links import StoredLinks
from .note_report import SourceReport
from .parts import Parts
from .report import Failure, KindReport, Report

_LAST_RUNS = 20
"""How many runs are looked through for one that was cut off."""


class Meter:
    """Measures a verb from now on: how long it takes and how many requests it sends."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._started = parts.now()
        self._before = self._requests()

    def report(
        self,
        run: str | None,
        kinds: Sequence[KindReport],
        titles: Mapping[str, str],
        *,
        settled: int = 0,
        notes: Sequence[SourceReport] = (),
    ) -> Report:
        """Return how the verb went, up to now."""
        return Report(
            run=run,
            kinds=tuple(kinds),
            requests={name: count - self._before[name] for name, count in self._requests().items()},
            started=self._started,
            ended=self._parts.now(),
            titles=titles,
            settled=settled,
            notes=tuple(notes),
        )

    def _requests(self) -> dict[str, int]:
        return {name: count() for name, count in self._parts.requests.items()}


def unsettled(spec: KindSpec, error: EndpointError) -> KindReport:
    """Say that nothing was decided, because how earlier writes ended could not be looked up."""
    failure = Failure(kind=spec.kind, endpoint=error.endpoint, title=None, message=error.detail, error=error)
    return KindReport(kind=spec.kind, plan=Plan(kind=spec.kind), failures=(failure,))


def planned_report(parts: Parts, prepared: Prepared) -> KindReport:
    """Say what a plan of one kind would do."""
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
        match_ids=prepared.waiting.ids or {},
        faults=faults_of(prepared),
        compared=compared(prepared),
        unlisted=prepared.spec.policy.unlisted,
        known=parts.store.count(prepared.spec.kind),
    )


@contextmanager
def running(
    parts: Parts, verb: str, specs: Sequence[KindSpec], notes: Sequence[SourceReport] = ()
) -> Iterator[tuple[str, list[KindReport]]]:
    """Hold the lease, and record that a run began and how it ended; reports are to be added to what is yielded.

    `notes` is filled meanwhile, where notes are read.

    Raises `LeaseHeld` while another process is at work; nothing is recorded then.
    """
    parts.turn()
    holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
    with parts.lease.held(parts.store, holder), _recorded(parts, verb, specs, notes) as begun:
        yield begun


@contextmanager
def _recorded(
    parts: Parts, verb: str, specs: Sequence[KindSpec], notes: Sequence[SourceReport]
) -> Iterator[tuple[str, list[KindReport]]]:
    _end_those_cut_off(parts)
    run = parts.new_id("run")
    kinds = tuple(spec.kind for spec in specs)
    parts.store.begin_run(Run(id=run, verb=verb, kinds=kinds, started=parts.now(), by=parts.user))
    parts.diary.began(run, verb, kinds)
    reports: list[KindReport] = []
    status = RunStatus.FAILED
    try:
        yield run, reports
        trouble = any(report.failures or report.plan.refused for report in reports)
        trouble = trouble or any(one.trouble for one in notes)
        status = RunStatus.PARTLY if trouble else RunStatus.DONE
    finally:
        parts.store.end_run(run, at=parts.now(), status=status, summary=_summary(reports))
        parts.diary.ended(run, status.value)


def _end_those_cut_off(parts: Parts) -> None:
    """Runs that are recorded as running cannot be: we hold the lease. They were killed, and their end is now."""
    for run in parts.store.runs(_LAST_RUNS):
        if run.status is RunStatus.RUNNING:
            parts.store.end_run(run.id, at=parts.now(), status=RunStatus.FAILED, summary=run.summary)


def _summary(reports: Sequence[KindReport]) -> Mapping[str, int]:
    return {
        "created": sum(sum(report.created.values()) for report in reports),
        "updated": sum(sum(report.updated.values()) for report in reports),
        "deleted": sum(sum(report.deleted.values()) for report in reports),
        "found": sum(len(report.plan.findings) for report in reports),
        "failed": sum(len(report.failures) for report in reports),
    }


def titles_for(parts: Parts, links: StoredLinks, reports: Sequence[KindReport]) -> dict[str, str]:
    """What people call the records that values of these kinds point at."""
    pointing = (FieldType.RECORD, FieldType.RECORDS)
    targets = {
        info.target
        for report in reports
        for info in parts.mappings.kinds[report.kind].model.fields().values()
        if info.type in pointing and info.target in parts.mappings.kinds
    }
    return {key: title for kind in targets if kind for key, title in links.titles_apart(kind).items()}
