"""The way to Notion: one token, one queue, one place where failures get their names."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import notion_client
from notion_client.errors import HTTPResponseError, InvalidPathParameterError, RequestTimeoutError
from pydantic import SecretStr

from syncbot.errors import Incomplete

from ..traffic import Traffic
from .deadline import DeadlineTransport
from .failures import Request, TooHeavy, lost, translated

VERSION = "2026-03-11"
BASE_URL = "https://api.notion.com"
TIMEOUT = httpx.Timeout(connect=10.0, read=65.0, write=30.0, pool=10.0)
"""Seconds. Notion itself gives up after 60 (request limits page)."""
DEADLINE = 120.0
"""Seconds for an answer as a whole."""
PAGE_SIZE = 100
"""The most that Notion gives at once; more is refused."""
SMALLEST_PAGE = 10
_log = logging.getLogger("syncbot.notion.client")

Json = Mapping[str, Any]
"""A JSON object of Notion's: read loosely, since members come without a new version."""


class NotionConnection:
    """Sends requests one after the other; raises only errors of `syncbot.errors`, none of which holds the token.

    Everything goes through `Client.request`: the typed methods of notion-client drop arguments that they do not
    know without a word. Its own retries are off (`Traffic` is the only retry policy).
    """

    def __init__(
        self,
        *,
        token: SecretStr,
        traffic: Traffic,
        monotonic: Callable[[], float],
        name: str = "notion",
        base_url: str = BASE_URL,
        ca_bundle: Path | None = None,
        proxy: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open nothing yet. The environment's proxy and CA settings are not looked at: give them as arguments."""
        self.name = name
        self.served_at: datetime | None = None
        """The time of the newest answer by the server's clock, if it says."""
        self._traffic = traffic
        verify = True if ca_bundle is None else ssl.create_default_context(cafile=str(ca_bundle))
        inner = transport or httpx.HTTPTransport(verify=verify, trust_env=False, proxy=proxy)
        http = httpx.Client(
            transport=DeadlineTransport(inner, seconds=DEADLINE, monotonic=monotonic),
            trust_env=False,
            event_hooks={"response": [self._note_time]},
        )
        traffic.ear.attach(http)
        # A logger of ours, above all levels: every Client() without one adds one more handler to the shared logger,
        # and a failing request is told by the error that we raise, not by a line that holds its body.
        self._client = notion_client.Client(
            client=http,
            base_url=base_url.rstrip("/"),
            notion_version=VERSION,
            retry=False,
            logger=_log,
            log_level=logging.CRITICAL,
        )
        # After the Client, which sets its own; and the token not among its options, whose repr would show it.
        http.timeout = TIMEOUT
        http.headers["Authorization"] = f"Bearer {token.get_secret_value()}"

    def __repr__(self) -> str:
        return f"NotionConnection({self.name!r})"

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._traffic.requests

    def close(self) -> None:
        """Close the connections; not `with Client(...)`, which throws away the httpx client it was given."""
        self._client.close()

    def ask(self, method: str, path: str, *, query: Json | None = None, body: Json | None = None) -> Json:
        """Send what may be sent again; return the answer's object."""
        request = Request(endpoint=self.name, what=f"{method} {path}", write=False)
        return self._traffic.call(lambda: self._send(request, method, path, query, body), repeatable=True)

    def change(self, method: str, path: str, body: Json) -> Json:
        """Send a write. Raises `OutcomeUnknown` when it may have been saved."""
        request = Request(endpoint=self.name, what=f"{method} {path}", write=True)
        # Repeatable, since what could do harm twice is already called OutcomeUnknown, which is never repeated; what is
        # left of Unavailable never left this machine.
        return self._traffic.call(lambda: self._send(request, method, path, None, body), repeatable=True)

    def query(self, data_source: str, body: Json, properties: Sequence[str] | None = None) -> Json:
        """Ask for one page of a data source's rows, of fewer rows each time that it was too heavy.

        `properties` are ids as Notion gives them: percent-encoded. In a query string they are encoded once more by
        httpx, so they are decoded here (`a%3Ab` would go out as `a%253Ab`, which names no property).
        """
        size = PAGE_SIZE
        path = f"data_sources/{data_source}/query"
        request = Request(endpoint=self.name, what=f"POST {path}", write=False)
        chosen = {"filter_properties": [unquote(one) for one in properties]} if properties else None

        def send() -> Json:
            nonlocal size
            try:
                return self._send(request, "POST", path, chosen, {**body, "page_size": size})
            except TooHeavy:
                size = max(SMALLEST_PAGE, size // 2)
                raise

        return self._traffic.call(send, repeatable=True)

    def pages_of(self, path: str) -> Iterator[Json]:
        """Yield each page of a list that is read by GET; raise `Incomplete` when the list does not prove its end."""
        query: dict[str, Any] = {"page_size": PAGE_SIZE}
        while True:
            page = self.ask("GET", path, query=query)
            yield page
            if page.get("has_more") is False:
                return
            cursor = page.get("next_cursor")
            if not cursor or cursor == query.get("start_cursor"):
                raise Incomplete(f"GET {path}: a list without an end", endpoint=self.name)
            query["start_cursor"] = cursor

    def _note_time(self, response: httpx.Response) -> None:
        try:
            self.served_at = parsedate_to_datetime(response.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            self.served_at = None

    def _send(self, request: Request, method: str, path: str, query: Json | None, body: Json | None) -> Json:
        with _named_failures(request):
            answer = self._client.request(
                path,
                method,
                query=None if query is None else dict(query),
                body=None if body is None else dict(body),
            )
        if not isinstance(answer, dict):
            raise lost(request, "the answer is not an object")
        return answer


@contextmanager
def _named_failures(request: Request) -> Iterator[None]:
    try:
        yield
    except (
        HTTPResponseError,
        InvalidPathParameterError,
        RequestTimeoutError,
        httpx.HTTPError,
        httpx.InvalidURL,
        ValueError,
    ) as error:
        # Without its cause: the request in it carries the token in a header.
        raise translated(error, request) from None
