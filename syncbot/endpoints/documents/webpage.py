"""Reads HTML as minutes are exported to it; scripts are left out, nothing is fetched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree, html

from syncbot.notes.form import Block, BlockKind

from .drafting import Draft, TooDeepError, finished, row
from .marking import KINDS, begin_link, end_link
from .words import Words, Writer

_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "select"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_APART = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
        ),
        *(
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "header",
            "hr",
            "html",
            "li",
            "main",
            "nav",
        ),
        *("ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul"),
        *_HEADINGS,
    }
)
"""Elements that stand on lines of their own."""
MOST_NESTED = 200
"""Elements nested deeper are read without what they are."""


def read_html(text: str) -> Sequence[Block]:
    """Read the lines of a page; `line` is where an element begins in the source."""
    return finished(page_drafts(text))


def page_title(text: str) -> str:
    """Return the page's title, "" where it has none."""
    root = _parsed(text)
    return " ".join((root.findtext(".//title") or "").split()) if root is not None else ""


def page_drafts(text: str, *, before: int = 0, table: int = 0) -> Iterator[Draft]:
    """Tell the lines of a page or a piece of one that stands below `before` lines of something else."""
    root = _parsed(text)
    if root is not None:
        walk = _Walk(before=before, tables=table)
        walk.enter(root)
        walk.end_line()
        yield from walk.found


def _parsed(text: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing in it
        return None
    if any(one.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log):
        raise TooDeepError  # what follows would be lost
    return root


@dataclass(kw_only=True)
class _Walk:
    """Goes through the elements once, knowing what it stands in."""

    before: int
    tables: int
    found: list[Draft] = field(default_factory=list)
    writer: Writer = field(default_factory=Writer)
    line: int = 1
    """Of the source, where we are."""
    began: int | None = None
    """Where the line that is being written began."""
    kind: BlockKind = BlockKind.PARAGRAPH
    heading: int = 0
    lists: list[bool] = field(default_factory=list)
    """Whether each list that is open is numbered."""
    fresh: bool = False
    """An item has begun and has no line yet."""
    broken: bool = False
    """The line before ended with <br>."""
    cells: list[list[Words]] | None = None
    """Of the row that is open; lines go into its last cell."""
    depth: int = 0

    def enter(self, element: html.HtmlElement) -> None:
        """Read an element and what follows it up to the next."""
        tag = element.tag if isinstance(element.tag, str) else ""
        self.line = max(self.line, element.sourceline or 0)
        if tag not in _UNSEEN:
            self.depth += 1
            if self.depth > MOST_NESTED:
                self._say("".join(element.itertext()))
            else:
                self._read(element, tag)
            self.depth -= 1
        self._say(element.tail or "")

    def _read(self, element: html.HtmlElement, tag: str) -> None:
        if tag in _APART:
            self.end_line()
        if tag in KINDS:
            self.writer.open(KINDS[tag])
            self._inside(element)
            self.writer.close(KINDS[tag])
        elif tag == "a":
            begin_link(element.get("href") or "", self.writer)
            self._inside(element)
            end_link(self.writer)
        elif tag == "br":
            self.end_line()
            self.broken = True
        elif tag == "input":
            self._box(element)
        else:
            self._block(element, tag)
        if tag in _APART:
            self.end_line()
            self.broken = False

    def _block(self, element: html.HtmlElement, tag: str) -> None:
        match tag:
            case "ul" | "ol":
                self.lists.append(tag == "ol")
                self._inside(element)
                self.lists.pop()
            case "li":
                self.fresh = True
                self._inside(element)
                self.end_line()
                self.fresh = False
            case "tr" if self.cells is None:
                self._row(element)
            case "td" | "th" if self.cells is not None:
                self.end_line()
                self.cells.append([])
                self._inside(element)
                self.end_line()
            case "table" if self.cells is None:
                self._inside(element)
                self.end_line()
                self.tables += 1
            case "blockquote" | "pre":
                self._as(element, BlockKind.QUOTE if tag == "blockquote" else BlockKind.CODE)
            case _:
                self.heading = _HEADINGS.get(tag, self.heading)
                self._inside(element)
                if tag in _HEADINGS:
                    self.end_line()
                    self.heading = 0

    def _inside(self, element: html.HtmlElement) -> None:
        self._say(element.text or "")
        for child in element:
            self.enter(child)

    def _as(self, element: html.HtmlElement, kind: BlockKind) -> None:
        before, self.kind = self.kind, kind
        self._inside(element)
        self.end_line()
        self.kind = before

    def _row(self, element: html.HtmlElement) -> None:
        line, self.cells = self.line, list[list[Words]]()
        self._inside(element)
        self.end_line()
        head = all(child.tag == "th" for child in element) and len(element) > 0
        self.found.append(row(self.cells, line=self.before + line, table=self.tables, head=head))
        self.cells = None

    def _box(self, element: html.HtmlElement) -> None:
        if (element.get("type") or "").lower() == "checkbox":
            self._say("☑ " if element.get("checked") is not None else "☐ ")

    def _say(self, text: str) -> None:
        """Write some text; in <pre> the source's lines are the note's lines."""
        for number, part in enumerate(text.split("\n")):
            if number:
                self.line += 1
                if self.kind is BlockKind.CODE:
                    self.end_line()
                else:
                    self.writer.add(" ")
            if part and not part.isspace() and self.began is None:
                self.began = self.line
            self.writer.add(part)

    def end_line(self) -> None:
        """Finish the line that is being written, if something stands on it."""
        words, line = self.writer.take(), self.before + (self.began or self.line)
        self.began = None
        if not words.text:
            return
        if self.cells is not None:
            (self.cells or [[]])[-1].append(words)
        else:
            self.found.append(self._draft(words, line))
        self.fresh = self.broken = False

    def _draft(self, words: Words, line: int) -> Draft:
        depth = len(self.lists)
        if self.heading:
            return Draft(kind=BlockKind.HEADING, words=words, line=line, level=self.heading)
        if self.fresh:
            numbered = bool(self.lists) and self.lists[-1]
            level = max(0, depth - 1)
            return Draft(kind=BlockKind.ITEM, words=words, line=line, level=level, numbered=numbered)
        return Draft(kind=self.kind, words=words, line=line, level=depth, continues=self.broken)
