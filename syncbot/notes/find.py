"""Finds the actions and decisions of a note by the declared habits; deterministic, and every finding says why."""

from collections.abc import Iterator, Sequence
from datetime import date

from .answers import answered
from .calendar import Reckoner, When
from .crowd import crowd_of
from .finding import Confidence, Found, FoundAction, FoundDecision, Place
from .form import Block, BlockKind, MarkKind, Note
from .grammar import Grammar, grammar_of, markers_of
from .habits import Habits
from .hits import Hit, Reading, tidy_job
from .labels import added, labelled
from .languages import is_foreign, tongues_of
from .lines import Line, read
from .lists import boxed, bracketed, coded, listed, pointed, settled
from .markers import marked
from .owners import Owners
from .same import Said, joined
from .sentences import told
from .tables import Table, rows, tables_of


def find(note: Note, habits: Habits) -> Found:
    """Return what a note says is to be done, and what it says was decided."""
    grammar = grammar_of(habits)
    if not grammar.tongues:
        return Found(day=note.day)
    lines = read(note, grammar)
    texts = [line.text for line in lines]
    tongues = tongues_of(texts, grammar)
    crowd = crowd_of(lines, grammar, note.people)
    reading = Reading(
        grammar=grammar,
        lines=lines,
        tongues=tongues,
        crowd=crowd,
        owners=Owners(grammar=grammar, crowd=crowd, tongues=tongues),
        day=note.day,
        markers=markers_of(habits, frozenset(one.language.code for one in tongues)),
        marked=_marked(lines, grammar),
    )
    said = joined(answered(_hits(reading), reading))
    teller = _Teller(note, reading)
    return Found(
        actions=[teller.action(one) for one in said if not one.hits[0].decision],
        decisions=[teller.decision(one) for one in said if one.hits[0].decision],
        day=note.day,
        language=tongues[0].language.code,
        oddities=[_foreign(grammar)] if is_foreign(texts, grammar) else (),
    )


def _foreign(grammar: Grammar) -> str:
    codes = ", ".join(grammar.tongues)
    return f"perhaps much, as its language is not among those declared: {codes}; docs/howto/habits.md says how to add one"


def _marked(lines: Sequence[Line], grammar: Grammar) -> frozenset[int]:
    """Return the lists of which lines bear a box or a marker."""
    return frozenset(
        line.section
        for line in lines
        if line.section >= 0 and (line.block.checked is not None or _bears_marker(line, grammar))
    )


def _bears_marker(line: Line, grammar: Grammar) -> bool:
    match = grammar.action.match(line.text)
    return match is not None and line.text[match.end() : match.end() + 1] == ":"


_PLAIN = (marked, settled, listed, coded, bracketed, pointed, told)
_BOXED = (marked, boxed)


def _hits(reading: Reading) -> list[Hit]:
    """Try the rules on every line; the first that fits tells it."""
    tables = tables_of(reading.lines, reading.grammar)
    hits: list[Hit] = []
    for line in reading.lines:
        if reading.bare(line) or not line.text.strip():
            continue
        fuller = added(hits[-1], line, reading) if hits else None
        if fuller is not None:
            hits[-1] = fuller
        else:
            hits += _of_line(line, reading, tables)
    return hits


def _of_line(line: Line, reading: Reading, tables: dict[int, Table]) -> Iterator[Hit]:
    if line.block.kind is BlockKind.ROW:
        yield from rows(line, tables.get(line.block.table or 0, Table()), reading)
        return
    if line.block.kind is BlockKind.HEADING:
        return
    with_labels = labelled(line, reading)
    if with_labels is not None:
        yield with_labels
        return
    for rule in _BOXED if line.block.checked is not None else _PLAIN:
        hits = list(rule(line, reading))
        yield from hits
        if hits:
            return


def _shown_day(hit: Hit) -> When | None:
    """Return the day that the source itself marks as one (a mention of a date)."""
    for mark in hit.line.block.marks:
        if mark.kind is MarkKind.DAY and hit.start <= mark.start < hit.end:
            try:
                day = date.fromisoformat(mark.value[:10])
            except ValueError:
                continue
            words = hit.line.block.text[mark.start : mark.end]
            return When(words=words or mark.value, day=day, start=mark.start, end=mark.end)
    return None


class _Teller:
    """Turns hits into findings."""

    def __init__(self, note: Note, reading: Reading) -> None:
        self._note, self._reading = note, reading
        self._reckoners = [
            Reckoner(calendar=one.calendar, language=one.language, meeting=reading.day)
            for one in reading.tongues
        ]

    def action(self, said: Said) -> FoundAction:
        """Tell an action."""
        hit = said.hits[0]
        owners = next((one.owners for one in said.hits if one.owners), ()) or self._mentioned(hit)
        anybody = self._reading.grammar.anybody
        when = self._when(said)
        job = self._bare(hit.job)
        return FoundAction(
            text=job or hit.line.text,
            places=self._places(said),
            owners=tuple(one for one in owners if not anybody.fullmatch(one)),
            due=when.day if when else None,
            due_text=when.words if when else None,
            done=any(one.done or self._is_done(one) for one in said.hits),
            prior=all(one.prior for one in said.hits),
            heading=self._heading(said),
            topics=self._topics(said),
            cities=self._cities(said),
            confidence=self._confidence(said),
            why=self._why(said),
        )

    def decision(self, said: Said) -> FoundDecision:
        """Tell a decision."""
        hit = said.hits[0]
        procedural = any(one.procedural.search(hit.job) for one in self._reading.tongues)
        return FoundDecision(
            text=hit.job or hit.line.text,
            places=self._places(said),
            heading=self._heading(said),
            topics=self._topics(said),
            cities=self._cities(said),
            procedural=procedural,
            prior=all(one.prior for one in said.hits),
            confidence=self._confidence(said),
            why=self._why(said),
        )

    def _places(self, said: Said) -> tuple[Place, ...]:
        places = [at for hit in said.hits for at in hit.line.blocks(hit.start, hit.end)]
        places += [hit.also.at for hit in said.hits if hit.also is not None]
        return tuple(self._place(self._note.blocks[at]) for at in dict.fromkeys(places))

    def _place(self, block: Block) -> Place:
        return Place(address=block.address, words=block.text, url=block.url)

    def _is_done(self, hit: Hit) -> bool:
        if hit.line.block.checked is not None:
            return hit.line.block.checked
        text, grammar = hit.line.text, self._reading.grammar
        done = grammar.ends_done.search(text) or grammar.done_aside.search(text)
        return hit.line.struck or done is not None

    def _bare(self, job: str) -> str:
        """Return a job without its state and its day, where they stand at its end."""
        state = self._reading.grammar.ends_done.search(job)
        left = job[: state.start()] if state and state.start() else job
        return tidy_job(self._reading.owners.undated(left)) or tidy_job(job) or job

    def _mentioned(self, hit: Hit) -> tuple[str, ...]:
        """Return who is mentioned in a job that is known to be one."""
        if not (hit.listed or hit.marked or hit.line.block.checked is not None):
            return ()
        marks = (mark for mark in hit.line.block.marks if mark.kind is MarkKind.PERSON)
        names = (hit.line.block.text[mark.start : mark.end].lstrip("@").strip() for mark in marks)
        return tuple(dict.fromkeys(name for name in names if name))

    def _when(self, said: Said) -> When | None:
        for hit in said.hits:
            shown = _shown_day(hit)
            if shown is not None:
                return shown
            text = hit.when if hit.when is not None else hit.line.text[hit.start : hit.end]
            found = self._said_when(text.strip(), cell=hit.when is not None) or self._day_last(hit)
            if found is not None:
                return found
        return None

    def _day_last(self, hit: Hit) -> When | None:
        """Return the day at the end of a job that is known to be one: "Send it (3 May)"."""
        if not (hit.listed or hit.marked or hit.line.block.checked is not None):
            return None
        ends = (reckoner.last(hit.line.text) for reckoner in self._reckoners)
        return next((when for when in ends if when is not None), None)

    def _said_when(self, text: str, *, cell: bool) -> When | None:
        for reckoner in self._reckoners:
            found = reckoner.alone(text) if cell else reckoner.due(text)
            if found is not None:
                return found
        return None

    def _heading(self, said: Said) -> str | None:
        for hit in said.hits:
            if hit.line.list is None and hit.line.title:
                return hit.line.title
        return said.hits[0].line.title

    def _topics(self, said: Said) -> tuple[str, ...]:
        text = " ".join([said.hits[0].line.text, self._heading(said) or ""])
        if self._reading.grammar.any_topic.search(text) is None:
            return ()
        return tuple(name for name, pattern in self._reading.grammar.topics if pattern.search(text))

    def _cities(self, said: Said) -> tuple[str, ...]:
        text = " ".join([said.hits[0].line.text, self._heading(said) or ""])
        return tuple(dict.fromkeys(match[0] for match in self._reading.grammar.cities.finditer(text)))

    def _confidence(self, said: Said) -> Confidence:
        return Confidence.HIGH if any(hit.sure for hit in said.hits) else Confidence.LOW

    def _why(self, said: Said) -> str:
        return "; said again: ".join(dict.fromkeys(hit.why for hit in said.hits))
