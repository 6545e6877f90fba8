"""Answers to queries of a data source."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from ..frame import Answer
from .columns import find
from .dates import instant
from .errors import failed, in_trash, invalid
from .filters import parsed
from .pages import shown_page, wanted_properties
from .paging import bad_cursor, listed
from .place import MAX_PAGE, Place, as_list, as_object, as_uuid, check_members, page_size
from .state import DataSource, Page, Wire, scrambled
from .values_read import whole

_MEMBERS = ("filter", "sorts", "start_cursor", "page_size", "is_archived", "result_type")
_NUMBER = re.compile(r"(\d+)", re.ASCII)
_INCOMPLETE = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}


def query(place: Place, key: str) -> Answer:
    """Answer `POST /v1/data_sources/{id}/query`."""
    place.may("read")
    source = place.data_source(key)
    body = place.body(*_MEMBERS)
    if place.state.trashed(source):
        raise in_trash()
    size = page_size(body.get("page_size", MAX_PAGE), "body.page_size")
    wanted = wanted_properties(place, source)
    seal = _seal(source, body)
    begin = _begin(place, body["start_cursor"], seal) if "start_cursor" in body else None
    keys, start = _rows(place, source, body, begin)
    capped = len(keys) > place.settings.query_cap
    keys = keys[: place.settings.query_cap]
    stop = start + _count(place, size)
    results = [shown_page(place, place.state.pages[one], wanted) for one in keys[start:stop]]
    cursor = f"s:{seal}:{keys[stop]}" if stop < len(keys) else None
    # Documented: every page of a query that was cut says so, not only the last.
    more = {"request_status": _INCOMPLETE} if capped else None
    return listed("page_or_data_source", results, cursor, more)


def _rows(place: Place, source: DataSource, body: Wire, begin: str | None) -> tuple[list[str], int]:
    """Return all rows that are meant, in the order that is meant, and where the page begins.

    It begins at the row `begin`, wherever that stands now, or would stand if it is no longer meant. Rows that
    moved meanwhile are therefore met twice or not at all.
    """
    archived = body.get("is_archived", False)
    if not isinstance(archived, bool):
        raise failed("body.is_archived", "be a boolean", archived)
    if body.get("result_type", "page") != "page":
        raise failed("body.result_type", 'be `"page"`', body["result_type"])
    test = parsed(place, source, body["filter"]) if "filter" in body else _any_row
    order = _order(place, source, body.get("sorts", []))
    meant = {
        row.id
        for row in place.state.rows(source.id)
        if not row.in_trash and row.archived == archived and place.sees(row) and test(row)
    }
    among = meant if begin is None else meant | {begin}
    keys = [row.id for row in order([place.state.pages[key] for key in among])]
    start = 0 if begin is None else keys.index(begin)
    return [key for key in keys if key in meant], start


def _any_row(_: Page) -> bool:
    return True


def _order(place: Place, source: DataSource, given: object) -> Callable[[list[Page]], list[Page]]:
    """Return what sorts rows; rows alike in all that was asked for come in no meaningful order."""
    steps = [
        _step(place, source, as_object(one, f"body.sorts[{n}]"), f"body.sorts[{n}]")
        for n, one in enumerate(as_list(given, "body.sorts"))
    ]

    def ordered(rows: list[Page]) -> list[Page]:
        if not steps and place.settings.query_order == "newest_first":
            return sorted(rows, key=lambda row: row.order, reverse=True)
        rows = sorted(rows, key=lambda row: scrambled(row.id))
        for read, backwards in reversed(steps):
            full = [row for row in rows if read(row) is not None]
            empty = [row for row in rows if read(row) is None]  # last, whatever the direction
            rows = sorted(full, key=read, reverse=backwards) + empty
        return rows

    return ordered


def _step(place: Place, source: DataSource, given: Wire, at: str) -> tuple[Callable[[Page], Any], bool]:
    check_members(given, ("property", "timestamp", "direction"), at)
    direction = given.get("direction")
    if direction not in ("ascending", "descending"):
        raise failed(f"{at}.direction", 'be `"ascending"` or `"descending"`', direction)
    backwards = direction == "descending"
    if given.get("timestamp") == "created_time":
        return (lambda page: page.created), backwards
    if given.get("timestamp") == "last_edited_time":
        return (lambda page: page.edited), backwards
    if "timestamp" in given:
        raise failed(f"{at}.timestamp", 'be `"created_time"` or `"last_edited_time"`', given["timestamp"])
    definition = find(source, str(given.get("property")))
    if definition is None:
        raise invalid(f"Could not find sort property with name or id: {given.get('property')}")
    return (lambda page: _sort_key(definition, whole(place, page, definition))), backwards


def _sort_key(definition: Wire, value: Any) -> Any:
    """Return what a column is sorted by; None = empty."""
    kind = definition["type"]
    if kind in ("select", "status"):
        keys = [option["id"] for option in definition[kind]["options"]]
        return None if value is None else keys.index(value["id"])
    if kind == "date":
        return None if value is None else instant(value["start"])
    if kind in ("formula", "rollup"):
        inner = value[value["type"]]
        return None if inner is None else json.dumps(inner)
    if isinstance(value, list):
        words = [str(one.get("plain_text") or one.get("name") or one.get("id")) for one in value]
        return _natural("".join(words)) or None
    if isinstance(value, dict):
        return value.get("number", value.get("name"))
    return _natural(value) if isinstance(value, str) else value


def _natural(words: str) -> list[str | int]:
    """Return words as they are sorted (recorded): numbers inside count as numbers, "Task 4" before "Task 10"."""
    pieces = _NUMBER.split(words.lower()) if words else []
    return [int(piece) if number % 2 else piece for number, piece in enumerate(pieces)]


def _seal(source: DataSource, body: Wire) -> str:
    """Bind a cursor to its query: it is no use for another one."""
    asked = {name: body.get(name) for name in ("filter", "sorts", "is_archived")}
    return str(uuid.uuid5(uuid.UUID(source.id), json.dumps(asked, sort_keys=True)))


def _begin(place: Place, cursor: object, seal: str) -> str:
    """Return the row that the cursor names."""
    parts = cursor.split(":") if isinstance(cursor, str) else []
    if len(parts) != 3 or parts[:2] != ["s", seal]:
        raise bad_cursor(cursor)
    key = as_uuid(parts[2], "body.start_cursor")
    if key not in place.state.pages:
        raise bad_cursor(cursor)
    return key


def _count(place: Place, size: int) -> int:
    return max(1, size // 2) if place.settings.short_pages else size
