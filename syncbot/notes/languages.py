"""Which language a note is in, told by its frequent words."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from .grammar import Grammar, Tongue
from .hits import words_of

_ALSO = 0.5
"""A language with this share of the frequent words of the first one is read as well."""
_TEXT = 30
"""So many words of running text are enough to tell."""
_SAMPLE = 400
"""So many of them are looked at."""
_FEW = 6
"""With fewer frequent words nothing is sure, and every language that has one is read."""
_ENOUGH = 1500
"""How many words are looked at."""


_FREQUENT, _SHORT, _KNOWN = 0.13, 3, 0.31
"""Of running text so many words at least are frequent ones, and so many of those of three letters or less. (Measured on
minutes in the five shipped languages: 0.15 and 0.35 or more in any 15 lines; Portuguese and Italian: 0.11 and 0.25.)"""
_RUNNING = re.compile(r"(?<![\w@/.\-:#])[^\W\d_]+(?![\w@/\-]|\.\w)")
_LINK = re.compile(r"\S*(?:://|www\.)\S*")


def is_foreign(texts: Sequence[str], grammar: Grammar) -> bool:
    """Whether a note is in a language that is not declared; a note with little running text never is."""
    running = (word for text in texts for word in _RUNNING.findall(_LINK.sub(" ", text)) if word.islower())
    words = list(islice(running, _SAMPLE))
    if len(words) < _TEXT:
        return False
    counts = Counter(code for word in words for code in grammar.common.get(word, ()))
    (first, most), *_ = counts.most_common(1) or [("", 0)]
    short = [word for word in words if len(word) <= _SHORT]
    known = sum(first in grammar.common.get(word, ()) for word in short)
    return most < _FREQUENT * len(words) and known <= _KNOWN * len(short)


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
