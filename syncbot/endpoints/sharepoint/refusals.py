"""What a refusal of Graph means to us: status and code decide, never the message.

What to do on each answer was put together from Microsoft's documentation and issue trackers; where a status says
little (400 and 500 of a write), the endpoint looks for the guilty column.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from syncbot.errors import (
    AlreadyExists,
    AuthFailed,
    CursorExpired,
    EndpointError,
    Fatal,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    Throttled,
    Unavailable,
    VersionChanged,
)

from .wire import Answer, Ask

_LONGEST = 300
_FORBIDDEN = (
    "signed in, but not allowed here: the application needs the permission Sites.Selected with the administrator's "
    'consent and, besides it, a grant on this very site (role "write")'
)
_LOCKED = "somebody has the row open in another program; the next run tries again"


class Opaque(OutcomeUnknown):
    """A write was answered with 500, which is how Graph refuses a value as well as how it breaks down."""


def refusal(ask: Ask, answer: Answer, *, endpoint: str, now: datetime) -> EndpointError | None:
    """Return what an answer means when it is no success, else None."""
    words = worded(answer)
    if 200 <= answer.status < 300 and answer.readable:
        fits = ask.writes or isinstance(answer.body, dict)
        return None if fits else Unavailable(f"{words}: an answer without content", endpoint=endpoint)
    if answer.status == 507:
        return Fatal(f"the site is full, nothing was saved ({words})", endpoint=endpoint)
    if answer.status == 429:
        return Throttled(words, endpoint=endpoint, retry_after=answer.wait(now))
    if answer.status >= 500 or answer.status < 400:
        return _broken(ask, answer, words, endpoint, now)
    make = _BY_STATUS.get(answer.status, Invalid)
    if answer.status == 409:
        make = AlreadyExists if answer.code == "nameAlreadyExists" else VersionChanged
    prefix = _SAID.get(answer.status)
    return make(f"{prefix} ({words})" if prefix else words, endpoint=endpoint)


def threshold(answer: Answer, *, endpoint: str) -> Fatal:
    """Return the error for a 429 without Retry-After that comes again and again (seen live)."""
    return Fatal(
        "Graph refuses the same address three times without saying how long to wait: this is how SharePoint's list "
        f"view threshold (5,000 rows) looks; index the columns that are searched ({worded(answer)})",
        endpoint=endpoint,
    )


def worded(answer: Answer) -> str:
    """Say what came, short: status, code, message and the id that Microsoft's support asks for."""
    if not answer.readable:
        return f"{answer.status}: an answer that is not Graph's"
    message = answer.error.get("message")
    text = message.get("value") if isinstance(message, dict) else message
    said = " ".join(str(text or "").split())[:_LONGEST]
    parts = [str(answer.status), answer.code, *([f"- {said}"] if said else [])]
    request_id = answer.headers.get("request-id") or _inner_id(answer)
    return " ".join(part for part in parts if part) + (f" [request-id {request_id}]" if request_id else "")


def _broken(ask: Ask, answer: Answer, words: str, endpoint: str, now: datetime) -> EndpointError:
    """Word a 5xx: nobody knows whether a write was saved; a reading can be repeated."""
    if ask.writes:
        make = Opaque if answer.status == 500 else OutcomeUnknown
        return make(words, endpoint=endpoint)
    wait = answer.wait(now)
    if answer.status == 503 and wait is not None:
        return Throttled(words, endpoint=endpoint, retry_after=wait)
    return Unavailable(words, endpoint=endpoint)


def _inner_id(answer: Answer) -> str:
    inner = answer.error.get("innerError")
    return str(inner.get("request-id") or "") if isinstance(inner, dict) else ""


_BY_STATUS: Mapping[int, Callable[..., EndpointError]] = {
    401: AuthFailed,
    403: Forbidden,
    404: NotFound,
    410: CursorExpired,
    412: VersionChanged,
    423: ReadOnly,
    424: Unavailable,
}
_SAID = {
    403: _FORBIDDEN,
    404: "not there, or not shared with us",
    410: "the change log does not reach back that far",
    412: "somebody changed the row since it was read",
    423: _LOCKED,
}
