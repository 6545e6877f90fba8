"""A folder on this machine as an outlet: files that anybody can open, the twin of every other outlet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from syncbot.errors import Invalid, Unavailable
from syncbot.publish.forms import Form, fitting
from syncbot.publish.wording import WordingFault

from .base import Parcel, Receipt

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, kw_only=True)
class FolderOutlet:
    """Files named after the publication, one for each form; written anew they replace the old ones."""

    name: str
    folder: Path
    forms: Mapping[str, Form]
    """By the end of the file's name: ".html". The first, which every publication has, is written last."""
    connection: ClassVar[str] = "folder"
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(0)
    renews: ClassVar[bool] = True

    def send(self, parcel: Parcel) -> Receipt:
        """Write all files; each is whole or not there. Raises `Invalid` for a name that is no file's."""
        contents = self._contents(parcel)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in reversed(contents.items()):
                _replace(self._path(parcel.identity, suffix), content)
        except OSError as error:
            raise Unavailable(f"cannot write {self.folder}: {error.strerror}", endpoint=self.name) from error
        return Receipt(ref=str(self._first(parcel.identity)))

    def look(self, identity: str) -> Receipt | None:
        """It is there when the file that is written last is."""
        path = self._first(identity)
        return Receipt(ref=str(path)) if path.is_file() else None

    def _contents(self, parcel: Parcel) -> dict[str, bytes]:
        try:
            found = fitting(self.forms, parcel.publication)
            return {suffix: form(parcel.publication) for suffix, form in found.items()}
        except WordingFault as fault:
            raise Invalid(str(fault), endpoint=self.name) from fault

    def _first(self, identity: str) -> Path:
        return self._path(identity, next(iter(self.forms)))

    def _path(self, identity: str, suffix: str) -> Path:
        name = identity.replace("/", "-")
        if not _SAFE.fullmatch(name):
            raise Invalid(f"{identity!r} is no name for a file", endpoint=self.name)
        return self.folder / f"{name}{suffix}"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
