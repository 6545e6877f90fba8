"""From notes to records: read what changed, follow, and let the engine bring it to both places."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.cli.notes_text import history_lines
from syncbot.endpoints.base import ColumnType
from syncbot.errors import Locked, Unavailable
from syncbot.model.values import Value
from syncbot.service.answering import story
from syncbot.service.auditing import audit
from syncbot.service.syncing import plan
from syncbot.store.base import RunStatus
from syncbot.store.memory import MemoryStore
from syncbot.store.notes import NotesChange
from tests.fakes.notes_world import KEPT, NotesWorld, notes_world


@pytest.fixture
def notes(tmp_path: Path) -> NotesWorld:
    """Nothing is noted yet; two people and two cities are known."""
    made = notes_world(tmp_path)
    for place in KEPT:
        made.world.add_person(place, "Anna")
        made.world.add_city(place, "Ghent")
    made.sync()
    return made


def test_notes_of_both_sorts_come_to_be_records_in_both_places(notes: NotesWorld) -> None:
    """With who, when, what about and which meeting; the idle run after it opens nothing and says nothing."""
    notes.file(
        "2026-03-05", "[ ] Anna, Zoë: Send the budget to Ghent (by 2026-03-20)\n! We meet in May\nhello"
    )
    page = notes.page("2026-03-04", "[x] Ben: Book the room")
    report = notes.sync()
    assert [one.read for one in report.notes] == [["2026-03-05 Weekly"], ["Weekly"]]
    assert notes.said("name") == [["Book the room", "Send the budget to Ghent"]] * 2
    assert notes.said("due") == [[None, date(2026, 3, 20)]] * 2
    assert notes.said("done") == [[False, True]] * 2
    assert notes.said("written") == [["Ben", "Zoë"]] * 2
    assert notes.said("name", "decision") == [["We meet in May"]] * 2
    assert notes.said("name", "meeting") == [["Weekly", "Weekly"]] * 2
    row = next(one for one in notes.places["action"]["notion"].rows.values() if one.cells["city"])
    assert row.cells["owners"] == frozenset(notes.world.people["notion"].rows)
    assert row.cells["city"] == frozenset(notes.world.cities["notion"].rows)
    meetings = notes.places["meeting"]["notion"].rows
    assert [meetings[ref].cells["day"] for ref in row.cells["meeting"] or ()] == [date(2026, 3, 5)]  # type: ignore[union-attr]
    notes.sync()
    opened, calls = len(notes.opened), len(notes.files.calls)
    idle = notes.sync()
    assert not idle.anything
    assert (len(notes.opened), notes.files.calls[calls:]) == (opened, ["changed"])
    assert opened == notes.opened.count(page)


def test_only_what_changed_is_opened(notes: NotesWorld) -> None:
    """One page of two is edited: one is opened."""
    first = notes.page("2026-03-04", "[ ] Anna: Book the room")
    notes.page("2026-03-11", "[ ] Anna: Book the train")
    notes.sync()
    notes.sync()
    del notes.opened[:]
    notes.rewrite(first, "[x] Anna: Book the room")
    notes.sync()
    notes.sync()
    assert notes.opened == [first]


def test_a_tick_anywhere_closes_it_everywhere(notes: NotesWorld) -> None:
    """In the file, on the page, or in one of the databases."""
    file = notes.file("2026-03-05", "[ ] Anna: Send the budget")
    page = notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.file("2026-03-06", "[ ] Ben: Call Lyon")
    notes.sync()
    assert notes.said("done") == [[False] * 3] * 2
    notes.files.edit(file, b"[x] Anna: Send the budget", by="Anna")
    notes.rewrite(page, "[x] Ben: Book the room")
    notes.edit("sharepoint", "Call Lyon", done=True)
    notes.sync()
    assert notes.said("done") == [[True] * 3] * 2


def test_next_weeks_repetition_does_not_undo_an_edit(notes: NotesWorld) -> None:
    """A person moved the date in the database; the next notes repeat the line with the old one: one record, their date."""
    notes.file("2026-03-05", "[ ] Anna: Send the budget to Ghent (by 2026-03-20)")
    notes.sync()
    notes.edit("notion", "Send the budget to Ghent", due=date(2026, 4, 1))
    notes.sync()
    notes.file("2026-03-12", "[ ] Anna: send budget to Ghent (by 2026-03-20)")
    notes.sync()
    assert notes.said("due") == [[date(2026, 4, 1)]] * 2
    assert notes.said("name") == [["Send the budget to Ghent"]] * 2
    notes.file("2026-03-19", "[ ] Anna: Send the budget to Ghent (by 2026-05-01)")
    notes.sync()
    assert notes.said("due") == [[date(2026, 5, 1)]] * 2


def test_what_is_not_sure_waits_and_makes_no_record(notes: NotesWorld) -> None:
    """It is counted, and nothing is written."""
    notes.file("2026-03-05", "[?] Anna: Think about money")
    report = notes.sync()
    assert [one.waiting for one in report.notes] == [1, 0]
    assert notes.said("name") == [[], []]


def test_a_damaged_file_holds_nothing_up_and_is_read_when_it_is_mended(notes: NotesWorld) -> None:
    """It is told once, with what is wrong; it is not downloaded again until it changes."""
    bad = notes.file("2026-03-05", "%PDF")
    notes.file("2026-03-12", "[ ] Anna: Send it")
    report = notes.sync()
    assert [(one.title, one.why) for one in report.notes[0].unread] == [
        ("2026-03-05 Weekly", "it is damaged")
    ]
    assert report.status is RunStatus.PARTLY
    assert notes.said("name") == [["Send it"]] * 2
    downloads = notes.files.calls.count("download")
    assert notes.sync().status is RunStatus.DONE
    assert notes.files.calls.count("download") == downloads
    notes.files.edit(bad, b"[ ] Anna: Mend it", by="Anna")
    notes.sync()
    assert notes.said("name") == [["Mend it", "Send it"]] * 2


def test_a_file_that_could_not_be_had_is_asked_for_again(notes: NotesWorld) -> None:
    """Although its folder does not list it a second time."""
    notes.file("2026-03-05", "[ ] Anna: Send it")
    notes.files.failing = lambda call: (
        Locked("open elsewhere", endpoint="minutes") if call == "download" else None
    )
    assert notes.sync().status is RunStatus.PARTLY
    notes.files.failing = lambda _: None
    notes.sync()
    assert notes.said("name") == [["Send it"]] * 2


def test_a_place_that_does_not_answer_holds_no_other_up(notes: NotesWorld) -> None:
    """Its cursor stays, the pages are read, and the next run goes on."""
    notes.file("2026-03-05", "[ ] Anna: Send it")
    notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.files.failing = lambda _: Unavailable("it is down", endpoint="minutes")
    report = notes.sync()
    assert report.notes[0].error is not None
    assert notes.said("name") == [["Book the room"]] * 2
    notes.files.failing = lambda _: None
    notes.sync()
    assert notes.said("name") == [["Book the room", "Send it"]] * 2


def test_a_page_edited_within_the_minute_is_read_once_more(notes: NotesWorld) -> None:
    """Its time cannot show a second edit, so it is opened again without being listed."""
    place = notes.places["meeting"]["notion"]
    place.capabilities = replace(place.capabilities, time_grain=date(2026, 1, 2) - date(2026, 1, 1))
    page = notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.sync()
    notes.rewrite(page, "[ ] Ben: Book a room")
    notes.sync()
    notes.bodies[page] = "[x] Ben: Book a room"
    notes.sync()
    assert notes.said("done") == [[True]] * 2


def test_our_own_mark_on_a_page_is_no_reason_to_read_it_again(notes: NotesWorld) -> None:
    """However fresh it is: we never edit what was written there."""
    place = notes.places["meeting"]["notion"]
    place.capabilities = replace(place.capabilities, time_grain=date(2026, 1, 2) - date(2026, 1, 1))
    notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.sync()
    assert [row.key is not None for row in place.rows.values()] == [True]
    opened = len(notes.opened)
    notes.sync()
    assert len(notes.opened) == opened


def test_a_removed_line_or_file_removes_no_record(notes: NotesWorld) -> None:
    """What happened is remembered with the line."""
    file = notes.file("2026-03-05", "[ ] Anna: Send it\n[ ] Anna: Book it")
    notes.sync()
    notes.files.edit(file, b"[ ] Anna: Send it", by="Anna")
    notes.sync()
    notes.files.trash(file, by="Anna")
    report = notes.sync()
    assert report.notes[0].gone == ["2026-03-05 Weekly"]
    assert notes.said("name") == [["Book it", "Send it"]] * 2
    store = notes.world.parts.store
    moves = store.note_moves([one.id for one in store.note_lines("B")])
    assert [one.what for one in moves] == ["new", "new", "gone", "gone"]


def test_people_that_come_later_are_found_without_reading_again(notes: NotesWorld) -> None:
    """Their name stood as written until then."""
    notes.file("2026-03-05", "[ ] Zoë: Send it")
    notes.sync()
    assert notes.said("written") == [["Zoë"]] * 2
    for place in KEPT:
        notes.world.add_person(place, "Zoë")
    downloads = notes.files.calls.count("download")
    notes.sync()
    assert notes.said("written") == [[None]] * 2
    assert notes.files.calls.count("download") == downloads


def test_a_plan_reads_and_keeps_nothing(notes: NotesWorld) -> None:
    """It shows the records to come, and the sync after it reads the notes itself."""
    notes.file("2026-03-05", "[ ] Anna: Send it")
    notes.page("2026-03-04", "[ ] Ben: Book the room")
    report = plan(notes.world.parts)
    planned = {one.kind: len(one.plan.actions) for one in report.kinds}
    assert planned["action"] == 4
    assert notes.world.parts.store.notes() == []
    assert notes.said("name") == [[], []]
    notes.sync()
    assert notes.said("name") == [["Book the room", "Send it"]] * 2


class _Killed(BaseException):
    """The process is gone."""


class _Mortal(MemoryStore):
    """A store whose process is killed before or after a keeping."""

    when: str = ""
    left: int = 0

    def keep_notes(self, change: NotesChange) -> None:
        """Keep, and be killed around it when it is time."""
        self.left -= 1
        if self.when == "before" and self.left == 0:
            raise _Killed
        super().keep_notes(change)
        if self.when == "after" and self.left == 0:
            raise _Killed


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_run_that_is_killed_is_made_good_by_the_next(tmp_path: Path, when: str, step: int) -> None:
    """Around any keeping: the run after it comes to the same threads and the same records."""

    def story(made: NotesWorld, run: Callable[[], object]) -> tuple[object, ...]:
        made.file("2026-03-05", "[ ] Anna: Send the budget to Ghent")
        made.file("2026-03-12", "[x] Anna: Send budget to Ghent\n[ ] Ben: Book the room")
        made.page("2026-03-04", "[ ] Ben: Call Lyon\n[?] Ben: Think")
        run()
        made.sync()
        store = made.world.parts.store
        threads = [(one.id, one.standing) for one in store.note_threads()]
        return threads, made.said("name"), made.said("done")

    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole = notes_world(tmp_path / "whole")
    store = _Mortal()
    killed = notes_world(tmp_path / "killed", store=store)
    store.when, store.left = when, step

    def cut_off() -> None:
        with pytest.raises(_Killed):
            killed.sync()
        store.when = ""

    assert story(killed, cut_off) == story(whole, whole.sync)


def test_a_note_that_goes_while_it_is_read_is_gone(notes: NotesWorld) -> None:
    """Its lines are kept, and nobody asks for it again until it is listed anew."""
    ref = notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.sync()
    body = notes.bodies.pop(ref)
    place = notes.places["meeting"]["notion"]
    place.edit(ref, {"name": "Weekly"}, by="Ben", at=notes.world.now[0])
    report = notes.sync()
    assert (report.status, report.notes[1].gone) == (RunStatus.DONE, ["Weekly"])
    opened = len(notes.opened)
    notes.sync()
    assert len(notes.opened) == opened
    assert notes.said("name") == [["Book the room"]] * 2
    notes.bodies[ref] = body
    notes.rewrite(ref, body.replace("[ ]", "[x]"))
    notes.sync()
    assert notes.said("done") == [[True]] * 2


def test_what_was_read_before_a_place_fell_silent_is_kept(notes: NotesWorld) -> None:
    """The run goes on with what it has; the next one reads the rest, and only that."""
    notes.file("2026-03-05", "[ ] Anna: Send it")
    notes.file("2026-03-12", "[ ] Anna: Book the train")

    def down(call: str) -> Unavailable | None:
        second = call == "download" and notes.files.calls.count("download") > 1
        return Unavailable("it is down", endpoint="minutes") if second else None

    notes.files.failing = down
    report = notes.sync()
    assert (report.status, report.notes[0].read) == (RunStatus.PARTLY, ["2026-03-05 Weekly"])
    assert notes.said("name") == [["Send it"]] * 2
    notes.files.failing = lambda _: None
    assert notes.sync().notes[0].read == ["2026-03-12 Weekly"]
    assert notes.said("name") == [["Book the train", "Send it"]] * 2


def test_pages_whose_group_cannot_be_read_are_left_as_they_were(notes: NotesWorld) -> None:
    """Somebody retyped the column: nothing is taken for gone, and what changed is read when it is mended."""
    ref = notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.sync()
    place = notes.places["meeting"]["notion"]
    whole = place.schema
    broken = replace(whole.columns["csg"], type=ColumnType.OTHER, native="formula")
    place.schema = replace(whole, columns={**whole.columns, "csg": broken})
    notes.rewrite(ref, "[x] Ben: Book the room")
    report = notes.sync()
    assert not report.notes[1].gone
    assert not report.notes[1].read
    place.schema = whole
    notes.sync(full=True)
    assert notes.said("done") == [[True]] * 2


def test_the_history_of_a_record_tells_what_happened_in_notes(notes: NotesWorld) -> None:
    """From which note it is, which ones carried it on, and in which it was ticked."""
    notes.file("2026-03-05", "[ ] Anna: Send the budget to Ghent")
    notes.sync()
    later = notes.file("2026-03-12", "[ ] Anna: Send budget to Ghent")
    notes.sync()
    notes.files.edit(later, b"[x] Anna: Send budget to Ghent", by="Anna")
    notes.sync()
    noted = story(notes.world.parts, "Send the budget to Ghent").noted
    assert [(one.by, one.what) for one in noted] == [
        ("2026-03-05 Weekly", "new"),
        ("2026-03-12 Weekly", "new"),
        ("2026-03-12 Weekly", "ticked"),
    ]
    assert list(history_lines(noted))[1:] == [
        '  2026-03-02 10:30 UTC  "2026-03-05 Weekly": says it: Send the budget to Ghent',
        '  2026-03-02 11:30 UTC  "2026-03-12 Weekly": says it: Send budget to Ghent',
        '  2026-03-02 12:30 UTC  "2026-03-12 Weekly": ticked',
    ]


def test_a_record_that_no_note_tells_lacks_nothing(notes: NotesWorld) -> None:
    """Notes are no copy: the audit does not ask for a row there."""
    notes.page("2026-03-04", "[ ] Ben: Book the room")
    notes.sync()
    by_hand: dict[str, Value] = {"name": "Typed by hand", "done": False}
    notes.places["action"]["notion"].add(by_hand, by="Ben", at=notes.world.now[0])
    notes.sync()
    assert notes.said("name") == [["Book the room", "Typed by hand"]] * 2
    assert [one for one in audit(notes.world.parts).findings if one.endpoint == "notes"] == []
