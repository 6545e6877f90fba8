"""Reads the JSON texts of many records, keeping one copy of what recurs: names, words, days, sets, stamps."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from syncbot.model.values import UNKNOWN, Cell, Value, from_json
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.codec import UNKNOWN_DATA
from syncbot.store.sheet import Sheet

_DECODE = json.JSONDecoder().raw_decode
"""`json.loads` without its care for the space around: these texts are ours."""
_NUMBERS = frozenset({int, float, bool})


class Reader:
    """For one load: the same value of two places, or of two records, is one object."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._places: dict[tuple[str, ...], Mapping[str, int]] = {}
        self._days: dict[str, date] = {}
        self._moments: dict[str, datetime] = {}
        self._sets: dict[tuple[str, ...], frozenset[str]] = {}
        self._agreed: dict[tuple[str, str, str], dict[Value, Agreed]] = {}

    def cells(self, text: str) -> Mapping[str, Cell]:
        """Return what `codec.dump_cells` was given."""
        data = _DECODE(text)[0]
        return Sheet(self._place(tuple(data)), tuple(self._items(data.values())))

    def agreed(self, text: str) -> Mapping[str, Agreed]:
        """Return what `codec.dump_agreed` was given."""
        names: list[str] = []
        baselines: list[Agreed] = []
        for group in _DECODE(text)[0]:
            fields = group["fields"]
            names.extend(fields)
            values = self._items(fields.values())
            baselines.extend(self._baselines(values, group["source"], group["at"], group["run"]))
        return Sheet(self._place(tuple(names)), tuple(baselines))

    def _baselines(self, values: Iterable[Value], source: str, at: str, run: str) -> Iterator[Agreed]:
        """Make baselines of one stamp; of the same value only one, except that 1, 1.0 and True are not the same."""
        known, moment = self._agreed.setdefault((source, at, run), {}), self._moment(at)
        for value in values:
            found = None if type(value) in _NUMBERS else known.get(value)
            if found is None:
                found = Agreed(value=value, source=source, at=moment, run=run)
                if type(value) not in _NUMBERS:
                    known[value] = found
            yield found

    def row(self, *, ref: str, version: str, cells: str, details: str) -> SeenRow:
        """Return what `codec.dump_cells` and `codec.dump_row` were given."""
        known = _DECODE(details)[0]
        edited_at = known.pop("edited_at")
        if "echoes" in known:
            known["echoes"] = {name: from_json(value) for name, value in known["echoes"].items()}
        return SeenRow(
            ref=ref,
            version=version,
            values=self.cells(cells),
            edited_at=edited_at and self._moment(edited_at),
            **known,
        )

    def _items(self, found: Iterable[Any]) -> list[Any]:
        """Return values and cells; written for speed, since a load of 100,000 records has millions of them."""
        once = self._words.setdefault
        return [
            once(item, item)
            if (sort := type(item)) is str
            else item
            if sort is not dict
            else self._other(item)
            for item in found
        ]

    def _other(self, data: dict[str, Any]) -> Cell:
        [(sort, said)] = data.items()
        match sort:
            case "set":
                return self._set(tuple(said))
            case "day":
                return self._day(said)
            case "moment":
                return self._moment(said)
            case _:
                return UNKNOWN if data == UNKNOWN_DATA else from_json(data)

    def _place(self, names: tuple[str, ...]) -> Mapping[str, int]:
        found = self._places.get(names)
        if found is None:
            found = self._places[names] = {name: place for place, name in enumerate(names)}
        return found

    def _set(self, members: tuple[str, ...]) -> frozenset[str]:
        return self._sets.get(members) or self._sets.setdefault(members, frozenset(members))

    def _day(self, text: str) -> date:
        return self._days.get(text) or self._days.setdefault(text, date.fromisoformat(text))

    def _moment(self, text: str) -> datetime:
        return self._moments.get(text) or self._moments.setdefault(text, datetime.fromisoformat(text))
