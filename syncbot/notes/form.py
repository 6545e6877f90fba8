"""The neutral form of a note: what any reader makes of a Notion page, a Word file, a Markdown or a text file.

A reader keeps what was written and where; it decides nothing. Every line of a note is one block in reading order, so
that a finding can name the block it came from, and a person can be led back to the sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is, whatever the source calls it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """Of a list, with or without a number or a box."""
    ROW = "row"
    """Of a table; `cells` holds its cells, `text` the same joined by " | "."""
    QUOTE = "quote"
    CODE = "code"
    COMMENT = "comment"
    """Said about the text by a reader of it (Word comments)."""


class MarkKind(StrEnum):
    """What is said of a part of a text."""

    BOLD = "bold"
    STRUCK = "struck"
    UNDERLINED = "underlined"
    """Not of links, which are shown so by habit."""
    LINK = "link"
    """`value` is the address."""
    PERSON = "person"
    """A mention; `value` is an e-mail address where the source tells it, else the name as it is shown."""
    DAY = "day"
    """A mention of a date; `value` is the day in ISO 8601."""
    PAGE = "page"
    """A mention of a page; `value` is its ref."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something said of `text[start:end]` of a block."""

    kind: MarkKind
    start: int
    end: int
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One line of a note."""

    kind: BlockKind
    text: str
    """Plain text on one line, without the markup of the source (no bullet, box, "**" or "#")."""
    address: str
    """Where it stands in its source; stays the same when other blocks are added or removed, as far as the source allows."""
    level: int = 0
    """HEADING: 1 to 6. ITEM: how deep it is nested, 0 for the outermost. Others: depth of what holds them."""
    checked: bool | None = None
    """The state of its box; None where there is no box."""
    cells: Sequence[str] = ()
    """Of a ROW; the lines of one cell are parted by "\\n" here and by " " in `text`."""
    table: int | None = None
    """Of a ROW: which table of the note it belongs to, counted from 0."""
    head: bool = False
    """Of a ROW: whether the source marks it as the head of its table."""
    numbered: bool = False
    """Of an ITEM: it bears a number or letter that the source counts and `text` does not hold."""
    continues: bool = False
    """It follows the block before in the same paragraph: a wrapped sentence, or a line that its writer broke."""
    line: int | None = None
    """Text, Markdown, HTML: its line in the source, from 1. Word: its position among the paragraphs and rows that are
    not empty, from 0; lines broken within a paragraph share it, as do remarks on it."""
    marks: Sequence[Mark] = ()
    url: str | None = None
    """For a person to click on; None where only the note itself can be opened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One note: everything a reader could make out of one page or file."""

    ref: str
    """Where it lives on its source (page id, file id)."""
    title: str
    blocks: Sequence[Block]
    day: date | None = None
    """The day of the meeting as the source tells it (a property, a file name); None: look into the text."""
    url: str | None = None
    people: Sequence[str] = ()
    """Who was there, where the source tells it beside the text (a property, front matter)."""
    oddities: Sequence[str] = ()
    """What could not be read and was left out, in words."""
