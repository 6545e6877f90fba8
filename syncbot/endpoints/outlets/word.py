"""Word files and decks in a folder of a library: one file a publication, whose versions are the library's business.

The file's name is the publication's, so a new state is a new version and never a new name. Which publication a file is
stands in its properties as well: a file of somebody else's that happens to have the name is never replaced. And once a
person has worked in a file of ours it is theirs: it stays as it is, and the receipt says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from syncbot.endpoints.files import FileEntry, Files
from syncbot.endpoints.sharepoint.drive_writing import same_content
from syncbot.errors import AlreadyExists, Invalid, Locked, NotFound
from syncbot.publish.forms import SLIDES, WORD, Form, office
from syncbot.publish.package import identity_of
from syncbot.publish.wording import WordingFault

from .base import Parcel, Receipt

THEIRS = "somebody has worked in the file since; it was left as it is"


@dataclass(frozen=True, kw_only=True)
class WordOutlet:
    """A folder of a library."""

    name: str
    files: Files = field(repr=False)
    forms: Mapping[str, Form] = field(repr=False)
    """At least those of `.docx` and `.pptx`."""
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(0)
    renews: ClassVar[bool] = True

    @property
    def connection(self) -> str:
        """The library's."""
        return self.files.connection

    def send(self, parcel: Parcel) -> Receipt:
        """Make the file, or a new version of it when it says something else.

        Raises `Locked` while somebody has it open (it is tried again later), `AlreadyExists` when the name belongs to a
        file that is none of ours.
        """
        suffix = office(parcel.publication)
        content = self._content(parcel, suffix)
        path = _path(parcel.identity, suffix)
        known = self.files.find(path)
        if known is None:
            return self._made(path, content)
        kept = self._ours(known, parcel.identity)
        if same_content(content, kept):
            return _receipt(known)
        if not known.by_us:
            return _receipt(known, note=THEIRS)
        return self._replaced(known, content)

    def look(self, identity: str) -> Receipt | None:
        """It is there when a file of that name is, which says that it is this publication."""
        for suffix in (WORD, SLIDES):
            known = self.files.find(_path(identity, suffix))
            if known is not None and (known.by_us or self._says(known) == identity):
                return _receipt(known)
        return None

    def _content(self, parcel: Parcel, suffix: str) -> bytes:
        try:
            return self.forms[suffix](parcel.publication)
        except WordingFault as fault:
            raise Invalid(str(fault), endpoint=self.name) from fault

    def _made(self, path: str, content: bytes) -> Receipt:
        try:
            return _receipt(self.files.create(path, content))
        except NotFound as error:
            raise NotFound(f"the folder is not there ({error.detail})", endpoint=self.name) from None

    def _ours(self, known: FileEntry, identity: str) -> bytes:
        """Return what the file holds. Raises `AlreadyExists` when it is none of ours."""
        kept = self.files.download(known.ref)
        if not known.by_us and identity_of(kept) != identity:
            told = f"{known.path!r} is there and was not made by syncbot; rename it, or let it be"
            raise AlreadyExists(told, endpoint=self.name)
        return kept

    def _says(self, known: FileEntry) -> str | None:
        return identity_of(self.files.download(known.ref))

    def _replaced(self, known: FileEntry, content: bytes) -> Receipt:
        try:
            return _receipt(self.files.replace(known.ref, content, known.etag))
        except Locked:
            told = (
                f"{known.path!r} is open in Word or checked out; it is brought up to date when it is closed"
            )
            raise Locked(told, endpoint=self.name, ref=known.ref) from None


def _path(identity: str, suffix: str) -> str:
    return f"{identity.replace('/', '-')}{suffix}"


def _receipt(entry: FileEntry, note: str | None = None) -> Receipt:
    return Receipt(ref=entry.ref, url=entry.url, note=note)
