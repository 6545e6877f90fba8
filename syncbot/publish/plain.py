"""A publication as plain text: the second part of a mail, and what a terminal shows."""

import re
from collections.abc import Iterator, Sequence

from .form import Line, Publication, Run, every_line

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What moves the cursor or colours a terminal: somebody may have pasted it into a name."""


def plain(publication: Publication) -> str:
    """Return the publication as text, one line a line, links written out."""
    return _CONTROL.sub("", "\n".join(_lines(publication))).rstrip() + "\n"


def _lines(publication: Publication) -> Iterator[str]:
    yield publication.title
    yield "=" * len(publication.title)
    yield from _paragraphs(publication.opening)
    for section in publication.sections:
        yield ""
        yield section.title
        yield "-" * len(section.title)
        yield from _items(section.lines)
        if section.more is not None:
            yield _said(section.more)
    yield from _paragraphs(publication.closing)


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield ""
        yield _said(line)


def _items(lines: Sequence[Line]) -> Iterator[str]:
    for depth, line in every_line(lines):
        yield f"{'  ' * depth}- {_said(line)}"


def _said(line: Line) -> str:
    return "".join(map(_run, line.runs)).strip()


def _run(run: Run) -> str:
    said = " ".join(run.text.split("\n"))
    return said if run.url is None or run.url == said else f"{said} <{run.url}>"
