"""Every way in which a request to Notion fails, said in the words of `syncbot.errors`.

Codes and members: Notion's "status codes" and "request limits" pages. notion-client knows only some of the codes; the
others reach us as raw text (`UnknownHTTPResponseError.body`).
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from notion_client.errors import HTTPResponseError, InvalidPathParameterError, RequestTimeoutError

from syncbot.errors import (
    AuthFailed,
    EndpointError,
    Fatal,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)

BLOCKED = "public_api_request_blocked"
"""The reason of a 429 that waiting does not cure."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class SavedUnanswered(OutcomeUnknown):
    """Notion says that it saved the write but could not answer in full (503 with `additional_data`)."""

    def __init__(self, message: str, *, endpoint: str, resource: str | None) -> None:
        self.resource = resource
        """The id of the page that was made; None where Notion does not say."""
        super().__init__(message, endpoint=endpoint)


class TooHeavy(Unavailable):
    """A query took too long, and Notion advises how to ask for less."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked, for the sentence and for what may be concluded."""

    endpoint: str
    what: str
    """Method and path; never a query string or a body."""
    write: bool
    """A second sending could do harm."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What an answer that is no success says."""

    status: int
    code: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}" if self.code else f"{self.status}: {self.message}"


def translated(error: Exception, request: Request) -> EndpointError:
    """Return what the failure means for the caller."""
    if isinstance(error, HTTPResponseError):
        return _answered(_read(error), request)
    if isinstance(error, InvalidPathParameterError):
        return Invalid(f"{request.what}: the address cannot be sent", endpoint=request.endpoint)
    if isinstance(error, json.JSONDecodeError):
        return lost(request, "the answer is not JSON (it comes from a proxy or from the edge of the network)")
    cause = _cause(error)
    if _distrusted(cause):
        return Fatal(
            f"{request.what}: the certificate of the server is not trusted", endpoint=request.endpoint
        )
    if isinstance(cause, _NEVER_SENT):
        return Unavailable(f"{request.what}: no connection ({_named(cause)})", endpoint=request.endpoint)
    return lost(request, f"no answer ({_named(cause)})")


def lost(request: Request, why: str) -> EndpointError:
    """Return what an answer that never came, or cannot be read, means."""
    kind = OutcomeUnknown if request.write else Unavailable
    return kind(f"{request.what}: {why}", endpoint=request.endpoint)


def _answered(answer: _Answer, request: Request) -> EndpointError:
    said = f"{request.what}: {answer}"
    plain = {400: Invalid, 401: AuthFailed, 403: Forbidden, 404: NotFound}
    if answer.status in (429, 529):
        return _refused_for_now(answer, said, request)
    if answer.status == 409 and answer.code != "row_limit_exceeded":
        return lost(request, str(answer))
    if answer.status >= 500:
        return _broken(answer, said, request)
    return plain.get(answer.status, Invalid)(said, endpoint=request.endpoint)


def _refused_for_now(answer: _Answer, said: str, request: Request) -> EndpointError:
    if answer.data.get("rate_limit_reason") == BLOCKED:
        return Forbidden(said, endpoint=request.endpoint)
    return Throttled(said, endpoint=request.endpoint, retry_after=answer.retry_after)


def _broken(answer: _Answer, said: str, request: Request) -> EndpointError:
    """Judge a 5xx; a read that is told how long to wait waits so long."""
    guidance = answer.data.get("retry_guidance")
    if request.write:
        if guidance or "committed_resource_id" in answer.data:
            resource = answer.data.get("committed_resource_id")
            known = resource if isinstance(resource, str) else None
            return SavedUnanswered(said, endpoint=request.endpoint, resource=known)
        return OutcomeUnknown(said, endpoint=request.endpoint)
    if answer.retry_after is not None:
        return Throttled(said, endpoint=request.endpoint, retry_after=answer.retry_after)
    return (TooHeavy if guidance else Unavailable)(said, endpoint=request.endpoint)


def _read(error: HTTPResponseError) -> _Answer:
    """Read code, message and the rest from the raw text: notion-client drops them where it does not know the code."""
    try:
        body = json.loads(error.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"message": "the answer is not an error of Notion's (it comes from a proxy or from the edge)"}
    data = body.get("additional_data")
    data = data if isinstance(data, dict) else {}
    return _Answer(
        status=error.status,
        code=str(body.get("code", "")),
        message=str(body.get("message", "")),
        data=data,
        retry_after=_retry_after(error.headers, data),
    )


def _retry_after(headers: httpx.Headers, data: Mapping[str, Any]) -> float | None:
    """Return how long to wait: seconds or a date in the header, else the body's seconds."""
    for given in (headers.get("retry-after"), data.get("retry_after")):
        if str(given).strip().isdecimal():
            return float(str(given))
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        return max(0.0, (until - parsedate_to_datetime(headers["date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def _cause(error: BaseException) -> BaseException:
    """Return httpx's own error behind notion-client's time-out, which does not say what took too long."""
    behind = error.__context__ if isinstance(error, RequestTimeoutError) else None
    return behind or error


def _distrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__
    return False


def _named(error: BaseException) -> str:
    """Return the kind of an error in words: `ReadTimeout` -> "read timeout"."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
