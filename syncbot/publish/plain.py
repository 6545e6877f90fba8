"""A publication as plain text: the second part of a mail, and what a terminal shows."""

from collections.abc import Iterator, Sequence

from .form import Line, Publication, Run, every_line


def plain(publication: Publication) -> str:
    """Return the publication as text, one line a line, links written out."""
    return "\n".join(_lines(publication)).rstrip() + "\n"


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
