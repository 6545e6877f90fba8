"""Bodies of pages as persons type and change them in the browser."""

import re
from collections.abc import Iterator
from datetime import date

from . import text
from .blocks import touch
from .inline_read import rich_text
from .markdown import SECTIONS
from .markup import FOUND, parsed
from .place import Place
from .specs import TYPED, judged, made
from .state import Block, Page, Wire

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def typed(place: Place, page: Page, markdown: str) -> None:
    """Replace a body: what was there goes into the trash."""
    specs = judged(place, page, parsed(markdown, lambda name: _named(place, name)), "body", TYPED, FOUND)
    for child in place.state.children_of(page):
        child.in_trash = True
    made(place, page, specs)
    for block in below(place, page):
        if block.type == "meeting_notes":
            keys = zip(SECTIONS, block.children, strict=True)
            block.content["children"] = {f"{name}_block_id": key for name, key in keys}
    touch(place, page)


def retyped(place: Place, page: Page, line: str, now: str | bool | None) -> None:
    """Change the one line that says these words: other words, its box ticked or not, or None to delete it.

    Raises `LookupError` for a line that is not there, or there twice, `TypeError` for a box that is none.
    """
    block = _line(place, page, line)
    if isinstance(now, bool):
        if "checked" not in block.content:
            raise TypeError(f"{line!r} has no box")
        block.content = block.content | {"checked": now}
    elif now is None:
        block.in_trash = True
    else:
        words = rich_text(now, lambda name: _named(place, name))
        block.content = block.content | {"rich_text": text.taken(place, words, "line")}
    touch(place, block)


def below(place: Place, owner: Page | Block) -> Iterator[Block]:
    """Yield the blocks of a body in reading order; pages below the page are not entered."""
    for child in place.state.children_of(owner):
        if isinstance(child, Block):
            yield child
            yield from below(place, child)


def _line(place: Place, page: Page, words: str) -> Block:
    found = [
        block
        for block in below(place, page)
        if "rich_text" in block.content and text.plain(place, block.content["rich_text"]) == words
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} lines of the page say {words!r}")
    return found[0]


def _named(place: Place, name: str) -> Wire | None:
    """Return the mention that a person means with `@{..}`: a day, a member, or a page by its title."""
    if _DAY.fullmatch(name):
        return {"type": "date", "date": {"start": date.fromisoformat(name).isoformat()}}
    for user in place.state.users.values():
        if user.email and name in (user.name, user.email):
            return {"type": "user", "user": {"id": user.id}}
    for page in place.state.pages.values():
        if text.raw(page.values.get("title", [])) == name:
            return {"type": "page", "page": {"id": page.id}}
    raise LookupError(f"nobody and nothing is called {name!r}")
