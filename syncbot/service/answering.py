"""The verbs about what a person decides or asks: conflicts, their answers, and where a value came from."""

import difflib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import tzinfo

from syncbot.errors import Problem, UnknownId, UserError
from syncbot.mapping.checks import complaint
from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import SETS
from syncbot.model.record import FieldInfo
from syncbot.model.values import Value
from syncbot.model.wording import EMPTY, parse
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import HistoryLine, OpenConflict, Ruling, Run
from syncbot.store.notes import NoteMove

from .lease import Holder
from .links import StoredLinks, text_of
from .note_texts import telling_of
from .parts import Parts


class AnswerRefusedError(UserError):
    """An answer that does not fit the question."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, kw_only=True)
class FieldStory:
    """One field of a record: what it is and where that came from."""

    field: str
    value: Value
    home: str | None
    """None = shared."""
    source: str
    at: str
    run: str


@dataclass(frozen=True, kw_only=True)
class RecordStory:
    """Everything that can be said about where a record's values came from."""

    kind: str
    record: str
    title: str
    places: Mapping[str, str]
    """Endpoint -> web address or ref of its row."""
    refs: Mapping[str, str]
    """Endpoint -> ref of its row."""
    fields: Sequence[FieldStory]
    waiting: Sequence[OpenConflict]
    changes: Sequence[HistoryLine]
    decisions: Sequence[Ruling] = ()
    """What people decided about which rows it has."""
    noted: Sequence[NoteMove] = ()
    """What happened to its lines in notes, oldest first."""


def conflicts(parts: Parts) -> Sequence[OpenConflict]:
    """The conflicts that wait."""
    return parts.store.conflicts()


def show_conflict(parts: Parts, given: str) -> OpenConflict:
    """One conflict. Raises `UnknownId` with the nearest id that there is."""
    known = [one.id for one in parts.store.conflicts(include_closed=True)]
    if given not in known:
        raise UnknownId(what="conflict", given=given, nearest=nearest_to(given, known))
    return parts.store.conflict(given)


def resolve(parts: Parts, given: str, take: str) -> OpenConflict:
    """Keep a person's answer: the name of a place whose value is right, or a value; return the question with it.

    A second answer waits for no run that may be carrying out the first, and would be closed with it: `LeaseHeld` is
    raised then. Raises `UnknownId`, and `AnswerRefusedError` for a value that the field cannot hold.
    """
    waiting = show_conflict(parts, given)
    value = _answer(parts, waiting, take)
    _insist_that_it_can_stand(parts, waiting, value, take)
    holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
    with parts.lease.held(parts.store, holder) if waiting.answered_at else nullcontext():
        parts.store.answer_conflict(waiting.id, value=value, by=parts.user, at=parts.now())
    return parts.store.conflict(waiting.id)


def _insist_that_it_can_stand(parts: Parts, waiting: OpenConflict, value: Value, take: str) -> None:
    """Refuse what the home would overrule at once: it says something else, and is not ours to write."""
    spec, asked = parts.mappings.kinds.get(waiting.conflict.kind), waiting.conflict
    field = spec.policy.fields.get(asked.field) if spec else None
    home = field.home if field else None
    if field is None or home is None or field.places.get(home) or home not in asked.sides:
        return
    assert spec is not None
    if asked.sides[home].value != value and not spec.policy.endpoints[home].only_tells:
        raise _refused(
            take, f"{home}, the home of {asked.field}, which syncbot may not write: change it there"
        )


def _refused(take: str, expected: str) -> AnswerRefusedError:
    return AnswerRefusedError(Problem(place=f"--take {take}", expected=expected, found=repr(take)))


def _answer(parts: Parts, waiting: OpenConflict, take: str) -> Value:
    asked, sides = waiting.conflict, waiting.conflict.sides
    spec = parts.mappings.kinds.get(asked.kind)
    if spec is None or asked.field not in spec.policy.fields:
        raise _refused(take, f"a question about what mappings/ still have, not {asked.field} of {asked.kind}")
    place = next((name for name in sides if name.casefold() == take.casefold()), None)
    if place is not None:
        if why := complaint(spec.model, asked.field, sides[place].value):
            raise _refused(take, f"a value that fits {asked.field} as it is declared now; {place}'s {why}")
        return sides[place].value
    value = _typed(parts, spec, asked.field, list(sides), take)
    if why := complaint(spec.model, asked.field, value):
        raise _refused(take, f"a value that fits {asked.field}; this one {why}")
    return value


def _typed(parts: Parts, spec: KindSpec, field: str, sides: Sequence[str], take: str) -> Value:
    info = spec.model.fields()[field]
    try:
        return _in_words(parts, info, spec.zone, take)
    except ValueError as error:
        problem = Problem(
            place=f"--take {take}",
            expected=f"{' or '.join(sides)}, or {error}",
            found=repr(take),
            nearest=nearest_to(take, [*sides, *info.choices]),
        )
        raise AnswerRefusedError(problem) from None


def _in_words(parts: Parts, info: FieldInfo, midnight: tzinfo, text: str) -> Value:
    """Parse what a person typed; a record is named by its title. A day begins as in the kind's mapping."""
    if info.target is None or text.strip() in ("", EMPTY):
        return parse(info, text, parts.zone, midnight)
    titles = StoredLinks(parts.store, parts.mappings).titles(info.target)
    whole = {title.casefold() for title in titles.values()}
    if info.type in SETS and text.strip().casefold() not in whole:
        return frozenset(_named(titles, one, info.target) for one in text.split(",") if one.strip()) or None
    return parse(info, _named(titles, text, info.target))


def _named(titles: Mapping[str, str], text: str, kind: str) -> str:
    found = [key for key, title in titles.items() if title.casefold() == text.strip().casefold()]
    if len(found) != 1:
        raise ValueError(f"the name of one {kind}")
    return found[0]


def runs(parts: Parts, limit: int = 20) -> Sequence[Run]:
    """The last runs, newest first."""
    return parts.store.runs(limit)


def run_named(parts: Parts, given: str) -> Run:
    """One run. Raises `UnknownId` with the nearest id that there is."""
    return parts.store.run(given)


def story(parts: Parts, given: str) -> RecordStory:
    """Say where each value of a record came from; `given` is its key or what people call it.

    Raises `UnknownId` with the nearest name.
    """
    titles: dict[str, str] = {}
    for kind, spec in parts.mappings.kinds.items():
        records = parts.store.records(kind)
        for key, record in records.items():
            names = _names(record, spec.policy.title_field)
            if given == key or given.casefold() in {name.casefold() for name in names}:
                return _story(parts, kind, key, record)
            titles |= dict.fromkeys(names, key)
    raise UnknownId(what="record", given=given, nearest=nearest_to(given, list(titles)))


def _names(record: KnownRecord, field: str) -> set[str]:
    """Every name that a record has anywhere, as agreed first."""
    seen = {row.values.get(field) for row in record.rows.values()} | {text_of(record, field)}
    return {name for name in seen if isinstance(name, str)}


def _story(parts: Parts, kind: str, key: str, record: KnownRecord) -> RecordStory:
    policy = parts.mappings.kinds[kind].policy
    return RecordStory(
        kind=kind,
        record=key,
        title=text_of(record, policy.title_field) or key,
        places={name: row.url or row.ref for name, row in sorted(record.rows.items())},
        refs={name: row.ref for name, row in sorted(record.rows.items())},
        fields=[
            FieldStory(
                field=name,
                value=record.agreed[name].value,
                home=field.home,
                source=record.agreed[name].source,
                at=record.agreed[name].at.isoformat(timespec="seconds"),
                run=record.agreed[name].run,
            )
            for name, field in policy.fields.items()
            if name in record.agreed
        ],
        waiting=[one for one in parts.store.conflicts() if one.conflict.record == key],
        changes=parts.store.history(kind, key),
        decisions=_decisions(parts, kind, record),
        noted=_noted(parts, kind, record),
    )


def _noted(parts: Parts, kind: str, record: KnownRecord) -> Sequence[NoteMove]:
    places = parts.mappings.kinds[kind].endpoints
    told = {
        row.ref for name, row in record.rows.items() if name in places and places[name].service == "notes"
    }
    if not told:
        return ()
    lines = [
        line
        for one in parts.store.note_threads()
        if one.id in told or telling_of(one).joined in told
        for line in telling_of(one).lines
    ]
    return parts.store.note_moves(lines)


def _decisions(parts: Parts, kind: str, record: KnownRecord) -> list[Ruling]:
    spots = {(name, row.ref) for name, row in record.rows.items()}
    return [
        one
        for one in parts.store.rulings(kind)
        if one.record == record.key or not spots.isdisjoint({(one.endpoint, one.ref), one.other})
    ]


def nearest_to(given: str, known: Sequence[str]) -> str | None:
    """Return what is there and is spelled most like what was given."""
    found = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    return found[0] if found else None
