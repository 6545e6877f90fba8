"""What a document library remembers: folders, files with all their versions, the recycle bin, uploads under way."""

import base64
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer

from .hands import Hand


def _decoded(value: object) -> object:
    return base64.b64decode(value) if isinstance(value, str) else value


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


Content = Annotated[bytes, BeforeValidator(_decoded), PlainSerializer(_encoded, when_used="json")]
"""Bytes that become base64 where the state becomes JSON."""


class Version(BaseModel):
    """One state of a file's content."""

    number: int
    """1 for the first: shown as "1.0"."""
    data: Content
    at: datetime
    by: Hand


class Node(BaseModel):
    """A file or a folder."""

    guid: str
    name: str
    parent: str | None
    """The guid of its folder; None of the root."""
    created: datetime
    modified: datetime
    created_by: Hand
    modified_by: Hand
    tag: int = 1
    """The counter in the eTag: moves with everything about the node."""
    content_tag: int = 1
    """The counter in the cTag: moves with the content (and, as seen live, with the name)."""
    change: int = 0
    """Number in the library's change log of the newest change."""
    versions: list[Version] = Field(default_factory=list)
    """Of a file, oldest first; a folder has none."""
    locked_by: int | None = None
    """Who has it open in Word or Excel, or checked out: the person's lookup id."""
    under: str | None = None
    """In the recycle bin: the guid of the folder that took it along."""

    @property
    def is_folder(self) -> bool:
        """Whether it holds others."""
        return not self.versions

    @property
    def data(self) -> bytes:
        """The content of a file as it is now."""
        return self.versions[-1].data


class Upload(BaseModel):
    """An upload session: a place for the bytes until the last one has come."""

    key: str
    parent: str
    name: str
    behavior: str
    """fail, replace or rename."""
    target: str | None
    """The guid of the file that is replaced, when the session was opened on it."""
    expires: datetime
    total: int | None = None
    received: Content = b""


class Library(BaseModel):
    """One document library; it is a list to SharePoint and a drive to Graph."""

    id: str
    """Of the list."""
    name: str
    """Of its address: "Shared Documents"."""
    title: str
    created: datetime
    modified: datetime
    root: str
    """The guid of the topmost folder."""
    nodes: dict[str, Node] = Field(default_factory=dict)
    tombs: dict[str, Node] = Field(default_factory=dict)
    """The recycle bin."""
    uploads: dict[str, Upload] = Field(default_factory=dict)
    changes: int = 0
    generation: int = 1

    def touch(self, node: Node, at: datetime) -> None:
        """Note in the change log that the node is new or different."""
        self.changes += 1
        self.modified = at
        node.change = self.changes

    def children(self, folder: str) -> list[Node]:
        """Return what lies directly in a folder, by name."""
        found = [node for node in self.nodes.values() if node.parent == folder]
        return sorted(found, key=lambda node: node.name.casefold())

    def child(self, folder: str, name: str) -> Node | None:
        """Find something in a folder; SharePoint compares names without regard to case."""
        wanted = name.casefold()
        return next((one for one in self.children(folder) if one.name.casefold() == wanted), None)

    def ancestors(self, node: Node) -> list[Node]:
        """Return the folders that a node lies in, the nearest first."""
        found = []
        while node.parent is not None:
            node = self.nodes[node.parent]
            found.append(node)
        return found

    def below(self, folder: str) -> list[Node]:
        """Return everything in a folder and in the folders below it."""
        found = []
        for node in self.children(folder):
            found += [node, *(self.below(node.guid) if node.is_folder else [])]
        return found

    def path(self, node: Node) -> str:
        """Return where a node lies below the root: "Meeting notes/CSG B"; "" for the root."""
        folders = [one.name for one in self.ancestors(node)[:-1]]
        return "/".join([*reversed(folders), node.name]) if node.parent is not None else ""

    def at(self, path: str) -> Node | None:
        """Find a node by its path."""
        node: Node | None = self.nodes[self.root]
        for name in path.strip("/").split("/") if path.strip("/") else ():
            node = self.child(node.guid, name) if node is not None and node.is_folder else None
        return node
