"""One line of enhanced Markdown -> lines with marks. Linear in the length of the line.

All that is markup stands unescaped, and whatever stands unescaped is markup, as Notion escapes the characters that
Markdown knows (its guide "Enhanced markdown format"). So marks need no pairs that fit by the rules of CommonMark,
which they do not: `**Lead: **Anna` was seen.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from syncbot.notes.form import MarkKind

from .body_people import Member
from .body_words import Lines, Spoken, dashed, link

_TOKEN = re.compile(
    r"\\(?P<escaped>[\\*~`$\[\]<>{}|^!\"#%&'()+,./:;=?@_-])"
    r"|(?P<code>`[^`]*`)"
    r"|\$`(?P<equation>[^`]*)`\$"
    r"|\$(?P<formula>[^$]*)\$"
    r"|(?P<mark>\*\*|~~)"
    r"|(?P<star>\*)"
    r"|(?P<cited>\[\^[^\]\s]*\])"
    r"|(?P<end>\]\((?P<url>(?:[^()\s\\]|\\.|\([^()\s]*\))*)\))"
    r"|(?P<begin>\[)"
    r"|<(?P<close>/?)(?P<tag>[a-z][a-z_-]*)(?P<said>(?:\s[^<>]*)?)>"
)
_MARKUP = re.compile(r"[\\`$*~\[\]<]")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_ID = re.compile(r"([0-9a-f]{32})$")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What Markdown leaves out of mentions."""

    member: Callable[[str], Member]
    """Id -> somebody."""
    title: Callable[[str, str], str | None]
    """"page", "database" or another kind, and an id -> the title; None = nobody knows."""


class NotTold(Exception):
    """Markdown does not tell what is needed; the message says what, in words."""


def attributes(said: str) -> Mapping[str, str]:
    """Return the attributes of a tag or of the list at the end of a line."""
    return dict(_ATTRIBUTE.findall(said))


def id_of(address: str) -> str | None:
    """Return the id in an address, of the block where it names one."""
    found = _ID.search(address.partition("?")[0].replace("-", ""))
    return None if found is None else dashed(found[1])


def line_words(line: str, names: Names) -> Spoken:
    """Read one line. Raises `NotTold` for the mention of a page whose title nobody knows."""
    if _MARKUP.search(line) is None:
        spoken = Spoken()
        spoken.add(line)
        return spoken
    return _Reader(line, names).read()


def lines_of(line: str, names: Names) -> Lines:
    """Read one line and return the lines of text in it."""
    return line_words(line, names).take()


class _Reader:
    """Reads one line from left to right."""

    def __init__(self, line: str, names: Names) -> None:
        self._line, self._names = line, names
        self._spoken = Spoken()
        self._tokens: Sequence[re.Match[str]] = list(_TOKEN.finditer(line))
        self._targets = self._paired()
        self._bold_left = sum(token["mark"] == "**" for token in self._tokens)
        self._italic = self._bold = False
        self._skip_to: str | None = None
        """The tag of a mention whose label is left out, as what it names is told better."""

    def read(self) -> Spoken:
        """Read it all."""
        at = 0
        for number, token in enumerate(self._tokens):
            self._text(self._line[at : token.start()])
            at = token.end()
            self._token(number, token)
        self._text(self._line[at:])
        return self._spoken

    def _paired(self) -> Mapping[int, str]:
        """Return for each bracket that begins a link its address, and for each end that has no beginning nothing."""
        targets: dict[int, str] = {}
        opened: list[int] = []
        for number, token in enumerate(self._tokens):
            if token["begin"]:
                opened.append(number)
            elif token["end"] and opened:
                targets[opened.pop()] = targets[number] = token["url"]
        return targets

    def _text(self, text: str) -> None:
        if self._skip_to is None:
            self._spoken.add(text)

    def _token(self, number: int, token: re.Match[str]) -> None:
        if token["tag"]:
            self._tag(token)
        elif token["begin"] or token["end"]:
            self._bracket(number, token)
        elif token["mark"] == "**":
            self._stars()
        elif token["mark"]:
            if not self._spoken.close(MarkKind.STRUCK):
                self._spoken.open(MarkKind.STRUCK)
        elif token["star"]:
            self._italic = not self._italic
        elif not token["cited"]:
            plain = token["escaped"] or token["equation"] or token["formula"]
            self._text(token["code"].strip("`") if token["code"] else plain or "")

    def _stars(self) -> None:
        """Begin or end bold; between two italic pieces side by side the same sign ends one and begins the other."""
        self._bold_left -= 1
        if self._italic and not self._bold and self._bold_left % 2 == 0:
            return
        self._bold = not self._bold
        if self._bold:
            self._spoken.open(MarkKind.BOLD)
        else:
            self._spoken.close(MarkKind.BOLD)

    def _bracket(self, number: int, token: re.Match[str]) -> None:
        if number not in self._targets:
            self._text(token[0])
            return
        mark = link(self._targets[number].replace("\\", ""))
        if mark is None:
            return
        if token["begin"]:
            self._spoken.open(*mark)
        else:
            self._spoken.close(mark[0])

    def _tag(self, token: re.Match[str]) -> None:
        tag, said = token["tag"], attributes(token["said"])
        if token["close"]:
            if tag == self._skip_to:
                self._skip_to = None
            elif tag == "span":
                self._spoken.close(MarkKind.UNDERLINED)
        elif tag == "br":
            self._spoken.add("\n")
        elif tag == "span" and said.get("underline") == "true":
            self._spoken.open(MarkKind.UNDERLINED)
        elif tag.startswith("mention-"):
            self._mention(token, tag, said)

    def _mention(self, token: re.Match[str], tag: str, said: Mapping[str, str]) -> None:
        label = "" if token["said"].endswith("/") else self._label(token, tag)
        kind = tag.removeprefix("mention-")
        if kind == "date":
            self._spoken.day(said.get("start", ""), said.get("end"))
        elif kind == "user":
            self._spoken.person(self._names.member(said.get("url", "").removeprefix("user://")))
        else:
            key = id_of(said.get("url", ""))
            title = label or (self._names.title(kind, key) if key else None)
            if title is None:
                raise NotTold("it mentions a page without its title")
            self._spoken.marked(title, MarkKind.PAGE if kind == "page" else None, key or "")

    def _label(self, token: re.Match[str], tag: str) -> str:
        """Return what stands between the tags of a mention, and pass it over."""
        end = self._line.find(f"</{tag}>", token.end())
        if end < 0:
            return ""
        self._skip_to = tag
        return re.sub(r"\\(.)", r"\1", self._line[token.end() : end])
