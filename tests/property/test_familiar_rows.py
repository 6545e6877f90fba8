"""Rows that are compared with what they said before read as if they were translated."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import ColumnType, Row
from syncbot.mapping.familiar import is_alike
from syncbot.mapping.translate import read
from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from tests.property.test_translate_anything import BOUNDS, CELLS, CITY, Nobody
from tests.property.test_translate_round_trip import PAIRS, VALUES, Everybody, _way

ROWS = st.fixed_dictionaries(dict.fromkeys(sorted(CITY.fields), CELLS))


@pytest.mark.parametrize("which", range(len(BOUNDS)))
@given(first=ROWS, edits=st.dictionaries(st.sampled_from(sorted(CITY.fields)), CELLS, max_size=3))
def test_a_row_reads_the_same_whatever_is_known_of_it(
    which: int, first: dict[str, Cell], edits: dict[str, Cell]
) -> None:
    """What is compared with the row as it was last seen reads as if it were translated, and is known again when it is."""
    bound = BOUNDS[which]  # by number: the whole would be written out for each example
    seen = bound.read(Row(ref="r", version="1", key=None, cells=first), Nobody())
    known = {name: None if name in seen.faults else cell for name, cell in first.items()}
    before = bound.read(Row(ref="r", version="1", key=None, cells=known), Nobody())
    moved = Row(ref="r", version="2", key=None, cells=known | edits)
    assert bound.read(moved, Nobody(), before) == bound.read(moved, Nobody())
    again = bound.read(Row(ref="r", version="1", key=None, cells=known), Nobody(), before)
    assert again == before
    said = replace(before, echoes={"name": "as the place has it"})
    assert bound.read(moved, Nobody(), said) == bound.read(moved, Nobody())


@pytest.mark.parametrize(("kind", "column"), PAIRS, ids=[f"{kind}-{column}" for kind, column in PAIRS])
@given(data=st.data())
def test_a_value_in_a_cell_that_is_alike_reads_as_itself(
    kind: FieldType, column: ColumnType, data: st.DataObject
) -> None:
    """Where cells are compared with values without translating them, a cell that equals a value means that value."""
    value = data.draw(VALUES[kind])
    way = _way(kind, column, value)
    if is_alike(way):
        assert read(way, value, Everybody()) == value


def test_a_row_that_says_what_it_said_is_not_made_again() -> None:
    """Nothing is kept twice of a row that is as it was; one that was only touched keeps the values that are known."""
    cells: dict[str, Cell] = dict.fromkeys(CITY.fields)
    for bound in BOUNDS:
        row = Row(ref="r", version="1", key="k", cells=cells | {"name": "Ghent", "ccc_state": None})
        before = bound.read(row, Nobody())
        assert bound.read(row, Nobody(), before) is before
        touched = bound.read(replace(row, version="2"), Nobody(), before)
        assert touched == replace(before, version="2")
        assert touched.values is before.values
