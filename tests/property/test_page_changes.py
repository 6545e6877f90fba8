"""Whatever people do to a page, publishing again says what is wanted and leaves what is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.outlets.notion_changes import Insert, Keep, Remove, Rewrite, Standing, changes
from syncbot.endpoints.outlets.notion_lines import HEADING, ITEM, Spoken

WORDS = st.sampled_from(["one", "two", "1 day late: draft", "2 days late: draft", "three", "", "Actions"])
LINES = st.builds(lambda kind, text: Spoken(kind=kind, pieces=[(text, False, "")] if text else []),
                  st.sampled_from([ITEM, HEADING]), WORDS)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A block of a page: ours until a person changes it, or a person's from the beginning."""

    key: str
    line: Spoken
    ours: bool = True
    made_by_us: bool = True


def published(page: Sequence[Block], memo: dict[str, str], wanted: Sequence[Spoken], run: int) -> list[Block]:
    """Do to a page what the outlet does; the memo is kept up to date."""
    standing = [
        Standing(
            id=one.key,
            kind=one.line.kind,
            text=one.line.text,
            mark=one.line.mark,
            ours=one.ours,
            origin=memo.get(one.key),
        )
        for one in page
        if one.made_by_us
    ]
    there = {one.key for one in page}
    away = [mark for key, mark in memo.items() if key not in there]
    found = list(page)
    behind = -1
    kept: dict[str, str] = {mark: mark for mark in away if mark in {one.mark for one in wanted}}
    for number, step in enumerate(changes(standing, wanted, away)):
        if isinstance(step, Insert):
            new = [Block(key=f"{run}-{number}-{n}", line=line) for n, line in enumerate(step.lines)]
            found[behind + 1 : behind + 1] = new
            behind += len(new)
            kept |= {one.key: one.line.mark for one in new}
            continue
        at = next(n for n, one in enumerate(found) if one.key == step.block.id)
        if isinstance(step, Remove):
            assert found[at].ours
            del found[at]
            continue
        if isinstance(step, Rewrite):
            assert found[at].ours
            found[at] = replace(found[at], line=step.line)
        line = step.line
        mark = line.mark if line is not None else step.block.origin if isinstance(step, Keep) else None
        kept |= {step.block.id: mark} if mark is not None else {}
        behind = at
    memo.clear()
    memo.update(kept)
    return found


@given(first=st.lists(LINES, max_size=8), second=st.lists(LINES, max_size=8))
def test_without_people_the_page_says_what_is_wanted(first: list[Spoken], second: list[Spoken]) -> None:
    """From any state to any other, and again from there: just the lines, in their order."""
    memo: dict[str, str] = {}
    page: list[Block] = []
    for run, wanted in enumerate((first, second, second, first)):
        page = published(page, memo, wanted, run)
        assert [one.line.mark for one in page] == [one.mark for one in wanted]


@given(
    first=st.lists(LINES, min_size=1, max_size=8),
    second=st.lists(LINES, max_size=8),
    edits=st.lists(st.tuples(st.sampled_from(["write", "change", "take"]), st.integers(0, 7)), max_size=6),
    forget=st.booleans(),
)
def test_what_is_peoples_stays_as_it_is(
    first: list[Spoken], second: list[Spoken], edits: list[tuple[str, int]], forget: bool
) -> None:
    """Whatever was changed or written by hand stands there afterwards, in the same order, and stays so."""
    memo: dict[str, str] = {}
    page = published([], memo, first, 0)
    for number, (what, where) in enumerate(edits):
        at = where % (len(page) + 1)
        if what == "write":
            line = Spoken(kind=ITEM, pieces=[(f"by hand {number}", False, "")])
            page.insert(at, Block(key=f"hand-{number}", line=line, ours=False, made_by_us=False))
        elif at < len(page) and what == "change":
            line = Spoken(kind=page[at].line.kind, pieces=[(f"{page[at].line.text} changed", False, "")])
            page[at] = replace(page[at], line=line, ours=False)
        elif at < len(page):
            del page[at]
    theirs = [one for one in page if not one.ours]
    if forget:
        memo.clear()
    for run in (1, 2):
        page = published(page, memo, second, run)
        assert [one for one in page if not one.ours] == theirs
    wanted = [one.mark for one in second]
    ours = [one.line.mark for one in page if one.ours]
    rest = iter(wanted)
    assert all(mark in rest for mark in ours)
