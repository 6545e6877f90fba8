"""Rows that look like one thing, and of which a person said that some are not the same."""

from collections.abc import Callable, Sequence
from itertools import combinations

from .found import OpenRow
from .groups import Groups
from .rulings import Rulings


def torn(rulings: Rulings, rows: Sequence[OpenRow]) -> list[OpenRow]:
    """Return the rows that are not the same as another of them: which of those the rest belongs to, nobody said."""
    if not rulings.apart:
        return []
    spots = [one.spot for one in rows]
    return [one for one in rows if rulings.are_apart(one.spot, spots)]


def parts(rulings: Rulings, rows: list[OpenRow]) -> list[list[OpenRow]]:
    """Return the rows that may be the same as one of the others together, those that are like none of them alone."""
    if not torn(rulings, rows):
        return [rows]
    groups = Groups(len(rows))
    for one, other in combinations(range(len(rows)), 2):
        if not rulings.are_apart(rows[one].spot, [rows[other].spot]):
            groups.join((one, other))
    return [[rows[one] for one in members] for members in groups.groups().values()]


def in_doubt(
    rulings: Rulings, rows: Sequence[OpenRow], is_taken: Callable[[str], bool]
) -> tuple[list[OpenRow], list[OpenRow]]:
    """Tell the rows of which each may be the one record that looks like them, or may not, from the others.

    Where the record has a row already (`is_taken`, by endpoint), none of them is it.
    """
    places = {one.endpoint for one in torn(rulings, rows) if not is_taken(one.endpoint)}
    doubtful = [one for one in rows if one.endpoint in places]
    return doubtful, [one for one in rows if one.endpoint not in places]
