"""The Laws of syncing as checks of a soaked world; each raises AssertionError with what it saw."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncbot.endpoints.base import Delete
from syncbot.endpoints.memory import US
from syncbot.model.fields import SETS, FieldType
from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.reconcile.rulings import Spot
from syncbot.reconcile.state import PERSON, KnownRecord
from syncbot.service.links import StoredLinks
from syncbot.store.base import HistoryLine, IntentStatus
from tests.fakes.soak_identity import Identity
from tests.fakes.soak_people import People, Word
from tests.fakes.soak_world import KINDS, SoakWorld, plain


@dataclass(frozen=True, kw_only=True)
class Before:
    """What must be known from before a run to judge it."""

    heard: Mapping[tuple[str, str, str, str], Cell]
    """By kind, place, ref and column: what stood there."""
    lines: Mapping[str, int]
    """By record: how long its history was."""
    refs: Mapping[str, frozenset[tuple[str, str]]]
    """By record: the places and refs of its rows."""
    known: Mapping[str, Mapping[str, frozenset[Cell]]]
    """By record and field: what its rows were last known to say."""
    waiting: Mapping[tuple[str, str, str, str], Cell]
    """By kind, place, ref and column: what rows without a record were last known to say."""
    filled: frozenset[tuple[str, str, str, str]]
    """Kind, place, ref and column of what was last known to say something, whether it was read or is there."""
    asked: frozenset[tuple[str, str]]
    """By record and field: of what people were asked."""
    said: int
    """How much people had written."""
    versions: Mapping[tuple[str, str], int]
    """By record and place: at which version its row was last read or written."""
    aside: Mapping[tuple[str, Spot], str]
    """Rows that are to be left alone, and their versions."""
    written: Mapping[tuple[str, str], int]
    """By kind and place: how many writes there were."""


@dataclass(kw_only=True)
class Laws:
    """Judges a world after each run."""

    world: SoakWorld
    people: People
    answers: dict[tuple[str, str], set[Cell]] = field(default_factory=lambda: defaultdict(set))
    """By record and field: what people decided."""
    judged: dict[tuple[str, str], int] = field(default_factory=dict)
    """By kind and place: how many writes were looked at before."""

    @property
    def identity(self) -> Identity:
        """What must hold of decisions about rows."""
        return Identity(world=self.world, people=self.people)

    def answered(self, record: str, column: str, value: Value) -> None:
        """Take down what a person decided."""
        self.answers[record, column].add(plain(column, value))

    def before(self) -> Before:
        """Take down what a run is judged by."""
        world, links = self.world, self.world.links()
        return Before(
            heard={
                (kind, name, ref, one): world.meant(kind, name, one, kept.cells.get(one), links)
                for kind, name, place in world.all_places()
                for ref, kept in place.inner._rows.items()
                for one in self.people.columns(kind, name)
            },
            lines={
                key: len(world.store.history(kind, key))
                for kind in KINDS
                for key in world.store.records(kind)
            },
            refs=self._refs(),
            known={
                key: {
                    one: frozenset(
                        plain(one, cell)
                        for row in record.rows.values()
                        if (cell := row.values.get(one, UNKNOWN)) is not UNKNOWN
                    )
                    for one in world.spec(kind).policy.fields
                }
                for kind in KINDS
                for key, record in world.store.records(kind).items()
            },
            waiting={
                (kind, one.endpoint, one.row.ref, name): plain(name, cell)
                for kind in KINDS
                for one in world.store.waiting(kind)
                for name, cell in one.row.values.items()
                if cell is not UNKNOWN
            },
            filled=self._filled(),
            asked=frozenset((one.conflict.record, one.conflict.field) for one in world.store.conflicts()),
            said=len(self.people.said),
            versions={
                (key, name): int(row.version or 0)  # of one fresh out of the trash nothing was read
                for kind in KINDS
                for key, record in world.store.records(kind).items()
                for name, row in record.rows.items()
            },
            aside=self.identity.aside(),
            written={(kind, name): len(place.written) for kind, name, place in world.all_places()},
        )

    def _filled(self) -> frozenset[tuple[str, str, str, str]]:
        world = self.world
        linked = [
            (kind, name, row)
            for kind in KINDS
            for record in world.store.records(kind).values()
            for name, row in record.rows.items()
        ]
        waiting = [(kind, one.endpoint, one.row) for kind in KINDS for one in world.store.waiting(kind)]
        return frozenset(
            (kind, name, row.ref, label)
            for kind, name, row in (*linked, *waiting)
            for label, cell in row.values.items()
            if cell is not None
        )

    def _refs(self) -> dict[str, frozenset[tuple[str, str]]]:
        return {
            key: frozenset((name, row.ref) for name, row in record.rows.items())
            | frozenset(record.unlinked.items())
            for kind in KINDS
            for key, record in self.world.store.records(kind).items()
        }

    # -- after every run, also one that was killed

    def no_edit_disappears(self) -> None:
        """Law 3: what a person wrote stands where they wrote it, or was agreed since, or is kept for a person to see."""
        links = self.world.links()
        for cell, word in list(self.people.words.items()):
            kind, place, ref, column = cell
            now = self.world.places[kind][place].inner._rows[ref].cells.get(column)
            if now == word.value:
                continue
            reason = self._lost(word, now, links)
            assert reason is None, f"Law 3: {word} became {now!r}: {reason}"
            del self.people.words[cell]

    def _lost(self, word: Word, now: Value, links: StoredLinks) -> str | None:
        meant = self.world.meant(word.kind, word.place, word.column, word.value, links)
        after = self.world.meant(word.kind, word.place, word.column, now, links)
        if meant is UNKNOWN:
            return None if word.column == "lead" else "nobody could read it, and it was written over"
        if meant == after:
            return None
        record = self._record_of(word.kind, word.place, word.ref)
        if record is None:
            return "the row belongs to no record"
        since = self._agreed_since(word.kind, record, word.column, word.at)
        since |= self._sent_since(word, record) | self._agreed_now(word, record)
        kept = self._kept(record, word.column)
        if meant in since or meant in kept:
            return None
        before = self.world.meant(word.kind, word.place, word.column, word.before, links)
        met_anew = (
            before is UNKNOWN
            or word.cell[:3] in self.people.trashed
            or not (word.agreed and word.record == record)
        )
        if meant is None and met_anew:
            return None  # seen for the first time, or after nonsense, the trash or a merge: empty is filled
        if self._seen_by_who_came_after(word, record, meant, after, links):
            return None
        return self._merged(word, meant, after, since | kept)

    def _seen_by_who_came_after(
        self, word: Word, record: str, meant: Cell, after: Cell, links: StoredLinks
    ) -> bool:
        """Whether what stands there now was written elsewhere over the same word."""
        rows = self._refs()[record]
        return any(
            (one.place, one.ref) in rows
            and self.world.meant(one.kind, one.place, one.column, one.value, links) == after
            and self.world.meant(one.kind, one.place, one.column, one.before, links) == meant
            for one in self.people.said
            if (one.kind, one.column) == (word.kind, word.column) and one.at > word.at  # type: ignore[operator]
        )

    def _merged(self, word: Word, meant: Cell, after: Cell, others: set[Cell]) -> str | None:
        """Of sets and texts only what was added need be somewhere."""
        said = f"record has agreed on or keeps {others}"
        kind = self.world.spec(word.kind).policy.fields[word.column].type
        parts = _members if kind in SETS else _lines if kind is FieldType.LONG_TEXT else None
        if parts is None:
            return said
        added = parts(meant) - parts(word.before)
        there = parts(after).union(*(parts(one) for one in others))
        return None if added <= there else f"{added - there} is nowhere; {said}"

    def _record_of(self, kind: str, place: str, ref: str) -> str | None:
        for key, record in self.world.store.records(kind).items():
            mine = record.rows.get(place)
            if (mine is not None and mine.ref == ref) or record.unlinked.get(place) == ref:
                return key
        return None

    def _agreed_since(self, kind: str, record: str, column: str, at: object) -> set[Cell]:
        found: set[Cell] = set()
        for line in self.world.store.history(kind, record):
            if line.field == column:
                found.add(plain(column, line.after))
                if line.at <= at:  # type: ignore[operator]
                    break
                if line.before is not None:  # of merged records each had agreed on something
                    found.add(plain(column, line.before))
        return found

    def _agreed_now(self, word: Word, record: str) -> set[Cell]:
        """What is agreed; of a record that took in another it need not be what was agreed last."""
        agreed = self.world.store.records(word.kind)[record].agreed.get(word.column)
        return set() if agreed is None else {plain(word.column, agreed.value)}

    def _sent_since(self, word: Word, record: str) -> set[Cell]:
        """What was written elsewhere for this record, so that whoever came after saw it."""
        return {
            plain(word.column, intent.changes[word.column][1])
            for intent in self.world.store.intents(kind=word.kind)
            if intent.record == record
            and word.column in intent.changes
            and intent.endpoint != word.place
            and intent.at >= word.at  # type: ignore[operator]
            and intent.status is IntentStatus.DONE
        }

    def _kept(self, record: str, column: str) -> set[Cell]:
        found: set[Cell] = set()
        for one in self.world.store.conflicts(include_closed=True):
            if (one.conflict.record, one.conflict.field) == (record, column):
                found |= {plain(column, side.value) for side in one.conflict.sides.values()}
        for kept in self.world.store.strays(include_settled=True):
            if (kept.stray.record, kept.stray.field) == (record, column):
                found.add(plain(column, kept.stray.value))
        return found

    def no_duplicates(self) -> None:
        """Law 5: no record gets two rows at one place from us, and no row belongs to two records."""
        for kind, name, place in self.world.all_places():
            refs = list(self.world.store.refs(kind, name).values())
            assert len(refs) == len(set(refs)), f"Law 5: a row of two records at {name}: {refs}"
            people = self.people.made | self.people.rekeyed
            made = [
                (kept.key, ref)
                for ref, kept in place.inner._rows.items()
                if kept.reason is None
                and kept.key is not None
                and (kind, name, ref) not in people
                and (kind, name, ref, kept.key) not in self.people.let_go
            ]
            assert len(made) == len({key for key, _ in made}), f"Law 5: made twice at {name}: {made}"

    def nothing_is_deleted_unasked(self) -> None:
        """Law 6: a row is deleted only when a person deleted one of the same record elsewhere."""
        for kind, name, place in self.world.all_places():
            for write in place.written[self.judged.get((kind, name), 0) :]:
                if isinstance(write, Delete):
                    assert self._deleted_elsewhere(kind, name, write.ref), f"Law 6: {name} {write}"
            self.judged[kind, name] = len(place.written)

    def judge_no_deletes_so_far(self) -> None:
        """Rows that go because a run is taken back go because a person said so."""
        for kind, name, place in self.world.all_places():
            self.judged[kind, name] = len(place.written)

    def _deleted_elsewhere(self, kind: str, name: str, ref: str) -> bool:
        key = self._record_of(kind, name, ref)
        record = self.world.store.records(kind)[key] if key else None
        if record is None:
            return False
        refs = {one: row.ref for one, row in record.rows.items()} | dict(record.unlinked)
        rows = [self.world.places[kind][one].inner._rows[mine] for one, mine in refs.items() if one != name]
        return any(kept.reason is not None and kept.by != US for kept in rows)

    def own_writes_are_no_edits(self, before: Before) -> None:
        """Law 9: whatever became a baseline stood in a row or was decided; what is kept as an edit, a person wrote."""
        now = self._refs()
        for kind in KINDS:
            for key in self.world.store.records(kind):
                rows = now[key] | before.refs.get(key, frozenset())
                self._baselines_were_said(kind, key, rows, before)
        for kept in self.world.store.strays(include_settled=True):
            stray = kept.stray
            said = set[Cell]().union(
                *(self._said(stray.kind, name, stray.field) for name in self.world.places[stray.kind])
            )
            if stray.first_sight or not self._is_scalar(stray.kind, stray.field):
                continue  # of a row that is new or came back it is not said that somebody edited it
            assert plain(stray.field, stray.value) in said, f"Law 9: nobody wrote {stray}"

    def _baselines_were_said(
        self, kind: str, key: str, rows: frozenset[tuple[str, str]], before: Before
    ) -> None:
        history = self.world.store.history(kind, key)
        # Of other rows a reading may lag behind, and nobody can know; of these, not behind what was read before.
        met = before.refs.get(key, frozenset())
        for line in history[: len(history) - before.lines.get(key, 0)]:
            if not self._is_scalar(kind, line.field):
                continue
            cells = [(kind, name, ref, line.field) for name, ref in rows]
            heard = {told.get(cell, UNKNOWN) for cell in cells for told in (before.heard, before.waiting)}
            heard |= self.answers[key, line.field]
            heard |= before.known.get(key, {}).get(line.field, frozenset())
            links = self.world.links()
            heard |= {
                self.world.meant(kind, one.place, line.field, one.value, links)
                for number, one in enumerate(self.people.said)
                if one.cell in cells
                and (
                    number >= before.said
                    or (one.place, one.ref) not in met
                    or one.change > before.versions.get((key, one.place), one.change)
                )
            }
            assert plain(line.field, line.after) in heard, f"Law 9: nobody said {line}, heard {heard}"
            emptied = before.filled | {one.cell for one in self.people.said if one.value is None}
            if line.after is None and line.before is not None and not self._may_be_empty(line, before):
                assert emptied & set(cells), f"Law 9: nobody emptied {line}"

    def _may_be_empty(self, line: HistoryLine, before: Before) -> bool:
        """Whether a person was asked or answered, or the fact stands at a home which only people can fill."""
        field = self.world.spec(line.kind).policy.fields[line.field]
        asked = (line.record, line.field) in before.asked or None in self.answers[line.record, line.field]
        return asked or (field.home is not None and not field.places[field.home])

    def _said(self, kind: str, place: str, column: str) -> set[Cell]:
        if column not in self.world.spec(kind).endpoints[place].columns:
            return set()
        links = self.world.links()
        return {None} | {
            self.world.meant(kind, place, column, one.value, links)
            for one in self.people.said
            if (one.kind, one.place, one.column) == (kind, place, column)
        }

    def _is_scalar(self, kind: str, column: str) -> bool:
        policy = self.world.spec(kind).policy.fields[column]
        return policy.type not in SETS and policy.type not in (FieldType.LONG_TEXT, FieldType.RECORD)

    def everything_has_a_source(self) -> None:
        """Law 10: every baseline names its source, time and run, and its history is without gaps."""
        for kind in KINDS:
            for key, record in self.world.store.records(kind).items():
                self._complete(kind, key, record)

    def _complete(self, kind: str, key: str, record: KnownRecord) -> None:
        lines: dict[str, list[HistoryLine]] = defaultdict(list)
        merged = self.identity.merged_at(kind, key)
        for line in self.world.store.history(kind, key):
            lines[line.field].append(line)
        for name, agreed in record.agreed.items():
            assert agreed.source in (*self.world.places[kind], PERSON), f"Law 10: {agreed}"
            assert self.world.store.run(agreed.run)
            if merged is not None:
                # Up to then the lines of two records stand side by side.
                assert agreed.value is None or agreed.value in {line.after for line in lines[name]}
                lines[name] = [line for line in lines[name] if line.at > merged]
            newest = lines[name][0] if lines[name] else None
            if newest is None and merged is not None:
                continue
            assert newest is not None or agreed.value is None, f"Law 10: no history of {key} {name} {agreed}"
            if newest is not None:
                assert newest.after == agreed.value, f"Law 10: {newest} is not {agreed}"
            for later, earlier in zip(lines[name], lines[name][1:], strict=False):
                assert later.before == earlier.after, f"Law 10: a gap between {earlier} and {later}"


def _members(value: Cell) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _lines(value: Cell) -> frozenset[str]:
    return frozenset(value.split("\n")) if isinstance(value, str) else frozenset()
