"""Walking through a data source's rows, and the cursor that says where the next walk begins.

Notion gives no change feed: a walk asks for what was edited since the last one. Edit times are cut to the minute, so
walks overlap; a query stops at 10,000 rows, so a walk goes on from the last creation time.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import unquote

Json = Mapping[str, Any]
OVERLAP = timedelta(minutes=2)
"""Edits of the running minute may still come under the time of the last one; one more for late writes."""
_OLDEST_FIRST = [{"timestamp": "created_time", "direction": "ascending"}]
"""Rows do not move between pages while people edit, as they would when sorted by edit time."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where the next reading goes on."""

    of: str
    """The data source."""
    since: str
    """Edits from this moment on are read (ISO 8601, UTC)."""
    bot: str
    """Our own user id, so that an idle reading need not ask for it."""
    by: str | None = None
    """The id of the last_edited_by column."""

    def text(self) -> str:
        """Return what is stored."""
        return json.dumps(asdict(self), separators=(",", ":"))


def parse_cursor(text: str, of: str) -> Cursor | None:
    """Return the cursor; None when it is not one of ours, or of another data source."""
    try:
        cursor = Cursor(**json.loads(text))
        datetime.fromisoformat(cursor.since)
    except (TypeError, ValueError):
        return None
    return cursor if cursor.of == of else None


def watermark(started: datetime, served: datetime | None) -> str:
    """Return from when on the next reading has to look.

    `started` is when this one did by our clock, `served` by Notion's (of its first answer): a clock of ours that is
    ahead must not make us look past edits.
    """
    started = started if served is None else min(started, served)
    floor = started.astimezone(UTC).replace(second=0, microsecond=0)
    return (floor - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def edited_since(moment: str) -> Json:
    """Return the condition: edited at that moment or later (not "after", which loses rows of the same minute)."""
    return {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": moment}}


def not_edited_by(column: str, user: str) -> Json:
    """Return the condition: somebody else was the last to edit.

    The form is in Notion's OpenAPI and in the official types (PropertyFilter with last_edited_by: PeoplePropertyFilter).
    """
    return {"property": column, "last_edited_by": {"does_not_contain": user}}


def key_is(column: str, native: str, key: str) -> Json:
    """Return the condition: the key column says just this."""
    return {"property": column, native: {"equals": key}}


def all_of(conditions: Sequence[Json]) -> Json:
    """Return the part of a query's body that says the conditions."""
    if not conditions:
        return {}
    return {"filter": conditions[0] if len(conditions) == 1 else {"and": list(conditions)}}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One way to put a question."""

    properties: Sequence[str] | None
    """The columns that are named; None = all."""
    conditions: Sequence[Json]
    bare: bool
    """Ids in conditions are percent-decoded."""
    narrowed: bool
    """The condition that may be left out is in."""


def attempts(
    chosen: Sequence[str] | None, conditions: Sequence[Json], extra: Sequence[Json], *, bare: bool
) -> Iterator[Attempt]:
    """Yield ways to ask, the best first; each next one is for a 400 that may come of the one before.

    A column that is named may be gone; and which spelling of an id a condition takes is not documented (in other
    bodies the one that Notion gives, percent-encoded, was recorded to work), so the other one is tried as well.
    """
    seen: list[tuple[object, object]] = []
    for properties, wanted in (
        (chosen, [*conditions, *extra]),
        (None, [*conditions, *extra]),
        (None, conditions),
    ):
        for decoded in (bare, not bare):
            spelled = [_spelled(one) for one in wanted] if decoded else list(wanted)
            if (properties, spelled) not in seen:
                seen.append((properties, spelled))
                yield Attempt(
                    properties=properties,
                    conditions=spelled,
                    bare=decoded,
                    narrowed=len(wanted) == len(conditions) + len(extra),
                )


def _spelled(condition: Json) -> Json:
    """Return the condition with bare ids."""
    if "or" in condition:
        return {"or": [_spelled(one) for one in condition["or"]]}
    return {name: unquote(value) if name == "property" else value for name, value in condition.items()}


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What a walk found."""

    results: Sequence[Json]
    """Each once."""
    complete: bool
    """The last page was proven to be the last."""
    notes: Sequence[str] = ()


def walk(send: Callable[[Json], Json], conditions: Sequence[Json], *, most: int | None = None) -> Walk:
    """Ask page by page until the end is proven; where Notion stops before, go on from the last creation time.

    Not more than `most` pages are asked for; a walk that would need more is not complete.
    """
    left = count() if most is None else range(most)
    ask = _Limited(send, iter(left))
    found: dict[str, Json] = {}
    window: list[Json] = []
    notes: list[str] = []
    while True:
        before = len(found)
        body = {**all_of([*conditions, *window]), "sorts": _OLDEST_FIRST}
        reached, why = _pages(ask, body, found)
        if why is None:
            return Walk(results=list(found.values()), complete=True, notes=notes)
        if why != _STOPPED or reached is None or len(found) == before:
            return Walk(results=list(found.values()), complete=False, notes=[*notes, why])
        notes.append(f"Notion stopped after {len(found) - before:,} rows; went on from {reached}")
        window = [{"timestamp": "created_time", "created_time": {"on_or_after": reached}}]


class _Limited:
    """Sends as often as allowed; then says that there is more, and does not say where."""

    def __init__(self, send: Callable[[Json], Json], left: Iterator[int]) -> None:
        self._send, self._left = send, left

    def __call__(self, body: Json) -> Json:
        if next(self._left, None) is None:
            return {"has_more": True}
        return self._send(body)


_STOPPED = "Notion stopped before the end and gave nothing new"


def _pages(send: Callable[[Json], Json], body: Json, found: dict[str, Json]) -> tuple[str | None, str | None]:
    """Read one query's pages into `found`; return the last creation time, and why it is not complete."""
    cursor: str | None = None
    reached: str | None = None
    while True:
        page = send(body if cursor is None else {**body, "start_cursor": cursor})
        results = page.get("results") or []
        for result in results:
            found.setdefault(str(result["id"]), result)
            reached = result.get("created_time", reached)
        if (page.get("request_status") or {}).get("type") == "incomplete":
            return reached, _STOPPED
        following = page.get("next_cursor")
        if page.get("has_more") is False and following is None:
            return reached, None
        if not following or following == cursor:
            return reached, "a page of the query names no next one and does not say that it is the last"
        cursor = following
