"""A deck says what the publication says, and its charts are numbers that people can edit."""

import dataclasses
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from pptx import Presentation
from pptx.presentation import Presentation as Deck

from syncbot.mapping.tongues import languages, translations
from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import STATES, City
from syncbot.publish.counts import STATE_WORDS, actions_by_week, at_a_glance, cities_by_state
from syncbot.publish.example import example
from syncbot.publish.form import Chart, Draw, Line, Publication, Run, Section
from syncbot.publish.package import clean
from syncbot.publish.slides import slides
from syncbot.publish.wording import WordingFault
from tests.fakes.publications import PUBLICATIONS
from tests.unit.publish.test_compose import LAYOUTS, of_group_d, published
from tests.unit.publish.test_forms import bare, lines_of

TEMPLATE = (Path(__file__).parents[3] / "mappings/templates/deck.pptx").read_bytes()
TODAY = example().today


def opened(made: Publication) -> Deck:
    """Return the deck as PowerPoint would read it."""
    return Presentation(io.BytesIO(slides(made, TEMPLATE)))


def said_on(deck: Deck) -> str:
    """Return all words of all slides, without spaces."""
    shapes: list[Any] = [shape for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    return bare("".join(one.text_frame.text for one in shapes))


def charts_of(deck: Deck) -> list[Any]:
    """Return the charts of all slides."""
    shapes: list[Any] = [shape for slide in deck.slides for shape in slide.shapes]
    return [shape.chart for shape in shapes if shape.has_chart]


@settings(max_examples=30, deadline=None)
@given(made=PUBLICATIONS)
def test_every_word_is_on_a_slide(made: Publication) -> None:
    """Whatever people wrote, PowerPoint can open it and every line stands somewhere."""
    found = said_on(opened(made))
    for line in [made.title, *lines_of(made)]:
        assert bare(clean(line)) in found


def test_charts_are_numbers_that_can_be_edited() -> None:
    """The shipped deck draws cities by state and actions by week natively, with a workbook inside each."""
    deck = opened(published("deck", example()))
    bars, columns = charts_of(deck)
    assert list(bars.plots[0].categories) == [*list(STATE_WORDS.values())[:-1]]
    assert next(iter(bars.plots[0].series)).values == (1, 0, 0, 0, 0, 0)
    assert [one.name for one in columns.plots[0].series] == ["Due", "Done"]
    assert bars.part.chart_workbook.xlsx_part is not None


def test_shapes_have_numbers_of_their_own() -> None:
    """PowerPoint mends, with a question to the reader, a slide on which two shapes have the same."""
    for slide in opened(published("deck", example())).slides:
        numbers = slide.shapes.element.xpath(".//p:cNvPr/@id")
        assert len(set(numbers)) == len(numbers) > 1


def test_the_same_deck_is_the_same_file() -> None:
    """Also the workbooks in its charts know no clock."""
    made = published("deck", example())
    assert slides(made, TEMPLATE) == slides(made, TEMPLATE)


def test_a_long_list_goes_on_without_running_off_the_slide() -> None:
    """Forty lines of two rows each are shared out evenly; each slide says which it is of how many."""
    lines = [Line(runs=[Run(text=f"{n} " + "x" * 120)]) for n in range(40)]
    section = Section(name="s", title="Long", lines=lines)
    base = published("deck", of_group_d())
    deck = opened(dataclasses.replace(base, sections=[section]))
    rows = [len(slide.placeholders[1].text_frame.paragraphs) for slide in deck.slides][1:]
    assert sum(rows) == 40
    assert max(rows) <= 6
    assert min(rows) >= max(rows) - 2
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides if slide.shapes.title]
    assert titles[1] == f"Long (1/{len(rows)})"


def test_what_was_left_out_is_no_item_of_the_list() -> None:
    """The line that says how many more there are stands below the list without a bullet."""
    line, more = Line(runs=[Run(text="Zagreb")]), Line(runs=[Run(text="… and 7 more")])
    section = Section(name="s", title="Silent", lines=[line], more=more)
    deck = opened(dataclasses.replace(published("deck", of_group_d()), sections=[section]))
    body = deck.slides[1].placeholders[1].element
    assert [one.text for one in body.xpath(".//a:p[a:pPr/a:buNone]//a:t")] == ["… and 7 more"]


def test_two_thousand_actions_make_a_short_deck() -> None:
    """A deck that nobody can show in a meeting is none."""
    late = TODAY - timedelta(days=3)
    actions = {str(n): Action(name=f"Action {n}", csg="D", due=late) for n in range(2000)}
    data = slides(published("deck", of_group_d(actions=actions)), TEMPLATE)
    assert len(Presentation(io.BytesIO(data)).slides) <= 8
    assert len(data) < 100_000


def test_weeks_count_what_was_due_and_what_was_done() -> None:
    """An action due on a Sunday belongs to that week, one ticked off on a Monday to the next."""
    sunday = date(2026, 11, 22)
    actions = {
        "1": Action(name="a", csg="D", due=sunday, done=True),
        "2": Action(name="b", csg="D", due=sunday),
        "3": Action(name="of another group", csg="C", due=sunday),
    }
    found = actions_by_week(of_group_d(actions=actions, closed={"1": sunday + timedelta(days=1)}))
    assert {one["week"]: (one["due"], one["done"]) for one in found if one["due"] or one["done"]} == {
        47: (2, 0),
        48: (0, 1),
    }
    assert [one["week"] for one in found if one["now"]] == [48]


def test_cities_without_a_state_are_counted_too() -> None:
    """The bars add up to the number of cities."""
    cities = {"1": City(name="A", csg="D"), "2": City(name="B", csg="D", ccc_state="label")}
    found = {one["state"]: one["cities"] for one in cities_by_state(of_group_d(cities=cities))}
    assert (found["Not noted"], found["Label awarded"], sum(found.values())) == (1, 1, 2)
    assert set(STATE_WORDS) == {*STATES, None}


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_what_charts_say_is_translated(language: str) -> None:
    """Words that templates only know by a variable are in every catalogue too."""
    known = translations(Locale.parse(language))
    said = [one["what"] for one in at_a_glance(example())] + list(STATE_WORDS.values())
    said += [name for one in LAYOUTS["deck"].sections if one.chart for name in one.chart.values]
    assert [one for one in said if one not in known._catalog] == []  # type: ignore[attr-defined]


def test_what_is_no_powerpoint_file_is_a_fault() -> None:
    """A file of another kind under that name is said to be one."""
    with pytest.raises(WordingFault, match="no PowerPoint file"):
        slides(published("deck", example()), b"GIF89a")


def test_names_of_people_do_not_break_a_chart() -> None:
    """What XML cannot hold is left out of labels as well."""
    chart = Chart(draw=Draw.BARS, labels=["a\x0b<&", "b"], series=[("n\ufffe", [1, 2])])
    section = Section(name="s", title="T", lines=[Line(runs=[Run(text="a")])], chart=chart)
    base = published("deck", of_group_d())
    (drawn,) = charts_of(opened(dataclasses.replace(base, sections=[section])))
    assert list(drawn.plots[0].categories) == ["a<&", "b"]
