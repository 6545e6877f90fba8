"""What can be told of a request without telling what was in it: for logs and figures, never for decisions.

An address holds names of files, mail addresses and ids of people, a body holds what people wrote, a header holds the
token. So of an address only the words are kept that the services' own documentation has; nothing of a body; of the
headers the ids by which the services' support finds a request (Microsoft: `request-id` and our `client-request-id`,
Notion: `x-notion-request-id`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import httpx

_WORDS = frozenset(
    {
        "v1",
        "v1.0",
        "pages",
        "blocks",
        "children",
        "databases",
        "data_sources",
        "query",
        "users",
        "me",
        "search",
    }
    | {
        "markdown",
        "sites",
        "lists",
        "items",
        "fields",
        "columns",
        "drives",
        "drive",
        "root:",
        "delta",
        "content",
    }
    | {
        "createUploadSession",
        "permissions",
        "versions",
        "$batch",
        "sendMail",
        "mailFolders",
        "sentitems",
        "messages",
    }
    | {"events", "calendar", "calendarView", "instances"}
)
_ID = re.compile(r"[0-9A-Fa-f-]{36}")
_ASKS = ("query", "search")
"""Ends of addresses that are posted to and change nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One request and its answer."""

    place: str
    """The connection."""
    method: str | None = None
    """None: it never came so far, or was sent by a library that says nothing."""
    path: str | None = None
    """Of its address the words that mean something to everybody: "v1/pages/*"."""
    status: int | None = None
    """None: no answer came."""
    seconds: float = 0.0
    """From sending to the end of the answer."""
    request: str | None = None
    """The id by which the service knows it."""
    client_request: str | None = None
    """The id that we gave it."""
    error: str | None = None
    """What it means to us, as a class of `syncbot.errors`; None: it was answered well."""

    @property
    def changes(self) -> bool:
        """Whether it was sent to change something."""
        return self.method not in (None, "GET") and not str(self.path).endswith(_ASKS)


Heard: TypeAlias = Callable[[Exchange], None]
"""Takes every exchange when it has ended; of one connection one at a time."""


class Ear:
    """Hears the requests of one connection, which go out one after the other."""

    def __init__(self, place: str, monotonic: Callable[[], float], heard: Heard = lambda _: None) -> None:
        """`heard` takes what was heard; it must not raise."""
        self._place, self._monotonic, self._heard = place, monotonic, heard
        self._asked: httpx.Request | None = None
        self._answered: httpx.Response | None = None
        self._since = 0.0

    def attach(self, client: httpx.Client) -> None:
        """Hear what this client sends; what else listens there goes on."""
        hooks = client.event_hooks
        client.event_hooks = {
            "request": [*hooks["request"], self._on_request],
            "response": [*hooks["response"], self._on_response],
        }

    def begin(self) -> None:
        """A request is about to be sent."""
        self._asked = self._answered = None
        self._since = self._monotonic()

    def end(self, error: Exception | None) -> None:
        """It was answered, or failed; what it means to us is known."""
        self._tell(type(error).__name__ if error else None)
        self._asked = self._answered = None

    def _on_request(self, request: httpx.Request) -> None:
        if self._asked is not None:  # it was refused and is sent once more, with another token
            refused = self._answered is not None and self._answered.status_code >= 400
            self._tell("AuthFailed" if refused else None)
            self._since = self._monotonic()
        self._asked, self._answered = request, None

    def _on_response(self, response: httpx.Response) -> None:
        self._answered = response

    def _tell(self, error: str | None) -> None:
        asked, answered = self._asked, self._answered
        headers = httpx.Headers() if answered is None else answered.headers
        self._heard(
            Exchange(
                place=self._place,
                method=asked.method if asked else None,
                path=shape(asked.url.path) if asked else None,
                status=answered.status_code if answered else None,
                seconds=self._monotonic() - self._since,
                request=_plain(headers.get("request-id") or headers.get("x-notion-request-id")),
                client_request=_plain(asked.headers.get("client-request-id")) if asked else None,
                error=error,
            )
        )


def shape(path: str) -> str:
    """Return an address without anything that somebody named: each such part is "*"."""
    return "/".join(part if part in _WORDS else "*" for part in path.strip("/").split("/"))


def _plain(text: str | None) -> str | None:
    """Return an id; what a hostile server sends in its place is none."""
    return text if text and _ID.fullmatch(text) else None
