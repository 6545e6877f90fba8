"""Blocks as enhanced Markdown, with the loss and the oddities of the live service.

Documented (guides "Enhanced markdown format", "Working with markdown content"): one line break between blocks, tabs
below blocks, `<unknown>` for bookmarks, embeds, link previews and for what may not be seen. Recorded: headings,
paragraphs and an empty page. Seen in answers that others published: rows of tables that are not indented, the
sections of meeting notes, synced blocks with their address, no ids of any other block.

That ids of bookmarks and the like are among `unknown_block_ids` is not certain; here they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .blocks import original_of, page_of
from .inline import as_markdown, color_name, escaped, page_address
from .place import Place
from .state import Block, Page, Wire
from .text import plain

Lines = list[str]
SECTIONS = ("summary", "notes", "transcript")
_OMITTED = "Transcript omitted. It is in the meeting note: {}"
"""Stands for a transcript that was not asked for; wording ours."""


@dataclass
class Writer:
    """One rendering: what it may show, and what it could not."""

    place: Place
    transcript: bool
    left: int
    """Blocks that may still be loaded."""
    unknown: list[str] = field(default_factory=list)
    truncated: bool = False
    inside: list[str] = field(default_factory=list)
    """Originals of synced blocks that are being written: a copy inside of its original ends there."""

    def below(self, owner: Page | Block) -> Lines:
        """Write what stands below a page or a block; what is not shared is named, not left out."""
        return [line for child in self.place.state.children_of(owner) for line in self.one(child)]

    def one(self, block: Page | Block) -> Lines:
        """Write one block with all below it."""
        if not self.place.sees(block):
            return self.not_shown(block)
        if self.left <= 0:
            self.truncated = True
            return self.not_shown(block)
        self.left -= 1
        if isinstance(block, Page):
            title = plain(self.place, block.values.get("title", []))
            return [f'<page url="{self.address(block)}">{escaped(title)}</page>']
        return _WRITERS.get(block.type, Writer.not_shown)(self, block)

    def not_shown(self, block: Page | Block) -> Lines:
        """Name a block that is not shown."""
        self.unknown.append(block.id)
        kind = "page" if isinstance(block, Page) else block.content.get("block_type", block.type)
        return [f'<unknown url="{self.address(block)}" alt="{kind}"/>']

    def address(self, block: Page | Block) -> str:
        """Return where it is."""
        page = page_of(self.place, block)
        if page is None or page is block:
            return page_address(self.place, block.id)
        return page_address(self.place, page.id, block.id)

    def words(self, block: Block, name: str = "rich_text") -> str:
        """Write rich text of a block."""
        return as_markdown(self.place, block.content[name])


def rendered(place: Place, owner: Page | Block, *, transcript: bool = False) -> Wire:
    """Return the answer to a request for Markdown."""
    writer = Writer(place=place, transcript=transcript, left=place.settings.markdown_blocks)
    lines = writer.below(owner) if isinstance(owner, Page) else writer.one(owner)
    return {
        "object": "page_markdown",
        "id": owner.id,
        "markdown": "\n".join(lines),
        "truncated": writer.truncated,
        "unknown_block_ids": writer.unknown,
    }


def _in(lines: Sequence[str]) -> Lines:
    return [f"\t{line}" for line in lines]


def _color(block: Block) -> str | None:
    color = block.content.get("color", "default")
    return None if color == "default" else color_name(color)


def _attributes(**named: str | None) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in named.items() if value)


def _tail(block: Block) -> str:
    """Return the list of attributes at the end of a line."""
    toggle = "true" if block.content.get("is_toggleable") else None
    listed = _attributes(toggle=toggle, color=_color(block)).strip()
    return f" {{{listed}}}" if listed else ""


def _line(mark: str) -> Callable[[Writer, Block], Lines]:
    """Write a block that is one line with a mark before it, and what is below it."""

    def write(writer: Writer, block: Block) -> Lines:
        words = writer.words(block)
        if not mark and not words and not block.children:
            return ["<empty-block/>"]
        return [f"{mark}{words}{_tail(block)}".rstrip(" "), *_in(writer.below(block))]

    return write


def _to_do(writer: Writer, block: Block) -> Lines:
    return _line("- [x] " if block.content["checked"] else "- [ ] ")(writer, block)


def _toggle(writer: Writer, block: Block) -> Lines:
    return [
        f"<details{_attributes(color=_color(block))}>",
        f"<summary>{writer.words(block)}</summary>",
        *_in(writer.below(block)),
        "</details>",
    ]


def _callout(writer: Writer, block: Block) -> Lines:
    icon = block.content["icon"] or {}
    shown = icon.get("emoji") or icon.get("icon", {}).get("name") or icon.get("external", {}).get("url")
    first = writer.words(block)
    inner = [*([first] if first else []), *writer.below(block)]
    return [f"<callout{_attributes(icon=shown, color=_color(block))}>", *_in(inner), "</callout>"]


def _code(_: Writer, block: Block) -> Lines:
    """Write code as it is: nothing is escaped in it, and what looks like a fence is not told apart."""
    words = "".join(piece["text"]["content"] for piece in block.content["rich_text"] if "text" in piece)
    return [f"```{block.content['language']}", *words.split("\n"), "```"]


def _equation(_: Writer, block: Block) -> Lines:
    return ["$$", *block.content["expression"].split("\n"), "$$"]


def _table(writer: Writer, block: Block) -> Lines:
    heads = {"header_row": "has_column_header", "header_column": "has_row_header"}
    shown = {name: "true" if block.content[flag] else None for name, flag in heads.items()}
    return [f"<table{_attributes(**shown)}>", *writer.below(block), "</table>"]


def _row(writer: Writer, block: Block) -> Lines:
    cells = [f"<td>{as_markdown(writer.place, cell)}</td>" for cell in block.content["cells"]]
    return ["<tr>", *cells, "</tr>"]


def _around(tag: str) -> Callable[[Writer, Block], Lines]:
    """Write a block that only holds others."""

    def write(writer: Writer, block: Block) -> Lines:
        return [f"<{tag}>", *_in(writer.below(block)), f"</{tag}>"]

    return write


def _tabs(writer: Writer, block: Block) -> Lines:
    tabs = [one for one in writer.place.state.children_of(block) if isinstance(one, Block)]
    inner = [
        line
        for tab in tabs
        for line in ("<tab>", f"\t{writer.words(tab)}", *_in(writer.below(tab)), "</tab>")
    ]
    return ["<tabs>", *_in(inner), "</tabs>"]


def _synced(writer: Writer, block: Block) -> Lines:
    original = original_of(writer.place, block)
    if original is None:
        return writer.not_shown(block)
    tag = "synced_block" if original is block else "synced_block_reference"
    if original.id in writer.inside:
        return [f'<{tag} url="{writer.address(original)}">', f"</{tag}>"]
    writer.inside.append(original.id)
    inner = _in(writer.below(original))
    writer.inside.pop()
    return [f'<{tag} url="{writer.address(original)}">', *inner, f"</{tag}>"]


def _link(writer: Writer, block: Block) -> Lines:
    """Write a link to a page. Not recorded; without the title, as mentions are."""
    kind = block.content["type"]
    address = page_address(writer.place, block.content[kind])
    return [f'<mention-{kind.removesuffix("_id")} url="{address}"/>']


def _database(writer: Writer, block: Block) -> Lines:
    title = escaped(block.content["title"])
    return [f'<database url="{page_address(writer.place, block.id)}">{title}</database>']


def _image(writer: Writer, block: Block) -> Lines:
    return [f"![{writer.words(block, 'caption')}]({block.content['external']['url']})"]


def _medium(writer: Writer, block: Block) -> Lines:
    url = block.content["external"]["url"]
    return [f'<{block.type} src="{url}">{writer.words(block, "caption")}</{block.type}>']


def _contents(_: Writer, block: Block) -> Lines:
    return [f"<table_of_contents{_attributes(color=_color(block))}/>"]


def _meeting(writer: Writer, block: Block) -> Lines:
    """Write a meeting: its title, then summary, notes and transcript, as far as there are any."""
    inner = [as_markdown(writer.place, block.content["title"])]
    for name in SECTIONS:
        key = block.content["children"].get(f"{name}_block_id")
        section = writer.place.state.blocks.get(key)
        if section is not None:
            inner += [f"<{name}>", *_in(_section(writer, name, section)), f"</{name}>"]
    return ["<meeting-notes>", *_in(inner), "</meeting-notes>"]


def _section(writer: Writer, name: str, section: Block) -> Lines:
    if name == "transcript" and not writer.transcript:
        return [_OMITTED.format(writer.address(section))]
    return writer.below(section) or ["<empty-block/>"]


_WRITERS: Mapping[str, Callable[[Writer, Block], Lines]] = {
    "paragraph": _line(""),
    **{f"heading_{level}": _line("#" * level + " ") for level in (1, 2, 3, 4)},
    "bulleted_list_item": _line("- "),
    "numbered_list_item": _line("1. "),
    "quote": _line("> "),
    "to_do": _to_do,
    "toggle": _toggle,
    "callout": _callout,
    "code": _code,
    "equation": _equation,
    "divider": lambda *_: ["---"],
    "table_of_contents": _contents,
    "table": _table,
    "table_row": _row,
    "column_list": _around("columns"),
    "column": _around("column"),
    "tab": _tabs,
    "synced_block": _synced,
    "link_to_page": _link,
    "child_database": _database,
    "image": _image,
    **dict.fromkeys(("video", "pdf", "audio", "file"), _medium),
    "meeting_notes": _meeting,
}
