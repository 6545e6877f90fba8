"""People do whatever they like in a library while a folder of it is read; what was told always adds up."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from syncbot.endpoints.base import Ref
from syncbot.endpoints.files import FileEntry
from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.errors import CursorExpired
from syncbot.sandbox.graph.documents import Library, Node
from syncbot.sandbox.graph.drive_delta import FEED
from syncbot.sandbox.graph.errors import Refused
from tests.contract.drive_place import FOLDER, LibrarySite, drive_on, running_library
from tests.contract.files_contract import SUFFIXES
from tests.contract.sharepoint_place import connected
from tests.unit.sandbox.graph_desk import START

SEEDS = range(8)
ROUNDS = 25
NAMES = ("one.md", "two.md", "three.docx", "pic.png", "a", "b", "c")


@pytest.fixture(scope="module")
def running() -> Iterator[LibrarySite]:
    """One sandbox for all tests of this file."""
    with running_library() as site:
        yield site


@dataclass
class Crowd:
    """People who save, move, delete and restore files and folders, in and out of the folder watched."""

    site: LibrarySite
    dice: random.Random
    watched: str
    """The guid of the watched folder: it and those above it are renamed but not deleted."""
    graves: list[str] = field(default_factory=list)

    @property
    def documents(self) -> Library:
        """The library as it is now."""
        return self.site.service.state.libraries[self.site.documents]

    def act(self) -> None:
        """Do one thing, if it can be done."""
        deeds = (self._save, self._save, self._move, self._move, self._trash, self._restore, self._describe)
        with suppress(Refused, LookupError):  # a taken name, a folder into itself: then nothing
            self.dice.choice(deeds)()

    def _save(self) -> None:
        deeper = f"/{self.dice.choice(NAMES[4:])}" if self.dice.random() < 0.4 else ""
        path = f"{self.documents.path(self._any(folders=True))}{deeper}/{self.dice.choice(NAMES[:4])}"
        data = self.dice.randbytes(self.dice.randrange(40))
        self.site.service.put_file(self.site.documents, path, data, by=self.site.anna, at=START)

    def _move(self) -> None:
        node, folder = self._any(), self._any(folders=True)
        if node.parent is None or node in (folder, *self.documents.ancestors(folder)):
            return
        to = f"{self.documents.path(folder)}/{self.dice.choice(NAMES)}"
        path = self.documents.path(node)
        self.site.service.move_file(self.site.documents, path, to, by=self.site.anna, at=START)

    def _trash(self) -> None:
        node = self._any()
        watched = self.documents.nodes[self.watched]
        if node not in (watched, *self.documents.ancestors(watched)):
            path = self.documents.path(node)
            self.graves.append(self.site.service.trash_file(self.site.documents, path, at=START))

    def _restore(self) -> None:
        if self.graves:
            guid = self.graves.pop(self.dice.randrange(len(self.graves)))
            self.site.service.restore_file(self.site.documents, guid, at=START)

    def _describe(self) -> None:
        node = self._any()
        if node.parent is not None:
            path = self.documents.path(node)
            self.site.service.describe_file(self.site.documents, path, by=self.site.anna, at=START)

    def _any(self, *, folders: bool = False) -> Node:
        """Choose, mostly in the folder watched."""
        near = [self.documents.nodes[self.watched], *self.documents.below(self.watched)]
        among = near if self.dice.random() < 0.7 else list(self.documents.nodes.values())
        return self.dice.choice([one for one in among if one.is_folder or not folders])

    def truth(self) -> dict[str, bytes]:
        """Return what is in the folder: path -> content."""
        top = self.documents.path(self.documents.nodes[self.watched])
        files = [one for one in self.documents.below(self.watched) if not one.is_folder]
        return {
            self.documents.path(one).removeprefix(f"{top}/"): one.data
            for one in files
            if one.name.endswith(SUFFIXES)
        }


@dataclass
class Reader:
    """Somebody who keeps a copy of the folder, as the caller of `Files` does."""

    files: Drive
    cursor: str | None = None
    entries: dict[Ref, FileEntry] = field(default_factory=dict)
    contents: dict[tuple[Ref, str], bytes] = field(default_factory=dict)

    def read(self) -> None:
        """Apply what changed, and download what has a content tag not seen before."""
        try:
            reading = self.files.changed(self.cursor)
        except CursorExpired:
            reading = self.files.changed(None)
        assert reading.complete
        if reading.full:
            self.entries.clear()
        for ref in reading.gone:
            self.entries.pop(ref, None)
        self.entries |= {one.ref: one for one in reading.changed}
        self.cursor = reading.cursor

    def copy(self) -> dict[str, bytes]:
        """Return the copy: path -> content."""
        for one in self.entries.values():
            if (one.ref, one.ctag) not in self.contents:
                self.contents[one.ref, one.ctag] = self.files.download(one.ref)
        return {one.path: self.contents[one.ref, one.ctag] for one in self.entries.values()}


def settings(dice: random.Random) -> dict[str, Any]:
    """Draw how this Graph behaves."""
    names = ("ctags", "hashes", "bare_tags", "overlaps")
    drawn = {f"delta_{name}": dice.random() < 0.5 for name in names}
    return drawn | {name: dice.random() < 0.5 for name in ("ctag_moves_on_rename", "graves_alone")}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_told_adds_up(running: LibrarySite, seed: int) -> None:
    """After every reading the copy is the folder: same paths, same contents, also with edits between two pages."""
    running.reset()
    dice = random.Random(seed)
    service, before = running.service, running.service.settings
    service.settings = replace(before, **settings(dice))
    library = service.state.libraries[running.documents]
    watched = library.at(FOLDER)
    assert watched is not None
    crowd = Crowd(running, dice, watched.guid)
    with connected(running) as graph:

        def between(response: httpx.Response) -> None:
            if FEED in str(response.request.url) and dice.random() < 0.3:
                crowd.act()

        reader = Reader(drive_on(graph, page=dice.choice((2, 3, 200))))
        reader.read()
        for _ in range(ROUNDS):
            for _ in range(dice.randrange(4)):
                crowd.act()
            graph.client.event_hooks["response"].append(between)
            reader.read()
            graph.client.event_hooks["response"].remove(between)
            if dice.random() < 0.05:
                service.expire_drive_tokens(running.documents)
            reader.read()  # what happened meanwhile is told now
            assert reader.copy() == crowd.truth()
    service.settings = before
