"""What Notion says when it refuses. Wordings were seen live, as recorded or quoted in users' reports."""

import json
from collections.abc import Mapping
from typing import Any

from ..frame import Answer

_SHOWN = 200
"""Characters of a wrong value that a message repeats."""


class Refused(Exception):
    """One refusal, an answer rather than a failure; the service adds the request id."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take what differs; `data` becomes `additional_data`."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = dict(data or {})
        self.headers = dict(headers or {})

    def answer(self, request_id: str) -> Answer:
        """Word it as Notion does (recorded members, in the recorded order)."""
        body: dict[str, Any] = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        if self.data:
            body["additional_data"] = self.data
        headers = {"x-notion-request-id": request_id} | self.headers
        return Answer(status=self.status, body=body | {"request_id": request_id}, headers=headers)


def invalid(message: str) -> Refused:
    """400 validation_error."""
    return Refused(400, "validation_error", message)


def failed(place: str, rule: str, value: object = None, *, missing: bool = False) -> Refused:
    """400 of a value that breaks a rule."""
    part = place.split(".", 1)[0].split("[", 1)[0]
    shown = "undefined" if missing else as_json(value)
    return invalid(f"{part} failed validation: {place} should {rule}, instead was `{shown}`.")


def as_json(value: object) -> str:
    """Return the value as messages repeat it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def unexpected(place: str, value: object) -> Refused:
    """400 of a member that is not known there."""
    return failed(place, "be not present", value)


def not_found(kind: str, key: str, name: str, bot: str) -> Refused:
    """404, the same whether it is gone or not shared."""
    message = (
        f"Could not find {kind} with ID: {key}. Make sure the relevant pages and databases are shared "
        f'with your integration "{name}".'
    )
    return Refused(404, "object_not_found", message, data={"integration_id": bot})


def in_trash() -> Refused:
    """400 of a write to something in the trash."""
    return invalid("Can't edit block that is archived. You must unarchive the block before editing.")


def no_url() -> Refused:
    """400 of an address that is not known."""
    return Refused(400, "invalid_request_url", "Invalid request URL.")


def bad_token() -> Refused:
    """401."""
    return Refused(401, "unauthorized", "API token is invalid.")


def forbidden(message: str = "Insufficient permissions for this endpoint.") -> Refused:
    """403 of a missing capability, or of a workspace that is full."""
    return Refused(403, "restricted_resource", message)


def bad_json() -> Refused:
    """400 of a body that cannot be read."""
    return Refused(400, "invalid_json", "Error parsing JSON body.")


def missing_version() -> Refused:
    """400 of a request without the version header."""
    message = (
        "Notion-Version header failed validation: "
        "Notion-Version header should be defined, instead was `undefined`."
    )
    return Refused(400, "missing_version", message)


def row_limit() -> Refused:
    """409 of a data source that is full; the documentation names the code, the wording is ours."""
    return Refused(409, "row_limit_exceeded", "The data source has reached the maximum number of rows.")


def throttled(wait_seconds: int, reason: str) -> Refused:
    """429; the wait stands in the header and, as text, in the body."""
    return Refused(
        429,
        "rate_limited",
        "You have been rate limited. Please try again in a few minutes.",
        data={"rate_limit_reason": reason, "retry_after": str(wait_seconds)},
        headers={"Retry-After": str(wait_seconds)},
    )


def overloaded(wait_seconds: int) -> Refused:
    """529."""
    return Refused(
        529,
        "service_overload",
        "Notion is temporarily overloaded. Please try again later.",
        data={"retry_after": str(wait_seconds)},
        headers={"Retry-After": str(wait_seconds)},
    )


def saved(ids: Mapping[str, object]) -> Refused:
    """503 of a write that was carried out (members and wording of the documentation)."""
    data: dict[str, object] = {
        "from": "publicApi.pageObjectPointerToPageObject.beforePreload",
        "elapsed_ms": "55012",
        "deadline_ms": "55000",
        "retry_guidance": [
            "Read the object again to confirm the saved change.",
            "Do not repeat the write.",
        ],
    }
    message = (
        "The change was saved, but the response could not be built in time. "
        "Read the object again instead of repeating the write."
    )
    return Refused(503, "service_unavailable", message, data=data | dict(ids))


def heavy_query() -> Refused:
    """503 of a query that took too long; members as documented, values ours."""
    data = {
        "endpoint_name": "queryDataSource",
        "notion_error_name": "DataSourceQueryTimeout",
        "retry_guidance": ["Retry with a smaller page_size.", "Use a narrower filter."],
    }
    return Refused(503, "service_unavailable", "Notion is unavailable. Please try again later.", data=data)


def broken(kind: str) -> Refused | None:
    """Word the faults on demand that say nothing else; None for kinds that are worded elsewhere."""
    match kind:
        case "409":
            return Refused(409, "conflict_error", "Conflict occurred while saving. Please try again.")
        case "500":
            return Refused(500, "internal_server_error", "Unexpected error occurred.")
        case "502":
            return Refused(502, "bad_gateway", "Bad gateway.")
        case "503":
            return Refused(503, "service_unavailable", "Notion is unavailable. Please try again later.")
        case "504" | "504_saved":
            return Refused(504, "gateway_timeout", "Gateway timeout.")
    return None
