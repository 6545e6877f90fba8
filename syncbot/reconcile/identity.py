"""Which rows on different endpoints are the same record: a ladder from our key down to likeness, which only asks.

Rung by rung, what is recognised leaves the ladder. On each rung rows and records that share a mark (a key, a natural
key, a spelling) form a group. A group links when it is beyond doubt: one record at most, one row an endpoint at most,
and no place taken twice. Otherwise a person is asked and nothing in doubt is written. Cost grows with the number of
rows and of records in the same `within`, never with their product.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncbot.model.values import Value

from .called import labels_of, values_of
from .cases import Cases, Seen, linked, rows_of, still_there, turned
from .found import OpenRow
from .groups import Groups
from .likeness import Alike
from .marks import (
    Rung,
    block_of,
    contradict,
    given_up,
    is_key,
    name_of,
    name_rungs,
    natural_rungs,
    places_of,
    plain_values,
)
from .plan import Duplicate, Proposal
from .policy import KindPolicy
from .rulings import NO_RULINGS, Rulings, Spot
from .state import DECIDED, EMPTY, Case, GoneRow, KnownRecord, SeenRow
from .torn import in_doubt, parts, torn


@dataclass(frozen=True, kw_only=True)
class Identified:
    """Rows recognised as records, and what a person has to say about the others."""

    cases: Sequence[Case]
    """Each is made anew whenever they are gone through."""
    duplicates: tuple[Duplicate, ...] = ()
    proposals: tuple[Proposal, ...] = ()


def identify(
    policy: KindPolicy,
    *,
    seen: Mapping[str, Sequence[SeenRow]],
    gone: Mapping[str, Sequence[GoneRow]],
    known: Mapping[str, KnownRecord],
    refs: Mapping[str, Mapping[str, str]],
    new_key: Callable[[], str],
    rulings: Rulings = NO_RULINGS,
) -> Identified:
    """Sort what was read into cases, one a record.

    `refs` holds all links of each endpoint, record key -> ref. `known` may hold only the records concerned, as long as
    every row in `seen` is linked; with a row that is not, it must hold all. `rulings` go before every rung.
    """
    ladder = _Ladder(policy, seen=seen, gone=gone, known=known, refs=refs, new_key=new_key, rulings=rulings)
    ladder.take_linked()
    ladder.by_rulings()
    ladder.by_our_key()
    for rung in (*natural_rungs(policy.identity), *name_rungs(policy.identity)):
        ladder.by_marks(rung)
    ladder.by_likeness()
    return ladder.result()


class _Ladder:
    """The state of one call of `identify`."""

    def __init__(
        self,
        policy: KindPolicy,
        *,
        seen: Mapping[str, Sequence[SeenRow]],
        gone: Mapping[str, Sequence[GoneRow]],
        known: Mapping[str, KnownRecord],
        refs: Mapping[str, Mapping[str, str]],
        new_key: Callable[[], str],
        rulings: Rulings,
    ) -> None:
        self._policy, self._known, self._new_key = policy, known, new_key
        self._rulings = rulings
        self._seen, self._gone = seen, gone
        self._refs = refs
        self._taken: dict[str, dict[str, str]] = {}
        """By endpoint: record key -> ref of the row that is there; only rows to be recognised ask for it."""
        self._rows: Seen = {}
        self._how: dict[str, dict[str, str]] = defaultdict(dict)
        self._aside: dict[str, frozenset[str]] = defaultdict(frozenset)
        self._values: dict[str, dict[str, Value]] = {}
        self._open: list[OpenRow] = []
        self._duplicates: list[Duplicate] = []
        self._proposals: list[Proposal] = []

    # -- rungs

    def take_linked(self) -> None:
        """Rows that are linked belong where they are linked; the others are to be recognised."""
        for name in sorted(self._seen):
            self._rows[name], unlinked = linked(self._refs.get(name, EMPTY), self._seen[name])
            unlinked.sort(key=lambda one: one.ref)
            self._open += [
                OpenRow(name, row, plain_values(row))
                for row in unlinked
                if not self._rulings.is_aside((name, row.ref), row.version)
            ]
        for name, lost in self._gone.items():
            there = self._rows.setdefault(name, {})
            key_of = turned(self._refs.get(name, EMPTY), {gone.ref for gone in lost})
            for gone in lost:
                if key := key_of.get(gone.ref):
                    there.setdefault(key, gone)
        if self._open:
            self._taken = still_there(self._refs, self._gone)

    def by_rulings(self) -> None:
        """Rows of which a person said what record they are, as long as the record is known."""
        rows, self._open = self._open, []
        for one in rows:
            key = self._rulings.same.get(one.spot)
            if key is None or key not in self._known:
                self._open.append(one)
            elif key in self._taken.get(one.endpoint, {}):
                self._double(key, one.endpoint, [one], "somebody decided that it is this record too")
            else:
                self._link(key, one, DECIDED)

    def by_our_key(self) -> None:
        """The key that we stamped; one that the store does not know is taken over."""
        claims: dict[tuple[str, str], list[OpenRow]] = defaultdict(list)
        claimed: dict[str, list[OpenRow]] = defaultdict(list)
        rest: list[OpenRow] = []
        for one in self._open:
            key = self._key_on(one)
            if key is None or self._are_apart(one, [key], self._rivals(one, key, claimed[key])):
                rest.append(one)
            else:
                claims[one.endpoint, key].append(one)
                claimed[key].append(one)
        self._open = rest
        for (name, key), rows in sorted(claims.items(), key=lambda one: one[0]):
            taken = key in self._taken.get(name, {})
            if not taken and torn(self._rulings, rows):
                self._ask(rows, [key])
            elif taken or len(rows) > 1:
                self._double(key, name, rows, "they carry the same key of ours: a copied row copies it too")
            else:
                self._link(key, rows[0], "our key")

    def _rivals(self, one: OpenRow, key: str, claimed: Iterable[OpenRow]) -> Iterable[OpenRow]:
        """Rows that have a key of ours rather than this one; of two at one place neither, if it is a record's by now."""
        alive = any(key in links for links in self._taken.values())
        return [other for other in claimed if not alive or other.endpoint != one.endpoint]

    def by_marks(self, rung: Rung) -> None:
        """Rows and records that share a mark, where that leaves no doubt."""
        rows, self._open = self._open, []
        of_row = [frozenset(rung.marks(one.values)) for one in rows]
        wanted = frozenset[Hashable]().union(*of_row)
        keys, of_key = self._sharing(rung, rows, wanted) if wanted else ([], [])
        holders: dict[Hashable, list[int]] = defaultdict(list)
        for number, mine in enumerate([*of_row, *of_key]):
            for mark in mine:
                holders[mark].append(number)
        groups = Groups(len(rows) + len(keys))
        for members in holders.values():
            groups.join(members)
        for members in groups.groups().values():
            open_rows = [rows[one] for one in members if one < len(rows)]
            self._group(rung, open_rows, [keys[one - len(rows)] for one in members if one >= len(rows)])

    def _sharing(
        self, rung: Rung, rows: Sequence[OpenRow], wanted: frozenset[Hashable]
    ) -> tuple[list[str], list[frozenset[Hashable]]]:
        """Return the records that share one of the marks, in the order of their keys, with their marks."""
        identity = self._policy.identity
        blocks = {block_of(identity, one.values) for one in rows}
        keys, marks = [], []
        for key in self._alive():
            values = self._record_values(key)
            if rung.by_name and block_of(identity, values) not in blocks:
                continue
            mine = wanted.intersection(rung.marks(values))
            if mine:
                keys.append(key)
                marks.append(mine)
        return keys, marks

    def _group(self, rung: Rung, rows: list[OpenRow], keys: list[str]) -> None:
        rows = self._told_apart(rung, self._not_apart(rows, keys), keys)
        for part in [rows] if keys else parts(self._rulings, rows):
            self._part(rung, part, keys)

    def _part(self, rung: Rung, rows: list[OpenRow], keys: list[str]) -> None:
        alone = len(rows) + len(keys) < 2 or not rows
        if alone or (rung.by_name and self._contradict(rows, keys)):
            self._open += rows
        elif len(keys) > 1:
            self._ask(rows, keys)
        elif keys:
            doubtful, rows = in_doubt(self._rulings, rows, lambda name: keys[0] in self._taken.get(name, {}))
            self._ask(doubtful, keys)
            self._one_record(rung, rows, keys[0])
        elif split := torn(self._rulings, rows):
            self._several(rows, [one for one in split if one.endpoint == split[0].endpoint])
        else:
            self._one_record(rung, rows, self._new_key())

    def _several(self, rows: list[OpenRow], first: list[OpenRow]) -> None:
        """Make a record of each of those of one place that are not the same, and ask which of them the others are."""
        made = [self._new_key() for _ in first]
        for key, one in zip(made, first, strict=True):
            self._link(key, one, "new")
        self._ask([one for one in rows if one not in first], made)

    def _ask(self, rows: Iterable[OpenRow], keys: Sequence[str]) -> None:
        """Ask which of these records each row is; one that is none of them, as a person said, goes on alone."""
        for one in rows:
            found = [(key, 0.99) for key in keys if not self._are_apart(one, [key])]
            if found:
                self._propose(one, found)
            else:
                self._open.append(one)

    def _one_record(self, rung: Rung, rows: list[OpenRow], key: str) -> None:
        """Link the rows of one identity, but not where several of them are at one endpoint."""
        by_endpoint: dict[str, list[OpenRow]] = defaultdict(list)
        for one in rows:
            by_endpoint[one.endpoint].append(one)
        for name, mine in by_endpoint.items():
            taken = key in self._taken.get(name, {})
            doubted = not taken and name in self._aside.get(key, ())  # others may be its row there
            if doubted or (taken and not rung.exact):
                for one in mine:
                    self._propose(one, [(key, 0.98)])
            elif taken or len(mine) > 1:
                self._double(key, name, mine, f"they are the same by {rung.how}")
            else:
                self._link(key, mine[0], rung.how)

    def _told_apart(self, rung: Rung, rows: list[OpenRow], keys: list[str]) -> list[OpenRow]:
        """Take out rows that a place which only tells holds for several things: it knows, they are never doubled.

        They go on alone. Names are another matter: two files about one meeting are no two meetings.
        """
        for name in sorted({one.endpoint for one in rows if self._only_tells(one.endpoint)}):
            mine = [one for one in rows if one.endpoint == name]
            taken = self._taken.get(name, {})
            if not rung.by_name and (len(mine) > 1 or (keys and all(key in taken for key in keys))):
                self._open += mine
                rows = [one for one in rows if one.endpoint != name]
        return rows

    def _only_tells(self, endpoint: str) -> bool:
        place = self._policy.endpoints.get(endpoint)
        return place is not None and place.only_tells

    def _not_apart(self, rows: list[OpenRow], keys: list[str]) -> list[OpenRow]:
        """Take out the rows of which a person said that they are none of the records; they go on alone."""
        together: list[OpenRow] = []
        for one in rows:
            none = keys and all(self._are_apart(one, [key]) for key in keys)
            (self._open if none else together).append(one)
        return together

    def _are_apart(self, one: OpenRow, keys: Iterable[str], others: Iterable[OpenRow] = ()) -> bool:
        """Whether a person said that a row is not one of these records, or not the same as one of these rows."""
        if not self._rulings.apart:
            return False
        spots = [spot for key in keys for spot in self._spots(key)]
        return self._rulings.are_apart(one.spot, [*spots, *(other.spot for other in others)])

    def _spots(self, key: str) -> list[Spot]:
        """Return the rows of a record, also those that are gone or were only given to it: they may come back."""
        links = [*self._taken.items(), *self._refs.items()]
        return [(name, ref) for name, refs in links if (ref := refs.get(key))] + self._rulings.given_to(key)

    def _contradict(self, rows: list[OpenRow], keys: list[str]) -> bool:
        values = [*(one.values for one in rows), *map(self._record_values, keys)]
        return contradict(self._policy.identity, values)

    def by_likeness(self) -> None:
        """What is left is new, unless it looks like a record that has no row there: then a person is asked."""
        rows, self._open = self._open, []
        for name in sorted({one.endpoint for one in rows}):
            mine = [one for one in rows if one.endpoint == name]
            alike = self._alike(name, {block_of(self._policy.identity, one.values) for one in mine})
            for one in sorted(mine, key=lambda one: (self._title_of(one.values), one.row.ref)):
                called = name_of(self._policy.identity, one.values)
                block = block_of(self._policy.identity, one.values)
                places = places_of(self._policy.identity, one.values)
                found = alike.of(called, block, places) if called is not None else []
                candidates = [pair for pair in found if not self._are_apart(one, [pair[0]])]
                if candidates and not self._was_split_off(one):
                    self._propose(one, candidates)
                else:
                    self._link(self._new_key(), one, "new")

    def _was_split_off(self, one: OpenRow) -> bool:
        """Whether a row still carries the key of a record that it was taken out of, to be one of its own."""
        key = self._key_on(one)
        return key is not None and self._are_apart(one, [key])

    def _key_on(self, one: OpenRow) -> str | None:
        """Return the key that a row claims, also where it had to give it up when somebody set it aside."""
        return self._rulings.lasting(given_up(one.row.key)) if one.row.key and is_key(one.row.key) else None

    def _alike(self, endpoint: str, blocks: Collection[Hashable]) -> Alike:
        """Return the names of the records that have no row at this endpoint, ready to be searched by these blocks."""
        identity, taken = self._policy.identity, self._taken.get(endpoint, {})
        found = Alike()
        for key in self._alive():
            values = self._record_values(key)
            called = name_of(identity, values)
            if key not in taken and called is not None:
                block = block_of(identity, values)
                found.add(key, called, block, places_of(identity, values) if block in blocks else ())
        return found

    # -- conclusions

    def _link(self, key: str, one: OpenRow, how: str) -> None:
        self._rows.setdefault(one.endpoint, {})[key] = one.row
        self._how[key][one.endpoint] = how
        self._taken.setdefault(one.endpoint, {})[key] = one.row.ref
        self._values.pop(key, None)

    def _double(self, key: str, endpoint: str, rows: list[OpenRow], why: str) -> None:
        """Report rows that claim one place; the row that is linked there goes on, else nothing is done there."""
        linked = self._taken.get(endpoint, {}).get(key)
        refs = {one.row.ref for one in rows} | ({linked} if linked else set())
        if linked is None:
            self._aside[key] |= {endpoint}
        for one in rows:
            self._hold_up(one)
        self._duplicates.append(
            Duplicate(
                kind=self._policy.kind,
                endpoint=endpoint,
                refs=tuple(sorted(refs)),
                title=self._title_of(rows[0].values),
                reason=why,
            )
        )

    def _propose(self, one: OpenRow, candidates: Iterable[tuple[str, float]]) -> None:
        """Ask a person; until then no twin of the row is made."""
        named = []
        self._hold_up(one)
        for key, score in candidates:
            named.append((key, self._title_of(self._record_values(key)), score))
            if key not in self._taken.get(one.endpoint, {}):
                self._aside[key] |= {one.endpoint}
        self._proposals.append(
            Proposal(
                kind=self._policy.kind,
                endpoint=one.endpoint,
                ref=one.row.ref,
                title=self._title_of(one.values),
                candidates=tuple(named),
            )
        )

    def _hold_up(self, one: OpenRow) -> None:
        """Let no row be made for the record whose key a row in doubt carries: two rows of a place would carry it."""
        key = self._key_on(one)
        if key is not None and key in self._known and key not in self._taken.get(one.endpoint, {}):
            self._aside[key] |= {one.endpoint}

    def result(self) -> Identified:
        """Return the cases in the order of their keys, and the findings in the order of their titles."""
        return Identified(
            cases=Cases(known=self._known, seen=self._rows, how=self._how, aside=self._aside),
            duplicates=tuple(sorted(self._duplicates, key=lambda one: (one.title, one.endpoint, one.refs))),
            proposals=tuple(sorted(self._proposals, key=lambda one: (one.title, one.endpoint, one.ref))),
        )

    # -- what is known

    def _alive(self) -> list[str]:
        """Return the records that have a row anywhere; one that lost all is found again by its key only."""
        return sorted({key for links in self._taken.values() for key in links})

    def _record_values(self, key: str) -> Mapping[str, Value]:
        """What a record is called, for recognising it: what was last agreed, else what a place says."""
        values = self._values.get(key)
        if values is None:
            seen = rows_of(self._rows, key)
            values = self._values[key] = values_of(labels_of(self._policy), self._known.get(key), seen)
        return values

    def _title_of(self, values: Mapping[str, Value]) -> str:
        return str(values.get(self._policy.title_field) or "(without a name)")
