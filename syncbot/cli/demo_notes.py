"""The scenes of the demo that are about meeting notes: from a line in a note to a row in both databases, and back."""

from collections.abc import Mapping
from typing import Any

from .onlooker import said
from .stage import Stage, Stopped
from .word_box import tick

_IN_WORD = "prepare a note on the low-emission zone"
_IN_PAGE = "invite the tenants' association"
_IN_NOTION = "finish the business case for the bus fleet"
_IN_LIST = "propose two dates for the visit to Groningen"
_FROM = {
    _IN_WORD: "a Word file of group B",
    _IN_PAGE: "a Notion page of group A",
    _IN_NOTION: "a Word file of group D",
    _IN_LIST: "a Notion page of group C",
}
"""Words of a line, and where its group wrote it."""


def from_notes(stage: Stage) -> None:
    """Look for what the notes say in both databases."""
    stage.say(
        "Groups A and C write their notes in Notion, B and D in Word. What was promised stands in both databases:"
    )
    in_notion = {_key(page): page for page in _pages(stage) if page["Source"]["url"]}
    in_list = {
        item["fields"].get("SyncbotKey"): item for item in _items(stage) if item["fields"].get("Source")
    }
    stage.claim(
        f"{len(in_notion)} actions of eight notes, each with a link to its source, in both databases",
        len(in_notion.keys() & in_list.keys()),
        len(in_notion),
        also=len(in_list) == len(in_notion) > 10,
    )
    for words, where in _FROM.items():
        found = [_title(_page(stage, words)), _item(stage, words)["Title"]]
        stage.claim(f"From {where}: {found[0]}", len(set(found)), 1)


def from_workbook(stage: Stage) -> None:
    """Look for the needs that group C keeps in an Excel workbook."""
    rows = stage.onlooker.pages("NEEDS")
    of_c = {said(one["properties"]["Need"]) for one in rows if _group(one) == "C"}
    items = [one["fields"] for one in stage.onlooker.items("Needs")]
    listed = {one["Title"] for one in items if one.get("SupportGroup") == "CSG C"}
    stage.claim(
        f"{len(of_c)} needs from group C's workbook in both databases", listed, of_c, also=len(of_c) > 5
    )


def _group(page: Mapping[str, Any]) -> str:
    chosen: dict[str, str] = page["properties"]["CSG"]["select"] or {}
    return chosen.get("name", "")


def ticked(stage: Stage) -> None:
    """Tick four boxes in four places, and look whether they close everywhere."""
    stage.say(
        "Rana ticks a box in Word, Klara one in her Notion page, Fernão one in Notion, Joost one in the list:"
    )
    word_file, left = _tick_in_word(stage)
    _tick_in_page(stage)
    stage.onlooker.edit_page(_id(stage, _IN_NOTION), {"Done": {"checkbox": True}}, by="Fernão Exemplar")
    stage.onlooker.edit_item(
        _item(stage, _IN_LIST)["id"], {"Done": True}, by="Joost D'exemplaer", of="Actions"
    )
    for words in (_IN_WORD, _IN_PAGE):
        stage.claim(f"Before the sync nobody else knows: {words}", _closed(stage, words), (False, False))
    stage.type("sync")
    for words, where in _TICKS.items():
        stage.claim(
            f"Ticked {where}, closed in Notion and in SharePoint: {words}",
            _closed(stage, words),
            (True, True),
        )
    stage.claim("The Word file is as Rana left it", stage.onlooker.file(word_file) == left, True)
    stage.onlooker.forget()
    stage.type("sync")
    stage.claim("After that all is at rest: nothing more is written", stage.onlooker.writes(), 0)


_TICKS = {
    _IN_WORD: "in Word",
    _IN_PAGE: "on a Notion page",
    _IN_NOTION: "in Notion's database",
    _IN_LIST: "in SharePoint's list",
}


def _tick_in_word(stage: Stage) -> tuple[str, bytes]:
    """Do what Rana does: open the latest notes of her group, tick, save. Return the path and what she saved."""
    path = max(one for one in stage.onlooker.files() if one.startswith("Meeting notes/CSG B/"))
    data = tick(stage.onlooker.file(path), _IN_WORD)
    if data is None:
        raise Stopped(f"{path} has no box at {_IN_WORD!r}")
    stage.onlooker.save_file(path, data, by="Rana Al Mithal")
    return path, data


def _tick_in_page(stage: Stage) -> None:
    """Do what Klara does: tick the box of her line on the page of the meeting."""
    for page in stage.onlooker.pages("MEETINGS"):
        lines = stage.onlooker.boxes(page["id"]) if page["properties"]["CSG"]["select"]["name"] == "A" else []
        for line in lines:
            if _IN_PAGE in line:
                stage.onlooker.tick(page["id"], line, by="Klara Beispiel")
                return
    raise Stopped(f"no page has a box at {_IN_PAGE!r}")


# -- looking into the databases


def _closed(stage: Stage, words: str) -> tuple[bool, bool]:
    """Say whether the action is done in Notion, and whether it is in SharePoint."""
    return bool(_page(stage, words)["Done"]["checkbox"]), bool(_item(stage, words).get("Done"))


def _pages(stage: Stage) -> list[dict[str, Any]]:
    return [page["properties"] | {"id": page["id"]} for page in stage.onlooker.pages("ACTIONS")]


def _items(stage: Stage) -> list[dict[str, Any]]:
    return stage.onlooker.items("Actions")


def _page(stage: Stage, words: str) -> dict[str, Any]:
    found = [page for page in _pages(stage) if words in _title(page)]
    if len(found) != 1:
        raise Stopped(f"{len(found)} actions in Notion say {words!r}, where one should")
    return found[0]


def _id(stage: Stage, words: str) -> str:
    return str(_page(stage, words)["id"])


def _item(stage: Stage, words: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [item["fields"] | {"id": item["id"]} for item in _items(stage)]
    found = [row for row in rows if words in row["Title"]]
    if len(found) != 1:
        raise Stopped(f"{len(found)} actions in SharePoint say {words!r}, where one should")
    return found[0]


def _title(page: Mapping[str, Any]) -> str:
    return said(page["Action"])


def _key(page: Mapping[str, Any]) -> str:
    return said(page["syncbot key"])
