"""What Graph says when it refuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..frame import Answer

ODATA = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
"""The content type of SharePoint's answers."""


class Refused(Exception):
    """One refusal; the service adds ids and the date."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: str | None = None,
        bare: bool = False,
    ) -> None:
        """Take what differs: `inner` is the second, finer code; `bare` leaves the `innerError` out."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner = inner
        self.bare = bare

    def answer(self, now: datetime, request_id: str, client_id: str) -> Answer:
        """Word it as Graph does (recorded: `error` with `code`, `message` and `innerError`)."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if not self.bare:
            inner = {"code": self.inner} if self.inner else {}
            error["innerError"] = inner | {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_id,
            }
        # Recorded: throttling comes with SharePoint's own headers, other refusals with the gateway's.
        headers = {"OData-Version": "4.0"} if self.bare else {"Cache-Control": "no-store, no-cache"}
        return Answer(
            status=self.status,
            body={"error": error},
            headers=headers | self.headers,
            content_type=ODATA if self.bare else "application/json",
        )


def no_token(message: str) -> Refused:
    """401: the token is missing or not good."""
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        'client_id="00000003-0000-0000-c000-000000000000"'
    )
    headers = {"WWW-Authenticate": challenge}
    return Refused(401, "InvalidAuthenticationToken", message, headers=headers)


def denied() -> Refused:
    """403: no role in the token, or no grant on the site."""
    return Refused(403, "accessDenied", "Access denied")


def not_found(message: str = "The resource could not be found.") -> Refused:
    """404 of an item, a list or a site."""
    return Refused(404, "itemNotFound", message)


def invalid(message: str = "Invalid request") -> Refused:
    """400 as SharePoint words it: it does not say which field was wrong."""
    return Refused(400, "invalidRequest", message)


def bad_request(message: str) -> Refused:
    """400 as the gateway in front of SharePoint words it."""
    return Refused(400, "BadRequest", message)


def no_segment(name: str) -> Refused:
    """400 of an address that Graph does not know (recorded; it is not a 404)."""
    return bad_request(f"Resource not found for the segment '{name}'.")


def stale() -> Refused:
    """412: the item has moved on. Services name the code differently; only the status can be relied on."""
    return Refused(412, "notAllowed", "ETag does not match current item's value")


def bad_etag() -> Refused:
    """400 of an If-Match that is no quoted tag (the wording is recorded from Planner)."""
    return invalid("The If-Match header contains an invalid value.")


def locked() -> Refused:
    """423: somebody has it open."""
    return Refused(423, "resourceLocked", "The resource you are attempting to access is locked.")


def locked_file() -> Refused:
    """423: a file is open in Word or Excel, or checked out (seen in 2024: the finer code says which)."""
    message = "The resource you are attempting to access is locked"
    return Refused(423, "notAllowed", message, inner="resourceLocked")


def threshold() -> Refused:
    """429: the list view threshold, disguised as throttling and without a Retry-After (seen live)."""
    return Refused(429, "throttledRequest", "The request has been throttled.")


def resync(location: str) -> Refused:
    """410 of a delta token that is too old; `location` starts afresh."""
    message = "Resync required. Replace any local items with the server's version (including deletes)."
    headers = {"Location": location}
    return Refused(410, "resyncRequired", message, headers=headers, inner="resyncChangesApplyDifferences")


def throttled(wait_seconds: int) -> Refused:
    """429 of the resource units (recorded inside a `$batch`: without innerError)."""
    return Refused(
        429,
        "activityLimitReached",
        "Application has been throttled.",
        headers={"Retry-After": str(wait_seconds)},
        bare=True,
    )


def broken(kind: str) -> Refused | None:
    """Word the faults on demand; None for kinds that Graph does not have."""
    match kind:
        case "429":
            return throttled(5)
        case "500":
            return Refused(500, "generalException", "An unspecified error has occurred.")
        case "502":
            return Refused(502, "BadGateway", "Failed to execute backend request.")
        case "503" | "503_saved":
            message = "The service is not available. Try the request again after a delay."
            return Refused(503, "serviceNotAvailable", message, headers={"Retry-After": "5"})
        case "504" | "504_saved":
            return Refused(504, "GatewayTimeout", "The server did not answer in time.")
    return None
