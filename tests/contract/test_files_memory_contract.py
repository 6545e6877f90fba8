"""The folder in memory keeps the contract."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from syncbot.endpoints.base import Ref
from syncbot.endpoints.files_memory import FilesInMemory
from tests.contract.files_contract import SUFFIXES, FilesContract, Shelf

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass
class Anna:
    """A person at the folder."""

    files: FilesInMemory

    def save(self, path: str, data: bytes) -> None:
        """Make a file, or a new version of it."""
        ref = self.files.ref(path)
        if ref is None:
            self.files.put(path, data, by="Anna")
        else:
            self.files.edit(ref, data, by="Anna")

    def move(self, path: str, to: str) -> None:
        """Rename or move it."""
        self.files.move(self._ref(path), to, by="Anna")

    def describe(self, path: str) -> None:
        """Change nothing that shows, but the etag."""
        self.files.move(self._ref(path), path, by="Anna")

    def trash(self, path: str) -> None:
        """Put it into the recycle bin."""
        self.files.trash(self._ref(path), by="Anna")

    def lock(self, path: str, *, locked: bool) -> None:
        """Open or close it."""
        self.files.lock(self._ref(path), locked=locked)

    def _ref(self, path: str) -> Ref:
        ref = self.files.ref(path)
        assert ref is not None, path
        return ref


class TestFilesInMemory(FilesContract):
    """The contract without a network."""

    @pytest.fixture
    def shelf(self) -> Shelf:
        """An empty folder."""
        seconds = itertools.count()
        files = FilesInMemory(clock=lambda: START.replace(second=next(seconds) % 60), suffixes=SUFFIXES)
        return Shelf(
            files=files,
            person=Anna(files),
            requests=lambda: len(files.calls),
            expire_cursors=files.expire_cursors,
        )
