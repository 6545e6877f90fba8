"""The feed of a drive of the sandboxed Graph."""

from typing import Any

import pytest

from syncbot.sandbox.graph.drive_delta import FEED
from tests.unit.sandbox.drive_desk import DriveDesk, new_drive_desk
from tests.unit.sandbox.graph_desk import error_of


@pytest.fixture
def desk() -> DriveDesk:
    """A library with a note in a folder, and one outside."""
    desk = new_drive_desk()
    desk.put("Notes/B/one.md")
    desk.put("Other/two.md")
    return desk


def names(page: Any) -> list[str]:
    """Return the names in a page, in order of the alphabet."""
    return sorted(one["name"] for one in page["value"] if "name" in one)


def test_from_scratch_everything_comes(desk: DriveDesk) -> None:
    """The root, the folders and the files are all told, without cTag and without a path."""
    page = desk.delta()
    assert names(page) == ["B", "Notes", "Other", "one.md", "root", "two.md"]
    assert not any("cTag" in one or "path" in one["parentReference"] for one in page["value"])
    assert desk.delta(page["@odata.deltaLink"])["value"] == []


def test_a_change_comes_with_the_folders_above(desk: DriveDesk) -> None:
    """An edited file brings its parents up to the root, unless the header says not to."""
    link = desk.link()
    desk.put("Notes/B/one.md", b"other")
    assert names(desk.delta(link)) == ["B", "Notes", "one.md", "root"]
    assert names(desk.delta(link, deltaExcludeParent="true")) == ["one.md"]


def test_pages_overlap_and_lose_nothing(desk: DriveDesk) -> None:
    """Over small pages every node comes, some more than once."""
    page = desk.delta(f"/drives/{desk.drive}{FEED}?$top=2")
    found = names(page)
    while "@odata.nextLink" in page:
        page = desk.delta(page["@odata.nextLink"])
        found += names(page)
    assert set(found) == {"B", "Notes", "Other", "one.md", "root", "two.md"}
    assert len(found) > 6


def test_a_renamed_folder_says_nothing_of_what_is_in_it(desk: DriveDesk) -> None:
    """Documented: descendants of a renamed folder are not told."""
    link = desk.link()
    desk.desk.service.move_file(desk.documents, "Notes/B", "Notes/C", by=desk.desk.anna, at=desk.desk.now)
    assert names(desk.delta(link)) == ["C", "Notes", "root"]


def test_a_deletion_has_no_name(desk: DriveDesk) -> None:
    """Only the id and the facet tell of it; a folder is told alone, or with what was in it."""
    item, folder = desk.item("Notes/B/one.md")["id"], desk.item("Notes")["id"]
    link = desk.link()
    desk.ask("DELETE", f"/items/{folder}")
    [grave] = desk.delta(link)["value"]
    assert (grave["id"], grave["deleted"]) == (folder, {"state": "deleted"})
    assert "name" not in grave
    desk.desk.set(graves_alone=False)
    assert {one["id"] for one in desk.delta(link)["value"]} > {item, folder}
    assert desk.delta()["value"]  # from scratch nothing dead is told
    assert not any("deleted" in one for one in desk.delta()["value"])


def test_what_comes_back_is_told(desk: DriveDesk) -> None:
    """A folder taken out of the recycle bin is there with its old id, and so is what was in it."""
    before = desk.item("Notes/B/one.md")["id"]
    guid = desk.desk.service.trash_file(desk.documents, "Notes", at=desk.desk.now)
    link = desk.link()
    desk.desk.service.restore_file(desk.documents, guid, at=desk.desk.now)
    assert desk.item("Notes/B/one.md")["id"] == before
    assert "one.md" in names(desk.delta(link))


def test_an_old_token_is_gone(desk: DriveDesk) -> None:
    """410 with a link that starts afresh, after 60 days or when the log was lost."""
    link = desk.link()
    desk.desk.service.expire_drive_tokens(desk.documents)
    answer = desk.desk.ask("GET", link)
    assert error_of(answer) == (410, "resyncRequired")
    assert "one.md" in names(desk.delta(answer.headers["Location"]))
    late = desk.link()
    desk.desk.later(days=61)
    assert desk.desk.ask("GET", late).status == 410


def test_only_the_root_has_a_feed(desk: DriveDesk) -> None:
    """A folder's feed is refused as SharePoint does."""
    folder = desk.item("Notes")["id"]
    assert error_of(desk.ask("GET", f"/items/{folder}/delta")) == (501, "notSupported")


def test_tags_and_hashes_come_as_told_to(desk: DriveDesk) -> None:
    """With the settings for what others have seen, cTags come and hashes do not."""
    desk.desk.set(delta_ctags=True, delta_hashes=False)
    files = [one for one in desk.delta()["value"] if "file" in one]
    assert all("cTag" in one and "hashes" not in one["file"] for one in files)
