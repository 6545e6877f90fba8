"""What a folder of a library does besides the contract, on the sandbox's Graph."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncbot.endpoints.files import FilesReading
from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.endpoints.sharepoint.drive_asks import SIMPLE_UPLOAD
from syncbot.errors import CursorExpired, Locked, SchemaChanged, Unavailable, VersionChanged
from tests.contract.drive_place import FOLDER, LibrarySite, drive_on, running_library, shelf_on
from tests.contract.files_contract import Shelf
from tests.contract.sharepoint_place import connected
from tests.unit.sandbox.drive_desk import package
from tests.unit.sandbox.graph_desk import START

LARGE = bytes(range(256)) * (SIMPLE_UPLOAD // 256 + 3000)


@pytest.fixture(scope="module")
def running() -> Iterator[LibrarySite]:
    """One sandbox for all tests of this file."""
    with running_library() as site:
        yield site


@pytest.fixture
def site(running: LibrarySite) -> Iterator[LibrarySite]:
    """The site as it began."""
    running.reset()
    settings = running.service.settings
    yield running
    running.service.settings = settings


@pytest.fixture
def graph(site: LibrarySite) -> Iterator[GraphConnection]:
    """A connection to it."""
    with connected(site) as graph:
        yield graph


@pytest.fixture
def shelf(site: LibrarySite, graph: GraphConnection) -> Shelf:
    """The folder, with one file in it and one in a folder below."""
    shelf = shelf_on(site, graph)
    shelf.person.save("one.md", b"one")
    shelf.person.save("2026/two.md", b"two")
    return shelf


def drive(shelf: Shelf) -> Drive:
    """Return the folder as what it is."""
    assert isinstance(shelf.files, Drive)
    return shelf.files


def paths(reading: FilesReading) -> set[str]:
    """Return what came."""
    return {one.path for one in reading.changed}


def saves(site: LibrarySite, path: str) -> int:
    """Count the versions of a file."""
    return len(site.service.file(site.documents, f"{FOLDER}/{path}").versions)


def test_a_renamed_folder_brings_everything(site: LibrarySite, shelf: Shelf) -> None:
    """Graph tells nothing of the files in it, so all are read, with their new paths."""
    before = shelf.files.changed(None)
    site.service.move_file(site.documents, f"{FOLDER}/2026", f"{FOLDER}/26", by=site.anna, at=START)
    after = shelf.since(before)
    assert after.full and paths(after) == {"one.md", "26/two.md"} and "renamed" in after.notes[0]
    assert not shelf.since(after).full


def test_a_deleted_folder_brings_everything(site: LibrarySite, shelf: Shelf) -> None:
    """Its files are not told by themselves; what is missing from the full reading is gone."""
    before = shelf.files.changed(None)
    guid = site.service.trash_file(site.documents, f"{FOLDER}/2026", at=START)
    after = shelf.since(before)
    assert after.full and paths(after) == {"one.md"}
    site.service.restore_file(site.documents, guid, at=START)
    assert paths(shelf.since(after)) >= {"2026/two.md"}


def test_a_folder_that_came_with_files_brings_everything(site: LibrarySite, shelf: Shelf) -> None:
    """Moved in from elsewhere: only the folder is told."""
    site.service.put_file(site.documents, "Other/deep/er/three.md", b"3", by=site.anna, at=START)
    before = shelf.files.changed(None)
    site.service.move_file(site.documents, "Other/deep", f"{FOLDER}/deep", by=site.anna, at=START)
    assert "deep/er/three.md" in paths(shelf.since(before))


def test_a_new_folder_needs_no_full_reading(shelf: Shelf) -> None:
    """Folders and files made one after the other are told one by one."""
    before = shelf.files.changed(None)
    shelf.person.save("2027/x/three.md", b"3")
    after = shelf.since(before)
    assert not after.full and paths(after) == {"2027/x/three.md"}


def test_the_watched_folder_may_be_renamed_but_not_deleted(site: LibrarySite, shelf: Shelf) -> None:
    """It is watched by its id; with the folder above it deleted it is missed at the next change."""
    before = shelf.files.changed(None)
    site.service.move_file(site.documents, FOLDER, "Notes of B", by=site.anna, at=START)
    site.service.put_file(site.documents, "Notes of B/three.md", b"3", by=site.anna, at=START)
    after = shelf.since(before)
    assert paths(after) == {"three.md"}
    site.service.trash_file(site.documents, "Notes of B", at=START)
    with pytest.raises(SchemaChanged):
        shelf.since(after)


def test_a_folder_made_anew_is_found_by_its_name(site: LibrarySite, shelf: Shelf) -> None:
    """Deleted and made again: the new one is read whole."""
    before = shelf.files.changed(None)
    site.service.trash_file(site.documents, "Meeting notes", at=START)
    shelf.person.save("new.md", b"new")
    after = shelf.since(before)
    assert after.full and paths(after) == {"new.md"}


def test_another_declaration_needs_another_cursor(graph: GraphConnection, shelf: Shelf) -> None:
    """A cursor of other suffixes or of another folder is too old."""
    cursor = shelf.files.changed(None).cursor
    with pytest.raises(CursorExpired):
        drive_on(graph, suffixes=(".md",)).changed(cursor)
    assert drive_on(graph).changed(cursor).changed == []


def test_a_new_process_asks_once(graph: GraphConnection, shelf: Shelf) -> None:
    """With a stored cursor an idle reading is one request, though nothing else is known; a changed file is two more."""
    cursor = shelf.files.changed(None).cursor
    count = shelf.requests()
    assert drive_on(graph).changed(cursor).changed == []
    assert shelf.requests() == count + 1
    shelf.person.save("one.md", b"other")
    fresh = drive_on(graph)
    [entry] = fresh.changed(cursor).changed
    assert fresh.download(entry.ref) == b"other"
    assert shelf.requests() == count + 4


def test_a_lost_answer_makes_no_second_version(site: LibrarySite, shelf: Shelf) -> None:
    """Saved and cut, or saved and 503: the file is looked at, and the content is there once."""
    for number, kind in enumerate(("cut_saved", "503_saved"), start=2):
        entry = shelf.all()["one.md"]
        site.faults({"kind": kind, "times": 1, "path": "/content$"})
        done = shelf.files.replace(entry.ref, kind.encode(), entry.etag)
        assert shelf.files.download(entry.ref) == kind.encode()
        assert (saves(site, "one.md"), done.by_us) == (number, True)


def test_an_unsaved_write_is_sent_again(site: LibrarySite, shelf: Shelf) -> None:
    """Cut before it was saved: the old etag tells, and it is repeated."""
    entry = shelf.all()["one.md"]
    site.faults({"kind": "cut", "times": 2, "path": "/content$"})
    shelf.files.replace(entry.ref, b"two", entry.etag)
    assert saves(site, "one.md") == 2


def test_a_lost_answer_to_an_overtaken_write_is_no_success(site: LibrarySite, shelf: Shelf) -> None:
    """Cut before it was judged, with a tag of before our own last write: the file is ours but not what we sent."""
    entry = shelf.all()["one.md"]
    shelf.files.replace(entry.ref, b"two", entry.etag)
    site.faults({"kind": "cut", "times": 1, "path": "/content$"})
    with pytest.raises(VersionChanged):
        shelf.files.replace(entry.ref, b"three", entry.etag)
    assert shelf.files.download(entry.ref) == b"two"


def test_a_lost_word_file_is_known_again(site: LibrarySite, shelf: Shelf) -> None:
    """Its bytes are not what we sent, its parts are."""
    made = shelf.files.create("new.docx", package())
    site.faults({"kind": "cut_saved", "times": 1, "path": "/content$"})
    done = shelf.files.replace(made.ref, package("other"), made.etag)
    assert done.size > len(package("other")) and saves(site, "new.docx") == 2


def test_a_lost_new_file_is_made_once(site: LibrarySite, shelf: Shelf) -> None:
    """Also a Word file, which SharePoint writes into, is known again; a stranger's of that name is not."""
    site.faults({"kind": "cut_saved", "times": 1, "path": "/content$"})
    done = shelf.files.create("new.docx", package())
    assert saves(site, "new.docx") == 1 and done.size > len(package())
    site.faults({"kind": "503", "times": 1, "path": "/content$"})
    assert shelf.files.create("other.md", b"x").path == "other.md"


def test_a_large_file_goes_by_ranges(site: LibrarySite, shelf: Shelf) -> None:
    """Above 4 MB, new and replaced, also when ranges get lost."""
    site.faults({"kind": "cut_saved", "times": 1, "method": "PUT", "path": "uploadSession$"})
    made = shelf.files.create("large.txt", LARGE)
    assert shelf.files.download(made.ref) == LARGE
    site.faults({"kind": "503", "times": 1, "method": "PUT", "path": "uploadSession$"})
    other = shelf.files.replace(made.ref, LARGE[1:], made.etag)
    assert shelf.files.download(made.ref) == LARGE[1:] and other.size == len(LARGE) - 1
    with pytest.raises(VersionChanged):
        shelf.files.replace(made.ref, LARGE, made.etag)


def test_a_large_file_whose_end_got_lost_is_there_once(site: LibrarySite, shelf: Shelf) -> None:
    """The last range was saved, its answer cut: the session is closed and the file tells."""
    made = shelf.files.create("large.txt", LARGE)
    site.faults({"kind": "cut_saved", "times": 1, "after": 0, "method": "PUT", "path": "uploadSession$"})
    shelf.files.replace(made.ref, LARGE[1:], made.etag)
    assert saves(site, "large.txt") == 2


def test_a_large_locked_file_is_refused(shelf: Shelf) -> None:
    """The session is not even begun."""
    made = shelf.files.create("large.txt", LARGE)
    shelf.person.lock("large.txt", locked=True)
    with pytest.raises(Locked):
        shelf.files.replace(made.ref, LARGE, made.etag)


def test_a_link_that_never_opens(site: LibrarySite, shelf: Shelf) -> None:
    """Links that are closed at once are asked for twice, then it is a passing failure."""
    ref = shelf.ref("one.md")
    site.service.settings = replace(site.service.settings, link_life=timedelta(0))
    with pytest.raises(Unavailable):
        shelf.files.download(ref)


def test_versions_are_told(shelf: Shelf) -> None:
    """The newest first, with who and how large."""
    shelf.person.save("one.md", b"other")
    told = drive(shelf).versions(shelf.ref("one.md"))
    assert [(one.id, one.size, one.edited_by) for one in told] == [
        ("2.0", 5, "Anna Adler"),
        ("1.0", 3, "Anna Adler"),
    ]


def test_places_that_are_not_there(graph: GraphConnection) -> None:
    """A missing site, library or folder is told as such."""
    for wrong in (
        {"site_url": "https://contoso.sharepoint.com/sites/nowhere"},
        {"documents": "Nowhere"},
        {"folder": "Nowhere"},
    ):
        with pytest.raises(SchemaChanged):
            drive_on(graph, **wrong).changed(None)


def test_the_whole_library_can_be_watched(graph: GraphConnection, shelf: Shelf) -> None:
    """With no folder named, paths begin at the root; a new file in the root is made and told."""
    assert paths(shelf.files.changed(None)) == {"one.md", "2026/two.md"}
    whole = drive_on(graph, folder="", documents="Shared Documents")
    before = whole.changed(None)
    assert paths(before) == {f"{FOLDER}/one.md", f"{FOLDER}/2026/two.md"}
    whole.create("three.md", b"3")
    assert paths(whole.changed(before.cursor)) == {"three.md"}
