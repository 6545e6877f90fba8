"""From the wire to a `Call`, and from an `Answer` back to the wire."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from .frame import Answer, Call

_JSON_OR_UNSAID = ("", "application/json", "text/json")


async def read_call(request: Request) -> Call:
    """Read the whole request."""
    raw = await request.body()
    headers = _headers(request)
    body, bad = _parsed(raw, headers.get("content-type", ""))
    return Call(
        method=request.method,
        path=request.scope["path"],
        raw_path=cast(bytes, request.scope.get("raw_path") or b"").decode("ascii", "replace"),
        query=_query(request.scope["query_string"]),
        headers=headers,
        body=body,
        raw=raw,
        host=_asked_host(headers, request.scope["scheme"]),
        bad_json=bad,
    )


def written(answer: Answer, at: datetime) -> Response:
    """Turn an answer into what leaves; clients tell the service's time by its Date."""
    content = answer.raw
    if content is None and answer.body is not None:
        content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    media_type = answer.content_type if content is not None else None
    headers = {"Date": format_datetime(at.astimezone(UTC), usegmt=True), **answer.headers}
    return Response(content, answer.status, headers, media_type)


def _headers(request: Request) -> Mapping[str, str]:
    names = {name.lower() for name in request.headers}
    return {name: ", ".join(request.headers.getlist(name)) for name in sorted(names)}


def _query(text: bytes) -> Mapping[str, tuple[str, ...]]:
    query: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(text.decode("ascii", "replace"), keep_blank_values=True):
        query[name] = (*query.get(name, ()), value)
    return query


def _parsed(raw: bytes, content_type: str) -> tuple[Any, bool]:
    """Return the body and whether it should have been JSON and is not."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if not raw or not (kind in _JSON_OR_UNSAID or kind.endswith("+json")):
        return None, False
    try:
        return json.loads(raw), False
    except ValueError:
        return None, True


def _asked_host(headers: Mapping[str, str], scheme: str) -> str:
    """Return scheme://host:port as the client wrote it, seen through a proxy that says so."""
    scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "127.0.0.1")).split(",")[0].strip()
    return f"{scheme}://{host}"
