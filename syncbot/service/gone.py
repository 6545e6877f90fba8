"""Records of which a row went away at one place, where a person says what becomes of the others (`deletes: ask`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syncbot.endpoints.base import BringsBack, Delete, Row
from syncbot.errors import EndpointError, UserError, VersionChanged
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.plan import Plan, Proposal
from syncbot.reconcile.policy import OnDeletion
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.store.base import IntentStatus, RecordChange, Ruling, Verdict

from .matches import matches, record_named
from .parts import Parts
from .report import Failure, KindReport
from .ruling import insist_on_settled, keep_rulings, promised, ruling, title_of
from .running import running
from .unmarking import bound_at, write_one


class GoneRefusedError(UserError):
    """An answer about a row that went away which does not fit what is there."""


@dataclass(frozen=True, kw_only=True)
class StandingRow:
    """A row that still stands."""

    endpoint: str
    ref: str
    version: str
    url: str | None
    removable: bool
    """Whether syncbot may move it to the trash there, and can."""
    returns: bool
    """Whether syncbot can take it out of the trash again; else a person does, there."""


@dataclass(frozen=True, kw_only=True)
class GoneAsked:
    """One question: a record lost a row at some places and stands at others."""

    kind: str
    record: str
    title: str
    went: Mapping[str, str]
    """By endpoint: the ref of the row that went away."""
    stands: Sequence[StandingRow]


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What moving the other rows to the trash came to, or would come to."""

    kind: str
    record: str
    title: str
    run: str | None
    """None for a dry run: nothing was written."""
    trashed: Mapping[str, str]
    """By endpoint: the row that went to the trash, or would."""
    stays: Mapping[str, str] = field(default_factory=dict)
    """By endpoint: the row that did not, because something stopped it."""
    stopped: Mapping[str, EndpointError] = field(default_factory=dict)
    """By endpoint: what."""
    by_hand: Sequence[str] = ()
    """Where only a person can take the row out of the trash again, which undoing the run says as well."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A word that the other rows stay."""

    asked: GoneAsked
    decisions: Sequence[str]
    """The ids by which it is taken back, one for each place where a row went."""


# -- what is asked


def gone(parts: Parts) -> Sequence[GoneAsked]:
    """Return the questions that nobody answered yet, by kind and title; no service is asked."""
    return [one for spec in parts.mappings.kinds.values() if _is_asked(spec) for one in _of_kind(parts, spec)]


def _is_asked(spec: KindSpec) -> bool:
    return spec.policy.deletes is OnDeletion.ASK


def _of_kind(parts: Parts, spec: KindSpec) -> Sequence[GoneAsked]:
    known = [one for one in parts.store.records(spec.kind).values() if one.unlinked and one.rows]
    if not known:
        return []
    over = answered(parts, spec.kind) | _removed_by_us(parts, spec.kind)
    found = (_question(parts, spec, one, over) for one in known)
    return sorted((one for one in found if one), key=lambda one: (one.title.casefold(), one.record))


def answered(parts: Parts, kind: str) -> frozenset[tuple[str, Spot]]:
    """Return the rows that went away, each with its record, of which somebody said that the others stay."""
    return frozenset(
        (one.record, (str(one.endpoint), str(one.ref)))
        for one in parts.store.rulings(kind)
        if one.verdict is Verdict.STAYS
    )


def _removed_by_us(parts: Parts, kind: str) -> frozenset[tuple[str, Spot]]:
    """Return the rows that syncbot itself removed last, such as by an undo: nobody is asked why these went."""
    last = {
        (one.record, (one.endpoint, one.ref)): one.action
        for one in parts.store.intents(kind=kind)
        if one.status is IntentStatus.DONE and one.ref is not None
    }
    return frozenset(of for of, action in last.items() if action == "delete")


def _question(
    parts: Parts, spec: KindSpec, known: KnownRecord, over: frozenset[tuple[str, Spot]]
) -> GoneAsked | None:
    """Return what is asked about a record; None where a place that only tells is all that lost a row, or still has one."""
    kept = {name for name, place in spec.policy.endpoints.items() if not place.only_tells}
    went = {
        name: ref
        for name, ref in sorted(known.unlinked.items())
        if name in kept and (known.key, (name, ref)) not in over
    }
    stands = [_standing(parts, spec, name, row) for name, row in sorted(known.rows.items()) if name in kept]
    if not went or not stands:
        return None
    return GoneAsked(kind=spec.kind, record=known.key, title=title_of(spec, known), went=went, stands=stands)


def _standing(parts: Parts, spec: KindSpec, name: str, row: SeenRow) -> StandingRow:
    endpoint = parts.endpoints[spec.kind][name]
    return StandingRow(
        endpoint=name,
        ref=row.ref,
        version=row.version,
        url=row.url,
        removable=spec.policy.endpoints[name].deletes and endpoint.capabilities.deletes,
        returns=isinstance(endpoint, BringsBack),
    )


def _named(parts: Parts, given: str) -> tuple[KindSpec, KnownRecord, GoneAsked]:
    """Return the question about a record, by its name or key. Raises `UnknownId` and `GoneRefusedError`."""
    kind, known = record_named(parts, given)
    spec = parts.mappings.kinds[kind]
    if not _is_asked(spec):
        raise GoneRefusedError(
            f"nobody is asked about a {kind}: mappings/ say deletes: {spec.policy.deletes.value}"
        )
    found = _question(parts, spec, known, answered(parts, kind) | _removed_by_us(parts, kind))
    if found is None:
        raise GoneRefusedError(_nothing_asked(parts, spec, known))
    return spec, known, found


def _nothing_asked(parts: Parts, spec: KindSpec, known: KnownRecord) -> str:
    title, spots = title_of(spec, known), set(known.unlinked.items())
    for one in parts.store.rulings(spec.kind) if known.rows else ():
        about = (str(one.endpoint), str(one.ref))
        if one.verdict is Verdict.STAYS and one.record == known.key and about in spots:
            return (
                f"{one.by} decided that the other rows of {title} stay; "
                f"to be asked again: syncbot matches forget {one.id}"
            )
    why = (
        "lost no row that somebody has to say anything about" if known.rows else "stands at no place any more"
    )
    return f"{title} {why}"


# -- the answers


def keep(parts: Parts, given: str) -> Kept:
    """Say that the other rows stay; that is not asked again until the row comes back.

    Raises `UnknownId`, `MatchRefusedError` where several records are called so, and `GoneRefusedError`.
    """
    _, _, asked = _named(parts, given)
    said = [
        ruling(parts, asked.kind, Verdict.STAYS, asked.record, spot, asked.title)
        for spot in asked.went.items()
    ]
    keep_rulings(parts, said)
    return Kept(asked=asked, decisions=[one.id for one in said])


def remove(parts: Parts, given: str, *, dry_run: bool = False) -> Removed:
    """Move the other rows of a record to the trash of their services, in a run that can be undone.

    Each place is looked at before: a row that came back, or that somebody changed since it was read, stops it all.
    `dry_run` looks as well, and writes nothing. Raises `UnknownId`, `MatchRefusedError` and `GoneRefusedError`; what
    an endpoint says where a row cannot be looked up.
    """
    spec, known, asked = _named(parts, given)
    _insist_on_removable(asked)
    insist_on_settled(parts, asked.kind, [asked.record])
    _insist_on_no_doubt(parts, known, asked)
    _insist_on_same(parts, spec, asked)
    if dry_run:
        return _came_to(asked, None, [], {})
    with running(parts, "remove", [spec]) as (run, reports):
        if _named(parts, asked.record)[2] != asked:
            raise GoneRefusedError(f"another run changed what is known of {asked.title}: look at it again")
        stopped = _trash(parts, spec, asked, run)
        removed = _came_to(asked, run, list(stopped), stopped)
        reports.append(_report(removed))
    return removed


def _insist_on_removable(asked: GoneAsked) -> None:
    for row in asked.stands:
        if not row.removable:
            raise GoneRefusedError(
                f"syncbot may not remove rows in {row.endpoint} (deletes: false in mappings/): remove it there by hand, "
                f"or say that it stays with syncbot gone keep {asked.record}"
            )


def _insist_on_no_doubt(parts: Parts, known: KnownRecord, asked: GoneAsked) -> None:
    """Refuse as long as a question about the record is open: one of its rows may be somebody's news."""
    for label, conflict in sorted(known.conflicts.items()):
        raise GoneRefusedError(
            f"{conflict} asks what is right of its {label}: answer that and run syncbot sync first"
        )
    if promised(parts, asked.kind, known.key):
        raise GoneRefusedError(f"the next sync links another row to {asked.title}: run syncbot sync first")
    for one in matches(parts):
        keys = {candidate.record for candidate in one.candidates}
        keys |= set() if isinstance(one.question, Proposal) else {str(row.linked) for row in one.rows}
        if one.kind == asked.kind and known.key in keys:
            raise GoneRefusedError(
                f"{one.id} asks whether a row in {one.endpoint} is this record: answer that first"
            )


def _insist_on_same(parts: Parts, spec: KindSpec, asked: GoneAsked) -> None:
    """Look every row up: those that went are still gone, the others as they were last read."""
    for name, ref in asked.went.items():
        if isinstance(parts.endpoints[spec.kind][name].get(ref, bound_at(parts, spec, name).schema), Row):
            raise GoneRefusedError(f"its row in {name} is back: run syncbot sync, which takes it up again")
    for row in asked.stands:
        schema = bound_at(parts, spec, row.endpoint).schema
        there = parts.endpoints[spec.kind][row.endpoint].get(row.ref, schema)
        if not isinstance(there, Row):
            raise GoneRefusedError(f"its row in {row.endpoint} went away as well: run syncbot sync first")
        if there.version != row.version:
            raise GoneRefusedError(
                f"its row in {row.endpoint} was changed since it was last read, so nothing is removed: "
                "run syncbot sync, and look at it again"
            )


def _trash(parts: Parts, spec: KindSpec, asked: GoneAsked, run: str) -> Mapping[str, EndpointError]:
    """Remove the rows, and return what went wrong; once one was changed after all, those that are left stay."""
    stopped: dict[str, EndpointError] = {}
    for row in asked.stands:
        if any(isinstance(error, VersionChanged) for error in stopped.values()):
            stopped[row.endpoint] = next(iter(stopped.values()))
            continue
        try:
            _remove_one(parts, spec, asked, row, run)
        except EndpointError as error:
            stopped[row.endpoint] = error
    return stopped


def _remove_one(parts: Parts, spec: KindSpec, asked: GoneAsked, row: StandingRow, run: str) -> None:
    change = RecordChange(kind=spec.kind, record=asked.record, unlinked={row.endpoint: row.ref})

    def worked() -> None:
        parts.lease.keep()
        parts.store.commit([change], run=run, at=parts.now())

    write = Delete(ref=row.ref, version=row.version)
    write_one(parts, spec, row.endpoint, write, record=asked.record, run=run, worked=worked)


def _came_to(
    asked: GoneAsked, run: str | None, left: Sequence[str], stopped: Mapping[str, EndpointError]
) -> Removed:
    return Removed(
        kind=asked.kind,
        record=asked.record,
        title=asked.title,
        run=run,
        trashed={row.endpoint: row.ref for row in asked.stands if row.endpoint not in left},
        stays={row.endpoint: row.ref for row in asked.stands if row.endpoint in left},
        stopped=stopped,
        by_hand=[row.endpoint for row in asked.stands if row.endpoint not in left and not row.returns],
    )


def _report(removed: Removed) -> KindReport:
    """Word it as the run's record has it."""
    return KindReport(
        kind=removed.kind,
        plan=Plan(kind=removed.kind),
        deleted=dict.fromkeys(removed.trashed, 1),
        failures=tuple(
            Failure(kind=removed.kind, endpoint=name, title=removed.title, message=error.detail, error=error)
            for name, error in removed.stopped.items()
        ),
    )


# -- the end of an answer


def let_go(parts: Parts, kinds: Sequence[str]) -> None:
    """Forget answers about rows that came back since: when one goes again, that is another question."""
    for one in parts.store.rulings():
        if one.verdict is Verdict.STAYS and one.kind in kinds and _is_linked(parts, one):
            parts.lease.keep()
            parts.store.unrule(one.id)


def _is_linked(parts: Parts, said: Ruling) -> bool:
    return bool(parts.store.keys_of(said.kind, str(said.endpoint), [str(said.ref)]))
