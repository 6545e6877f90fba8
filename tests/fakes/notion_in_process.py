"""The sandboxed Notion behind a connection of ours, without a socket: every request and answer is seen and judged."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import SecretStr

from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.traffic import Traffic
from tests.unit.sandbox.notion_desk import TOKEN, Desk


@dataclass
class InProcess:
    """Hands requests to a desk's service."""

    desk: Desk
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Path -> what is answered instead of what the service says."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        request.read()
        path = request.url.raw_path.decode().removeprefix("/v1")
        self.asked.append(f"{request.method} {path.partition('?')[0]}")
        if path.partition("?")[0] in self.answers:
            return httpx.Response(200, json=self.answers[path.partition("?")[0]])
        body = json.loads(request.content) if request.content else None
        answer = self.desk.ask(request.method, path, body, notion_version=request.headers["notion-version"])
        return httpx.Response(answer.status, json=answer.body)

    def connection(self) -> NotionConnection:
        """Return a connection that asks here."""
        traffic = Traffic(
            name="notion",
            units=1e6,
            window_seconds=60,
            monotonic=lambda: 0.0,
            sleep=lambda _: None,
            dice=random.Random(1),
        )
        return NotionConnection(
            token=SecretStr(TOKEN),
            traffic=traffic,
            monotonic=lambda: 0.0,
            transport=httpx.MockTransport(self),
        )
