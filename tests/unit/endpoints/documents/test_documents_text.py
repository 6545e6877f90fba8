"""Markdown, plain text and HTML as notes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.documents import read_document
from syncbot.notes.form import Block, BlockKind, MarkKind, Note

H, P, LI, R, Q, C = (BlockKind(one) for one in ("heading", "paragraph", "item", "row", "quote", "code"))


def read(text: str, name: str = "notes.md") -> Note:
    """Read a text as a file of that name."""
    return read_document(text.encode(), name=name, ref="f1", url="https://x.example/f1")


def shown(note: Note) -> list[tuple[int | None, BlockKind, int, str]]:
    """Return line, kind, level and text of each block."""
    return [(block.line, block.kind, block.level, block.text) for block in note.blocks]


def marked(block: Block, kind: MarkKind) -> list[tuple[str, str]]:
    """Return the marked parts of a block with the marks' values."""
    return [(block.text[one.start : one.end], one.value) for one in block.marks if one.kind is kind]


def test_every_line_of_a_wrapped_item_keeps_its_number() -> None:
    """A wrapped sentence is several blocks, the later ones marked as going on; bold may go over the line's end."""
    note = read("* [ ] **Anna\n  Adler** calls\n  the city\n* [x] sent\n    * deeper\n\nA **note: ** here\n")
    assert shown(note) == [
        (1, LI, 0, "Anna"),
        (2, P, 1, "Adler calls"),
        (3, P, 1, "the city"),
        (4, LI, 0, "sent"),
        (5, LI, 1, "deeper"),
        (7, P, 0, "A note: here"),
    ]
    assert [block.checked for block in note.blocks] == [False, None, None, True, None, None]
    assert [block.continues for block in note.blocks] == [False, True, True, False, False, False]
    assert marked(note.blocks[1], MarkKind.BOLD) == [("Adler", "")]
    assert marked(note.blocks[5], MarkKind.BOLD) == [("note:", "")]


def test_what_is_not_quite_markdown_is_read_as_people_meant_it() -> None:
    """Set-in text is no code, a drawn line makes no heading of the lines above it, typed bullets are items."""
    note = read(
        "# Title {#id}\n\n    set in\n\n        - far in\n\nfirst line\nsecond line\n---\n"
        "\u2013 typed dash\n\u2022 typed bullet\n"
        "\\[ \\] escaped box\n☑ drawn box\nQuentin [Gliech]{.smallcaps}\n"
    )
    assert shown(note) == [
        (1, H, 1, "Title"),
        (3, P, 0, "set in"),
        (5, LI, 0, "far in"),
        (7, P, 0, "first line"),
        (8, P, 0, "second line"),
        (10, LI, 0, "typed dash"),
        (11, LI, 0, "typed bullet"),
        (12, LI, 0, "escaped box"),
        (13, LI, 0, "drawn box"),
        (14, P, 0, "Quentin Gliech"),
    ]
    assert [block.checked for block in note.blocks[-3:]] == [False, True, None]


def test_tables_keep_rows_cells_and_heads() -> None:
    """A row is one block of its cells; its only box is the row's; lines of one cell stay apart in it."""
    note = read(
        "| What | Who |\n|---|---|\n| [x] ask | Anna<br>Ben |\n|  |  |\n\ntext\n\n|a|\n|-|\n|~~b~~|\n"
    )
    assert shown(note) == [
        (1, R, 0, "What | Who"),
        (3, R, 0, "ask | Anna Ben"),
        (6, P, 0, "text"),
        (8, R, 0, "a"),
        (10, R, 0, "b"),
    ]
    assert [block.table for block in note.blocks] == [0, 0, None, 1, 1]
    assert [block.head for block in note.blocks] == [True, False, False, True, False]
    assert (note.blocks[1].cells, note.blocks[1].checked) == (("ask", "Anna\nBen"), True)
    assert marked(note.blocks[4], MarkKind.STRUCK) == [("b", "")]


def test_links_mentions_and_mailboxes_are_marked() -> None:
    """@name stays in the text; a link to a mailbox is a person; an address in the text is no mention."""
    note = read(
        "Ask @anna-a or [Ben](mailto:Ben@X.example?subject=a), see [page](https://x.example/a_b), x@y.example\n"
    )
    (block,) = note.blocks
    assert block.text == "Ask @anna-a or Ben, see page, x@y.example"
    assert marked(block, MarkKind.PERSON) == [("@anna-a", "anna-a"), ("Ben", "ben@x.example")]
    assert marked(block, MarkKind.LINK) == [("page", "https://x.example/a_b")]


def test_html_within_markdown_keeps_its_lines() -> None:
    """Raw tables, tags over several lines and comments do not move the lines below them."""
    note = read(
        '# T\n\n<table>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</table>\n\n- see <a\n  href="https://x.example"\n  rel="x">'
        "this</a>\n- <s>gone</s>\n\n<!-- said\nto nobody -->\n\nend\n"
    )
    assert shown(note) == [
        (1, H, 1, "T"),
        (4, R, 0, "a | b"),
        (10, LI, 0, "see"),
        (12, P, 1, "this"),
        (13, LI, 0, "gone"),
        (18, P, 0, "end"),
    ]
    assert marked(note.blocks[3], MarkKind.LINK) == [("this", "https://x.example")]
    assert marked(note.blocks[4], MarkKind.STRUCK) == [("gone", "")]


def test_code_over_two_lines_does_not_move_the_lines_below() -> None:
    """Where the parser does not tell where a line ends, each is read alone."""
    note = read("a `code over\ntwo lines` b\nc\n")
    assert [(line, text) for line, _, _, text in shown(note)] == [
        (1, "a `code over"),
        (2, "two lines` b"),
        (3, "c"),
    ]


def test_plain_text_keeps_numbers_and_knows_items_by_their_inset() -> None:
    """Council minutes: numbers are words, dashes are items, underlined lines are headings."""
    note = read(
        "Minutes\n=======\n\n1) Chairman\n 8.1 TD to inspect\n - one\n   - two\n   goes on\n[ ] box\n",
        "m.txt",
    )
    assert shown(note) == [
        (1, H, 1, "Minutes"),
        (4, P, 0, "1) Chairman"),
        (5, P, 0, "8.1 TD to inspect"),
        (6, LI, 0, "one"),
        (7, LI, 1, "two"),
        (8, P, 1, "goes on"),
        (9, LI, 0, "box"),
    ]
    assert note.blocks[-1].checked is False


def test_pages_keep_lists_boxes_tables_and_lines() -> None:
    """HTML: nested lists, ticked inputs, head cells, line breaks; scripts and styles are no text."""
    note = read(
        "<!DOCTYPE html>\n<html><head><title>Weekly 2026-11-19</title><style>p {}</style></head>\n<body>"
        "<script>x()</script>"
        "<h2>Next\nsteps</h2>\n<ul><li><input type=checkbox checked> sent\n<ul><li>deep</li></ul></li></ul>\n"
        "<ol><li><p>one</p><p>more</p></li></ol><p>a<br>b <del>c</del></p>\n"
        "<table><tr><th>Who</th></tr><tr><td>Anna</td></tr></table></body></html>",
        "export.htm",
    )
    assert shown(note) == [
        (3, H, 2, "Next steps"),
        (5, LI, 0, "sent"),
        (6, LI, 1, "deep"),
        (7, LI, 0, "one"),
        (7, P, 1, "more"),
        (7, P, 0, "a"),
        (7, P, 0, "b c"),
        (8, R, 0, "Who"),
        (8, R, 0, "Anna"),
    ]
    assert (note.blocks[1].checked, note.blocks[3].numbered, note.blocks[6].continues) == (True, True, True)
    assert (note.blocks[7].head, note.blocks[8].head, note.day) == (True, False, date(2026, 11, 19))


def test_addresses_stay_when_other_lines_come_and_go() -> None:
    """The same line under the same titles has the same address; two alike lines have two."""
    before = read("# A\n- x\n- same\n- same\n# B\n- x\n")
    after = read("# New\n\nmore\n\n# A\n- between\n- x\n- same\n# B\n- [x] x\n")
    old, new = ([(block.text, block.address) for block in note.blocks] for note in (before, after))
    assert len({address for _, address in old}) == len(old)
    assert [one for one in new if one in old] == [old[0], old[1], old[2], old[4], old[5]]


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("2026-11-19 Weekly meeting.md", "", date(2026, 11, 19)),
        ("20261119_notes.md", "", date(2026, 11, 19)),
        ("Protokoll 19.11.2026.txt", "", date(2026, 11, 19)),
        ("Minutes 25-11-2026.txt", "", date(2026, 11, 25)),
        ("notes.md", "# 11/25/2026\n", date(2026, 11, 25)),
        ("notes.md", "# Compte rendu du 1er décembre 2026\n", date(2026, 12, 1)),
        ("notes.md", "# Acta de 3 de marzo de 2026\n", date(2026, 3, 3)),
        ("notes.md", "# Notes for July 18th, 2022\n", date(2022, 7, 18)),
        (
            "notes.md",
            "---\ntitle: Sitzung\ndate: 2026-01-27 17:00\n---\n# On 3 May 2020\n",
            date(2026, 1, 27),
        ),
        ("notes.md", "# 03/04/2026\n", None),
        ("notes.md", "# From 2026-01-01 to 2026-01-02\n", None),
        ("2026-13-45.md", "first\n2026-01-01\n", None),
    ],
)
def test_the_day_comes_from_the_name_or_the_title(name: str, text: str, day: date | None) -> None:
    """File name, front matter, heading, in this order; what can be read two ways is not guessed."""
    assert read(text + "\nx\n", name).day == day


@given(st.text(st.sampled_from("ab \n-*#>|[]()`~_<>1.:\t\\@"), max_size=200))
def test_no_line_is_lost_whatever_stands_in_it(text: str) -> None:
    """Any text made of marks: each block names a source line that holds its letters."""
    note = read(text)
    lines = text.split("\n")
    assert len({block.address for block in note.blocks}) == len(note.blocks)
    for block in note.blocks:
        assert block.line is not None
        near = "".join(lines[block.line - 1 : block.line + 1])
        letters = [one for one in block.text if one in "ab"]
        assert not letters or letters[0] in near
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)
