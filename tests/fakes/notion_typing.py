"""A note as somebody would type it into a page of Notion."""

import re
from collections.abc import Iterator, Sequence

from syncbot.notes.form import Block, BlockKind, MarkKind, Note

_SPECIAL = re.compile(r"[\\*~`$\[\]<>{}|^]")
_SIGNS = {
    MarkKind.BOLD: ("**", "**"),
    MarkKind.STRUCK: ("~~", "~~"),
    MarkKind.UNDERLINED: ('<span underline="true">', "</span>"),
}
_BARE = (BlockKind.HEADING, BlockKind.ROW, BlockKind.CODE)
"""Nothing can be typed below them."""


def as_typed(note: Note) -> str:
    """Return the Markdown of a body that says line for line what the note does."""
    lines: list[str] = []
    room = 0
    for blocks in _groups(note.blocks):
        depth = 0 if blocks[0].kind is BlockKind.HEADING else min(blocks[0].level, room)
        lines += ["\t" * depth + line for line in _written(blocks)]
        room = 0 if blocks[0].kind in _BARE else depth + 1
    return "\n".join(lines)


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Put rows of one table together, and lines that somebody broke."""
    groups: list[list[Block]] = []
    for block in blocks:
        before = groups[-1][-1] if groups else None
        same = (
            before is not None and before.kind is block.kind is BlockKind.ROW and before.table == block.table
        )
        if same or (before is not None and block.continues and before.kind is not BlockKind.ROW):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _written(blocks: Sequence[Block]) -> Iterator[str]:
    first = blocks[0]
    if first.kind is BlockKind.ROW:
        yield from _table(blocks)
        return
    yield f"{_sign(first)}{'<br>'.join(_marked(block) for block in blocks)}"


def _sign(block: Block) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return "#" * min(4, block.level) + " "
        case BlockKind.QUOTE:
            return "> "
        case BlockKind.ITEM if block.checked is not None:
            return f"- [{'x' if block.checked else ' '}] "
        case BlockKind.ITEM:
            return "1. " if block.numbered else "- "
    return ""


def _marked(block: Block) -> str:
    """Return the words with bold, struck and underlined parts."""
    signs: dict[int, str] = {}
    for mark in block.marks:
        if mark.kind in _SIGNS:
            signs[mark.start] = signs.get(mark.start, "") + _SIGNS[mark.kind][0]
            signs[mark.end] = _SIGNS[mark.kind][1] + signs.get(mark.end, "")
    pieces = (signs.get(place, "") + _escaped(letter) for place, letter in enumerate(block.text))
    return "".join(pieces) + signs.get(len(block.text), "")


def _table(rows: Sequence[Block]) -> Iterator[str]:
    width = max(len(row.cells) for row in rows)
    yield '<table header-row="true">' if rows[0].head else "<table>"
    for row in rows:
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        yield "<tr>"
        yield from (f"<td>{_escaped(cell)}</td>" for cell in cells)
        yield "</tr>"
    yield "</table>"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "<br>")
