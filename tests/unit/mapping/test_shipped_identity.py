"""When rows of the shipped kinds are one record: two actions never are because they look alike."""

import itertools
from datetime import date

import pytest

from syncbot.mapping.load import load
from syncbot.model.values import Value
from syncbot.reconcile.identity import Identified, identify
from syncbot.reconcile.state import SeenRow
from syncbot.settings import example_mappings

ENVIRONMENT = {
    f"SYNCBOT_NOTION_{one}": one for one in ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")
} | {"SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities"}
KINDS = load(example_mappings(), ENVIRONMENT).kinds
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)
ANNA, BEN = frozenset({"person-anna"}), frozenset({"person-ben"})


def met(kind: str, *rows: tuple[str, dict[str, Value]]) -> Identified:
    """Look at these rows, each with its place, for the first time."""
    numbers = itertools.count(1)
    seen: dict[str, list[SeenRow]] = {name: [] for name in KINDS[kind].endpoints}
    for place, values in rows:
        seen[place].append(SeenRow(ref=f"row-{next(numbers)}", version="1", key=None, values=values))
    keys = (f"{kind}-{number}" for number in itertools.count(1))
    return identify(
        KINDS[kind].policy,
        seen=seen,
        gone={},
        known={},
        refs={name: {} for name in seen},
        new_key=lambda: next(keys),
    )


ACTION: dict[str, Value] = {"name": "Send the minutes", "meeting": "meeting-1", "owners": ANNA}


def test_the_same_action_of_one_meeting_is_one_record() -> None:
    """The same words for the same people in the same meeting, apart from case."""
    found = met("action", ("notion", ACTION), ("sharepoint", {**ACTION, "name": "send the minutes "}))
    assert [set(case.seen) for case in found.cases] == [{"notion", "sharepoint"}]
    assert not found.proposals


@pytest.mark.parametrize(
    "other",
    [{"meeting": "meeting-2"}, {"owners": BEN}, {"owners": None}, {"meeting": None}],
    ids=["another meeting", "other people", "nobody", "no meeting"],
)
def test_the_same_words_otherwise_are_only_asked_about(other: dict[str, Value]) -> None:
    """Two meetings may need the same done: nothing is linked, a person says."""
    found = met("action", ("notion", ACTION), ("sharepoint", {**ACTION, **other}))
    assert [set(case.seen) for case in found.cases] == [{"notion"}]
    assert [[key for key, _, _ in one.candidates] for one in found.proposals] == [[found.cases[0].record]]


@pytest.mark.parametrize("name", ["Send the minute", "Sends the minutes to all", "Minutes: send"])
def test_alike_words_are_two_actions(name: str) -> None:
    """Not even asked about, as long as the words are not the same: actions are often alike."""
    found = met("action", ("notion", ACTION), ("sharepoint", {**ACTION, "name": name}))
    assert [set(case.seen) for case in found.cases] == [{"notion"}, {"sharepoint"}]
    assert not found.proposals


def test_two_jobs_in_the_same_words_are_two_records() -> None:
    """One for each of two people, and two that nobody owns, all at one place: four, and no duplicate."""
    rows = [("notes", {**ACTION, "owners": owners}) for owners in (ANNA, BEN, None, None)]
    found = met("action", *rows)
    assert (len(found.cases), found.duplicates, found.proposals) == (4, (), ())


def test_the_same_words_for_the_same_people_in_one_meeting_may_be_two_jobs_where_notes_say_so() -> None:
    """With two days for instance: notes know which lines are one, so their rows are never called doubled."""
    friday: dict[str, Value] = {**ACTION, "due": FRIDAY}
    found = met("action", ("notes", ACTION), ("notes", friday))
    assert (len(found.cases), found.duplicates, found.proposals) == (2, (), ())
    asked = met("action", ("notes", ACTION), ("notes", friday), ("notion", ACTION))
    assert (len(asked.cases), asked.duplicates, len(asked.proposals)) == (2, (), 1)
    typed = met("action", ("notion", ACTION), ("notion", friday))
    assert len(typed.duplicates) == 1


def test_a_meeting_is_known_by_its_name_on_its_day_in_its_group() -> None:
    """Of the same name on another day or in another group it is another one; a file and a row of the list are one."""
    meeting: dict[str, Value] = {"name": "Weekly meeting", "day": MONDAY, "csg": "B"}
    found = met(
        "meeting",
        ("notes", meeting),
        ("sharepoint", {**meeting, "name": "Weekly Meeting"}),
        ("sharepoint", {**meeting, "day": TUESDAY}),
        ("notion", {**meeting, "csg": "A"}),
    )
    assert sorted(sorted(case.seen) for case in found.cases) == [
        ["notes", "sharepoint"],
        ["notion"],
        ["sharepoint"],
    ]
    assert not found.proposals


def test_a_need_is_known_by_its_words_in_its_city() -> None:
    """Raised again on another day it is another one; where one place does not say the day, it is the same."""
    need: dict[str, Value] = {"name": "Advice on green bonds", "city": "city-1", "raised": MONDAY}
    same = met("need", ("notion", need), ("sharepoint", {**need, "raised": None}))
    assert [set(case.seen) for case in same.cases] == [{"notion", "sharepoint"}]
    again = met("need", ("notion", need), ("sharepoint", {**need, "raised": TUESDAY}))
    assert len(again.cases) + len(again.proposals) == 2
    elsewhere = met("need", ("notion", need), ("sharepoint", {**need, "city": "city-2"}))
    assert (len(elsewhere.cases), elsewhere.proposals) == (2, ())
