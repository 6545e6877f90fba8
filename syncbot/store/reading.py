"""Reads the JSON texts of many records, keeping one copy of what recurs: names, words, days, sets, stamps."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from syncbot.model.sheet import Sheet, places
from syncbot.model.values import UNKNOWN, Cell, Value, from_json
from syncbot.reconcile.baselines import Baselines, Stamp
from syncbot.reconcile.state import EMPTY, Agreed, SeenRow
from syncbot.store.codec import UNKNOWN_DATA

_DECODE = json.JSONDecoder().raw_decode
"""`json.loads` without its care for the space around: these texts are ours."""
_FIELDS = '"fields":'
"""Within a JSON string no quotation mark stands by itself: this is found nowhere but before the fields."""
_MOST_SHEETS = 4_000


class Reader:
    """For one load: the same value of two places, or of two records, is one object."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._days: dict[str, date] = {}
        self._moments: dict[str, datetime] = {}
        self._sets: dict[tuple[str, ...], frozenset[str]] = {}
        self._stamps: dict[str, Stamp] = {}
        self._alike: dict[tuple[Stamp, int], tuple[Stamp, ...]] = {}
        self._sheets: dict[str, Sheet[Any]] = {}
        """By text: of a record that all places say alike, one text is read, and one sheet kept."""

    def cells(self, text: str) -> Mapping[str, Cell]:
        """Return what `codec.dump_cells` was given."""
        found = self._sheets.get(text)
        if found is None:
            if len(self._sheets) >= _MOST_SHEETS:
                self._sheets.clear()
            data = _DECODE(text)[0]
            found = Sheet(places(tuple(data)), tuple(self._items(data.values())))
            self._sheets[text] = found
        return found

    def agreed(self, text: str) -> Mapping[str, Agreed]:
        """Return what `codec.dump_agreed` was given."""
        stamp, _, fields = text.partition(_FIELDS)
        if said := self._sheets.get(fields[:-2]):  # all of it was agreed at once, and a row says just that
            return Baselines(said, self._repeated(self._stamp(stamp), len(said)))
        names: list[str] = []
        values: list[Any] = []
        stamps: list[Stamp] = []
        for group in _DECODE(text)[0]:
            found = group["fields"]
            names.extend(found)
            values.extend(self._items(found.values()))
            stamps.extend([self._stamped(group)] * len(found))
        return Baselines(Sheet(places(tuple(names)), tuple(values)), tuple(stamps))

    def _stamp(self, text: str) -> Stamp:
        """Return the stamp of a group of baselines, of which `text` is all that stands before its fields."""
        found = self._stamps.get(text)
        if found is None:
            [group] = json.loads(f"{text[:-1]}}}]")
            found = self._stamps[text] = self._stamped(group)
        return found

    def _stamped(self, group: Mapping[str, Any]) -> Stamp:
        once = self._words.setdefault
        source, run = group["source"], group["run"]
        return Stamp(source=once(source, source), at=self._moment(group["at"]), run=once(run, run))

    def _repeated(self, stamp: Stamp, times: int) -> tuple[Stamp, ...]:
        return self._alike.get((stamp, times)) or self._alike.setdefault((stamp, times), (stamp,) * times)

    def words(self, text: str) -> Mapping[str, str]:
        """Return a plain mapping of words; of hardly any record there is something in it."""
        return EMPTY if text == "{}" else json.loads(text)

    def row(self, *, ref: str, version: str, cells: str, details: str) -> SeenRow:
        """Return what `codec.dump_cells` and `codec.dump_row` were given."""
        known = _DECODE(details)[0]
        once = self._words.setdefault
        edited_at, edited_by = known["edited_at"], known["edited_by"]
        return SeenRow(
            ref=ref,
            version=once(version, version),
            key=known["key"],
            values=self.cells(cells),
            edited_at=edited_at and self._moment(edited_at),
            edited_by=edited_by and once(edited_by, edited_by),
            by_us=known["by_us"],
            url=known["url"],
            faults=known["faults"] or EMPTY,
            echoes=self._echoes(known["echoes"]) if "echoes" in known else EMPTY,
            worn=known.get("worn", EMPTY),
            owed=self._set(tuple(known.get("owed", ()))),  # Python makes each empty frozenset anew: 216 bytes
        )

    def _echoes(self, told: Mapping[str, Any]) -> Mapping[str, Value]:
        return {name: from_json(value) for name, value in told.items()}

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
        if sort == "set":
            return self._set(tuple(said))
        if sort == "day":
            return self._days.get(said) or self._day(said)
        if sort == "moment":
            return self._moment(said)
        return UNKNOWN if data == UNKNOWN_DATA else from_json(data)

    def _set(self, members: tuple[str, ...]) -> frozenset[str]:
        return self._sets.get(members) or self._sets.setdefault(members, frozenset(members))

    def _day(self, text: str) -> date:
        return self._days.setdefault(text, date.fromisoformat(text))

    def _moment(self, text: str) -> datetime:
        return self._moments.get(text) or self._moments.setdefault(text, datetime.fromisoformat(text))
