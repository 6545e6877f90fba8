"""A body as blocks -> lines of a note: one request for each block that has others below it.

Nothing here fails for what a block holds: what is not known is read as far as it looks like text, or left out and
noted. A page that has no end (deep, long, or going in circles through synced blocks) has one here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from syncbot.errors import Invalid, NotFound
from syncbot.notes.form import BlockKind, MarkKind

from .body_inline import Names
from .body_lines import Body
from .body_words import Spoken, dashed, link, rich_words
from .connection import NotionConnection

Json = Mapping[str, Any]
DEEPEST = 30
MOST_REQUESTS = 500
"""For one page; at the pace that Notion allows these take minutes."""
_PLAIN = {
    "paragraph": BlockKind.PARAGRAPH,
    "callout": BlockKind.PARAGRAPH,
    "quote": BlockKind.QUOTE,
    "bulleted_list_item": BlockKind.ITEM,
    "numbered_list_item": BlockKind.ITEM,
    "to_do": BlockKind.ITEM,
    "toggle": BlockKind.ITEM,
}
_PLACES = frozenset({"callout", "column_list", "column", "synced_block"})
"""What is in them stands on the same level."""
_MEDIA = frozenset({"image", "video", "pdf", "audio", "file"})
_SILENT = frozenset({"divider", "breadcrumb", "table_of_contents"})
_HIDDEN = "something on the page is not shared with us, or was taken away while we read"
_SECTIONS = ("summary_block_id", "notes_block_id")
"""Of a meeting; its transcript is not read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Site:
    """Where a block stands."""

    level: int
    path: tuple[str, ...]
    """Ids of what is above it, the outermost first."""


class Tree:
    """Walks through one page."""

    def __init__(self, connection: NotionConnection, body: Body, names: Names) -> None:
        self._connection, self._body, self._names = connection, body, names
        self._requests = 0
        self._readers: Mapping[str, Callable[[Json, Json, _Site], None]] = {
            **dict.fromkeys(_PLAIN, self._text),
            **{f"heading_{level}": self._heading for level in (1, 2, 3, 4)},
            **dict.fromkeys(_MEDIA, self._medium),
            **dict.fromkeys(_SILENT, self._nothing),
            "code": self._code,
            "equation": self._code,
            "table": self._table,
            "table_row": self._row,
            "column_list": self._place,
            "column": self._place,
            "tab": self._tabs,
            "synced_block": self._synced,
            "child_page": self._child,
            "child_database": self._child,
            "link_to_page": self._link,
            "bookmark": self._address,
            "embed": self._address,
            "link_preview": self._address,
            "meeting_notes": self._meeting,
            "transcription": self._meeting,
        }

    def read(self, page: str) -> None:
        """Read everything below a page. Raises `NotFound` when the page is gone, and what a lost connection raises."""
        for block in self._listed(page):
            self._block(block, _Site(level=0, path=(page,)))

    def one(self, key: str, level: int) -> None:
        """Read one block with what is below it."""
        self._requests += 1
        try:
            block = self._connection.ask("GET", f"blocks/{key}")
        except (NotFound, Invalid):
            self._body.odd(_HIDDEN)
        else:
            self._block(block, _Site(level=level, path=()))

    def _below(self, key: str, site: _Site) -> Iterator[tuple[Json, _Site]]:
        """Yield the blocks below one, with where they stand."""
        if key in site.path:
            self._body.odd("a synced block shows itself; it was read once")
            return
        if len(site.path) > DEEPEST:
            self._body.odd(f"blocks more than {DEEPEST} levels deep were left out")
            return
        inner = _Site(level=site.level, path=(*site.path, key))
        try:
            for block in self._listed(key):
                yield block, inner
        except (NotFound, Invalid):
            self._body.odd(_HIDDEN)

    def _listed(self, key: str) -> Iterator[Json]:
        if self._requests >= MOST_REQUESTS:
            self._body.odd(f"the page would take more than {MOST_REQUESTS} requests; the rest was left out")
            return
        self._requests += 1
        for page in self._connection.pages_of(f"blocks/{key}/children"):
            for block in _objects(page.get("results")):
                if not self._body.is_full:
                    yield block
            if self._body.is_full or self._requests >= MOST_REQUESTS:
                self._body.odd("the page is longer than we read; the rest was left out")
                return
            self._requests += page.get("has_more") is True

    def _walk(self, block: Json, site: _Site, *, deeper: bool = True) -> None:
        """Read what stands below a block."""
        if block.get("has_children") is not True:
            return
        level = site.level + deeper
        for child, inner in self._below(_id(block), _Site(level=level, path=site.path)):
            self._block(child, inner)

    def _block(self, block: Json, site: _Site) -> None:
        kind = str(block.get("type"))
        self._readers.get(kind, self._unknown)(block, _inner(block, kind), site)

    def _text(self, block: Json, content: Json, site: _Site) -> None:
        kind = str(block.get("type"))
        checked = bool(content.get("checked")) if kind == "to_do" else None
        numbered = kind == "numbered_list_item"
        spoken = rich_words(content.get("rich_text"))
        self._body.say(
            _PLAIN[kind], spoken, level=site.level, key=_id(block), checked=checked, numbered=numbered
        )
        self._walk(block, site, deeper=kind not in _PLACES)

    def _heading(self, block: Json, content: Json, site: _Site) -> None:
        level = int(str(block["type"])[-1])
        self._body.say(BlockKind.HEADING, rich_words(content.get("rich_text")), level=level, key=_id(block))
        self._walk(block, site, deeper=False)

    def _code(self, block: Json, content: Json, site: _Site) -> None:
        words = "".join(str(piece.get("plain_text") or "") for piece in _objects(content.get("rich_text")))
        self._body.say_code(words or str(content.get("expression") or ""), level=site.level, key=_id(block))
        caption = rich_words(content.get("caption"))
        self._body.say(BlockKind.PARAGRAPH, caption, level=site.level, key=f"{_id(block)}/caption")

    def _table(self, block: Json, content: Json, site: _Site) -> None:
        self._body.tables += 1
        head = content.get("has_column_header") is True
        for number, (row, inner) in enumerate(self._below(_id(block), site)):
            self._row(row, _inner(row, "table_row"), inner, head=head and number == 0)

    def _row(self, block: Json, content: Json, site: _Site, *, head: bool = False) -> None:
        found = content.get("cells")
        cells = [rich_words(cell).take() for cell in (found if isinstance(found, list) else ())]
        self._body.say_row(cells, level=site.level, head=head, key=_id(block))

    def _place(self, block: Json, _: Json, site: _Site) -> None:
        self._walk(block, site, deeper=False)

    def _tabs(self, block: Json, _: Json, site: _Site) -> None:
        for tab, inner in self._below(_id(block), site):
            spoken = rich_words(_inner(tab, "paragraph").get("rich_text"))
            self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(tab))
            self._walk(tab, inner, deeper=False)

    def _synced(self, block: Json, content: Json, site: _Site) -> None:
        """Read a synced block; what a copy shows is asked of the original, as its own children are not documented."""
        original = str(_inner(content, "synced_from").get("block_id") or "")
        shown = {**block, "id": original, "has_children": True} if original else block
        self._walk(shown, site, deeper=False)

    def _child(self, block: Json, content: Json, site: _Site) -> None:
        """Name a page or database below the page; it is a note of its own, if it is one."""
        spoken = Spoken()
        kind = MarkKind.PAGE if block.get("type") == "child_page" else None
        spoken.marked(str(content.get("title") or ""), kind, _id(block))
        self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))

    def _link(self, block: Json, content: Json, site: _Site) -> None:
        kind = str(content.get("type"))
        key = str(content.get(kind) or "")
        title = self._names.title(kind.removesuffix("_id"), key) if key else None
        if title is None:
            self._body.odd("a link to a page whose title we do not know was left out")
            return
        spoken = Spoken()
        spoken.marked(title, MarkKind.PAGE, key)
        self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))

    def _address(self, block: Json, content: Json, site: _Site) -> None:
        address = str(content.get("url") or "")
        spoken = rich_words(content.get("caption"))
        if spoken.is_empty:
            spoken.marked(address, *(link(address) or (None, "")))
        self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))

    def _medium(self, block: Json, content: Json, site: _Site) -> None:
        """Read what is written below a picture or file. Its own address is signed anew each time."""
        spoken = rich_words(content.get("caption"))
        self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))

    def _meeting(self, block: Json, content: Json, site: _Site) -> None:
        spoken = rich_words(content.get("title"))
        self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))
        for name in _SECTIONS:
            key = _inner(content, "children").get(name)
            if isinstance(key, str):
                self._walk({"id": key, "has_children": True}, site, deeper=False)

    def _nothing(self, *_: object) -> None:
        """Pass over what has no words."""

    def _unknown(self, block: Json, content: Json, site: _Site) -> None:
        """Read a kind that is new to us as text, if it looks like some."""
        kind = str(content.get("block_type") or block.get("type"))
        if "rich_text" not in content:
            self._body.odd(f"something of a kind that we cannot read was left out: {kind}")
        else:
            spoken = rich_words(content.get("rich_text"))
            self._body.say(BlockKind.PARAGRAPH, spoken, level=site.level, key=_id(block))
        self._walk(block, site)


def _inner(block: Json, name: str) -> Json:
    """Return an object in another; an empty one where there is none."""
    found = block.get(name)
    return found if isinstance(found, Mapping) else {}


def _objects(found: object) -> Iterator[Json]:
    """Yield the objects of what should be a list of them."""
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping):
            yield one


def _id(block: Json) -> str:
    key = str(block.get("id") or "")
    return dashed(key) if key else key
