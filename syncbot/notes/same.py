"""Which lines of one note say the same: what the body says and a list or table says again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .hits import Hit, words_of

_LOUD = re.compile(r"\b[A-Z]{2,3}\b")
_STEM = 5
_LIKE = 0.6
_NEAR = 6
"""What is promised is marked as an action at most so many lines away, or the other way round."""
_SURELY = 0.8
_MANY, _HALF = 4, 0.45
"""So many words in common are enough where they are this share of the shorter."""
_SHORT = 3
"""A word of at most so many letters says little."""


@dataclass(kw_only=True)
class Said:
    """One action or decision, and every hit that tells it, the fullest first."""

    hits: list[Hit]


def stems(hit: Hit) -> frozenset[str]:
    """Return the beginnings of the words that say much."""
    owners = {word for owner in hit.owners for word in words_of(owner)}
    return frozenset(
        word[:_STEM]
        for word in words_of(hit.job)
        if (len(word) > _SHORT or word.isdigit()) and word not in owners
    )


def joined(hits: Sequence[Hit]) -> list[Said]:
    """Join what is said twice: one hit of the body with one of a list or table, and a decision with its vote."""
    said = [Said(hits=[hit]) for hit in hits]
    for at, hit in enumerate(hits):
        before = next((n for n in range(at - 1, -1, -1) if hits[n].line.text == hit.line.above), None)
        if hit.decision and before is not None and hits[before].decision and said[before].hits:
            said[before].hits.append(hit)
            said[at].hits.clear()
    words = [stems(hit) for hit in hits]
    pairs = [
        (likeness, body, again)
        for body, one in enumerate(hits)
        for again, other in enumerate(hits)
        if body != again and one.decision == other.decision and one.line.at != other.line.at
        if (likeness := _likeness(words[body], words[again], one, other)) >= _least(one, other)
    ]
    gone = {at for at, one in enumerate(said) if not one.hits}
    for _, body, again in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if body not in gone and again not in gone:
            gone |= {body, again}
            said[body].hits.append(hits[again])
            said[again].hits.clear()
    return [one for one in said if one.hits]


def _least(one: Hit, other: Hit) -> float:
    """Return how alike two hits must be: what stands in a list is expected to be said before."""
    if not one.listed and other.listed:
        return _LIKE
    if (
        one.marked is not other.marked
        and 0 < other.line.at - one.line.at <= _NEAR
        and set(one.owners) & set(other.owners)
    ):
        return _HALF
    if one.listed and one.line.section == other.line.section:
        return 2.0
    return _SURELY if one.line.at < other.line.at else 2.0


def _likeness(one: frozenset[str], other: frozenset[str], first: Hit, second: Hit) -> float:
    common = len(one & other)
    if one == other and one and (first.listed or second.listed) and not _apart(first, second):
        return 1.0
    if common < 2 or _apart(first, second):
        return 0.0
    share = common / min(len(one), len(other))
    if first.listed is second.listed:
        return common / max(len(one), len(other))
    return max(share, _LIKE) if common >= _MANY and share >= _HALF else share


def _apart(one: Hit, other: Hit) -> bool:
    """Whether two hits are given to different people."""
    first = {word for owner in one.owners for word in words_of(owner)}
    second = {word for owner in other.owners for word in words_of(owner)}
    return bool(first and second) and not first & second
