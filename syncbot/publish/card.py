"""A publication as an Adaptive Card for a Teams channel (1.5; Workflows webhook).

What Teams takes is less than the schema says: only links as actions, no headings, tables or HTML in a text, and 28 KB
measured on the escaped text (microsoft/AdaptiveCards schema 1.5.0; msteams-docs #11274: a request of 24,453 bytes was
counted as 28,897 and refused). So a card that would be too large is cut to what fits, with a link to the whole.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from .form import Line, Publication, Run, Section, every_line
from .room import tighter

Card: TypeAlias = dict[str, Any]
"""An Adaptive Card as JSON."""
VERSION = "1.5"
BUDGET = 24_000
"""Bytes by `weight`; Teams refuses at 28,672."""
_MARKUP = re.compile(r"([\\`*_\[\]<>~|]|&(?=#?\w+;))")
_FORMULA = re.compile(r"\{(?=\{)")
"""`{{DATE(...)}}` would be shown as a date of the reader's; nothing but a space without width takes it apart."""
_LISTED = re.compile(r"^(\s*)(\d+)([.)])(?=\s)|^(\s*)([-+#])(?=\s|$)")


def card(publication: Publication, *, whole: str | None = None, budget: int = BUDGET) -> Card:
    """Return a card of at most `budget` bytes; `whole` is where the publication can be read in full."""
    made: Card = {}
    for shorter in tighter(publication):
        made = _card(shorter, whole)
        if weight(made) <= budget:
            break
    return made


def weight(made: Card) -> int:
    """Return how many bytes Teams counts: the card as text inside a text."""
    inner = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
    return len(json.dumps(inner, ensure_ascii=False).encode())


def message(made: Card) -> dict[str, Any]:
    """Return what is posted to a Workflows webhook."""
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": made,
    }
    return {"type": "message", "attachments": [attachment]}


def escaped(text: str) -> str:
    """Return text that shows as it is: Teams reads some Markdown in every text block."""
    plain = _FORMULA.sub("{\u200b", _MARKUP.sub(r"\\\1", " ".join(text.split())))
    return _LISTED.sub(
        lambda found: found[0].replace(found[3] or found[5], "\\" + (found[3] or found[5])), plain
    )


def _card(publication: Publication, whole: str | None) -> Card:
    body = [_title(publication.title), *map(_paragraph, publication.opening)]
    for section in publication.sections:
        body += _section(section)
    body += map(_paragraph, publication.closing)
    made: Card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": publication.language,
        "body": body,
        "msteams": {"width": "Full"},
    }
    if whole is not None:
        made["actions"] = [{"type": "Action.OpenUrl", "title": publication.open, "url": whole}]
    return made


def _title(title: str) -> Card:
    return {"type": "TextBlock", "text": escaped(title), "size": "Large", "weight": "Bolder", "wrap": True}


def _section(section: Section) -> Iterator[Card]:
    head = {"type": "TextBlock", "text": escaped(section.title), "weight": "Bolder", "wrap": True}
    yield {**head, "separator": True, "spacing": "Medium"}
    for depth, line in every_line(section.lines):
        yield _item(line, depth)
    if section.more is not None:
        yield _paragraph(section.more)


def _item(line: Line, depth: int) -> Card:
    indent = "\u2003" * depth
    return {"type": "TextBlock", "text": f"{indent}• {_said(line)}", "wrap": True, "spacing": "Small"}


def _paragraph(line: Line) -> Card:
    return {"type": "TextBlock", "text": _said(line), "wrap": True, "spacing": "Small"}


def _said(line: Line) -> str:
    return "".join(map(_run, line.runs)) or "\u00a0"


def _run(run: Run) -> str:
    said = _keeping_ends(run.text)
    if run.url is not None:
        said = f"[{said}]({_address(run.url)})"
    return f"**{said}**" if run.strong and said.strip() else said


def _keeping_ends(text: str) -> str:
    """Spaces at the ends of a run part it from its neighbours."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escaped(text)}{after}"


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
