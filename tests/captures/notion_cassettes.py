"""Recorded traffic with the live Notion, read from vcrpy's two formats."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

NOTION_DATA = Path(__file__).parents[2].parent / "shared/data/notion"
"""Recordings, outside the project; they may be absent."""
_FOLDERS = ("ultimate-notion", "ramnes_notion-sdk-py")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer."""

    cassette: str
    method: str
    path: str
    """Below /v1/, without its query."""
    asked: Any
    """The parsed body of the request."""
    status: int
    headers: Mapping[str, str]
    answer: bytes

    @property
    def parsed(self) -> Any:
        """The answer, parsed; None when it is not JSON."""
        try:
            return json.loads(self.answer)
        except ValueError:
            return None


def available() -> bool:
    """Say whether the recordings are at hand."""
    return all((NOTION_DATA / folder).is_dir() for folder in _FOLDERS)


@cache
def exchanges() -> tuple[Exchange, ...]:
    """Return everything that was recorded, in order."""
    files = [file for folder in _FOLDERS for file in sorted((NOTION_DATA / folder).rglob("*.yaml"))]
    return tuple(one for file in files for one in _read(file))


def objects(kind: str) -> Iterator[tuple[Exchange, Mapping[str, Any]]]:
    """Yield the objects of a kind in all answers, inside lists too."""
    for exchange in exchanges():
        body = exchange.parsed
        found = body.get("results", [body]) if isinstance(body, dict) else []
        for one in found:
            if isinstance(one, dict) and one.get("object") == kind:
                yield exchange, one


def _read(file: Path) -> Iterator[Exchange]:
    for interaction in yaml.load(file.read_text("utf-8"), _Loader)["interactions"]:
        request, response = interaction["request"], interaction["response"]
        content = response["content"] if "content" in response else response["body"]["string"]
        yield Exchange(
            cassette=file.relative_to(NOTION_DATA).as_posix(),
            method=request["method"],
            path=urlsplit(request["uri"]).path.removeprefix("/v1/"),
            asked=_json(request.get("body")),
            status=response["status_code"] if "status_code" in response else response["status"]["code"],
            headers=_headers(response["headers"]),
            answer=content.encode() if isinstance(content, str) else content or b"",
        )


def _headers(recorded: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers that matter; the body is stored decoded."""
    plain = {name.lower(): value[0] if isinstance(value, list) else value for name, value in recorded.items()}
    left_out = ("content-encoding", "content-length", "transfer-encoding")
    return {name: str(value) for name, value in plain.items() if name not in left_out}


def _json(body: Any) -> Any:
    try:
        return json.loads(body or "null")
    except (ValueError, TypeError):
        return None
