"""A Notion that answers from a script, on the wire: every test sees the bytes that were sent."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from syncbot.endpoints.base import Column, ColumnType, Schema
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.endpoint import NotionEndpoint
from syncbot.endpoints.notion.writing import Patience
from syncbot.endpoints.traffic import Traffic

TOKEN = "ntn_thisIsSecret123"
SOURCE = "5f2c9a10-0000-4000-8000-0000000000d5"
BOT = "5f2c9a10-0000-4000-8000-0000000000b0"
ANNA = "5f2c9a10-0000-4000-8000-0000000000a0"
NOW = datetime(2026, 3, 2, 9, 30, 40, tzinfo=UTC)
EDITED = "2026-03-02T09:30:00.000Z"
Json = Mapping[str, Any]
Reply = httpx.Response | Exception


def page_id(number: int) -> str:
    """Return the id of the nth page."""
    return f"5f2c9a10-0000-4000-8000-{number:012d}"


def ok(body: object) -> httpx.Response:
    """Return a 200."""
    return httpx.Response(200, json=body)


def error(
    status: int, code: str, *, headers: Mapping[str, str] | None = None, **data: object
) -> httpx.Response:
    """Return an error as Notion words it; `data` is its additional_data."""
    body = {"object": "error", "status": status, "code": code, "message": f"about {code}", "request_id": "r"}
    return httpx.Response(status, json=body | ({"additional_data": data} if data else {}), headers=headers)


def me() -> httpx.Response:
    """Return the answer of users/me."""
    return ok({"object": "user", "id": BOT, "type": "bot", "bot": {}})


def listed(*results: Json, cursor: str | None = None, **more: object) -> httpx.Response:
    """Return one page of a query."""
    return ok(
        {"object": "list", "results": results, "next_cursor": cursor, "has_more": cursor is not None} | more
    )


def text(words: str) -> list[Json]:
    """Return rich text as Notion answers it."""
    return [{"type": "text", "text": {"content": words, "link": None}, "plain_text": words}] if words else []


def page(number: int, title: str = "Ghent", *, key: str = "", by: str = ANNA, **more: Any) -> dict[str, Any]:
    """Return a page object with a title, the key and a column "Note" whose id needs encoding."""
    note = more.pop("note", "")
    return {
        "object": "page",
        "id": page_id(number),
        "created_time": f"2026-03-01T08:{number % 60:02d}:00.000Z",
        "last_edited_time": EDITED,
        "last_edited_by": {"object": "user", "id": by},
        "parent": {"type": "data_source_id", "data_source_id": SOURCE},
        "in_trash": False,
        "is_archived": False,
        "properties": {
            "City": {"id": "title", "type": "title", "title": text(title)},
            "syncbot key": {"id": "%3Fkey", "type": "rich_text", "rich_text": text(key)},
            "Note": {"id": "a%3Ab", "type": "rich_text", "rich_text": text(note)},
        }
        | more.pop("properties", {}),
        "url": "https://app.notion.com/p/x",
    } | more


def schema(*more: Column) -> Schema:
    """Return the schema of `page`, with more columns."""
    columns = [
        Column(id="title", name="City", type=ColumnType.TEXT, native="title"),
        Column(id="%3Fkey", name="syncbot key", type=ColumnType.TEXT, native="rich_text"),
        Column(id="a%3Ab", name="Note", type=ColumnType.LONG_TEXT, native="rich_text"),
        *more,
    ]
    return Schema(
        container=SOURCE, title="Cities", columns={one.id: one for one in columns}, key_column="%3Fkey"
    )


@dataclass
class Desk:
    """Answers requests in order and remembers them."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: float = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        request.read()
        self.asked.append(request)
        assert self.replies, f"nobody expected {request.method} {request.url}"
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def will(self, *replies: Reply) -> None:
        """Add to the script."""
        self.replies += replies

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def sent(self) -> list[tuple[str, str]]:
        """Return method and raw path with query of every request."""
        return [(one.method, one.url.raw_path.decode()) for one in self.asked]

    def bodies(self) -> list[Any]:
        """Return the parsed body of every request."""
        return [json.loads(one.content) if one.content else None for one in self.asked]

    def connection(self, **more: Any) -> NotionConnection:
        """Return a connection to this desk."""
        given: dict[str, Any] = {"transport": httpx.MockTransport(self)} | more
        return NotionConnection(
            token=SecretStr(TOKEN), traffic=self.traffic(), monotonic=lambda: self.now, **given
        )

    def traffic(self) -> Traffic:
        """Return a queue whose time is this desk's."""
        return Traffic(
            name="notion",
            units=180,
            window_seconds=60,
            monotonic=lambda: self.now,
            sleep=self.sleep,
            dice=random.Random(3),
        )

    def endpoint(
        self, *, edited_by: str | None = None, clock: Callable[[], datetime] = lambda: NOW
    ) -> NotionEndpoint:
        """Return an endpoint at this desk."""
        return NotionEndpoint(
            name="notion",
            connection=self.connection(),
            data_source_id=SOURCE,
            key_column="syncbot key",
            edited_by_column=edited_by,
            clock=clock,
            patience=Patience(sleep=self.sleep),
        )


def pages(count: int) -> Sequence[dict[str, Any]]:
    """Return so many pages."""
    return [page(number) for number in range(count)]
