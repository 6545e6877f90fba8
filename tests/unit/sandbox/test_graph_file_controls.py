"""What people do with files, ordered over the control routes."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.login import LoginService
from syncbot.sandbox.notion import NotionService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.unit.sandbox.drive_desk import DriveDesk, new_drive_desk
from tests.unit.sandbox.graph_desk import START

PATH = "Meeting notes/CSG B/note.md"


@pytest.fixture
def desk() -> DriveDesk:
    """An empty library."""
    return new_drive_desk()


@pytest.fixture
def running(desk: DriveDesk) -> Iterator[Sandbox]:
    """The library behind a real server."""
    with start([desk.desk.service], LoginService(Clock(start=START)), Options()) as sandbox:
        yield sandbox


def order(sandbox: Sandbox, path: str, action: str = "save", **more: Any) -> httpx.Response:
    """Let Anna do something."""
    body = {"by": "Anna Adler", "path": path, "action": action} | more
    return httpx.post(f"{sandbox.url('graph')}/_sandbox/files", json=body, trust_env=False)


def read(sandbox: Sandbox, **asked: str) -> httpx.Response:
    """List or read."""
    return httpx.get(f"{sandbox.url('graph')}/_sandbox/files", params=asked, trust_env=False)


def test_a_file_goes_through_its_life(desk: DriveDesk, running: Sandbox) -> None:
    """Saved, opened, closed, described, moved, deleted and restored, it keeps its id and its content."""
    content = base64.b64encode("grüße".encode()).decode()
    made = order(running, PATH, content=content).json()["id"]
    assert desk.item(PATH)["lastModifiedBy"]["user"]["displayName"] == "Anna Adler"
    order(running, PATH, "lock")
    assert desk.upload(f"/items/{made}/content", b"x").status == 423
    steps = [
        order(running, PATH, "unlock"),
        order(running, PATH, "describe"),
        order(running, PATH, "move", to="other/b.md"),
        order(running, "other/b.md", "delete"),
        order(running, "other/b.md", "restore"),
    ]
    assert [one.json() for one in steps] == [{"id": made}] * 5
    assert read(running).json() == ["other/b.md"]
    assert read(running, path="other/b.md").content.decode() == "grüße"


def test_what_cannot_be_done_is_told(running: Sandbox) -> None:
    """Missing files, people, libraries and names give 400 with a reason, an odd order too."""
    refused = [
        order(running, "nowhere.md", "lock"),
        order(running, "a.md", by="Nobody"),
        order(running, "a.md", library="Nowhere"),
        order(running, "~$a.md"),
        order(running, "a.md", content="§"),
        order(running, "a.md", "dance"),
        read(running, path="nowhere.md"),
    ]
    assert [one.status_code for one in refused] == [400] * 7


def test_notion_has_no_files() -> None:
    """A service without libraries says so."""
    login = LoginService(Clock(start=START))
    with start([NotionService("token", lambda: "id")], login, Options()) as sandbox:
        answer = httpx.get(f"{sandbox.url('notion')}/_sandbox/files", trust_env=False)
    assert answer.status_code == 404
