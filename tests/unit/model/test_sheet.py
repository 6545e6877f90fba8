"""Mappings that share their names."""

import pytest

from syncbot.model.sheet import Pick, Sheet, places


def sheet(**items: int | None) -> Sheet[int | None]:
    """A sheet of these items."""
    return Sheet(places(tuple(items)), tuple(items.values()))


def test_a_sheet_is_a_mapping_like_any_other() -> None:
    """It equals any mapping of the same items, from both sides, and knows what it has not."""
    one = sheet(a=1, b=None)
    assert one == {"a": 1, "b": None}
    assert one == {"b": None, "a": 1}
    assert one != {"a": 1}
    assert one == sheet(b=None, a=1)
    assert one != sheet(b=1, a=None)
    assert one != sheet(a=1, b=2)
    assert one != 7
    assert ("b" in one, "c" in one, one.get("c", 7), len(one)) == (True, False, 7, 2)
    assert {**one, "c": 3} == {"a": 1, "b": None, "c": 3}
    assert repr(one) == "{'a': 1, 'b': None}"
    with pytest.raises(KeyError):
        one["c"]


def test_what_is_picked_compares_across_sheets_and_dicts() -> None:
    """Whatever the order of a mapping, the items of the same names compare, and a missing name is told."""
    pick = Pick(("a", "c"))
    assert pick(sheet(a=1, b=2, c=3)) == pick(sheet(c=3, a=1)) == pick({"c": 3, "a": 1, "x": 5})
    assert pick(sheet(a=1, b=2, c=3)) != pick(sheet(a=3, c=1))
    assert Pick(())(sheet(a=1)) == Pick(())({})
    for one in (sheet(a=1), {"a": 1}):
        with pytest.raises(KeyError):
            pick(one)
