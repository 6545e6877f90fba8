"""The kinds of blocks: what each holds when nothing is said of it, and what may be said.

Members are those of recorded answers; what may be said is what Notion's OpenAPI of March 2026 takes, and besides it
`heading_4` and `tab`, which were recorded later.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from . import pictures, text
from .errors import failed, invalid, unexpected
from .languages import LANGUAGES
from .place import Place, as_list, as_object, as_uuid, check_members
from .state import Block, Wire

_TEXT: Wire = {"rich_text": [], "color": "default"}
_HEADING: Wire = {"rich_text": [], "is_toggleable": False, "color": "default"}
_LINKED: Wire = {"caption": [], "url": ""}
_MEDIUM: Wire = {"caption": [], "type": "external", "external": {}}
KINDS: Mapping[str, Wire] = {
    "paragraph": {"rich_text": [], "icon": None, "color": "default"},
    "heading_1": _HEADING,
    "heading_2": _HEADING,
    "heading_3": _HEADING,
    "heading_4": _HEADING,
    "bulleted_list_item": _TEXT,
    "numbered_list_item": _TEXT,
    "to_do": {"rich_text": [], "checked": False, "color": "default"},
    "toggle": _TEXT,
    "quote": _TEXT,
    "callout": {"rich_text": [], "icon": None, "color": "default"},
    "code": {"caption": [], "rich_text": [], "language": "plain text"},
    "equation": {"expression": ""},
    "divider": {},
    "breadcrumb": {},
    "table_of_contents": {"color": "gray"},
    "table": {"table_width": 1, "has_column_header": False, "has_row_header": False},
    "table_row": {"cells": []},
    "column_list": {},
    "column": {},
    "tab": {},
    "synced_block": {"synced_from": None},
    "link_to_page": {},
    "embed": _LINKED,
    "bookmark": _LINKED,
    "image": _MEDIUM,
    "video": _MEDIUM,
    "pdf": _MEDIUM,
    "audio": _MEDIUM,
    "file": _MEDIUM | {"name": ""},
}
"""What can be made over the API, and what it holds when nothing is said."""
MEDIA = ("image", "video", "pdf", "audio", "file")
ONLY: Mapping[str, str] = {"table": "table_row", "column_list": "column", "tab": "paragraph"}
"""Kinds below which just one kind stands."""
INSIDE: Mapping[str, str] = {"table_row": "table", "column": "column_list"}
"""Kinds that stand just below one kind."""
_NEEDED: Mapping[str, tuple[str, ...]] = {
    **{kind: ("rich_text",) for kind, content in KINDS.items() if "rich_text" in content},
    **dict.fromkeys(MEDIA, ("external",)),
    "code": ("rich_text", "language"),
    "equation": ("expression",),
    "embed": ("url",),
    "bookmark": ("url",),
    "table": ("table_width",),
    "table_row": ("cells",),
    "synced_block": ("synced_from",),
}
_FIXED = ("table_width", "synced_from", "page_id", "database_id")
"""Said once, when the block is made."""
_HOLDERS = (
    *("paragraph", "bulleted_list_item", "numbered_list_item", "to_do", "toggle", "quote", "callout"),
    *("table", "column_list", "column", "tab", "synced_block"),
)
_MOST_WORDS = 2000


def made_content(place: Place, kind: str, given: Wire, at: str) -> Wire:
    """Judge what a new block holds and return all of it."""
    for name in _NEEDED.get(kind, ()):
        if name not in given:
            raise failed(f"{at}.{name}", "be defined", missing=True)
    if kind == "link_to_page":
        return _linked(place, given, at)
    content = KINDS[kind] | _judged(place, kind, given, at)
    return _named(content) if kind == "file" else content


def changed_content(place: Place, block: Block, given: Wire, at: str) -> Wire:
    """Judge the fields of a block that an update names and return all that it holds then."""
    for name in _FIXED:
        if name in given:
            raise unexpected(f"{at}.{name}", given[name])
    fields = _judged(place, block.type, given, at)
    if "cells" in fields and len(fields["cells"]) != len(block.content["cells"]):
        raise failed(f"{at}.cells.length", f"be `{len(block.content['cells'])}`", len(fields["cells"]))
    content = block.content | fields
    return _named(content) if block.type == "file" else content


def _named(content: Wire) -> Wire:
    """Recorded: without a name a file is called as its address ends, and a name gets the ending of that."""
    if content["type"] != "external":
        return content
    address = PurePosixPath(unquote(urlsplit(content["external"]["url"]).path))
    name = content["name"] or address.name
    return content | {"name": name if name.endswith(address.suffix) else name + address.suffix}


def holds(kind: str, content: Wire) -> bool:
    """Say whether something may stand below it: below a heading only if it is toggleable."""
    if kind == "synced_block":
        return content["synced_from"] is None
    return kind in _HOLDERS or bool(content.get("is_toggleable"))


def shown_content(place: Place, content: Wire) -> Wire:
    """Return what a block holds as it is answered."""
    return {name: _shown(place, name, value) for name, value in content.items()}


def _shown(place: Place, name: str, value: Any) -> Any:
    if name in ("rich_text", "caption") or (name == "title" and isinstance(value, list)):
        return text.read(place, value)
    if name == "cells":
        return [text.read(place, cell) for cell in value]
    return value


def _judged(place: Place, kind: str, given: Wire, at: str) -> Wire:
    known = (*KINDS[kind], *(("width_ratio",) if kind == "column" else ()))
    if kind in MEDIA and "file_upload" in given:
        raise invalid("The sandbox has no file uploads.")
    check_members(given, known, at)
    return {name: _JUDGES[name](place, value, f"{at}.{name}") for name, value in given.items()}


def _linked(place: Place, given: Wire, at: str) -> Wire:
    """Take what a link to a page says: links to comments are not built."""
    name = next((one for one in ("page_id", "database_id") if one in given), None)
    if name is None:
        raise failed(f"{at}.page_id", "be defined", missing=True)
    check_members(given, ("type", name), at)
    if given.get("type", name) != name:
        raise failed(f"{at}.type", f'be `"{name}"`', given["type"])
    key = as_uuid(given[name], f"{at}.{name}")
    found = place.page(key, f"{at}.{name}") if name == "page_id" else place.database(key)
    return {"type": name, name: found.id}


def _color(_: Place, given: Any, at: str) -> str:
    if not isinstance(given, str) or given not in text.COLORS:
        raise failed(at, "be a known color", given)
    return given


def _flag(_: Place, given: Any, at: str) -> bool:
    if not isinstance(given, bool):
        raise failed(at, "be a boolean", given)
    return given


def _icon(_: Place, given: Any, at: str) -> Wire | None:
    if not isinstance(given, dict):
        raise unexpected(at, given)  # as users report of null
    return pictures.icon(given, at)


def _words(given: Any, at: str, most: int) -> str:
    if not isinstance(given, str):
        raise failed(at, "be a string", given)
    if text.length(given) > most:
        raise failed(f"{at}.length", f"be ≤ `{most}`", text.length(given))
    return given


def _expression(_: Place, given: Any, at: str) -> str:
    return _words(given, at, text.MAX_EXPRESSION)


def _name(_: Place, given: Any, at: str) -> str:
    return _words(given, at, _MOST_WORDS)


def _language(_: Place, given: Any, at: str) -> str:
    if not isinstance(given, str) or given not in LANGUAGES:
        raise failed(at, "be a known language", given)
    return given


def _url(_: Place, given: Any, at: str) -> str:
    return text.as_address(_words(given, at, _MOST_WORDS), "Invalid URL.")


def _external(_: Place, given: Any, at: str) -> Wire:
    url = pictures.external(given, at)["url"]
    text.as_address(_words(url, f"{at}.url", _MOST_WORDS), "Invalid image url.")
    return {"url": url}


def _medium(_: Place, given: Any, at: str) -> str:
    if given != "external":
        raise failed(at, 'be `"external"`', given)
    return "external"


def _width(_: Place, given: Any, at: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise failed(at, "be a number ≥ `1`", given)
    return given


def _ratio(_: Place, given: Any, at: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        raise failed(at, "be a number between `0` and `1`", given)
    return given


def _cells(place: Place, given: Any, at: str) -> list[list[Wire]]:
    return [text.taken(place, cell, f"{at}[{n}]") for n, cell in enumerate(as_list(given, at))]


def _source(place: Place, given: Any, at: str) -> Wire | None:
    """Take the block that is shown again: it is an original, not a copy of one (not recorded, so the stricter)."""
    if given is None:
        return None
    source = as_object(given, at)
    check_members(source, ("type", "block_id"), at)
    if source.get("type", "block_id") != "block_id":
        raise failed(f"{at}.type", 'be `"block_id"`', source["type"])
    found = place.holder(as_uuid(source.get("block_id"), f"{at}.block_id"), f"{at}.block_id")
    if not isinstance(found, Block) or found.content.get("synced_from", found) is not None:
        raise invalid("The block that is synced from is no original synced block.")
    return {"type": "block_id", "block_id": found.id}


_JUDGES: Mapping[str, Callable[[Place, Any, str], Any]] = {
    "rich_text": text.taken,
    "caption": text.taken,
    "color": _color,
    "checked": _flag,
    "is_toggleable": _flag,
    "has_column_header": _flag,
    "has_row_header": _flag,
    "icon": _icon,
    "expression": _expression,
    "name": _name,
    "language": _language,
    "url": _url,
    "external": _external,
    "type": _medium,
    "table_width": _width,
    "width_ratio": _ratio,
    "cells": _cells,
    "synced_from": _source,
}
