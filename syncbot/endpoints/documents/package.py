"""The parts of an Office file (a zip of XML), read one at a time and never more than the limits allow.

Office's own rules (ECMA-376, part 2 "Open Packaging Conventions"): only stored or deflated parts, no document type
definitions, parts found by relationships. Nothing is written to disk, so names of parts cannot lead anywhere.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from syncbot.errors import Unreadable

from .drafting import TooDeepError

MOST_PARTS = 4_000
MOST_UNPACKED = 1024 * 1024 * 1024
"""All parts together, as the package itself declares (bytes); pictures are among them, which are not read."""
MOST_PART = 32 * 1024 * 1024
"""One part that is read (bytes, unpacked)."""
MOST_READ = 64 * 1024 * 1024
"""All parts that are read."""
MOST_RATIO = 250
"""Unpacked over packed, of parts above `FAIR_SIZE`; text of Word reaches 60."""
FAIR_SIZE = 1024 * 1024
MOST_MARKUP = 1_500_000
"""Tags and attributes of one part: each takes a hundred bytes and more of memory, however short it is."""

_ENTRY = b"PK\x01\x02"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
    struct.error,
)
_TYPES = "[Content_Types].xml"


SUSPECT = "it is built as no program of an office builds files, and may be made to do harm"
"""Said of bombs and traps, whatever they are; what exactly is wrong follows for those who look after computers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """What one part says of another, or of something outside."""

    id: str
    kind: str
    """The last word of its type: "styles", "hyperlink"."""
    target: str
    """The name of a part, or an address when `outside`."""
    outside: bool = False


@dataclass(kw_only=True)
class Package:
    """An Office file that is open for reading; raises `Unreadable` for everything that is not right with it."""

    data: bytes
    file: str
    """The name that people know, for what is reported."""
    _parts: dict[str, zipfile.ZipInfo] = field(init=False)
    _zip: zipfile.ZipFile = field(init=False)
    _read: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        entries = self.data.count(_ENTRY)
        if entries > MOST_PARTS:
            raise self.suspect(f"{entries:,} parts in it, the limit is {MOST_PARTS:,}")
        with self._damage():
            self._zip = zipfile.ZipFile(io.BytesIO(self.data))
            infos = self._zip.infolist()
        self._parts = {info.filename.lower(): info for info in infos}
        if len(self._parts) < len(infos):
            raise self.unreadable("it is damaged: two of its parts have the same name")
        unpacked = sum(info.file_size for info in infos)
        if unpacked > MOST_UNPACKED:
            raise self.suspect(f"it would unpack to {unpacked:,} bytes, the limit is {MOST_UNPACKED:,}")

    def unreadable(self, why: str) -> Unreadable:
        """Say why this file is not read."""
        return Unreadable(file=self.file, why=why)

    def suspect(self, why: str) -> Unreadable:
        """Say why this file is not read, when no program of an office would make it so."""
        return Unreadable(file=self.file, why=f"{SUSPECT} ({why})", suspect=True)

    @property
    def names(self) -> list[str]:
        """The names of all parts, in the order of the file."""
        return [info.filename for info in self._parts.values()]

    def has(self, name: str) -> bool:
        """Whether there is such a part; names differ not by case."""
        return name.lower() in self._parts

    def part(self, name: str) -> bytes:
        """Unpack one part."""
        info = self._parts.get(name.lower())
        if info is None:
            raise self.unreadable(f"it is damaged: its part {name!r} is missing")
        self._judge(info)
        with self._damage(), self._zip.open(info) as stream:
            data = stream.read(min(info.file_size, MOST_PART) + 1)
        if len(data) > info.file_size:
            raise self.suspect(f"its part {name!r} is larger than it says")
        self._read += len(data)
        if self._read > MOST_READ:
            raise self.suspect(f"more than {MOST_READ:,} bytes to unpack, which is the limit")
        return data

    def _judge(self, info: zipfile.ZipInfo) -> None:
        name, size = info.filename, info.file_size
        if info.flag_bits & 1:
            raise self.unreadable("it is protected with a password")
        if info.compress_type not in _METHODS:
            raise self.suspect(f"its part {name!r} is packed in an unusual way")
        if size > MOST_PART:
            raise self.suspect(
                f"its part {name!r} would unpack to {size:,} bytes, the limit is {MOST_PART:,}"
            )
        if size > FAIR_SIZE and size > MOST_RATIO * max(1, info.compress_size):
            ratio = size // max(1, info.compress_size)
            raise self.suspect(
                f"its part {name!r} unpacks to {ratio:,} times its size, the limit is {MOST_RATIO}"
            )

    @contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGED as error:
            why = " ".join(str(error).split())[:100] or type(error).__name__
            raise self.unreadable(f"it is damaged ({why})") from error

    def xml(self, name: str) -> etree._Element:
        """Read a part as XML, in which nothing is resolved and nothing fetched."""
        data = self.part(name)
        markup = data.count(b"<") + data.count(b"=")
        if markup > MOST_MARKUP:
            raise self.suspect(f"its part {name!r} has {markup:,} tags, the limit is {MOST_MARKUP:,}")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            why = f"it is damaged: its part {name!r} is no XML ({str(error.msg)[:100]})"
            if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
                raise TooDeepError from error
            if b"<!DOCTYPE" in data:
                raise self.suspect(f"its part {name!r} declares entities") from error
            raise self.unreadable(why) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise self.suspect(f"its part {name!r} declares entities")
        return root

    def relations(self, name: str = "") -> list[Relation]:
        """Return what a part points at; "" = the package itself."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(rels):
            return []
        return [self._relation(one, folder) for one in self.xml(rels) if isinstance(one.tag, str)]

    def _relation(self, element: etree._Element, folder: str) -> Relation:
        target, outside = element.get("Target", ""), element.get("TargetMode") == "External"
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        return Relation(id=element.get("Id", ""), kind=kind, target=target, outside=outside)

    def main(self) -> str:
        """Return the name of the part that everything starts from."""
        mains = [one.target for one in self.relations() if one.kind == "officeDocument" and not one.outside]
        if not mains or not self.has(mains[0]):
            raise self.unreadable("it is no Office file, or a damaged one: it does not say where its text is")
        return mains[0]

    def type_of(self, name: str) -> str:
        """Return the content type of a part, "" where none is declared."""
        if not self.has(_TYPES):
            return ""
        wanted, ending = f"/{name}".lower(), name.rpartition(".")[2].lower()
        by_ending = ""
        for one in self.xml(_TYPES):
            if one.get("PartName", "").lower() == wanted:
                return one.get("ContentType", "")
            if one.get("Extension", "\0").lower() == ending:
                by_ending = one.get("ContentType", "")
        return by_ending

    @property
    def has_macros(self) -> bool:
        """Whether it carries a program."""
        return any(
            name.lower().rpartition("/")[2] in {"vbaproject.bin", "vbadata.xml"} for name in self.names
        )
