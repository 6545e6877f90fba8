"""Writing files: in one go or by ranges, and what to do when an answer gets lost.

A write is never repeated blindly. Content that replaces is guarded by the eTag, so when the answer is lost and the file
has its old tag, nothing was saved. Otherwise it was ours if we are its last editor and it holds what we sent. Its bytes
need not be ours: SharePoint writes properties of its own into Office files (seen by many, and its hash and size tell
so), so the parts inside are compared.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from syncbot.endpoints.files import MOST_BYTES
from syncbot.errors import (
    AlreadyExists,
    EndpointError,
    Locked,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    VersionChanged,
)

from .connection import GraphConnection
from .drive_asks import SIMPLE_UPLOAD, DriveAsks
from .drive_items import edited_by_app, entity_tag, hash_of, quick_xor, size_of
from .drive_transfer import Transfer
from .wire import Ask, Json, inside

_ATTEMPTS = 3
_LOCKED = "somebody has the file open or checked out; the next run tries again"


@dataclass(kw_only=True)
class FileWriter:
    """Writes into one drive; every method returns the item as Graph has it afterwards."""

    graph: GraphConnection = field(repr=False)
    asks: DriveAsks
    app_id: str
    download: Callable[[str, int], bytes]
    """Reads the content of a file."""

    def replace(self, ref: str, data: bytes, etag: str) -> Json:
        """Put other content into a file that still has that tag."""
        for _ in range(_ATTEMPTS):
            try:
                return self._replaced(ref, data, etag)
            except OutcomeUnknown as error:
                saved = self._saved(ref, data, etag)
                lost = error
            if saved is not None:
                return saved
        raise lost

    def create(self, folder: str, path: str, data: bytes) -> Json:
        """Make a file at a path below a folder."""
        for _ in range(_ATTEMPTS):
            try:
                return self._created(folder, path, data)
            except OutcomeUnknown as error:
                made = self._made(folder, path, data)
                lost = error
            if made is not None:
                return made
        raise lost

    def _replaced(self, ref: str, data: bytes, etag: str) -> Json:
        if len(data) <= SIMPLE_UPLOAD:
            return self._item(self.asks.replace(ref, data, etag), ref)
        session = self._item(self.asks.replace_session(ref, etag), ref)

        def still_as_seen() -> None:
            """Look once more: whether the tag of the beginning still counts at the end is not documented."""
            if entity_tag(self._get(self.asks.item(ref))) != etag:
                raise VersionChanged("somebody changed the file meanwhile", endpoint=self.graph.name, ref=ref)

        return self._uploaded(session, data, still_as_seen, ref)

    def _created(self, folder: str, path: str, data: bytes) -> Json:
        if len(data) <= SIMPLE_UPLOAD:
            return self._item(self.asks.create(folder, path, data), None)
        session = self._item(self.asks.create_session(folder, path), None)
        return self._uploaded(session, data, lambda: None, None)

    def _saved(self, ref: str, data: bytes, etag: str) -> Json | None:
        """Return the file when our content is in it, None when it is as before."""
        item = self._get(self.asks.item(ref))
        if entity_tag(item) == etag:
            return None
        if _holds(item, data) or (edited_by_app(item, self.app_id) and self._is_same(item, data)):
            return item
        raise VersionChanged("somebody changed the file", endpoint=self.graph.name, ref=ref)

    def _made(self, folder: str, path: str, data: bytes) -> Json | None:
        """Return the new file when it is there and ours, None when it is not there."""
        try:
            item = self._get(self.asks.below(folder, path))
        except NotFound:
            return None
        if _holds(item, data) or (self._by_us(item) and self._is_same(item, data)):
            return item
        raise AlreadyExists(f"the name is taken: {path!r}", endpoint=self.graph.name)

    def _by_us(self, item: Json) -> bool:
        return bool(inside(item, "createdBy", "application", "id") == self.app_id)

    def _is_same(self, item: Json, data: bytes) -> bool:
        return same_content(data, self.download(str(item["id"]), MOST_BYTES + len(data)))

    def _uploaded(self, session: Json, data: bytes, before_last: Callable[[], None], ref: str | None) -> Json:
        def send() -> Json:
            return Transfer(graph=self.graph).upload(session.get("uploadUrl"), data, before_last)

        return self._refused_well(send, ref)

    def _item(self, ask: Ask, ref: str | None) -> Json:
        def send() -> Json:
            body = self.graph.ask(ask).body
            if not isinstance(body, dict):
                raise OutcomeUnknown("a write was answered without content", endpoint=self.graph.name)
            return body

        return self._refused_well(send, ref)

    def _refused_well(self, send: Callable[[], Json], ref: str | None) -> Json:
        """Send; name the file in a refusal, and a lock as what it is."""
        try:
            return send()
        except ReadOnly as error:
            raise Locked(f"{_LOCKED} ({error.detail})", endpoint=error.endpoint, ref=ref) from None
        except (VersionChanged, NotFound) as error:
            raise _named(error, ref) from None

    def _get(self, path: str) -> Json:
        body: Json = self.graph.get(path)
        return body


def same_content(ours: bytes, theirs: bytes) -> bool:
    """Say whether a kept file holds what we sent: the same bytes, or a package with all our parts unchanged."""
    if ours == theirs:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(ours)) as sent, zipfile.ZipFile(io.BytesIO(theirs)) as kept:
            checks = {one.filename: one.CRC for one in kept.infolist()}
            return all(checks.get(one.filename) == one.CRC for one in sent.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _holds(item: Json, data: bytes) -> bool:
    """Say whether a file is, by its hash, just what we sent."""
    return size_of(item) == len(data) and hash_of(item) == quick_xor(data)


def _named(error: EndpointError, ref: str | None) -> EndpointError:
    return type(error)(error.detail, endpoint=error.endpoint, ref=ref)
