"""Whose a row is by now: what keeps it from being taken for the row that it was in an earlier run."""

from syncbot.reconcile.state import KnownRecord

from .parts import Parts
from .waiting import rulings_of


class Claims:
    """The links of a kind, and what people decided about its rows since."""

    def __init__(self, parts: Parts, kind: str) -> None:
        """Look decisions up once, links as they are asked for."""
        self._store, self._kind = parts.store, kind
        self._rulings = rulings_of(parts.store.rulings(kind))
        self._waiting = {(one.endpoint, one.row.ref) for one in parts.store.waiting(kind)}

    def against(self, known: KnownRecord, endpoint: str, ref: str) -> str | None:
        """Say why a row is not to be linked to a record; None where it is that already, or nobody says otherwise.

        `known` is the record as the store has it.
        """
        owner = self._store.keys_of(self._kind, endpoint, [ref]).get(ref)
        if owner is not None:
            return None if owner == known.key else f"the row is another record's by now ({owner})"
        if endpoint in known.rows:
            return f"the record has another row there by now ({known.rows[endpoint].ref})"
        if (endpoint, ref) in self._waiting:
            return "the row is there and no record's now: a sync decides about it, or asks (syncbot matches)"
        return self._ruled(known, (endpoint, ref))

    def _ruled(self, known: KnownRecord, spot: tuple[str, str]) -> str | None:
        same = {row: self._rulings.lasting(key) for row, key in self._rulings.same.items()}
        if same.get(spot, known.key) != known.key:
            return f"somebody decided that the row is {same[spot]}"
        for name, ref in sorted(self._waiting):
            if name == spot[0] and same.get((name, ref)) == known.key:
                return f"somebody gave the record another row there, which the next sync links ({ref})"
        if spot in self._rulings.aside:
            return "somebody decided that the row is nobody's"
        others = [(name, row.ref) for name, row in known.rows.items()]
        if self._rulings.are_apart(spot, [*others, *known.unlinked.items()]):
            return "somebody decided that the row is not this record"
        return None
