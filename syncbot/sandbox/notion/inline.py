"""Rich text as enhanced Markdown (Notion's guide "Enhanced markdown format"; what differs there was seen in answers).

* Mentions carry the address only: `<mention-user url="user://.."/>`, `<mention-page url=".."/>` come without the name,
  although the guide shows one. Who reads has to know people and pages from elsewhere.
* Marks stand where the style ends, inside of spaces too: `**Lead: **Anna`.
* Beginnings of lines are not escaped: a paragraph "- a" comes as a list item (the guide's list of characters to escape
  has no `-`, `#` or `>` at the beginning). Not recorded; a reader must not be helped.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from .dates import is_day
from .place import Place
from .state import Wire

_SPECIAL = re.compile(r"[\\*~`$\[\]<>{}|^]")
BACKGROUND = "_background"
_STYLES = (("strikethrough", "~~"), ("italic", "*"), ("bold", "**"))
"""The innermost first. Code is inside of all, colours and links outside."""


def as_markdown(place: Place, items: Sequence[Wire]) -> str:
    """Return rich text on one line."""
    return "".join(_piece(place, item) for item in items)


def escaped(words: str) -> str:
    """Return plain words with what means something escaped."""
    return _SPECIAL.sub(r"\\\g<0>", words).replace("\n", "<br>")


def page_address(place: Place, page: str, block: str | None = None) -> str:
    """Return the address that Markdown names a page or a block by."""
    base = "https://app.notion.com/p/" if place.settings.app_links else "https://www.notion.so/"
    return base + page.replace("-", "") + ("" if block is None else f"#{block.replace('-', '')}")


def color_name(color: str) -> str:
    """Return a colour as Markdown names it."""
    return color.removesuffix(BACKGROUND) + "_bg" if color.endswith(BACKGROUND) else color


def _piece(place: Place, item: Wire) -> str:
    looks, kind = item["annotations"], item["type"]
    if kind == "text":
        words = item["text"]["content"]
        inner = f"`{words}`".replace("\n", "<br>") if looks["code"] else escaped(words)
    elif kind == "equation":
        inner = f"$`{item['equation']['expression']}`$"
    else:
        inner = _mention(place, item["mention"])
    return _linked(item, _styled(looks, inner))


def _styled(looks: Wire, inner: str) -> str:
    for name, mark in _STYLES:
        if looks[name]:
            inner = f"{mark}{inner}{mark}"
    if looks["underline"]:
        inner = f'<span underline="true">{inner}</span>'
    if looks["color"] != "default":
        inner = f'<span color="{color_name(looks["color"])}">{inner}</span>'
    return inner


def _linked(item: Wire, inner: str) -> str:
    link = item["text"]["link"] if item["type"] == "text" else None
    return inner if link is None else f"[{inner}]({link['url']})"


def _mention(place: Place, mention: Wire) -> str:
    kind = mention["type"]
    inner = mention[kind]
    if kind == "date":
        return _date(inner)
    if kind == "user":
        return f'<mention-user url="user://{inner["id"]}"/>'
    if kind in ("page", "database"):
        return f'<mention-{kind} url="{page_address(place, inner["id"])}"/>'
    address = str(inner.get("href") or inner.get("url"))
    return f"[{inner.get('title') or address}]({address})"


def _date(date: Wire) -> str:
    parts = [*_moment("start", date["start"]), *_moment("end", date["end"])]
    zone = [] if is_day(date["start"]) else ['timeZone="UTC"']
    return f"<mention-date {' '.join([*parts, *zone])}/>"


def _moment(name: str, text: str | None) -> list[str]:
    """Return the attributes of one end; the zone that a person chose is not kept here, so it is told in UTC."""
    if text is None:
        return []
    if is_day(text):
        return [f'{name}="{text}"']
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return [f'{name}="{moment:%Y-%m-%d}"', f'{name}Time="{moment:%H:%M}"']
