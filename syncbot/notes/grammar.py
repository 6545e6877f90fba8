"""The habits made ready for reading: every pattern is made once for all notes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .calendar import Calendar, calendar_of
from .habits import Habits, Language
from .index import Index
from .shapes import NO, Gaps, clause_starts, either, fold, form, people, whole

GROUPS_OF_FORMS = (
    "promises",
    "pledges",
    "asks",
    "duties",
    "mine",
    "passives",
    "hints",
    "decided",
    "perhaps_decided",
)


class List(StrEnum):
    """What the title of a list says of the lines below it."""

    ACTIONS = "actions"
    REVIEW = "review"
    """Actions of earlier meetings."""
    DECISIONS = "decisions"
    PEOPLE = "people"
    PASSED = "passed over"


class Column(StrEnum):
    """What the head of a table says of a column."""

    TASK = "task"
    OWNER = "owner"
    DUE = "due"
    STATUS = "status"
    DECISION = "decision"


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """One language made ready."""

    language: Language
    forms: Index
    group: re.Pattern[str]
    """A whole text that is a group or a role."""
    names: re.Pattern[str]
    """A whole text that is one or more people."""
    leading: re.Pattern[str]
    """People at the start of a text."""
    speaker: re.Pattern[str]
    opinions: re.Pattern[str]
    wishes: frozenset[str]
    """The first words of opinions: a sentence without any of them is none."""
    others: re.Pattern[str]
    undecided: re.Pattern[str]
    proposed: re.Pattern[str]
    """A word before a decision marker that makes it a proposal."""
    procedural: re.Pattern[str]
    link: re.Pattern[str]
    joint: re.Pattern[str]
    """What parts two clauses of which each gives something to somebody."""
    clauses: re.Pattern[str]
    """What stands before the beginning of a clause."""
    verbs: re.Pattern[str]
    """A text that begins with a verb of a job."""
    verb_last: re.Pattern[str]
    """A text that ends with a verb of a job, in languages in which it stands there."""
    does: re.Pattern[str]
    """A text that begins with a verb of somebody who does it."""
    calendar: Calendar


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """All habits made ready."""

    habits: Habits
    tongues: Mapping[str, Tongue]
    common: Mapping[str, frozenset[str]]
    """Frequent word -> the languages that it is of."""
    action: re.Pattern[str]
    """An action marker, as a whole word."""
    decision: re.Pattern[str]
    earlier: re.Pattern[str]
    anybody: re.Pattern[str]
    nobody: re.Pattern[str]
    """A word with a capital that is nobody's name."""
    nothing: re.Pattern[str]
    """A text that says that there is nothing."""
    done: re.Pattern[str]
    """A whole text that says done."""
    open: re.Pattern[str]
    ends_done: re.Pattern[str]
    """Done, at the end or the start of a job."""
    done_aside: re.Pattern[str]
    """Done, after a name in brackets at the end."""
    state_last: re.Pattern[str]
    """Done or not, after a name: "Anna, done"."""
    lists: Sequence[tuple[List, re.Pattern[str]]]
    columns: Sequence[tuple[Column, re.Pattern[str]]]
    owner_label: re.Pattern[str]
    """A label and after it people, at the end of a job or on a line of its own."""
    due_label: re.Pattern[str]
    begins_label: re.Pattern[str]
    """A line that begins with a label."""
    marker_words: frozenset[str]
    """First words of all markers."""
    to: re.Pattern[str]
    """Words between a marker and people."""
    next_meeting: re.Pattern[str]
    """What stands before the day of the next meeting."""
    until_next: re.Pattern[str]
    """What follows the title of a list: until the next meeting."""
    titles: re.Pattern[str]
    any_topic: re.Pattern[str]
    topics: Sequence[tuple[str, re.Pattern[str]]]
    cities: re.Pattern[str]
    acquainted: frozenset[str]
    """Names and first names of people who are known beside those that a note tells, folded."""


@dataclass(frozen=True, kw_only=True)
class Markers:
    """The markers of some languages."""

    action: re.Pattern[str]
    decision: re.Pattern[str]
    words: frozenset[str]
    """First words of all markers: a line without any of them has no marker."""


@lru_cache(maxsize=64)
def markers_of(habits: Habits, codes: frozenset[str]) -> Markers:
    """Return the markers of some languages, and of the first one declared, whose markers are used everywhere."""
    languages = [one for number, one in enumerate(habits.languages) if number == 0 or one.code in codes]
    action, decision = _all(languages, "action"), _all(languages, "decision")
    return Markers(
        action=whole(action),
        decision=whole(decision),
        words=frozenset(first for one in [*action, *decision] for first in _first(one)),
    )


@lru_cache(maxsize=8)
def grammar_of(habits: Habits) -> Grammar:
    """Make habits ready."""
    languages = habits.languages
    action, decision = _all(languages, "action"), _all(languages, "decision")
    return Grammar(
        habits=habits,
        tongues={one.code: _tongue(one) for one in languages},
        common=_common(languages),
        action=whole(action),
        decision=whole(decision),
        earlier=whole(_all(languages, "earlier")),
        anybody=re.compile(either(_all(languages, "anybody")), re.IGNORECASE),
        nobody=re.compile(either(_all(languages, "not_people") + _all(languages, "common")), re.IGNORECASE),
        nothing=re.compile(
            rf"\W*{either(_all(languages, 'nothing'))}\W*(?:$|\s[-–—(:].*|[.,;].*)", re.IGNORECASE
        ),
        done=re.compile(rf"\W*{either(_all(languages, 'done'))}(?!\w).*", re.IGNORECASE),
        open=re.compile(rf"\W*{either(_all(languages, 'open'))}\W*", re.IGNORECASE),
        ends_done=_ends(_all(languages, "done"), decision),
        done_aside=re.compile(rf"[,;]\s*{either(_all(languages, 'done'))}\s*[)\]]\W*$", re.IGNORECASE),
        state_last=_state_last(_all(languages, "done") + _all(languages, "open")),
        lists=_lists(languages),
        columns=_columns(languages),
        owner_label=_label(_all(languages, "owner_labels")),
        due_label=_label(_all(languages, "due_labels")),
        begins_label=re.compile(
            rf"\W*{either(_all(languages, 'owner_labels') + _all(languages, 'due_labels'))}\s*[:=]",
            re.IGNORECASE,
        ),
        marker_words=frozenset(first for one in [*action, *decision] for first in _first(one)),
        to=re.compile(rf"{either(_all(languages, 'to'))}\s+", re.IGNORECASE),
        next_meeting=re.compile(
            rf"\W*(?:\w+\s+(?:of|der|des|de|du|van)\s+)?(?:\w{{2,4}}\s+)?{either(_all(languages, 'next'))}\s+\w+"
            r"(?:\s+\w+)?\s*(?:[:–—-]|\s(?:am|on|le|op|el)(?!\w)|\s(?:is|ist|est|es)(?!\w))\W*",
            re.IGNORECASE,
        ),
        until_next=re.compile(
            rf"\s+{either(_all(languages, 'to') + _all(languages, 'by'))}\s+(?:\w{{1,3}}\s+)?"
            rf"{either(_all(languages, 'next'))}\s+\w+\W*$",
            re.IGNORECASE,
        ),
        titles=re.compile(rf"^{either(_all(languages, 'titles'))}(?:\.?\s+|(?<=\.)\s*)", re.IGNORECASE),
        any_topic=whole(word for _, words in habits.topics for word in words),
        topics=[(name, whole(words)) for name, words in habits.topics],
        cities=whole(habits.cities),
        acquainted=frozenset(one for name in habits.people for one in _called(name)),
    )


def _called(name: str) -> set[str]:
    """Return a name and the first name in it, folded."""
    first = fold(name).partition(" ")[0]
    return {fold(name), first} if len(first) > 2 else {fold(name)}


def _all(languages: Iterable[Language], name: str) -> list[str]:
    return [phrase for one in languages for phrase in getattr(one, name)]


def _first(phrase: str) -> list[str]:
    return re.findall(r"\w+", phrase.casefold())[:1]


def _common(languages: Iterable[Language]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one in languages:
        for word in one.common:
            found.setdefault(word.casefold(), set()).add(one.code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _ends(done: Sequence[str], decision: Sequence[str]) -> re.Pattern[str]:
    """Done at either end, set apart from the job: "DONE - write it", "write it (done)", "write it -> closed"."""
    words = either(one for one in done if len(one) > 1 and one not in decision)
    return re.compile(
        rf"^\W*{words}(?:\s*[:–—)\]]|\s+-|-\s)|(?:[–—:>(\[]|\s-)\s*{words}\W*$|[.!]\s+{words}\W*$",
        re.IGNORECASE,
    )


def _state_last(states: Sequence[str]) -> re.Pattern[str]:
    words = either(one for one in states if len(one) > 2)
    return re.compile(rf"(?:\s*[,;/–—]|\s-)\s*{words}\W*$", re.IGNORECASE)


def _label(labels: Sequence[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|[\s(\[|–—\-.,;])(?P<label>{either(labels)})\s*(?:[:=]|\*\*:|:\*\*)\s*(?P<said>[^|;)\]\n]*)",
        re.IGNORECASE,
    )


def _lists(languages: Sequence[Language]) -> list[tuple[List, re.Pattern[str]]]:
    order = (
        (List.REVIEW, "review_lists"),
        (List.DECISIONS, "decision_lists"),
        (List.ACTIONS, "action_lists"),
        (List.PEOPLE, "attendance"),
        (List.PASSED, "passed_over"),
    )
    return [(kind, _whole_text(_all(languages, name))) for kind, name in order]


def _whole_text(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(either(phrases), re.IGNORECASE)


def _columns(languages: Sequence[Language]) -> list[tuple[Column, re.Pattern[str]]]:
    return [(kind, _whole_text(_all(languages, f"{kind.value}_columns"))) for kind in Column]


def _tongue(language: Language) -> Tongue:
    groups = [*language.groups, *language.roles, *language.anybody]
    verbs = {"does": language.does, "do": language.do, "made": language.made}
    persons = people(groups, language.link)
    gaps = Gaps(people=persons, verbs=verbs, link=language.link)
    return Tongue(
        language=language,
        forms=Index({name: [form(one, gaps) for one in getattr(language, name)] for name in GROUPS_OF_FORMS}),
        group=re.compile(either(groups), re.IGNORECASE),
        names=re.compile(persons),
        leading=re.compile(rf"(?P<who>{persons})(?P<rest>.*)", re.DOTALL),
        speaker=whole(language.speaker),
        opinions=whole(language.opinions),
        wishes=frozenset(first for one in language.opinions for first in _first(one)),
        others=whole(language.others),
        undecided=whole(language.undecided),
        proposed=whole(language.proposed),
        procedural=whole(language.procedural),
        link=re.compile(rf"\s*(?:[,/&+;]|(?<!\w){either(language.link)}(?!\w))+\s*", re.IGNORECASE),
        joint=re.compile(
            rf"[,;]\s+(?:{either(language.link[:1])}\s+)?|\s+{either(language.link[:1])}\s+", re.IGNORECASE
        ),
        clauses=clause_starts(language.link),
        verbs=re.compile(rf"{either(language.do)}(?![\w'’])", re.IGNORECASE),
        verb_last=re.compile(rf"\s{either(language.do)}\W*$", re.IGNORECASE) if language.verb_last else NO,
        does=re.compile(rf"{either(language.does)}(?!\w)", re.IGNORECASE),
        calendar=calendar_of(language),
    )
