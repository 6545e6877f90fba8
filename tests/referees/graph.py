"""A referee that nobody here wrote: Microsoft's own metadata says what a Graph answer may look like.

The OpenAPI file was made of Microsoft's published CSDL. What it is blind to: `fields` are an open type, so
what stands in a column is not judged; and it says 204 for a PATCH where the live service answers 200 with the
fieldValueSet, which is judged here as one.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from tests.referees.graph_drives import drive_faults, is_about_drives

GRAPH_DATA = Path(__file__).parents[2].parent / "shared/data/graph"
"""Recordings and metadata, outside the project; they may be absent."""
METADATA = GRAPH_DATA / "msgraph-metadata/v1.0-sites-lists.openapi.json"
_SITE_PATH = re.compile(r"^/sites/[^/:]+:/[^:]*:?(?=/|$)")
_PATCHED_FIELDS = "microsoft.graph.fieldValueSet"
_OPEN_TYPES = frozenset({"fieldValueSet"})
_RECORDED = {"identity": ("email",)}
"""Members that live answers have although the metadata does not name them."""
_formats = FormatChecker()


@_formats.checks("date-time", raises=ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def available() -> bool:
    """Say whether the metadata is at hand."""
    return METADATA.is_file()


def check_answer(method: str, path: str, status: int, body: object) -> None:
    """Raise `AssertionError` with place and reason when an answer is not what the metadata promises.

    `path` is that of the call, without or with /v1.0 and with or without its query; a batch is unpacked by
    `check_batch`, which knows what was asked.
    """
    for fault in faults(method, path, status, body):
        raise AssertionError(f"{method} {path} -> {status}: {fault}")


def check_batch(request: object, answer: object) -> int:
    """Check a batch and each answer inside it; return how many answers were inside."""
    check_answer("POST", "/$batch", 200, answer)
    asked = {one["id"]: one for one in _members(request, "requests")}
    responses = _members(answer, "responses")
    if sorted(asked) != sorted(one["id"] for one in responses):
        raise AssertionError("the batch does not answer what was asked")
    for one in responses:
        check_answer(asked[one["id"]]["method"], asked[one["id"]]["url"], one["status"], one.get("body"))
    return len(responses)


def faults(method: str, path: str, status: int, body: object) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    known = _plain(path)
    if status >= 400:
        yield from _judged("error", body)
    elif known.startswith("/users/"):
        return  # the metadata at hand knows neither mailboxes nor calendars
    elif is_about_drives(known):
        yield from drive_faults(method, known, status, body)
    elif known == "/$batch":
        yield from _batch_faults(body)
    elif status == 204:
        if body not in (None, b"", ""):
            yield "a 204 has no body"
    elif method == "PATCH" and known.endswith("/fields"):
        yield from _judged(_PATCHED_FIELDS, body)
    else:
        yield from _by_path(method.lower(), known, status, body)


def _batch_faults(body: object) -> Iterator[str]:
    """Judge the envelope, which the metadata leaves open: ids and statuses, headers if any, body."""
    for one in _members(body, "responses"):
        if not isinstance(one.get("id"), str) or not isinstance(one.get("status"), int):
            yield f"an answer in the batch has no id or status: {sorted(one)}"
        if not isinstance(one.get("headers", {}), dict) or set(one) - {"id", "status", "headers", "body"}:
            yield f"an answer in the batch has odd members: {sorted(one)}"


def _by_path(method: str, known: str, status: int, body: object) -> Iterator[str]:
    found = _operation(known)
    if found is None or method not in found:
        yield f"the metadata knows no {method.upper()} {known}"
        return
    answers = found[method]["responses"]
    if str(status) not in answers:
        yield f"the metadata expects one of {sorted(answers)}"
        return
    validator = _validator_of(json.dumps(_schema_of(answers[str(status)])))
    yield from _errors(validator, body)


def _judged(name: str, body: object) -> Iterator[str]:
    yield from _errors(_validator_of(json.dumps({"$ref": f"#/components/schemas/{name}"})), body)


def _errors(validator: Draft202012Validator, body: object) -> Iterator[str]:
    error = best_match(validator.iter_errors(_without_broken(body)))
    if error is not None:
        yield f"{error.json_path}: {error.message}"


def _without_broken(body: object) -> object:
    """Leave out the error objects that a live delta page may hold instead of deletions."""
    if not isinstance(body, dict) or not isinstance(body.get("value"), list):
        return body
    return body | {
        "value": [one for one in body["value"] if not (isinstance(one, dict) and set(one) == {"error"})]
    }


def _plain(path: str) -> str:
    """Turn an address into the metadata's: no version, no query, a site by its id."""
    plain = path.split("?", 1)[0].removeprefix("/v1.0")
    plain = "/" + plain.strip("/")
    return _SITE_PATH.sub("/sites/site", plain)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(METADATA.read_text("utf-8"))
    converted: dict[str, Any] = _strict(document)
    return converted


def _strict(node: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema: `nullable` becomes a type of its own."""
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _strict(value) for name, value in node.items() if name not in ("nullable", "discriminator")}
    if "title" in node and "properties" in node and node["title"] not in _OPEN_TYPES:
        kept |= _closed(node["title"], kept["properties"])
    return _or_null(kept) if node.get("nullable") is True else kept


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null; where the type can say so by itself, which is much quicker to judge than a choice."""
    if isinstance(schema.get("type"), str) and not {"enum", "anyOf", "oneOf", "allOf"} & set(schema):
        return schema | {"type": [schema["type"], "null"]}
    inner = schema["allOf"][0] if set(schema) == {"allOf"} and len(schema["allOf"]) == 1 else schema
    return {"anyOf": [inner, {"type": "null"}]}


def _closed(title: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Allow no other members than those of the type; annotations are free; a collection has its rows."""
    extra = {name: {"type": "string"} for name in _RECORDED.get(title, ())}
    members = {**properties, **extra}
    closed = {"properties": members, "patternProperties": {"@": {}}, "additionalProperties": False}
    return closed | ({"required": ["value"]} if title.startswith("Collection of ") else {})


@cache
def _operation(known: str) -> Mapping[str, Any] | None:
    parts = known.split("/")
    fitting = [
        template
        for template in _document()["paths"]
        if len(template.split("/")) == len(parts) and _fits(template, parts)
    ]
    fitting.sort(key=lambda template: template.count("{"))
    found: Mapping[str, Any] | None = _document()["paths"][fitting[0]] if fitting else None
    return found


def _fits(template: str, parts: list[str]) -> bool:
    pairs = zip(template.split("/"), parts, strict=True)
    return all(wanted == part or wanted.startswith("{") for wanted, part in pairs)


def _schema_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in answer:
        answer = _document()["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    schema: Mapping[str, Any] = answer["content"]["application/json"]["schema"]
    return schema


@cache
def _validator_of(schema: str) -> Draft202012Validator:
    whole = json.loads(schema) | {"components": {"schemas": _document()["components"]["schemas"]}}
    return Draft202012Validator(whole, format_checker=_formats)


def _members(body: object, name: str) -> list[dict[str, Any]]:
    members = body.get(name) if isinstance(body, dict) else None
    if not isinstance(members, list):
        raise AssertionError(f"a batch has a list of {name}")
    return members
