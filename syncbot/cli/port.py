"""A port of this machine that answers three questions about the service: alive? ready? and what it counted.

It knows `GET` of three paths and nothing else, reads no body, holds no secret and changes nothing. It is for whoever
watches the machine, so it is open to this machine only, unless `SYNCBOT_BIND` says otherwise.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6, socket
from typing import Any, ClassVar

SECONDS = 5.0
"""How long a client may take to say what it wants, and to take the answer."""
AT_ONCE = 8
"""So many clients are served at a time; who comes on top is turned away."""
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer."""

    body: bytes
    type: str = PLAIN
    right: bool = True
    """False: 503, for machines that look at the status alone."""


Pages = Mapping[str, Callable[[], Page]]
"""By path; what one raises is answered with 503."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = AT_ONCE

    def __init__(self, address: tuple[str, int], pages: Pages, seconds: float) -> None:
        self.pages, self.seconds = pages, seconds
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self.address_family = AF_INET6 if ":" in address[0] else self.address_family
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A client that goes away is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    server: _Server
    _REFUSED: ClassVar = {HTTPStatus.NOT_IMPLEMENTED: HTTPStatus.METHOD_NOT_ALLOWED}

    def setup(self) -> None:
        self.request.settimeout(self.server.seconds)
        super().setup()

    def do_GET(self) -> None:
        make = self.server.pages.get(self.path)
        if make is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        page = _made(make)
        self._answer(HTTPStatus.OK if page.right else HTTPStatus.SERVICE_UNAVAILABLE, page)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer in one word; the standard page would repeat what was asked."""
        status = HTTPStatus(code)
        status = self._REFUSED.get(status, status)
        self.close_connection = True
        self._answer(status, Page(body=f"{status.phrase}\n".encode()))

    def version_string(self) -> str:
        """Say nothing of the versions of what runs here."""
        return "syncbot"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: it is asked every few seconds."""

    def _answer(self, status: HTTPStatus, page: Page) -> None:
        self.send_response(status)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.send_header("Content-Type", page.type)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(page.body)


def _made(make: Callable[[], Page]) -> Page:
    try:
        return make()
    except Exception:  # noqa: BLE001  # whatever it is, the answer is that it is not well
        return Page(body=b"it cannot be told\n", right=False)


@contextmanager
def served(pages: Pages, *, bind: str, port: int, seconds: float = SECONDS) -> Iterator[int]:
    """Answer until the block ends; yield the port. Raises `OSError` where it is taken or may not be used."""
    server = _Server((bind, port), pages, seconds)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 1.0}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
