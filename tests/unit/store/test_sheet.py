"""Mappings that share their names."""

from datetime import UTC, datetime

import pytest

from syncbot.reconcile.state import Agreed
from syncbot.store.codec import dump_agreed, dump_cells
from syncbot.store.reading import Reader
from syncbot.store.sheet import Sheet

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_sheet_is_a_mapping_like_any_other() -> None:
    """It equals a dict of the same items, from both sides, and knows what it has not."""
    sheet = Sheet({"a": 0, "b": 1}, (1, None))
    assert sheet == {"a": 1, "b": None}
    assert sheet == {"a": 1, "b": None}
    assert sheet != {"a": 1}
    assert ("b" in sheet, "c" in sheet, sheet.get("c", 7), len(sheet)) == (True, False, 7, 2)
    assert {**sheet, "c": 3} == {"a": 1, "b": None, "c": 3}
    assert repr(sheet) == "{'a': 1, 'b': None}"
    with pytest.raises(KeyError):
        sheet["c"]


def test_the_same_value_of_two_rows_is_one_object() -> None:
    """A load keeps one copy of what recurs: that is what makes 100,000 records fit."""
    reader = Reader()
    texts = [dump_cells({"name": "Ghent " * 9, "topics": frozenset({"energy", "mobility"})}) for _ in "ab"]
    first, second = (reader.cells(text) for text in texts)
    assert first["name"] is second["name"]
    assert first["topics"] is second["topics"]


def test_baselines_of_several_runs_keep_their_own_stamps() -> None:
    """Fields agreed in different runs do not mix their sources, moments and runs."""
    agreed = {
        "a": Agreed(value=1, source="notion", at=AT, run="r1"),
        "b": Agreed(value=2, source="sharepoint", at=AT, run="r2"),
        "c": Agreed(value=3, source="notion", at=AT, run="r1"),
    }
    assert Reader().agreed(dump_agreed(agreed)) == agreed


def test_equal_numbers_of_other_types_stay_what_they_are() -> None:
    """Python says that 1, 1.0 and True are equal; a load that keeps one copy of what recurs must not."""
    values = (1, True, 1.0, False, 0)
    agreed = {
        str(place): Agreed(value=value, source="n", at=AT, run="r") for place, value in enumerate(values)
    }
    found = Reader().agreed(dump_agreed(agreed))
    assert [repr(found[str(place)].value) for place in range(len(values))] == [
        repr(value) for value in values
    ]
