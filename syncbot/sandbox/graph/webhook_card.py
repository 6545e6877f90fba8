"""What Teams refuses of a card that a workflow posts. Where sources are silent, the stricter reading: unknown is refused.

Sources: the schema of Adaptive Cards 1.5 (microsoft/AdaptiveCards) for members and their words; msteams-docs for what Teams
takes less (cards-format, cards-reference: no Submit by webhook, no Media, no styles of actions); msteams-docs #11274 for
the size, measured on the card as text inside a text.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

LARGEST = 28_672
"""Bytes; a request of 24,453 bytes was counted as 28,897 and refused."""
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
_CARD = "application/vnd.microsoft.card.adaptive"
_COMMON = frozenset({"type", "id", "isVisible", "separator", "spacing", "height", "fallback", "requires"})
_ACTION = frozenset(
    {"type", "id", "title", "iconUrl", "tooltip", "isEnabled", "mode", "fallback", "requires"}
)
_AT = re.compile(r"<at>.*?</at>")
_WORDS: Mapping[str, Collection[str]] = {
    "size": ("default", "small", "medium", "large", "extralarge"),
    "weight": ("default", "lighter", "bolder"),
    "color": ("default", "dark", "light", "accent", "good", "warning", "attention"),
    "spacing": ("default", "none", "small", "medium", "large", "extralarge", "padding"),
    "horizontalAlignment": ("left", "center", "right"),
    "fontType": ("default", "monospace"),
    "height": ("auto", "stretch"),
    "style": ("default", "emphasis", "good", "attention", "warning", "accent", "heading"),
}
_BOOLEANS = frozenset({"wrap", "isSubtle", "separator", "isVisible", "bleed", "isEnabled"})
_MEMBERS: Mapping[str, frozenset[str]] = {
    "TextBlock": _COMMON
    | {
        "text",
        "size",
        "weight",
        "color",
        "isSubtle",
        "wrap",
        "maxLines",
        "horizontalAlignment",
        "fontType",
        "style",
    },
    "Container": _COMMON
    | {"items", "style", "bleed", "minHeight", "verticalContentAlignment", "selectAction", "rtl"},
    "ColumnSet": _COMMON | {"columns", "style", "bleed", "minHeight", "horizontalAlignment", "selectAction"},
    "Column": _COMMON | {"items", "width", "style", "bleed", "verticalContentAlignment", "selectAction"},
    "FactSet": _COMMON | {"facts"},
    "ActionSet": _COMMON | {"actions"},
    "AdaptiveCard": frozenset(
        {
            "type",
            "$schema",
            "version",
            "lang",
            "body",
            "actions",
            "msteams",
            "fallbackText",
            "speak",
            "minHeight",
        }
    ),
    "Action.OpenUrl": _ACTION | {"url"},
    "Action.ToggleVisibility": _ACTION | {"targetElements"},
    "Action.ShowCard": _ACTION | {"card"},
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "Container": ("items",),
    "FactSet": ("facts",),
    "ActionSet": ("actions",),
    "Action.OpenUrl": ("url",),
    "Action.ToggleVisibility": ("targetElements",),
    "Action.ShowCard": ("card",),
}
_INSIDE = {"body": "element", "items": "element", "columns": "Column", "actions": "action"}


def fault(content: object, *, known: Collection[str]) -> str | None:
    """Return the first reason why what was posted is not shown; `known` are the ids of people, in lower case."""
    return next(_faults(content, known), None)


def weight(card: object) -> int:
    """Return the bytes that Teams counts."""
    inner = json.dumps(card, separators=(",", ":"), ensure_ascii=False)
    return len(json.dumps(inner, ensure_ascii=False).encode())


def _faults(content: object, known: Collection[str]) -> Iterator[str]:
    attachments = content.get("attachments") if isinstance(content, dict) else None
    if not isinstance(content, dict) or content.get("type") != "message" or not isinstance(attachments, list):
        yield "what was posted is no message with attachments"
        return
    for one in attachments:
        if (
            not isinstance(one, dict)
            or one.get("contentType") != _CARD
            or not isinstance(one.get("content"), dict)
        ):
            yield "an attachment is no Adaptive Card"
            return
        yield from _card_faults(one["content"], known)
    if not attachments:
        yield "there is no attachment"


def _card_faults(card: Mapping[str, Any], known: Collection[str]) -> Iterator[str]:
    if weight(card) > LARGEST:
        yield f"the card is too large: {weight(card)} bytes, at most {LARGEST}"
    if card.get("version") not in VERSIONS:
        yield f"the version {card.get('version')!r} is not one that Teams shows"
    if card.get("type") != "AdaptiveCard":
        yield "the content is no Adaptive Card"
        return
    yield from _object(card)
    yield from _mentions(card, known)


def _object(node: Mapping[str, Any]) -> Iterator[str]:
    kind = str(node.get("type"))
    if kind not in _MEMBERS:
        yield f"{kind} is not shown by Teams when a workflow posts it"
        return
    for name in sorted(set(node) - _MEMBERS[kind]):
        yield f"{kind} has no member {name!r}"
    for name in _NEEDED.get(kind, ()):
        if name not in node:
            yield f"{kind} lacks {name!r}"
    yield from _simple(kind, node)
    for name, wanted in _INSIDE.items():
        if name in node:
            yield from _children(kind, name, node[name], wanted)
    if kind == "Action.ShowCard" and "card" in node:
        inner = node["card"]
        yield from _object(inner) if isinstance(inner, dict) else ["a card in a card is no object"]


def _simple(kind: str, node: Mapping[str, Any]) -> Iterator[str]:
    """Judge the members that hold one word, one text or yes and no."""
    for name, value in node.items():
        if name in _WORDS and (not isinstance(value, str) or value.lower() not in _WORDS[name]):
            yield f"{kind} has {name} {value!r}"
        if name in _BOOLEANS and not isinstance(value, bool):
            yield f"{kind} has {name} {value!r}, not yes or no"
        check = _TEXTS.get(name)
        if check is not None and not (isinstance(value, str) and check(value)):
            yield f"{kind} has {name} {value!r}"
    if "facts" in node:
        yield from _facts(node["facts"])


def _facts(facts: object) -> Iterator[str]:
    for fact in facts if isinstance(facts, list) else [None]:
        texts = [fact.get(one) for one in ("title", "value")] if isinstance(fact, dict) else [None]
        if not all(isinstance(one, str) for one in texts):
            yield "a fact has a title and a value"


def _children(kind: str, name: str, value: object, wanted: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{name} of {kind} is no list"
        return
    for child in value:
        if not isinstance(child, dict):
            yield f"{name} of {kind} holds something that is no object"
            continue
        what = str(child.get("type", "Column" if wanted == "Column" else None))
        is_action = what.startswith("Action.")
        if is_action != (wanted == "action") or (what == "Column") != (wanted == "Column"):
            yield f"{what} does not belong into {name} of {kind}"
            continue
        yield from _object({"type": what, **child})


def _mentions(card: Mapping[str, Any], known: Collection[str]) -> Iterator[str]:
    """An unknown id was seen to shift all later mentions to the wrong people (2025); here the card is refused."""
    teams = card.get("msteams", {})
    entities = teams.get("entities", []) if isinstance(teams, dict) else None
    if not isinstance(entities, list):
        yield "msteams is not understood"
        return
    for one in entities:
        mentioned = one.get("mentioned") if isinstance(one, dict) else None
        if not isinstance(mentioned, dict) or str(mentioned.get("id", "")).lower() not in known:
            yield "a mention names an id that is nobody's"
        elif str(one.get("text")) not in json.dumps(card.get("body"), ensure_ascii=False):
            yield "a mention has no text in the card"
    told = _AT.findall(json.dumps(card.get("body"), ensure_ascii=False))
    if len(told) != len(entities):
        yield "there are mentions in the text that are not declared"


def _web(text: str) -> bool:
    return text.startswith(("https://", "http://", "mailto:", "msteams:"))


_TEXTS: Mapping[str, Callable[[str], bool]] = {
    "text": lambda _: True,
    "title": lambda _: True,
    "lang": lambda _: True,
    "id": lambda _: True,
    "fallbackText": lambda _: True,
    "url": _web,
}
