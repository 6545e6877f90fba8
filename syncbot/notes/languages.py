"""Which language a note is in, told by its frequent words."""

from collections import Counter
from collections.abc import Sequence

from .grammar import Grammar, Tongue
from .hits import words_of

_ALSO = 0.5
"""A language with this share of the frequent words of the first one is read as well."""
_FEW = 6
"""With fewer frequent words nothing is sure, and every language that has one is read."""
_ENOUGH = 1500
"""How many words are looked at."""


def tongues_of(texts: Sequence[str], grammar: Grammar) -> list[Tongue]:
    """Return the languages of a note, the one that most of it is in first; all where no word tells."""
    counts: Counter[str] = Counter()
    looked = 0
    for text in texts:
        words = words_of(text)
        looked += len(words)
        for word in words:
            for code in grammar.common.get(word, ()):
                counts[code] += 1
        if looked > _ENOUGH:
            break
    if not counts:
        return list(grammar.tongues.values())
    (first, most), *others = counts.most_common()
    return [
        grammar.tongues[first],
        *(grammar.tongues[code] for code, count in others if count >= _ALSO * most or most < _FEW),
    ]
