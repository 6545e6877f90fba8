"""A publication as blocks of a Notion page: what is sent, and by what a block on the page is known again.

Limits: 100 pieces of text a block, 2,000 characters a piece, 100 blocks a request and two levels of them (Notion's
"request limits" page). Text comes back normalised (neighbouring equal pieces joined, a bare host with a slash), so what
is compared is normalised too.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from syncbot.endpoints.notion.wire import split
from syncbot.publish.form import Line, Publication, Run, Section, every_line
from syncbot.publish.package import address, clean
from syncbot.publish.room import clipped

Json: TypeAlias = Mapping[str, Any]
Piece: TypeAlias = tuple[str, bool, str]
"""Words, whether they are bold, and where they lead ("" = nowhere)."""
PARAGRAPH, HEADING, ITEM = "paragraph", "heading_2", "bulleted_list_item"
_PIECES = 100
_LONGEST = 20_000
"""Characters of a block: with 4 bytes each, and 100 links of 2,000, far less than a request of 500 kB."""
_BELOW = 500
"""Characters of one of the blocks below another, which are sent with it."""
_MARK = 16


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One block as we want it."""

    kind: str
    pieces: Sequence[Piece]
    under: Sequence["Spoken"] = field(default=())

    @property
    def mark(self) -> str:
        """What it is known by: what it is and says, without what is below it."""
        return mark_of(self.kind, self.pieces)

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(words for words, _, _ in self.pieces)

    def content(self) -> Json:
        """The member of a block that holds its text."""
        return {"rich_text": list(_rich(self.pieces))}

    def block(self) -> Json:
        """The block with what is below it."""
        below = {"children": [one.block() for one in self.under]} if self.under else {}
        return {"object": "block", "type": self.kind, self.kind: {**self.content(), **below}}


def spoken(publication: Publication) -> list[Spoken]:
    """Return the blocks of a page's body; the title is the page's."""
    body = [_said(PARAGRAPH, line) for line in publication.opening]
    for section in publication.sections:
        body += _section(section)
    return [*body, *(_said(PARAGRAPH, line) for line in publication.closing)]


def mark_of(kind: str, pieces: Iterable[Piece]) -> str:
    """Return a short mark of what a block is and says."""
    said = repr((kind, _joined((words, bold, url.rstrip("/")) for words, bold, url in pieces)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]


def pieces_of(block: Json) -> list[Piece]:
    """Return what a block on a page says; nothing for one without text."""
    inner = block.get(str(block.get("type")))
    found = inner.get("rich_text") if isinstance(inner, dict) else None
    return [
        (
            str(one.get("plain_text") or ""),
            bool((one.get("annotations") or {}).get("bold")),
            str(one.get("href") or ""),
        )
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    ]


def _section(section: Section) -> Iterator[Spoken]:
    yield Spoken(kind=HEADING, pieces=_pieces([Run(text=section.title)]))
    for line in section.lines:
        # One level below is enough: a request takes no more than two, and nobody reads more.
        under = [_said(ITEM, clipped(one, _BELOW)) for _, one in every_line(line.under)][:_PIECES]
        yield Spoken(kind=ITEM, pieces=_pieces(line.runs), under=under)
    if section.more is not None:
        yield _said(PARAGRAPH, section.more)
    if section.free:
        yield Spoken(kind=PARAGRAPH, pieces=())


def _said(kind: str, line: Line) -> Spoken:
    return Spoken(kind=kind, pieces=_pieces(line.runs))


def _pieces(runs: Iterable[Run]) -> list[Piece]:
    """Join what looks the same, and cut to what a block, and a request with nothing but it, takes."""
    joined = _joined(
        (clean(run.text), run.strong, address(run.url) or "")
        for run in clipped(Line(runs=list(runs)), _LONGEST).runs
    )
    return [(part, bold, url) for words, bold, url in joined for part in split(words)][:_PIECES]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for words, bold, url in pieces:
        if not words:
            continue
        if found and found[-1][1:] == (bold, url):
            found[-1] = (found[-1][0] + words, bold, url)
        else:
            found.append((words, bold, url))
    return found


def _rich(pieces: Iterable[Piece]) -> Iterator[Json]:
    for words, bold, url in pieces:
        link = {"link": {"url": url}} if url else {}
        yield {"type": "text", "text": {"content": words, **link}, "annotations": {"bold": bold}}
