"""The sandboxed Notion's blocks: the few kinds that notes need."""

from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import Desk, error_of, message_of, new_desk, results, words


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


@pytest.fixture
def page(desk: Desk) -> str:
    """An empty page."""
    return str(desk.create()["id"])


def block(content: str, kind: str = "paragraph", **more: object) -> dict[str, Any]:
    """Return a new block as a client sends it."""
    return {"object": "block", "type": kind, kind: {"rich_text": [words(content)], **more}}


def append(desk: Desk, owner: str, *children: dict[str, Any], **more: object) -> Any:
    """Append blocks and return the answer's body."""
    answer = desk.ask("PATCH", f"/blocks/{owner}/children", {"children": list(children), **more})
    assert answer.status == 200, answer
    return answer.body


def said(block: Any) -> str:
    """Return the words of a block."""
    return "".join(piece["plain_text"] for piece in block[block["type"]]["rich_text"])


def below(desk: Desk, owner: str) -> list[str]:
    """Return the words of the blocks below something."""
    return [said(one) for one in desk.get(f"/blocks/{owner}/children")["results"]]


def test_each_kind_is_read_back(desk: Desk, page: str) -> None:
    """Every kind that is taken comes back with all its members."""
    kinds = ["paragraph", "quote", "toggle", "bulleted_list_item", "numbered_list_item", "to_do"]
    kinds += ["heading_1", "heading_2", "heading_3", "heading_4"]
    desk.documented = False  # heading_4 came a few days after it
    body = append(desk, page, *(block(kind, kind) for kind in kinds), {"divider": {}})
    assert [one["type"] for one in body["results"]] == [*kinds, "divider"]
    shown = {one["type"]: one[one["type"]] for one in desk.get(f"/blocks/{page}/children")["results"]}
    assert (shown["to_do"]["checked"], shown["heading_1"]["is_toggleable"], shown["paragraph"]["icon"]) == (
        False,
        False,
        None,
    )


def test_positions_answer_all_that_follows(desk: Desk, page: str) -> None:
    """At the end only the new blocks are answered; elsewhere all later siblings follow them (recorded)."""
    first, second = append(desk, page, block("1"), block("2"))["results"]
    assert [said(one) for one in append(desk, page, block("3"))["results"]] == ["3"]
    desk.documented = False  # positions of blocks came in the same month
    body = append(desk, page, block("0"), position={"type": "start"})
    assert [said(one) for one in body["results"]] == ["0", "1", "2", "3"]
    after = {"type": "after_block", "after_block": {"id": first["id"]}}
    assert [said(one) for one in append(desk, page, block("1a"), position=after)["results"]] == [
        "1a",
        "2",
        "3",
    ]
    assert below(desk, page) == ["0", "1", "1a", "2", "3"]
    elsewhere = {"type": "after_block", "after_block": {"id": page}}
    path = f"/blocks/{page}/children"
    assert desk.ask("PATCH", path, {"children": [], "position": elsewhere}).status == 404
    old = desk.ask("PATCH", path, {"children": [block("x")], "after": second["id"]})
    assert "body.after should be not present" in message_of(old)
    assert desk.ask("PATCH", path, {"children": [], "position": {"type": "middle"}}).status == 400


def test_the_older_version_has_after(desk: Desk, page: str) -> None:
    """At 2025-09-03 the place is named by `after`."""
    first, _ = append(desk, page, block("1"), block("3"))["results"]
    desk.headers["notion-version"] = "2025-09-03"
    append(desk, page, block("2"), after=first["id"])
    assert below(desk, page) == ["1", "2", "3"]


def test_blocks_hold_blocks(desk: Desk, page: str) -> None:
    """Two levels are taken at once, each is listed by itself; a third level is refused."""
    nested = block("outer", children=[block("inner", "to_do", checked=True)])
    outer = append(desk, page, nested)["results"][0]
    assert outer["has_children"] is True and "children" not in outer["paragraph"]
    [inner] = desk.get(f"/blocks/{outer['id']}/children")["results"]
    assert inner["parent"] == {"type": "block_id", "block_id": outer["id"]}
    assert inner["to_do"]["checked"] is True
    deep = block("1", children=[block("2", children=[block("3")])])
    answer = desk.ask("PATCH", f"/blocks/{page}/children", {"children": [deep]})
    assert error_of(answer) == (400, "validation_error")


def test_limits_of_an_append(desk: Desk, page: str) -> None:
    """100 blocks a list and 1,000 in all."""
    path = f"/blocks/{page}/children"
    assert desk.ask("PATCH", path, {"children": [block("x")] * 101}).status == 400
    many = [block("x", children=[block("y")] * 10)] * 100
    answer = desk.ask("PATCH", path, {"children": many})
    assert "should be ≤ `1000`" in message_of(answer)
    long = desk.ask("PATCH", path, {"children": [block("x" * 2001)]})
    assert "body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`" in message_of(
        long
    )


def test_children_are_paged(desk: Desk, page: str) -> None:
    """The cursor of a list of blocks is the id of the block that comes next."""
    made = append(desk, page, *(block(str(n)) for n in range(5)))["results"]
    first = desk.get(f"/blocks/{page}/children?page_size=3")
    assert first["next_cursor"] == made[3]["id"]
    rest = desk.get(f"/blocks/{page}/children?page_size=3&start_cursor={first['next_cursor']}")
    assert [said(one) for one in rest["results"]] == ["3", "4"]


def test_an_update_replaces_the_named_fields(desk: Desk, page: str) -> None:
    """Ticking a box leaves its words; another kind is refused."""
    key = append(desk, page, block("Call", "to_do"))["results"][0]["id"]
    answer: Any = desk.ask("PATCH", f"/blocks/{key}", {"to_do": {"checked": True}}).body
    assert (said(answer), answer["to_do"]["checked"]) == ("Call", True)
    assert desk.ask("PATCH", f"/blocks/{key}", {"paragraph": {"rich_text": []}}).status == 400
    assert desk.ask("PATCH", f"/blocks/{key}", {"to_do": {"checked": "yes"}}).status == 400
    assert desk.ask("PATCH", f"/blocks/{key}", {"to_do": {"children": [block("x")]}}).status == 400
    assert desk.ask("PATCH", f"/blocks/{page}", {"child_page": {"title": "x"}}).status == 400


def test_a_deleted_block_is_still_read(desk: Desk, page: str) -> None:
    """It answers with 200 and `in_trash`, is not listed, and refuses edits until it is restored (recorded)."""
    key = append(desk, page, block("old"))["results"][0]["id"]
    answer: Any = desk.ask("DELETE", f"/blocks/{key}").body
    assert answer["in_trash"] is True
    assert desk.get(f"/blocks/{key}")["in_trash"] is True
    assert below(desk, page) == [] and desk.get(f"/blocks/{page}")["has_children"] is False
    for refused in (
        desk.ask("DELETE", f"/blocks/{key}"),
        desk.ask("PATCH", f"/blocks/{key}", {"paragraph": {"rich_text": []}}),
        desk.ask("PATCH", f"/blocks/{key}/children", {"children": [block("x")]}),
    ):
        assert error_of(refused) == (400, "validation_error")
    assert desk.ask("PATCH", f"/blocks/{key}", {"in_trash": False}).status == 200
    assert below(desk, page) == ["old"]


def test_edits_of_blocks_may_not_move_the_page(desk: Desk, page: str) -> None:
    """The page's edit time stays (as users report), or moves, as the settings say."""
    desk.later(minutes=5)
    key = append(desk, page, block("x"))["results"][0]["id"]
    assert desk.page(page)["last_edited_time"] == "2026-03-02T08:30:00.000Z"
    desk.set(blocks_move_page=True)
    desk.ask("PATCH", f"/blocks/{key}", {"paragraph": {"rich_text": [words("y")]}})
    assert desk.page(page)["last_edited_time"] == "2026-03-02T08:35:00.000Z"


def test_a_page_is_made_with_its_blocks(desk: Desk) -> None:
    """Children of a create stand below the page; wrong ones make no page."""
    parent = {"parent": {"data_source_id": desk.cities}, "properties": {}}
    answer: Any = desk.ask("POST", "/pages", {**parent, "children": [block("a"), block("b", "quote")]}).body
    assert below(desk, answer["id"]) == ["a", "b"]
    wrong: Any
    for wrong in (
        [{"type": "note", "note": {}}],
        [{"type": "paragraph"}],
        [block("x", has_children=True)],
        {},
    ):
        assert desk.ask("POST", "/pages", {**parent, "children": wrong}).status == 400
    assert len(results(desk.query())) == 1
    assert desk.patch(answer["id"], erase_content=True).status == 200
    assert below(desk, answer["id"]) == []


def test_child_pages_that_are_not_shared_are_left_out(desk: Desk, page: str) -> None:
    """A page below a page is a block to it; without a right to it nothing shows that it is there."""
    child = desk.service.add_subpage(page, "Minutes", by=desk.anna, at=desk.now)
    [shown] = desk.get(f"/blocks/{page}/children")["results"]
    assert (shown["id"], shown["child_page"]) == (child, {"title": "Minutes"})
    desk.service.unshare_page(child)
    assert desk.get(f"/blocks/{page}/children")["results"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "paragraph", "paragraph": {"rich_text": []}, "archived": False},
        {"type": "paragraph", "paragraph": {"rich_text": [], "color": "pinkish"}},
        {"type": "paragraph", "paragraph": {"rich_text": [], "checked": True}},
        {"type": "to_do", "to_do": {"rich_text": [], "checked": "no"}},
        {"type": "heading_1", "heading_1": {"rich_text": "text"}},
        {"type": "paragraph", "paragraph": []},
        {"type": "paragraph", "paragraph": {"rich_text": [], "icon": None}},
        "text",
    ],
)
def test_odd_blocks_are_refused(desk: Desk, page: str, wrong: object) -> None:
    """Read-only members, unknown colours and wrong types are a 400."""
    answer = desk.ask("PATCH", f"/blocks/{page}/children", {"children": [wrong]})
    assert error_of(answer) == (400, "validation_error")
