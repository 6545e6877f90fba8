"""By what rows and records are recognised: natural keys, and names within the same place."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from syncbot.model.values import UNKNOWN, Value

from .names import folded, halves, parts, strict
from .policy import IdentityPolicy
from .state import SeenRow

_LONGEST_KEY = 64
_ASIDE = "/aside-"
"""What stands between the key that a row gave up and what tells it from others that gave up the same."""

Marks = Callable[[Mapping[str, Value]], Iterable[Hashable]]
"""What a row or record is recognised by on one rung; two that share a mark are the same."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of the ladder."""

    how: str
    """In words, for a person."""
    marks: Marks
    by_name: bool = True
    """It compares names, and only within the same place."""
    exact: bool = False
    """Two rows of one endpoint that share a mark are surely the same; else a person should look."""


def natural_rungs(identity: IdentityPolicy) -> Iterator[Rung]:
    """Return the steps that ask for natural keys."""
    for labels in identity.keys:
        how = f"the same {' and '.join(labels)}"
        yield Rung(how=how, marks=partial(_natural, labels), by_name=False, exact=True)


def name_rungs(identity: IdentityPolicy) -> Iterator[Rung]:
    """Return the steps that compare names, the surest first."""
    if not identity.name or not identity.within:
        return
    where = " and ".join(identity.within)
    yield Rung(how=f"the same name and {where}", marks=partial(_spelled, identity, _strictly), exact=True)
    yield Rung(how=f"nearly the same name and the same {where}", marks=partial(_spelled, identity, folded))
    yield Rung(how=f"both names and the same {where}", marks=partial(_spelled, identity, _both))
    yield from declared_rungs(identity)
    if identity.gazetteer is not None:
        how = f"two names of one place in the gazetteer and the same {where}"
        yield Rung(how=how, marks=partial(_listed, identity))


def declared_rungs(identity: IdentityPolicy) -> Iterator[Rung]:
    """Return the step that knows declared spellings, where there are any."""
    if identity.variants:
        how = f"a declared spelling and the same {' and '.join(identity.within)}"
        yield Rung(how=how, marks=partial(_canonical, identity, _declared(identity)))


def contradict(identity: IdentityPolicy, values: Iterable[Mapping[str, Value]]) -> bool:
    """Whether a natural key, or a declared spelling, says that equal names are different things."""
    marks: dict[str, set[Hashable]] = defaultdict(set)
    rungs = (*natural_rungs(identity), *declared_rungs(identity))
    for one in values:
        for rung in rungs:
            marks[rung.how].update(rung.marks(one))
    return any(len(found) > 1 for found in marks.values())


def _strictly(name: str) -> set[str]:
    return {strict(name)}


def _both(name: str) -> set[frozenset[str]]:
    found = halves(name)
    return {found} if found else set()


def _natural(labels: tuple[str, ...], values: Mapping[str, Value]) -> list[Hashable]:
    mark = tuple(_comparable(values.get(label)) for label in labels)
    return [] if None in mark else [mark]


def _comparable(value: Value) -> Value:
    return value.strip().casefold() or None if isinstance(value, str) else value


def _spelled(
    identity: IdentityPolicy, spell: Callable[[str], Iterable[Hashable]], values: Mapping[str, Value]
) -> list[Hashable]:
    name, block = name_of(identity, values), block_of(identity, values)
    if name is None or block is None:
        return []
    return [(block, form) for form in spell(name) if form]


def _declared(identity: IdentityPolicy) -> Mapping[tuple[Hashable, str], set[str]]:
    """By place and spelling in plain letters: the names that are declared to be spelled so."""
    found: dict[tuple[Hashable, str], set[str]] = defaultdict(set)
    for (*block, name), spellings in identity.variants.items():
        for spelling in (name, *spellings):
            for form in folded(spelling):
                found[tuple(block), form].add(name)
    return found


def _canonical(
    identity: IdentityPolicy, declared: Mapping[tuple[Hashable, str], set[str]], values: Mapping[str, Value]
) -> list[Hashable]:
    """The declared name of which every part of the name is a spelling, if it is one only."""
    name, block = name_of(identity, values), block_of(identity, values)
    if name is None or block is None:
        return []
    whole = _names_of(declared, block, name)
    if not whole:
        split = [_names_of(declared, block, part) for part in parts(name)]
        whole = set.intersection(*split) if split else set()
    return [(block, next(iter(whole)))] if len(whole) == 1 else []


def _listed(identity: IdentityPolicy, values: Mapping[str, Value]) -> list[Hashable]:
    """The place that goes by the name, or by every part of it, if it is one only."""
    places = places_of(identity, values)
    return list(places) if len(places) == 1 else []


def places_of(identity: IdentityPolicy, values: Mapping[str, Value]) -> frozenset[Hashable]:
    """Return marks of all places that the gazetteer knows by the name, or else by every part of it."""
    name, block = name_of(identity, values), block_of(identity, values)
    if identity.gazetteer is None or name is None or not isinstance(block, tuple):
        return frozenset()
    places = set(identity.gazetteer(block, name))
    if not places:
        places = set.intersection(*(set(identity.gazetteer(block, part)) for part in parts(name)))
    return frozenset((block, place) for place in places)


def _names_of(declared: Mapping[tuple[Hashable, str], set[str]], block: Hashable, name: str) -> set[str]:
    return {one for form in folded(name) for one in declared.get((block, form), ())}


def name_of(identity: IdentityPolicy, values: Mapping[str, Value]) -> str | None:
    """Return the name that people spell in many ways."""
    value = values.get(identity.name or "")
    return value if isinstance(value, str) and value.strip() else None


def block_of(identity: IdentityPolicy, values: Mapping[str, Value]) -> Hashable:
    """Return the place within which names may be compared; None where that is not known."""
    block = tuple(values.get(label) for label in identity.within)
    return None if not block or None in block else block


def plain_values(row: SeenRow) -> dict[str, Value]:
    """Return what a row says, without what could not be read."""
    return {label: cell for label, cell in row.values.items() if cell is not UNKNOWN}


def is_key(text: str) -> bool:
    """Whether a text may be a key of ours at all; people write other things into columns too."""
    return 0 < len(text) <= _LONGEST_KEY and text.isprintable() and not any(one.isspace() for one in text)


def set_aside(key: str, by: str) -> str:
    """Return the key for a row that gives up this one: the place takes it for another, and we still know whose it was.

    `by` is a new id of the word "aside". What is too long for a key of ours is none.
    """
    return f"{key}/{by}"


def given_up(key: str) -> str:
    """Return the key that a row carried before it was set aside; of any other the same."""
    return key.partition(_ASIDE)[0]
