"""Values, and the parts of a store that tests put into it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from syncbot.model.values import UNKNOWN, Cell, Span, Value
from syncbot.reconcile.plan import Conflict, Side, StrayEdit
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.base import Intent, RecordChange, Run

NOW = datetime(2026, 3, 2, 8, 30, 0, 123000, tzinfo=UTC)


def later(minutes: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(minutes=minutes)


def texts() -> st.SearchStrategy[str]:
    """Any text that is not empty: NUL and lone halves of characters too, but no two halves side by side.

    JSON cannot tell such two from the one character that they make together.
    """
    any_text = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40)
    return any_text.filter(lambda text: json.loads(json.dumps(text)) == text)


def _moments() -> st.SearchStrategy[datetime]:
    whole = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001
    return whole.map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC))


def _spans() -> st.SearchStrategy[Span]:
    return st.one_of(
        st.builds(Span, st.dates(), st.dates()),
        st.builds(Span, _moments(), _moments()),
    )


def values() -> st.SearchStrategy[Value]:
    """Any value that a record may hold."""
    return st.one_of(
        st.none(),
        texts(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.dates(),
        _moments(),
        _spans(),
        st.frozensets(texts(), min_size=1, max_size=5),
    )


def cells() -> st.SearchStrategy[Cell]:
    """Any value, or UNKNOWN."""
    return st.one_of(st.just(UNKNOWN), values())


def row(ref: str, fields: Mapping[str, Cell] | None = None, **more: Any) -> SeenRow:
    """Return a row as it was read."""
    known: dict[str, Any] = {"version": "v1", "key": None, **more}
    return SeenRow(ref=ref, values=fields or {}, **known)


def agreed(value: Value, *, source: str = "notion", run: str = "r1", at: datetime = NOW) -> Agreed:
    """Return a baseline."""
    return Agreed(value=value, source=source, at=at, run=run)


def change(record: str, *, kind: str = "city", **more: Any) -> RecordChange:
    """Return what is now known of a city."""
    return RecordChange(kind=kind, record=record, **more)


def conflict(record: str = "ghent", field: str = "note", **more: Any) -> Conflict:
    """Return a conflict of two sides."""
    sides = {
        "notion": Side(value="a", edited_at=NOW, edited_by="Zoë", url="https://www.notion.so/1"),
        "sharepoint": Side(value=frozenset({"b", "ç"})),
    }
    known: dict[str, Any] = {"title": "Ghent", "base": None, "sides": sides, **more}
    return Conflict(kind="city", record=record, field=field, **known)


def stray(value: Value = "x", **more: Any) -> StrayEdit:
    """Return an edit of a copy."""
    known: dict[str, Any] = {"edited_at": NOW, "edited_by": "Ødegård", **more}
    about: dict[str, Any] = {"kind": "city", "record": "ghent", "title": "Ghent", "field": "population"}
    places: dict[str, Any] = {"endpoint": "sharepoint", "home": "notion", "kept": 265_086}
    return StrayEdit(value=value, **{**about, **places, **known})


def intent(name: str, **more: Any) -> Intent:
    """Return a write that is about to be sent."""
    known: dict[str, Any] = {
        "run": "r1",
        "kind": "city",
        "record": "ghent",
        "endpoint": "notion",
        "action": "create",
        "ref": None,
        "changes": {"population": (None, 265_086), "topics": (frozenset({"a"}), None)},
        "at": NOW,
    }
    return Intent(id=name, **{**known, **more})


def run(name: str, **more: Any) -> Run:
    """Return a run that began."""
    known: dict[str, Any] = {
        "verb": "sync",
        "kinds": ("person", "city"),
        "started": NOW,
        "by": "Bjørn",
        **more,
    }
    return Run(id=name, **known)
