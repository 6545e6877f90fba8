"""Identity over time: which lines of which notes say one thing, so that an action carried on stays one action.

The threads of a group are worked out anew from all its lines, note by note in the order of the meetings; so it makes no
difference in which order the notes were read. A line joins the thread of an earlier note that says the same job, when
nothing else comes near; where two come near, nothing is joined and a person is asked. Two lines of one note are never
one thread: whoever found them has already joined what is one. What people decided goes before everything.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from .mention import ACTIONS, Followed, Mention, Ruled, Standing, Thread, Verdict, id_of
from .threads_alike import MARGIN, Likeness, likeness, may_be_alike, names, normal

CARRIED = timedelta(days=100)
"""How long after its last mention a line is still taken for the same job: a summer without meetings, and some weeks."""
MOST_CANDIDATES = 4


Position: TypeAlias = tuple[date, str]
"""Of a note among those of its group: the day of its meeting, and what lines call it."""


def position(note: str, day: date | None) -> Position:
    """Return where a note stands; undated notes come last."""
    return day or date.max, note


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was known of a group before."""

    threads: Mapping[str, str] = field(default_factory=dict)
    """Mention -> the thread that it was counted with."""
    opened: Collection[str] = frozenset()
    """Threads that are records: they stay so, whatever is asked about them later."""
    ruled: Mapping[str, Ruled] = field(default_factory=dict)
    """By mention: what people decided."""
    rejected: Collection[tuple[str, str]] = frozenset()
    """Strand and normal words of lines that people rejected in this group."""
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By thread: those that it was asked about."""
    since: "Position | None" = None
    """From this note on something is new, or was decided; None: everything is worked out anew."""


@dataclass(eq=False)
class _Strand:
    """A thread in the making."""

    mentions: list[Mention]
    last: date | None
    candidates: tuple["_Strand", ...] = ()
    id: str = ""
    jobs: tuple[str, ...] = ()
    """What its lines say, each wording once."""

    def add(self, line: Mention, day: date | None) -> None:
        """Go on with a line."""
        self.mentions.append(line)
        self.last = day
        self.jobs = tuple(dict.fromkeys((*self.jobs, *line.jobs)))

    @property
    def head(self) -> Mention:
        return self.mentions[0]

    @property
    def latest(self) -> Mention:
        return self.mentions[-1]


def follow(mentions: Sequence[Mention], days: Mapping[str, date | None], known: Known) -> Followed:
    """Sort the lines of one group into threads. `days`: by note, the day of its meeting; undated notes come last.

    What came of the notes before `Known.since` is taken as it was: later notes make no difference to it.
    """
    strands: list[_Strand] = []
    of: dict[str, _Strand] = {}
    same = _same_by_ruling(known.ruled)
    notes = _by_note(mentions)
    begun: dict[str, _Strand] = {}
    for note in sorted(notes, key=lambda one: position(one, days.get(one))):
        lines = sorted(notes[note], key=lambda one: (one.born, one.place, one.id))
        early = known.since is not None and position(note, days.get(note)) < known.since
        if early and all(line.id in known.threads for line in lines):
            for line in lines:
                of[line.id] = _as_before(line, days.get(note), known.threads[line.id], begun, strands)
            continue
        for line, strand in _sorted(lines, days.get(note), strands, of, known.ruled, same):
            of[line.id] = strand
    for thread, strand in begun.items():
        strand.candidates = tuple(begun[one] for one in known.asked.get(thread, ()) if one in begun)
    return _named(strands, of, known)


def _by_note(mentions: Sequence[Mention]) -> Mapping[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for one in mentions:
        found.setdefault(one.note, []).append(one)
    return found


def _as_before(
    line: Mention, day: date | None, thread: str, begun: dict[str, _Strand], strands: list[_Strand]
) -> _Strand:
    """Count a line with the thread that it was counted with."""
    if thread not in begun:
        begun[thread] = _Strand(mentions=[], last=day)
        strands.append(begun[thread])
    begun[thread].add(line, day)
    return begun[thread]


def _sorted(
    lines: Sequence[Mention],
    day: date | None,
    strands: list[_Strand],
    of: Mapping[str, _Strand],
    ruled: Mapping[str, Ruled],
    same: Mapping[str, Collection[str]],
) -> Iterator[tuple[Mention, _Strand]]:
    """Give each line of a note its thread; new ones are added to `strands`."""
    fixed = {one.id: found for one in lines if (found := _by_ruling(one, of, same))}
    taken = set(map(id, fixed.values()))
    alone = {one.id for one in lines if one.id in ruled and ruled[one.id].alone}
    open_lines = [one for one in lines if one.id not in fixed and one.id not in alone]
    near = [one for one in strands if id(one) not in taken and _in_reach(one, day)]
    pairs = _Pairs(open_lines, near)
    joined = pairs.joined()
    for line in lines:
        strand = fixed.get(line.id) or joined.get(line.id)
        if strand is None:
            strand = _Strand(mentions=[], last=day, candidates=pairs.rivals(line))
            strands.append(strand)
        strand.add(line, day)
        yield line, strand


def _same_by_ruling(ruled: Mapping[str, Ruled]) -> Mapping[str, Collection[str]]:
    """By line: the lines with which people said it is one, whichever of the two they spoke about."""
    same: dict[str, set[str]] = {}
    for line, said in ruled.items():
        if said.same_as is not None:
            same.setdefault(line, set()).add(said.same_as)
            same.setdefault(said.same_as, set()).add(line)
    return same


def _by_ruling(
    line: Mention, of: Mapping[str, _Strand], same: Mapping[str, Collection[str]]
) -> _Strand | None:
    return next((of[one] for one in sorted(same.get(line.id, ())) if one in of), None)


def _in_reach(strand: _Strand, day: date | None) -> bool:
    return day is None or strand.last is None or day - strand.last <= CARRIED


class _Pairs:
    """Which line of a note goes on with which thread."""

    def __init__(self, lines: Sequence[Mention], strands: Sequence[_Strand]) -> None:
        self._lines = {one.id: one for one in lines}
        self._strands = strands
        self._alike: dict[str, dict[int, Likeness]] = {
            line.id: {
                number: how
                for number, strand in enumerate(strands)
                if _may_go_on(line, strand) and (how := _how_alike(line, strand)).asked
            }
            for line in lines
        }
        self._joined: dict[str, int] = {}

    def joined(self) -> Mapping[str, _Strand]:
        """Return the threads that lines surely go on with; `rivals` then tells about the others."""
        self._say_the_same()
        while found := list(self._beyond_doubt()):
            self._joined.update(found)
        return {line: self._strands[number] for line, number in self._joined.items()}

    def rivals(self, line: Mention) -> tuple[_Strand, ...]:
        """Return the threads that a line may go on with, the likest first."""
        there = self._left(line.id) if line.id in self._alike else {}
        best = sorted(there, key=lambda number: (-there[number].score, number))
        return tuple(self._strands[number] for number in best[:MOST_CANDIDATES])

    def _say_the_same(self) -> None:
        """Pair lines that say the same words for the same people, one after the other."""
        waiting: dict[tuple[object, ...], list[int]] = {}
        for number, strand in enumerate(self._strands):
            waiting.setdefault(_signature(strand.latest), []).append(number)
        for line in self._lines.values():
            left = waiting.get(_signature(line), [])
            if there := [one for one in left if one in self._alike[line.id]]:
                left.remove(there[0])
                self._joined[line.id] = there[0]

    def _beyond_doubt(self) -> Iterator[tuple[str, int]]:
        """Yield the pairs of which neither side has another that comes near."""
        free = {line: left for line in self._lines if line not in self._joined and (left := self._left(line))}
        for line, left in free.items():
            number = max(left, key=lambda one: (left[one].score, -one))
            best = left[number]
            rivals = [how for one, how in left.items() if one != number]
            rivals += [other[number] for name, other in free.items() if name != line and number in other]
            if best.same and all(how.score <= best.score - MARGIN for how in rivals):
                yield line, number

    def _left(self, line: str) -> dict[int, Likeness]:
        taken = set(self._joined.values())
        return {number: how for number, how in self._alike[line].items() if number not in taken}


def _may_go_on(line: Mention, strand: _Strand) -> bool:
    """Actions are carried on; a decision is only said again where the note says so."""
    said = line.said
    if said.strand != strand.head.said.strand or not (said.strand == ACTIONS or said.prior):
        return False
    return may_be_alike(line.jobs, strand.jobs)


def _how_alike(line: Mention, strand: _Strand) -> Likeness:
    return likeness(line.jobs, line.said, strand.jobs, strand.latest.said, earlier=line.said.prior)


def _signature(line: Mention) -> tuple[object, ...]:
    return line.said.strand, normal(line.said.job(line.said.text)), names(line.said.owners)


def _named(strands: Sequence[_Strand], of: Mapping[str, _Strand], known: Known) -> Followed:
    """Give threads the ids that they had, new ones the id of their first line."""
    taken: set[str] = set()
    before = set(known.threads.values())
    for strand in strands:
        had = [known.threads[one.id] for one in strand.mentions if one.id in known.threads]
        strand.id = next((one for one in had if one not in taken), "")
        taken.add(strand.id)
    for strand in strands:
        if not strand.id:
            strand.id = _new_id(strand.head.id, taken | before)
            taken.add(strand.id)
    threads = [_thread(strand, known) for strand in strands]
    joined = {
        thread: of[mention].id
        for mention, thread in known.threads.items()
        if thread not in taken and mention in of
    }
    return Followed(threads=tuple(threads), joined=joined)


def _new_id(wanted: str, taken: Collection[str]) -> str:
    while wanted in taken:
        wanted = id_of((wanted,))
    return wanted


def _thread(strand: _Strand, known: Known) -> Thread:
    standing = _standing(strand, known)
    asked = tuple(one.id for one in strand.candidates) if standing is Standing.WAITING else ()
    return Thread(
        id=strand.id,
        strand=strand.head.said.strand,
        mentions=tuple(one.id for one in strand.mentions),
        standing=standing,
        candidates=asked,
    )


def _standing(strand: _Strand, known: Known) -> Standing:
    if strand.id in known.opened:
        return Standing.OPEN
    verdicts = {known.ruled[one.id].verdict for one in strand.mentions if one.id in known.ruled}
    if Verdict.REJECTED in verdicts:
        return Standing.REJECTED
    if Verdict.ACCEPTED in verdicts:
        return Standing.OPEN
    words = {(one.said.strand, normal(text)) for one in strand.mentions for text in one.wordings}
    if words & set(known.rejected):
        return Standing.REJECTED
    if not strand.candidates and any(one.said.sure for one in strand.mentions):
        return Standing.OPEN
    return Standing.DROPPED if all(one.gone for one in strand.mentions) else Standing.WAITING
