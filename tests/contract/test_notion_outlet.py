"""Pages of a Notion data source: the contract of outlets over HTTP, and that people's words are never touched."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from syncbot.endpoints.memo import Memo
from syncbot.endpoints.outlets.base import Parcel
from syncbot.endpoints.outlets.notion import NotionOutlet
from syncbot.errors import EndpointError, SchemaChanged
from syncbot.publish.form import Line, Publication, Run, Section
from syncbot.sandbox.notion import blocks
from syncbot.sandbox.notion.specs import judged, made
from syncbot.sandbox.notion.text import raw
from tests.contract.notion_place import KEY, Workspace, workspace
from tests.contract.outlet_contract import OutletContract
from tests.fakes.publications import PUBLICATIONS

IDENTITY = "agenda/D/2026-03-05"


@pytest.fixture(scope="module")
def work() -> Iterator[Workspace]:
    """One Notion for all tests of this file."""
    with workspace() as work:
        yield work


@dataclass
class Place:
    """An outlet, and the page behind it."""

    work: Workspace
    source: str
    memos: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outlet = self.another()

    def another(self) -> NotionOutlet:
        """Return the outlet of another run."""
        endpoint: Any = self.work.endpoint(self.source)
        return NotionOutlet(
            name="notion",
            notion=endpoint._connection,
            data_source=self.source,
            column=KEY,
            memo=self.memo,
        )

    def memo(self, identity: str) -> Memo:
        """Return the memo of a publication."""

        def revise(change: Any) -> None:
            self.memos[identity] = change(self.memos.get(identity, ""))

        return Memo(revise)

    def pages(self) -> list[Any]:
        """Return the pages of the data source."""
        pages = self.work.service.state.pages.values()
        return [one for one in pages if one.parent.get("data_source_id") == self.source and not one.in_trash]

    def arrived(self) -> Sequence[str]:
        """Return the identities that stand on pages."""
        key = self.work.service.property_id(self.source, KEY)
        return [raw(one.values.get(key, [])) for one in self.pages()]

    def later(self) -> None:
        """Let a query see what was made."""
        self.work.control("POST", "clock", {"advance": 60})

    def trouble(self, kind: str) -> bool:
        """Let the next page that is made fail so."""
        self.work.order({"kind": kind, "times": 1, "method": "POST", "path": "^/v1/pages$", "retry_after": 1})
        return True

    def requests(self) -> int:
        """Count the requests since the last time."""
        count = len(self.work.requests())
        self.work.control("DELETE", "requests")
        return count

    # -- what stands on the page, and a person who works on it

    @property
    def page(self) -> Any:
        """The one page."""
        (page,) = self.pages()
        return page

    def body(self, owner: Any = None) -> list[str]:
        """Return the words of each block, those below others after a tab."""
        found = []
        children: list[Any] = self.work.service.state.children_of(owner or self.page)
        for one in children:
            text = raw(one.content.get("rich_text", []))
            found += [text, *("\t" + below for below in self.body(one))]
        return found

    def ids(self) -> dict[str, str]:
        """Return the ids of the blocks right on the page by what they say."""
        children: list[Any] = self.work.service.state.children_of(self.page)
        return {raw(one.content.get("rich_text", [])): one.id for one in children}

    def retype(self, line: str, now: str | None) -> None:
        """A person changes a line, or takes it away."""
        at = self.work.sandbox.clock.now()
        self.work.service.retype_line(self.page.id, line, now, by=self.work.anna, at=at)

    def type_after(self, line: str, words: str, *, below: bool = False) -> None:
        """A person writes a new line after one, or below it."""
        place = self.work.service._place(self.work.anna, self.work.sandbox.clock.now())
        children = self.work.service.state.children_of(self.page)
        (before,) = [one for one in children if one.id == self.ids()[line]]
        owner = before if below else self.page
        where = None if below else self.page.children.index(before.id) + 1
        spec: Mapping[str, Any] = {
            "type": "paragraph",
            "paragraph": {"rich_text": [{"text": {"content": words}}]},
        }
        made(place, owner, judged(place, owner, [spec], "body.children"), where)
        blocks.touch(place, owner)


@pytest.fixture
def place(work: Workspace) -> Iterator[Place]:
    """Return an empty data source."""
    work.order()
    place = Place(work, work.source())
    work.control("DELETE", "requests")
    yield place
    work.order()
    work.judge()
    work.close()


class TestNotion(OutletContract):
    """Over HTTP."""

    @pytest.fixture
    def place(self, place: Place) -> Place:
        """Return an empty one."""
        return place


def agenda(*lines: str | Line, title: str = "Agenda") -> Parcel:
    """Return an agenda with one section of these lines, and a free one."""
    said = [one if isinstance(one, Line) else Line(runs=[Run(text=one)]) for one in lines]
    publication = Publication(
        what="agenda",
        group="D",
        period="2026-03-05",
        language="en",
        title=title,
        sections=[
            Section(name="actions", title="Actions", lines=said),
            Section(name="free", title="Else", free=True),
        ],
    )
    return Parcel(identity=IDENTITY, publication=publication)


def test_what_is_the_same_is_not_written(place: Place) -> None:
    """Publishing again reads four times and writes nothing: who am I, the columns, the page, its blocks."""
    place.outlet.send(agenda("one", "two"))
    place.later()
    place.requests()
    place.another().send(agenda("one", "two"))
    asked = place.work.requests()
    assert [one["method"] for one in asked] == ["GET", "POST", "GET", "GET"]


def test_only_what_changed_is_written(place: Place) -> None:
    """A line that was brought up to date keeps its block, so that comments on it stay; a new one stands in its place."""
    place.outlet.send(agenda("1 day late: Send the draft", "two", "three"))
    place.later()
    before = place.ids()
    place.requests()
    place.outlet.send(agenda("2 days late: Send the draft", "new", "two"))
    assert place.body() == ["Actions", "2 days late: Send the draft", "new", "two", "Else", ""]
    now = place.ids()
    assert now["2 days late: Send the draft"] == before["1 day late: Send the draft"]
    assert now["two"] == before["two"]
    writes = [one["method"] for one in place.work.requests() if one["method"] in ("PATCH", "DELETE")]
    assert sorted(writes) == ["DELETE", "PATCH", "PATCH"]


@pytest.mark.parametrize("remembered", [True, False])
def test_what_people_wrote_stays(place: Place, remembered: bool) -> None:
    """A line that somebody changed is theirs and is not said twice; lines of their own stay where they are."""
    place.outlet.send(agenda("one", "two", "three"))
    place.later()
    place.retype("two", "two, said Anna")
    place.type_after("one", "a note of Anna's")
    place.type_after("three", "below three", below=True)
    place.type_after("", "free words")
    if not remembered:
        place.memos.clear()
    place.another().send(agenda("one", "two", "four"))
    expected = ["Actions", "one", "a note of Anna's", "two, said Anna", "three", "\tbelow three", "four"]
    assert place.body() == [*expected, "Else", "", "free words"]
    place.another().send(agenda("one", "two", "four"))
    assert place.body() == [*expected, "Else", "", "free words"]


def test_what_people_took_away_is_not_put_back(place: Place) -> None:
    """Somebody struck a point off the agenda: it stays off, however often the agenda is published."""
    place.outlet.send(agenda("one", "two", "three"))
    place.later()
    place.retype("two", None)
    for _ in range(3):
        place.another().send(agenda("one", "two", "three"))
        assert place.body() == ["Actions", "one", "three", "Else", ""]
    place.another().send(agenda("one", "three"))
    place.another().send(agenda("one", "two", "three"))
    assert place.body() == ["Actions", "one", "two", "three", "Else", ""]


def test_lines_below_lines_are_brought_up_to_date(place: Place) -> None:
    """What hangs below a line follows the same rules."""

    def nested(*below: str) -> Line:
        return Line(runs=[Run(text="top")], under=[Line(runs=[Run(text=one)]) for one in below])

    place.outlet.send(agenda(nested("a", "b")))
    place.later()
    assert place.body() == ["Actions", "top", "\ta", "\tb", "Else", ""]
    place.outlet.send(agenda(nested("a", "c")))
    assert place.body() == ["Actions", "top", "\ta", "\tc", "Else", ""]
    place.outlet.send(agenda("top"))
    assert place.body() == ["Actions", "top", "Else", ""]


def test_a_title_that_people_gave_stays(place: Place) -> None:
    """Ours is brought up to date until somebody renames the page."""
    place.outlet.send(agenda("one", title="First"))
    place.later()
    place.outlet.send(agenda("one", title="Second"))
    title = place.work.service.property_id(place.source, "City")
    assert raw(place.page.values[title]) == "Second"
    at = place.work.sandbox.clock.now()
    place.work.service.edit_page(
        place.page.id, {"City": {"title": [{"text": {"content": "Anna's"}}]}}, by=place.work.anna, at=at
    )
    place.outlet.send(agenda("one", title="Third"))
    assert raw(place.page.values[title]) == "Anna's"


def test_a_long_page_that_was_cut_off_is_finished_later(place: Place) -> None:
    """Half of it is not taken for the whole, and sending again makes the rest and no second page."""
    long = agenda(*(f"line {n}" for n in range(250)))
    place.work.order({"kind": "503", "times": 9, "method": "PATCH", "path": "/children$"})
    with pytest.raises(EndpointError):
        place.outlet.send(long)
    place.work.order()
    place.later()
    assert place.outlet.look(IDENTITY) is None
    place.another().send(long)
    place.later()
    assert place.outlet.look(IDENTITY) is not None
    assert len(place.body()) == 253
    assert place.body()[1:251] == [f"line {n}" for n in range(250)]


def test_a_copy_of_the_page_is_its_makers(place: Place) -> None:
    """Somebody duplicated the page with its key: the copy is left alone."""
    place.outlet.send(agenda("one"))
    place.later()
    cells = {KEY: {"rich_text": [{"text": {"content": IDENTITY}}]}}
    first = place.page.id
    place.work.service.add_page(place.source, cells, by=place.work.anna, at=place.work.sandbox.clock.now())
    receipt = place.outlet.send(agenda("two"))
    assert receipt.ref == first
    assert place.work.service.page(first).id == first


def test_a_data_source_without_our_column_is_named(place: Place) -> None:
    """Whoever declared the outlet is told which column to add; nothing is written."""
    outlet = dataclasses.replace(place.outlet, column="no such column")
    with pytest.raises(SchemaChanged, match="no such column"):
        outlet.send(agenda("one"))
    assert place.pages() == []


def test_bold_and_links_come_back_as_they_went(place: Place) -> None:
    """Notion's own ways of writing them are no change."""
    runs = [
        Run(text="1 day late: ", strong=True),
        Run(text="<b>", url="https://example.eu"),
        Run(text=" a"),
        Run(text="b \U0001f600" * 700),
    ]
    place.outlet.send(agenda(Line(runs=runs)))
    place.later()
    place.requests()
    place.outlet.send(agenda(Line(runs=runs)))
    assert {one["method"] for one in place.work.requests()} <= {"GET", "POST"}
    assert place.body()[1] == Line(runs=runs).text


_RUNS = count()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=PUBLICATIONS)
def test_whatever_people_write_goes_there_once(place: Place, made: Publication) -> None:
    """Notion takes any words, and gives them back so that a second time nothing has to be written."""
    parcel = Parcel(identity=f"agenda/D/{next(_RUNS)}", publication=made)
    place.outlet.send(parcel)
    place.later()
    place.requests()
    place.outlet.send(parcel)
    assert {one["method"] for one in place.work.requests()} <= {"GET", "POST"}
