"""When two spellings may mean the same name."""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator

_LONGEST_SHORT = 8
"""Letters of what may be an abbreviation."""


def folded(name: str) -> str:
    """Return a name without case, marks and punctuation: "Košice" and "KOSICE" are alike."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in kept).split())


def same_words(one: str, other: str) -> bool:
    """Whether two names have the same words in any order: "Fontana Valenti Carlotta", "Carlotta Fontana Valenti"."""
    return sorted(folded(one).split()) == sorted(folded(other).split())


def is_short_for(short: str, name: str) -> bool:
    """Whether a word may abbreviate a name: beginnings of all its words ("DemSoc"), or letters of its one word ("EuC")."""
    letters, words = folded(short).replace(" ", ""), folded(name).split()
    if not 2 <= len(letters) <= _LONGEST_SHORT or not words or len(letters) >= len("".join(words)):
        return False
    if len(words) == 1:
        capitals = sum(one.isupper() for one in short)
        return capitals > 1 and words[0].startswith(letters[:2]) and _within(letters, words[0])
    return _begins(letters, words)


def _begins(letters: str, words: list[str]) -> bool:
    if not words:
        return not letters
    return any(
        letters[:size] == words[0][:size] and _begins(letters[size:], words[1:])
        for size in range(1, len(letters) + 1)
    )


def _within(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def spelled_twice(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of different spellings that may mean the same."""
    for one, other in itertools.combinations(sorted(set(names)), 2):
        alike = same_words(one, other) or _squeezed(one) == _squeezed(other)
        if alike or is_short_for(one, other) or is_short_for(other, one):
            yield one, other


def _squeezed(name: str) -> str:
    return folded(name).replace(" ", "")
