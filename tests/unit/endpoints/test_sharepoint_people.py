"""Whom a site knows: read once, kept between runs, read again when somebody new turns up or it is old."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.memo import Memo, forgetful
from syncbot.endpoints.sharepoint.directory import KEPT_FOR, Directory, Person, recalled
from syncbot.endpoints.sharepoint.people import People
from tests.unit.endpoints.graph_script import NOW, Told, Wire, wire

connect = contextmanager(wire)
LISTS = Told(body={"value": [{"id": "l", "list": {"template": "userInformation"}}]})
names = st.none() | st.text()
directories = st.builds(
    Directory,
    since=st.just(NOW),
    people=st.dictionaries(st.integers(min_value=1), st.builds(Person, name=names, email=names)),
    apps=st.dictionaries(st.text(), st.booleans()),
)


@dataclass
class Paper:
    """A text that outlives a process."""

    text: str = ""

    def revise(self, change: Callable[[str], str]) -> None:
        """Turn it into another."""
        self.text = change(self.text)


def listed(**people: str) -> Told:
    """Return a page of the list: people by name, in rows from 7 on."""
    fields = [{"Title": name, "EMail": email} for name, email in people.items()]
    return Told(body={"value": [{"id": str(row), "fields": one} for row, one in enumerate(fields, 7)]})


def people(link: Wire, paper: Paper) -> People:
    """Return what a new process knows."""
    found = People(connection=link.graph, site="/sites/s", memo=Memo(paper.revise))
    found.refresh()
    return found


def test_the_next_process_asks_nobody() -> None:
    """Names, addresses and applications are recalled, each way round, without a request."""
    paper = Paper()
    with connect(LISTS, listed(Anna="Anna@city.example")) as link:
        first = people(link, paper)
        first.note({"fields": {"AppEditorLookupId": "9"}}, ours=True)
        assert first.name_of(7) == "Anna"
        first.keep()
    with connect() as link:
        second = people(link, paper)
        assert (second.email_of(7), second.row_of("anna@city.example")) == ("anna@city.example", 7)
        assert (second.is_ours("9"), second.is_ours("8")) == (True, None)


def test_somebody_new_is_asked_for_once_in_each_reading() -> None:
    """The list is read again, and not for each row that names somebody who is not on it."""
    paper = Paper(Directory(since=NOW, people={7: Person(name="Anna", email=None)}).text())
    with connect(LISTS, listed(Anna="", Ben="ben@city.example")) as link:
        found = people(link, paper)
        assert [found.name_of(row) for row in (7, 8, 9, 9)] == ["Anna", "Ben", None, None]
        found.keep()
        assert recalled(paper.text, NOW).people[8] == Person(name="Ben", email="ben@city.example")


@pytest.mark.parametrize("age", [KEPT_FOR, timedelta(seconds=-1)])
def test_what_is_old_or_of_the_future_is_not_believed(age: timedelta) -> None:
    """Names and addresses change, and a clock that was set back tells nothing of their age."""
    paper = Paper(Directory(since=NOW - age, people={7: Person(name="Anna Old", email=None)}).text())
    with connect(LISTS, listed(Anna="")) as link:
        assert people(link, paper).name_of(7) == "Anna"


def test_a_long_life_forgets_as_well() -> None:
    """A process that runs for days reads the list once a day."""
    with connect(LISTS, listed(Anna=""), LISTS, listed(Annika="")) as link:
        found = People(connection=link.graph, site="/sites/s", memo=forgetful("s"))
        found.refresh()
        before = found.name_of(7)
        found.connection = replace(link.graph, now=lambda: NOW + KEPT_FOR)
        found.refresh()
        assert (before, found.name_of(7)) == ("Anna", "Annika")


@given(directories)
def test_what_is_kept_comes_back(directory: Directory) -> None:
    """Whatever people call themselves."""
    assert recalled(directory.text(), NOW) == directory


@given(
    st.text()
    | st.from_regex(r'\{"since": ("2026-03-02T08:00:00"|3|null), "people": .{0,9}, "apps": .{0,9}\}')
)
def test_a_text_that_is_not_ours_is_nobody(text: str) -> None:
    """Cut, of another version or of somebody else's making: the list is read as if nothing were kept."""
    assert recalled(text, NOW) == Directory(since=NOW)
