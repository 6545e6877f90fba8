"""A folder on this machine as an outlet: files that anybody can open, the twin of every other outlet."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, TypeAlias

from syncbot.errors import Invalid, Unavailable
from syncbot.publish.form import Publication

from .base import Parcel, Receipt

Form: TypeAlias = Callable[[Publication], bytes]
"""Makes the content of a file."""
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, kw_only=True)
class FolderOutlet:
    """Files named after the publication, one for each form; written anew they replace the old ones."""

    name: str
    folder: Path
    forms: Mapping[str, Form]
    """By the end of the file's name: ".html"."""
    connection: ClassVar[str] = "folder"
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(0)

    def send(self, parcel: Parcel) -> Receipt:
        """Write all files; each is whole or not there. Raises `Invalid` for a name that is no file's."""
        paths = self._paths(parcel.identity)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, path in paths.items():
                _replace(path, self.forms[suffix](parcel.publication))
        except OSError as error:
            raise Unavailable(f"cannot write {self.folder}: {error.strerror}", endpoint=self.name) from error
        return Receipt(ref=str(next(iter(paths.values()))))

    def look(self, identity: str) -> Receipt | None:
        """It is there when all its files are."""
        paths = self._paths(identity)
        if not all(path.is_file() for path in paths.values()):
            return None
        return Receipt(ref=str(next(iter(paths.values()))))

    def _paths(self, identity: str) -> dict[str, Path]:
        name = identity.replace("/", "-")
        if not _SAFE.fullmatch(name):
            raise Invalid(f"{identity!r} is no name for a file", endpoint=self.name)
        return {suffix: self.folder / f"{name}{suffix}" for suffix in self.forms}


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
