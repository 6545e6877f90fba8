"""How alike two lines are as one job: by their words, and by what speaks for and against it besides."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from .mention import Said

SAME = 0.80
"""From here on two lines of different notes are one job, if nothing else is about as alike."""
ASKED = 0.62
"""From here on a person is asked, where something besides the words speaks for it."""
MARGIN = 0.06
"""What is nearer than this is about as alike."""
_REPLACED = 0.15
"""The most that both sides may say in place of each other: "draft the agenda" and "draft the minutes" are two jobs."""
_SPELLED_ALIKE = 80
"""Of two words, 0..100: one is a form of the other, or a slip."""
_SHORT = 3
"""Letters of words such as "the", which say little."""
_SHORT_WEIGHT = 0.3
_SHARED = 0.4
"""How many of the words that say much must be there in both texts as they stand, for it to be worth comparing them."""

_OWNER_KEPT, _OWNER_OTHER = 0.06, -0.12
_PRIOR, _HEADING, _DUE = 0.05, 0.03, 0.03
_MOST_FOR_IT = _OWNER_KEPT + _PRIOR + _HEADING + _DUE
_OTHER_CITY, _OTHER_NUMBER = -0.40, -0.25


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two lines are."""

    score: float
    """0..1."""
    backed: bool
    """Something besides the words speaks for it, and nothing against."""
    replaced: float
    """The share that both sides say in place of each other."""
    exact: bool
    """The words are the same."""

    @property
    def same(self) -> bool:
        """Whether it is enough to call them one job."""
        return self.score >= SAME and self.replaced <= _REPLACED

    @property
    def asked(self) -> bool:
        """Whether it is enough to ask a person."""
        return self.same or (self.score >= ASKED and self.backed)


UNLIKE = Likeness(0.0, backed=False, replaced=1.0, exact=False)


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Return the words of a line, without what a keyboard leaves to chance."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in plain).split())


@lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    return tuple(normal(text).split())


@lru_cache(maxsize=65536)
def _telling(text: str) -> frozenset[str]:
    """Return the words that say much, or all where none does."""
    words = _words(text)
    return frozenset(word for word in words if _weigh(word) == 1.0) or frozenset(words)


def may_be_alike(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether it is worth comparing texts: some pair shares enough words as they stand."""
    return any(_shares(_telling(one), _telling(other)) for one in ones for other in others)


def _shares(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return both > 0 and both >= _SHARED * min(len(one), len(other))


def same_words(one: str, other: str) -> float:
    """Return how much of two texts is the same words, in any order, 0..1."""
    return _compared(one, other)[0]


def _compared(one: str, other: str) -> tuple[float, float]:
    """Return the share of words that both have, and the share that both say in place of each other."""
    if normal(one) == normal(other):
        return 1.0, 0.0
    if not _shares(_telling(one), _telling(other)):
        return 0.0, 1.0
    ones, others = _weighed(one), _weighed(other)
    left, right = list(ones), list(others)
    both = 0.0
    for pair in ones:
        if pair in right:
            right.remove(pair)
            left.remove(pair)
            both += pair[1]
    for pair in list(left):
        near = next((there for there in right if _is_form(pair[0], there[0])), None)
        if near is not None:
            right.remove(near)
            left.remove(pair)
            both += (pair[1] + near[1]) / 2
    weights = _sum(ones), _sum(others)
    return min(1.0, 2 * both / sum(weights)), min(_sum(left), _sum(right)) / max(weights)


@lru_cache(maxsize=65536)
def _weighed(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((word, _weigh(word)) for word in _words(text))


def _sum(words: Iterable[tuple[str, float]]) -> float:
    return sum([weight for _, weight in words]) or _SHORT_WEIGHT


def _is_form(one: str, other: str) -> bool:
    """Whether two words are forms of one; those begin alike, and numbers are never forms of each other."""
    if one[0] != other[0] or min(len(one), len(other)) <= _SHORT or one.isdigit() or other.isdigit():
        return False
    return fuzz.ratio(one, other) >= _SPELLED_ALIKE


def _weigh(word: str) -> float:
    return _SHORT_WEIGHT if len(word) <= _SHORT and not _has_digit(word) else 1.0


def _has_digit(word: str) -> bool:
    return any(one.isdigit() for one in word)


def likeness(
    ones: Iterable[str], said: Said, others: Iterable[str], other: Said, *, earlier: bool
) -> Likeness:
    """Compare a line with another of an earlier note, each with all its wordings and what it says besides.

    `earlier`: whether the line says of itself that it was carried over.
    """
    words, replaced = max(
        (_compared(one, another) for one in ones for another in others),
        key=lambda pair: (pair[0], -pair[1]),
        default=(0.0, 1.0),
    )
    if words < ASKED - _MOST_FOR_IT:
        return UNLIKE
    for_it, against = _evidence(said, other)
    for_it += _PRIOR if earlier else 0.0
    score = max(0.0, min(1.0, words + for_it + against))
    return Likeness(score, backed=for_it > 0 and against == 0, replaced=replaced, exact=words == 1.0)


def _evidence(said: Said, other: Said) -> tuple[float, float]:
    """Return what speaks for one job besides the words, and what against it."""
    for_it = against = 0.0
    if said.owners and other.owners:
        shared = names(said.owners) & names(other.owners)
        for_it, against = (_OWNER_KEPT, 0.0) if shared else (0.0, _OWNER_OTHER)
    if said.heading and other.heading and normal(said.heading) == normal(other.heading):
        for_it += _HEADING
    if said.due and said.due == other.due:
        for_it += _DUE
    if said.cities and other.cities and not names(said.cities) & names(other.cities):
        against += _OTHER_CITY
    if _numbers(said.job(said.text)) != _numbers(other.job(other.text)):
        against += _OTHER_NUMBER
    return for_it, against


def names(written: Iterable[str]) -> frozenset[str]:
    """Return names as they are compared."""
    return frozenset(normal(one) for one in written)


@lru_cache(maxsize=65536)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(word for word in _words(text) if _has_digit(word))
