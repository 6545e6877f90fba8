"""What the pages of a drive's feed come to; no I/O.

Documented ("driveItem: delta"): an item may come more than once and the last is right; the folders above a change
come with it; what lies in a renamed folder does not; only ids are to be relied on. Whether what lay in a deleted
folder is told is not documented, and deletions were seen missing. So a folder of ours that was renamed, moved or
deleted, or that came with things in it that are not told, makes the reading start afresh: `unsure`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncbot.endpoints.files import FileEntry

from .drive_items import Folder, Watched, folder_of, is_file, parent_of
from .wire import Json, inside


@dataclass(frozen=True, kw_only=True)
class Told:
    """All pages of one reading, each item as it was told last."""

    items: Mapping[str, Json]
    gone: frozenset[str]
    """Ids that were told to be deleted."""
    link: str | None
    """Where the next reading goes on; None when the last page was not proven to be the last."""
    broken: int = 0
    """Entries that say nothing of which item they are."""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What a reading means for the watched folder."""

    entries: Sequence[FileEntry]
    gone: frozenset[str]
    folders: Mapping[str, Folder]
    """The folders below the watched one as they are now."""
    strangers: frozenset[str] = frozenset()
    """Folders of which nothing is known although something in them changed: they have to be looked up."""
    unsure: str | None = None
    """Why not everything that changed was told, in words."""


def told_by(pages: Iterable[Json], *, path_of: Callable[[object], str]) -> Told:
    """Put pages together; `path_of` makes a path of a link, so that no host is stored."""
    latest: dict[str, Json] = {}
    link: str | None = None
    broken = 0
    for page in pages:
        for entry in page["value"]:
            if isinstance(entry, dict) and isinstance(entry.get("id"), str) and "error" not in entry:
                latest[entry["id"]] = entry
            else:
                broken += 1
        found = page.get("@odata.deltaLink")
        link = None if found is None else path_of(found)
    living = {ref: entry for ref, entry in latest.items() if "deleted" not in entry}
    return Told(items=living, gone=frozenset(latest) - frozenset(living), link=link, broken=broken)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The folders that are known, from before and from the feed."""

    watched: str
    folders: Mapping[str, Folder] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    """Folders that were deleted, also while the pages were read: what was told to lie in them went along."""

    def path(self, folder: str | None) -> str | None:
        """Return the path of a folder below the watched one ("" for that itself); None when it is not below.

        Raises `KeyError` with the id of the first folder above it that is not known.
        """
        names: list[str] = []
        seen = set()
        while folder is not None and folder != self.watched:
            if folder in seen or folder in self.gone:
                return None
            seen.add(folder)
            found = self.folders[folder]
            names.append(found.name)
            folder = found.parent
        return "/".join(reversed(names)) if folder is not None else None


def sort_out(told: Told, known: Mapping[str, Folder], watched: Watched, *, full: bool) -> Sorted:
    """Find out what a reading means; `known` are the folders below the watched one from the time before."""
    fresh = {ref: folder for ref, item in told.items.items() if (folder := folder_of(item)) is not None}
    tree = Tree(watched=watched.folder, folders={**known, **fresh}, gone=told.gone)
    strangers = _strangers(told, tree)
    if strangers:
        return Sorted(entries=(), gone=frozenset(), folders=known, strangers=strangers)
    ours = {ref: folder for ref, folder in tree.folders.items() if tree.path(ref) and ref not in told.gone}
    entries = [entry for item in told.items.values() if (entry := _ours(item, tree, watched)) is not None]
    files = {ref for ref, item in told.items.items() if folder_of(item) is None}
    gone = (files | told.gone) - {entry.ref for entry in entries} - set(known)
    unsure = None if full else _doubt(told, known, ours)
    return Sorted(entries=entries, gone=frozenset(gone), folders=ours, unsure=unsure)


def _strangers(told: Told, tree: Tree) -> frozenset[str]:
    """Return the folders that have to be looked up before anything can be said."""
    found = set()
    for item in told.items.values():
        try:
            tree.path(parent_of(item))
        except KeyError as unknown:
            found.add(str(unknown.args[0]))
    return frozenset(found)


def _ours(item: Json, tree: Tree, watched: Watched) -> FileEntry | None:
    folder = tree.path(parent_of(item))
    if folder is None or not is_file(item) or not watched.wants(str(item.get("name") or "")):
        return None
    return watched.entry(item, folder)


def _doubt(told: Told, known: Mapping[str, Folder], ours: Mapping[str, Folder]) -> str | None:
    """Say why files may have changed that were not told."""
    if told.broken:
        return "the change feed holds entries that do not say of which file they are"
    if told.gone & set(known):
        return "a folder was deleted"
    if any(ours.get(ref) != folder for ref, folder in known.items()):
        return "a folder was renamed or moved"
    children = _children(told)
    if any(_untold(told.items[ref], children.get(ref, 0)) for ref in ours if ref not in known):
        return "a folder came with files in it"
    return None


def _children(told: Told) -> dict[str | None, int]:
    counts: dict[str | None, int] = {}
    for item in told.items.values():
        counts[parent_of(item)] = counts.get(parent_of(item), 0) + 1
    return counts


def _untold(folder: Json, told: int) -> bool:
    """Say whether a new folder holds more than was told of it."""
    count: Any = inside(folder, "folder", "childCount")
    return not isinstance(count, int) or count > told
