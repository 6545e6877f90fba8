"""Rows that belong to no record yet: fed to every run until a person decides, so that no reading has to repeat them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncbot.reconcile.plan import Duplicate, Finding, Proposal
from syncbot.reconcile.rulings import Rulings, Spot
from syncbot.reconcile.state import SeenRow
from syncbot.store.base import Ruling, Verdict, WaitingRow

from .gathering import Gathered


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The rows without a record after a run has decided."""

    kept: tuple[WaitingRow, ...] = ()
    """Those that are new, or not as the store has them; a question that is new has no id yet."""
    settled: frozenset[Spot] = frozenset()
    """Those that are a record's row now, or went away."""
    ids: Mapping[Spot, str] | None = None
    """The ids of the questions that were asked before."""


def rulings_of(kept: Iterable[Ruling]) -> Rulings:
    """Return the decisions of people as recognising takes them."""
    same: dict[Spot, str] = {}
    apart: set[frozenset[Spot]] = set()
    aside: dict[Spot, str] = {}
    merged: dict[str, str] = {}
    for one in kept:
        spot = (str(one.endpoint), str(one.ref))
        if one.verdict is Verdict.SAME:
            same[spot] = one.record
        elif one.verdict is Verdict.APART and one.other is not None:
            apart.add(frozenset((spot, one.other)))
        elif one.verdict is Verdict.ASIDE:
            aside[spot] = str(one.version)
        elif one.absorbed is not None:
            merged[one.absorbed] = one.record
    return Rulings(same=same, apart=frozenset(apart), aside=aside, merged=merged)


def without_record(
    sides: Mapping[str, Gathered], before: Sequence[WaitingRow], linked: Mapping[str, Collection[str]]
) -> dict[Spot, SeenRow]:
    """Return every row that has no link: as it was read now, else as it waits since an earlier run.

    `linked` are the refs that are linked, by endpoint.
    """
    found = {
        (one.endpoint, one.row.ref): one.row
        for one in before
        if one.endpoint in sides
        and one.row.ref not in sides[one.endpoint].left
        and one.row.ref not in linked[one.endpoint]
    }
    for name, side in sides.items():
        found |= {(name, row.ref): row for row in side.rows if row.ref not in linked[name]}
    return found


def now_waiting(
    open_rows: Mapping[Spot, SeenRow],
    before: Sequence[WaitingRow],
    *,
    kind: str,
    findings: Iterable[Finding],
    rulings: Rulings,
    sides: Collection[str],
    at: datetime,
) -> Waiting:
    """Say which rows wait after a run that asked these questions, and which of its places were read."""
    asked = _asked(findings)
    old = {(one.endpoint, one.row.ref): one for one in before}
    ids = _kept_ids(old, asked)
    after: dict[Spot, WaitingRow] = {}
    for spot, row in open_rows.items():
        if (question := asked.get(spot)) or rulings.is_aside(spot, row.version):
            known = old.get(spot)
            after[spot] = WaitingRow(
                kind=kind,
                endpoint=spot[0],
                row=row,
                match=ids.get(spot),
                asked=question,
                since=known.since if known else at,
            )
    return Waiting(
        kept=tuple(one for spot, one in sorted(after.items()) if old.get(spot) != one or _new(one)),
        settled=frozenset(spot for spot in old if spot[0] in sides and spot not in after),
        ids={spot: one.match for spot, one in after.items() if one.match},
    )


def _kept_ids(old: Mapping[Spot, WaitingRow], asked: Mapping[Spot, Duplicate | Proposal]) -> dict[Spot, str]:
    """Return by row the id under which it was asked about before, where it still is asked that; an id is one question."""
    kept: dict[Spot, str] = {}
    named: dict[str, Duplicate | Proposal] = {}
    for spot, one in sorted(old.items()):
        question = asked.get(spot)
        if (
            question is not None
            and one.match is not None
            and isinstance(question, type(one.asked))
            and named.setdefault(one.match, question) == question
        ):
            kept[spot] = one.match
    return kept


def _new(one: WaitingRow) -> bool:
    return one.asked is not None and one.match is None


def _asked(findings: Iterable[Finding]) -> dict[Spot, Duplicate | Proposal]:
    """By row: the question about it."""
    asked: dict[Spot, Duplicate | Proposal] = {}
    for one in findings:
        if isinstance(one, Duplicate):
            asked |= {(one.endpoint, ref): one for ref in one.refs}
        elif isinstance(one, Proposal):
            asked[one.endpoint, one.ref] = one
    return asked


def named(waiting: Waiting, new_id: Callable[[], str]) -> tuple[list[WaitingRow], dict[Spot, str]]:
    """Give each new question an id, one for all rows of it that wait; return the rows to keep, and all ids by row.

    A row of a record does not wait: several questions may name it.
    """
    ids = dict(waiting.ids or {})
    rows = []
    for one in waiting.kept:
        match = one.match
        if one.asked is not None and match is None:
            match = next((ids[spot] for spot in _spots(one.asked) if spot in ids), None) or new_id()
            ids[one.endpoint, one.row.ref] = match
        rows.append(replace(one, match=match))
    return rows, ids


def _spots(asked: Duplicate | Proposal) -> list[Spot]:
    refs = asked.refs if isinstance(asked, Duplicate) else (asked.ref,)
    return [(asked.endpoint, ref) for ref in refs]
