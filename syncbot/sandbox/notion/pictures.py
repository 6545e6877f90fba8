"""Icons and covers: an emoji, or an address outside Notion."""

import re
from typing import Any

from .errors import failed
from .place import as_object, check_members, named_kind
from .state import Wire

_OWN_ICON = re.compile(r"https://www\.notion\.so/icons/(.+)_([a-z]+)\.svg")


def icon(given: Any, at: str) -> Wire | None:
    """Take an icon; Notion knows its own pictures by their address (recorded)."""
    picture = _picture(given, ("emoji", "external"), at)
    if picture is None or picture["type"] == "emoji":
        return picture
    own = _OWN_ICON.fullmatch(picture["external"]["url"])
    return {"type": "icon", "icon": {"name": own[1], "color": own[2]}} if own else picture


def cover(given: Any, at: str) -> Wire | None:
    """Take a cover: never an emoji."""
    return _picture(given, ("external",), at)


def external(given: Any, at: str) -> Wire:
    """Take an address outside Notion."""
    inner = as_object(given, at)
    check_members(inner, ("url",), at)
    url = inner.get("url")
    if not isinstance(url, str):
        raise failed(f"{at}.url", "be a string", url, missing="url" not in inner)
    return {"url": url}


def _picture(given: Any, kinds: tuple[str, ...], at: str) -> Wire | None:
    if given is None:
        return None
    picture = as_object(given, at)
    kind = named_kind(picture, kinds, at)
    check_members(picture, ("type", str(kind)), at)
    if kind == "emoji":
        return {"type": "emoji", "emoji": _emoji(picture["emoji"], f"{at}.emoji")}
    return {"type": "external", "external": external(picture.get("external"), f"{at}.external")}


def _emoji(given: object, at: str) -> str:
    """Take any short text: which characters are emoji is not judged here."""
    if not isinstance(given, str) or not given or given.isascii():
        raise failed(at, "be an emoji", given)
    return given
