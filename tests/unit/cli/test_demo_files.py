"""What the demo leaves behind, and how its onlooker reads what people see."""

import io
import zipfile
from pathlib import Path

import pytest

from syncbot.cli.arrivals import Said, parts, sentences, spoken, under
from syncbot.cli.demo_files import NotKeptError, brought, made_ready
from syncbot.publish.form import Line, Publication, Run, Section
from syncbot.publish.forms import DOCUMENT
from syncbot.publish.html import html
from syncbot.publish.word import word
from syncbot.settings import example_mappings


def test_only_what_an_earlier_demo_left_is_taken_away(tmp_path: Path) -> None:
    """Papers of another week go; whatever else lies in the folder stays."""
    for name in ("agenda-D-2025-01-07.docx", "arrived.html", "thesis.docx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    made_ready(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_folder_that_cannot_be_written_is_named_before_anything_begins(tmp_path: Path) -> None:
    """A file stands where the folder should be: the message says where, why and what to do."""
    (tmp_path / "full").write_text("", encoding="utf-8")
    with pytest.raises(NotKeptError, match=r"full/demo-output.*Not a directory.*--output"):
        made_ready(tmp_path / "full" / "demo-output")


def test_files_are_brought_or_lie_there_already(tmp_path: Path) -> None:
    """From the stage's folder they are copied; when that is the place to keep them they stay."""
    stage, kept = tmp_path / "stage", tmp_path / "kept"
    for folder in (stage, kept):
        made_ready(folder)
    (stage / "deck-D-2026-12-01.pptx").write_bytes(b"slides")
    (stage / "syncbot.sqlite").write_bytes(b"state")
    assert [one.read_bytes() for one in brought(stage, kept)] == [b"slides"]
    assert brought(stage, stage) == [stage / "deck-D-2026-12-01.pptx"]
    assert brought(tmp_path / "never made", kept) == [kept / "deck-D-2026-12-01.pptx"]


def test_the_onlooker_reads_a_page_line_by_line() -> None:
    """Headings, lines and links come out as they went in, also with signs that HTML escapes."""
    line = Line(runs=[Run(text="A & <b>", url="https://x.example/?a=1&b=2"), Run(text=": Zofia")])
    made = Publication(
        what="agenda",
        group="D",
        period="2026-12-01",
        language="en",
        title="T",
        sections=[
            Section(name="one", title="Urgent", lines=[line], more=Line(runs=[Run(text="… and 3 more")])),
            Section(name="two", title="Free", free=True),
        ],
    )
    said = spoken(html(made))
    assert [one.kind for one in said] == ["heading_2", "bulleted_list_item", "paragraph", "heading_2"]
    wanted = Said(kind="bulleted_list_item", text="A & <b>: Zofia", urls=("https://x.example/?a=1&b=2",))
    assert under(said, "Urgent") == [wanted]
    assert under(said, "Free") == under(said, "nowhere") == []


def test_parts_that_a_library_added_do_not_count() -> None:
    """The same document is found the same although SharePoint put a part into it; another text is not."""
    ours, kept, other = _package(a="1"), _package(a="1", added="x"), _package(a="2", added="x")
    assert parts(kept, ours) == parts(ours)
    assert parts(other, ours) != parts(ours)


def test_a_link_changes_the_file_and_not_what_it_says() -> None:
    """In an agenda that was sent "… and 3 more" leads somewhere: it says the same as the one looked at before."""
    plain, linked = (_document(url) for url in (None, "https://app.notion.com/p/agenda"))
    assert parts(plain) != parts(linked)
    assert sentences(plain) == sentences(linked)
    assert sentences(plain)[:3] == ["T", "Urgent & <open>", "Zofia: call Riga"]
    assert "… and 3 more" in sentences(plain)


def _document(url: str | None) -> bytes:
    lines = [Line(runs=[Run(text="Zofia: ", strong=True), Run(text="call Riga")])]
    more = Line(runs=[Run(text="… and 3 more", url=url)])
    section = Section(name="one", title="Urgent & <open>", lines=lines, more=more)
    made = Publication(
        what="agenda", group="D", period="2026-12-01", language="en", title="T", sections=[section]
    )
    return word(made, (example_mappings() / "templates" / DOCUMENT).read_bytes())


def _package(**inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, text in inside.items():
            package.writestr(name, text)
    return made.getvalue()
