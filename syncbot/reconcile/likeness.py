"""Which names look like another: good for asking a person, never for deciding."""

from collections import defaultdict
from collections.abc import Collection, Hashable

from rapidfuzz import fuzz, process

from .names import folded, halves, short

LIKELY = 0.65
"""From which likeness on a person is asked whether two rows are the same record. Measured on the Mission Cities: of the
spellings that no rung knows, two in three are asked about, each with the right city first, and of the 112 names seven
look like another one of their country."""
MOST_CANDIDATES = 5
_SURE = 0.98
"""They share a spelling or a part of the name, and yet something else speaks against it."""

_ONE_PLACE = 0.95
"""The gazetteer knows a place by both names, and at least one of them for other places as well."""


def likeness(one: str, other: str) -> float:
    """Say how alike two names are, 0..1."""
    ones, others = folded(one) | halves(one), folded(other) | halves(other)
    if ones & others:
        return _SURE
    best = max(
        (max(fuzz.ratio(a, b), 0.95 * fuzz.token_set_ratio(a, b)) for a in ones for b in others), default=0
    )
    return round(min(best / 100, _SURE - 0.01), 2)


class Alike:
    """Names of records, to be searched for those that look like another.

    Names are compared within one place. Where a place is not known, on either side, only the same name counts.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._blocks: dict[Hashable, dict[str, str]] = defaultdict(dict)
        self._nowhere: dict[str, list[str]] = defaultdict(list)
        self._anywhere: dict[str, list[str]] = defaultdict(list)
        self._called: dict[Hashable, list[str]] = defaultdict(list)

    def add(self, key: str, name: str, block: Hashable, places: Collection[Hashable] = frozenset()) -> None:
        """Take in a record; `block` is None where its place is not known.

        `places` are those that a gazetteer knows by the name.
        """
        for place in places:
            self._called[place].append(key)
        self._names[key] = name
        self._blocks[block][key] = short(name)
        for form in folded(name):
            self._anywhere[form].append(key)
            if block is None:
                self._nowhere[form].append(key)

    def of(
        self, name: str, block: Hashable, places: Collection[Hashable] = frozenset()
    ) -> list[tuple[str, float]]:
        """Return the records that look like this name, the likest first, each with its likeness."""
        same = self._anywhere if block is None else self._nowhere
        keys = {key for form in folded(name) for key in same.get(form, ())}
        if block is not None:
            keys |= self._near(short(name), self._blocks.get(block, {}))
        scores = {key: likeness(name, self._names[key]) for key in keys}
        for key in {key for place in places for key in self._called.get(place, ())}:
            scores[key] = max(_ONE_PLACE, scores.get(key, 0))
        scored = list(scores.items())
        likely = [one for one in scored if one[1] >= LIKELY]
        return sorted(likely, key=lambda one: (-one[1], one[0]))[:MOST_CANDIDATES]

    @staticmethod
    def _near(form: str, forms: dict[str, str]) -> set[str]:
        found: set[str] = set()
        for scorer in (fuzz.ratio, fuzz.token_set_ratio):
            hits = process.extract(
                form,
                forms,
                scorer=scorer,
                score_cutoff=100 * LIKELY,
                limit=2 * MOST_CANDIDATES,
                processor=None,
            )
            found.update(key for _, _, key in hits)
        return found
