"""Bodies of pages as notes: one request for a page through Markdown, where that tells all that is needed.

What Markdown leaves out is asked for by itself: names of people and titles of pages that are mentioned (once in a
run), and the few blocks that it cannot show (`<unknown>`: bookmarks, embeds, what is not shared). The whole page is
read as blocks when Markdown was cut (`truncated`), when it does not show more than a few blocks, or not where those
of `unknown_block_ids` stand, and when its parts do not fit into each other. Boxes need no blocks: Markdown tells
whether they are ticked.

Lines have the ids of their blocks as addresses where blocks were read, and then links that lead to the line. Of
Markdown an address is a hash of the titles above, the words, and how many such lines stand before: it stays when
other lines come and go. A page may be read in the one way today and in the other tomorrow; then lines are known again
by their words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from syncbot.errors import Invalid
from syncbot.notes.form import Block, Mark, MarkKind, Note

from ..documents.drafting import finished
from .body_inline import Names, NotTold
from .body_lines import Body
from .body_markdown import read_markdown
from .body_people import Members
from .body_titles import Titles
from .body_tree import Tree
from .body_words import dashed
from .connection import NotionConnection

MOST_UNKNOWN = 10
"""Blocks that are asked for one by one; for more of them the whole page is read as blocks."""
_BLOCK = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def no_titles(_: str) -> str | None:
    """Know no page."""
    return None


class PageNotes:
    """Reads bodies of pages over one connection. Meant for one run: people are asked for once."""

    def __init__(
        self, *, connection: NotionConnection, titles: Callable[[str], str | None] = no_titles
    ) -> None:
        """Ask nothing yet. `titles` are those of pages that may be mentioned, by id (with dashes), as far as known."""
        self._connection = connection
        self._names = Names(member=Members(connection).of, title=Titles(connection, titles).of)

    def read(self, ref: str, *, title: str, day: date | None = None, url: str | None = None) -> Note:
        """Read one page: one request, more where Markdown does not do, and once a run for the names of people.

        Raises `NotFound` for a page that is gone or not shared, and what a connection raises; nothing for odd content.
        """
        body = self._by_markdown(ref) or self._by_blocks(ref)
        page = url or f"https://www.notion.so/{ref.replace('-', '')}"
        return Note(
            ref=ref,
            title=title,
            blocks=[_finished(block, page) for block in finished(body.drafts)],
            day=day,
            url=page,
            oddities=tuple(body.oddities),
        )

    def _by_markdown(self, ref: str) -> Body | None:
        """Read a page as Markdown; None where that does not tell all."""
        try:
            answer = self._connection.ask("GET", f"pages/{ref}/markdown")
        except Invalid:
            return None
        markdown, unknown = answer.get("markdown"), answer.get("unknown_block_ids") or ()
        if not isinstance(markdown, str) or answer.get("truncated") or len(unknown) > MOST_UNKNOWN:
            return None
        body, shown = Body(), set[str]()
        tree = Tree(self._connection, body, self._names)

        def show(key: str, level: int) -> bool:
            if len(shown) < MOST_UNKNOWN:
                shown.add(key)
                tree.one(key, level)
                return True
            return False

        try:
            read_markdown(markdown, body, self._names, show)
        except NotTold:
            return None
        return body if {dashed(str(key)) for key in unknown} <= shown else None

    def _by_blocks(self, ref: str) -> Body:
        body = Body()
        Tree(self._connection, body, self._names).read(ref)
        return body


def _finished(block: Block, page: str) -> Block:
    """Add where a person finds the line, and keep of what reads like a mention only what is none already."""
    found = _BLOCK.match(block.address)
    url = page if found is None else f"{page.partition('#')[0]}#{found[0].replace('-', '')}"
    return replace(block, url=url, marks=tuple(_once(block.marks)))


def _once(marks: Iterable[Mark]) -> Iterable[Mark]:
    people = [mark for mark in marks if mark.kind is MarkKind.PERSON]
    for mark in marks:
        around = any(
            one is not mark and one.start <= mark.start and mark.end <= one.end and one != mark
            for one in people
        )
        if mark.kind is not MarkKind.PERSON or not around:
            yield mark
