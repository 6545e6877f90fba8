"""A desk in front of a sandboxed library: calls by its drive, and downloads and ranges without a token."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from syncbot.sandbox.frame import Answer, Call
from syncbot.sandbox.graph.drive_delta import FEED
from tests.referees import graph as referee
from tests.unit.sandbox.graph_desk import SITE, START, Desk, new_desk

OTHER_HOST = "http://localhost:9100"


@dataclass
class DriveDesk:
    """One library, with what was asked of its drive."""

    desk: Desk
    documents: str
    drive: str

    def put(self, path: str, data: bytes = b"words") -> str:
        """Let Anna save a file; return its id."""
        service = self.desk.service
        return service.put_file(self.documents, path, data, by=self.desk.anna, at=self.desk.now)

    def get(self, below: str, **headers: str) -> Any:
        """Read something of the drive that is there."""
        return self.desk.get(f"/drives/{self.drive}{quote(below, safe='/:?=$&,@()')}", **headers)

    def item(self, path: str) -> Any:
        """Read a file or folder by its path."""
        return self.get(f"/root:/{path}")

    def ask(self, method: str, below: str, body: object = None, raw: bytes = b"", **headers: str) -> Answer:
        """Call something of the drive; the referee sees every answer."""
        call = self.desk.call(
            method, f"/drives/{self.drive}{quote(below, safe='/:?=$&,@()')}", body, **headers
        )
        answer = self.desk.service.handle(_with(call, raw), self.desk.now)
        self.desk.judge(call, answer)
        return answer

    def upload(self, below: str, data: bytes, **headers: str) -> Answer:
        """Send content in one go."""
        return self.ask("PUT", below, raw=data, **headers)

    def outside(self, method: str, address: str, raw: bytes = b"", **headers: str) -> Answer:
        """Call a pre-authenticated address, which is another host's, without a token."""
        assert address.startswith(OTHER_HOST), address
        parts = urlsplit(address)
        query = {name: (value,) for name, value in parse_qsl(parts.query)}
        sent = {name.replace("_", "-").lower(): text for name, text in headers.items()}
        call = Call(
            method=method, path=unquote(parts.path), query=query, headers=sent, raw=raw, host=OTHER_HOST
        )
        answer = self.desk.service.handle(call, self.desk.now)
        if answer.body is not None and referee.available():
            referee.check_answer(method, call.path, answer.status, answer.body)
        return answer

    def content(self, item: str) -> bytes:
        """Download by the redirection."""
        answer = self.ask("GET", f"/items/{item}/content")
        got = self.outside("GET", answer.headers["Location"])
        assert got.status == 200 and got.raw is not None, got
        return got.raw

    def delta(self, link: str | None = None, **headers: str) -> Any:
        """Read one page of the feed: from scratch, or where a link leads."""
        address = link or f"/drives/{self.drive}{FEED}"
        return self.desk.get(address, **headers)

    def link(self) -> str:
        """Return the link from which on changes are told."""
        link: str = self.delta(f"/drives/{self.drive}{FEED}?token=latest")["@odata.deltaLink"]
        return link


def _with(call: Call, raw: bytes) -> Call:
    return Call(
        method=call.method,
        path=call.path,
        query=call.query,
        headers=call.headers,
        body=call.body,
        raw=raw,
        host=call.host,
    )


def new_drive_desk(**settings: Any) -> DriveDesk:
    """Make a service with one library."""
    desk = new_desk(**settings)
    library = desk.service.add_library(at=START)
    drive = desk.get(f"{SITE}/drive")["id"]
    return DriveDesk(desk=desk, documents=library, drive=drive)


def package(text: str = "words") -> bytes:
    """Return a small Office package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        opened.writestr(zipfile.ZipInfo("word/document.xml"), text)
    return buffer.getvalue()
