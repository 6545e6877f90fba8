"""Laws of following lines over time."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.notes.mention import Ruled, Said, Standing, Verdict
from syncbot.notes.threads import Known, position
from syncbot.notes.threads_alike import normal
from syncbot.notes.threads_line import renew
from tests.unit.notes.lines import after, followed, parts, read, said, week

_WORDS = ["send", "the", "budget", "to", "Ghent", "Leipzig", "draft", "agenda", "revised", "call", "3", "4"]
texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
findings: st.SearchStrategy[Said] = st.builds(
    lambda text, owners, done, prior, sure: said(text, owners=owners, done=done, prior=prior, sure=sure),
    texts,
    st.sampled_from([(), ("Anna",), ("Ben",)]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
notes = st.lists(
    st.lists(findings, max_size=5, unique_by=lambda one: normal(one.text)), min_size=1, max_size=4
)


@given(found=st.lists(findings, max_size=6), reading=st.integers(1, 5))
def test_the_same_note_twice_changes_nothing(found: list[Said], reading: int) -> None:
    """No line is new, none is another, nothing is told."""
    first = renew("n0", 0, (), found).mentions
    again = renew("n0", reading, first, found)
    assert (again.mentions, again.moves) == (first, ())


@given(old=st.lists(findings, max_size=6), new=st.lists(findings, max_size=6))
def test_no_line_is_ever_lost_or_two(old: list[Said], new: list[Said]) -> None:
    """Every finding is one line, every line that was there still is, and those not found are marked."""
    first = renew("n0", 0, (), old).mentions
    then = renew("n0", 1, first, new).mentions
    assert len({one.id for one in then}) == len(then)
    assert {one.id for one in first} <= {one.id for one in then}
    assert [one.said for one in then if not one.gone] == new


@settings(max_examples=200)
@given(read_notes=notes, data=st.data())
def test_the_order_of_reading_makes_no_difference(read_notes: list[list[Said]], data: st.DataObject) -> None:
    """Read one after the other in any order, each time keeping what came out: the threads are those of all at once."""
    lines = read(*read_notes)
    order = data.draw(st.permutations(range(len(read_notes))))
    known, there = Known(), set[str]()
    for number in order:
        there.add(f"n{number}")
        known = after(followed([one for one in lines if one.note in there], known), known)
    at_once = followed(lines)
    assert parts(followed(lines, known), lines) == parts(at_once, lines)


@given(read_notes=notes)
def test_nothing_new_changes_nothing(read_notes: list[list[Said]]) -> None:
    """Followed again, every thread has its id, its lines and its standing."""
    lines = read(*read_notes)
    once = followed(lines)
    again = followed(lines, after(once))
    assert again.threads == once.threads
    assert again.joined == {}


@given(read_notes=notes)
def test_a_thread_has_one_line_of_a_note_at_most(read_notes: list[list[Said]]) -> None:
    """And every line is in exactly one thread."""
    lines = read(*read_notes)
    note = {one.id: one.note for one in lines}
    threads = followed(lines).threads
    assert sorted(one for thread in threads for one in thread.mentions) == sorted(note)
    for thread in threads:
        assert len({note[one] for one in thread.mentions}) == len(thread.mentions)


@given(text=texts, weeks=st.integers(2, 5), noise=st.lists(findings, max_size=3))
def test_a_line_that_is_carried_on_is_never_two_open_threads(
    text: str, weeks: int, noise: list[Said]
) -> None:
    """Word for word in every note, whatever else stands in the first."""
    others = [one for one in noise if normal(one.text) != normal(text)]
    lines = read([said(text), *others], *[[said(text)] for _ in range(weeks - 1)])
    carried = {one.id for one in lines if one.said.text == text}
    holding = [one for one in followed(lines).threads if carried & set(one.mentions)]
    assert sum(one.standing is Standing.OPEN for one in holding) <= 1


@given(read_notes=notes, data=st.data())
def test_a_rejected_line_never_comes_back(read_notes: list[list[Said]], data: st.DataObject) -> None:
    """Neither in its note, reread, nor in later notes that say the same words, however sure."""
    lines = read(*read_notes)
    if not lines:
        return
    line = data.draw(st.sampled_from(lines))
    first = followed(lines)
    its = next(one for one in first.threads if line.id in one.mentions)
    known = after(first)
    known = Known(
        threads=known.threads,
        opened=set(known.opened) - {its.id},
        ruled={one: Ruled(mention=one, verdict=Verdict.REJECTED) for one in its.mentions},
        rejected={(line.said.strand, normal(line.said.text))},
    )
    more = [*lines, *renew("n8", 0, (), [said(line.said.text, due=date(2026, 12, 1))]).mentions]
    found = followed(more, known)
    standings = {mention: one.standing for one in found.threads for mention in one.mentions}
    opened = {mention for mention, thread in known.threads.items() if thread in known.opened}
    assert all(standings[one] is not Standing.OPEN for one in its.mentions)
    new = next(one for one in found.threads if more[-1].id in one.mentions)
    assert new.standing is not Standing.OPEN or opened & set(new.mentions)


@settings(max_examples=200)
@given(read_notes=notes, data=st.data())
def test_going_on_from_the_first_new_note_is_as_good_as_all_anew(
    read_notes: list[list[Said]], data: st.DataObject
) -> None:
    """In any order of reading: the same threads, ids, standings and questions."""
    lines = read(*read_notes)
    order = data.draw(st.permutations(range(len(read_notes))))
    quick, slow, there = Known(), Known(), set[str]()
    for number in order:
        there.add(f"n{number}")
        seen = [one for one in lines if one.note in there]
        since = position(f"n{number}", week(number))
        found, anew = followed(seen, replace(quick, since=since)), followed(seen, slow)
        assert found == anew
        asked = {one.id: one.candidates for one in found.threads if one.candidates}
        quick, slow = replace(after(found, quick), asked=asked), after(anew, slow)
