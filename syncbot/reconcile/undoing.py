"""Decide how what a run did to one record is taken back: the rules of docs/howto/undo.md.

The places that the run wrote go back to what they said before. Where the value had come from one edit, the place of
that edit goes back as well, because the next sync would carry it over again; what was written there is kept as a stray
edit. Where that leaves the places saying different things, a person is asked, and the field is held until then. What
somebody changed since is left alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from syncbot.model.values import UNKNOWN, Cell, Value

from .deeds import Deed, Move, Reach, Wrote
from .plan import (
    Agree,
    Conflict,
    DeleteRow,
    FieldChange,
    Finding,
    LeftAlone,
    RestoreRow,
    Side,
    StrayEdit,
    UpdateRow,
)
from .policy import FieldPolicy, KindPolicy
from .state import PERSON, SeenRow


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """How one record is taken back; the parts are those of a `Plan`."""

    actions: tuple[DeleteRow | UpdateRow, ...] = ()
    restores: tuple[RestoreRow, ...] = ()
    agrees: tuple[Agree, ...] = ()
    findings: tuple[Finding, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)


def undo_record(policy: KindPolicy, deed: Deed) -> Undoing:
    """Return what is written, agreed and asked to take back what the run did to one record."""
    rows = tuple(_rows(policy, deed))
    deletes = tuple(one for one in rows if isinstance(one, DeleteRow))
    trashed = {one.endpoint for one in deletes}
    turns = {label: _turn(policy, deed, label, trashed) for label in _labels(deed)}
    return Undoing(
        actions=(*deletes, *_updates(policy, deed, turns)),
        restores=tuple(one for one in rows if isinstance(one, RestoreRow)),
        agrees=tuple(turn.agree for turn in turns.values() if turn.agree),
        findings=(
            *(one for one in rows if isinstance(one, LeftAlone)),
            *(_left(policy, deed, name, None, why) for (name, _), why in sorted(deed.strange.items())),
            *(finding for turn in turns.values() for finding in turn.findings),
        ),
        ended={
            turn.agree.closes: f"{deed.run} was undone"
            for turn in turns.values()
            if turn.agree and turn.agree.closes
        },
    )


# -- rows that the run made or removed


def _rows(policy: KindPolicy, deed: Deed) -> Iterator[DeleteRow | RestoreRow | LeftAlone]:
    for name, wrote in sorted(deed.wrote.items()):
        row = deed.known.rows.get(name)
        if wrote.created and not wrote.deleted and row is not None and row.ref == (wrote.ref or row.ref):
            yield _unmade(policy, deed, name, row)
        elif wrote.restored and row is not None:
            yield _left(
                policy, deed, name, None, "the row was brought back; remove it by hand if it should go"
            )
        elif wrote.deleted and not wrote.created and row is None:
            yield _brought_back(policy, deed, name, wrote)


def _unmade(policy: KindPolicy, deed: Deed, name: str, row: SeenRow) -> DeleteRow | LeftAlone:
    """Trash a row that the run made, if it is as the run left it and another place has the record."""
    reason = _why_kept(policy, deed, name, row)
    if reason:
        return _left(policy, deed, name, None, reason)
    return DeleteRow(
        kind=policy.kind,
        record=deed.known.key,
        title=deed.title,
        endpoint=name,
        ref=row.ref,
        version=row.version,
        reason=f"{deed.run} had made it",
    )


def _why_kept(policy: KindPolicy, deed: Deed, name: str, row: SeenRow) -> str | None:
    if not _reach(deed, name).deletes:
        return "rows cannot be removed there"
    if not any(other not in deed.wrote or not deed.wrote[other].created for other in deed.known.rows):
        return "the row is the only one that is left of it"
    fields = [label for label, place in policy.fields.items() if name in place.places]
    left = deed.wrote[name].changes
    changed = [label for label in fields if row.values.get(label) != left.get(label, (None, None))[1]]
    if changed:
        return f"the row was changed since: {', '.join(changed)}"
    return None


def _brought_back(policy: KindPolicy, deed: Deed, name: str, wrote: Wrote) -> RestoreRow | LeftAlone:
    if wrote.ref is None or not _reach(deed, name).restores:
        reason = (
            "syncbot cannot take rows out of the trash there: restore it by hand, and the next sync knows it; "
            "`syncbot audit` lists what is still missing"
        )
        return _left(policy, deed, name, None, reason)
    return RestoreRow(
        kind=policy.kind,
        record=deed.known.key,
        title=deed.title,
        endpoint=name,
        ref=wrote.ref,
        reason=f"{deed.run} had removed it",
    )


# -- fields


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """What becomes of one field."""

    writes: Mapping[str, Value] = field(default_factory=dict)
    agree: Agree | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One field as it stands."""

    policy: KindPolicy
    deed: Deed
    place: FieldPolicy
    wrote: Mapping[str, tuple[Value, Value]]
    """By endpoint that has its row still: before and after."""
    said: Mapping[str, Cell]
    """By endpoint: what every place says now, without rows that are being trashed."""

    @property
    def others(self) -> list[str]:
        """The places that the run did not write, without those that only tell and told it nothing."""
        return [name for name in self.told if name not in self.wrote]

    @property
    def told(self) -> Mapping[str, Cell]:
        """What the places say, without those that go on saying an old word of which the run knew nothing."""
        return {name: cell for name, cell in self.said.items() if not self.is_silent(name)}

    def is_silent(self, name: str) -> bool:
        """Whether a place goes on saying its old word whatever becomes of the record, and the run was not about that."""
        endpoint = self.policy.endpoints.get(name)
        told_it = self.move is not None and self.move.source == name
        return endpoint is not None and endpoint.only_tells and not told_it

    @property
    def move(self) -> Move | None:
        """How the baseline moved."""
        return self.deed.moves.get(self.place.name)

    @property
    def question(self) -> str | None:
        """The id of the conflict that is open."""
        return self.deed.known.conflicts.get(self.place.name)


def _labels(deed: Deed) -> list[str]:
    """The fields that the run changed in rows that were there before it."""
    kept = [wrote for wrote in deed.wrote.values() if not wrote.created]
    return sorted({label for wrote in kept for label in wrote.changes})


def _turn(policy: KindPolicy, deed: Deed, label: str, trashed: set[str]) -> _Turn:
    place = policy.fields.get(label)
    if place is None:
        return _Turn(findings=(_left(policy, deed, "", label, "mappings/ no longer have this field"),))
    asked = _Asked(
        policy=policy,
        deed=deed,
        place=place,
        wrote={
            name: wrote.changes[label]
            for name, wrote in deed.wrote.items()
            if label in wrote.changes and name in deed.known.rows and not wrote.created
        },
        said={
            name: row.values.get(label, UNKNOWN)
            for name, row in sorted(deed.known.rows.items())
            if name in place.places and name not in trashed
        },
    )
    if all(asked.said.get(name) == before for name, (before, _) in asked.wrote.items()):
        return _Turn()  # it is as it was, or its rows went
    for name, reason in _obstacles(asked):
        return _Turn(findings=(_left(policy, deed, name, label, reason),))
    return _back_everywhere(asked) if _is_one_edit(asked) else _back_as_it_was(asked)


def _obstacles(asked: _Asked) -> Iterator[tuple[str, str]]:
    """Say why the field is left alone: each place and its reason."""
    question = asked.question
    if question is not None and question not in asked.deed.own_questions:
        yield "", f"{question} waits for an answer"
    expected = {value for both in asked.wrote.values() for value in both}
    expected |= {asked.move.after} if asked.move else set()
    for name, cell in asked.told.items():
        before, after = asked.wrote.get(name, (None, None))
        if cell is UNKNOWN:
            yield name, "it cannot be read there now"
        elif name in asked.wrote and cell not in (before, after):
            yield name, "it was changed there since"
        elif name not in asked.wrote and cell not in expected:
            yield name, "it was changed there since, and the next sync deals with that"
    for name in asked.wrote:
        if not _writable(asked, name):
            yield name, "it may not be written there now"


def _is_one_edit(asked: _Asked) -> bool:
    """Whether all places agreed on a value before, and one edit of it is all that the run carried over."""
    move = asked.move
    if move is None or move.before is None or move.source == PERSON or not asked.deed.met_before:
        return False
    alike = all(before == move.before for before, _ in asked.wrote.values())
    return alike and bool(asked.others) and all(_writable(asked, name) for name in asked.others)


def _back_everywhere(asked: _Asked) -> _Turn:
    """Bring every place back, also the one of the edit; what it says is kept."""
    assert asked.move is not None
    value = asked.move.before
    writes = {name: value for name, cell in asked.told.items() if cell != value}
    strays = tuple(_stray(asked, name, value) for name in asked.others if name in writes)
    return _Turn(writes=writes, agree=_agree(asked, value, writes), findings=strays)


def _back_as_it_was(asked: _Asked) -> _Turn:
    """Bring the places that were written back; ask a person where they then differ from the others."""
    target = {name: before for name, (before, _) in asked.wrote.items()}
    writes = {name: value for name, value in target.items() if asked.said[name] != value}
    after: dict[str, Value] = {
        name: cell for name, cell in {**asked.said, **target}.items() if cell is not UNKNOWN
    }
    if len(set(after.values())) == 1:
        return _Turn(writes=writes, agree=_agree(asked, next(iter(after.values())), writes))
    return _Turn(writes=writes, findings=(_question(asked, after),))


def _agree(asked: _Asked, value: Value, writes: Mapping[str, Value]) -> Agree:
    return Agree(
        kind=asked.policy.kind,
        record=asked.deed.known.key,
        field=asked.place.name,
        value=value,
        source=PERSON,
        after=frozenset(writes),
        closes=asked.question,
    )


def _stray(asked: _Asked, name: str, kept: Value) -> StrayEdit:
    row, cell = asked.deed.known.rows[name], asked.said[name]
    assert cell is not UNKNOWN
    return StrayEdit(
        kind=asked.policy.kind,
        record=asked.deed.known.key,
        title=asked.deed.title,
        field=asked.place.name,
        endpoint=name,
        home=PERSON,
        value=cell,
        kept=kept,
        edited_at=None if row.by_us else row.edited_at,
        edited_by=None if row.by_us else row.edited_by,
    )


def _question(asked: _Asked, after: Mapping[str, Value]) -> Conflict:
    rows = asked.deed.known.rows
    return Conflict(
        kind=asked.policy.kind,
        record=asked.deed.known.key,
        title=asked.deed.title,
        field=asked.place.name,
        base=asked.move.before if asked.move else None,
        sides={name: Side(value=value, url=rows[name].url) for name, value in after.items()},
        id=asked.question,
        held=f"put back by undoing {asked.deed.run}",
    )


# -- writing


def _updates(policy: KindPolicy, deed: Deed, turns: Mapping[str, _Turn]) -> Iterator[UpdateRow]:
    for name, row in sorted(deed.known.rows.items()):
        changes = tuple(
            FieldChange(
                field=label,
                before=None if (cell := row.values.get(label)) is UNKNOWN else cell,
                after=turn.writes[name],
                reason=f"{deed.run} is undone",
            )
            for label, turn in turns.items()
            if name in turn.writes
        )
        if changes:
            yield UpdateRow(
                kind=policy.kind,
                record=deed.known.key,
                title=deed.title,
                endpoint=name,
                ref=row.ref,
                version=row.version,
                changes=changes,
            )


def _writable(asked: _Asked, name: str) -> bool:
    endpoint = asked.policy.endpoints.get(name)
    allowed = asked.place.places.get(name, False) and endpoint is not None and endpoint.updates
    return allowed and asked.place.name not in _reach(asked.deed, name).faults


def _reach(deed: Deed, name: str) -> Reach:
    return deed.reach.get(name, Reach())


def _left(policy: KindPolicy, deed: Deed, endpoint: str, label: str | None, reason: str) -> LeftAlone:
    return LeftAlone(
        kind=policy.kind,
        record=deed.known.key,
        title=deed.title,
        endpoint=endpoint,
        field=label,
        reason=reason,
    )
