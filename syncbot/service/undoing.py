"""The verb `undo`: take back what a run did, field by field, as far as nobody went on from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from syncbot.endpoints.base import BringsBack
from syncbot.errors import EndpointError
from syncbot.mapping.binding import reads_alike
from syncbot.mapping.spec import KindSpec
from syncbot.reconcile.deeds import Deed, Move, Reach, Wrote, moves_of, out_of_the_trash, sorted_out
from syncbot.reconcile.plan import Plan, Refused
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import Case, KnownRecord, SeenRow
from syncbot.reconcile.undoing import Undoing, undo_record
from syncbot.store.base import Intent, IntentStatus, RecordChange, Run, Verdict

from .answering import run_named
from .applying import apply
from .claims import Claims
from .deciding import Prepared
from .gathering import Gathered, gather
from .links import StoredLinks, text_of
from .parts import Parts
from .report import Failure, KindReport, Report
from .running import Meter, planned_report, running, titles_for, unsettled
from .settling import settle


def plan_undo(parts: Parts, given: str) -> Report:
    """Say what undoing a run would do; nothing is written anywhere. Raises `UnknownId` with the nearest run."""
    undone, meter = run_named(parts, given), Meter(parts)
    links = StoredLinks(parts.store, parts.mappings)
    prepared = [_prepared(parts, spec, links, undone) for spec in _specs(parts, undone)]
    reports = [_with_unsettled(parts, undone, planned_report(parts, one)) for one in prepared]
    return meter.report(None, reports, titles_for(parts, links, reports))


def _with_unsettled(parts: Parts, undone: Run, report: KindReport) -> KindReport:
    """Say of which writes nobody knows whether they arrived: only a run may look, so no plan can name them."""
    unsettled = [one for one in _open(parts, undone) if one.kind == report.kind]
    if not unsettled:
        return report
    places = ", ".join(sorted({one.endpoint for one in unsettled}))
    note = (
        f"{places}: {len(unsettled)} more of what was sent is looked up first, and taken back if it arrived"
    )
    return replace(report, notes=(*report.notes, note))


def undo(parts: Parts, given: str, *, planned: Callable[[KindReport], None] = lambda _: None) -> Report:
    """Take back what a run did; `planned` hears what will be written of each kind before it is.

    It is a run itself and can be undone. Raises `UnknownId`, and `LeaseHeld` while another run is at work.
    """
    undone, meter = run_named(parts, given), Meter(parts)
    specs = _specs(parts, undone)
    links = StoredLinks(parts.store, parts.mappings)
    with running(parts, "undo", specs) as (run, reports):
        back = {
            spec.kind: _rows_back(parts, spec, links, undone, run, planned)
            for spec in reversed(specs)
            if spec.kind in _kinds_with(parts, undone, "delete")
        }
        for spec in specs:
            reports.append(_one_kind(parts, spec, links, undone, run, planned, back.get(spec.kind)))
    return meter.report(run, reports, titles_for(parts, links, reports))


def _specs(parts: Parts, undone: Run) -> Sequence[KindSpec]:
    """The kinds of a run, those that point at others first: what is pointed at goes last, and comes back first."""
    kinds = {intent.kind for intent in _sent(parts, undone)} or set(undone.kinds)
    return [spec for name, spec in reversed(list(parts.mappings.kinds.items())) if name in kinds]


def _kinds_with(parts: Parts, undone: Run, action: str) -> set[str]:
    return {intent.kind for intent in _sent(parts, undone) if intent.action == action}


def _rows_back(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    undone: Run,
    run: str,
    planned: Callable[[KindReport], None],
) -> KindReport | None:
    """Take the rows of one kind out of the trash; None where it cannot be told which, as `_one_kind` will say."""
    try:
        settle(parts, spec, links, run)
    except EndpointError:
        return None
    prepared = _prepared(parts, spec, links, undone)
    restores = prepared.plan.restores
    if not restores or prepared.plan.refused or prepared.gathering.failed:
        return None
    report = KindReport(kind=spec.kind, plan=Plan(kind=spec.kind, restores=restores))
    planned(report)
    return _restored(parts, prepared, links, run, report)


def _one_kind(
    parts: Parts,
    spec: KindSpec,
    links: StoredLinks,
    undone: Run,
    run: str,
    planned: Callable[[KindReport], None],
    back: KindReport | None,
) -> KindReport:
    """Write and remove what is to be; `back` says which rows were brought back before."""
    try:
        settle(parts, spec, links, run)
    except EndpointError as error:
        return unsettled(spec, error)
    prepared = _prepared(parts, spec, links, undone)
    prepared = replace(prepared, plan=replace(prepared.plan, restores=()))
    if back is None or not prepared.plan.empty:
        planned(planned_report(parts, prepared))
    report = apply(parts, prepared, links, run, again=True)
    if back is None:
        return report
    return replace(
        report,
        plan=replace(report.plan, restores=back.plan.restores),
        created=back.created,
        failures=(*back.failures, *report.failures),
    )


def _sent(parts: Parts, undone: Run) -> Sequence[Intent]:
    """What the run wrote, and what it may have written when it was cut off: that is looked up first."""
    return [
        intent
        for intent in parts.store.intents(run=undone.id)
        if intent.status is not IntentStatus.FAILED and intent.kind in parts.mappings.kinds
    ]


def _open(parts: Parts, undone: Run) -> Sequence[Intent]:
    return [intent for intent in _sent(parts, undone) if intent.status is IntentStatus.OPEN]


def _done(parts: Parts, undone: Run) -> Sequence[Intent]:
    return [intent for intent in _sent(parts, undone) if intent.status is IntentStatus.DONE]


# -- deciding


def _prepared(parts: Parts, spec: KindSpec, links: StoredLinks, undone: Run) -> Prepared:
    """Read what is new and decide. No cursor moves: what people edited meanwhile is for the next sync."""
    gathering = gather(parts, spec, links, full=False, describe=True, unguarded=True)
    sides = {name: replace(side, cursor=None, compared=False) for name, side in gathering.sides.items()}
    gathering = replace(gathering, sides=sides)
    if gathering.failed:
        return Prepared(spec=spec, gathering=gathering, cases=(), plan=Plan(kind=spec.kind))
    deeds = _deeds(parts, spec, sides, undone)
    cases = tuple(Case(record=one.known.key, known=one.known, seen={}) for one in deeds)
    refused = tuple(_refusals(parts, spec, sides))
    plan = _plan(spec, [undo_record(spec.policy, one) for one in deeds], refused)
    return Prepared(spec=spec, gathering=gathering, cases=cases, plan=plan)


def _plan(spec: KindSpec, parts: Sequence[Undoing], refused: tuple[Refused, ...]) -> Plan:
    return Plan(
        kind=spec.kind,
        actions=tuple(one for part in parts for one in part.actions),
        restores=tuple(one for part in parts for one in part.restores),
        agrees=tuple(one for part in parts for one in part.agrees),
        findings=tuple(one for part in parts for one in part.findings),
        refused=refused,
        records=len(parts),
        ended={key: why for part in parts for key, why in part.ended.items()},
    )


def _refusals(parts: Parts, spec: KindSpec, sides: Mapping[str, Gathered]) -> Iterable[Refused]:
    for name, side in sides.items():
        if not side.complete:
            reason = f"{name} did not give its last page, so nobody knows what was changed since"
            yield Refused(kind=spec.kind, endpoint=name, reason=reason, final=True)
        elif not reads_alike(side.bound, parts.store.binding(spec.kind, name)):
            reason = f"the columns in {name} changed since the last sync: run `syncbot sync --full` first"
            yield Refused(kind=spec.kind, endpoint=name, reason=reason, final=True)


def _deeds(parts: Parts, spec: KindSpec, sides: Mapping[str, Gathered], undone: Run) -> list[Deed]:
    wrote = _wrote(_done(parts, undone), spec.kind)
    known = parts.store.records(spec.kind, set(wrote)) if wrote else {}
    questions = frozenset(one.id for one in parts.store.conflicts() if one.run == undone.id)
    places = parts.endpoints[spec.kind]
    reach = {
        name: Reach(
            deletes=places[name].capabilities.deletes,
            restores=isinstance(places[name], BringsBack),
            faults=side.bound.faults,
        )
        for name, side in sides.items()
    }
    fresh = {name: _Fresh(side) for name, side in sides.items()}
    claims = Claims(parts, spec.kind)
    found = []
    for key, record in sorted(known.items()):
        mine, strange = sorted_out(record, wrote[key], _against(claims, record, wrote[key]))
        deed = Deed(
            run=undone.id,
            title=text_of(record, spec.policy.title_field) or key,
            known=_as_it_is(record, fresh),
            wrote=mine,
            strange=strange,
            own_questions=questions,
            reach=reach,
        )
        found.append(_with_history(parts, spec, undone, deed))
    return found


def _against(claims: Claims, record: KnownRecord, wrote: Sequence[tuple[str, Wrote]]) -> Mapping[Spot, str]:
    spots = {(name, one.ref) for name, one in wrote if one.ref is not None}
    told = {(name, ref): claims.against(record, name, ref) for name, ref in spots}
    return {spot: why for spot, why in told.items() if why is not None}


def _with_history(parts: Parts, spec: KindSpec, undone: Run, deed: Deed) -> Deed:
    key = deed.known.key
    lines = parts.store.history(spec.kind, key)
    moves = [
        (line.field, Move(before=line.before, after=line.after, source=line.source))
        for line in reversed(lines)
        if line.run == undone.id
    ]
    merged = any(
        (one.verdict, one.record) == (Verdict.MERGED, key) and one.at >= undone.started
        for one in parts.store.rulings(spec.kind)
    )
    return replace(
        deed,
        moves=moves_of(deed.known, moves, deed.wrote, run=undone.id, merged=merged),
        met_before=any(line.run != undone.id and line.at <= undone.started for line in lines),
    )


def _wrote(intents: Iterable[Intent], kind: str) -> Mapping[str, Sequence[tuple[str, Wrote]]]:
    """By record: everything that the run wrote, with its endpoint, oldest first."""
    found: dict[str, list[tuple[str, Wrote]]] = {}
    for intent in intents:
        if intent.kind == kind:
            wrote = Wrote(
                created=intent.action == "create",
                deleted=intent.action == "delete",
                restored=intent.action == "restore",
                ref=intent.ref,
                changes=intent.changes,
            )
            found.setdefault(intent.record, []).append((intent.endpoint, wrote))
    return found


class _Fresh:
    """What was read just now at one place, by ref."""

    def __init__(self, side: Gathered) -> None:
        self.rows = {row.ref: row for row in side.rows}
        self.gone = {one.ref for one in side.gone}


def _as_it_is(known: KnownRecord, fresh: Mapping[str, _Fresh]) -> KnownRecord:
    """Lay what was read just now over what is known."""
    rows: dict[str, SeenRow] = {
        name: fresh[name].rows.get(row.ref, row)
        for name, row in known.rows.items()
        if name in fresh and row.ref not in fresh[name].gone
    }
    return replace(known, rows=rows)


# -- bringing rows back


def _restored(
    parts: Parts, prepared: Prepared, links: StoredLinks, run: str, report: KindReport
) -> KindReport:
    """Take rows out of the trash, one by one, each with intent and outcome in the journal."""
    created, failures = dict(report.created), list(report.failures)
    for restore in prepared.plan.restores:
        intent = Intent(
            id=parts.new_id("write"),
            run=run,
            kind=restore.kind,
            record=restore.record,
            endpoint=restore.endpoint,
            action="restore",
            ref=restore.ref,
            changes={},
            at=parts.now(),
        )
        parts.lease.keep()
        parts.store.intend([intent])
        try:
            _bring_back(parts, prepared, links, intent)
        except EndpointError as error:
            parts.store.settle(intent.id, status=IntentStatus.FAILED, ref=intent.ref, note=error.detail)
            failures.append(_failure(restore.kind, restore.endpoint, restore.title, error))
        else:
            created[restore.endpoint] = created.get(restore.endpoint, 0) + 1
    return replace(report, created=created, failures=tuple(failures))


def _bring_back(parts: Parts, prepared: Prepared, links: StoredLinks, intent: Intent) -> None:
    endpoint = parts.endpoints[intent.kind][intent.endpoint]
    bound = prepared.gathering.sides[intent.endpoint].bound
    assert isinstance(endpoint, BringsBack) and intent.ref is not None
    row = endpoint.bring_back(intent.ref, bound.schema)
    links.learn_row(intent.kind, intent.endpoint, intent.record, row.ref)
    known = parts.store.records(intent.kind, [intent.record])[intent.record]
    change = RecordChange(
        kind=intent.kind,
        record=intent.record,
        rows={intent.endpoint: out_of_the_trash(bound.read(row, links), known)},
        again=True,
    )
    parts.lease.keep()
    parts.store.commit([change], run=intent.run, at=parts.now())
    parts.store.settle(intent.id, status=IntentStatus.DONE, ref=row.ref)


def _failure(kind: str, endpoint: str, title: str, error: EndpointError) -> Failure:
    return Failure(kind=kind, endpoint=endpoint, title=title, message=error.detail, error=error)
