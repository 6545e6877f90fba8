"""`$filter` and `$orderby` over list items, with SharePoint's rules on indexes and its threshold."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .columns import REFERENCES, Kind, kind_of
from .errors import invalid, threshold
from .state import Item, SharePointList, Wire

_PREFER = ("honornonindexedquerieswarningmayfailrandomly", "allowthrottleablequeries")
_LITERAL = r"(?P<literal>'(?:[^']|'')*'|[^\s']+)"
_COMPARISON = re.compile(
    rf"\s*fields/(?P<name>\w+)\s+(?P<operator>eq|ne|gt|ge|lt|le)\s+{_LITERAL}\s*", re.IGNORECASE
)
_STARTS = re.compile(
    r"\s*startswith\(\s*fields/(?P<name>\w+)\s*,\s*'(?P<text>(?:[^']|'')*)'\s*\)\s*", re.IGNORECASE
)
_AND = re.compile(r"and\b", re.IGNORECASE)
_ORDER = re.compile(r"fields/(?P<name>\w+)(?:\s+(?P<way>asc|desc))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One comparison of one column."""

    column: Wire
    holds: Callable[[Any], bool]

    def finds(self, item: Item) -> bool:
        """Say whether the item meets it."""
        return self.holds(_value(item, self.column))


def prefers_unindexed(headers: Mapping[str, str]) -> bool:
    """Say whether the caller accepts that an unindexed query may fail."""
    said = headers.get("prefer", "").lower()
    return any(word in said for word in _PREFER)


def filtered(owner: SharePointList, text: str, *, allow_unindexed: bool, limit: int) -> list[Item]:
    """Return the items that a filter finds, by id.

    On a list above `limit` the first condition must be indexed and find fewer than `limit` rows; otherwise
    the answer looks like throttling, whatever the caller prefers.
    """
    conditions = _parsed(owner, text)
    for condition in conditions:
        _check_indexed(condition.column, allow_unindexed)
    items = sorted(owner.items.values(), key=lambda item: item.id)
    if len(items) > limit:
        first = conditions[0]
        if not first.column["indexed"] or sum(map(first.finds, items)) >= limit:
            raise threshold()
    return [item for item in items if all(condition.finds(item) for condition in conditions)]


def ordered(
    owner: SharePointList, items: Iterable[Item], text: str, *, allow_unindexed: bool, limit: int
) -> list[Item]:
    """Sort by one column; empty values come first."""
    match = _ORDER.fullmatch(text.strip())
    if match is None:
        raise invalid("The orderby clause is not supported.")
    column = _column(owner, match["name"])
    _check_indexed(column, allow_unindexed)
    if len(owner.items) > limit and not column["indexed"]:
        raise threshold()
    return sorted(
        items,
        key=lambda item: _rank(_value(item, column)),
        reverse=(match["way"] or "").lower() == "desc",
    )


def _parsed(owner: SharePointList, text: str) -> list[Condition]:
    """Read conditions joined by `and`; that is all the sandbox knows."""
    found, rest = [], text
    while True:
        match = _STARTS.match(rest) or _COMPARISON.match(rest)
        if match is None:
            raise invalid("Invalid filter clause")
        found.append(_condition(_column(owner, match["name"]), match.groupdict()))
        rest = rest[match.end() :]
        if not rest:
            return found
        joint = _AND.match(rest)
        if joint is None:
            raise invalid("Invalid filter clause")
        rest = rest[joint.end() :]


def _column(owner: SharePointList, name: str) -> Wire:
    """Find the column; references only by `XLookupId` (by their label the live filter does not work)."""
    column = owner.column(name)
    if column is None and name.endswith("LookupId"):
        column = owner.column(name.removesuffix("LookupId"))
        if column is not None and kind_of(column) in REFERENCES:
            return column
    if column is None or kind_of(column) in REFERENCES:
        raise invalid(f"Field '{name}' is not recognized")
    return column


def _check_indexed(column: Wire, allow_unindexed: bool) -> None:
    if not column["indexed"] and not allow_unindexed:
        raise invalid(
            f"Field '{column['name']}' cannot be referenced in filter or orderby as it is not indexed. "
            "Provide the 'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, "
            "but be warned that such queries may fail on large lists."
        )


def _condition(column: Wire, parts: Mapping[str, str]) -> Condition:
    if "text" in parts:
        start = parts["text"].replace("''", "'").casefold()
        return Condition(column=column, holds=lambda value: str(value or "").casefold().startswith(start))
    wanted = _comparable(_literal(column, parts["literal"]))
    compare = _COMPARE[parts["operator"].lower()]
    return Condition(column=column, holds=lambda value: _holds(compare, value, wanted))


def _holds(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(compare(_comparable(one), wanted) for one in values)


def _literal(column: Wire, text: str) -> Any:
    """Read a literal of the column's kind; a wrong kind is refused."""
    if text == "null":
        return None
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    kind = kind_of(column)
    if kind is Kind.BOOLEAN and text in ("true", "false"):
        return text == "true"
    if kind is Kind.NUMBER or kind in REFERENCES:
        try:
            return float(text)
        except ValueError:
            pass
    raise invalid("Invalid filter clause")


def _comparable(value: Any) -> Any:
    """Make numbers, truth values and texts comparable with their like; texts without regard to case."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    return None if value is None else str(value).casefold()


def _rank(value: Any) -> tuple[bool, Any]:
    return value is not None, "" if value is None else _comparable(value)


def _value(item: Item, column: Wire) -> Any:
    return item.values.get(column["name"])


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: type(left) is type(right) and left is not None and compare(left, right)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
}
