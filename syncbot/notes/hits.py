"""What rules hand on to each other: a hit is a line that a rule took for an action or a decision."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from .crowd import Crowd
from .form import BlockKind, MarkKind
from .grammar import Grammar, List, Markers, Tongue
from .lines import Line
from .owners import Owners
from .shapes import Form

_WORDS = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BLANKS = re.compile(r"\[[^\[\]()]*\](?!\()|<[^<>]*>|_{3,}|…")
"""What a template leaves to be filled in."""
_LINK = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A part of a line that tells an action or a decision."""

    line: Line
    why: str
    """The rule, in words."""
    job: str
    start: int = 0
    """Where in the text of the line it is told."""
    end: int = 1_000_000
    owners: Sequence[str] = ()
    decision: bool = False
    sure: bool = True
    by_verb: bool = False
    """It was told by a form with a declared verb."""
    done: bool = False
    prior: bool = False
    also: Line | None = None
    """Another line that tells a part of it."""
    marked: bool = False
    """A marker tells it."""
    listed: bool = False
    """It stands in a list or table of actions, where what the body says may be said again."""
    when: str | None = None
    """The words for the day, where they stand apart from the job."""


Candidates: TypeAlias = tuple[Tongue, Mapping[str, Sequence[Form]], Sequence[int]]
"""A language, its forms that a sentence may fit by group, and where the clauses of the sentence begin."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One note being read: everything that rules may look at."""

    grammar: Grammar
    lines: Sequence[Line]
    tongues: Sequence[Tongue]
    """The languages of the note, the one that most of it is in first."""
    crowd: Crowd
    owners: Owners
    day: date | None
    markers: Markers
    """Of its languages."""
    sentences: dict[str, Sequence[Candidates]] = field(default_factory=dict)
    """What `candidates` returned, so that each sentence is looked at once."""
    marked: frozenset[int]
    """Lists of which some lines bear a box or a marker: the others are remarks."""

    def candidates(self, text: str) -> Sequence[Candidates]:
        """Return by language the forms that a sentence may fit, and where its clauses begin."""
        known = self.sentences.get(text)
        if known is None:
            words = frozenset(words_of(text))
            known = self.sentences[text] = [self._candidates(one, text, words) for one in self.tongues]
        return known

    def _candidates(self, tongue: Tongue, text: str, words: Iterable[str]) -> Candidates:
        forms = tongue.forms.candidates(words)
        return (tongue, forms, [match.end() for match in tongue.clauses.finditer(text)] if forms else ())

    def wishes(self, text: str) -> bool:
        """Whether a sentence is a wish or an opinion."""
        words = words_of(text)
        return any(not one.wishes.isdisjoint(words) and one.opinions.search(text) for one in self.tongues)

    def line_before(self, line: Line) -> Line | None:
        """Return the line before."""
        before = [one for one in self.lines if one.at < line.at]
        return before[-1] if before else None

    def bare(self, line: Line) -> bool:
        """Whether nothing is looked for in a line: attendance, programs, the day of the next meeting."""
        return (
            line.list is List.PEOPLE
            or line.block.kind is BlockKind.CODE
            or (line.block.checked is None and self._dates_meeting(line.text))
        )

    def _dates_meeting(self, text: str) -> bool:
        """Whether a line says when the next meeting is."""
        before = self.grammar.next_meeting.match(text)
        return before is not None and any(one.calendar.day.match(text, before.end()) for one in self.tongues)


@lru_cache(maxsize=4096)
def words_of(text: str) -> Sequence[str]:
    """Return the words of a text, folded."""
    return tuple(_WORDS.findall(text.casefold()))


def is_job(text: str, grammar: Grammar) -> bool:
    """Whether a text can be a job: it says something, and not that there is nothing."""
    plain = _LINK.sub(" ", _BLANKS.sub(" ", text))
    return _LETTERS.search(plain) is not None and not grammar.nothing.fullmatch(text.strip())


def is_link(line: Line) -> bool:
    """Whether a line is nothing but links."""
    linked = sum(mark.end - mark.start for mark in line.block.marks if mark.kind is MarkKind.LINK)
    rest = _LINK.sub("", line.text)
    return len(re.findall(r"[^\W\d_]{3,}", rest)) < (2 if rest != line.text else 1) or (
        linked > 0 and linked >= 0.9 * len(line.text)
    )


def tidy_job(text: str) -> str:
    """Return a job without signs around it."""
    return " ".join(text.split()).strip(" \t-–—:;,.>=→*_|")


def first(hits: Iterable[Hit]) -> list[Hit]:
    """Return the first hit as a list."""
    return [hit for hit, _ in zip(hits, range(1), strict=False)]
