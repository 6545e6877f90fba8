"""Rich text: what is taken, how it is kept, how it is read."""

import re
from collections.abc import Sequence
from typing import Any

from .dates import as_date
from .errors import failed, invalid
from .place import Place, as_list, as_object, as_uuid, check_members, named_kind
from .state import Database, Wire
from .users import shown_user

MAX_CONTENT = 2000
MAX_EXPRESSION = 1000
PLAIN: Wire = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}
_COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
COLORS = (*_COLORS, *(f"{color}_background" for color in _COLORS))
_KINDS = ("text", "mention", "equation")
_KNOWN = (*_KINDS, "type", "annotations", "plain_text", "href")
"""`plain_text` and `href` are taken and ignored (recorded)."""
_BARE_HOST = re.compile(r"https?://[^/?#]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)


def length(text: str) -> int:
    """Count as strictly as it may be counted: in UTF-16 units (what Notion counts is not documented)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def taken(place: Place, given: object, at: str) -> list[Wire]:
    """Judge rich text and return it as it is kept: normalised, neighbours of the same looks merged."""
    items = [_item(place, one, f"{at}[{number}]") for number, one in enumerate(as_list(given, at))]
    return merged(items)


def merged(items: Sequence[Wire]) -> list[Wire]:
    """Join neighbouring text of the same looks and link; drop empty text."""
    result: list[Wire] = []
    for item in items:
        if item["type"] == "text" and not item["text"]["content"]:
            continue
        if result and _alike(result[-1], item):
            content = result[-1]["text"]["content"] + item["text"]["content"]
            result[-1] = item | {"text": item["text"] | {"content": content}}
        else:
            result.append(item)
    return result


def read(place: Place, items: Sequence[Wire]) -> list[Wire]:
    """Return rich text as it is answered."""
    return [_shown(place, item) for item in items]


def plain(place: Place, items: Sequence[Wire]) -> str:
    """Return the text without its looks."""
    return "".join(item["plain_text"] for item in read(place, items))


def raw(items: Sequence[Wire]) -> str:
    """Return the words of text, without those of mentions."""
    return "".join(item["text"]["content"] for item in items if item["type"] == "text")


def simple(content: str) -> list[Wire]:
    """Return plain text in the form that is kept."""
    if not content:
        return []
    return [{"type": "text", "text": {"content": content, "link": None}, "annotations": dict(PLAIN)}]


def _alike(one: Wire, other: Wire) -> bool:
    if one["type"] != "text" or other["type"] != "text":
        return False
    return bool(one["annotations"] == other["annotations"] and one["text"]["link"] == other["text"]["link"])


def _item(place: Place, given: object, at: str) -> Wire:
    item = as_object(given, at)
    check_members(item, _KNOWN, at)
    kind = named_kind(item, _KINDS, at)
    if kind is None:
        raise failed(f"{at}.text", "be defined", missing=True)
    inner = as_object(item[kind], f"{at}.{kind}")
    makers = {"text": _text, "mention": _mention, "equation": _equation}
    looks = _annotations(item.get("annotations", {}), f"{at}.annotations")
    return {"type": kind, kind: makers[kind](place, inner, f"{at}.{kind}"), "annotations": looks}


def _annotations(given: object, at: str) -> Wire:
    wanted = as_object(given, at)
    check_members(wanted, PLAIN, at)
    for name, value in wanted.items():
        if name == "color" and value not in COLORS:
            raise failed(f"{at}.color", "be a known color", value)
        if name != "color" and not isinstance(value, bool):
            raise failed(f"{at}.{name}", "be a boolean", value)
    return PLAIN | wanted


def _text(_: Place, inner: Wire, at: str) -> Wire:
    check_members(inner, ("content", "link"), at)
    content = inner.get("content")
    if not isinstance(content, str):
        raise failed(f"{at}.content", "be a string", content, missing="content" not in inner)
    if length(content) > MAX_CONTENT:
        raise failed(f"{at}.content.length", f"be ≤ `{MAX_CONTENT}`", length(content))
    return {"content": content, "link": _link(inner.get("link"), f"{at}.link")}


def _link(given: object, at: str) -> Wire | None:
    if given is None:
        return None
    link = as_object(given, at)
    check_members(link, ("url", "type"), at)
    url = link.get("url")
    if not isinstance(url, str):
        raise failed(f"{at}.url", "be a string", url)
    if length(url) > MAX_CONTENT:
        raise failed(f"{at}.url.length", f"be ≤ `{MAX_CONTENT}`", length(url))
    return {"url": url if url.startswith("/") else as_address(url, "Invalid URL for link.")}


def as_address(url: str, wrong: str) -> str:
    """Return an address as it is kept, or refuse it in these words; a bare host gets its slash."""
    if not _SCHEME.fullmatch(url):
        raise invalid(wrong)
    return url + "/" if _BARE_HOST.fullmatch(url) else url


def _equation(_: Place, inner: Wire, at: str) -> Wire:
    expression = inner.get("expression")
    if not isinstance(expression, str):
        raise failed(f"{at}.expression", "be a string", expression)
    if length(expression) > MAX_EXPRESSION:
        raise failed(f"{at}.expression.length", f"be ≤ `{MAX_EXPRESSION}`", length(expression))
    return {"expression": expression}


def _mention(place: Place, inner: Wire, at: str) -> Wire:
    kind = named_kind(inner, ("user", "page", "database", "date"), at)
    if kind is None:
        raise failed(f"{at}.user", "be defined", missing=True)
    check_members(inner, ("type", kind), at)
    if kind == "date":
        date = as_date(as_object(inner["date"], f"{at}.date"), f"{at}.date")
        return {"type": "date", "date": date}
    where = f"{at}.{kind}.id"
    key = as_uuid(as_object(inner.get(kind), f"{at}.{kind}").get("id"), where)
    look: Any = {"user": place.user, "page": place.page, "database": place.database}[kind]
    look(key, where)
    return {"type": kind, kind: {"id": key}}


def _shown(place: Place, item: Wire) -> Wire:
    kind = item["type"]
    shown: Any = item[kind]
    href = None
    if kind == "text":
        words = shown["content"]
        href = shown["link"] and shown["link"]["url"]
    elif kind == "equation":
        words = shown["expression"]
    else:
        words, href, shown = _shown_mention(place, shown)
    return {
        "type": kind,
        kind: shown,
        "annotations": item["annotations"],
        "plain_text": words,
        "href": href,
    }


def _shown_mention(place: Place, mention: Wire) -> tuple[str, str | None, Wire]:
    """Return the words, the address and the mention; what cannot be seen is only named by its id."""
    kind = mention["type"]
    if kind == "date":
        date = mention["date"]
        words = date["start"] if date["end"] is None else f"{date['start']} → {date['end']}"
        return words, None, mention
    if kind == "user":
        user = shown_user(place, mention["user"]["id"])
        return f"@{user.get('name', 'Anonymous')}", None, {"type": "user", "user": user}
    if kind in ("link_mention", "link_preview"):
        address = str(mention[kind].get("href") or mention[kind].get("url"))
        return address, address, mention
    found = place.state.pages.get(mention[kind]["id"]) or place.state.databases.get(mention[kind]["id"])
    if found is None or not place.sees(found):
        return "Untitled", None, mention
    title = found.title if isinstance(found, Database) else found.values.get("title", [])
    return plain(place, title) or "Untitled", f"https://www.notion.so/{found.id.replace('-', '')}", mention
