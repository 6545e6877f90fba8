"""Values, cells and baselines as the JSON texts that stand in the database.

Text rather than the database's own JSON type: PostgreSQL's jsonb makes 1e22 a whole number and refuses NUL, and the
answers of the services may hold both.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from syncbot.model.values import UNKNOWN, Cell, Value, from_json, to_json
from syncbot.reconcile.plan import Conflict, Side
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.base import HistoryLine

UNKNOWN_DATA = {"unknown": True}
"""What stands for UNKNOWN."""


def dump(data: Any) -> str:
    """Return JSON-able data as compact text that any database takes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except (
        UnicodeEncodeError
    ):  # half of a surrogate pair: some service cut a text in the middle of a character
        return json.dumps(data, separators=(",", ":"))
    return text


def dump_value(value: Value) -> str:
    """Return a value as text."""
    return dump(to_json(value))


def load_value(text: str) -> Value:
    """Return the value that `dump_value` was given."""
    return from_json(json.loads(text))


def dump_cells(cells: Mapping[str, Cell]) -> str:
    """Return the cells of a row as text, in the order of their names: rows that say the same are the same text."""
    return dump(
        {name: UNKNOWN_DATA if cell is UNKNOWN else to_json(cell) for name, cell in sorted(cells.items())}
    )


def dump_agreed(agreed: Mapping[str, Agreed]) -> str:
    """Return baselines as text: fields that were agreed together share one stamp, as most of a record's do.

    The fields of a group stand as `dump_cells` has them, after everything else of it: the reader relies on that.
    """
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name, one in sorted(agreed.items()):
        stamp = (one.source, one.at.isoformat(), one.run)
        groups.setdefault(stamp, {})[name] = to_json(one.value)
    return dump(
        [
            {"source": source, "at": at, "run": run, "fields": fields}
            for (source, at, run), fields in groups.items()
        ]
    )


def dump_row(row: SeenRow) -> str:
    """Return what is known of a row besides its ref, version and cells."""
    return dump(
        {
            "key": row.key,
            "edited_at": row.edited_at and row.edited_at.isoformat(),
            "edited_by": row.edited_by,
            "by_us": row.by_us,
            "url": row.url,
            "faults": dict(row.faults),
            **_echoes_data(row.echoes),
            **({"worn": {name: dict(refs) for name, refs in row.worn.items()}} if row.worn else {}),
            **({"owed": sorted(row.owed)} if row.owed else {}),
        }
    )


def _echoes_data(echoes: Mapping[str, Value]) -> dict[str, Any]:
    """Hardly any row has some."""
    return {"echoes": {name: to_json(value) for name, value in echoes.items()}} if echoes else {}


def dump_moves(lines: Iterable[HistoryLine]) -> str:
    """Return the lines of one record in one commit as text."""
    return dump([[line.field, to_json(line.before), to_json(line.after), line.source] for line in lines])


def load_moves(text: str, *, kind: str, record: str, at: datetime, run: str) -> list[HistoryLine]:
    """Return the lines that `dump_moves` was given."""
    return [
        HistoryLine(
            kind=kind,
            record=record,
            field=name,
            before=from_json(before),
            after=from_json(after),
            source=source,
            at=at,
            run=run,
        )
        for name, before, after, source in json.loads(text)
    ]


def dump_changes(changes: Mapping[str, tuple[Value, Value]]) -> str:
    """Return the before and after of each field as text."""
    return dump({name: [to_json(before), to_json(after)] for name, (before, after) in changes.items()})


def load_changes(text: str) -> dict[str, tuple[Value, Value]]:
    """Return what `dump_changes` was given."""
    return {name: (from_json(before), from_json(after)) for name, (before, after) in json.loads(text).items()}


def dump_conflict(conflict: Conflict) -> str:
    """Return what a conflict says, without the record and field that it is about."""
    return dump(
        {
            "title": conflict.title,
            "base": to_json(conflict.base),
            "sides": {endpoint: _side_data(side) for endpoint, side in conflict.sides.items()},
            "first_sight": conflict.first_sight,
            "id": conflict.id,
            "held": conflict.held,
        }
    )


def _side_data(side: Side) -> dict[str, Any]:
    return {
        "value": to_json(side.value),
        "edited_at": side.edited_at and side.edited_at.isoformat(),
        "edited_by": side.edited_by,
        "url": side.url,
    }


def load_conflict(text: str, *, kind: str, record: str, field: str) -> Conflict:
    """Return the conflict again."""
    data = json.loads(text)
    sides = {endpoint: _side(side) for endpoint, side in data.pop("sides").items()}
    base = from_json(data.pop("base"))
    return Conflict(kind=kind, record=record, field=field, base=base, sides=sides, **data)


def _side(data: dict[str, Any]) -> Side:
    value, edited_at = from_json(data.pop("value")), data.pop("edited_at")
    return Side(value=value, edited_at=edited_at and datetime.fromisoformat(edited_at), **data)
