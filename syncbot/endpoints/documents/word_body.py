"""Goes through the body of a Word file: paragraphs and rows of tables, in reading order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from syncbot.notes.form import BlockKind

from .drafting import Draft, TooDeepError, row
from .word_names import attribute, below, child, inside, name_of, number, value
from .word_remarks import Reference, Remark
from .word_runs import Runs
from .word_styles import Styles
from .words import Words, is_typed_item

_THROUGH = frozenset({"w:customXml", "w:smartTag", "w:ins", "w:moveTo", "w:sdtContent"})
"""What only holds blocks."""
MOST_NESTED = 30
"""Tables and boxes within one another."""
MOST_SPAN = 63
"""Columns that a table of Word can have."""
LONGEST_REPEATED = 300
"""A cell that goes over several rows is told for each of them, if it is not longer (characters)."""
_LEVEL, _DEEPEST = 360, 8
"""Of paragraphs that are set in: twips of one level, and the deepest level."""
_LAID_OUT = 3
"""A cell of so many paragraphs lays text out; it holds no value of a table."""


@dataclass(kw_only=True)
class Body:
    """Goes through the body once."""

    runs: Runs
    remarks: dict[Reference, Remark]
    at: int = 0
    """Position among the paragraphs and rows that are not empty."""
    tables: int = 0

    def document(self, root: etree._Element) -> Iterator[Draft]:
        """Tell the lines of the document in order."""
        body = child(root, "w:body")
        if body is not None:
            yield from self._blocks(body, 0)

    def _blocks(self, element: Iterable[etree._Element], depth: int) -> Iterator[Draft]:
        if depth > MOST_NESTED:
            raise TooDeepError
        for one in element:
            name = name_of(one)
            if name == "w:p":
                yield from self._paragraph(one, depth)
            elif name == "w:tbl":
                yield from self._table(one, depth)
            elif name in _THROUGH:
                yield from self._blocks(one, depth + 1)
            elif name == "w:sdt" and not _is_contents(one):
                yield from self._blocks(inside(one, "w:sdtContent"), depth + 1)
            elif name == "mc:AlternateContent":
                yield from self._blocks(inside(one, "mc:Choice"), depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> Iterator[Draft]:
        properties = child(paragraph, "w:pPr")
        lines = self.runs.read(paragraph)
        remarks, boxes = self.runs.remarks, self.runs.boxes
        at = self.at
        if any(words.text for words in lines):
            self.at += 1
            if not self.runs.styles.is_index(properties):
                yield from self._lines(paragraph, properties, lines, at)
        yield from self._said_of(remarks, at)
        for box in boxes:
            yield from self._blocks(box, depth + 1)

    def _lines(
        self, paragraph: etree._Element, properties: etree._Element | None, lines: list[Words], at: int
    ) -> Iterator[Draft]:
        kind, level, numbered = _kind(self.runs.styles, properties)
        identity = attribute(paragraph, "w14:paraId")
        first = True
        for words in lines:
            if not words.text:
                continue
            draft = Draft(kind=kind, words=words, line=at, level=level, numbered=numbered, anchor=identity)
            if first or kind is BlockKind.CODE:
                yield draft
            else:
                inner = level + (kind is BlockKind.ITEM)
                yield replace(draft, kind=_after(kind), level=inner, numbered=False, continues=True)
            first = False

    def _said_of(self, references: Sequence[Reference], at: int) -> Iterator[Draft]:
        for reference in references:
            remark = self.remarks.pop(reference, None)
            for words in remark.lines if remark else ():
                level = 0 if remark and remark.kind is BlockKind.COMMENT else 1
                yield Draft(
                    kind=remark.kind if remark else BlockKind.COMMENT,
                    words=words,
                    line=at,
                    level=level,
                    checked=remark.done if remark else None,
                )

    def _table(self, table: etree._Element, depth: int) -> Iterator[Draft]:
        number_of_table, self.tables = self.tables, self.tables + 1
        above: dict[int, list[Words]] = {}
        for one in _rows(table, depth):
            at, identity = self.at, attribute(one, "w14:paraId")
            cells = [self._cell(cell, depth) for cell in _cells(one, depth)]
            self.at = at + any(draft.words.text for cell in cells for draft in cell.drafts)
            remarks = [draft for cell in cells for draft in cell.drafts if draft.kind is BlockKind.COMMENT]
            if (len(cells) == 1 and cells[0].span == 1) or any(_lays_out(cell.lines) for cell in cells):
                yield from (replace(draft, line=at) for cell in cells for draft in cell.lines)
            else:
                values = _values(cells, above)
                head = child(child(one, "w:trPr"), "w:tblHeader") is not None
                made = row(values, line=at, table=number_of_table, head=head)
                yield replace(made, anchor=identity)
            yield from (replace(draft, line=at) for draft in remarks)

    def _cell(self, cell: etree._Element, depth: int) -> "_Cell":
        properties = child(cell, "w:tcPr")
        merged = child(properties, "w:vMerge")
        return _Cell(
            drafts=list(self._blocks(cell, depth + 1)),
            span=max(1, min(number(value(properties, "w:gridSpan"), 1), MOST_SPAN)),
            goes_on=merged is not None and (attribute(merged, "w:val") or "continue") == "continue",
        )


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """One cell of a row."""

    drafts: Sequence[Draft]
    span: int
    """So many columns wide."""
    goes_on: bool
    """It is part of the cell above."""

    @property
    def lines(self) -> list[Draft]:
        """What stands in it, without what is said of it."""
        return [draft for draft in self.drafts if draft.kind is not BlockKind.COMMENT]


def _lays_out(lines: Sequence[Draft]) -> bool:
    """Whether a cell lays text out (an agenda item with its notes) rather than holding a value."""
    items = any(
        draft.kind in {BlockKind.ITEM, BlockKind.HEADING} or is_typed_item(draft.words) for draft in lines
    )
    return len(lines) >= _LAID_OUT or (len(lines) > 1 and items)


def _values(cells: Sequence[_Cell], above: dict[int, list[Words]]) -> list[list[Words]]:
    """Return the lines of each column; a cell that is part of the one above says what that says."""
    values: list[list[Words]] = []
    for cell in cells:
        column = len(values)
        words = [draft.words for draft in cell.lines]
        if cell.goes_on and not words:
            words = above.get(column, [])
        fits = sum(len(one.text) for one in words) <= LONGEST_REPEATED
        above[column] = words if fits else []
        values += [words, *([] for _ in range(cell.span - 1))]
    return values


def _rows(table: etree._Element, depth: int) -> Iterator[etree._Element]:
    for one in _through(table, "w:tr", depth):
        properties = child(one, "w:trPr")
        if child(properties, "w:del") is None:
            yield one


def _cells(row_of_table: etree._Element, depth: int) -> Iterator[etree._Element]:
    return _through(row_of_table, "w:tc", depth)


def _through(element: Iterable[etree._Element], wanted: str, depth: int) -> Iterator[etree._Element]:
    """Tell the children of that name, also those that something which only holds them stands around."""
    if depth > MOST_NESTED:
        raise TooDeepError
    for one in element:
        name = name_of(one)
        if name == wanted:
            yield one
        elif name == "w:sdt":
            yield from _through(inside(one, "w:sdtContent"), wanted, depth + 1)
        elif name in _THROUGH:
            yield from _through(one, wanted, depth + 1)


def _kind(styles: Styles, properties: etree._Element | None) -> tuple[BlockKind, int, bool]:
    """Tell what a paragraph is, its level, and whether it bears a number."""
    heading = styles.heading(properties)
    if heading:
        return BlockKind.HEADING, heading, False
    if styles.is_code(properties):
        return BlockKind.CODE, 0, False
    if styles.is_quote(properties):
        return BlockKind.QUOTE, 0, False
    listed = styles.listed(properties)
    if listed is None:
        return BlockKind.PARAGRAPH, styles.continued(properties) or _inset(properties), False
    if not listed.shown:
        return BlockKind.PARAGRAPH, listed.level + 1, False
    return BlockKind.ITEM, listed.level, not listed.bullet


def _inset(properties: etree._Element | None) -> int:
    """How deep a paragraph stands that is only set in: lists of Word are set in by a quarter of an inch a level."""
    inset = child(properties, "w:ind")
    twips = number(attribute(inset, "w:left") or attribute(inset, "w:start"))
    return max(0, min(twips // _LEVEL - 1, _DEEPEST))


def _after(kind: BlockKind) -> BlockKind:
    """What the later lines of a paragraph are."""
    return BlockKind.QUOTE if kind is BlockKind.QUOTE else BlockKind.PARAGRAPH


def _is_contents(control: etree._Element) -> bool:
    gallery = value(below(control, "w:sdtPr", "w:docPartObj"), "w:docPartGallery")
    return gallery == "Table of Contents"
