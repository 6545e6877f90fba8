"""One request to Microsoft Graph and one answer, without a connection."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
"""One JSON object as Graph sends or takes it."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request."""

    method: str = "GET"
    path: str
    """Below the base URL, percent-encoded, with its query: "/sites/..."."""
    body: object | None = None
    content: bytes | None = None
    """Sent as it is, where there is no `body`: a file."""
    headers: Mapping[str, str] = field(default_factory=dict)
    units: float = 1.0
    """Resource units: 1 for one thing or a delta with token, 2 for several things, a write or a first delta
    (Microsoft's "Avoid getting throttled or blocked in SharePoint Online", 2025-10)."""

    @property
    def writes(self) -> bool:
        """Whether it may change something, so that it must not be repeated blindly."""
        return self.method != "GET"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; `body` is the parsed JSON, None when there is none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    readable: bool = True
    """False: there was a body and it was no JSON (a page of a proxy)."""

    @property
    def error(self) -> Json:
        """The error object, {} when there is none that we know."""
        found = self.body.get("error") if isinstance(self.body, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        """The service's word for the error; may be ""."""
        return str(self.error.get("code") or "")

    def wait(self, now: datetime) -> float | None:
        """Return how many seconds the service asks to wait: the longer of Retry-After and RateLimit-Reset."""
        asked = _seconds(self.headers.get("retry-after"), now)
        if asked is None:
            return None
        if self.headers.get("ratelimit-remaining", "").strip() != "0":
            return asked
        return max(asked, _seconds(self.headers.get("ratelimit-reset"), now) or 0.0)


def inside(value: object, *names: str) -> Any:
    """Return a member of a member .. of JSON; None where there is none, whatever stands there instead."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def segment(text: str) -> str:
    """Escape one part of a path."""
    return quote(text, safe=",-_.~!")


def query(**options: str | int | None) -> str:
    """Return "?$top=2&..." of the options that are given; the names get their dollar sign here."""
    pairs = [
        f"${name}={quote(str(text), safe='$(),/*')}" for name, text in options.items() if text is not None
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _seconds(text: str | None, now: datetime) -> float | None:
    """Read seconds, or the date that RFC 9110 allows in their place."""
    if text is None:
        return None
    try:
        seconds = float(text)
        return seconds if 0 <= seconds < math.inf else None
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
