"""Declared words and sets of words, between cells and values."""

from syncbot.model.values import Value

from . import texts
from .said import as_text, code, write_text
from .way import Links, Unfit, Way, hint, kind, short
from .words import fold

_MOST_SETS = 10_000


def _word(way: Way, option: str) -> str:
    found = way.words.get(fold(option))
    if found is None:
        raise Unfit(
            f"holds {short(option)}, which the mapping does not know{hint(option, way.options.values())}"
        )
    return found


def read_choice(way: Way, cell: Value, _: Links) -> Value:
    """Read one declared word."""
    said = texts.one_line(as_text(cell))
    return None if said is None else _word(way, said)


def _name_of(way: Way, word: str) -> str:
    """Return the option as the column spells it."""
    if word not in way.options:
        raise Unfit(f"{short(word)} is none of the declared words{hint(word, way.options)}")
    name = way.options[word]
    if way.column.options is None:
        return name
    found = way.spelled.get(fold(name))
    if found is None:
        raise Unfit(f"the column {way.column.name!r} has no option {name!r}{hint(name, way.column.options)}")
    return found


def write_choice(way: Way, value: Value, _: Links) -> Value:
    """Write one declared word as the column calls it."""
    return _name_of(way, as_text(value))


def members(cell: Value) -> list[str]:
    """Return the members of a cell that must be a set."""
    if not isinstance(cell, frozenset):
        raise Unfit(f"holds {kind(cell)}, not a set")
    return sorted(cell)


def read_choices(way: Way, cell: Value, _: Links) -> Value:
    """Read a set of declared words; one that is not known makes the whole unknown."""
    found = way.sets.get(cell) if isinstance(cell, frozenset) else None
    if found is None:
        options = members(cell)
        found = frozenset(_word(way, option) for option in options)
        if len(way.sets) < _MOST_SETS:
            way.sets[frozenset(options)] = found
    return found or None


def write_choices(way: Way, value: Value, _: Links) -> Value:
    """Write a set of declared words."""
    return frozenset(_name_of(way, word) for word in members(value))


def read_words(way: Way, cell: Value, _: Links) -> Value:
    """Read a set of free words or codes."""
    said = [word for one in members(cell) if (word := texts.one_line(one))]
    return frozenset(code(way.info.code, one) if way.info.code else one for one in said) or None


def write_words(way: Way, value: Value, links: Links) -> Value:
    """Write a set of free words or codes, each of which must be an option of the column."""
    return frozenset(str(write_text(way, word, links)) for word in members(value))
