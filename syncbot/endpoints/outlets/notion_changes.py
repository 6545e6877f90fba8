"""What has to be done to a page so that it says something else, and what on it is not ours to touch.

A block is ours while we made it and were the last to change it. One that a person changed is theirs from then on: it
stays as it is, and stands for the line that it once was. One that a person took away is not put back. What people wrote
themselves stands where it stands.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from .notion_lines import Spoken

_ALIKE = 0.6
_NEAR = 50
"""How many lines ahead another wording of a line is looked for."""
_READ = 2_000
"""Characters of a line that are compared."""
"""A line that is at least so much like another is the same line, brought up to date; comments on it stay."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A block as it stands on the page, made by us."""

    id: str
    kind: str
    text: str
    mark: str
    """What it says now."""
    ours: bool
    """Nobody else has changed it."""
    origin: str | None
    """The mark of what we wrote there last; None when that is not known any more."""
    below: bool = False
    """Something stands below it."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Leave it; what is below it may have to change."""

    block: Standing
    line: Spoken | None


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """Give it other words."""

    block: Standing
    line: Spoken


@dataclass(frozen=True, kw_only=True)
class Remove:
    """Take it away."""

    block: Standing


@dataclass(frozen=True, kw_only=True)
class Insert:
    """Put new blocks behind the one of the step before; behind nothing = at the beginning."""

    lines: Sequence[Spoken]


Change: TypeAlias = Keep | Rewrite | Remove | Insert


def changes(
    standing: Sequence[Standing], wanted: Sequence[Spoken], taken_away: Iterable[str]
) -> list[Change]:
    """Return the steps in the order of the page. `taken_away` are the marks of lines that people removed."""
    lines = list(_left(wanted, taken_away))
    old = [one.mark if one.ours else one.origin or f"?{one.id}" for one in standing]
    matcher = SequenceMatcher(a=old, b=[one.mark for one in lines], autojunk=False)
    found: list[Change] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pairs = zip(standing[a:b], lines[c:d], strict=True)
            found += [Keep(block=block, line=line) for block, line in pairs]
        else:
            found += _exchanged(standing[a:b], lines[c:d])
    return found


def _left(wanted: Iterable[Spoken], taken_away: Iterable[str]) -> Iterator[Spoken]:
    away = Counter(taken_away)
    for line in wanted:
        if away[line.mark]:
            away[line.mark] -= 1
        else:
            yield line


def _exchanged(standing: Iterable[Standing], lines: Sequence[Spoken]) -> Iterator[Change]:
    """Where the page and what is wanted differ: line by line, as far as one is the other brought up to date."""
    rest = list(lines)
    for block in standing:
        same = _same_line if block.ours else _reminds
        found = next((n for n, line in enumerate(rest[:_NEAR]) if same(block, line)), None)
        if found:
            yield Insert(lines=rest[:found])
        line = None if found is None else rest[found]
        rest = rest if found is None else rest[found + 1 :]
        if not block.ours:
            yield Keep(block=block, line=line)
        else:
            yield Remove(block=block) if line is None else Rewrite(block=block, line=line)
    if rest:
        yield Insert(lines=rest)


def _same_line(block: Standing, line: Spoken) -> bool:
    """Ours with other words: a number of days, a name."""
    if block.kind != line.kind:
        return False
    matcher = SequenceMatcher(a=block.text[:_READ], b=line.text[:_READ], autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _reminds(block: Standing, line: Spoken) -> bool:
    """Of a block that somebody changed, when it is not known any more what we had written: people add words."""
    if block.origin is not None or block.kind != line.kind:
        return False
    matcher = SequenceMatcher(a=block.text[:_READ], b=line.text[:_READ], autojunk=False)
    shorter = min(len(block.text), len(line.text))
    return sum(one.size for one in matcher.get_matching_blocks()) >= _ALIKE * shorter
