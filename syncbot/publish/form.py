"""What a publication is before it takes the form of an outlet: sections of lines, each line a few runs of text.

Nothing here is markup: a run is what a person reads. The outlets' forms (`html`, `plain`, `card`) escape it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A piece of a line."""

    text: str
    url: str | None = None
    """Where it leads; only https and mailto ever get here (`wording`)."""
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that is said."""

    runs: Sequence[Run]
    under: Sequence["Line"] = ()
    """What belongs to it."""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


class Draw(Enum):
    """How numbers are drawn."""

    BARS = "bars"
    """Lying, for what has long names."""
    COLUMNS = "columns"
    """Upright, for what follows in time."""
    TILES = "tiles"
    """A few large numbers beside each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Numbers to be drawn; the lines of the section say the same in words."""

    draw: Draw
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]
    """By what they count: a number for each label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Lines under a title."""

    name: str
    """As declared: "carried_over"; the same in all languages."""
    title: str
    lines: Sequence[Line] = ()
    more: Line | None = None
    """Said after the lines when some were left out: how many, and where they are."""
    left: int = 0
    """How many were left out."""
    free: bool = False
    """Space that people fill in; never taken for empty."""
    chart: Chart | None = None
    """Drawn instead of the lines where the outlet's form can draw."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """One agenda, summary, digest or deck in the reader's language."""

    what: str
    group: str
    period: str
    language: str
    """ISO 639-1."""
    title: str
    opening: Sequence[Line] = ()
    sections: Sequence[Section] = ()
    closing: Sequence[Line] = ()
    person: str | None = None
    """Whose own it is, by key; None: the group's."""
    empty: bool = False
    """No record has anything to say; what stands in it is fixed words."""
    open: str = "Open"
    """What a link to the whole of it is called, in the reader's language."""
    slides: bool = False
    """It is shown on a wall rather than read: its Office file is a deck of slides instead of a document."""


def leading(publication: Publication, whole: str) -> Publication:
    """Return the same with what says that lines were left out leading to where it can be read in full."""
    sections = [
        one
        if one.more is None
        else replace(one, more=Line(runs=[replace(run, url=run.url or whole) for run in one.more.runs]))
        for one in publication.sections
    ]
    return replace(publication, sections=sections)


def every_line(lines: Sequence[Line], depth: int = 0) -> Iterator[tuple[int, Line]]:
    """Return each line and what is under it, with its depth, in reading order."""
    for line in lines:
        yield depth, line
        yield from every_line(line.under, depth + 1)
