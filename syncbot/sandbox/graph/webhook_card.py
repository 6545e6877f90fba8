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
_COMMON = frozenset({"type", "id", "isVisible", "separator", "spacing", "height"})
_ACTION = frozenset({"type", "id", "title", "tooltip", "isEnabled"})
_AT = re.compile(r"<at>.*?</at>")
_STYLES = ("default", "emphasis", "good", "attention", "warning", "accent")
_MEMBERS: Mapping[str, frozenset[str]] = {
    "TextBlock": _COMMON
    | {"text", "size", "weight", "color", "isSubtle", "wrap", "maxLines", "horizontalAlignment", "fontType"},
    "Container": _COMMON | {"items", "style", "bleed", "minHeight", "verticalContentAlignment"},
    "ColumnSet": _COMMON | {"columns", "style", "bleed", "minHeight", "horizontalAlignment"},
    "Column": _COMMON | {"items", "width", "style", "bleed", "verticalContentAlignment"},
    "FactSet": _COMMON | {"facts"},
    "ActionSet": _COMMON | {"actions"},
    "AdaptiveCard": frozenset(
        {"type", "$schema", "version", "lang", "body", "actions", "msteams", "fallbackText"}
    ),
    "Action.OpenUrl": _ACTION | {"url"},
    "Action.ToggleVisibility": _ACTION | {"targetElements"},
    "Action.ShowCard": _ACTION | {"card"},
}
"""Fewer than the schema has: what is not here was never needed."""
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
    for name, check in _CHECKS.items():
        if name in node and not check(node[name]):
            yield f"{kind} has {name} {node[name]!r}"
    yield from _inside(kind, node)


def _inside(kind: str, node: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in _INSIDE.items():
        if name in node:
            yield from _children(kind, name, node[name], wanted)
    if isinstance(node.get("card"), dict):
        yield from _object({"type": "AdaptiveCard", **node["card"]})


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


def _text(value: object) -> bool:
    return isinstance(value, str)


def _yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value.lower() in words


def _like(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _fact(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"title", "value"} and all(map(_text, value.values()))


def _list_of(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("text", "title", "lang", "id", "fallbackText", "tooltip"), _text),
    **dict.fromkeys(("wrap", "isSubtle", "separator", "isVisible", "bleed", "isEnabled"), _yes_or_no),
    "$schema": _like(r"https?://\S+"),
    "url": _like(r"(https?://|mailto:|msteams:)\S+"),
    "size": _one_of("default", "small", "medium", "large", "extralarge"),
    "weight": _one_of("default", "lighter", "bolder"),
    "color": _one_of("default", "dark", "light", "accent", "good", "warning", "attention"),
    "spacing": _one_of("default", "none", "small", "medium", "large", "extralarge", "padding"),
    "horizontalAlignment": _one_of("left", "center", "right"),
    "verticalContentAlignment": _one_of("top", "center", "bottom"),
    "fontType": _one_of("default", "monospace"),
    "height": _one_of("auto", "stretch"),
    "style": _one_of(*_STYLES),
    "minHeight": _like(r"\d+px"),
    "width": _like(r"auto|stretch|\d+px"),
    "maxLines": lambda value: type(value) is int and value > 0,
    "facts": _list_of(_fact),
    "targetElements": _list_of(_text),
    "card": lambda value: isinstance(value, dict),
}
"""By the name of a member, wherever it stands: whether its value is one."""
