"""The filter of a query, taken apart and judged before any row is looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .columns import find
from .conditions import CONDITIONS, condition
from .errors import failed, invalid
from .place import Place, as_list, as_object, check_members
from .state import DataSource, Page, Wire, stamp
from .values_read import whole

Test = Callable[[Page], bool]
MAX_DEPTH = 2
_GROUPS = ("and", "or")
_TIMESTAMPS = ("created_time", "last_edited_time")
_PEOPLE = ("people", "created_by", "last_edited_by")
_AS = {
    "title": "text",
    "rich_text": "text",
    "url": "text",
    "email": "text",
    "phone_number": "text",
    "status": "select",
    "created_time": "date",
    "last_edited_time": "date",
    "created_by": "people",
    "last_edited_by": "people",
    "unique_id": "number",
    "relation": "references",
}
"""Kinds that are compared like another; the rest are compared as themselves."""
_FORMULA = {"string": "text", "number": "number", "checkbox": "checkbox", "date": "date"}


@dataclass(frozen=True, kw_only=True)
class Asker:
    """What a filter is judged with."""

    place: Place
    source: DataSource


def parsed(place: Place, source: DataSource, given: object) -> Test:
    """Turn a filter into a test of rows."""
    return _node(Asker(place=place, source=source), given, "body.filter", depth=1)


def _node(asker: Asker, given: object, at: str, depth: int) -> Test:
    node = as_object(given, at)
    group = next((name for name in _GROUPS if name in node), None)
    if group is None:
        return _condition(asker, node, at)
    if depth > MAX_DEPTH:
        raise failed(f"{at}.{group}", "be not present", node[group])
    check_members(node, (group,), at)
    members = as_list(node[group], f"{at}.{group}")
    tests = [_node(asker, one, f"{at}.{group}[{n}]", depth + 1) for n, one in enumerate(members)]
    together = all if group == "and" else any
    return lambda page: together(test(page) for test in tests)


def _condition(asker: Asker, node: Wire, at: str) -> Test:
    if "timestamp" in node:
        return _timestamp(asker, node, at)
    if "property" not in node:
        raise failed(f"{at}.property", "be defined", missing=True)
    key = node["property"]
    definition = find(asker.source, key) if isinstance(key, str) else None
    if definition is None:
        raise invalid(f"Could not find property with name or id: {key}")
    named = next((name for name in node if name in _names(definition["type"])), None)
    if named is None:
        raise failed(f"{at}.{definition['type']}", "be defined", missing=True)
    _check_tagged(node, "property", named, at)
    if named != definition["type"] and not _stands_for(named, definition["type"]):
        raise invalid(f"database property {definition['type']} does not match filter {named}")
    return _property(asker, definition, as_object(node[named], f"{at}.{named}"), f"{at}.{named}")


def _check_tagged(node: Wire, head: str, kind: str, at: str) -> None:
    check_members(node, (head, "type", kind), at)
    if node.get("type", kind) != kind:
        raise failed(f"{at}.type", f'be `"{kind}"`', node["type"])


def _names(kind: str) -> Sequence[str]:
    """Return the members that may hold a condition: any kind, so that a wrong one can be named."""
    return (kind, *_AS, *CONDITIONS, "formula", "rollup")


def _stands_for(named: str, kind: str) -> bool:
    """Recorded and documented: text kinds are filtered as rich_text, persons who edited as people."""
    texts = ("url", "email", "phone_number")
    return (named == "rich_text" and kind in texts) or (named == "people" and kind in _PEOPLE)


def _timestamp(asker: Asker, node: Wire, at: str) -> Test:
    name = node["timestamp"]
    if name not in _TIMESTAMPS:
        raise failed(f"{at}.timestamp", 'be `"created_time"` or `"last_edited_time"`', name)
    _check_tagged(node, "timestamp", name, at)
    test = condition(asker.place, "date", as_object(node.get(name), f"{at}.{name}"), f"{at}.{name}")
    # The first condition of a page's own time is always a moment, never empty.
    if name == "created_time":
        return lambda page: test({"start": stamp(page.created)})
    return lambda page: test({"start": stamp(page.edited)})


def _property(asker: Asker, definition: Wire, given: Wire, at: str) -> Test:
    kind: str = definition["type"]
    if kind == "formula":
        return _formula(asker, definition, given, at)
    if kind == "rollup":
        return _rollup(asker, definition, given, at)
    test = condition(asker.place, _AS.get(kind, kind), given, at)
    return lambda page: test(_comparable(kind, _read(asker.place, page, definition)))


def _formula(asker: Asker, definition: Wire, given: Wire, at: str) -> Test:
    name = next((one for one in _FORMULA if one in given), "")
    check_members(given, _FORMULA, at)
    if not name:
        raise failed(f"{at}.string", "be defined", missing=True)
    test = condition(asker.place, _FORMULA[name], as_object(given[name], f"{at}.{name}"), f"{at}.{name}")
    result = "boolean" if name == "checkbox" else name

    def of(page: Page) -> bool:
        value = _read(asker.place, page, definition)
        return value["type"] == result and test(value[result])

    return of


def _rollup(asker: Asker, definition: Wire, given: Wire, at: str) -> Test:
    name = next((one for one in ("any", "every", "none", "number", "date") if one in given), None)
    if name is None:
        raise failed(f"{at}.any", "be defined", missing=True)
    inner = as_object(given[name], f"{at}.{name}")
    if name in ("number", "date"):
        test = condition(asker.place, name, inner, f"{at}.{name}")
        return lambda page: test(_read(asker.place, page, definition).get(name))
    kind: str = next(iter(inner), "")
    member = condition(
        asker.place, _AS.get(kind, kind), as_object(inner.get(kind), at), f"{at}.{name}.{kind}"
    )
    return lambda page: _over(name, member, _read(asker.place, page, definition).get("array", []))


def _over(name: str, member: Callable[[Any], bool], values: Sequence[Wire]) -> bool:
    hits = [member(_comparable(value["type"], value[value["type"]])) for value in values]
    if name == "any":
        return any(hits)
    if name == "every":  # recorded: of nothing not everything is true
        return bool(hits) and all(hits)
    return not any(hits)


def _read(place: Place, page: Page, definition: Wire) -> Any:
    return whole(place, page, definition)


def _comparable(kind: str, value: Any) -> Any:
    """Return what conditions compare: words, numbers, option names, ids."""
    if kind in ("title", "rich_text"):
        return "".join(piece["plain_text"] for piece in value)
    if kind in ("select", "status"):
        return None if value is None else value["name"]
    if kind == "multi_select":
        return [option["name"] for option in value]
    if kind in ("people", "relation"):
        return [one["id"] for one in value]
    if kind in ("created_by", "last_edited_by"):
        return [value["id"]]
    if kind in ("created_time", "last_edited_time"):
        return {"start": value}
    return value["number"] if isinstance(value, Mapping) and kind == "unique_id" else value
