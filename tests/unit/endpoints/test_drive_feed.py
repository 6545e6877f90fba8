"""What the pages of a drive's feed come to."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.sharepoint.drive_cursor import Cursor, read_cursor
from syncbot.endpoints.sharepoint.drive_feed import Told, sort_out, told_by
from syncbot.endpoints.sharepoint.drive_items import Folder, Watched, quick_xor
from syncbot.sandbox.graph.quickxor import quick_xor as other_quick_xor

WATCHED = Watched(folder="W", suffixes=(".md",), app_id="us")
KNOWN = {"A": Folder(parent="W", name="a"), "B": Folder(parent="A", name="b")}
texts = st.text(max_size=20)


def folder(ref: str, parent: str | None, name: str, children: int | None = 0) -> dict[str, Any]:
    """Return a folder as a feed tells it."""
    above = {"root": {}} if parent is None else {"parentReference": {"id": parent}}
    return {"id": ref, "name": name, "folder": {"childCount": children}} | above


def file(ref: str, parent: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a file as a feed tells it."""
    return {"id": ref, "name": name, "file": {}, "parentReference": {"id": parent}, "eTag": "t"} | more


def told(*items: dict[str, Any], gone: tuple[str, ...] = (), broken: int = 0) -> Told:
    """Return a reading."""
    return Told(items={one["id"]: one for one in items}, gone=frozenset(gone), link="l", broken=broken)


@given(
    place=texts,
    drive=texts,
    link=texts,
    folders=st.dictionaries(texts, st.builds(Folder, parent=st.none() | texts, name=texts), max_size=5),
)
def test_a_cursor_comes_back(place: str, drive: str, link: str, folders: dict[str, Folder]) -> None:
    """What was written is read as it was."""
    cursor = Cursor(place=place, drive=drive, folder="f", link=link, folders=folders)
    assert read_cursor(cursor.text()) == cursor


@given(st.text() | st.sampled_from(["[]", "{}", "null", '{"form": 1}', '{"form": 1, "folders": [1]}']))
def test_a_foreign_cursor_is_none(text: str) -> None:
    """Whatever is no cursor of ours is read as none, and nothing is raised."""
    assert read_cursor(text) is None


@given(st.binary(min_size=1, max_size=700), st.data())
def test_two_makers_agree_about_the_hash(data: bytes, draw: st.DataObject) -> None:
    """Ours and the sandbox's hash, written apart, are equal; one other byte gives another hash."""
    assert quick_xor(data) == other_quick_xor(data)
    place = draw.draw(st.integers(0, len(data) - 1))
    changed = bytes([*data[:place], data[place] ^ 1, *data[place + 1 :]])
    assert quick_xor(data) != quick_xor(changed)


def test_the_last_word_about_an_item_counts() -> None:
    """An item that comes again, deleted or not, is as it was told last; what says nothing is counted."""
    pages: list[dict[str, Any]] = [
        {"value": [file("1", "W", "old.md"), file("2", "W", "two.md"), {"error": {"code": "x"}}, "odd"]},
        {"value": [file("1", "W", "new.md"), {"id": "2", "deleted": {}}], "@odata.deltaLink": "L"},
    ]
    found = told_by(pages, path_of=str)
    assert found.items["1"]["name"] == "new.md"
    assert (found.gone, found.link, found.broken) == (frozenset({"2"}), "L", 2)
    assert told_by(pages[:1], path_of=str).link is None


def test_files_are_sorted_by_where_they_lie() -> None:
    """In the folder and below it: told. Elsewhere, or with another ending: gone. Notebooks are neither."""
    found = sort_out(
        told(
            folder("R", None, "root"),
            folder("O", "R", "other"),
            folder("W", "R", "watched"),
            file("1", "W", "one.md"),
            file("2", "B", "two.md"),
            file("3", "O", "three.md"),
            file("4", "W", "four.png"),
            gone=("5",),
        ),
        KNOWN,
        WATCHED,
        full=False,
    )
    assert {one.path for one in found.entries} == {"one.md", "a/b/two.md"}
    assert found.gone == {"3", "4", "5"}
    assert (found.folders, found.unsure, found.strangers) == (KNOWN, None, frozenset())


def test_unknown_folders_are_asked_for() -> None:
    """When a feed leaves the folders above out, nothing is concluded before they are known."""
    found = sort_out(told(file("1", "X", "one.md")), KNOWN, WATCHED, full=False)
    assert found.strangers == {"X"} and not found.entries and not found.gone
    again = sort_out(told(file("1", "X", "one.md"), folder("X", "B", "x", 1)), KNOWN, WATCHED, full=False)
    assert [one.path for one in again.entries] == ["a/b/x/one.md"]


def test_what_a_folder_did_makes_unsure() -> None:
    """A folder of ours that was renamed, moved away or deleted, or that came with untold things in it."""
    root = folder("R", None, "root")
    cases = {
        "renamed": told(folder("A", "W", "z", 1)),
        "moved": told(root, folder("A", "R", "a", 1)),
        "deleted": told(gone=("B",)),
        "came full": told(folder("N", "W", "n", 2), file("1", "N", "one.md")),
        "uncounted": told(folder("N", "W", "n", None)),
        "broken": told(broken=1),
    }
    for case, reading in cases.items():
        assert sort_out(reading, KNOWN, WATCHED, full=False).unsure, case
        assert sort_out(reading, KNOWN, WATCHED, full=True).unsure is None


def test_a_new_folder_whose_files_are_told_is_sure() -> None:
    """Making a folder and putting a file into it needs no full reading, and the folder is known then."""
    reading = told(folder("N", "W", "n", 1), file("1", "N", "one.md"), folder("A", "W", "a", 5))
    found = sort_out(reading, KNOWN, WATCHED, full=False)
    assert found.unsure is None
    assert found.folders == {**KNOWN, "N": Folder(parent="W", name="n")}


def test_what_lay_in_a_folder_that_went_meanwhile_is_gone() -> None:
    """A file of one page whose folder, old or new, is told as deleted by a later page is not there."""
    new = folder("N", "W", "n", 1)
    found = sort_out(
        told(new, file("1", "N", "one.md"), folder("M", "N", "m"), file("2", "X", "two.md"), gone=("N", "X")),
        KNOWN,
        WATCHED,
        full=True,
    )
    assert not found.entries and found.gone >= {"1", "2", "N", "X"}
    assert set(found.folders) == {"A", "B"} and not found.strangers


def test_folders_in_a_circle_are_nowhere() -> None:
    """A feed that tells folders lying in one another hangs nothing up."""
    reading = told(folder("X", "Y", "x"), folder("Y", "X", "y"), file("1", "X", "one.md"))
    assert sort_out(reading, {}, WATCHED, full=True).entries == []


def test_hostile_members_are_survived() -> None:
    """Members of any type make an entry with less in it, never an error."""
    dice = random.Random(1)
    odd: list[Any] = [None, True, -1, 1.5, "", "x", [], {}, {"user": 1}, "9999-99-99T00:00:00Z", "2026-01-01"]
    names = ("name", "size", "eTag", "cTag", "webUrl", "lastModifiedDateTime", "lastModifiedBy", "file")
    for _ in range(500):
        item = {"id": "1"} | {name: dice.choice(odd) for name in names}
        entry = WATCHED.entry(item, "")
        assert entry.size >= 0 and (entry.edited_at is None or entry.edited_at.tzinfo)
