"""What is not sure waits for a person, whose word is remembered."""

from datetime import date
from pathlib import Path

import pytest

from syncbot.errors import UnknownId
from syncbot.notes.mention import Standing
from syncbot.service.reviewing import ReviewRefusedError, accept, edit, notes, reject, review, told_kinds
from syncbot.service.unclear import unclear
from tests.fakes.notes_world import NotesWorld, notes_world

UNSURE = "[?] Anna: Think about the money (by 2026-04-01)"


@pytest.fixture
def made(tmp_path: Path) -> NotesWorld:
    """One note with a line that is not sure."""
    world = notes_world(tmp_path)
    world.file("2026-03-05", f"[ ] Ben: Book the room\n{UNSURE}")
    world.sync()
    return world


def test_what_waits_is_shown_with_all_that_a_person_needs(made: NotesWorld) -> None:
    """The words, where they stand, who and when as written, and why they were found."""
    [one] = review(made.world.parts)
    assert (one.text, one.owners, one.due) == ("Think about the money", ("Anna",), date(2026, 4, 1))
    assert (one.words, one.note, one.group, one.why) == (UNSURE, "2026-03-05 Weekly", "B", "a box")
    assert one.thread.startswith(one.id)
    assert len(one.id) >= 4
    assert one.url is None or one.url.endswith("#1")


def test_an_accepted_finding_becomes_a_record(made: NotesWorld) -> None:
    """In both places; a later note that repeats it unsurely asks nothing."""
    [one] = review(made.world.parts)
    [said] = accept(made.world.parts, [one.id])
    assert said.standing == "open"
    assert told_kinds(made.world.parts, [said]) == ["action"]
    made.sync("action")
    assert made.said("name") == [["Book the room", "Think about the money"]] * 2
    made.file("2026-03-12", UNSURE)
    made.sync()
    assert review(made.world.parts) == []
    assert made.said("name") == [["Book the room", "Think about the money"]] * 2


def test_a_rejected_line_never_comes_back(made: NotesWorld) -> None:
    """Read again, edited, carried on to later notes of the group, and found there with confidence."""
    [one] = review(made.world.parts)
    reject(made.world.parts, [one.id])
    made.file("2026-03-12", "[ ] Anna: Think about the money (by 2026-05-01)")
    made.file("2026-03-19", "[ ] Anna: think about money")
    made.sync(full=True)
    assert review(made.world.parts) == []
    assert made.said("name") == [["Book the room"]] * 2
    [seen] = review(made.world.parts, Standing.REJECTED)
    assert seen.thread == one.thread


def test_a_rejection_can_be_taken_back(made: NotesWorld) -> None:
    """By accepting it."""
    [one] = review(made.world.parts)
    reject(made.world.parts, [one.id])
    accept(made.world.parts, [one.id])
    made.sync()
    assert made.said("name") == [["Book the room", "Think about the money"]] * 2


def test_other_groups_are_not_bound_by_a_rejection(made: NotesWorld) -> None:
    """The same words may mean something there."""
    [one] = review(made.world.parts)
    reject(made.world.parts, [one.id])
    made.page("2026-03-12", "[ ] Anna: Think about the money")
    made.sync()
    assert made.said("name") == [["Book the room", "Think about the money"]] * 2


def test_better_words_stay(made: NotesWorld) -> None:
    """Text, people and day as the person said, although next week's note repeats the old ones; a new day counts."""
    [one] = review(made.world.parts)
    edit(made.world.parts, one.id, text="Decide on the money", owners=["Zoë"], due=date(2026, 6, 1))
    made.sync()
    assert made.said("name") == [["Book the room", "Decide on the money"]] * 2
    made.file("2026-03-12", "[ ] Anna: Think about the money (by 2026-04-01)")
    made.sync()
    assert made.said("name") == [["Book the room", "Decide on the money"]] * 2
    assert made.said("due") == [[None, date(2026, 6, 1)]] * 2
    assert made.said("written") == [["Ben", "Zoë"]] * 2
    made.file("2026-03-19", "[ ] Anna: Think about the money (by 2026-07-01)")
    made.sync()
    assert made.said("due") == [[None, date(2026, 7, 1)]] * 2


def test_what_may_be_the_same_is_asked_and_joined_when_somebody_says_so(tmp_path: Path) -> None:
    """Two lines alike to one: each names it; the one said to be the same goes on with it, so the other does not."""
    made = notes_world(tmp_path)
    made.file("2026-03-05", "[ ] Send the budget template to the cities")
    made.file(
        "2026-03-12",
        "[ ] Send the budget template to cities of A\n[x] Send the budget template to cities of B",
    )
    made.sync()
    waiting = {one.text: one for one in review(made.world.parts)}
    assert len(waiting) == 2
    [first] = {one.candidates for one in waiting.values()}
    same = waiting["Send the budget template to cities of B"]
    accept(made.world.parts, [same.id], same_as=first[0].id)
    made.sync()
    assert review(made.world.parts) == []
    assert (
        made.said("name")
        == [["Send the budget template to cities of A", "Send the budget template to the cities"]] * 2
    )
    assert made.said("done") == [[False, True]] * 2


def test_a_finding_that_goes_away_is_asked_about_no_more(made: NotesWorld) -> None:
    """Somebody took the line out of the note."""
    ref = made.files.ref("2026-03-05 Weekly.txt")
    assert ref is not None
    made.files.edit(ref, b"[ ] Ben: Book the room", by="Anna")
    made.sync()
    assert review(made.world.parts) == []


def test_what_cannot_be_meant_is_told(made: NotesWorld) -> None:
    """An id that is not there, with the nearest; a record that is one already; an edit without anything."""
    [one] = review(made.world.parts)
    with pytest.raises(UnknownId, match=one.id):
        accept(made.world.parts, [one.id[:-1] + "0"])
    with pytest.raises(ReviewRefusedError, match="--text"):
        edit(made.world.parts, one.id)
    with pytest.raises(ReviewRefusedError, match="empty"):
        edit(made.world.parts, one.id, text=" ")
    with pytest.raises(ReviewRefusedError, match="the same as itself"):
        accept(made.world.parts, [one.id], same_as=one.id)
    accept(made.world.parts, [one.id])
    with pytest.raises(ReviewRefusedError, match="accepted already: the next sync"):
        accept(made.world.parts, [one.id])
    made.sync()
    with pytest.raises(ReviewRefusedError, match="is a record already"):
        edit(made.world.parts, one.id, text="Think less")


def test_a_finding_can_be_edited_until_a_sync_made_it_a_record(made: NotesWorld) -> None:
    """What was said better before stays where the later edit says nothing of it."""
    [one] = review(made.world.parts)
    edit(made.world.parts, one.id, text="Decide on the money", owners=["Zoë"])
    edit(made.world.parts, one.id, due=date(2026, 6, 1))
    made.sync()
    assert made.said("name") == [["Book the room", "Decide on the money"]] * 2
    assert made.said("due") == [[None, date(2026, 6, 1)]] * 2
    assert made.said("written") == [["Ben", "Zoë"]] * 2


def test_a_record_that_is_rejected_hears_no_more_of_the_notes(made: NotesWorld) -> None:
    """A wrong finding that was sure: what people keep of it stays as it is, also when many are rejected at once."""
    [sure] = review(made.world.parts, Standing.OPEN)
    reject(made.world.parts, [sure.id])
    made.file("2026-03-12", "[x] Ben: Book the room (by 2026-05-01)")
    report = made.sync()
    assert not [one for kind in report.kinds for one in (*kind.failures, *kind.plan.refused)]
    assert made.said("name") == [["Book the room"]] * 2
    assert made.said("done") == [[False]] * 2
    assert made.said("due") == [[None]] * 2


def test_notes_are_listed_with_what_was_found(made: NotesWorld) -> None:
    """Also those that cannot be read, and why."""
    made.file("2026-03-12", "%")
    made.sync()
    told = [(one.title, dict(one.found), one.waiting, one.failed) for one in notes(made.world.parts)]
    assert told == [
        ("2026-03-12 Weekly", {}, 0, "it is damaged"),
        ("2026-03-05 Weekly", {"actions": 1}, 1, None),
    ]


def test_what_two_notes_say_is_one_finding_with_both_places(made: NotesWorld) -> None:
    """Each note counts it, the list shows it once and names them all; a line that was taken away is not named."""
    later = made.file("2026-03-12", UNSURE)
    made.sync()
    [one] = review(made.world.parts)
    assert (one.note, [also.note for also in one.also]) == ("2026-03-12 Weekly", ["2026-03-05 Weekly"])
    assert [note.waiting for note in notes(made.world.parts)] == [1, 1]
    made.files.edit(later, b"hello", by="Anna")
    made.sync()
    [one] = review(made.world.parts)
    assert (one.note, one.also) == ("2026-03-05 Weekly", ())


def test_the_summary_of_a_meeting_has_what_waits_with_the_address_of_its_line(made: NotesWorld) -> None:
    """Only of the notes of that day and group; a note that cannot be read is named too."""
    made.file("2026-03-12", UNSURE.replace("the money", "other things"))
    made.file("2026-03-19", "%")
    made.sync()
    [one] = unclear(made.world.parts, "B", date(2026, 3, 5))
    assert (one.words, one.why) == (UNSURE, "a box")
    [stored] = [note for note in made.world.parts.store.notes() if note.day == date(2026, 3, 5)]
    assert one.url is None or one.url.startswith(str(stored.url))
    assert unclear(made.world.parts, "C", date(2026, 3, 5)) == []
    [damaged] = unclear(made.world.parts, "B", date(2026, 3, 19))
    assert (damaged.words, bool(damaged.why)) == ("2026-03-19 Weekly", True)
