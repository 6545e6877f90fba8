"""Records read from the store's texts, with one copy of what recurs."""

from datetime import UTC, datetime

import pytest

from syncbot.reconcile.baselines import said_in
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.store.codec import dump_agreed, dump_cells, dump_row
from syncbot.store.reading import Reader

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_same_value_of_two_rows_is_one_object() -> None:
    """A load keeps one copy of what recurs: that is what makes 100,000 records fit."""
    reader = Reader()
    texts = [dump_cells({"name": "Ghent " * 9, "topics": frozenset({"energy", "mobility"})}) for _ in "ab"]
    first, second = (reader.cells(text) for text in texts)
    assert first["name"] is second["name"]
    assert first["topics"] is second["topics"]


def test_rows_that_are_owed_nothing_share_what_says_so() -> None:
    """Of 100,000 records in two places, nearly all; Python would make each its own empty frozenset, 216 bytes."""
    reader = Reader()
    row = SeenRow(ref="1", version="1", key="k", values={})
    first, second = (
        reader.row(ref=ref, version="1", cells="{}", details=dump_row(row)).owed for ref in ("1", "2")
    )
    assert not first
    assert first is second


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


def test_what_a_row_says_and_was_agreed_at_once_is_kept_once() -> None:
    """A record at rest, the common case, is read once: rows and baselines share one sheet, whatever the order."""
    reader = Reader()
    values = {"name": "Ghent", "topics": frozenset({"energy"}), "founded": None, "population": 1.5}
    first, second = (
        reader.cells(dump_cells(dict(one))) for one in (values.items(), reversed(values.items()))
    )
    agreed = {name: Agreed(value=value, source="a", at=AT, run="r1") for name, value in values.items()}
    found = reader.agreed(dump_agreed(agreed))
    assert first is second
    assert said_in(found) is first
    assert found == agreed


@pytest.mark.parametrize("source", ['a","fields":{"x":1}}]', 'fields":', "fields"])
def test_no_name_of_a_source_is_taken_for_the_fields(source: str) -> None:
    """A text is split where its fields begin, and what people call a place or a run never looks like that."""
    reader = Reader()
    values = {"fields": '"fields":', "name": source}
    reader.cells(dump_cells(values))
    for run in ("r1", source):
        agreed = {name: Agreed(value=value, source=source, at=AT, run=run) for name, value in values.items()}
        assert reader.agreed(dump_agreed(agreed)) == agreed


def test_baselines_without_any_field_are_empty() -> None:
    """A record on which nothing was ever agreed has none, also after a row without any cell."""
    reader = Reader()
    assert reader.cells(dump_cells({})) == {}
    assert reader.agreed(dump_agreed({})) == {}
