"""What persons do in a library without Graph: in the browser, in Word and Excel, or when the sandbox is filled."""

from datetime import UTC, datetime

from ..frame import FileEdit
from .documents import Library, Node
from .drive_shown import item_id
from .errors import Refused
from .filing import added, buried, described, free_name, moved, new_file, new_folder, restored, saved
from .hands import Hand
from .people import People

DOCUMENTS = "Documents"
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


class PeopleWithFiles(People):
    """The site with its libraries as its people see it; files are named by their path in the library."""

    def add_library(
        self, title: str = DOCUMENTS, *, address: str | None = None, at: datetime = _FIRST
    ) -> str:
        """Add a library and return its list's id; the usual one is called Documents and lives elsewhere."""
        usual = "Shared Documents" if title == DOCUMENTS else title
        root = new_folder(self._ids(), None, "root", Hand(person=0), at)
        library = Library(
            id=self._ids(), name=address or usual, title=title, created=at, modified=at, root=root.guid
        )
        added(library, root, at)
        self.state.libraries[library.id] = library
        self._moved()
        return library.id

    def put_file(self, library_id: str, path: str, data: bytes, *, by: int, at: datetime) -> str:
        """Save a file as the person with lookup id `by`, with the folders on the way; return its item id.

        A file that is there becomes a new version. What people save keeps its bytes.
        """
        library = self.state.libraries[library_id]
        folder, _, name = path.strip("/").rpartition("/")
        parent = self._folder(library, folder, by, at)
        node = library.child(parent.guid, name)
        if node is None:
            name = free_name(library, parent.guid, name, "fail")
            node = added(library, new_file(self._ids(), parent.guid, name, data, Hand(person=by), at), at)
        else:
            saved(library, node, data, Hand(person=by), at)
        self._moved()
        return item_id(library, node.guid)

    def add_folder(self, library_id: str, path: str, *, by: int, at: datetime) -> str:
        """Make a folder, with those on the way, and return its item id."""
        library = self.state.libraries[library_id]
        folder = self._folder(library, path, by, at)
        self._moved()
        return item_id(library, folder.guid)

    def move_file(self, library_id: str, path: str, to: str, *, by: int, at: datetime) -> None:
        """Rename or move a file or folder; the folders on the way are made."""
        library = self.state.libraries[library_id]
        node = self._node(library, path)
        folder, _, name = to.strip("/").rpartition("/")
        parent = self._folder(library, folder, by, at)
        name = free_name(library, parent.guid, name, "fail", but=node)
        moved(library, node, parent.guid, name, Hand(person=by), at)
        self._moved()

    def describe_file(self, library_id: str, path: str, *, by: int, at: datetime) -> None:
        """Fill in a column of the library: the content stays as it is."""
        library = self.state.libraries[library_id]
        described(library, self._node(library, path), Hand(person=by), at)
        self._moved()

    def trash_file(self, library_id: str, path: str, *, at: datetime) -> str:
        """Put a file or folder into the recycle bin and return its guid there."""
        library = self.state.libraries[library_id]
        node = self._node(library, path)
        buried(library, node, at)
        self._moved()
        return node.guid

    def restore_file(self, library_id: str, guid: str, *, at: datetime) -> None:
        """Take a file or folder out of the recycle bin."""
        restored(self.state.libraries[library_id], guid, at)
        self._moved()

    def lock_file(self, library_id: str, path: str, *, by: int | None) -> None:
        """Open a file in Word or Excel (or check it out) as a person; None closes it: until then writes get 423."""
        library = self.state.libraries[library_id]
        self._node(library, path).locked_by = by
        self._moved()

    def expire_drive_tokens(self, library_id: str) -> None:
        """Forget the change log so far: every delta token made until now gets 410."""
        self.state.libraries[library_id].generation += 1
        self._moved()

    def file(self, library_id: str, path: str) -> Node:
        """Return a file as it is kept, for looking at."""
        return self._node(self.state.libraries[library_id], path)

    def file_edit(self, edit: FileEdit, now: datetime) -> str:
        """Do what somebody with an account does with a file; return its item id (see `FiledByPeople`)."""
        library, by, at = self._library(edit.documents), self._account(edit.by), now.replace(microsecond=0)
        key, path = library.id, edit.path
        try:
            match edit.action:
                case "save":
                    return self.put_file(key, path, edit.content, by=by, at=at)
                case "folder":
                    return self.add_folder(key, path, by=by, at=at)
                case "restore":
                    return self._restored(library, path, at)
            ref = item_id(library, self._node(library, path).guid)
            self._edit_there(key, edit, by, at)
        except Refused as refused:
            raise ValueError(refused.message) from None
        return ref

    def file_content(self, library: str, path: str) -> bytes:
        """Return what is in a file."""
        node = self._node(self._library(library), path)
        if node.is_folder:
            raise LookupError(f"{path!r} is a folder")
        return node.data

    def file_paths(self, library: str) -> list[str]:
        """Return the paths of all files of a library."""
        found = self._library(library)
        return sorted(found.path(node) for node in found.nodes.values() if not node.is_folder)

    def _edit_there(self, library_id: str, edit: FileEdit, by: int, at: datetime) -> None:
        """Carry out an edit of something that is there."""
        match edit.action:
            case "describe":
                self.describe_file(library_id, edit.path, by=by, at=at)
            case "move":
                if not edit.to:
                    raise ValueError("a move needs a path to go to")
                self.move_file(library_id, edit.path, edit.to, by=by, at=at)
            case "delete":
                self.trash_file(library_id, edit.path, at=at)
            case "lock" | "unlock":
                self.lock_file(library_id, edit.path, by=by if edit.action == "lock" else None)

    def _restored(self, library: Library, path: str, at: datetime) -> str:
        """Take the newest thing of that name out of the recycle bin."""
        name = path.rpartition("/")[2]
        found = [one for one in library.tombs.values() if one.name == name and one.under is None]
        if not found:
            raise LookupError(f"the recycle bin has no {name!r}")
        newest = max(found, key=lambda one: one.change)
        self.restore_file(library.id, newest.guid, at=at)
        return item_id(library, newest.guid)

    def _library(self, name: str) -> Library:
        found = self.state.documents_of(name)
        if found is None:
            raise LookupError(f"no library {name!r}: say which with its title or id")
        return found

    def _node(self, library: Library, path: str) -> Node:
        node = library.at(path)
        if node is None:
            raise LookupError(f"{library.title} has no {path!r}")
        return node

    def _folder(self, library: Library, path: str, by: int, at: datetime) -> Node:
        """Find a folder, making it and those above it where they are missing."""
        folder = library.nodes[library.root]
        for name in path.strip("/").split("/") if path.strip("/") else ():
            found = library.child(folder.guid, name)
            if found is None:
                free = free_name(library, folder.guid, name, "fail")
                found = added(library, new_folder(self._ids(), folder.guid, free, Hand(person=by), at), at)
            if not found.is_folder:
                raise LookupError(f"{library.title} has a file where {path!r} has a folder")
            folder = found
        return folder
