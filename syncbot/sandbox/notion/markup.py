"""Enhanced Markdown -> blocks as a request has them.

The lines are taken as Notion gives them and as persons type them: tabs below blocks, blank lines mean nothing, tags
for what Markdown has no sign for. Kinds that nobody can make over the API (`FOUND`) are typed as well; who judges
the blocks says whether they are taken.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from . import text
from .inline_read import Named, attributes, color_of, id_in, rich_text
from .kinds import MEDIA
from .markdown import SECTIONS
from .place import Place
from .state import Wire

Lines = Sequence[str]
_OPEN = re.compile(r"<([a-z_-]+)((?:\s[^<>]*)?)>")
_WHOLE = re.compile(r"<([a-z_-]+)((?:\s[^<>]*?)?)(?:/>|>(.*)</\1>)")
_IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\((\S+)\)")
_TAIL = re.compile(r"\s*(?<!\\)\{((?:[a-z-]+=\"[^\"]*\"\s*)+)\}$")
_MARKS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"(#{1,6})(?: +(.*))?$"), "heading"),
    (re.compile(r"[-*] \[([ xX])\](?: +(.*))?$"), "to_do"),
    (re.compile(r"([-*])(?: +(.*))?$"), "bulleted_list_item"),
    (re.compile(r"(\d+\.)(?: +(.*))?$"), "numbered_list_item"),
    (re.compile(r"(>)(?: +(.*))?$"), "quote"),
)


def meeting(place: Place, content: Wire, at: str) -> Wire:
    """Take a meeting as it is found on a page."""
    title = text.taken(place, content["title"], at)
    return {"title": title, "status": "notes_ready", "children": {}}


FOUND: Mapping[str, Callable[[Place, Wire, str], Wire]] = {
    "meeting_notes": meeting,
    "unsupported": lambda _place, content, _at: content,
    "child_database": lambda _place, content, _at: content,
    "link_preview": lambda _place, content, _at: content,
}
"""Kinds that are found on pages but made by no append, and how each is taken."""


def parsed(markdown: str, named: Named = lambda _: None) -> list[Wire]:
    """Turn Markdown into blocks; what it does not know as markup is text."""
    return _Parser(named).blocks(markdown.split("\n"))


class _Parser:
    """Reads lines of one depth, and below each of them those that stand deeper."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._around: Mapping[str, Callable[[dict[str, str], Lines], Wire]] = {
            "details": self._details,
            "callout": self._callout,
            "columns": lambda _, inner: _block("column_list", children=self.blocks(inner)),
            "column": lambda _, inner: _block("column", children=self.blocks(inner)),
            "tabs": lambda _, inner: _block("tab", children=self.blocks(inner)),
            "tab": lambda _, inner: self._first(_block("paragraph", rich_text=[]), inner),
            "synced_block": lambda _, inner: _block(
                "synced_block", synced_from=None, children=self.blocks(inner)
            ),
            "synced_block_reference": lambda said, _: _block(
                "synced_block", synced_from={"block_id": id_in(said.get("url", "").rpartition("#")[2])}
            ),
            "table": self._table,
            "meeting-notes": self._meeting,
        }

    def blocks(self, lines: Lines) -> list[Wire]:
        """Read the lines of one depth."""
        made: list[Wire] = []
        at = 0
        while at < len(lines):
            if lines[at].strip():
                block, at = self._next(lines, at)
                made.append(block)
            else:
                at += 1
        return made

    def _next(self, lines: Lines, at: int) -> tuple[Wire, int]:
        """Read one block with all below it, and say where the next one begins."""
        depth, line = _depth(lines[at]), lines[at].strip()
        if line.startswith("```") or line == "$$":
            end = _fence_end(lines, at)
            inner = "\n".join(one[depth:] for one in lines[at + 1 : end])
            return _fenced(line, inner), end + 1
        opened = _OPEN.fullmatch(line)
        closed = _closing(lines, at, opened[1]) if opened and opened[1] in self._around else None
        if opened is not None and closed is not None:
            inner_lines = _dedented(lines[at + 1 : closed])
            return self._around[opened[1]](attributes(opened[2]), inner_lines), closed + 1
        end = at + 1
        while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
            end += 1
        block = self._leaf(line)
        below = self.blocks(_dedented(lines[at + 1 : end]))
        return (_with_children(block, below) if below else block), end

    def _leaf(self, line: str) -> Wire:
        whole, image = _WHOLE.fullmatch(line), _IMAGE.fullmatch(line)
        if line == "---":
            return _block("divider")
        if image is not None:
            return _block("image", caption=self._words(image[1]), external={"url": image[2]})
        found = None if whole is None else self._tagged(whole[1], attributes(whole[2]), whole[3] or "")
        return found or self._marked(line)

    def _tagged(self, tag: str, said: dict[str, str], inner: str) -> Wire | None:
        """Read a tag that is a whole block; None = it is none."""
        if tag in MEDIA:
            return _block(tag, caption=self._words(inner), external={"url": said.get("src", "")})
        if tag in ("bookmark", "embed"):
            return _block(tag, caption=self._words(inner), url=said.get("src", ""))
        match tag:
            case "empty-block":
                return _block("paragraph", rich_text=[])
            case "table_of_contents":
                return _block("table_of_contents", **_colored(said))
            case "database":
                return _block("child_database", title=inner)
            case "unknown":
                return _block("unsupported", block_type=said.get("alt", "unknown"))
        return None

    def _marked(self, line: str) -> Wire:
        tail = _TAIL.search(line)
        said = attributes(tail[1]) if tail else {}
        line = line[: tail.start()] if tail else line
        for pattern, kind in _MARKS:
            found = pattern.fullmatch(line)
            if found is not None:
                return self._list_item(kind, found[1], found[2] or "", said)
        return _block("paragraph", rich_text=self._words(line), **_colored(said))

    def _list_item(self, kind: str, mark: str, words: str, said: dict[str, str]) -> Wire:
        more: Wire = {"checked": mark in "xX"} if kind == "to_do" else {}
        if kind == "heading":  # documented: deeper headings become the fourth
            kind = f"heading_{min(len(mark), 4)}"
            more = {"is_toggleable": said.get("toggle") == "true"}
        return _block(kind, rich_text=self._words(words), **more, **_colored(said))

    def _details(self, said: dict[str, str], inner: Lines) -> Wire:
        summary = re.fullmatch(r"<summary>(.*)</summary>", inner[0].strip()) if inner else None
        words = self._words(summary[1]) if summary else []
        children = self.blocks(_dedented(inner[1:] if summary else inner))
        return _block("toggle", rich_text=words, children=children, **_colored(said))

    def _callout(self, said: dict[str, str], inner: Lines) -> Wire:
        icon = {"icon": {"type": "emoji", "emoji": said["icon"]}} if said.get("icon") else {}
        return self._first(_block("callout", rich_text=[], **icon, **_colored(said)), inner)

    def _first(self, block: Wire, inner: Lines) -> Wire:
        """Give a block the words of the first line in it, if that is a paragraph."""
        children = self.blocks(inner)
        if children and children[0]["type"] == "paragraph":
            first = children.pop(0)["paragraph"]
            block[block["type"]]["rich_text"] = first["rich_text"]
            children = [*first.get("children", []), *children]
        return _with_children(block, children) if children else block

    def _table(self, said: dict[str, str], inner: Lines) -> Wire:
        joined = "\n".join(inner)
        rows = [
            [self._words(cell.strip()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", joined, re.DOTALL)
        ]
        return _block(
            "table",
            table_width=max((len(row) for row in rows), default=1),
            has_column_header=said.get("header-row") == "true",
            has_row_header=said.get("header-column") == "true",
            children=[_block("table_row", cells=row) for row in rows],
        )

    def _meeting(self, _: dict[str, str], inner: Lines) -> Wire:
        sections = [self._section(inner, name) for name in SECTIONS]
        title = [line.strip() for line in inner if line.strip() and not line.strip().startswith("<")][:1]
        return _block("meeting_notes", title=self._words("".join(title)), children=sections)

    def _section(self, lines: Lines, name: str) -> Wire:
        """Return what holds a section of a meeting. Its kind of block was not recorded."""
        start = next((n for n, line in enumerate(lines) if line.strip() == f"<{name}>"), None)
        end = None if start is None else _closing(lines, start, name)
        inner = [] if start is None or end is None else _dedented(lines[start + 1 : end])
        return _block("unsupported", block_type=name, children=self.blocks(inner))

    def _words(self, line: str) -> list[Wire]:
        return rich_text(line, self._named)


def _block(kind: str, **content: object) -> Wire:
    return {"type": kind, kind: content}


def _with_children(block: Wire, children: list[Wire]) -> Wire:
    kind = block["type"]
    return {**block, kind: {**block[kind], "children": [*block[kind].get("children", []), *children]}}


def _colored(said: dict[str, str]) -> dict[str, str]:
    return {"color": color_of(said["color"])} if "color" in said else {}


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip("\t"))


def _dedented(lines: Lines) -> Lines:
    least = min((_depth(line) for line in lines if line.strip()), default=0)
    return [line[least:] for line in lines]


def _fence_end(lines: Lines, at: int) -> int:
    mark = "```" if lines[at].strip().startswith("```") else "$$"
    return next((n for n in range(at + 1, len(lines)) if lines[n].strip() == mark), len(lines))


def _fenced(line: str, inner: str) -> Wire:
    if line == "$$":
        return _block("equation", expression=inner)
    pieces = [{"type": "text", "text": {"content": inner[n : n + 1000]}} for n in range(0, len(inner), 1000)]
    return _block("code", rich_text=pieces, language=line[3:] or "plain text")


def _closing(lines: Lines, at: int, tag: str) -> int | None:
    """Return where the tag that opens on a line closes."""
    depth = 0
    for number in range(at, len(lines)):
        line = lines[number].strip()
        opened = _OPEN.fullmatch(line)
        depth += opened is not None and opened[1] == tag
        depth -= line == f"</{tag}>"
        if depth == 0:
            return number
    return None
