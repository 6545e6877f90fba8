"""The verb `audit`: read-only; what contradicts itself, lacks its home, waits for too long, or is on one side only."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncbot.mapping.spec import KindSpec
from syncbot.model.auditing import Contradiction, Facts, Rule, Weight, judge
from syncbot.model.values import UNKNOWN
from syncbot.reconcile.policy import FieldPolicy
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import KeptStray

from .gone import answered, gone
from .links import text_of
from .parts import Parts
from .recorded import recorded
from .report import Report
from .syncing import plan

MANY_STRAYS = 3
"""So many edits of a field's copies say that people take another place for its home."""
PATIENCE = timedelta(days=7)
"""How long a question may wait before it is an audit's business."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that somebody should look at."""

    rule: str
    """The rule's number or name."""
    law: str
    """The rule in words."""
    kind: str
    subject: str
    """A record, a group, a field, by the name that people use."""
    said: str
    against: str
    """What contradicts it."""
    todo: str
    weight: Weight = Weight.CONTRADICTION
    records: tuple[str, ...] = ()
    """Keys."""
    endpoint: str | None = None
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Everything that was found."""

    findings: tuple[Finding, ...]
    unchecked: Mapping[str, str]
    """Rules that could not be judged -> why, in words."""
    reading: Report | None = None
    """With `full`: what a sync that compares everything would do and say."""

    @property
    def anything(self) -> bool:
        """Whether something contradicts something, notes aside."""
        grave = any(one.weight is Weight.CONTRADICTION for one in self.findings)
        return grave or (self.reading is not None and self.reading.anything)


def audit(parts: Parts, *, full: bool = False) -> Audit:
    """Look at what is known; with `full` read every place as well. Nothing is written anywhere."""
    known = {kind: parts.store.records(kind) for kind in parts.mappings.kinds}
    judged = list(judge(_facts(parts, known), parts.now().date()))
    about_records = [_finding(rule, one) for rule, found in judged for one in found or ()]
    asked = frozenset(one.record for one in gone(parts))
    about_places = [
        finding
        for kind, spec in parts.mappings.kinds.items()
        for finding in _about_places(spec, known[kind], asked, answered(parts, kind))
    ]
    findings = [*about_records, *about_places, *_wrong_homes(parts), *_waiting(parts)]
    order = list(dict.fromkeys(one.rule for one in findings))
    return Audit(
        findings=tuple(sorted(findings, key=lambda one: order.index(one.rule))),
        unchecked={rule.law: _lacking(rule) for rule, found in judged if found is None},
        reading=plan(parts, full=True) if full else None,
    )


def _finding(rule: Rule, found: Contradiction) -> Finding:
    return Finding(
        rule=rule.id,
        law=rule.law,
        kind=found.kind,
        subject=found.subject,
        said=found.said,
        against=found.against,
        todo=found.todo,
        weight=rule.weight,
        records=found.records,
    )


def _lacking(rule: Rule) -> str:
    needed = "; ".join(f"{kind}: {', '.join(fields)}" for kind, fields in rule.needs.items())
    return f"mappings/ would have to have {needed}"


# -- records as their kinds see them


def _facts(parts: Parts, known: Mapping[str, Mapping[str, KnownRecord]]) -> Facts:
    return Facts(
        {
            kind: {key: recorded(spec, one) for key, one in known[kind].items() if one.rows}
            for kind, spec in parts.mappings.kinds.items()
        },
        {kind: frozenset(spec.policy.fields) for kind, spec in parts.mappings.kinds.items()},
    )


# -- places


def _about_places(
    spec: KindSpec,
    known: Mapping[str, KnownRecord],
    asked: Collection[str],
    stays: Collection[tuple[str, Spot]],
) -> Iterator[Finding]:
    """Say what a place lacks; not what somebody decided to leave so (`stays`)."""
    for key, record in sorted(known.items(), key=lambda one: _title(spec, one[1]).casefold()):
        kept = (name for name, place in spec.policy.endpoints.items() if not place.only_tells)
        missing = sorted(name for name in kept if name not in record.rows)
        if record.rows and missing:
            yield from (
                _one_sided(spec, key, record, name, asked=key in asked)
                for name in missing
                if _is_owed(spec, record, name) and (key, (name, record.unlinked.get(name))) not in stays
            )
            yield from _homeless(spec, key, record, missing)


def _title(spec: KindSpec, record: KnownRecord) -> str:
    return text_of(record, spec.policy.title_field) or record.key


def _is_owed(spec: KindSpec, record: KnownRecord, name: str) -> bool:
    """Whether a place ought to have a row of a record: one where none may be made has those that people make there."""
    return spec.policy.endpoints[name].creates or name in record.unlinked


def _one_sided(spec: KindSpec, key: str, record: KnownRecord, name: str, *, asked: bool) -> Finding:
    if name in record.unlinked:
        against = f"its row in {name} went away"
        todo = f"Restore it in {name}, or {'run: syncbot gone' if asked else 'remove the others by hand.'}"
    else:
        against, todo = f"{name} has no row of it", "Run: syncbot sync"
    return Finding(
        rule="one side",
        law="Every place has a row of every record",
        kind=spec.kind,
        subject=_title(spec, record),
        said=f"it is in {', '.join(sorted(record.rows))} only",
        against=against,
        todo=todo,
        records=(key,),
        endpoint=name,
    )


def _homeless(spec: KindSpec, key: str, record: KnownRecord, missing: Sequence[str]) -> Iterator[Finding]:
    """Facts whose home has no row: nobody's word counts for them."""
    for name in missing:
        fields = [
            place for place in spec.policy.fields.values() if place.home == name and _is_said(record, place)
        ]
        if fields:
            yield Finding(
                rule="homeless",
                law="Each fact has one home",
                kind=spec.kind,
                subject=_title(spec, record),
                said=f"{', '.join(sorted(record.rows))} says its {', '.join(one.name for one in fields)}",
                against=f"{name} is the home of that, and has no row of it",
                todo=f"Add it in {name}, or give these fields another home in mappings/.",
                records=(key,),
                endpoint=name,
            )


def _is_said(record: KnownRecord, place: FieldPolicy) -> bool:
    cells = [row.values.get(place.name) for name, row in record.rows.items() if name in place.places]
    return any(cell is not None and cell is not UNKNOWN for cell in cells)


# -- what people do and what waits


def _wrong_homes(parts: Parts) -> Iterator[Finding]:
    """Fields whose copies are edited again and again: their home is not where people work."""
    edits: Iterable[KeptStray] = parts.store.strays(include_settled=True)
    counts = Counter(
        (one.stray.kind, one.stray.field, one.stray.endpoint) for one in edits if not one.stray.first_sight
    )
    for (kind, field, endpoint), count in counts.most_common():
        spec = parts.mappings.kinds.get(kind)
        place = spec.policy.fields.get(field) if spec else None
        if place is not None and place.home not in (None, endpoint) and count >= MANY_STRAYS:
            yield Finding(
                rule="wrong home",
                law="A fact's home is where people write it",
                kind=kind,
                subject=field,
                said=f"it was written {count} times in {endpoint}, and put back each time",
                against=f"its home is {place.home}",
                todo=f"Make {endpoint} its home in mappings/, or tell people to write it in {place.home}.",
                endpoint=endpoint,
                field=field,
            )


def _waiting(parts: Parts) -> Iterator[Finding]:
    now = parts.now()
    for question in parts.store.conflicts():
        days = (now - question.opened).days
        if question.answered_at is None and now - question.opened >= PATIENCE:
            yield Finding(
                rule="old question",
                law="A question is answered within a week",
                kind=question.conflict.kind,
                subject=question.conflict.title,
                said=f"{question.id} about {question.conflict.field} waits for {days} days",
                against="until then the places say different things",
                todo=f"Run: syncbot conflicts show {question.id}",
                records=(question.conflict.record,),
                field=question.conflict.field,
            )
    yield from _unmatched(parts, now)
    for intent in parts.store.intents(open_only=True):
        yield Finding(
            rule="open write",
            law="It is known of every write how it ended",
            kind=intent.kind,
            subject=_name(parts, intent.kind, intent.record) or f"row {intent.ref} of no record",
            said=f"{intent.run} began to {intent.action} its row in {intent.endpoint}",
            against="nobody knows whether it arrived",
            todo="Run: syncbot sync, which looks first",
            records=(intent.record,) if intent.record else (),
            endpoint=intent.endpoint,
        )


def _unmatched(parts: Parts, now: datetime) -> Iterator[Finding]:
    """Rows of which nobody has said for a week what record they are."""
    old = {
        one.match: one for one in reversed(parts.store.waiting()) if one.match and now - one.since >= PATIENCE
    }
    for match, one in sorted(old.items(), key=lambda pair: pair[1].since):
        yield Finding(
            rule="old match",
            law="Of every row it is known what record it is",
            kind=one.kind,
            subject=one.asked.title if one.asked else one.row.ref,
            said=f"{match} waits for {(now - one.since).days} days",
            against="until then the row is not kept in step",
            todo="Run: syncbot matches",
            endpoint=one.endpoint,
        )


def _name(parts: Parts, kind: str, key: str) -> str:
    spec = parts.mappings.kinds.get(kind)
    known = parts.store.records(kind, [key]).get(key)
    return _title(spec, known) if spec and known else key
