"""What every folder of files promises, as one class of tests; an implementation gives the fixture `shelf`.

The folder watched has Word, Markdown and text files (".docx", ".md", ".txt"); it is empty at the beginning and has a
folder "2026" in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pytest

from syncbot.endpoints.base import Ref
from syncbot.endpoints.files import FileEntry, Files, FilesReading
from syncbot.errors import (
    AlreadyExists,
    CursorExpired,
    Invalid,
    Locked,
    NotFound,
    TooLarge,
    VersionChanged,
)

SUFFIXES = (".docx", ".md", ".txt")


class Person(Protocol):
    """What a person can do in the folder, past us."""

    def save(self, path: str, data: bytes) -> None:
        """Make a file, or a new version of it."""

    def move(self, path: str, to: str) -> None:
        """Rename or move a file; a path that begins with "../" lies outside of the folder."""

    def describe(self, path: str) -> None:
        """Change something about a file that is not its content."""

    def trash(self, path: str) -> None:
        """Put a file into the recycle bin."""

    def lock(self, path: str, *, locked: bool) -> None:
        """Open a file in another program, or close it."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A folder with what the tests need to know about the place behind it."""

    files: Files
    person: Person
    requests: Callable[[], int]
    """How many requests the place has had so far."""
    expire_cursors: Callable[[], None]
    """All cursors given out so far become too old."""

    def ref(self, path: str) -> Ref:
        """Return the ref of a file that is there."""
        return self.all()[path].ref

    def all(self) -> dict[str, FileEntry]:
        """Read everything, by path."""
        return {one.path: one for one in self.files.changed(None).changed}

    def since(self, before: FilesReading) -> FilesReading:
        """Read what changed since an earlier reading."""
        assert before.cursor is not None
        return self.files.changed(before.cursor)


class FilesContract:
    """The tests; a subclass has the fixture."""

    @pytest.fixture
    def shelf(self) -> Shelf:
        """An empty folder."""
        raise NotImplementedError

    def test_a_first_reading_is_full(self, shelf: Shelf) -> None:
        """Every file comes with its path, name and size; files that end otherwise do not."""
        shelf.person.save("one.md", b"one")
        shelf.person.save("2026/two.DOCX", b"two!")
        shelf.person.save("2026/picture.png", b"png")
        reading = shelf.files.changed(None)
        assert reading.full and reading.complete and not reading.gone
        told = {(one.path, one.name, one.size) for one in reading.changed}
        assert told == {("one.md", "one.md", 3), ("2026/two.DOCX", "two.DOCX", 4)}
        assert all(one.etag and one.ctag and not one.by_us and one.edited_at for one in reading.changed)

    def test_a_file_is_found_by_its_path(self, shelf: Shelf) -> None:
        """It is the one that a reading tells; a folder, another ending, or nothing is None."""
        shelf.person.save("2026/two.DOCX", b"two!")
        shelf.person.save("2026/picture.png", b"png")
        (told,) = shelf.files.changed(None).changed
        found = shelf.files.find("2026/two.DOCX")
        assert found is not None and (found.ref, found.path) == (told.ref, told.path)
        assert [shelf.files.find(path) for path in ("2026", "2026/picture.png", "2026/none.md")] == [None] * 3

    def test_an_idle_reading_costs_one_request(self, shelf: Shelf) -> None:
        """Nothing changed: nothing comes, and the place was asked once."""
        shelf.person.save("one.md", b"one")
        before = shelf.files.changed(None)
        count = shelf.requests()
        again = shelf.since(before)
        assert (again.changed, again.gone, again.full) == ([], frozenset(), False)
        assert shelf.requests() == count + 1
        assert shelf.since(again).changed == []

    def test_only_what_changed_comes(self, shelf: Shelf) -> None:
        """An edited file comes with another ctag, a new one comes, the others do not."""
        shelf.person.save("one.md", b"one")
        shelf.person.save("two.md", b"two")
        before = shelf.files.changed(None)
        old = {one.path: one for one in before.changed}
        shelf.person.save("one.md", b"other")
        shelf.person.save("2026/three.md", b"three")
        now = {one.path: one for one in shelf.since(before).changed}
        assert set(now) == {"one.md", "2026/three.md"}
        assert now["one.md"].ref == old["one.md"].ref
        assert now["one.md"].ctag != old["one.md"].ctag and now["one.md"].etag != old["one.md"].etag

    def test_a_name_or_a_column_leaves_the_content_tag(self, shelf: Shelf) -> None:
        """A renamed, moved or otherwise described file comes with the ctag that it had, and another etag."""
        for path in ("one.md", "two.md"):
            shelf.person.save(path, path.encode())
        before = shelf.files.changed(None)
        old = {one.ref: one for one in before.changed}
        shelf.person.move("one.md", "2026/uno.md")
        shelf.person.describe("two.md")
        after = shelf.since(before)
        assert {one.path for one in after.changed} == {"2026/uno.md", "two.md"}
        for one in after.changed:
            assert one.ctag == old[one.ref].ctag and one.etag != old[one.ref].etag

    def test_what_left_is_gone(self, shelf: Shelf) -> None:
        """Trashed, moved out of the folder, or renamed to another ending: told as gone, and not found."""
        for path in ("one.md", "two.md", "three.md", "four.md"):
            shelf.person.save(path, b"x")
        refs = {path: one.ref for path, one in shelf.all().items()}
        before = shelf.files.changed(None)
        shelf.person.trash("one.md")
        shelf.person.move("two.md", "../two.md")
        shelf.person.move("three.md", "three.bak")
        after = shelf.since(before)
        left = {refs[path] for path in ("one.md", "two.md", "three.md")}
        assert after.gone >= left and refs["four.md"] not in after.gone and not after.changed
        for ref in left:
            with pytest.raises(NotFound):
                shelf.files.get(ref)

    def test_what_came_in_is_told(self, shelf: Shelf) -> None:
        """A file moved into the folder comes like a new one."""
        shelf.person.save("../one.md", b"x")
        before = shelf.files.changed(None)
        assert not before.changed
        shelf.person.move("../one.md", "2026/one.md")
        assert [one.path for one in shelf.since(before).changed] == ["2026/one.md"]

    def test_an_old_cursor_is_told(self, shelf: Shelf) -> None:
        """A cursor that is too old raises; reading everything works."""
        shelf.person.save("one.md", b"x")
        cursor = shelf.files.changed(None).cursor
        shelf.expire_cursors()
        with pytest.raises(CursorExpired):
            shelf.files.changed(cursor)
        assert shelf.all()

    def test_content_comes_as_it_is(self, shelf: Shelf) -> None:
        """A download gives the bytes of now, also none, and the entry looked up says so."""
        shelf.person.save("one.md", b"first")
        shelf.person.save("empty.txt", b"")
        ref = shelf.ref("one.md")
        shelf.person.save("one.md", b"second")
        assert shelf.files.download(ref) == b"second"
        assert shelf.files.get(ref).size == 6
        assert shelf.files.download(shelf.ref("empty.txt")) == b""

    def test_too_large_is_not_read(self, shelf: Shelf) -> None:
        """A file above the limit raises, one at the limit comes."""
        shelf.person.save("one.md", b"12345")
        ref = shelf.ref("one.md")
        assert shelf.files.download(ref, 5) == b"12345"
        with pytest.raises(TooLarge):
            shelf.files.download(ref, 4)

    def test_replacing_what_was_seen(self, shelf: Shelf) -> None:
        """The new content is there and known as ours; its tags are those that a look tells."""
        shelf.person.save("one.md", b"one")
        entry = shelf.all()["one.md"]
        before = shelf.files.changed(None)
        done = shelf.files.replace(entry.ref, b"two", entry.etag)
        assert shelf.files.download(entry.ref) == b"two"
        assert done == shelf.files.get(entry.ref) and done.by_us
        assert (done.ref, done.path) == (entry.ref, "one.md")
        [told] = shelf.since(before).changed
        assert (told.ctag, told.etag, told.by_us) == (done.ctag, done.etag, True)

    def test_replacing_what_changed_is_refused(self, shelf: Shelf) -> None:
        """With the etag of before somebody's edit nothing is written."""
        shelf.person.save("one.md", b"one")
        entry = shelf.all()["one.md"]
        shelf.person.save("one.md", b"edited")
        with pytest.raises(VersionChanged) as caught:
            shelf.files.replace(entry.ref, b"two", entry.etag)
        assert caught.value.ref == entry.ref
        assert shelf.files.download(entry.ref) == b"edited"

    def test_a_locked_file_is_not_written(self, shelf: Shelf) -> None:
        """While somebody has it open it can be read and not written; afterwards it can."""
        shelf.person.save("one.md", b"one")
        entry = shelf.all()["one.md"]
        shelf.person.lock("one.md", locked=True)
        assert shelf.files.download(entry.ref) == b"one"
        with pytest.raises(Locked) as caught:
            shelf.files.replace(entry.ref, b"two", entry.etag)
        assert caught.value.ref == entry.ref
        shelf.person.lock("one.md", locked=False)
        shelf.files.replace(entry.ref, b"two", shelf.files.get(entry.ref).etag)

    def test_what_is_gone_is_not_written(self, shelf: Shelf) -> None:
        """Download and replacement of a trashed file raise."""
        shelf.person.save("one.md", b"one")
        entry = shelf.all()["one.md"]
        shelf.person.trash("one.md")
        with pytest.raises(NotFound):
            shelf.files.download(entry.ref)
        with pytest.raises(NotFound):
            shelf.files.replace(entry.ref, b"two", entry.etag)

    def test_a_new_file(self, shelf: Shelf) -> None:
        """It is there under its path, told by the next reading, and its name is taken."""
        before = shelf.files.changed(None)
        done = shelf.files.create("2026/neu ü #1 100%.md", "grüße".encode())
        assert shelf.files.get(done.ref) == done
        assert (done.path, done.by_us) == ("2026/neu ü #1 100%.md", True)
        assert shelf.files.download(done.ref) == "grüße".encode()
        assert [one.ref for one in shelf.since(before).changed] == [done.ref]
        with pytest.raises(AlreadyExists):
            shelf.files.create("2026/NEU ü #1 100%.md", b"x")

    @pytest.mark.parametrize("name", ["~$one.docx", 'a"b.md', "a:b.md", "a*.md", "pic.png", "", ".."])
    def test_bad_names_are_refused(self, shelf: Shelf, name: str) -> None:
        """What SharePoint does not take, and what would not be told to us, is not made."""
        with pytest.raises(Invalid):
            shelf.files.create(name, b"x")
