"""Bodies of Notion's pages as notes: what is read with one request, what the blocks are read for, what is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from syncbot.endpoints.notion.bodies import PageNotes
from syncbot.errors import NotFound
from syncbot.notes.form import Block, BlockKind, Mark, MarkKind, Note
from tests.fakes.notion_in_process import InProcess
from tests.unit.sandbox.notion_desk import Desk, new_desk

MINUTES = """# Weekly meeting
Present: @{Anna Adler}, @{Ben Berg} on @{2026-03-02}
## Actions {toggle="true"}
	- [ ] **Anna: **call ~~Gent~~ Ghent
		- [x] Find the number
			1. Ask
	- [x] Send `minutes` to [all](https://all.example/x)
> Agreed<br>twice
<details>
<summary>More</summary>
	- Hidden
</details>
<callout icon="💡">
	Mind
	- this
</callout>
<table header-row="true">
<tr>
<td>Who</td>
<td>What</td>
</tr>
<tr>
<td>@{Ben Berg}</td>
<td>Call \\[soon\\]<br>and write</td>
</tr>
</table>
<columns>
	<column>
		Left
	</column>
	<column>
		- [ ] Right
	</column>
</columns>
<synced_block>
	Shared
</synced_block>
```python
a = 1
```
---
<empty-block/>
![A park](https://x.example/park.png)
<meeting-notes>
	Standup
	<summary>
		- [ ] From the summary
	</summary>
	<notes>
		Noted
	</notes>
	<transcript>
		Said
	</transcript>
</meeting-notes>"""
H, P, T, R, Q, C = (
    BlockKind.HEADING,
    BlockKind.PARAGRAPH,
    BlockKind.ITEM,
    BlockKind.ROW,
    BlockKind.QUOTE,
    BlockKind.CODE,
)
READ = [
    (H, 1, None, "Weekly meeting"),
    (P, 0, None, "Present: @Anna Adler, @Ben Berg on 2026-03-02"),
    (H, 2, None, "Actions"),
    (T, 0, False, "Anna: call Gent Ghent"),
    (T, 1, True, "Find the number"),
    (T, 2, None, "Ask"),
    (T, 0, True, "Send minutes to all"),
    (Q, 0, None, "Agreed"),
    (Q, 0, None, "twice"),
    (T, 0, None, "More"),
    (T, 1, None, "Hidden"),
    (P, 0, None, "Mind"),
    (T, 0, None, "this"),
    (R, 0, None, "Who | What"),
    (R, 0, None, "@Ben Berg | Call [soon] and write"),
    (P, 0, None, "Left"),
    (T, 0, False, "Right"),
    (P, 0, None, "Shared"),
    (C, 0, None, "a = 1"),
    (P, 0, None, "A park"),
    (P, 0, None, "Standup"),
    (T, 0, False, "From the summary"),
    (P, 0, None, "Noted"),
]


@dataclass
class Reading:
    """A page in the sandbox and who reads it."""

    desk: Desk
    wire: InProcess
    page: str
    titles: dict[str, str]
    notes: PageNotes

    def type(self, body: str) -> None:
        """Type the body as Anna does."""
        self.desk.service.type_body(self.page, body, by=self.desk.anna, at=self.desk.now)

    def read(self) -> Note:
        """Read the page; what was asked is in `wire.asked`."""
        self.wire.asked.clear()
        return self.notes.read(self.page, title="Weekly", day=date(2026, 3, 2), url="https://n.example/p")

    def both(self) -> tuple[Note, Note]:
        """Read the page by Markdown, and by its blocks as if Markdown had been cut."""
        whole = self.read()
        cut = {"object": "page_markdown", "markdown": "", "truncated": True, "unknown_block_ids": []}
        self.wire.answers[f"/pages/{self.page}/markdown"] = cut
        try:
            return whole, self.read()
        finally:
            self.wire.answers.clear()


@pytest.fixture
def reading() -> Iterator[Reading]:
    """An empty page."""
    desk = new_desk()
    wire = InProcess(desk)
    connection = wire.connection()
    titles: dict[str, str] = {}
    yield Reading(desk, wire, desk.add("Ghent"), titles, PageNotes(connection=connection, titles=titles.get))
    connection.close()


def told(note: Note) -> list[tuple[BlockKind, int, bool | None, str]]:
    """Return what the lines say."""
    return [(block.kind, block.level, block.checked, block.text) for block in note.blocks]


def find(note: Note, text: str) -> Block:
    """Return the one line that says this."""
    [found] = [block for block in note.blocks if block.text == text]
    return found


def marked(block: Block) -> list[tuple[MarkKind, str, str]]:
    """Return the marks of a line with the words that bear them."""
    return [(mark.kind, block.text[mark.start : mark.end], mark.value) for mark in block.marks]


def shape(block: Block) -> Block:
    """Return a line without where it is."""
    return replace(block, address="", url=None)


def test_a_page_is_one_request(reading: Reading) -> None:
    """A page of all kinds of blocks is read whole through Markdown; people are asked for once in a run."""
    reading.type(MINUTES)
    note = reading.read()
    assert told(note) == READ and note.oddities == ()
    assert reading.wire.asked == [f"GET /pages/{reading.page}/markdown", "GET /users"]
    reading.read()
    assert reading.wire.asked == [f"GET /pages/{reading.page}/markdown"]
    assert (note.title, note.day, note.url) == ("Weekly", date(2026, 3, 2), "https://n.example/p")


def test_both_ways_read_the_same(reading: Reading) -> None:
    """The blocks say line for line what Markdown says, marks included; the transcript is in neither."""
    reading.type(MINUTES)
    by_markdown, by_blocks = reading.both()
    assert [shape(one) for one in by_markdown.blocks] == [shape(one) for one in by_blocks.blocks]
    assert len(reading.wire.asked) > 5


def test_marks_are_kept(reading: Reading) -> None:
    """People with their addresses, days, struck words, links, and bold that ends after a space."""
    reading.type(MINUTES)
    for note in reading.both():
        assert marked(note.blocks[1]) == [
            (MarkKind.PERSON, "@Anna Adler", "anna@contoso.example"),
            (MarkKind.PERSON, "@Ben Berg", "ben@contoso.example"),
            (MarkKind.DAY, "2026-03-02", "2026-03-02"),
        ]
        assert marked(find(note, "Anna: call Gent Ghent")) == [
            (MarkKind.BOLD, "Anna:", ""),
            (MarkKind.STRUCK, "Gent", ""),
        ]
        assert marked(find(note, "Send minutes to all")) == [(MarkKind.LINK, "all", "https://all.example/x")]
        row = find(note, "@Ben Berg | Call [soon] and write")
        assert (row.cells, row.table, row.head) == (("@Ben Berg", "Call [soon]\nand write"), 0, False)
        assert marked(row) == [(MarkKind.PERSON, "@Ben Berg", "ben@contoso.example")]
        assert find(note, "Who | What").head is True


def test_addresses_stay_when_other_lines_come(reading: Reading) -> None:
    """A line keeps its address when lines are added above it; the same words twice have two addresses."""
    reading.type("# A\n- [ ] Call\n- [ ] Call\n# B\n- [ ] Call")
    before = reading.both()
    reading.desk.service.retype_line(reading.page, "B", "# B", by=reading.desk.anna, at=reading.desk.now)
    reading.desk.service.retype_line(reading.page, "# B", "B", by=reading.desk.anna, at=reading.desk.now)
    body = {"type": "insert_content", "insert_content": {"content": "Zero", "position": {"type": "start"}}}
    reading.desk.documented = False
    assert reading.desk.ask("PATCH", f"/pages/{reading.page}/markdown", body).status == 200
    for old, new in zip(before, reading.both(), strict=True):
        addresses = [one.address for one in new.blocks[1:]]
        assert addresses == [one.address for one in old.blocks]
        assert len(set(addresses)) == 5


def test_lines_lead_to_their_blocks(reading: Reading) -> None:
    """Where blocks were read a link leads to the line, else to the page."""
    reading.type("- [ ] Call<br>now")
    by_markdown, by_blocks = reading.both()
    [block] = reading.desk.get(f"/blocks/{reading.page}/children")["results"]
    assert [one.url for one in by_markdown.blocks] == ["https://n.example/p"] * 2
    link = f"https://n.example/p#{block['id'].replace('-', '')}"
    assert [(one.address, one.url) for one in by_blocks.blocks] == [
        (block["id"], link),
        (f"{block['id']}/1", link),
    ]
    assert [(one.kind, one.continues) for one in by_blocks.blocks] == [(T, False), (P, True)]


def test_what_markdown_does_not_show_is_asked_for(reading: Reading) -> None:
    """A bookmark costs one request more, and stands where it stood; many of them make the page be read as blocks."""
    reading.type('Before\n- Item\n\t<bookmark src="https://x.example/a">The plan</bookmark>\nAfter')
    note = reading.read()
    assert told(note) == [
        (P, 0, None, "Before"),
        (T, 0, None, "Item"),
        (P, 1, None, "The plan"),
        (P, 0, None, "After"),
    ]
    assert len(reading.wire.asked) == 2 and reading.wire.asked[1].startswith("GET /blocks/")
    many = "\n".join(f'<embed src="https://x.example/{number}"/>' for number in range(11))
    reading.type(f"{many}\nAfter")
    note = reading.read()
    assert (len(note.blocks), note.blocks[-1].text) == (12, "After")
    assert reading.wire.asked[1:] == [f"GET /blocks/{reading.page}/children"]


def test_ids_that_stand_nowhere_are_not_passed_over(reading: Reading) -> None:
    """A block that is named as unknown and not shown in Markdown: the blocks are read."""
    reading.type("- [ ] Call")
    answer = {"markdown": "Cut", "truncated": False, "unknown_block_ids": [reading.page]}
    reading.wire.answers[f"/pages/{reading.page}/markdown"] = answer
    assert [one.text for one in reading.read().blocks] == ["Call"]


def test_titles_are_asked_for_once(reading: Reading) -> None:
    """A page that is mentioned is called as it is called now; known ones are not asked for, hidden ones untitled."""
    other = reading.desk.add("Liège")
    reading.type("- [ ] Call @{Ghent}\n@{Ghent} and @{Liège}")
    reading.titles[other] = "Liege"
    assert [one.text for one in reading.read().blocks] == ["Call Ghent", "Ghent and Liege"]
    assert marked(reading.read().blocks[0]) == [(MarkKind.PAGE, "Ghent", reading.page)]
    assert len(reading.wire.asked) == 1
    reading.type("@{Liège}")
    del reading.titles[other]
    reading.desk.service.unshare_page(other)
    assert [[one.text for one in note.blocks] for note in reading.both()] == [["Untitled"]] * 2


def test_long_pages_are_read_to_their_end(reading: Reading) -> None:
    """What Markdown cuts is read as blocks, over many pages of lists."""
    reading.type("\n".join(f"- [ ] Task {number}" for number in range(250)))
    reading.desk.set(markdown_blocks=100)
    note = reading.read()
    assert [one.text for one in note.blocks] == [f"Task {number}" for number in range(250)]
    assert len(reading.wire.asked) == 4


def test_what_is_hidden_is_noted(reading: Reading) -> None:
    """A button, a copy whose original is not shared: left out with a word; the rest is read."""
    other = reading.desk.add("Other")
    reading.desk.service.type_body(
        other, "<synced_block>\n\tSecret\n</synced_block>", by=reading.desk.anna, at=reading.desk.now
    )
    [original] = reading.desk.get(f"/blocks/{other}/children")["results"]
    reading.type('Before\n<unknown alt="button"/>')
    copy = {"type": "synced_block", "synced_block": {"synced_from": {"block_id": original["id"]}}}
    reading.desk.ask("PATCH", f"/blocks/{reading.page}/children", {"children": [copy]})
    assert [one.text for one in reading.read().blocks] == ["Before", "Secret"]
    reading.desk.service.unshare_page(other)
    note = reading.read()
    assert [one.text for one in note.blocks] == ["Before"]
    assert note.oddities == (
        "something of a kind that we cannot read was left out: button",
        "something on the page is not shared with us, or was taken away while we read",
    )


def test_circles_end(reading: Reading) -> None:
    """A synced block that holds a copy of itself is read once."""
    reading.type("<synced_block>\n\tShared\n</synced_block>")
    [original] = reading.desk.get(f"/blocks/{reading.page}/children")["results"]
    copy = {"type": "synced_block", "synced_block": {"synced_from": {"block_id": original["id"]}}}
    reading.desk.ask("PATCH", f"/blocks/{original['id']}/children", {"children": [copy]})
    by_markdown, by_blocks = reading.both()
    assert [one.text for one in by_markdown.blocks] == [one.text for one in by_blocks.blocks] == ["Shared"]
    assert by_blocks.oddities == ("a synced block shows itself; it was read once",)


def test_deep_pages_end(reading: Reading) -> None:
    """Forty levels: thirty are read as blocks, and what is below is noted."""
    reading.type("\n".join("\t" * depth + f"- {depth}" for depth in range(40)))
    by_markdown, by_blocks = reading.both()
    assert (len(by_markdown.blocks), len(by_blocks.blocks)) == (40, 31)
    assert by_blocks.oddities == ("blocks more than 30 levels deep were left out",)


def test_people_who_may_not_be_seen(reading: Reading) -> None:
    """Without the right to see people they are anonymous, and the page is read all the same; guests are found."""
    guest = reading.desk.service.add_user("Gus Guest", "gus@elsewhere.example", guest=True)
    reading.type("@{Gus Guest} and @{Anna Adler}")
    assert marked(reading.read().blocks[0])[0] == (MarkKind.PERSON, "@Gus Guest", "gus@elsewhere.example")
    assert reading.wire.asked[1:] == ["GET /users", f"GET /users/{guest}"]
    reading.desk.set(capabilities=frozenset({"read"}))
    connection = reading.wire.connection()
    note = PageNotes(connection=connection).read(reading.page, title="x")
    connection.close()
    assert note.blocks[0].text == "@Anonymous and @Anonymous"


@pytest.mark.parametrize(
    ("markdown", "bold"),
    [
        ("*a **b** c*", ["b"]),
        ("*a***b**", ["b"]),
        ("***a***", ["a"]),
        ("*a**b* c", []),
        ("*a*", []),
        ("**a *b* c**", ["a b c"]),
        ("**a** b **c", ["a", "c"]),
    ],
)
def test_bold_is_told_from_italic(reading: Reading, markdown: str, bold: list[str]) -> None:
    """Also where both begin or end together, or stand side by side."""
    answer = {"markdown": markdown, "truncated": False, "unknown_block_ids": []}
    reading.wire.answers[f"/pages/{reading.page}/markdown"] = answer
    [block] = reading.read().blocks
    assert [words for kind, words, _ in marked(block) if kind is MarkKind.BOLD] == bold


def test_a_page_that_is_gone(reading: Reading) -> None:
    """It is said to be gone; it is no empty note."""
    reading.desk.service.unshare_page(reading.page)
    with pytest.raises(NotFound):
        reading.read()


def test_typed_mentions_and_real_ones(reading: Reading) -> None:
    """A mention is one person, not also the "@name" that its words look like; a typed one is a mention as well."""
    reading.type("@{Anna Adler} and @ben")
    for note in reading.both():
        assert marked(note.blocks[0]) == [
            (MarkKind.PERSON, "@Anna Adler", "anna@contoso.example"),
            (MarkKind.PERSON, "@ben", "ben"),
        ]


ODD: list[Any] = [
    None,
    "x",
    {},
    {"type": "paragraph"},
    {"type": "paragraph", "paragraph": {"rich_text": "x"}},
    {"type": "paragraph", "paragraph": {"rich_text": [1, {"type": "mention", "mention": {"type": "user"}}]}},
    {"type": "tab_of_tomorrow", "tab_of_tomorrow": {"rich_text": [{"plain_text": "New kind"}]}},
    {"type": "table", "id": "not-an-id", "has_children": True, "table": None},
    {"type": "table_row", "table_row": {"cells": 5}},
    {"type": "meeting_notes", "meeting_notes": {"children": {"notes_block_id": 7}}},
    {"type": "synced_block", "synced_block": {"synced_from": {"block_id": None}}},
    {"type": "to_do", "to_do": {"rich_text": [{"plain_text": "Ok\u2028so"}], "checked": "yes"}},
]


def test_odd_blocks_stop_nothing(reading: Reading) -> None:
    """Members that are missing or of another kind, and kinds that are new: the rest is read."""
    reading.wire.answers[f"/pages/{reading.page}/markdown"] = {"markdown": None}
    reading.wire.answers[f"/blocks/{reading.page}/children"] = {"results": ODD, "has_more": False}
    note = reading.read()
    assert [one.text for one in note.blocks] == ["New kind", "Ok", "so"]


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("- [ ]\n- [x] \n-\n#", []),
        ("**open and ~~never closed", ["open and never closed"]),
        ("[label without an address and ] alone", ["[label without an address and ] alone"]),
        ("[a](javascript:alert\\(1\\)) [b](/1f63c6e7b2c04e1f8a9bcde012345678?pvs=25)", ["a b"]),
        ("<brand-new/>\n<box>\n\tinside\n</box>", ["inside"]),
        ("Cited [^https://app.notion.com/p/x#y] [^https://z.example].", ["Cited ."]),
        ("$`a<b`$ and $x$", ["a<b and x"]),
        ('<page url="https://app.notion.com/p/00000000000040008000000000000001">Be\\*low</page>', ["Be*low"]),
        ('<database url="https://x.example"></database>\n![](x)', []),
        ('1. One\n2. Two {color="red_bg"}\n\\- no item', ["One", "Two", "no item"]),
        ("\ttoo deep\nback", ["too deep", "back"]),
    ],
)
def test_odd_markdown_is_read(reading: Reading, markdown: str, read: list[str]) -> None:
    """Markup that is unfinished or not known costs no words."""
    answer = {"markdown": markdown, "truncated": False, "unknown_block_ids": []}
    reading.wire.answers[f"/pages/{reading.page}/markdown"] = answer
    assert [one.text for one in reading.read().blocks] == read
    assert len(reading.wire.asked) == 1


@pytest.mark.parametrize(
    "markdown",
    [
        "<details>\n<summary>x</summary>",
        "</details>",
        "<columns>\n\t<column>\n</columns>\n</column>",
        "```\nx",
        "<table>\n<tr>",
        '<unknown url="https://x.example" alt="form"/>',
        'Ask <mention-agent url="https://x.example"/>',
        '\t<unknown alt="form"></unknown>',
    ],
)
def test_markdown_that_does_not_fit_is_not_trusted(reading: Reading, markdown: str) -> None:
    """Parts without an end, or with another one's end, and what has no address: the blocks are read."""
    reading.type("As blocks")
    answer = {"markdown": markdown, "truncated": False, "unknown_block_ids": []}
    reading.wire.answers[f"/pages/{reading.page}/markdown"] = answer
    assert [one.text for one in reading.read().blocks] == ["As blocks"]


def test_marks_never_leave_the_text(reading: Reading) -> None:
    """Every mark of every line lies within its words."""
    reading.type(MINUTES)
    for note in reading.both():
        for block in note.blocks:
            assert all(inside(mark, block) for mark in block.marks)


def inside(mark: Mark, block: Block) -> bool:
    """Say whether a mark marks something of the line."""
    return 0 <= mark.start < mark.end <= len(block.text)
