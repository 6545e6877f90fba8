"""Downloads and uploads against a scripted server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.endpoints.sharepoint.drive_items import quick_xor
from syncbot.endpoints.sharepoint.drive_transfer import RANGE, STEP, LinkClosed, Transfer
from syncbot.endpoints.sharepoint.drive_writing import same_content
from syncbot.errors import Fatal, Invalid, NotFound, OutcomeUnknown, TooLarge, Unavailable, VersionChanged
from tests.unit.endpoints.graph_script import Told, Wire, error, wire
from tests.unit.sandbox.drive_desk import package

LINK = "https://files.test/download?tempauth=secret"
SITE = Told(body={"id": "site"})
DRIVES = Told(body={"value": [{"id": "d", "name": "Documents", "webUrl": "https://x/Shared%20Documents"}]})
ROOT = Told(body={"id": "root", "folder": {}, "root": {}})
PLACE = (SITE, DRIVES, ROOT)


@contextmanager
def scripted(*answers: Told | Exception) -> Iterator[Wire]:
    """Connect to a script that must be used up."""
    with contextmanager(wire)(*answers) as found:
        yield found
        assert not found.script.told


def item(link: object = LINK, **more: Any) -> Told:
    """Return a file as Graph tells it."""
    body = {
        "id": "f",
        "name": "a.md",
        "size": 5,
        "eTag": '"1"',
        "file": {"hashes": {"quickXorHash": quick_xor(b"words")}},
        "parentReference": {"id": "root"},
        "@microsoft.graph.downloadUrl": link,
    }
    return Told(body=body | more)


def drive(found: Wire) -> Drive:
    """Return the whole library as a folder."""
    return Drive(
        name="n", graph=found.graph, site_url="https://x/sites/c", documents="shared documents", app_id="us"
    )


def test_no_token_goes_to_another_host() -> None:
    """Graph gets the token, the host of the content gets none."""
    with scripted(*PLACE, item(), Told(raw=b"words")) as found:
        assert drive(found).download("f") == b"words"
        last = found.script.asked[-1]
        assert last.url.host == "files.test" and "authorization" not in last.headers
        assert all("authorization" in one.headers for one in found.script.asked[:-1])


def test_a_size_that_is_told_stops_before_the_download() -> None:
    """Above the limit the content is not asked for."""
    with scripted(*PLACE, item(size=11)) as found, pytest.raises(TooLarge):
        drive(found).download("f", 10)


def test_a_size_that_lies_stops_while_it_comes() -> None:
    """More bytes than the limit are not taken, whatever the size said."""
    with scripted(*PLACE, item(), Told(raw=b"x" * 1000)) as found, pytest.raises(TooLarge):
        drive(found).download("f", 10)


def test_a_closed_link_is_asked_for_anew_once() -> None:
    """The second link is used; when that is closed as well it counts as a passing failure, not as a missing file."""
    closed = Told(status=401, raw=b"no")
    with scripted(*PLACE, item(), closed, item(), Told(raw=b"words")) as found:
        assert drive(found).download("f") == b"words"
    with scripted(*PLACE, item(), closed, item(), closed) as found, pytest.raises(Unavailable) as caught:
        drive(found).download("f")
    assert not isinstance(caught.value, LinkClosed) and "secret" not in str(caught.value)


def test_a_wrong_hash_is_looked_at_twice() -> None:
    """Content that came damaged is loaded again; content that is the same twice is believed; else it is an error."""
    good, bad, other = Told(raw=b"words"), Told(raw=b"wordz"), Told(raw=b"wordy")
    with scripted(*PLACE, item(), bad, item(), good) as found:
        assert drive(found).download("f") == b"words"
    with scripted(*PLACE, item(), bad, item(), bad) as found:
        assert drive(found).download("f") == b"wordz"
    with scripted(*PLACE, item(), bad, item(), other) as found, pytest.raises(Unavailable):
        drive(found).download("f")


@pytest.mark.parametrize(
    "link", ["http://files.test/x", "file:///etc/passwd", "https:///x", "ftp://files.test/x"]
)
def test_an_unsafe_link_is_not_asked(link: str) -> None:
    """Content comes over HTTPS or not at all."""
    with scripted(*PLACE, item(link)) as found, pytest.raises(Fatal):
        drive(found).download("f")


def test_what_has_no_content() -> None:
    """Malware is left alone, a folder is no file, a missing link is a passing failure."""
    for told, expected in (
        (item(malware={}), Invalid),
        (Told(body={"id": "f", "folder": {}}), NotFound),
        (item(None), Unavailable),
    ):
        with scripted(*PLACE, told) as found, pytest.raises(expected):
            drive(found).download("f")


def test_a_failure_on_the_way_names_no_address() -> None:
    """A download that breaks is tried again and, in the end, told without its link."""
    broken = [httpx.ReadError(f"reading {LINK}") for _ in range(8)]
    with scripted(*PLACE, item(), *broken) as found, pytest.raises(Unavailable) as caught:
        drive(found).download("f")
    assert "secret" not in str(caught.value) and "ReadError" in str(caught.value)


def test_an_unknown_library_is_told_with_those_there() -> None:
    """The message names what there is to choose from."""
    with scripted(SITE, DRIVES) as found:
        place = drive(found)
        place.documents = "Nowhere"
        with pytest.raises(Fatal, match="'Nowhere' is there; there are: 'Documents'"):
            place.get("f")


def ranges(found: Wire) -> list[tuple[str, str | None]]:
    """Return what was sent: method and range."""
    return [(one.method, one.headers.get("content-range")) for one in found.script.asked]


def nothing() -> None:
    """Let the last range go."""


def status(start: int) -> Told:
    """Return what a session says is missing."""
    return Told(status=202, body={"nextExpectedRanges": [f"{start}-"]})


def test_ranges_are_multiples_in_order() -> None:
    """Every range but the last is a multiple of 320 KiB below 60 MiB, and no token goes along."""
    data = bytes(RANGE + 10)
    with scripted(status(RANGE), Told(status=201, body={"id": "f"})) as found:
        assert Transfer(graph=found.graph).upload(LINK, data, nothing) == {"id": "f"}
        assert ranges(found) == [
            ("PUT", f"bytes 0-{RANGE - 1}/{len(data)}"),
            ("PUT", f"bytes {RANGE}-{RANGE + 9}/{len(data)}"),
        ]
        assert not any("authorization" in one.headers for one in found.script.asked)
    assert RANGE % STEP == 0 and RANGE < 60 * 1024 * 1024


def test_a_lost_range_is_asked_about_before_it_is_sent_again() -> None:
    """Cut or 5xx: the session says whether the range came; only what is missing is sent."""
    data = bytes(RANGE + 10)
    answers = (httpx.ReadError("cut"), status(RANGE), error(503, "x"), status(RANGE), Told(body={"id": "f"}))
    with scripted(*answers) as found:
        Transfer(graph=found.graph).upload(LINK, data, nothing)
        assert [method for method, _ in ranges(found)] == ["PUT", "GET", "PUT", "GET", "PUT"]
        assert ranges(found)[4][1] == f"bytes {RANGE}-{RANGE + 9}/{len(data)}"


def test_a_session_that_is_gone_is_an_unknown_outcome() -> None:
    """The last answer got lost and the session is closed: it may have been finished."""
    with scripted(httpx.ReadError("cut"), error(404, "itemNotFound")) as found, pytest.raises(OutcomeUnknown):
        Transfer(graph=found.graph).upload(LINK, b"x", nothing)


def test_an_upload_that_stands_still_ends() -> None:
    """A session that always wants the first byte is given up."""
    answers = [status(0) for _ in range(5)]
    with scripted(*answers) as found, pytest.raises(Unavailable):
        Transfer(graph=found.graph).upload(LINK, bytes(RANGE + 10), nothing)


def test_a_full_site_is_told_at_once() -> None:
    """507 (quotaLimitReached) was not saved and will not be: no look, no repetition."""
    with scripted(*PLACE, error(507, "quotaLimitReached")) as found, pytest.raises(Fatal, match="full"):
        drive(found).replace("f", b"x", "t")


def test_the_last_range_can_be_stopped() -> None:
    """What the caller finds out before the last range throws the session away."""

    def changed() -> None:
        raise VersionChanged("edited", endpoint="n")

    with scripted(Told(status=204)) as found:
        with pytest.raises(VersionChanged):
            Transfer(graph=found.graph).upload(LINK, b"x", changed)
        assert ranges(found) == [("DELETE", None)]


def test_a_package_with_more_in_it_holds_what_was_sent() -> None:
    """SharePoint's own parts do not count; other words, a missing part or no package do."""
    ours = package("words")
    assert same_content(b"x", b"x") and same_content(ours, ours)
    assert not same_content(ours, package("other"))
    assert not same_content(b"PK damaged", ours) and not same_content(ours, b"x")
