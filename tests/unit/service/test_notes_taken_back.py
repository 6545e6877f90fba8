"""Notes that go away, floods of them, and runs that brought notes to the databases and are taken back."""

import hashlib
from pathlib import Path

import pytest

from syncbot.reconcile.plan import LeftAlone
from syncbot.service import answering
from syncbot.service.report import KindReport, Report
from syncbot.service.syncing import plan, sync
from syncbot.service.undoing import undo
from syncbot.store.base import RunStatus
from tests.fakes.notes_world import KEPT, NotesWorld, notes_world


@pytest.fixture
def notes(tmp_path: Path) -> NotesWorld:
    """Nothing is noted yet; a person is known."""
    made = notes_world(tmp_path)
    for place in KEPT:
        made.world.add_person(place, "Anna")
    made.sync()
    return made


def _is_at_rest(notes: NotesWorld) -> bool:
    """Whether no record is written or spoken of, though everything is read and compared."""
    return not any(_told(notes.sync(full=full)) for full in (False, True, False))


def _told(report: Report) -> list[KindReport]:
    return [kind for kind in report.kinds if kind.failures or not kind.plan.empty]


def test_the_meeting_of_notes_that_are_gone_stays_known(notes: NotesWorld) -> None:
    """The file went away: its actions still belong to the meeting, and no run has anything to say about that."""
    file = notes.file("2026-03-05", "[ ] Anna: Send the budget\n[ ] Anna: Book the room")
    notes.page("2026-03-04", "[ ] Anna: Call Lyon")
    notes.sync()
    meetings = notes.said("meeting")
    assert None not in meetings[0]
    notes.files.trash(file, by="Anna")
    assert [kind.kind for kind in _told(notes.sync())] == ["meeting"]
    assert _is_at_rest(notes)
    assert _told(plan(notes.world.parts, full=True)) == []
    assert notes.said("meeting") == meetings


def test_a_tick_in_a_note_that_was_taken_back_waits(notes: NotesWorld) -> None:
    """In both databases it is open again, and it is a question until somebody answers."""
    file = notes.file("2026-03-05", "[ ] Anna: Send the budget\n[ ] Anna: Book the room")
    notes.sync()
    notes.files.edit(file, b"[x] Anna: Send the budget\n[x] Anna: Book the room", by="Anna")
    run = notes.sync().run
    assert run is not None
    assert notes.said("done") == [[True] * 2] * 2
    undo(notes.world.parts, run)
    assert notes.said("done") == [[False] * 2] * 2
    assert _is_at_rest(notes)
    first, second = answering.conflicts(notes.world.parts)
    answering.resolve(notes.world.parts, first.id, "notes")
    answering.resolve(notes.world.parts, second.id, "sharepoint")
    notes.sync()
    assert notes.said("done") == [[False, True]] * 2
    assert _is_at_rest(notes)
    assert answering.conflicts(notes.world.parts) == []


def test_what_notes_brought_goes_and_comes_back(notes: NotesWorld) -> None:
    """Undoing the run and undoing that: meetings come back before the actions that point at them."""
    notes.file("2026-03-05", "[ ] Anna: Send the budget\n[ ] Anna: Book the room")
    run = notes.sync().run
    before = [notes.said(column) for column in ("name", "meeting", "owners", "source")]
    assert run is not None
    second = undo(notes.world.parts, run)
    assert second.run is not None
    assert notes.said("name") == [[], []]
    assert _is_at_rest(notes)
    third = undo(notes.world.parts, second.run)
    assert (third.status, [kind.failures for kind in third.kinds]) == (RunStatus.DONE, [(), ()])
    left = [one for kind in third.kinds for one in kind.plan.findings if isinstance(one, LeftAlone)]
    assert left == []
    assert [notes.said(column) for column in ("name", "meeting", "owners", "source")] == before
    assert _is_at_rest(notes)
    assert [notes.said(column) for column in ("name", "meeting", "owners", "source")] == before


def _lines(first: int, last: int) -> str:
    return "\n".join(f"[ ] Anna: Call number {_word(one)}" for one in range(first, last))


def _word(number: int) -> str:
    """A word like no other, so that each line is an action of its own."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:20]


def test_a_flood_of_lines_waits_for_a_word(notes: NotesWorld) -> None:
    """A file of many lines makes no rows, nor once it was put right; a person can let it pass."""
    notes.file("2026-03-05", _lines(0, 8))
    notes.sync()
    assert len(notes.said("name")[0]) == 8
    flood = notes.file("2026-03-06", _lines(8, 200))
    [refused] = [one for kind in notes.sync().kinds for one in kind.plan.refused]
    assert (refused.kind, refused.endpoint) == ("action", "notes")
    assert "at most 50" in refused.reason
    assert [len(names) for names in notes.said("name")] == [8, 8]
    [told] = [one for one in plan(notes.world.parts).kinds if one.plan.refused]
    assert told.kind == "action"
    notes.files.edit(flood, _lines(8, 10).encode(), by="Anna")
    assert notes.sync().status is RunStatus.DONE
    assert [len(names) for names in notes.said("name")] == [10, 10]
    assert _is_at_rest(notes)
    notes.files.edit(flood, _lines(8, 200).encode(), by="Anna")
    assert notes.sync().status is RunStatus.PARTLY
    notes.world.later(hours=1)
    assert sync(notes.world.parts, allow_mass_change=True).status is RunStatus.DONE
    assert [len(names) for names in notes.said("name")] == [200, 200]
    assert _is_at_rest(notes)


def test_the_first_notes_may_bring_any_number(notes: NotesWorld) -> None:
    """Although both databases have actions of their own already."""
    for number in range(20):
        notes.places["action"]["notion"].add({"name": f"Own {number}"}, by="Anna", at=notes.world.now[0])
    notes.sync()
    notes.file("2026-03-05", _lines(0, 120))
    assert notes.sync().status is RunStatus.DONE
    assert [len(names) for names in notes.said("name")] == [140, 140]
