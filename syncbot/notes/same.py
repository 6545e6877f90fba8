"""Which lines of one note say the same: what the body says and a list or table says again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .form import BlockKind
from .hits import Hit, words_of

_LOUD = re.compile(r"\b[A-Z]{2,3}\b")
_STEM = 5
_LIKE = 0.6
_NEAR = 16
"""What is promised is marked as an action at most so many lines away, or the other way round."""
_NEVER = 2.0
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
        if (least := _least(one, other)) < _NEVER
        and (likeness := _likeness(words[body], words[again], one, other)) >= least
    ]
    gone = {at for at, one in enumerate(said) if not one.hits}
    for _, body, again in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if body not in gone and again not in gone:
            gone |= {body, again}
            said[body].hits.append(hits[again])
            said[again].hits.clear()
    return [one for one in said if one.hits]


def _least(one: Hit, other: Hit) -> float:
    """Return how alike two hits must be: what stands in a summary is expected to be said before."""
    first, second = _sums_up(one), _sums_up(other)
    if not first and second:
        return _LIKE
    if first and second:
        apart = one.line.section != other.line.section and one.line.at < other.line.at
        return _SURELY if apart else _NEVER
    near = 0 < abs(other.line.at - one.line.at) <= _NEAR and not (one.listed or other.listed)
    return _HALF if near and one.marked and not other.marked and _shared(one, other) else _NEVER


def _sums_up(hit: Hit) -> bool:
    """Whether a hit stands in a table or a list of its own, not among what is said of one matter."""
    return hit.listed and (hit.line.summary or hit.line.block.kind is BlockKind.ROW)


def _likeness(one: frozenset[str], other: frozenset[str], first: Hit, second: Hit) -> float:
    common = len(one & other)
    if one == other and one and not _apart(first, second):
        return 1.0
    if common < 2 or _apart(first, second):
        return 0.0
    share = common / min(len(one), len(other))
    if _sums_up(first) is _sums_up(second) and not first.marked:
        return common / max(len(one), len(other))
    return max(share, _LIKE) if common >= _MANY and share >= _HALF else share


def _apart(one: Hit, other: Hit) -> bool:
    """Whether two hits are given to different people."""
    return bool(one.owners and other.owners) and not _shared(one, other)


def _shared(one: Hit, other: Hit) -> bool:
    """Whether somebody is named in both, also by a handle: "Gwen Miller", "gmiller"."""
    first = {word for owner in one.owners for word in words_of(owner)}
    second = {word for owner in other.owners for word in words_of(owner)}
    return not first.isdisjoint(second) or any(
        len(word) > _SHORT and (word.endswith(again) or again.endswith(word))
        for word in first
        for again in second
        if len(again) > _SHORT
    )
