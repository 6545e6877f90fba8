"""Whatever a note holds, finding ends well and names only places that are in the note."""

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.notes.find import find
from syncbot.notes.finding import Confidence, FoundAction, FoundDecision
from syncbot.notes.form import Block, BlockKind, Mark, MarkKind, Note
from tests.unit.notes.noted import DAY, shipped

_SAID = """ACTION TODO AI: Anna Tom will to by Friday 3.5. Beschluss: => -> ( ) [ ] @anna agreed | : wird erstellt none
DONE Present: Actions Next steps Owner: Due: 2024-02-31 è ß \u2013 \u200b 99999999999 se va a sera besloten ?"""
_WORDS = st.sampled_from(_SAID.split())
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=14).map(" ".join))


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """Draw the blocks of a note, also such as no reader makes."""
    drawn = []
    for number in range(draw(st.integers(0, 12))):
        text = draw(_TEXTS)
        end = draw(st.integers(0, len(text) + 3))
        drawn.append(
            Block(
                kind=draw(st.sampled_from(BlockKind)),
                text=text,
                address=str(number),
                level=draw(st.integers(0, 6)),
                checked=draw(st.sampled_from((None, None, True, False))),
                cells=tuple(draw(st.lists(_TEXTS, max_size=4))),
                table=draw(st.sampled_from((None, 0, 1))),
                head=draw(st.booleans()),
                numbered=draw(st.booleans()),
                continues=draw(st.booleans()),
                marks=(
                    Mark(
                        kind=draw(st.sampled_from(MarkKind)),
                        start=0,
                        end=end,
                        value=draw(st.text(max_size=9)),
                    ),
                ),
            )
        )
    return tuple(drawn)


@settings(max_examples=150, deadline=None)
@given(blocks())
def test_finding_never_fails_and_names_places_of_the_note(drawn: tuple[Block, ...]) -> None:
    """Every finding has a place, words and a reason, and every place is a block of the note with its words."""
    note = Note(ref="n", title="n", blocks=drawn, day=DAY)
    found = find(note, shipped())
    words = {block.address: block.text for block in drawn}
    findings: list[FoundAction | FoundDecision] = [*found.actions, *found.decisions]
    for one in findings:
        assert one.places and one.text and one.why
        assert all(words[place.address] == place.words for place in one.places)
        assert one.confidence in set(Confidence)


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_finding_is_the_same_each_time(drawn: tuple[Block, ...]) -> None:
    """The same note says the same when it is read again, whatever was read in between."""
    note = Note(ref="n", title="n", blocks=drawn, day=DAY)
    first = find(note, shipped())
    find(Note(ref="o", title="o", blocks=drawn[::-1]), shipped())
    assert find(note, shipped()) == first
