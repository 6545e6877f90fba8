"""Which of many things belong together: a union-find over small integers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


class Groups:
    """Things numbered 0..n-1, each alone at first."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def join(self, members: Iterable[int]) -> None:
        """Put these into one group."""
        roots = {self._root(one) for one in members}
        lowest = min(roots, default=0)
        for root in roots:
            self._parent[root] = lowest

    def groups(self) -> Mapping[int, list[int]]:
        """Return the members of each group in ascending order, by its lowest member."""
        found: dict[int, list[int]] = defaultdict(list)
        for one in range(len(self._parent)):
            found[self._root(one)].append(one)
        return found

    def _root(self, one: int) -> int:
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one
