"""From what a reader saw to the blocks of a note: titles that stand above, addresses, typed bullets and boxes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from syncbot.notes.form import Block, BlockKind

from .words import Words, joined, with_mentions, without_box, without_bullet

_BESIDE = " | "
_DRAWN = "-_=*~# "
"""A line of nothing else was drawn, not written."""
_PLAIN = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})


class TooDeepError(Exception):
    """Elements are nested deeper than any text needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A line as a reader saw it."""

    kind: BlockKind
    words: Words
    line: int
    level: int = 0
    checked: bool | None = None
    numbered: bool = False
    continues: bool = False
    cells: Sequence[str] = ()
    table: int | None = None
    head: bool = False
    anchor: str | None = None
    """What the source calls it, where that stays the same when it is edited."""


def row(
    cells: Sequence[Sequence[Words]], *, line: int, table: int, head: bool = False, level: int = 0
) -> Draft:
    """Make one line of a table's row out of its cells' lines; the only box in it is the row's."""
    lines = [[words for words in cell if words.text] for cell in cells]
    boxes = [
        (place, box)
        for place, cell in enumerate(lines)
        if cell and (box := without_box(cell[0]))[1] is not None
    ]
    checked = None
    if len(boxes) == 1:
        ((place, (words, checked)),) = boxes
        lines[place] = [words, *lines[place][1:]]
    broken = [joined(cell, "\n") for cell in lines]
    whole = joined(broken, _BESIDE)
    return Draft(
        kind=BlockKind.ROW,
        words=Words(text=whole.text.replace("\n", " "), marks=whole.marks),
        line=line,
        level=level,
        checked=checked,
        cells=tuple(words.text for words in broken),
        table=table,
        head=head,
    )


def finished(drafts: Iterable[Draft]) -> tuple[Block, ...]:
    """Give every line that says something its address.

    An address is what the source calls the line, else a hash of the titles above it, its text, and how many such
    lines stand before it: it stays when other lines come and go.
    """
    addresses = _Addresses()
    return tuple(_block(draft, addresses.of(draft)) for draft in map(_bare, drafts) if _says(draft))


def _says(draft: Draft) -> bool:
    if draft.kind is BlockKind.ROW:
        return any(draft.cells)
    return bool(draft.words.text.strip(_DRAWN))


def _bare(draft: Draft) -> Draft:
    """Take typed bullets and boxes off: who typed a dash meant an item of a list."""
    if draft.kind not in _PLAIN:
        return draft
    words, bulleted = without_bullet(draft.words)
    words, ticked = without_box(words)
    if not bulleted and ticked is None:
        return draft
    return Draft(
        kind=BlockKind.ITEM,
        words=words,
        line=draft.line,
        level=draft.level,
        checked=draft.checked if ticked is None else ticked,
        numbered=draft.numbered,
        anchor=draft.anchor,
    )


def _block(draft: Draft, address: str) -> Block:
    words = draft.words if draft.kind is BlockKind.CODE else with_mentions(draft.words)
    return Block(
        kind=draft.kind,
        text=words.text,
        address=address,
        level=draft.level,
        checked=draft.checked,
        cells=draft.cells,
        table=draft.table,
        head=draft.head,
        numbered=draft.numbered,
        continues=draft.continues,
        line=draft.line,
        marks=words.marks,
    )


@dataclass(kw_only=True)
class _Addresses:
    """Hands out addresses in reading order."""

    above: dict[int, str] = field(default_factory=dict)
    """Level -> the title that is open at it."""
    seen: Counter[str] = field(default_factory=Counter)

    def of(self, draft: Draft) -> str:
        if draft.kind is BlockKind.HEADING:
            self.above = {level: title for level, title in self.above.items() if level < draft.level}
        address = draft.anchor or self._hash(draft.words.text)
        if draft.kind is BlockKind.HEADING:
            self.above[draft.level] = draft.words.text
        self.seen[address] += 1
        count = self.seen[address]
        return address if count == 1 else f"{address}-{count}"

    def _hash(self, text: str) -> str:
        path = "\x00".join((*(self.above[level] for level in sorted(self.above)), text))
        return sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]
