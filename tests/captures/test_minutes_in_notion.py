"""Real minutes, typed into pages of the sandboxed Notion, give the actions and decisions that their files give."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.documents.door import read_document
from syncbot.endpoints.notion.bodies import PageNotes
from syncbot.mapping.notes import habits
from syncbot.notes.find import find
from syncbot.notes.form import Note
from syncbot.notes.habits import Habits
from tests.bench_notes.corpus import available, minutes
from tests.fakes.notion_in_process import InProcess
from tests.fakes.notion_typing import as_typed
from tests.unit.sandbox.notion_desk import new_desk

pytestmark = pytest.mark.skipif(not available(), reason="the minutes are not here")
MAPPINGS = Path(__file__).parents[2] / "mappings"


def through_notion(note: Note, *, cut: bool) -> Note:
    """Type a note into a page and read it; `cut` = as if Markdown did not tell all."""
    desk = new_desk()
    wire = InProcess(desk)
    page = desk.add("Minutes")
    desk.service.type_body(page, as_typed(note), by=desk.anna, at=desk.now)
    if cut:
        wire.answers[f"/pages/{page}/markdown"] = {"truncated": True}
    connection = wire.connection()
    read = PageNotes(connection=connection).read(page, title=note.title, day=note.day)
    connection.close()
    return replace(note, blocks=read.blocks)


@pytest.mark.parametrize("cut", [False, True], ids=["markdown", "blocks"])
def test_pages_give_what_files_give(cut: bool) -> None:
    """The lines are the same; of the findings at most one in a hundred differs (links within a file are no links there)."""
    known = habits(MAPPINGS)
    same = other = 0
    for one in minutes(word=False):
        note = read_document(one.path.read_bytes(), name=one.path.name, ref="x", url=None)
        page = through_notion(note, cut=cut)
        assert [words(block.text) for block in page.blocks] == [words(block.text) for block in note.blocks]
        found = [told(each, known) for each in (note, page)]
        same += len([finding for finding in found[1] if finding in found[0]])
        other += len([finding for finding in found[1] if finding not in found[0]])
    assert same > 300 and other <= same / 100


def words(text: str) -> str:
    """Return a text without its spaces."""
    return "".join(text.split())


def told(note: Note, known: Habits) -> list[object]:
    """Return what is found in a note, without where."""
    found = find(note, known)
    actions = [(one.text, tuple(one.owners), one.due, one.done, one.confidence) for one in found.actions]
    return [*actions, *((one.text, one.confidence) for one in found.decisions)]
