"""What was found in notes and waits for a person: list it, accept it, reject it, word it better."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from syncbot.errors import UnknownId, UserError
from syncbot.notes.mention import Mention, Ruled, Standing, Verdict
from syncbot.notes.threads_alike import normal
from syncbot.store.notes import KeptNote, KeptThread, NoteRuling

from .answering import nearest_to
from .note_keeping import Keeper
from .note_names import Names, telling_kinds
from .note_sources import GROUP
from .note_texts import Telling, mention_of, ruled_of, ruling_text, telling_of
from .parts import Parts
from .ruling import holder_of

_SHORTEST = 4
"""Letters of a short id at least."""


class ReviewRefusedError(UserError):
    """Something found in notes with which that cannot be done."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a finding may be the same as."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Another note that says a finding too."""

    note: str
    """Its title."""
    day: date | None
    group: str | None
    url: str | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found in notes, as a person looks at it."""

    id: str
    """As short as it is unlike all others."""
    thread: str
    """The whole id: the ref of its row in what notes tell."""
    strand: str
    standing: str
    text: str
    owners: tuple[str, ...]
    due: date | None
    due_text: str | None
    words: str
    """The line, as it stands in the note."""
    note: str
    """The title of the note."""
    day: date | None
    group: str | None
    url: str | None
    why: str
    candidates: tuple[Candidate, ...] = ()
    also: tuple[Elsewhere, ...] = ()
    """The other notes that say it now, the latest first."""


@dataclass(frozen=True, kw_only=True)
class NoteStory:
    """One note: when it was read, and what was found in it."""

    source: str
    title: str
    day: date | None
    group: str | None
    read_at: datetime | None
    found: Mapping[str, int]
    """By strand: how many records it tells of."""
    waiting: int
    url: str | None
    failed: str | None
    oddities: tuple[str, ...]
    gone: bool


def review(parts: Parts, standing: Standing = Standing.WAITING) -> Sequence[Finding]:
    """The findings that wait for a person, or those that stand otherwise, by the day of their meeting."""
    desk = _Desk(parts)
    found = [desk.finding(one) for one in desk.threads.values() if one.standing == standing.value]
    return sorted(found, key=lambda one: (str(one.day or ""), one.note, one.id))


def accept(parts: Parts, given: Sequence[str], *, same_as: str | None = None) -> Sequence[Finding]:
    """Make records of findings; with `same_as` they are one with another. Raises `UnknownId`, `ReviewRefusedError`."""
    desk = _Desk(parts)
    target = desk.named(same_as) if same_as else None
    if target and target.id in {desk.named(one).id for one in given}:
        raise ReviewRefusedError(f"{same_as}: a finding is always the same as itself; name another one")
    other = desk.lines(target)[0] if target else None
    return desk.rule(given, Ruled(mention="", verdict=Verdict.ACCEPTED, same_as=other))


def reject(parts: Parts, given: Sequence[str]) -> Sequence[Finding]:
    """Say that findings are nothing to keep; the same words of the same group never come back."""
    return _Desk(parts).rule(given, Ruled(mention="", verdict=Verdict.REJECTED))


def edit(
    parts: Parts,
    given: str,
    *,
    text: str | None = None,
    owners: Sequence[str] | None = None,
    due: date | None = None,
) -> Sequence[Finding]:
    """Accept a finding in better words. Raises `UnknownId`, `ReviewRefusedError`."""
    if text is None and owners is None and due is None:
        raise ReviewRefusedError(f"{given}: say what is to be different: --text, --owner or --due")
    if text is not None and not text.strip():
        raise ReviewRefusedError(
            f"{given}: --text is empty; say what is to be done (to drop it: reject {given})"
        )
    people = None if owners is None else tuple(owners)
    said = Ruled(mention="", verdict=Verdict.ACCEPTED, text=text, owners=people, due=due)
    return _Desk(parts).rule([given], said)


def told_kinds(parts: Parts, findings: Sequence[Finding]) -> list[str]:
    """The kinds whose records follow from a decision."""
    kinds = telling_kinds(parts)
    return sorted({spec.kind for one in findings for spec, _ in kinds.get(one.strand, ())})


def notes(parts: Parts) -> Sequence[NoteStory]:
    """Every note that was ever read or tried, the latest meeting first."""
    store = parts.store
    counts: dict[tuple[str, str], dict[str, set[str]]] = {}
    threads = {one.id: one for one in store.note_threads()}
    for scope in sorted({one.scope for one in store.notes()}):
        for line in store.note_lines(scope):
            thread = threads.get(line.thread)
            if thread and not line.gone:
                word = thread.strand if thread.standing == Standing.OPEN.value else thread.standing
                counts.setdefault((line.source, line.ref), {}).setdefault(word, set()).add(thread.id)
    told = [_story(one, counts.get((one.source, one.ref), {})) for one in store.notes()]
    return sorted(told, key=lambda one: (str(one.day or ""), one.title), reverse=True)


def _story(note: KeptNote, found: Mapping[str, Collection[str]]) -> NoteStory:
    strands = {word: len(ones) for word, ones in found.items() if word not in set(Standing)}
    return NoteStory(
        source=note.source,
        title=note.title,
        day=note.day,
        group=note.facts.get(GROUP),
        read_at=note.read_at,
        found=strands,
        waiting=len(found.get(Standing.WAITING.value, ())),
        url=note.url,
        failed=note.failed,
        oddities=note.oddities,
        gone=note.gone,
    )


class _Desk:
    """Everything that was found, at hand."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        self.threads = {one.id: one for one in self._store.note_threads()}
        self._notes = {f"{one.source}/{one.ref}": one for one in self._store.notes()}
        self._short = dict(_shortened(sorted(self.threads)))
        self._lines: dict[str, dict[str, Mention]] = {}

    def finding(self, thread: KeptThread) -> Finding:
        """Say a thread for a person."""
        telling = telling_of(thread)
        told, note = telling.told, self._notes.get(telling.told.note)
        return Finding(
            id=self._short[thread.id],
            thread=thread.id,
            strand=thread.strand,
            standing=thread.standing,
            text=telling.name,
            owners=told.owners,
            due=told.due,
            due_text=told.due_text,
            words=told.words,
            note=note.title if note else told.note,
            day=note.day if note else None,
            group=note.facts.get(GROUP) if note else None,
            url=told.url or (note.url if note else None),
            why=told.why,
            candidates=tuple(self._candidates(telling)),
            also=tuple(self._elsewhere(thread.scope, telling)),
        )

    def _elsewhere(self, scope: str, telling: Telling) -> Iterator[Elsewhere]:
        lines = [self._line(scope, one) for one in reversed(telling.lines)]
        for name in dict.fromkeys(
            one.note for one in lines if not one.gone and one.note != telling.told.note
        ):
            note = self._notes.get(name)
            if note is not None:
                yield Elsewhere(note=note.title, day=note.day, group=note.facts.get(GROUP), url=note.url)

    def named(self, given: str) -> KeptThread:
        """Find a thread by its id or the beginning of it. Raises `UnknownId`."""
        found = [one for name, one in self.threads.items() if name.startswith(given.strip().casefold())]
        if len(found) != 1:
            waiting = [
                self._short[name]
                for name, one in self.threads.items()
                if one.standing == Standing.WAITING.value
            ]
            raise UnknownId(what="finding in notes", given=given, nearest=nearest_to(given, waiting))
        return found[0]

    def lines(self, thread: KeptThread) -> tuple[str, ...]:
        """The ids of a thread's lines."""
        return telling_of(thread).lines

    def rule(self, given: Sequence[str], decided: Ruled) -> Sequence[Finding]:
        """Keep a decision about each of these, all or none; `decided` says it about no line yet."""
        parts, chosen = self._parts, [self.named(one) for one in given]
        for one in chosen:
            _insist_on_sense(one, decided, self._short[one.id], kept=self._is_kept(one))
        if parts.noting is None:
            raise ReviewRefusedError("mappings/notes.yaml names no sources, so nothing is found in notes")
        with parts.lease.held(parts.store, holder_of(parts)):
            for scope in sorted({one.scope for one in chosen}):
                rulings = [
                    self._ruling(one, line, decided, first=number == 0)
                    for one in chosen
                    if one.scope == scope
                    for number, line in enumerate(self.lines(one))
                ]
                closed = {one.id for one in chosen if decided.verdict is Verdict.REJECTED}
                keeper = Keeper(store=self._store, names=Names(parts, parts.noting), now=parts.now())
                self._store.keep_notes(keeper.rule(scope, rulings, closed).change)
        after = _Desk(parts)
        return [after.finding(after.threads[one.id]) for one in chosen]

    def _ruling(self, thread: KeptThread, line: str, decided: Ruled, *, first: bool) -> NoteRuling:
        """Word a decision about one line of a thread; what was said better is said of the first alone."""
        asked = bool(telling_of(thread).candidates) and decided.same_as is None
        alone = first and asked and decided.verdict is Verdict.ACCEPTED
        said = self._added(replace(decided, mention=line, alone=alone)) if first else _bare(decided, line)
        return NoteRuling(
            id=self._parts.new_id("decision"),
            line=line,
            scope=thread.scope,
            strand=thread.strand,
            verdict=decided.verdict.value,
            words=normal(self._line(thread.scope, line).said.text),
            by=self._parts.user,
            at=self._parts.now(),
            text=ruling_text(said),
        )

    def _added(self, decided: Ruled) -> Ruled:
        """Leave what was said better before as it is, where this says nothing of it."""
        earlier = [one for one in self._store.note_rulings() if one.line == decided.mention]
        before = ruled_of(earlier[-1]) if earlier else None
        if before is None or before.verdict is not decided.verdict:
            return decided
        return replace(
            decided,
            same_as=decided.same_as or before.same_as,
            alone=decided.alone or (before.alone and not decided.same_as),
            text=decided.text or before.text,
            owners=before.owners if decided.owners is None else decided.owners,
            due=decided.due or before.due,
        )

    def _is_kept(self, thread: KeptThread) -> bool:
        """Whether a finding is a record by now, which only a sync makes it."""
        places = telling_kinds(self._parts).get(thread.strand, ())
        return any(
            self._parts.store.keys_of(spec.kind, name, [thread.id]).get(thread.id) for spec, name in places
        )

    def _line(self, scope: str, line: str) -> Mention:
        if scope not in self._lines:
            self._lines[scope] = {one.id: mention_of(one) for one in self._store.note_lines(scope)}
        return self._lines[scope][line]

    def _candidates(self, telling: Telling) -> Iterator[Candidate]:
        for one in telling.candidates:
            if one in self.threads:
                yield Candidate(id=self._short[one], name=telling_of(self.threads[one]).name)


def _shortened(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each id with as much of its beginning as no other one has; `ids` are sorted."""
    for number, one in enumerate(ids):
        near = [ids[at] for at in (number - 1, number + 1) if 0 <= at < len(ids)]
        most = max((_shared(one, other) for other in near), default=0)
        yield one, one[: max(_SHORTEST, most + 1)]


def _shared(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _bare(decided: Ruled, line: str) -> Ruled:
    return Ruled(mention=line, verdict=decided.verdict, same_as=decided.same_as)


def _insist_on_sense(thread: KeptThread, decided: Ruled, shown: str, *, kept: bool) -> None:
    """Refuse what would do nothing or the wrong thing. Raises `ReviewRefusedError`."""
    name = telling_of(thread).name
    accepted = decided.verdict is Verdict.ACCEPTED
    is_open = accepted and thread.standing == Standing.OPEN.value
    if is_open and kept:
        raise ReviewRefusedError(f"{shown} ({name}) is a record already: edit it where the record is kept")
    if is_open and decided == Ruled(mention="", verdict=Verdict.ACCEPTED):
        raise ReviewRefusedError(f"{shown} ({name}) is accepted already: the next sync makes it a record")
    if not accepted and thread.standing == Standing.REJECTED.value:
        raise ReviewRefusedError(f"{shown} ({name}) is rejected already")
