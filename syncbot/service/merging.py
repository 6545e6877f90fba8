"""Two rounds of one kind, said as one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from syncbot.errors import VersionChanged

from .report import KindReport


def merged(first: KindReport, second: KindReport) -> KindReport:
    """Say two rounds as one: what the second decided again is no failure of the first."""
    decided_again = [one for one in first.failures if not isinstance(one.error, VersionChanged)]
    plan = replace(
        second.plan,
        actions=first.plan.actions + second.plan.actions,
        links=first.plan.links + second.plan.links,
        unlinks=first.plan.unlinks + second.plan.unlinks,
        agrees=first.plan.agrees + second.plan.agrees,
        findings=first.plan.findings + second.plan.findings,
    )
    return replace(
        second,
        plan=plan,
        read=_sum(first.read, second.read),
        created=_sum(first.created, second.created),
        updated=_sum(first.updated, second.updated),
        deleted=_sum(first.deleted, second.deleted),
        failures=(*decided_again, *second.failures),
        notes=first.notes + second.notes,
        conflict_ids={**first.conflict_ids, **second.conflict_ids},
    )


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(first) + Counter(second))
