"""Two rounds of one kind, said as one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from syncbot.errors import VersionChanged
from syncbot.reconcile.plan import Duplicate, Proposal

from .report import Failure, KindReport


def worth_another(report: KindReport) -> bool:
    """Whether the same run should decide the kind once more.

    Yes for rows that somebody changed meanwhile, and for lost answers as long as the services let anything through.
    """
    moved = report.met or any(isinstance(failure.error, VersionChanged) for failure in report.failures)
    lost = any(_passes(failure) for failure in report.failures)
    got_through = any(sum(counts.values()) for counts in (report.created, report.updated, report.deleted))
    return bool(moved) or (lost and got_through)


def moved_in(report: KindReport) -> frozenset[tuple[str, str]]:
    """The rows that had changed when they were to be written, by endpoint and ref."""
    return frozenset(
        (one.endpoint, one.error.ref)
        for one in report.failures
        if isinstance(one.error, VersionChanged) and one.error.ref is not None
    )


def _passes(failure: Failure) -> bool:
    """Whether the failure is one that may not be there the next time."""
    return isinstance(failure.error, VersionChanged) or (failure.error is not None and failure.error.retry)


def merged(first: KindReport, second: KindReport) -> KindReport:
    """Say two rounds as one: what the second decided again is no failure of the first, nor a second question."""
    lasting = [one for one in first.failures if not _passes(one)]
    once = [one for one in first.plan.findings if not isinstance(one, Duplicate | Proposal)]
    plan = replace(
        second.plan,
        actions=first.plan.actions + second.plan.actions,
        links=first.plan.links + second.plan.links,
        unlinks=first.plan.unlinks + second.plan.unlinks,
        agrees=first.plan.agrees + second.plan.agrees,
        findings=(*once, *second.plan.findings),
    )
    return replace(
        second,
        plan=plan,
        read=_sum(first.read, second.read),
        created=_sum(first.created, second.created),
        updated=_sum(first.updated, second.updated),
        deleted=_sum(first.deleted, second.deleted),
        failures=(*lasting, *second.failures),
        notes=first.notes + second.notes,
        compared=first.compared or second.compared,
        conflict_ids={**first.conflict_ids, **second.conflict_ids},
        match_ids=second.match_ids,
    )


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(first) + Counter(second))
