"""A referee that nobody here wrote: Notion's own types and its own OpenAPI judge what is answered and asked.

* Answers are held against the JSON Schema made of the official client's types, the strict one: members that the
  types do not know are faults. What live answers have and the types do not is taken away first (`request_id`,
  `has_more` beside a relation, columns of `_UNTYPED` kinds; all recorded); `archived`, which the types still
  demand, is put in from `in_trash`.
* Requests are held against the OpenAPI file of the documentation, without its `additionalProperties: false`,
  which live Notion does not keep, with the newer version and with the cursors that are really used.

Blind spots of the requests' side: it takes `page_size` 500 and commas in names of options; it does not know
`is_archived` and `result_type` in queries, nor `position` in appends of blocks.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

NOTION_DATA = Path(__file__).parents[2].parent / "shared/data/notion"
"""Recordings and schemas, outside the project; they may be absent."""
_TYPES = NOTION_DATA / "schemas/notionhq-client-5.26.0-types.strict.schema.json"
_OPENAPI = NOTION_DATA / "schemas/notion-openapi-docs-2026-03.json"
_ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/users", "ListUsersResponse"),
    ("GET", r"/users/[^/]+", "UserObjectResponse"),
    ("GET|PATCH|POST", r"/databases(/[^/]+)?", "DatabaseObjectResponse"),
    ("GET|PATCH|POST", r"/data_sources(/[^/]+)?", "DataSourceObjectResponse"),
    ("POST", r"/data_sources/[^/]+/query", "QueryDataSourceResponse"),
    ("GET", r"/data_sources/[^/]+/templates", "ListDataSourceTemplatesResponse"),
    ("POST", r"/pages(/[^/]+/move)?", "PageObjectResponse"),
    ("GET|PATCH", r"/pages/[^/]+", "PageObjectResponse"),
    ("GET", r"/pages/[^/]+/properties/[^/]+", "GetPagePropertyResponse"),
    ("GET|PATCH|DELETE", r"/blocks/[^/]+", "BlockObjectResponse"),
    ("GET|PATCH", r"/blocks/[^/]+/children", "ListBlockChildrenResponse"),
    ("GET|PATCH", r"/pages/[^/]+/markdown", "PageMarkdownResponse"),
    ("GET", r"/async_tasks/[^/]+", "GetAsyncTaskResponse"),
    ("POST", r"/search", "SearchResponse"),
)
"""Whole objects are demanded where the types would also take partial ones."""
_CODES: Mapping[int, tuple[str, ...]] = {
    400: ("validation_error", "invalid_json", "invalid_request_url", "invalid_request", "missing_version"),
    401: ("unauthorized",),
    403: ("restricted_resource",),
    404: ("object_not_found",),
    409: ("conflict_error", "row_limit_exceeded"),
    429: ("rate_limited",),
    500: ("internal_server_error",),
    502: ("bad_gateway",),
    503: ("service_unavailable", "database_connection_unavailable"),
    504: ("gateway_timeout",),
    529: ("service_overload",),
}
"""Status and codes of Notion's list of errors."""
_UNTYPED = ("button", "place", "verification")
"""Kinds of columns that recorded schemas have and the types do not know."""
_TASK = {
    "object",
    "id",
    "status",
    "status_url",
    "created_time",
    "poll_after_seconds",
    "operation",
    "request_id",
}
"""Members of a recorded 202, which the types do not know."""
_ERROR = {"object", "status", "code", "message", "request_id"}


def available() -> bool:
    """Say whether the schemas are at hand."""
    return _TYPES.is_file() and _OPENAPI.is_file()


def check_answer(method: str, path: str, status: int, body: object) -> None:
    """Raise `AssertionError` with place and reason when an answer is not what the types promise.

    `path` is that of the call, with its /v1 and with or without its query; `body` is of the newest version.
    """
    for fault in answer_faults(method, path, status, body):
        raise AssertionError(f"{method} {path} -> {status}: {fault}")


def check_request(
    method: str, path: str, body: object = None, query: Mapping[str, tuple[str, ...]] | None = None
) -> None:
    """Raise `AssertionError` when a request is not what the documentation describes.

    `query` are the decoded parameters, each with all its values; without it they are taken from `path`.
    """
    for fault in request_faults(method, path, body, query):
        raise AssertionError(f"{method} {path}: {fault}")


def answer_faults(method: str, path: str, status: int, body: object) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    if status >= 400:
        yield from _error_faults(status, body)
        return
    if status == 202:
        if not isinstance(body, dict) or set(body) != _TASK:
            yield "these are not the members of a task"
        return
    plain = _plain(path)
    for methods, pattern, name in _ANSWERS:
        if method in methods.split("|") and re.fullmatch(pattern, plain):
            if status != 200:
                yield "the status is not 200"
            yield from _errors(_type(name), _as_typed(body))
            return
    yield f"the types know no {method} {plain}"


def request_faults(
    method: str,
    path: str,
    body: object,
    query: Mapping[str, tuple[str, ...]] | None = None,
    *,
    closed: bool = False,
) -> Iterator[str]:
    """Yield what is wrong with a request; `closed` = no members besides the documented ones."""
    found = _operation(method, _plain(path), closed)
    if found is None:
        yield f"the documentation knows no {method} {_plain(path)}"
        return
    operation = found
    yield from _query_faults(operation, _parameters(path) if query is None else query)
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        if body not in (None, {}):
            yield "the request has no body"
        return
    validator = _request_validator(json.dumps(schema), closed)
    yield from _errors(validator, {} if body is None else body)


def _error_faults(status: int, body: object) -> Iterator[str]:
    """The types have no errors; members and codes are those of the documentation and of the recordings."""
    if not isinstance(body, dict):
        yield "an error is an object"
        return
    if set(body) - {"additional_data"} != _ERROR or body["object"] != "error":
        yield f"the members of an error are {sorted(body)}"
    elif body["status"] != status or body["code"] not in _CODES.get(status, ()):
        yield f"code {body['code']} and status {body['status']} are not of {status}"
    elif not isinstance(body["message"], str) or not isinstance(body.get("additional_data", {}), dict):
        yield "message or additional data are of the wrong kind"


def _query_faults(operation: Mapping[str, Any], query: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    parameters = [_resolved(one) for one in operation.get("parameters", ())]
    known = {one["name"] for one in parameters if one["in"] == "query"}
    for name, values in query.items():
        if name.removesuffix("[]") not in known:
            yield f"unknown parameter {name}"
        elif name == "page_size" and not all(value.isdecimal() for value in values):
            yield "page_size is not a number"


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _follow(_openapi(True), node["$ref"]) if "$ref" in node else node
    return found


def _parameters(path: str) -> Mapping[str, tuple[str, ...]]:
    pairs = parse_qsl(path.partition("?")[2], keep_blank_values=True)
    return {name: tuple(value for key, value in pairs if key == name) for name, _ in pairs}


def _plain(path: str) -> str:
    """Return the path without version and query."""
    return "/" + path.split("?", 1)[0].removeprefix("/v1").strip("/")


def _as_typed(body: Any) -> Any:
    """Turn an answer into what the types describe."""
    return {name: _translated(value) for name, value in _translated(body).items() if name != "request_id"}


def _translated(node: Any) -> Any:
    if isinstance(node, list):
        return [_translated(one) for one in node]
    if not isinstance(node, dict):
        return node
    result = {name: _translated(value) for name, value in node.items()}
    if result.get("type") == "relation" and isinstance(result.get("relation"), list):
        result.pop("has_more", None)
    if result.get("object") == "data_source" and "properties" in result:
        result["properties"] = {
            name: one for name, one in result["properties"].items() if one.get("type") not in _UNTYPED
        }
    if "object" in result and "in_trash" in result:
        result.setdefault("archived", result["in_trash"])
    return result


def _errors(validator: Any, body: object) -> Iterator[str]:
    error = best_match(validator.iter_errors(body))
    if error is not None:
        yield f"{error.json_path}: {error.message[:500]}"


def _quick_any_of(
    validator: Any, alternatives: list[Any], instance: object, _: Any
) -> Iterator[ValidationError]:
    """Judge as `anyOf` does, but leave out alternatives that a constant such as `type` excludes."""
    possible = [one for one in alternatives if not _excluded(one, instance)]
    faults: list[ValidationError] = []
    for one in possible:
        found = list(validator.descend(instance, one))
        if not found:
            return
        faults += found
    message = f"{json.dumps(instance)[:300]} fits none of {len(alternatives)} alternatives"
    yield ValidationError(message, context=faults)


def _excluded(alternative: Any, instance: object) -> bool:
    while "$ref" in alternative:
        alternative = _follow(_types(), alternative["$ref"])
    if not isinstance(instance, dict):
        return str(alternative.get("type")) == "object"
    if alternative.get("type") in ("null", "string", "number", "boolean", "array"):
        return True
    wanted = alternative.get("properties", {})
    return any(
        "const" in rule and name in instance and instance[name] != rule["const"]
        for name, rule in wanted.items()
    )


def _follow(root: Any, reference: str) -> Any:
    node = root
    for part in unquote(reference).removeprefix("#/").split("/"):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


_Quick: Any = extend(Draft202012Validator, {"anyOf": _quick_any_of})  # type: ignore[no-untyped-call]


@cache
def _types() -> dict[str, Any]:
    types: dict[str, Any] = json.loads(_TYPES.read_text("utf-8"))
    return types


@cache
def _type(name: str) -> Any:
    return _Quick({"$ref": f"#/definitions/{name}", "definitions": _types()["definitions"]})


@cache
def _openapi(closed: bool) -> dict[str, Any]:
    document: dict[str, Any] = _loosened(json.loads(_OPENAPI.read_text("utf-8")), closed)
    return document


def _loosened(node: Any, closed: bool) -> Any:
    """Drop what live Notion does not keep to: closed objects, and cursors that must be UUIDs.

    Without closed objects several alternatives may fit, so that one of them is as good as exactly one.
    """
    if isinstance(node, list):
        return [_loosened(one, closed) for one in node]
    if not isinstance(node, dict):
        return node
    result = {name: _loosened(value, closed) for name, value in node.items()}
    if result.get("additionalProperties") is False and not closed:
        del result["additionalProperties"]
    if "oneOf" in result:
        result["anyOf"] = result.pop("oneOf")
    if isinstance(result.get("start_cursor"), dict):
        result["start_cursor"] = {"type": "string"}
    return result


@cache
def _operation(method: str, plain: str, closed: bool) -> Mapping[str, Any] | None:
    parts = ["v1", *plain.strip("/").split("/")]
    for template, operations in _openapi(closed)["paths"].items():
        wanted = template.strip("/").split("/")
        fits = len(wanted) == len(parts) and all(
            one == other or one.startswith("{") for one, other in zip(wanted, parts, strict=True)
        )
        if fits and method.lower() in operations:
            found: Mapping[str, Any] = operations[method.lower()]
            return found
    return None


@cache
def _request_validator(schema: str, closed: bool) -> Any:
    return Draft202012Validator({**json.loads(schema), "components": _openapi(closed)["components"]})
