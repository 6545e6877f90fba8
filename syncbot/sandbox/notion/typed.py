"""What a person types into a cell, turned into what the API takes."""

from typing import Any

from .columns import KINDS, STRINGS, TEXTS, find
from .state import DataSource, State, Wire
from .text import MAX_CONTENT, raw


def wire_of(state: State, source: DataSource, name: str, value: Any) -> Wire:
    """Return the value of a property as in a create; one that already is like that stays.

    Raises `LookupError` for a column, member or row that is not there.
    """
    definition = find(source, name)
    if definition is None:
        raise LookupError(f"{raw(source.title)} has no column {name}")
    kind = definition["type"]
    if isinstance(value, dict) and (kind in value or value.get("type") in KINDS):
        return value
    return {kind: _plain(state, definition, value)}


def _plain(state: State, definition: Wire, value: Any) -> Any:
    kind = definition["type"]
    many = [] if value is None else value if isinstance(value, list) else [value]
    if kind in TEXTS:
        return _pieces("" if value is None else str(value))
    if kind in ("select", "status"):
        return None if value is None else {"name": value}
    if kind == "multi_select":
        return [{"name": one} for one in many]
    if kind == "people":
        return [{"id": _member(state, one)} for one in many]
    if kind == "relation":
        target = state.data_sources[definition["relation"]["data_source_id"]]
        return [{"id": _row(state, target, one)} for one in many]
    if kind == "date":
        return {"start": value} if isinstance(value, str) else value
    return None if kind in STRINGS and value == "" else value


def _pieces(words: str) -> list[Wire]:
    half = MAX_CONTENT // 2  # a character may count two
    return [{"text": {"content": words[start : start + half]}} for start in range(0, len(words), half)]


def _member(state: State, who: str) -> str:
    for user in state.users.values():
        if who in (user.id, user.name, user.email):
            return user.id
    raise LookupError(f"nobody called {who!r} is in the workspace")


def _row(state: State, source: DataSource, which: str) -> str:
    for page in state.rows(source.id):
        if which in (page.id, raw(page.values.get("title", []))):
            return page.id
    raise LookupError(f"{raw(source.title)} has no row {which!r}")
