"""A scripted Graph for tests of the connection: it answers what it is told, in order, and keeps what it was asked."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.traffic import Traffic

BASE = "https://graph.test/v1.0"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer of the script."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


def error(status: int, code: str, *, message: str = "Words.", **headers: str) -> Told:
    """Return a refusal in Graph's words."""
    inner = {"request-id": "r-1", "date": "2026-03-02T08:30:00"}
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return Told(
        status=status, body=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


@dataclass
class Script(httpx.BaseTransport):
    """Answers in order; an exception in the script is raised in place of an answer."""

    told: list[Told | Exception]
    asked: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Take the next answer."""
        self.asked.append(request)
        if not self.told:
            raise AssertionError(f"nothing is told for {request.method} {request.url}")
        answer = self.told.pop(0)
        if isinstance(answer, Exception):
            raise answer
        content = answer.raw if answer.raw is not None else _content(answer.body)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=content)

    def bodies(self) -> list[Any]:
        """Return the JSON bodies that were sent."""
        return [json.loads(one.content) if one.content else None for one in self.asked]


def _content(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


@dataclass
class Tokens:
    """Hands out numbered tokens; a forgotten one is not handed out again."""

    number: int = 1

    def __call__(self) -> str:
        """Return the present token."""
        return f"token-{self.number}"

    def forget(self) -> None:
        """Go on to the next."""
        self.number += 1


@dataclass
class Time:
    """Time that passes only by waiting."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class Wire:
    """A connection to a script."""

    graph: GraphConnection
    script: Script
    time: Time
    tokens: Tokens


def wire(*told: Told | Exception) -> Iterator[Wire]:
    """Connect to a script; the client is closed at the end."""
    script, time, tokens = Script(list(told)), Time(), Tokens()
    traffic = Traffic(
        name="sharepoint",
        units=1250,
        window_seconds=60,
        monotonic=lambda: time.now,
        sleep=time.sleep,
        dice=random.Random(1),
    )
    numbers = iter(range(10_000))
    with httpx.Client(transport=script) as client:
        graph = GraphConnection(
            token=tokens,
            base_url=BASE,
            traffic=traffic,
            client=client,
            new_id=lambda: f"id-{next(numbers)}",
            now=lambda: NOW,
        )
        yield Wire(graph, script, time, tokens)
