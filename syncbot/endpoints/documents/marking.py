"""What tags of HTML and links say of the words in them."""

import re
from html import unescape
from urllib.parse import unquote

from syncbot.notes.form import MarkKind

from .words import Writer

KINDS = {
    "b": MarkKind.BOLD,
    "strong": MarkKind.BOLD,
    "s": MarkKind.STRUCK,
    "del": MarkKind.STRUCK,
    "strike": MarkKind.STRUCK,
    "u": MarkKind.UNDERLINED,
}
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_MAIL = "mailto:"


def begin_link(href: str, writer: Writer) -> None:
    """Begin a link; one to a mailbox is a mention of a person."""
    if href.lower().startswith(_MAIL):
        address = unquote(href[len(_MAIL) :].partition("?")[0]).strip().lower()
        writer.open(MarkKind.PERSON, address)
    else:
        writer.open(MarkKind.LINK, href)


def end_link(writer: Writer) -> None:
    """End the link that was begun last."""
    writer.close(MarkKind.LINK, MarkKind.PERSON)


def write_tag(tag: str, writer: Writer) -> int | None:
    """Follow one tag as it is written between words; return the source lines it takes where it ends the line."""
    match = _TAG.match(tag)
    name = match["name"].lower() if match else ""
    if match and not match["end"]:
        _begin(name, tag, writer)
    elif name == "a":
        end_link(writer)
    elif name in KINDS:
        writer.close(KINDS[name])
    breaks = tag.count("\n")
    return breaks if breaks or name == "br" else None


def _begin(name: str, tag: str, writer: Writer) -> None:
    if name in KINDS:
        writer.open(KINDS[name])
    elif name == "a" and (href := _HREF.search(tag)):
        begin_link(unescape(next(one for one in href.groups() if one is not None)), writer)
