"""A folder of a library on the sandbox's Graph, over real HTTP, as a place for tests."""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.sandbox.clock import Clock
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.login import CLIENT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.contract.files_contract import SUFFIXES, Shelf
from tests.contract.sharepoint_place import SITE
from tests.unit.sandbox.graph_desk import START

FOLDER = "Meeting notes/CSG B"


@dataclass(kw_only=True)
class LibrarySite:
    """A running sandbox with one library; `reset` brings it back to how it began."""

    sandbox: Sandbox
    service: GraphService
    documents: str
    anna: int

    def reset(self) -> None:
        """Forget all files, requests and faults."""
        self._control("POST", "reset")

    def faults(self, *faults: Mapping[str, object], seed: int = 1) -> None:
        """Order faults in place of those before."""
        self._control("POST", "faults", {"seed": seed, "faults": list(faults)})

    def requests(self) -> list[dict[str, Any]]:
        """Return the sandbox's log."""
        log: list[dict[str, Any]] = self._control("GET", "requests")
        return log

    def _control(self, method: str, path: str, body: object = None) -> Any:
        url = f"{self.sandbox.url('graph')}/_sandbox/{path}"
        answer = httpx.request(method, url, json=body, trust_env=False)
        return answer.json() if answer.content else None


@contextmanager
def running_library() -> Iterator[LibrarySite]:
    """Start a sandbox with one person and a library that has the watched folder and another."""
    numbers = itertools.count()
    login = LoginService(Clock(start=START))
    service = GraphService(
        verify=login.verify,
        ids=lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers)))),
        app_id=CLIENT_ID,
    )
    anna = service.add_user("Anna Adler", "anna@contoso.example")
    library = service.add_library(at=START)
    for folder in (f"{FOLDER}/2026", "Other"):
        service.add_folder(library, folder, by=anna, at=START)
    with start([service], login, Options(rate=1000)) as sandbox:
        yield LibrarySite(sandbox=sandbox, service=service, documents=library, anna=anna)


def drive_on(graph: GraphConnection, **more: Any) -> Drive:
    """Return the watched folder."""
    declared: dict[str, Any] = {
        "name": "notes",
        "graph": graph,
        "site_url": SITE,
        "documents": "Documents",
        "folder": FOLDER,
        "suffixes": SUFFIXES,
        "app_id": CLIENT_ID,
        "page": 3,
    }
    return Drive(**declared | more)


@dataclass
class Anna:
    """A person in Word and in the browser."""

    site: LibrarySite
    edits: int = 0

    def save(self, path: str, data: bytes) -> None:
        """Make a file, or a new version of it."""
        at = START + timedelta(minutes=self.edits)
        self.site.service.put_file(self.site.documents, where(path), data, by=self.site.anna, at=at)
        self.edits += 1

    def move(self, path: str, to: str) -> None:
        """Rename or move it."""
        service, by = self.site.service, self.site.anna
        service.move_file(self.site.documents, where(path), where(to), by=by, at=START)

    def describe(self, path: str) -> None:
        """Fill in a column."""
        self.site.service.describe_file(self.site.documents, where(path), by=self.site.anna, at=START)

    def trash(self, path: str) -> None:
        """Put it into the recycle bin."""
        self.site.service.trash_file(self.site.documents, where(path), at=START)

    def lock(self, path: str, *, locked: bool) -> None:
        """Open it in Word, or close it."""
        by = self.site.anna if locked else None
        self.site.service.lock_file(self.site.documents, where(path), by=by)


def where(path: str) -> str:
    """Return the path in the library of one in the folder; "../" leads out of it."""
    return f"Other/{path.removeprefix('../')}" if path.startswith("../") else f"{FOLDER}/{path}"


def shelf_on(site: LibrarySite, graph: GraphConnection, **more: Any) -> Shelf:
    """Return the folder as a place."""
    return Shelf(
        files=drive_on(graph, **more),
        person=Anna(site),
        requests=lambda: len(site.requests()),
        expire_cursors=lambda: site.service.expire_drive_tokens(site.documents),
    )
