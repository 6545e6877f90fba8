"""What becomes of lines and notes out of the ordinary: said twice, of endless length, without a day."""

from datetime import date
from pathlib import Path

import pytest

from syncbot.mapping.load import load
from syncbot.service.notes_endpoint import NotesEndpoint
from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from tests.fakes.notes_world import KEPT, NotesWorld, notes_world

ENVIRONMENT = {
    f"SYNCBOT_NOTION_{one}": one for one in ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")
} | {"SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities"}
SHIPPED = load(example_mappings(), ENVIRONMENT)


@pytest.fixture
def notes(tmp_path: Path) -> NotesWorld:
    """Nothing is noted yet; two people are known."""
    made = notes_world(tmp_path)
    for place in KEPT:
        made.world.add_person(place, "Anna")
        made.world.add_person(place, "Zoë")
    made.sync()
    return made


def test_a_long_line_fits_into_every_place(notes: NotesWorld) -> None:
    """The least that a place takes in a title is 255 characters as SharePoint counts them."""
    notes.file("2026-03-05", f"[ ] Anna: Tell {'😀' * 200} the news")
    notes.sync()
    [[name], [same]] = notes.said("name")
    assert isinstance(name, str)
    assert name == same and name.startswith("Tell 😀") and name.endswith("😀…")
    assert len(name.encode("utf-16-le")) // 2 <= 255


def test_a_line_of_a_whole_book_fails_no_sync(notes: NotesWorld) -> None:
    """Neither the one that brings it nor those after the line was taken away; no place gets more than it takes."""
    file = notes.file("2026-03-05", f"[ ] Anna, {'Zoë' * 200}: {'tell them all ' * 6000}")
    assert notes.sync().status is RunStatus.DONE
    for column in ("name", "written"):
        assert [len(str(one)) <= 255 for [one] in notes.said(column)] == [True, True]
    store = notes.world.parts.store
    shipped = NotesEndpoint(
        name="notes", spec=SHIPPED.kinds["action"], mappings=SHIPPED, store=store, shelf=store
    )
    [row] = shipped.changes(None, shipped.describe()).rows
    assert (
        max(len(one) for one in row.cells.values() if isinstance(one, str))
        == len(str(row.cells["why"]))
        == 2000
    )
    notes.files.edit(file, b"hello", by="Anna")
    assert notes.sync().status is RunStatus.DONE
    assert not notes.sync().anything


def test_a_line_that_stands_twice_in_a_note_is_one_action(notes: NotesWorld) -> None:
    """Said twice is said once, ticked once is done; a third time in the same words is no news."""
    file = notes.file("2026-03-05", "[ ] Anna: Call the mayor\nhello\n[ ] Anna: call the mayor.")
    assert notes.sync().status is RunStatus.DONE
    assert notes.said("name") == [["Call the mayor"]] * 2
    text = "[ ] Anna: Call the mayor\n[x] Anna: call the mayor.\n[ ] Anna: Call the mayor"
    notes.files.edit(file, text.encode(), by="Anna")
    notes.sync()
    assert notes.said("name") == [["Call the mayor"]] * 2
    assert notes.said("done") == [[True]] * 2


def test_equal_words_for_another_day_or_other_people_are_two_actions(notes: NotesWorld) -> None:
    """Neither blocks the other, also where the second is written a day later."""
    line = "[ ] Anna: Call the mayor (by 2026-03-06)\n[ ] Zoë: Call the mayor (by 2026-03-06)"
    file = notes.file("2026-03-05", line)
    notes.sync()
    notes.files.edit(file, f"{line}\n[ ] Anna: Call the mayor (by 2026-03-20)".encode(), by="Anna")
    report = notes.sync()
    assert not [one for kind in report.kinds for one in kind.plan.findings]
    assert notes.said("due") == [[date(2026, 3, 20), date(2026, 3, 6), date(2026, 3, 6)]] * 2


def test_a_note_without_a_day_is_told_once_it_is_read(notes: NotesWorld) -> None:
    """Its name may say one that no calendar has; it keeps its words, a day that is one is none of them."""
    names = ("weekly notes.txt", "2026-13-45 Weekly.txt", "28.11.2026 Special.txt", "2026-03-05 - Daily.txt")
    for name in names:
        notes.files.put(name, b"[ ] Anna: Send it to all", by="Anna")
    assert notes.sync().notes[0].undated == ["weekly notes", "2026-13-45 Weekly"]
    assert notes.said("name", "meeting") == [["2026-13-45 Weekly", "Daily", "Special", "weekly notes"]] * 2
    assert not notes.sync().notes[0].undated


def test_meetings_called_alike_are_told_apart_by_their_day(notes: NotesWorld) -> None:
    """In what people read of a run; a meeting that nothing else is called like keeps its name alone."""
    notes.file("2026-03-05", "[ ] Anna: Send it")
    notes.file("2026-03-12", "[ ] Ben: Book it")
    notes.files.put("2026-03-13 Special.txt", b"[ ] Ben: Call Lyon", by="Anna")
    told = notes.sync().titles.values()
    assert {one for one in told if "Weekly" in one} == {"Weekly (2026-03-05)", "Weekly (2026-03-12)"}
    assert "Special" in told
