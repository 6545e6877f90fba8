"""Upload sessions of the sandboxed Graph."""

from typing import Any

import pytest

from syncbot.sandbox.graph.uploads import STEP
from tests.unit.sandbox.drive_desk import DriveDesk, new_drive_desk
from tests.unit.sandbox.graph_desk import error_of

DATA = bytes(range(256)) * (3 * STEP // 256 - 100)


@pytest.fixture
def desk() -> DriveDesk:
    """An empty library."""
    return new_drive_desk()


def opened(desk: DriveDesk, below: str = "/root:/big.bin:", **item: object) -> Any:
    """Open a session and return what it says."""
    answer = desk.ask("POST", f"{below}/createUploadSession", {"item": item})
    assert answer.status == 200, answer
    return answer.body


def send(desk: DriveDesk, url: str, first: int, last: int, **headers: str) -> Any:
    """Send a range of the data."""
    span = f"bytes {first}-{last}/{len(DATA)}"
    return desk.outside("PUT", url, raw=DATA[first : last + 1], content_range=span, **headers)


def test_ranges_become_a_file(desk: DriveDesk) -> None:
    """Each range says what is still missing; the last one gives the file."""
    session = opened(desk)
    url = session["uploadUrl"]
    assert session["nextExpectedRanges"] == ["0-"]
    assert send(desk, url, 0, STEP - 1).body["nextExpectedRanges"] == [f"{STEP}-"]
    assert desk.outside("GET", url).body["nextExpectedRanges"] == [f"{STEP}-"]  # type: ignore[index]
    last = send(desk, url, STEP, len(DATA) - 1)
    assert (last.status, last.body["size"]) == (201, len(DATA))
    assert desk.content(last.body["id"]) == DATA
    assert desk.outside("GET", url).status == 404


def test_wrong_ranges_are_refused(desk: DriveDesk) -> None:
    """A repeat or a gap gives 416, an odd length or another total 400, a token 401."""
    url = opened(desk)["uploadUrl"]
    assert error_of(send(desk, url, 0, STEP)) == (400, "invalidRequest")
    assert error_of(send(desk, url, STEP, 2 * STEP - 1))[0] == 416
    send(desk, url, 0, STEP - 1)
    assert error_of(send(desk, url, 0, STEP - 1))[0] == 416
    other = f"bytes {STEP}-{2 * STEP - 1}/{len(DATA) + 1}"
    assert desk.outside("PUT", url, raw=DATA[STEP : 2 * STEP], content_range=other).status == 400
    assert send(desk, url, STEP, 2 * STEP - 1, authorization="Bearer good").status == 401


def test_a_session_ends(desk: DriveDesk) -> None:
    """After a quarter of an hour, or when it is cancelled, it is not there any more."""
    url, other = opened(desk)["uploadUrl"], opened(desk)["uploadUrl"]
    assert desk.outside("DELETE", other).status == 204
    assert desk.outside("GET", other).status == 404
    desk.desk.later(minutes=16)
    assert error_of(send(desk, url, 0, STEP - 1)) == (404, "itemNotFound")


def test_a_name_taken_meanwhile_is_told_at_the_end(desk: DriveDesk) -> None:
    """Documented: 409 with the last range, and the session stays; at once when the name was taken before."""
    url = opened(desk)["uploadUrl"]
    desk.put("big.bin")
    send(desk, url, 0, STEP - 1)
    assert error_of(send(desk, url, STEP, len(DATA) - 1)) == (409, "nameAlreadyExists")
    assert desk.outside("GET", url).status == 200
    refused = desk.ask("POST", "/root:/big.bin:/createUploadSession")
    assert error_of(refused) == (409, "nameAlreadyExists")


def test_other_content_for_a_file_that_was_seen(desk: DriveDesk) -> None:
    """If-Match counts when the session begins; an edit during the session is overwritten."""
    item = desk.put("a.bin", b"one")
    tag = desk.item("a.bin")["eTag"]
    stale = desk.ask("POST", f"/items/{item}/createUploadSession", {}, if_match='"{x},9"')
    assert error_of(stale) == (412, "notAllowed")
    url = desk.ask("POST", f"/items/{item}/createUploadSession", {}, if_match=tag).body["uploadUrl"]  # type: ignore[index]
    desk.put("a.bin", b"two")
    assert send(desk, url, 0, len(DATA) - 1).status == 200
    assert desk.content(item) == DATA
    assert len(desk.get(f"/items/{item}/versions")["value"]) == 3
