"""What is cut from a publication that is too large for where it goes: long lines first, then the ends of long sections."""

from collections.abc import Iterator
from dataclasses import replace

from .form import Line, Publication, Run, Section

_STEPS = ((None, 300), (50, 300), (12, 300), (12, 150), (6, 150), (3, 150), (1, 150), (0, 150))
"""How many lines of a section are kept (None: all), and how many characters of a line."""


def tighter(publication: Publication) -> Iterator[Publication]:
    """Yield the publication, and then shorter and shorter ones; the last has a title and nothing else.

    What is left out of a section is counted after it, so that a reader knows what else there is.
    """
    yield publication
    for keep, most in _STEPS:
        yield replace(
            publication,
            title=_short(publication.title, most),
            opening=[clipped(line, most) for line in publication.opening],
            sections=[_cut(one, keep, most) for one in publication.sections],
            closing=[clipped(line, most) for line in publication.closing],
        )
    yield replace(
        publication, title=_short(publication.title, _STEPS[-1][1]), opening=[], sections=[], closing=[]
    )


def clipped(line: Line, most: int) -> Line:
    """Return a line of at most so many characters; three points stand for the rest of it."""
    kept: list[Run] = []
    room = most
    for run in line.runs:
        if len(run.text) > room:
            kept.append(replace(run, text=_short(run.text, room)))
            break
        kept.append(run)
        room -= len(run.text)
    return Line(runs=kept, under=[clipped(one, most) for one in line.under])


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _cut(section: Section, keep: int | None, most: int) -> Section:
    lines = [clipped(line, most) for line in section.lines[:keep]]
    left = len(section.lines) - len(lines) + section.left
    if left == section.left:
        return replace(section, lines=lines)
    return replace(section, lines=lines, more=Line(runs=[Run(text=f"+ {left}")]), left=left)
