"""Which forms can fit a sentence at all, told by its words; so that few patterns are tried."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .shapes import Form

_MOST = 50_000
"""How many words are remembered before they are forgotten again."""


class Index:
    """The forms of one language by the words that they need."""

    def __init__(self, forms: Mapping[str, Sequence[Form]]) -> None:
        self._words: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}
        self._ids: dict[tuple[str, ...], int] = {}
        self._forms = {
            group: [(form, frozenset(self._id(need) for need in form.needs)) for form in some]
            for group, some in forms.items()
        }
        self._seen: dict[str, frozenset[int]] = {}

    def _id(self, need: tuple[str, ...]) -> int:
        if need not in self._ids:
            number = self._ids[need] = len(self._ids)
            for phrase in need:
                first = phrase.casefold().replace("'", " ").replace("’", " ").split()[0]
                first = first.split("-")[0] if not first.endswith("*") else first
                shelf = self._stems if "*" in first else self._words
                shelf.setdefault(first.partition("*")[0], set()).add(number)
        return self._ids[need]

    def fitting(self, group: str, words: Iterable[str]) -> Iterator[Form]:
        """Tell the forms of a group that a sentence of these words may fit."""
        here: set[int] = set()
        for word in words:
            here |= self._met(word)
        for form, needs in self._forms[group]:
            if needs <= here:
                yield form

    def _met(self, word: str) -> frozenset[int]:
        met = self._seen.get(word)
        if met is None:
            stems = (self._stems.get(word[:length], ()) for length in range(len(word) + 1))
            met = frozenset(self._words.get(word, ())).union(*stems)
            if len(self._seen) > _MOST:
                self._seen.clear()
            self._seen[word] = met
        return met
