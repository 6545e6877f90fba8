"""The words of one block: from rich text, or from a line of Markdown, to lines with marks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from syncbot.notes.form import MarkKind

from ..documents.words import Words, Writer
from .body_people import ANONYMOUS, Member, member

Json = Mapping[str, Any]
Lines = Sequence[Words]
MOST = 20_000
"""Characters of a block that are read: ten pieces of rich text as long as they may be."""
_NOTION_PAGE = re.compile(
    r"(?:https?://(?:[\w-]+\.)*notion\.(?:so|com|site))?/(?:[^?#\s]*[/-])?([0-9a-f]{32})(?:[?#].*)?"
)
_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Spoken:
    """Gathers the lines of a block; a line break begins another one."""

    def __init__(self) -> None:
        self._writer = Writer()
        self._lines: list[Words] = []
        self._left = MOST
        self.cut = False
        """The block was longer than is read."""

    def add(self, text: str) -> None:
        """Go on with text."""
        self.cut = self.cut or len(text) > self._left
        text = text[: self._left]
        self._left -= len(text)
        first, *others = _BREAK.split(text)
        self._writer.add(first)
        for part in others:
            self._lines.append(self._writer.take())
            self._writer.add(part)

    @property
    def is_empty(self) -> bool:
        """Say whether there are no words yet."""
        return not self._lines and self._writer.is_empty

    def open(self, kind: MarkKind, value: str = "") -> None:
        """Begin a mark."""
        self._writer.open(kind, value)

    def close(self, *kinds: MarkKind) -> bool:
        """End a mark; tell whether there was one."""
        return self._writer.close(*kinds)

    def marked(self, text: str, kind: MarkKind | None, value: str) -> None:
        """Add text that bears a mark of its own."""
        if kind is not None:
            self.open(kind, value)
        self.add(text)
        if kind is not None:
            self.close(kind)

    def person(self, found: Member) -> None:
        """Mention somebody."""
        self.marked(f"@{found.name}", MarkKind.PERSON, found.value)

    def day(self, start: str, end: str | None) -> None:
        """Mention a day or a span of days, each as it was written, never through a time zone."""
        for number, one in enumerate(point for point in (start, end) if point):
            self.add(" → " if number else "")
            day = one[:10] if _DAY.match(one) else None
            self.marked(day or one, MarkKind.DAY if day else None, day or "")

    def take(self) -> Lines:
        """Return all lines."""
        return [*self._lines, self._writer.take()]


def link(address: str) -> tuple[MarkKind, str] | None:
    """Return the mark of a link; None for one that nobody should click on, such as `javascript:`."""
    page = _NOTION_PAGE.fullmatch(address)
    if page is not None:
        return MarkKind.PAGE, dashed(page[1])
    if address.lower().startswith("mailto:"):
        return MarkKind.PERSON, unquote(address[7:].partition("?")[0]).strip().lower()
    return (MarkKind.LINK, address) if address.lower().startswith(("http://", "https://")) else None


def dashed(key: str) -> str:
    """Return an id in the spelling of the API."""
    plain = key.replace("-", "").lower()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def rich_words(pieces: object) -> Spoken:
    """Read rich text as the API gives it."""
    spoken = Spoken()
    for piece in pieces if isinstance(pieces, list) else ():
        if isinstance(piece, Mapping):
            _piece(spoken, piece)
    return spoken


_LOOKS = (
    ("bold", MarkKind.BOLD),
    ("strikethrough", MarkKind.STRUCK),
    ("underline", MarkKind.UNDERLINED),
)


def _piece(spoken: Spoken, piece: Json) -> None:
    looks = piece.get("annotations")
    kinds = [kind for name, kind in _LOOKS if isinstance(looks, Mapping) and looks.get(name)]
    for kind in kinds:
        spoken.open(kind)
    mention = piece.get("mention")
    text = str(piece.get("plain_text") or "")
    if piece.get("type") == "mention" and isinstance(mention, Mapping):
        _mention(spoken, mention, text, str(piece.get("href") or ""))
    else:
        spoken.marked(text, *(link(str(piece.get("href") or "")) or (None, "")))
    for kind in reversed(kinds):
        spoken.close(kind)


def _mention(spoken: Spoken, mention: Json, text: str, href: str) -> None:
    kind = str(mention.get("type"))
    inner = mention.get(kind)
    if not isinstance(inner, Mapping):
        spoken.add(text)
    elif kind == "user":
        spoken.person(member(inner) or (Member(name=text.lstrip("@")) if text else ANONYMOUS))
    elif kind == "date":
        spoken.day(str(inner.get("start") or ""), str(inner.get("end") or "") or None)
    elif kind == "page":
        spoken.marked(text, MarkKind.PAGE, str(inner.get("id") or ""))
    else:
        spoken.marked(text, *(link(href) or (None, "")))
