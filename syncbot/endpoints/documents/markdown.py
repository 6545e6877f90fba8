"""Reads Markdown, also what is not quite Markdown: every source line is a line of the note.

The rules are CommonMark's with tables and strikethrough, but for two: text that is set in is never code, as people
set in what belongs to the line above; and a paragraph of several lines above "---" is no heading, as people draw
lines. Front matter between "---" lines is not part of the note.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from syncbot.notes.form import Block, BlockKind, MarkKind

from .drafting import Draft, finished, row
from .insets import level_lists
from .marking import begin_link, end_link, write_tag
from .webpage import page_drafts
from .words import Words, Writer

MOST_SIGNS = 400
"""Brackets, stars and the like in one run of text; the rules of Markdown take time by their square."""
_SIGNS = re.compile(r"[\[*_`<~!&]")
_SPAN = re.compile(r"\[([^\[\]\n]+)\]\{[.#][^{}\n]*\}|(?<=\S)[ \t]*\{[.#-][^{}\n]*\}[ \t]*$", re.MULTILINE)
"""Attributes that pandoc and others let people write: "[Gliech]{.smallcaps}", "# Title {#id}"."""
_FRONT = re.compile(r"---[ \t]*\n(?P<fields>.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LIQUID = re.compile(r"^[ \t]*\{%.*%\}[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^(?P<name>title|date)[ \t]*:[ \t]*(?P<value>\S.*)$", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"[ \t]*-[ \t]+(?:<[^>]*>)?([A-ZÀ-Þ][\w'.-]*(?:[ \t]+[\w'.-]+){0,4})")
_NO_PEOPLE = frozenset({"tags", "categories", "keywords", "layout"})
_KINDS = {"strong": MarkKind.BOLD, "s": MarkKind.STRUCK}


def _parse_inline(state: StateCore) -> None:
    """Read what stands within lines: a paragraph with very many signs line by line, such a line as plain text."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if len(_SIGNS.findall(token.content)) <= MOST_SIGNS:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            continue
        for number, line in enumerate(token.content.split("\n")):
            if number:
                token.children.append(Token(type="softbreak", tag="br", nesting=0))
            if len(_SIGNS.findall(line)) <= MOST_SIGNS:
                state.md.inline.parse(line, state.md, state.env, token.children)
            else:
                token.children.append(Token(type="text", tag="", nesting=0, content=line))


def _rules() -> MarkdownIt:
    rules = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).disable(["code"])
    rules.core.ruler.at("inline", _parse_inline)
    return rules


_RULES = _rules()


def read_markdown(text: str) -> Sequence[Block]:
    """Read the lines of a Markdown text."""
    front = _FRONT.match(text)
    body = "\n" * front[0].count("\n") + text[front.end() :] if front else text
    body = _LIQUID.sub("", _SPAN.sub(lambda match: match[1] or "", level_lists(body)))
    return finished(_Walk().drafts(_RULES.parse(body)))


def front_matter(text: str) -> dict[str, str]:
    """Return title and date as the front matter tells them, without their quotes."""
    front = _FRONT.match(text)
    found = _FIELD.finditer(front["fields"]) if front else ()
    return {match["name"].lower(): match["value"].strip().strip("\"'`") for match in found}


def front_people(text: str) -> tuple[str, ...]:
    """Return the entries of lists in the front matter that look like names, but those of tags."""
    front = _FRONT.match(text)
    names: list[str] = []
    key = ""
    for line in front["fields"].split("\n") if front else ():
        if opened := re.match(r"[ \t]*([^\s:#-][^:#]*):[ \t]*$", line):
            key = opened[1].strip().lower()
        elif (entry := _NAME.match(line)) and key not in _NO_PEOPLE:
            names.append(" ".join(entry[1].split()))
    return tuple(names)


@dataclass(kw_only=True)
class _Walk:
    """Goes through the blocks once, knowing what it stands in."""

    lists: list[bool] = field(default_factory=list)
    """Whether each list that is open is numbered."""
    quotes: int = 0
    heading: int = 0
    underlined: bool = False
    """The heading is one by the line below it."""
    fresh: bool = False
    """An item has begun and has no line yet."""
    tables: int = 0
    head: bool = False
    cells: list[list[Words]] | None = None
    """Of the row that is open."""
    row_line: int = 0

    def drafts(self, tokens: Sequence[Token]) -> Iterator[Draft]:
        """Tell the lines of all blocks in order."""
        for token in tokens:
            self._step(token)
            match token.type:
                case "inline" if self.cells is not None:
                    self.cells.append([words for _, words in _lines(token)])
                case "inline":
                    yield from self._paragraph(token)
                case "fence":
                    yield from self._code(token)
                case "html_block":
                    yield from self._page(token)
                case "tr_close":
                    yield row(self.cells or [], line=self.row_line, table=self.tables, head=self.head)
                    self.cells = None

    def _step(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append(token.type.startswith("o"))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.fresh = True
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "heading_open":
                self.heading, self.underlined = int(token.tag[1:]), token.markup in {"-", "="}
            case "heading_close":
                self.heading = 0
            case _:
                self._step_in_table(token)

    def _step_in_table(self, token: Token) -> None:
        match token.type:
            case "thead_open" | "thead_close":
                self.head = token.nesting > 0
            case "tr_open":
                self.cells, self.row_line = [], token.map[0] + 1 if token.map else self.row_line + 1
            case "table_close":
                self.tables += 1

    def _paragraph(self, token: Token) -> Iterator[Draft]:
        lines = [(line, words) for line, words in _lines(token) if words.text]
        heading = 0 if self.underlined and len(lines) > 1 else self.heading
        for number, (line, words) in enumerate(lines):
            yield self._line(words, line, first=number == 0, heading=heading)
        self.fresh = False

    def _line(self, words: Words, line: int, *, first: bool, heading: int) -> Draft:
        depth = len(self.lists)
        if heading:
            return Draft(kind=BlockKind.HEADING, words=words, line=line, level=heading)
        if first and self.fresh and depth:
            numbered = self.lists[-1]
            return Draft(kind=BlockKind.ITEM, words=words, line=line, level=depth - 1, numbered=numbered)
        kind = BlockKind.QUOTE if self.quotes else BlockKind.PARAGRAPH
        return Draft(kind=kind, words=words, line=line, level=depth, continues=not first)

    def _code(self, token: Token) -> Iterator[Draft]:
        start = token.map[0] + 2 if token.map else 1
        for number, text in enumerate(token.content.split("\n")):
            writer = Writer()
            writer.add(text)
            line = start + number
            yield Draft(kind=BlockKind.CODE, words=writer.take(), line=line, level=len(self.lists))

    def _page(self, token: Token) -> Iterator[Draft]:
        start = token.map[0] if token.map else 0
        for draft in page_drafts(token.content, before=start, table=self.tables):
            if draft.table is not None:
                self.tables = draft.table + 1
            yield draft


def _lines(token: Token) -> Sequence[tuple[int, Words]]:
    """Part a run of text into its source lines, each with its number."""
    start = token.map[0] + 1 if token.map else 1
    lines = _parted(token.children or [], start)
    written = token.content.split("\n")
    if lines[-1][0] - start + 1 == len(written):
        return lines
    apart: list[tuple[int, Words]] = []
    for number, text in enumerate(
        written
    ):  # code or an address over several lines: where they end is not told
        (inline,) = _RULES.parseInline(text)
        apart += [(start + number, words) for _, words in _parted(inline.children or [], 1)]
    return apart


def _parted(children: Sequence[Token], line: int) -> list[tuple[int, Words]]:
    lines: list[tuple[int, Words]] = []
    writer = Writer()
    for child in children:
        breaks = _write(child, writer)
        if breaks is not None:
            lines.append((line, writer.take()))
            line += breaks
    return [*lines, (line, writer.take())]


def _write(child: Token, writer: Writer) -> int | None:
    """Write one piece; return how many source lines it moves on where it ends the line, else None."""
    match child.type:
        case "softbreak" | "hardbreak":
            return 1
        case "html_inline":
            return write_tag(child.content, writer)
        case "link_open":
            begin_link(str(child.attrs.get("href", "")), writer)
        case "link_close":
            end_link(writer)
        case "strong_open" | "s_open":
            writer.open(_KINDS[child.tag])
        case "strong_close" | "s_close":
            writer.close(_KINDS[child.tag])
        case _:
            _write_text(child.content, writer)
    return None


def _write_text(text: str, writer: Writer) -> None:
    """Write text; stars that the rules left in it ("**Note: **") were meant to be bold."""
    for number, part in enumerate(text.split("**")):
        if number and not writer.close(MarkKind.BOLD):
            writer.open(MarkKind.BOLD)
        writer.add(part)
