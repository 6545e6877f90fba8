"""The requests about one drive, as paths and bodies; no I/O."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .wire import Ask, query, segment

SIMPLE_UPLOAD = 4 * 1024 * 1024
"""Bytes that are sent in one go. Microsoft's documentation of the small upload said 4 MB, later 250 MB."""
_ROOT = "root"
"""What Graph calls the topmost folder of a drive."""
_BEHAVIOR = "@microsoft.graph.conflictBehavior"
_BYTES = {"Content-Type": "application/octet-stream"}


def site_path(site_url: str) -> str:
    """Return where a site is looked up by its URL; the root of a host is named by the host."""
    parts = urlsplit(site_url.strip())
    path = quote(parts.path.rstrip("/"), safe="/%")
    return f"/sites/{parts.hostname}:{path}" if path else f"/sites/{parts.hostname}"


def drives_path(site: str) -> str:
    """Return where the drives of a site are listed."""
    return f"/sites/{segment(site)}/drives"


@dataclass(frozen=True, kw_only=True)
class DriveAsks:
    """Words requests about the drive with this id."""

    drive: str

    @property
    def base(self) -> str:
        """The drive's path."""
        return f"/drives/{segment(self.drive)}"

    def feed(self, page: int) -> str:
        """Where everything is enumerated, with a link at the end for what changes later; only a root has one."""
        return f"{self.base}/{_ROOT}/delta{query(top=page)}"

    def folder(self, path: str) -> str:
        """Where a folder is looked up by its path; "" = the root."""
        return f"{self.base}/root:/{_path(path)}" if path else f"{self.base}/root"

    def item(self, ref: str) -> str:
        """Where a file or folder is looked up by its id."""
        return f"{self.base}/items/{segment(ref)}"

    def below(self, folder: str, path: str) -> str:
        """Where a file is looked up by its path below a folder."""
        return f"{self.item(folder)}:/{_path(path)}"

    def versions(self, ref: str) -> str:
        """Where a file's versions are listed."""
        return f"{self.item(ref)}/versions"

    def replace(self, ref: str, data: bytes, etag: str) -> Ask:
        """Put other content into a file that still has that tag."""
        headers = {**_BYTES, "If-Match": etag}
        path = f"{self.item(ref)}/content"
        return Ask(method="PUT", path=path, content=data, headers=headers, units=2)

    def create(self, folder: str, path: str, data: bytes) -> Ask:
        """Make a file; a taken name is refused (without saying so it would be replaced)."""
        where = f"{self.below(folder, path)}:/content?{_BEHAVIOR}=fail"
        return Ask(method="PUT", path=where, content=data, headers=_BYTES, units=2)

    def replace_session(self, ref: str, etag: str) -> Ask:
        """Begin to put other content into a file that still has that tag."""
        path = f"{self.item(ref)}/createUploadSession"
        return Ask(method="POST", path=path, body={}, headers={"If-Match": etag}, units=2)

    def create_session(self, folder: str, path: str) -> Ask:
        """Begin to make a file."""
        where = f"{self.below(folder, path)}:/createUploadSession"
        return Ask(method="POST", path=where, body={"item": {_BEHAVIOR: "fail"}}, units=2)


def _path(path: str) -> str:
    return "/".join(segment(part) for part in path.split("/"))
