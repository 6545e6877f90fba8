"""Reads plain text: every line is a line of the note."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from syncbot.notes.form import Block, BlockKind

from .drafting import Draft, finished
from .words import Writer, without_box, without_bullet

_RULES = frozenset("=-_*~#+")
_TAB = 8


def read_text(text: str) -> Sequence[Block]:
    """Read the lines; one that is underlined with "====" or "----" is a heading."""
    return finished(_drafts(text.split("\n")))


def _drafts(lines: Sequence[str]) -> Iterator[Draft]:
    depths = Depths()
    going = False
    """Whether the line before was not empty, so that the next one may go on from it."""
    for place, line in enumerate(lines):
        if _is_rule(line) or not line.strip():
            going = False
            continue
        writer = Writer()
        writer.add(line)
        words = writer.take()
        below = lines[place + 1] if place + 1 < len(lines) else ""
        level = _heading(below) if not going else 0
        if level:
            yield Draft(kind=BlockKind.HEADING, words=words, line=place + 1, level=level)
            going = False
            continue
        item = without_bullet(words)[1] or without_box(words)[1] is not None
        depth = depths.of(line, item=item)
        kind = BlockKind.ITEM if item else BlockKind.PARAGRAPH
        yield Draft(kind=kind, words=words, line=place + 1, level=depth, continues=going and not item)
        going = True


def _is_rule(line: str) -> bool:
    bare = line.strip()
    return len(bare) >= 3 and len(set(bare)) == 1 and bare[0] in _RULES


def _heading(below: str) -> int:
    return {"=": 1, "-": 2}.get(below.strip()[0], 0) if _is_rule(below) else 0


@dataclass(kw_only=True)
class Depths:
    """How deep a line is nested, by how far it is set in."""

    _insets: list[int] = field(default_factory=list)
    """Of the items that are open."""

    def of(self, line: str, *, item: bool) -> int:
        """Return the depth of an item, or of what holds any other line."""
        wide = line.expandtabs(_TAB)
        inset = len(wide) - len(wide.lstrip())
        while self._insets and inset <= self._insets[-1]:
            self._insets.pop()
        if item:
            self._insets.append(inset)
            return len(self._insets) - 1
        return len(self._insets)
