"""Outlets that cannot be used because a setting lacks or is wrong: everything else goes on, and nobody is left to wonder.

Said when the service starts, by `status` and by `check`; who asks for the publication itself is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syncbot.errors import Problem, SettingsError


@dataclass(frozen=True, kw_only=True)
class Shut:
    """One outlet of one publication of a group."""

    group: str
    what: str
    outlet: str
    problems: Sequence[Problem]
    """What is to be mended; never empty."""
    each: bool = False
    """It is what each person of the group gets for himself or herself."""
    stands_in_for: str | None = None
    """The outlet, in use, that it is the fallback of: the publication leaves, and has nothing to fall back on."""


def told(shut: Sequence[Shut]) -> Iterator[str]:
    """Say which publications have no way out, and which line of the settings mends it: a sentence a setting."""
    by_setting: dict[Problem, list[Shut]] = {}
    for one in shut:
        for problem in one.problems:
            by_setting.setdefault(problem, []).append(one)
    for problem, several in by_setting.items():
        yield f"{_lack(problem)}: {'; '.join(_missed(several))}"


def _lack(problem: Problem) -> str:
    if problem.found == "nothing":
        return f"{problem.place} is not set in .env"
    return f"{problem.place} in .env is not {problem.expected} ({problem.found})"


def _missed(shut: Sequence[Shut]) -> Iterator[str]:
    by_outlet: dict[tuple[str, str | None], list[Shut]] = {}
    for one in shut:
        by_outlet.setdefault((one.outlet, one.stands_in_for), []).append(one)
    for (outlet, first), several in by_outlet.items():
        which = ", ".join(f"{what} of {_listed(groups)}" for what, groups in _by_what(several).items())
        yield (
            f"{outlet} does not step in for {first}: {which}"
            if first
            else f"nothing leaves by {outlet}: {which}"
        )


def _by_what(shut: Sequence[Shut]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in shut:
        found.setdefault(f"{one.what} for each person" if one.each else one.what, []).append(one.group)
    return found


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def refuse(shut: Sequence[Shut], group: str, what: str, *, each: bool) -> None:
    """Raise `SettingsError` when a publication cannot leave by all that are declared for it."""
    wanted = (group, what, each)
    mine = [one for one in shut if (one.group, one.what, one.each) == wanted and one.stands_in_for is None]
    if mine:
        raise SettingsError(list(dict.fromkeys(problem for one in mine for problem in one.problems)))
