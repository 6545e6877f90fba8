"""What people read of what was found in notes."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import typer
from rich.console import Console

from syncbot.cli import actions_text
from syncbot.cli.notes_text import UNDATED, history_lines, note_lines
from syncbot.cli.options import day_of
from syncbot.cli.plain import as_json
from syncbot.cli.rendering import Printer
from syncbot.errors import Unavailable, Unreadable
from syncbot.notes.mention import Standing
from syncbot.service.note_report import SourceReport, Unread
from syncbot.service.reviewing import Candidate, Elsewhere, Finding, NoteStory
from syncbot.store.notes import NoteMove

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def finding(**more: Any) -> Finding:
    """One that waits."""
    known: dict[str, Any] = {
        "id": "k7f3",
        "thread": "k7f3mmmmmm",
        "strand": "actions",
        "standing": "waiting",
        "text": "Send the [bold]budget",
        "owners": ("Anna", "Zoë"),
        "due": None,
        "due_text": "next week",
        "words": "Anna, Zoë: maybe  send the [bold]budget next week",
        "note": "Weekly meeting",
        "day": date(2026, 11, 19),
        "group": "B",
        "url": "https://x.example/1#l",
        "why": "a name and a verb",
    }
    return Finding(**{**known, **more})


def printed(*found: Finding, standing: Standing = Standing.WAITING) -> str:
    """The list as it is read."""
    text = io.StringIO()
    actions_text.findings(Printer(Console(file=text, width=200)), found, standing)
    return text.getvalue()


def test_a_finding_shows_all_that_is_needed_to_decide() -> None:
    """What, who, when, the line as it stands and where, why, and what to type."""
    said = printed(finding())
    assert said.startswith(
        "k7f3  Send the [bold]budget\n  by Anna, Zoë; until next week\n"
        '  It stands in "Weekly meeting" (2026-11-19, group B): Anna, Zoë: maybe send the [bold]budget next week\n'
        "  https://x.example/1#l\n  Why it was found: a name and a verb\n"
    )
    assert "syncbot actions accept ID" in said
    assert "syncbot actions reject ID" in said


def test_what_it_may_be_the_same_as_is_named() -> None:
    """With the command that says so."""
    said = printed(finding(candidates=(Candidate(id="m2xq", name="Send the budget"),)))
    assert "  It may be the same as m2xq: Send the budget\n" in said
    assert "syncbot actions accept k7f3 --as m2xq" in said


def test_a_line_of_a_whole_book_is_cut() -> None:
    """Wherever it is shown; the note has it whole."""
    book = "tell them all " * 6000
    assert max(map(len, printed(finding(text=book, words=book)).splitlines())) < 300
    move = NoteMove(line="l", what="reworded", before=book, after=book, at=NOW, by="2026-11-19 Weekly")
    assert max(map(len, history_lines([move]))) < 600


def test_other_notes_that_say_it_are_named() -> None:
    """So that the counts of the notes add up for who reads both lists."""
    also = Elsewhere(note="2026-11-12 Weekly", day=date(2026, 11, 12), group="B", url=None)
    assert '  It stands also in "2026-11-12 Weekly" (group B)\n' in printed(finding(also=(also,)))


def test_an_empty_list_says_so() -> None:
    """In a sentence."""
    assert printed() == "Nothing found in notes waits for you.\n"
    assert printed(standing=Standing.REJECTED) == "Nothing found in notes was rejected.\n"


def test_notes_that_cannot_be_read_come_first() -> None:
    """With why; the others with what was found and when they were read. What two notes say waits once."""
    known: dict[str, Any] = {"source": "minutes", "group": "B", "url": None, "oddities": (), "gone": False}
    told = [
        NoteStory(
            title="2026-11-19 Weekly",
            day=date(2026, 11, 19),
            read_at=NOW,
            found={"actions": 3, "decisions": 1},
            waiting=2,
            failed=None,
            **known,
        ),
        NoteStory(
            title="Old", day=None, read_at=None, found={}, waiting=0, failed="it is encrypted", **known
        ),
    ]
    text = io.StringIO()
    actions_text.notes(Printer(Console(file=text, width=200)), told, 1)
    assert text.getvalue() == (
        'Could not be read\n  "Old" (group B): it is encrypted\nRead\n'
        '  "2026-11-19 Weekly" (group B): 3 actions, 1 decision, 2 to look at; read 2026-11-20 08:30 UTC\n'
        "  → 1 finding to look at: syncbot actions review\n"
    )


def test_a_run_says_what_was_read_and_what_could_not_be() -> None:
    """Each with its cure; a plan says that it keeps nothing; where nothing was read nothing is said."""
    bad = Unread(
        source="minutes",
        title="Old",
        why="it is encrypted",
        error=Unreadable(file="Old.docx", why="it is encrypted"),
    )
    report = SourceReport(
        source="meeting_pages",
        read=["a", "b"],
        opened={"actions": ["x"], "decisions": []},
        waiting=1,
        moves={"ticked": 2},
        unread=(bad,),
        error=Unavailable("it is down", endpoint="notion"),
    )
    said = [text for text, _ in note_lines([report], done=False)]
    assert said[:4] == [
        "Notes",
        "  Read for this plan and not remembered: the next sync reads them again.",
        "  2 notes read in meeting pages: 1 action new",
        "    Lines that changed: 2 ticked",
    ]
    assert "    Could not be read: Old: it is encrypted" in said
    assert sum(line.startswith("      → ") for line in said) == 2
    assert list(note_lines([SourceReport(source="minutes")], done=True)) == []
    assert "Old.docx" in as_json(report)


def test_notes_without_a_day_are_named_with_what_to_do() -> None:
    """By the run that reads them, and in the list as long as it is so."""
    report = SourceReport(source="minutes", read=["weekly notes"], undated=["weekly notes"])
    said = [text for text, _ in note_lines([report], done=True)]
    assert said[2:] == ["    Without a day: weekly notes", f"      → {UNDATED}"]
    note = NoteStory(
        source="minutes",
        title="weekly notes",
        day=None,
        group=None,
        read_at=NOW,
        found={},
        waiting=0,
        url=None,
        failed=None,
        oddities=(),
        gone=False,
    )
    text = io.StringIO()
    dated = [replace(note, day=date(2026, 11, 19)) for _ in range(20)]
    actions_text.notes(Printer(Console(file=text, width=300)), [*dated, note], 0)
    assert f"without a day. {UNDATED}" in text.getvalue().splitlines()[2]


def test_a_day_that_is_none_is_answered_with_one_that_is() -> None:
    """Nobody has to know how a format is written."""
    assert day_of("2026-12-01") == date(2026, 12, 1)
    with pytest.raises(typer.BadParameter, match="expected a day such as 2026-12-01, found 'next friday'"):
        day_of("next friday")
