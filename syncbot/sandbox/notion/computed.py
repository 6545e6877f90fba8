"""Formulas and rollups, as far as a reader needs to meet their shapes."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from .columns import find
from .place import Place
from .relations import seen
from .state import DataSource, Page, Wire

ValueOf = Callable[[Place, Page, DataSource, str], Wire | None]
"""Reads a property of a page by its id: `{"type", <type>}`."""
_ONE_PROPERTY = re.compile(r'\s*prop\("(?P<name>[^"]*)"\)\s*')
_RESULTS = {"number": "number", "checkbox": "boolean", "date": "date"}


def formula(place: Place, page: Page, definition: Wire, value_of: ValueOf) -> Wire:
    """Return what the seed put there, or the property that the expression names, or an empty string.

    Only `prop("Name")` is computed; the language of formulas is not built.
    """
    if definition["id"] in page.values:
        seeded: Wire = page.values[definition["id"]]
        return seeded
    source = place.state.source_of(page)
    match = _ONE_PROPERTY.fullmatch(definition["formula"]["expression"])
    goal = find(source, match["name"]) if match and source else None
    if goal is None or source is None or goal["type"] in ("formula", "rollup"):
        return {"type": "string", "string": None}
    value = value_of(place, page, source, goal["id"])
    assert value is not None
    kind = _RESULTS.get(goal["type"], "string")
    return {"type": kind, kind: value[goal["type"]] if kind != "string" else _words(value[goal["type"]])}


def rollup(place: Place, page: Page, definition: Wire, value_of: ValueOf) -> Wire:
    """Return what the seed put there, or compute one of the functions that the schema takes."""
    if definition["id"] in page.values:
        seeded: Wire = page.values[definition["id"]]
        return seeded
    config = definition["rollup"]
    values = _gathered(place, page, config, value_of)
    function = config["function"]
    if function == "show_original":
        return {"type": "array", "array": values, "function": function}
    if function.endswith("_date"):
        dates = sorted((value["date"] for value in values if value.get("date")), key=_start)
        picked = (dates[0] if function == "earliest_date" else dates[-1]) if dates else None
        return {"type": "date", "date": picked, "function": function}
    return {"type": "number", "number": _number(function, values), "function": function}


def _gathered(place: Place, page: Page, config: Wire, value_of: ValueOf) -> list[Wire]:
    source = place.state.source_of(page)
    relation = source.properties.get(quote(config["relation_property_id"], safe="")) if source else None
    if relation is None or relation["type"] != "relation":
        return []
    target = place.state.data_sources[relation["relation"]["data_source_id"]]
    rows = [place.state.pages[key] for key in seen(place, page.values.get(relation["id"], []))]
    goal = quote(config["rollup_property_id"], safe="")
    if target.properties.get(goal, {}).get("type") in ("rollup", "formula", None):
        return []
    found = (value_of(place, row, target, goal) for row in rows)
    return [value for value in found if value is not None]


def _number(function: str, values: Sequence[Wire]) -> Any:
    if function == "count":
        return len(values)
    numbers = [value["number"] for value in values if value.get("number") is not None]
    if function == "sum":
        return sum(numbers)
    if not numbers:
        return None
    return min(numbers) if function == "min" else max(numbers)


def _start(date: Wire) -> str:
    return str(date["start"])


def _words(value: Any) -> str | None:
    if isinstance(value, list):
        return "".join(str(one.get("plain_text") or one.get("name") or "") for one in value) or None
    if isinstance(value, dict):
        return value.get("name")
    return value if isinstance(value, str) else None
