"""A body as enhanced Markdown -> lines of a note.

One line is one block, tabs say what it stands below, tags go around what has no sign of its own. It is read as it
comes from the API (v1; recorded answers, and answers that others published), with what Notion's guides say beside.

Markdown names no ids of blocks, so that lines get their addresses from what they say. It also does not tell a
paragraph that begins with "- " from an item: the reader of the page does not see a difference either.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from syncbot.notes.form import BlockKind

from .body_inline import Names, NotTold, attributes, id_of, line_words, lines_of
from .body_lines import Body

MOST_CHARACTERS = 60_000
"""Of a line with its markup."""
_OPENED = re.compile(r"<([a-z][a-z_-]*)((?:\s[^<>]*)?)>")
_CLOSED = re.compile(r"</([a-z][a-z_-]*)>")
_ALONE = re.compile(r"<([a-z][a-z_-]*)((?:\s[^<>]*)?)/>")
_WHOLE = re.compile(r"<([a-z][a-z_-]*)((?:\s[^<>]*)?)>(.*)</\1>")
_IMAGE = re.compile(r"!\[(.*)\]\(\S*\)")
_TAIL = re.compile(r"[ \t]?\{(?:color|toggle)=\"[^\"{}]*\"(?: (?:color|toggle)=\"[^\"{}]*\")*\}$")
_HEADING = re.compile(r"(#{1,6})(?: (.*))?")
_BOXED = re.compile(r"- \[([ xX])\](?: (.*))?")
_ITEM = re.compile(r"(?:-|(\d+)\.)(?: (.*))?")
_QUOTE = re.compile(r">(?: (.*))?")
_SIGNS = frozenset("#->!0123456789")
_ROW = re.compile(r"(?<!\\)<tr\b[^<>]*>")
_CELL = re.compile(r"(?<!\\)<td\b[^<>]*>")
_SILENT = frozenset({"empty-block", "table_of_contents"})
_INLINE = re.compile(r"mention-.*|br|span")
_TITLED = frozenset({"page", "database"})
_CAPTIONED = frozenset({"file", "pdf", "video", "audio", "embed", "summary", "notes"})
_UNREAD = "transcript"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """Something that other lines stand below."""

    depth: int
    """Tabs before it."""
    deepens: bool
    """What is in it stands one level deeper; columns, callouts and the like are only places."""
    tag: str | None = None
    """None = a line; it ends where the tabs say."""


Show = Callable[[str, int], bool]
"""Reads a block that Markdown does not show into the same body, at a level; tells whether it did."""


def read_markdown(markdown: str, body: Body, names: Names, show: Show) -> None:
    """Read all lines into `body`. Raises `NotTold` where the blocks have to be read instead."""
    _Reader(markdown.split("\n"), body, names, show).read()


class _Reader:
    """Goes through the lines once."""

    def __init__(self, lines: Sequence[str], body: Body, names: Names, show: Show) -> None:
        self._lines, self._body, self._names, self._show = lines, body, names, show
        self._at = 0
        self._frames: list[_Frame] = []
        self._signs: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]]] = (
            (_HEADING, self._heading),
            (_BOXED, self._boxed),
            (_ITEM, self._item),
            (_QUOTE, self._quote),
            (_IMAGE, self._image),
        )

    def read(self) -> None:
        """Read them all."""
        while self._at < len(self._lines) and not self._body.is_full:
            line = self._lines[self._at]
            self._at += 1
            if line.strip():
                self._line(line)
        if any(frame.tag for frame in self._frames) and not self._body.is_full:
            raise NotTold("a part of it has no end")

    def _line(self, line: str) -> None:
        depth = len(line) - len(line.lstrip("\t"))
        if len(line) > MOST_CHARACTERS:
            self._body.odd("a line was longer than we read; its end was left out")
        text = line.strip()[:MOST_CHARACTERS]
        while self._frames and self._frames[-1].tag is None and self._frames[-1].depth >= depth:
            self._frames.pop()
        if text.startswith("```") or text == "$$":
            self._fenced(text, depth)
        elif not self._tagged(text, depth):
            deepens = self._sign(_TAIL.sub("", text))
            self._frames.append(_Frame(depth=depth, deepens=deepens))

    @property
    def _level(self) -> int:
        return sum(frame.deepens for frame in self._frames)

    def _sign(self, text: str) -> bool:
        """Read a line by the sign it begins with; tell whether what stands below it is deeper."""
        for pattern, read in self._signs if text[:1] in _SIGNS else ():
            found = pattern.fullmatch(text)
            if found is not None:
                return read(found)
        if text != "---":
            self._say(BlockKind.PARAGRAPH, text)
        return True

    def _heading(self, found: re.Match[str]) -> bool:
        spoken = line_words(found[2] or "", self._names)
        self._body.say(BlockKind.HEADING, spoken, level=len(found[1]))
        return False

    def _boxed(self, found: re.Match[str]) -> bool:
        self._say(BlockKind.ITEM, found[2] or "", checked=found[1] != " ")
        return True

    def _item(self, found: re.Match[str]) -> bool:
        self._say(BlockKind.ITEM, found[2] or "", numbered=found[1] is not None)
        return True

    def _quote(self, found: re.Match[str]) -> bool:
        self._say(BlockKind.QUOTE, found[1] or "")
        return True

    def _image(self, found: re.Match[str]) -> bool:
        self._say(BlockKind.PARAGRAPH, found[1])
        return True

    def _say(
        self, kind: BlockKind, text: str, *, checked: bool | None = None, numbered: bool = False
    ) -> None:
        spoken = line_words(text, self._names)
        self._body.say(kind, spoken, level=self._level, checked=checked, numbered=numbered)

    def _fenced(self, sign: str, depth: int) -> None:
        """Read code or a formula; where its end cannot be told the blocks are read."""
        mark = "```" if sign.startswith("```") else "$$"
        end = self._find(mark)
        lines = [
            line[min(depth, len(line) - len(line.lstrip("\t"))) :] for line in self._lines[self._at : end]
        ]
        self._body.say_code("\n".join(lines), level=self._level)
        self._at = end + 1

    def _find(self, wanted: str) -> int:
        for number in range(self._at, len(self._lines)):
            if self._lines[number].strip() == wanted:
                return number
        raise NotTold("a part of it has no end")

    def _tagged(self, text: str, depth: int) -> bool:
        """Read a line that is a tag; tell whether it is one."""
        if not text.startswith("<"):
            return False
        if closed := _CLOSED.fullmatch(text):
            self._close(closed[1])
            return True
        found = _ALONE.fullmatch(text) or _WHOLE.fullmatch(text) or _OPENED.fullmatch(text)
        if found is None or _INLINE.fullmatch(found[1]):
            return False
        said = attributes(found[2])
        if found.re is _ALONE:
            self._alone(found[1], said)
        elif found.re is _WHOLE:
            self._whole(found[1], said, found[3])
        else:
            self._open(found[1], said, depth)
        return True

    def _alone(self, tag: str, said: Mapping[str, str]) -> None:
        if tag == "unknown":
            key = id_of(said.get("url", ""))
            if key is None or not self._show(key, self._level):
                raise NotTold(f"it holds something that Markdown cannot show ({said.get('alt', 'unknown')})")
        elif tag not in _SILENT:
            self._body.odd(f"something of a kind that we do not know was left out: {tag}")

    def _whole(self, tag: str, said: Mapping[str, str], inner: str) -> None:
        if tag == "unknown":
            self._alone(tag, said)
        elif tag in _TITLED:
            mention = f'<mention-{tag} url="{said.get("url", "")}">{inner}</mention-{tag}>'
            self._say(BlockKind.PARAGRAPH, mention if inner else "")
        elif tag == "summary" and self._frames and self._frames[-1].deepens:
            self._summary(inner)
        else:
            if tag not in _CAPTIONED:
                self._body.odd(f"something of a kind that we do not know was read as text: {tag}")
            self._say(BlockKind.PARAGRAPH, inner)

    def _summary(self, inner: str) -> None:
        """Read the line of a toggle: it stands where the toggle does."""
        spoken = line_words(inner, self._names)
        self._body.say(BlockKind.ITEM, spoken, level=max(0, self._level - 1))

    def _open(self, tag: str, said: Mapping[str, str], depth: int) -> None:
        if tag == "table":
            self._table(head=said.get("header-row") == "true")
        elif tag == _UNREAD:
            self._at = self._find(f"</{tag}>") + 1
        else:
            self._frames.append(_Frame(depth=depth, deepens=tag == "details", tag=tag))

    def _close(self, tag: str) -> None:
        while self._frames:
            frame = self._frames.pop()
            if frame.tag is not None:
                if frame.tag != tag:
                    break
                return
        raise NotTold("its parts do not fit into each other")

    def _table(self, *, head: bool) -> None:
        end = self._find("</table>")
        text = "\n".join(line.strip() for line in self._lines[self._at : end])
        self._at = end + 1
        self._body.tables += 1
        for number, row in enumerate(_ROW.split(text)[1:]):
            if self._body.is_full:
                break
            cells = [cell.partition("</td>")[0][:MOST_CHARACTERS] for cell in _CELL.split(row)[1:]]
            self._body.say_row(
                [lines_of(cell.strip(), self._names) for cell in cells],
                level=self._level,
                head=head and number == 0,
            )
