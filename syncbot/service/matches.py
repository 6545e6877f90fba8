"""The questions about which rows are which record, as people look at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncbot.errors import UnknownId, UserError
from syncbot.model.values import UNKNOWN, Cell
from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.reconcile.policy import KindPolicy
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import Ruling, WaitingRow

from .answering import nearest_to
from .links import text_of
from .parts import Parts
from .waiting import rulings_of

TELLING = 6
"""How many fields of a row are shown, so that a person can tell what it is."""


class MatchRefusedError(UserError):
    """A decision about identity that does not fit what is there."""


@dataclass(frozen=True, kw_only=True)
class MatchRow:
    """One row that a question is about."""

    endpoint: str
    ref: str
    url: str | None
    title: str
    linked: str | None
    """The record that it is linked to, if any."""
    fields: Mapping[str, Cell]
    """A few that tell what it is; in the same order for all rows of a question."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record that the row may be."""

    record: str
    title: str
    likeness: float
    rows: Sequence[MatchRow]


@dataclass(frozen=True, kw_only=True)
class Match:
    """One question: what record a row is, or which of several rows of one place."""

    id: str
    kind: str
    endpoint: str
    question: Duplicate | Proposal
    since: str
    rows: Sequence[MatchRow]
    candidates: Sequence[Candidate] = ()


def matches(parts: Parts) -> Sequence[Match]:
    """The questions that wait, the oldest first."""
    found: dict[str, WaitingRow] = {}
    for one in sorted(parts.store.waiting(), key=lambda one: (one.since, one.endpoint, one.row.ref)):
        if one.match is not None and one.kind in parts.mappings.kinds:
            found.setdefault(one.match, one)
    return [_match(parts, one) for one in found.values()]


def decisions(parts: Parts) -> Sequence[Ruling]:
    """What people decided about identity, the newest first."""
    return parts.store.rulings()[::-1]


def _match(parts: Parts, one: WaitingRow) -> Match:
    assert one.asked is not None and one.match is not None
    waiting = {row.row.ref: row.row for row in parts.store.waiting(one.kind) if row.endpoint == one.endpoint}
    asked = one.asked
    refs = asked.refs if isinstance(asked, Duplicate) else (asked.ref,)
    linked = parts.store.keys_of(one.kind, one.endpoint, refs)
    candidates = _candidates(parts, asked) if isinstance(asked, Proposal) else {}
    keys = list(candidates)
    known = parts.store.records(one.kind, {*keys, *linked.values()})
    there = {ref: known[key].rows[one.endpoint] for ref, key in linked.items()}
    rows = [row for ref in refs if (row := there.get(ref) or waiting.get(ref))]
    others = [row for key in keys if key in known for row in known[key].rows.values()]
    policy = parts.mappings.kinds[one.kind].policy
    labels = _telling(policy, [*rows, *others])
    return Match(
        id=one.match,
        kind=one.kind,
        endpoint=one.endpoint,
        question=asked,
        since=one.since.isoformat(timespec="seconds"),
        rows=[_row(policy, one.endpoint, row, linked.get(row.ref), labels) for row in rows],
        candidates=[
            Candidate(
                record=key,
                title=title,
                likeness=likeness,
                rows=[
                    _row(policy, name, row, key, labels)
                    for name, row in (sorted(known[key].rows.items()) if key in known else ())
                ],
            )
            for key, (title, likeness) in candidates.items()
        ],
    )


def _candidates(parts: Parts, asked: Proposal) -> dict[str, tuple[str, float]]:
    """By key: title and likeness of the records that were proposed, or that these were merged into since."""
    rulings = rulings_of(parts.store.rulings(asked.kind))
    found: dict[str, tuple[str, float]] = {}
    for key, title, likeness in asked.candidates:
        found.setdefault(rulings.lasting(key), (title, likeness))
    return found


def _telling(policy: KindPolicy, rows: Sequence[SeenRow]) -> list[str]:
    """The fields that identity looks at, then those in which the rows differ, then the others, as far as filled."""
    identity = policy.identity
    first = [*identity.within, *(label for key in identity.keys for label in key)]
    filled = [label for label in policy.fields if any(_said(row, label) for row in rows)]
    differs = [one for one in filled if len({_said(row, one) for row in rows if _said(row, one)}) > 1]
    found = dict.fromkeys([*(one for one in first if one in filled), *differs, *filled])
    return [one for one in found if one != policy.title_field][:TELLING]


def _said(row: SeenRow, label: str) -> Cell:
    cell = row.values.get(label)
    return None if cell is UNKNOWN else cell


def _row(
    policy: KindPolicy, endpoint: str, row: SeenRow, linked: str | None, labels: Sequence[str]
) -> MatchRow:
    title = _said(row, policy.title_field)
    return MatchRow(
        endpoint=endpoint,
        ref=row.ref,
        url=row.url,
        title=str(title or "(without a name)"),
        linked=linked,
        fields={label: _said(row, label) for label in labels},
    )


def match_named(parts: Parts, given: str) -> Match:
    """One question. Raises `UnknownId` with the nearest id that there is."""
    known = {one.id: one for one in matches(parts)}
    if given not in known:
        raise UnknownId(what="match", given=given, nearest=nearest_to(given, list(known)))
    return known[given]


def record_named(parts: Parts, given: str, kind: str | None = None) -> tuple[str, KnownRecord]:
    """A record and its kind, by its key or by what people call it.

    Raises `UnknownId` with the nearest name, and `MatchRefusedError` where several are called so.
    """
    names: dict[str, list[tuple[str, KnownRecord]]] = {}
    spelled: list[str] = []
    for name, spec in parts.mappings.kinds.items():
        for key, record in parts.store.records(name).items() if kind in {None, name} else ():
            if key == given:
                return name, record
            title = text_of(record, spec.policy.title_field)
            if title is not None and record.rows:
                names.setdefault(title.casefold(), []).append((name, record))
                spelled.append(title)
    found = names.get(given.casefold(), [])
    if len(found) > 1:
        keys = ", ".join(record.key for _, record in found)
        raise MatchRefusedError(f"{len(found)} records are called {given}: name one by its key ({keys})")
    if not found:
        raise UnknownId(what="record", given=given, nearest=nearest_to(given, spelled))
    return found[0]
