"""The port answers three questions and nothing else, and nobody can hold it up."""

import http.client
import socket
import time
from collections.abc import Iterator, Mapping

import pytest

from syncbot.cli.port import AT_ONCE, Page, Pages, served


def broken() -> Page:
    """A page whose making fails."""
    raise RuntimeError("topsecret")


PAGES: Pages = {
    "/well": lambda: Page(body=b"well\n"),
    "/ill": lambda: Page(body=b"ill\n", right=False),
    "/broken": broken,
}


@pytest.fixture
def port() -> Iterator[int]:
    """Serve on a port that is free; who is silent for half a second is turned away."""
    with served(PAGES, bind="127.0.0.1", port=0, seconds=0.5) as number:
        yield number


def ask(port: int, path: str, method: str = "GET") -> tuple[int, bytes, Mapping[str, str]]:
    """Return status, body and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/well", 200, b"well\n"),
        ("/ill", 503, b"ill\n"),
        ("/broken", 503, b"it cannot be told\n"),
        ("/", 404, b"Not Found\n"),
        ("/well/", 404, b"Not Found\n"),
        ("/well?x=1", 404, b"Not Found\n"),
        ("/../etc/passwd", 404, b"Not Found\n"),
        ("http://other.example/well", 404, b"Not Found\n"),
    ],
)
def test_it_knows_its_pages_and_no_others(port: int, path: str, status: int, body: bytes) -> None:
    """A page that cannot be made says no more than that."""
    found, said, _ = ask(port, path)
    assert (found, said) == (status, body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "FROB"])
def test_it_can_only_be_read(port: int, method: str) -> None:
    """Whatever else is wanted is refused, also of a page that is there."""
    status, _, headers = ask(port, "/well", method)
    assert status == 405
    assert headers["Allow"] == "GET"


def test_it_says_neither_what_it_is_made_of_nor_what_was_asked(port: int) -> None:
    """No version of Python, no echo."""
    _, body, headers = ask(port, "/<script>alert(1)</script>")
    assert headers["Server"] == "syncbot"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"script" not in body


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\r\n\r\n",
        b"GET /well HTTP/9.9\r\n\r\n",
        b"GET " + b"x" * 70_000 + b"\r\n\r\n",
        b"\x00\xff\r\n\r\n",
    ],
)
def test_nonsense_is_refused_and_the_next_is_served(port: int, line: bytes) -> None:
    """No traceback, no end of the server."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(line)
        answer = wire.recv(1000)
    assert b"200" not in answer.partition(b"\r\n")[0]
    assert ask(port, "/well")[0] == 200


def test_who_says_nothing_is_turned_away_and_holds_up_nobody(port: int) -> None:
    """Clients that open a connection and wait take a place each, but only for as long as one may be silent."""
    wires = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(AT_ONCE + 4)]
    try:
        wires[0].sendall(b"GET /well HT")
        end = time.monotonic() + 5
        while time.monotonic() < end:
            try:
                if ask(port, "/well")[0] == 200:
                    break
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        assert time.monotonic() < end
    finally:
        for wire in wires:
            wire.close()


def test_a_port_that_is_taken_is_an_error_at_once(port: int) -> None:
    """The service says so and does without."""
    with pytest.raises(OSError, match="in use"), served(PAGES, bind="127.0.0.1", port=port):
        pass


def test_it_ends_with_its_block() -> None:
    """Nobody listens afterwards."""
    with served(PAGES, bind="127.0.0.1", port=0) as number:
        assert ask(number, "/well")[0] == 200
    with pytest.raises(OSError):
        ask(number, "/well")
