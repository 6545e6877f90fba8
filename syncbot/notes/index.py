"""Which forms can fit a sentence at all, told by its words; so that few patterns are tried."""

from collections.abc import Iterable, Mapping, Sequence

from .shapes import Form

_MOST = 50_000
"""How many words are remembered before they are forgotten again."""


class Index:
    """The forms of one language by the words that they need."""

    def __init__(self, forms: Mapping[str, Sequence[Form]]) -> None:
        self._words: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}
        self._ids: dict[tuple[str, ...], int] = {}
        self._seen: dict[str, frozenset[int]] = {}
        self._always: list[tuple[str, int, Form, frozenset[int]]] = []
        self._by_need: dict[int, list[tuple[str, int, Form, frozenset[int]]]] = {}
        """The rarest need of a form -> group, place in it, form, all needs."""
        for group, some in forms.items():
            for place, form in enumerate(some):
                self._add(group, place, form)

    def _add(self, group: str, place: int, form: Form) -> None:
        entry = (group, place, form, frozenset(self._id(need) for need in form.needs))
        rarest = min(form.needs, key=len, default=None)
        shelf = self._always if rarest is None else self._by_need.setdefault(self._id(rarest), [])
        shelf.append(entry)

    def _id(self, need: tuple[str, ...]) -> int:
        if need not in self._ids:
            number = self._ids[need] = len(self._ids)
            for phrase in need:
                first = phrase.casefold().replace("'", " ").replace("’", " ").split()[0]
                first = first.split("-")[0] if not first.endswith("*") else first
                shelf = self._stems if "*" in first else self._words
                shelf.setdefault(first.partition("*")[0], set()).add(number)
        return self._ids[need]

    def candidates(self, words: Iterable[str]) -> Mapping[str, Sequence[Form]]:
        """Return the forms that a sentence of these words may fit, by group in the order declared."""
        here = frozenset[int]().union(*map(self._met, words))
        found: dict[str, list[tuple[int, Form]]] = {}
        for number in here:
            for group, place, form, needs in self._by_need.get(number, ()):
                if here.issuperset(needs):
                    found.setdefault(group, []).append((place, form))
        for group, place, form, needs in self._always:
            if needs <= here:
                found.setdefault(group, []).append((place, form))
        return {group: [form for _, form in sorted(some, key=_place)] for group, some in found.items()}

    def _met(self, word: str) -> frozenset[int]:
        met = self._seen.get(word)
        if met is None:
            stems = (self._stems.get(word[:length], ()) for length in range(len(word) + 1))
            met = frozenset(self._words.get(word, ())).union(*stems)
            if len(self._seen) > _MOST:
                self._seen.clear()
            self._seen[word] = met
        return met


def _place(one: tuple[int, Form]) -> int:
    return one[0]
