"""The sandboxed Notion's bodies as Markdown: what is shown, what is lost, what may be changed."""

from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import Desk, error_of, message_of, new_desk, words

BODY = """# Weekly meeting
Present: @{Anna Adler}, @{Ben Berg} on @{2026-03-02}
## Actions {toggle="true"}
	- [ ] Call **Ghent** about ~~heat~~ *parks*
		- [x] Find the number
	- [x] Send `minutes` to [all](https://all.example/)
1. First
	1. Inner
> Said<br>twice {color="gray_bg"}
<details>
<summary>More</summary>
	Hidden
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
<td>Anna</td>
<td>Call \\[soon\\]</td>
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
```python
a = [1]
	b
```
$$
e = mc^2
$$
---
<empty-block/>
<table_of_contents/>
![A park](https://x.example/park.png)
<file src="https://x.example/plan.pdf">The plan</file>"""


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


@pytest.fixture
def page(desk: Desk) -> str:
    """A page without a body."""
    return desk.add("Ghent")


def typed(desk: Desk, page: str, body: str) -> None:
    """Type a body as Anna does."""
    desk.service.type_body(page, body, by=desk.anna, at=desk.now)


def markdown(desk: Desk, page: str, query: str = "") -> Any:
    """Read a body as Markdown."""
    return desk.get(f"/pages/{page}/markdown{query}")


def write(desk: Desk, page: str, way: str, **given: object) -> Any:
    """Change a body over the API."""
    body: Any = {"type": way, way: given}
    desk.documented = way in ("insert_content", "replace_content_range") and "position" not in given
    return desk.ask("PATCH", f"/pages/{page}/markdown", body)


def lines(desk: Desk, page: str) -> list[str]:
    """Return the lines of a body."""
    return str(markdown(desk, page)["markdown"]).split("\n")


def test_what_was_typed_is_read_again(desk: Desk, page: str) -> None:
    """A body of nearly every kind of block comes back as it was typed, mentions without their names."""
    typed(desk, page, BODY)
    body = markdown(desk, page)
    assert (body["object"], body["truncated"], body["unknown_block_ids"]) == ("page_markdown", False, [])
    expected = (
        BODY.replace("@{Anna Adler}", f'<mention-user url="user://{desk.anna}"/>')
        .replace("@{Ben Berg}", f'<mention-user url="user://{desk.ben}"/>')
        .replace("@{2026-03-02}", '<mention-date start="2026-03-02"/>')
        .replace("<table_of_contents/>", '<table_of_contents color="gray"/>')
    )
    assert body["markdown"] == expected


def test_an_empty_page_is_an_empty_text(desk: Desk, page: str) -> None:
    """As recorded."""
    assert markdown(desk, page)["markdown"] == ""


def test_the_blocks_say_the_same(desk: Desk, page: str) -> None:
    """What was typed is there as blocks too, with boxes, depth and whole mentions."""
    typed(desk, page, BODY)
    blocks = desk.get(f"/blocks/{page}/children")["results"]
    assert [one["type"] for one in blocks][:4] == [
        "heading_1",
        "paragraph",
        "heading_2",
        "numbered_list_item",
    ]
    mention = blocks[1]["paragraph"]["rich_text"][1]
    assert mention["mention"]["user"]["person"] == {"email": "anna@contoso.example"}
    [call, send] = desk.get(f"/blocks/{blocks[2]['id']}/children")["results"]
    assert (call["to_do"]["checked"], call["has_children"], send["to_do"]["checked"]) == (False, True, True)


def test_a_person_moves_the_edit_time_of_the_page(desk: Desk, page: str) -> None:
    """Who ticks a box in the browser edits the page; the one who edits blocks over the API may not."""
    typed(desk, page, "- [ ] Call Ghent\n- [ ] Write")
    desk.later(minutes=5)
    desk.service.retype_line(page, "Call Ghent", True, by=desk.ben, at=desk.now)
    desk.service.retype_line(page, "Write", "Write to **@{Anna Adler}**", by=desk.ben, at=desk.now)
    assert lines(desk, page) == [
        "- [x] Call Ghent",
        f'- [ ] Write to **<mention-user url="user://{desk.anna}"/>**',
    ]
    seen = desk.page(page)
    assert (seen["last_edited_time"], seen["last_edited_by"]["id"]) == ("2026-03-02T08:35:00.000Z", desk.ben)
    for wrong in ("nowhere", "Call"):
        with pytest.raises(LookupError):
            desk.service.retype_line(page, wrong, True, by=desk.ben, at=desk.now)
    desk.service.retype_line(page, "Call Ghent", None, by=desk.ben, at=desk.now)
    assert len(lines(desk, page)) == 1


def test_what_markdown_cannot_show_is_named(desk: Desk, page: str) -> None:
    """Bookmarks, buttons and pages that are not shared come as unknown, with their ids."""
    typed(desk, page, '<bookmark src="https://x.example/"/>\n<unknown alt="button"/>\nText')
    child = desk.service.add_subpage(page, "Secret", by=desk.anna, at=desk.now)
    assert lines(desk, page)[-1].endswith(">Secret</page>")
    desk.service.unshare_page(child)
    body = markdown(desk, page)
    assert [line.partition("alt=")[2] for line in body["markdown"].split("\n")] == [
        '"bookmark"/>',
        '"button"/>',
        "",
        '"page"/>',
    ]
    assert len(body["unknown_block_ids"]) == 3 and child in body["unknown_block_ids"]
    assert desk.ask("GET", f"/pages/{child}/markdown").status == 404


def test_a_long_body_is_cut(desk: Desk, page: str) -> None:
    """After so many blocks the rest is only named; what was left out can be asked for by its id."""
    typed(desk, page, "one\n- two\n\t- three\n- four")
    desk.set(markdown_blocks=2)
    body = markdown(desk, page)
    assert body["truncated"] is True and len(body["unknown_block_ids"]) == 2
    assert body["markdown"].startswith("one\n- two\n\t<unknown url=")
    rest = markdown(desk, body["unknown_block_ids"][1])
    assert (rest["markdown"], rest["truncated"]) == ("- four", False)


def test_meetings_hide_their_transcript(desk: Desk, page: str) -> None:
    """Summary and notes are shown, the transcript only to who asks; each section is read below its own id."""
    body = "<meeting-notes>\n\tWeekly\n\t<summary>\n\t\t- [ ] Call\n\t</summary>\n\t<notes>\n\t\tNoted\n\t</notes>"
    typed(desk, page, f"{body}\n\t<transcript>\n\t\tSaid\n\t</transcript>\n</meeting-notes>")
    assert "\t\tTranscript omitted." in str(markdown(desk, page)["markdown"])
    desk.documented = False
    assert "\t\tSaid" in lines_with_transcript(desk, page)
    [meeting] = desk.get(f"/blocks/{page}/children")["results"]
    keys = meeting["meeting_notes"]["children"]
    [noted] = desk.get(f"/blocks/{keys['notes_block_id']}/children")["results"]
    assert noted["paragraph"]["rich_text"][0]["plain_text"] == "Noted"
    old: Any = desk.ask("GET", f"/blocks/{meeting['id']}", notion_version="2025-09-03").body
    assert old["type"] == "transcription" and old["transcription"]["children"] == keys


def lines_with_transcript(desk: Desk, page: str) -> list[str]:
    """Return the lines of a body, the transcript included."""
    return str(markdown(desk, page, "?include_transcript=true")["markdown"]).split("\n")


def test_synced_blocks_end(desk: Desk, page: str) -> None:
    """A copy shows what its original holds; one inside of its own original ends there."""
    typed(desk, page, "<synced_block>\n\tShared\n</synced_block>")
    [original] = desk.get(f"/blocks/{page}/children")["results"]
    copy = {"type": "synced_block", "synced_block": {"synced_from": {"block_id": original["id"]}}}
    for owner in (page, original["id"]):
        assert desk.ask("PATCH", f"/blocks/{owner}/children", {"children": [copy]}).status == 200
    shown = lines(desk, page)
    assert [line.split(" ")[0].strip() for line in shown] == [
        *(
            "<synced_block",
            "Shared",
            "<synced_block_reference",
            "</synced_block_reference>",
            "</synced_block>",
        ),
        *("<synced_block_reference", "Shared", "<synced_block_reference", "</synced_block_reference>"),
        "</synced_block_reference>",
    ]
    last = desk.get(f"/blocks/{page}/children")["results"][-1]
    assert last["has_children"] is True
    assert len(desk.get(f"/blocks/{last['id']}/children")["results"]) == 2
    again = {"type": "synced_block", "synced_block": {"synced_from": {"block_id": last["id"]}}}
    assert desk.ask("PATCH", f"/blocks/{page}/children", {"children": [again]}).status == 400


def test_each_way_to_change_a_body(desk: Desk, page: str) -> None:
    """Insert at either end or after a selection, replace a text, a range or all; the answer is the new body."""
    typed(desk, page, "# A\none\n# B\ntwo")
    for way, given, expected in (
        ("insert_content", {"content": "three"}, "# A|one|# B|two|three"),
        ("insert_content", {"content": "zero", "position": {"type": "start"}}, "zero|# A|one|# B|two|three"),
        ("insert_content", {"content": "- x", "after": "# A...ne"}, "zero|# A|one|- x|# B|two|three"),
        (
            "update_content",
            {"content_updates": [{"old_str": "zero\n", "new_str": ""}]},
            "# A|one|- x|# B|two|three",
        ),
        ("replace_content_range", {"content": "- y", "content_range": "one...- x"}, "# A|- y|# B|two|three"),
        ("replace_content", {"new_str": "- [ ] all"}, "- [ ] all"),
    ):
        answer = write(desk, page, way, **given)
        assert answer.status == 200, answer
        assert answer.body["markdown"] == expected.replace("|", "\n") == "\n".join(lines(desk, page))


def test_blocks_that_stay_keep_their_ids(desk: Desk, page: str) -> None:
    """Only what lies between the same beginning and end is made anew."""
    typed(desk, page, "one\ntwo\n- three\n\t- deep")
    before = [one["id"] for one in desk.get(f"/blocks/{page}/children")["results"]]
    write(desk, page, "update_content", content_updates=[{"old_str": "two", "new_str": "2"}])
    after = [one["id"] for one in desk.get(f"/blocks/{page}/children")["results"]]
    assert (after[0], after[2]) == (before[0], before[2]) and after[1] != before[1]


@pytest.mark.parametrize(
    ("way", "given"),
    [
        ("update_content", {"content_updates": [{"old_str": "o", "new_str": "x"}]}),
        ("update_content", {"content_updates": [{"old_str": "nowhere", "new_str": "x"}]}),
        ("update_content", {"content_updates": "x"}),
        ("insert_content", {"content": "x", "after": "nowhere"}),
        ("insert_content", {"content": "x", "position": {"type": "middle"}}),
        ("insert_content", {"content": "x", "after": "one", "position": {"type": "end"}}),
        ("insert_content", {"content": 1}),
        ("insert_content", {"content": "<meeting-notes>\n\tx\n</meeting-notes>"}),
        ("replace_content_range", {"content": "x", "content_range": "one...nowhere"}),
        ("replace_content", {"new_str": "x"}),
        ("replace_content", {"new_str": "x", "allow_deleting_content": "yes"}),
        ("change_content", {}),
    ],
)
def test_changes_that_cannot_be_made(desk: Desk, page: str, way: str, given: dict[str, Any]) -> None:
    """A text that is not there, or there twice, and the loss of a page are refused, and nothing changes."""
    typed(desk, page, "one\ntwo")
    desk.service.add_subpage(page, "Below", by=desk.anna, at=desk.now)
    before = lines(desk, page)
    assert error_of(write(desk, page, way, **given)) == (400, "validation_error")
    assert lines(desk, page) == before


def test_pages_go_where_that_is_allowed(desk: Desk, page: str) -> None:
    """With `allow_deleting_content` a page below goes into the trash."""
    child = desk.service.add_subpage(page, "Below", by=desk.anna, at=desk.now)
    assert write(desk, page, "replace_content", new_str="x", allow_deleting_content=True).status == 200
    assert desk.page(child)["in_trash"] is True


def test_a_write_may_be_answered_before_it_is_done(desk: Desk, page: str) -> None:
    """As recorded: 202 with a task, which has a result two seconds later."""
    desk.documented = False
    body = {"type": "insert_content", "insert_content": {"content": "# Hello\n\nText."}, "allow_async": True}
    answer: Any = desk.ask("PATCH", f"/pages/{page}/markdown", body)
    assert (answer.status, answer.body["status"], answer.body["poll_after_seconds"]) == (202, "queued", 2)
    assert desk.get(f"/async_tasks/{answer.body['id']}")["status"] == "running"
    desk.later(seconds=2)
    done = desk.get(f"/async_tasks/{answer.body['id']}")
    assert (done["status"], done["result"]["markdown"]) == ("succeeded", "# Hello\nText.")
    assert desk.ask("GET", "/async_tasks/task_x").status == 404


def test_a_page_is_made_of_markdown(desk: Desk) -> None:
    """A create takes Markdown instead of blocks, deeper than two levels; not both."""
    parent = {"data_source_id": desk.cities}
    desk.documented = False
    made: Any = desk.ask(
        "POST", "/pages", {"parent": parent, "markdown": "- a\n\t- b\n\t\t- c\n\t\t\t- d"}
    ).body
    assert lines(desk, made["id"]) == ["- a", "\t- b", "\t\t- c", "\t\t\t- d"]
    both = {"parent": parent, "markdown": "a", "children": [{"paragraph": {"rich_text": []}}]}
    assert desk.ask("POST", "/pages", both).status == 400


def test_text_is_escaped(desk: Desk, page: str) -> None:
    """Characters that mean something are escaped, beginnings of lines are not."""
    block = {"paragraph": {"rich_text": [words("- a*b*[x] <y> $5 ~|^{z} \\ `")]}}
    assert desk.ask("PATCH", f"/blocks/{page}/children", {"children": [block]}).status == 200
    assert lines(desk, page) == [r"- a\*b\*\[x\] \<y\> \$5 \~\|\^\{z\} \\ \`"]


def test_reading_needs_the_right_and_a_good_question(desk: Desk, page: str) -> None:
    """Without the capability 403; an odd parameter or another version of Markdown is a 400."""
    for query in ("include_transcript=maybe", "markdown_version=v2"):
        assert desk.ask("GET", f"/pages/{page}/markdown?{query}").status == 400
    desk.set(capabilities=frozenset({"update"}))
    assert desk.ask("GET", f"/pages/{page}/markdown").status == 403
    assert "Insufficient" in message_of(desk.ask("GET", f"/pages/{page}/markdown"))
