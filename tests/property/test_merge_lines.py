"""Laws of merging long text."""

from hypothesis import example, given
from hypothesis import strategies as st

from syncbot.reconcile.text import merge_lines

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d\r"]), max_size=8).map("\n".join)


@given(TEXTS, TEXTS)
def test_one_edit_is_taken_as_it_is(base: str, edited: str) -> None:
    """Where only one side edited, or both alike, the result is that edit, character for character."""
    assert merge_lines(base, base, edited) == edited
    assert merge_lines(base, edited, base) == edited
    assert merge_lines(base, edited, edited) == edited


@given(TEXTS, TEXTS, TEXTS)
def test_sides_may_be_swapped(base: str, one: str, other: str) -> None:
    """Neither side is preferred: the same text comes out, or the same question."""
    assert merge_lines(base, one, other) == merge_lines(base, other, one)


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_somebody_wrote_is_lost(base: str, one: str, other: str) -> None:
    """Each line that is in one side and not in the base is in the merged text, and no line is made up."""
    merged = merge_lines(base, one, other)
    if merged is not None:
        old = set(base.split("\n"))
        new = (set(one.split("\n")) | set(other.split("\n"))) - old
        assert new <= set(merged.split("\n")) <= old | new


@given(TEXTS)
@example("a\nb")
def test_neighbouring_edits_are_asked_about(middle: str) -> None:
    """Two people who edited lines next to each other may have meant each other's line."""
    base = f"x\ny\n{middle}"
    assert merge_lines(base, f"X\ny\n{middle}", f"x\nY\n{middle}") is None
