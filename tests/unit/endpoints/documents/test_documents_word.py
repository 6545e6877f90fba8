"""Word files as notes."""

import hashlib
from datetime import date
from pathlib import Path

from docx.document import Document
from docx.shared import Pt

from syncbot.endpoints.documents import read_document
from syncbot.notes.form import Block, BlockKind, MarkKind, Note
from tests.unit.endpoints.documents.word_maker import NAMES, REL, add_xml, bare_docx, docx_file, paragraph

H, P, LI, R, Q, C, S = (
    BlockKind(one) for one in ("heading", "paragraph", "item", "row", "quote", "code", "comment")
)


def read(data: bytes, name: str = "2026-11-19 Weekly meeting.docx") -> Note:
    """Read a Word file of that name."""
    return read_document(data, name=name, ref="f1", url=None)


def shown(note: Note) -> list[tuple[int | None, BlockKind, int, str]]:
    """Return position, kind, level and text of each block."""
    return [(block.line, block.kind, block.level, block.text) for block in note.blocks]


def marked(block: Block, kind: MarkKind) -> list[tuple[str, str]]:
    """Return the marked parts of a block with the marks' values."""
    return [(block.text[one.start : one.end], one.value) for one in block.marks if one.kind is kind]


def test_headings_lists_and_tables_of_word_s_own_styles() -> None:
    """Headings have levels, lists depth and numbers, empty paragraphs no position, a row is one block."""

    def fill(document: Document) -> None:
        document.add_heading("Weekly", 0)
        document.add_heading("Next steps", 2)
        document.add_paragraph("")
        document.add_paragraph("one", style="List Bullet")
        document.add_paragraph("two", style="List Bullet 2")
        document.add_paragraph("more of two", style="List Continue 2")
        document.add_paragraph("first", style="List Number")
        document.add_paragraph("said", style="Quote")
        document.add_paragraph("\u2013 typed dash").paragraph_format.left_indent = Pt(36)
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ("What", "Who", "☐ ask", "Anna"), strict=True):
            cell.text = text
        table.cell(1, 1).add_paragraph("Ben")

    note = read(docx_file(fill))
    assert shown(note) == [
        (0, H, 1, "Weekly"),
        (1, H, 2, "Next steps"),
        (2, LI, 0, "one"),
        (3, LI, 1, "two"),
        (4, P, 2, "more of two"),
        (5, LI, 0, "first"),
        (6, Q, 0, "said"),
        (7, LI, 1, "typed dash"),
        (8, R, 0, "What | Who"),
        (9, R, 0, "ask | Anna Ben"),
    ]
    assert [block.numbered for block in note.blocks[2:6]] == [False, False, False, True]
    assert (note.blocks[-1].cells, note.blocks[-1].checked) == (("ask", "Anna\nBen"), False)
    assert (note.day, note.title) == (date(2026, 11, 19), "2026-11-19 Weekly meeting")


def test_boxes_of_every_make() -> None:
    """Content controls, fields of old forms, signs of drawing fonts and typed boxes are boxes; ticked is ticked."""
    control = (
        "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{}'/></w14:checkbox></w:sdtPr><w:sdtContent>"
    )
    control += "<w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>"
    form = "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r>"
    form += "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    starts = {
        "a": control.format(1, "☒"),
        "b": control.format(0, "☐"),
        "c": form.format("<w:default w:val='1'/>"),
        "d": form.format("<w:default w:val='1'/><w:checked w:val='0'/>"),
        "e": "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>",
        "f": "<w:r><w:sym w:font='Wingdings' w:char='F0A8'/></w:r>",
        "g": "<w:r><w:t>[x] </w:t></w:r>",
        "h": "<w:r><w:t>☐ </w:t></w:r>",
    }
    body = "".join(f"<w:p>{box}<w:r><w:t>{text}</w:t></w:r></w:p>" for text, box in starts.items())
    note = read(bare_docx(body))
    assert [(block.kind, block.text, block.checked) for block in note.blocks] == [
        (LI, text, number % 2 == 0) for number, text in enumerate("abcdefgh")
    ]


def test_tracked_changes_are_read_as_accepted() -> None:
    """Deleted and moved-away words are no text; a deleted paragraph end joins; a deleted row is gone."""
    body = (
        "<w:p><w:r><w:t>Anna </w:t></w:r><w:del><w:r><w:delText>calls</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>writes</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>x</w:t></w:r></w:moveFrom></w:p>"
        + paragraph("to the ", "<w:rPr><w:del/></w:rPr>")
        + paragraph("city")
        + "<w:p><w:del><w:r><w:delText>all gone</w:delText></w:r></w:del></w:p>"
        + "<w:ins>"
        + paragraph("new")
        + "</w:ins><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>"
        + paragraph("old row")
        + "</w:tc></w:tr></w:tbl>"
    )
    assert shown(read(bare_docx(body))) == [
        (0, P, 0, "Anna writes"),
        (1, P, 0, "to the city"),
        (2, P, 0, "new"),
    ]


def test_words_keep_what_is_said_of_them() -> None:
    """Bold by run or style, struck, links by relation and by field, people by their mailbox; hidden text is none."""
    body = (
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>An</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>na</w:t></w:r>"
        "<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space='preserve"
        "'> gone</w:t></w:r><w:r><w:rPr><w:b w:val='0'/><w:u w:val='single'/></w:rPr><w:t>under</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
        "<w:p><w:hyperlink r:id='h1'><w:r><w:t>page</w:t></w:r></w:hyperlink><w:r><w:tab/></w:r>"
        "<w:hyperlink r:id='h2'><w:r><w:t>@Ben</w:t></w:r></w:hyperlink>"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK </w:instrText></w:r>"
        "<w:r><w:instrText>\"https://y.example\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t xml:space='preserve'> y</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    )
    outside = "".join(
        f'<Relationship Id="{one}" Type="{REL}/hyperlink" Target="{target}" TargetMode="External"/>'
        for one, target in (("h1", "https://x.example"), ("h2", "mailto:Ben@X.example"))
    )
    first, second = read(bare_docx(body, relations=outside)).blocks
    assert first.text == "Anna goneunder"
    assert [marked(first, kind) for kind in (MarkKind.BOLD, MarkKind.STRUCK, MarkKind.UNDERLINED)] == [
        [("Anna", "")],
        [("gone", "")],
        [("under", "")],
    ]
    assert second.text == "page @Ben y"
    assert marked(second, MarkKind.LINK) == [("page", "https://x.example"), ("y", "https://y.example")]
    assert ("@Ben", "ben@x.example") in marked(second, MarkKind.PERSON)


def test_comments_footnotes_and_text_boxes_follow_what_they_hang_on() -> None:
    """They share its position; a resolved comment is ticked; a comment is told once however often it is referred to."""
    body = (
        "<w:p><w:r><w:t>Said</w:t><w:commentReference w:id='1'/><w:footnoteReference w:id='2'/></w:r>"
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
        + paragraph("in a box")
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        + paragraph("in a box")
        + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:r><w:t>Next</w:t><w:commentReference w:id='1'/></w:r></w:p>"
    )
    comment = "<w:comment w:id='1'><w:p w14:paraId='0A'><w:r><w:t>Ben does it</w:t></w:r></w:p></w:comment>"
    parts = {
        "comments.xml": f"<w:comments {NAMES}>{comment}</w:comments>",
        "commentsExtended.xml": f"<w15:commentsEx {NAMES}><w15:commentEx w15:paraId='0A' w15:done='1'/></w15:commentsEx>",
        "footnotes.xml": f"<w:footnotes {NAMES}><w:footnote w:id='2'>{paragraph('small print')}</w:footnote></w:footnotes>",
    }
    note = read(bare_docx(body, parts=parts))
    assert shown(note) == [
        (0, P, 0, "Said"),
        (0, S, 0, "Ben does it"),
        (0, P, 1, "small print"),
        (1, P, 0, "in a box"),
        (2, P, 0, "Next"),
    ]
    assert note.blocks[1].checked is True


def test_a_cell_that_lays_text_out_is_read_as_text() -> None:
    """Minutes kept in a table: cells with several lines become blocks at the row's position; merged cells repeat."""
    bullet = paragraph("☐ Anna calls")
    cells = [paragraph("Budget"), bullet + bullet.replace("Anna", "Ben")]
    merged = "<w:tc><w:tcPr><w:vMerge{}/></w:tcPr>{}</w:tc>"
    rows = [
        "".join(f"<w:tc>{cell}</w:tc>" for cell in cells),
        merged.format(" w:val='restart'", paragraph("Carla")) + f"<w:tc>{paragraph('a')}</w:tc>",
        merged.format("", "<w:p/>") + f"<w:tc>{paragraph('b')}</w:tc>",
        f"<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{paragraph('over both')}</w:tc>",
    ]
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>" + paragraph("after")
    note = read(bare_docx(body))
    assert shown(note) == [
        (0, P, 0, "Budget"),
        (0, LI, 0, "Anna calls"),
        (0, LI, 0, "Ben calls"),
        (1, R, 0, "Carla | a"),
        (2, R, 0, "Carla | b"),
        (3, R, 0, "over both | "),
        (4, P, 0, "after"),
    ]


def test_line_breaks_part_lines_of_one_position() -> None:
    """A line broken within a paragraph is a block of its own that goes on, at the same position."""
    note = read(bare_docx("<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p>" + paragraph("three")))
    assert [(block.line, block.text, block.continues) for block in note.blocks] == [
        (0, "one", False),
        (0, "two", True),
        (1, "three", False),
    ]


def test_addresses_are_word_s_own_where_it_gives_them() -> None:
    """A paragraph that Word numbered keeps its address when it is edited; others when lines come before them."""
    numbered = "<w:p w14:paraId='77AA0001'><w:r><w:t>{}</w:t></w:r></w:p>"
    before = read(bare_docx(numbered.format("Anna calls") + paragraph("plain")))
    after = read(bare_docx(paragraph("new") + numbered.format("Anna writes") + paragraph("plain")))
    assert [block.address for block in after.blocks[1:]] == [block.address for block in before.blocks]


def test_what_is_asked_for_from_elsewhere_is_named_and_not_fetched() -> None:
    """A template or picture outside is an oddity of the note; the text is read all the same."""
    target = 'Target="http://evil.example/t.dotm" TargetMode="External"'
    outside = f'<Relationship Id="t" Type="{REL}/attachedTemplate" {target}/>'
    note = read(bare_docx(paragraph("text"), relations=outside))
    assert [block.text for block in note.blocks] == ["text"]
    assert list(note.oddities) == ["it asks for a template from elsewhere, which was not fetched"]


def test_a_word_file_is_not_changed_by_reading(tmp_path: Path) -> None:
    """Its bytes are the same afterwards, in memory and on the disk."""
    data = docx_file(lambda document: add_xml(document, paragraph("Anna to call")))
    file = tmp_path / "notes.docx"
    file.write_bytes(data)
    before = hashlib.sha256(data).hexdigest()
    held = file.read_bytes()
    assert [block.text for block in read(held).blocks] == ["Anna to call"]
    assert hashlib.sha256(held).hexdigest() == hashlib.sha256(file.read_bytes()).hexdigest() == before
