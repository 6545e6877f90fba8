"""Moving bytes over addresses that need no token: downloads, and the ranges of an upload session.

Such an address opens to whoever has it, so it stands in no message. It belongs to another host than Graph, and the
token is not sent there (documented: an upload is refused with one). Everything goes through the connection's queue.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from syncbot.errors import EndpointError, Fatal, NotFound, OutcomeUnknown, TooLarge, Unavailable

from .connection import GraphConnection
from .refusals import refusal
from .wire import Answer, Ask, Json, inside

T = TypeVar("T")
STEP = 320 * 1024
"""Every range but the last is a multiple of this (Microsoft's "driveItem: createUploadSession")."""
RANGE = 16 * STEP
"""Bytes of one request: 5 MiB; less than 60 MiB is allowed."""
_PATIENCE = 4
"""So often an upload may stand still."""
_CLOSED = (401, 403, 404, 410)


class LinkClosed(NotFound):
    """The address does not open any more: they live for minutes. Trying it again is of no use."""


@dataclass(kw_only=True)
class Transfer:
    """Downloads and uploads beside a connection."""

    graph: GraphConnection = field(repr=False)

    def download(self, link: object, limit: int) -> bytes:
        """Return what is there; raise `TooLarge` as soon as more than `limit` bytes came, `LinkClosed`."""
        address = self._trusted(link)
        return self.graph.traffic.call(lambda: self._downloaded(address, limit), repeatable=True)

    def upload(self, link: object, data: bytes, before_last: Callable[[], None]) -> Json:
        """Send all ranges and return the finished item; `before_last` may still stop it by an error.

        Raises `OutcomeUnknown` when the session is gone and nobody knows whether it was finished.
        """
        address = self._trusted(link)
        start, stalls = 0, 0
        while True:
            end = min(start + RANGE, len(data))
            if end == len(data):
                self._or_cancel(address, before_last)
            answer = self._range(address, data, start, end)
            if answer is not None and answer.status in (200, 201):
                return _item(answer, self.graph.name)
            following = _next(answer) if answer is not None else self._missing_from(address)
            stalls = stalls + 1 if following <= start else 0
            if stalls > _PATIENCE:
                raise Unavailable("an upload does not get on", endpoint=self.graph.name)
            start = following

    def _range(self, address: str, data: bytes, start: int, end: int) -> Answer | None:
        """Send one range; None when it is not known what became of it, or when it was there already."""
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
        try:
            answer = self._sent("PUT", address, headers, data[start:end])
        except OutcomeUnknown:
            return None
        except NotFound:
            raise OutcomeUnknown("an upload session is gone", endpoint=self.graph.name) from None
        return None if answer.status == 416 else answer

    def _missing_from(self, address: str) -> int:
        """Ask where the bytes that have not come begin."""
        try:
            return _next(self._sent("GET", address))
        except NotFound:
            raise OutcomeUnknown("an upload session is gone", endpoint=self.graph.name) from None

    def _or_cancel(self, address: str, check: Callable[[], None]) -> None:
        """Let `check` pass, or throw away what was sent."""
        try:
            check()
        except EndpointError:
            with suppress(EndpointError):
                self._sent("DELETE", address)
            raise

    def _sent(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> Answer:
        ask = Ask(method=method, path="", content=data, headers=headers or {}, units=2 if data else 1)

        def send() -> Answer:
            answer = self._answered(ask, address)
            error = refusal(ask, answer, endpoint=self.graph.name, now=self.graph.now())
            if error is not None and answer.status != 416:
                raise error
            return answer

        return self.graph.traffic.call(send, units=ask.units, repeatable=True)

    def _answered(self, ask: Ask, address: str) -> Answer:
        headers = {"User-Agent": self.graph.user_agent, **ask.headers}
        return self._asked(
            lambda: _answer(
                self.graph.client.request(ask.method, address, content=ask.content, headers=headers)
            ),
            writes=ask.writes,
        )

    def _downloaded(self, address: str, limit: int) -> bytes:
        """Read piece by piece, so that no more than `limit` bytes are ever held."""
        return self._asked(lambda: self._streamed(address, limit), writes=False)

    def _streamed(self, address: str, limit: int) -> bytes:
        headers = {"User-Agent": self.graph.user_agent}
        with self.graph.client.stream("GET", address, headers=headers) as response:
            self._check(response)
            pieces = bytearray()
            for piece in response.iter_bytes():
                pieces += piece
                if len(pieces) > limit:
                    raise TooLarge(f"more than {limit} bytes came", endpoint=self.graph.name)
        return bytes(pieces)

    def _check(self, response: httpx.Response) -> None:
        """Raise what an answer to a download means when it is not the content."""
        if response.status_code == 200:
            return
        if response.status_code in _CLOSED:
            raise LinkClosed(f"{response.status_code}: a download link is closed", endpoint=self.graph.name)
        response.read()
        answer = _answer(response)
        error = refusal(Ask(path=""), answer, endpoint=self.graph.name, now=self.graph.now())
        raise error or Unavailable(f"{answer.status}: no content", endpoint=self.graph.name)

    def _asked(self, send: Callable[[], T], *, writes: bool) -> T:
        """Send; word what goes wrong on the way without the address."""
        try:
            return send()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(
                f"cannot be reached ({type(error).__name__})", endpoint=self.graph.name
            ) from None
        except (httpx.RequestError, httpx.InvalidURL) as error:
            make = OutcomeUnknown if writes else Unavailable
            raise make(f"the answer got lost ({type(error).__name__})", endpoint=self.graph.name) from None

    def _trusted(self, link: object) -> str:
        """Return an address that may be asked: over HTTPS, or as Graph itself is asked (the sandbox)."""
        if not isinstance(link, str):
            raise Unavailable("an answer has no address for the content", endpoint=self.graph.name)
        allowed = {"https", urlsplit(self.graph.base_url).scheme}
        if urlsplit(link).scheme not in allowed or not urlsplit(link).hostname:
            raise Fatal(
                "an answer links to no safe address; nothing is asked there", endpoint=self.graph.name
            )
        return link


def _answer(response: httpx.Response) -> Answer:
    headers = {name.lower(): text for name, text in response.headers.items()}
    if not response.content:
        return Answer(status=response.status_code, headers=headers)
    try:
        return Answer(status=response.status_code, body=response.json(), headers=headers)
    except ValueError:
        return Answer(status=response.status_code, headers=headers, readable=False)


def _next(answer: Answer) -> int:
    """Return where the first range begins that has not come; the start when it is not said."""
    ranges: Any = inside(answer.body, "nextExpectedRanges")
    first = ranges[0] if isinstance(ranges, list) and ranges else "0-"
    start = str(first).partition("-")[0]
    return int(start) if start.isdecimal() else 0


def _item(answer: Answer, endpoint: str) -> Json:
    if not isinstance(answer.body, dict) or not isinstance(answer.body.get("id"), str):
        raise OutcomeUnknown("an upload was answered without the file", endpoint=endpoint)
    return answer.body
