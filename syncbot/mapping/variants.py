"""Declared spellings: a file beside a mapping, by the values of `within` and then by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from syncbot.errors import Problem

from .faults import shown
from .marks import Document, Path
from .words import fold

Variants: TypeAlias = dict[tuple[str, ...], frozenset[str]]


@dataclass(kw_only=True)
class Found:
    """What a file declares, and what is wrong with it."""

    variants: Variants = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def declared_spellings(document: Document, *, levels: int) -> Found:
    """Read the spellings below `levels` values of `within` and the name."""
    found = Found(problems=list(document.problems))
    if document.data is None:
        return found
    taken: dict[tuple[str, ...], tuple[str, Path]] = {}
    leaves = list(_leaves(document, document.data, (), levels + 1, found.problems))
    for path, _ in leaves:
        taken[*_within(path), fold(str(path[-1]))] = (str(path[-1]), path)
    for path, names in leaves:
        found.variants[*_within(path), str(path[-1])] = frozenset(names)
        for index, spelling in enumerate(names):
            other, first = taken.setdefault((*_within(path), fold(spelling)), (str(path[-1]), (*path, index)))
            if other != path[-1]:
                said = f"{spelling!r}, which in line {_line(document, first)} means {other!r}"
                found.problems.append(_fault(document, (*path, index), "a spelling of one name only", said))
    return found


def _within(path: Path) -> tuple[str, ...]:
    return tuple(str(part) for part in path[:-1])


def _line(document: Document, path: Path) -> int:
    return document.keys.get(path, document.values[path])[0]


def _leaves(
    document: Document, data: Any, path: Path, levels: int, problems: list[Problem]
) -> Iterator[tuple[Path, list[str]]]:
    if levels == 0:
        yield path, _spellings(document, data, path, problems)
    elif isinstance(data, Mapping):
        for key, below in data.items():
            yield from _leaves(document, below, (*path, key), levels - 1, problems)
    else:
        problems.append(_fault(document, path, "keys and values", shown(data)))


def _spellings(document: Document, data: Any, path: Path, problems: list[Problem]) -> list[str]:
    if not isinstance(data, list):
        problems.append(_fault(document, path, "a list of spellings", shown(data)))
        return []
    for index, one in enumerate(data):
        if not isinstance(one, str) or not one.strip():
            problems.append(_fault(document, (*path, index), "a spelling", shown(one)))
    return [one for one in data if isinstance(one, str) and one.strip()]


def _fault(document: Document, path: Path, expected: str, found: str) -> Problem:
    return Problem(place=document.at(path), expected=expected, found=found)
