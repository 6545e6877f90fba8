"""Enhanced Markdown of one line -> rich text as a request has it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .inline import BACKGROUND
from .state import Wire
from .text import MAX_CONTENT

Named = Callable[[str], Wire | None]
"""What stands in `@{..}` -> the mention that is meant; None = it is no mention."""
_ANY = r"(?:\\.|[^\\])+?"
_TOKEN = re.compile(
    r"\\(?P<escaped>.)"
    r"|\$`(?P<equation>[^`]+)`\$"
    r"|`(?P<code>[^`]+)`"
    rf"|\*\*(?P<bold>{_ANY})\*\*(?!\*)"
    rf"|~~(?P<strikethrough>{_ANY})~~"
    rf"|(?<![\w*])\*(?P<italic>[^\s*](?:{_ANY})??)\*(?![\w*])"
    r"|<span (?P<span>[^<>]*)>(?P<inside>.*?)</span>"
    r"|(?P<br><br\s*/?>)"
    r"|<mention-(?P<mention>[a-z-]+)(?P<said>[^<>]*?)(?:/>|>[^<]*</mention-[a-z-]+>)"
    r"|(?P<cited>\[\^[^\]]*\])"
    rf"|\[(?P<label>{_ANY})\]\((?P<url>[^()\s]*)\)"
    r"|@\{(?P<named>[^{}]+)\}"
)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_HEX = re.compile(r"([0-9a-f]{32})(?:[?#].*)?$")
_HALF = MAX_CONTENT // 2
"""A character may count two."""


@dataclass(frozen=True, kw_only=True)
class _Style:
    """How text looks that is read now."""

    looks: Wire
    url: str | None = None

    def with_(self, **looks: Any) -> "_Style":
        return _Style(looks=self.looks | looks, url=self.url)


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, or of a list of them."""
    return dict(_ATTRIBUTE.findall(text))


def color_of(name: str) -> str:
    """Return the API's name of a colour."""
    return name.removesuffix("_bg") + BACKGROUND if name.endswith("_bg") else name


def id_in(address: str) -> str:
    """Return the id that the address of a page ends with; what else it says is returned as it is."""
    found = _HEX.search(address.split("#", maxsplit=1)[0].replace("-", ""))
    return found[1] if found else address


def rich_text(line: str, named: Named) -> list[Wire]:
    """Read one line."""
    return list(_pieces(line, _Style(looks={}), named))


def _pieces(line: str, style: _Style, named: Named) -> Iterator[Wire]:
    plain = ""
    at = 0
    for match in _TOKEN.finditer(line):
        plain += line[at : match.start()]
        at = match.end()
        simple = _simple(match)
        if simple is not None:
            plain += simple
            continue
        yield from _texts(plain, style)
        plain = ""
        yield from _token(match, style, named)
    yield from _texts(plain + line[at:], style)


def _simple(match: re.Match[str]) -> str | None:
    """Return what a token says if it is just text."""
    if match["br"]:
        return "\n"
    return "" if match["cited"] else match["escaped"]


def _token(match: re.Match[str], style: _Style, named: Named) -> Iterator[Wire]:
    kind = str(match.lastgroup)
    if kind in ("bold", "italic", "strikethrough"):
        yield from _pieces(match[kind], style.with_(**{kind: True}), named)
    elif kind == "code":
        yield from _texts(match["code"], style.with_(code=True))
    elif kind == "equation":
        yield {"type": "equation", "equation": {"expression": match["equation"]}, "annotations": style.looks}
    elif kind == "inside":
        yield from _pieces(match["inside"], style.with_(**_spanned(attributes(match["span"]))), named)
    elif kind == "url":
        yield from _pieces(match["label"], _Style(looks=style.looks, url=match["url"]), named)
    elif kind == "said":
        mention = _mention(match["mention"], attributes(match["said"]))
        yield {"type": "mention", "mention": mention, "annotations": style.looks}
    else:
        mention_of_name = named(match["named"])
        if mention_of_name is None:
            yield from _texts(match[0], style)
        else:
            yield {"type": "mention", "mention": mention_of_name, "annotations": style.looks}


def _texts(words: str, style: _Style) -> Iterator[Wire]:
    link = {} if style.url is None else {"link": {"url": style.url}}
    for start in range(0, len(words), _HALF):
        content = words[start : start + _HALF]
        yield {"type": "text", "text": {"content": content, **link}, "annotations": style.looks}


def _spanned(said: dict[str, str]) -> Wire:
    looks: Wire = {"underline": True} if said.get("underline") == "true" else {}
    return looks | ({"color": color_of(said["color"])} if "color" in said else {})


def _mention(kind: str, said: dict[str, str]) -> Wire:
    if kind == "date":
        return {"type": "date", "date": _date(said)}
    address = said.get("url", "")
    key = address.removeprefix("user://") if kind == "user" else id_in(address)
    name = kind.replace("-", "_")
    return {"type": name, name: {"id": key}}


def _date(said: dict[str, str]) -> Wire:
    ends = {
        end: f"{said[end]}T{said[f'{end}Time']}:00" if f"{end}Time" in said else said[end]
        for end in ("start", "end")
        if end in said
    }
    return ends | ({"time_zone": said.get("timeZone", "UTC")} if "startTime" in said else {})
