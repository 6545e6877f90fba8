"""Where recordings or documentation show drives and files, the sandbox's have the same shape."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.captures.test_graph_sandbox_schema import Tally, compare, recording, unfurled
from tests.referees import graph as referee
from tests.referees.graph_drives import TYPES
from tests.unit.sandbox.drive_desk import DriveDesk, new_drive_desk, package

pytestmark = pytest.mark.skipif(
    not referee.available(), reason="no recordings of Graph: ../shared/data/graph is absent"
)


@pytest.fixture
def desk() -> DriveDesk:
    """A library with a file that the application made, as in the recording."""
    desk = new_drive_desk()
    desk.upload("/root:/note.docx:/content", package())
    return desk


def test_a_file_looks_as_recorded(desk: DriveDesk) -> None:
    """The one recorded Word file of a library has the members and types of the sandbox's, tags included."""
    recorded = unfurled("UnfurlFileTest-1-00003", "3")
    ours = desk.item("note.docx")
    # The recording is of a person's call; an application without a user has neither address nor id. In a later
    # recording the parent has a name and the site's id as well.
    compare(Tally(), recorded, ours, lacking={"email", "id"}, more={"name", "siteId", "@odata.etag"})
    for tag in ("eTag", "cTag"):
        guid, number = recorded[tag].strip('"').split(",")
        assert len(guid) == len(ours[tag].strip('"').split(",")[0])
        assert number == ours[tag].strip('"').split(",")[1]
    assert len(recorded["id"]) == len(ours["id"])
    assert len(recorded["parentReference"]["driveId"]) == len(desk.drive)


def test_a_later_parent_looks_as_recorded(desk: DriveDesk) -> None:
    """The parent of a file in the root as recorded in March 2024 has the sandbox's members."""
    recorded = recording("pnpcore/SharePoint/FilesTests/GetFileByLinkTest-1-00007.json")["body"]
    ours = desk.item("note.docx")["parentReference"]
    theirs = recorded["parentReference"]
    compare(Tally(), theirs, ours, lacking={"sharepointIds"}, more=set())  # asked for with $select
    assert theirs["name"] == ours["name"] == "Shared Documents"
    assert theirs["path"].removeprefix("/drives/" + theirs["driveId"]) == "/root:"


def test_documented_members_are_known() -> None:
    """Every member of a documented drive, file, version or session is in the referee's tables."""
    seen = 0
    for kind, one in documented():
        unknown = {name for name in one if "@" not in name} - set(TYPES[kind])
        assert not unknown, (kind, unknown)
        seen += 1
    assert seen > 20


def documented() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects in documented answers about drives, each with its type."""
    pages = {
        "drive-get.md": "drive",
        "drive-list.md": "drive",
        "driveitem-delta.md": "driveItem",
        "driveitem-get.md": "driveItem",
        "driveitem-list-children.md": "driveItem",
        "driveitem-move.md": "driveItem",
        "driveitem-post-children.md": "driveItem",
        "driveitem-put-content.md": "driveItem",
        "driveitem-update.md": "driveItem",
        "driveitem-list-versions.md": "driveItemVersion",
    }
    text = (referee.GRAPH_DATA / "graph-docs-2021/examples.jsonl").read_text("utf-8")
    for line in text.splitlines():
        example = json.loads(line)
        kind = pages.get(example["page"].rpartition("/")[2])
        body = example.get("body")
        if kind and example.get("status") in (200, 201) and isinstance(body, dict):
            for one in body.get("value", [body]):
                yield kind, one
