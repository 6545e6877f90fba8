"""`$batch`: what is sent, and which of its answers are final.

Recorded: answers come in any order, more than half of the 204 have no headers, a throttled request inside has its
own Retry-After while the whole says 200 (Microsoft's "Combine multiple requests", 2025-02, and recordings of 2021).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from syncbot.errors import EndpointError, Fatal, OutcomeUnknown, Throttled, Transient, Unavailable

from .refusals import refusal, threshold
from .wire import Answer, Ask

MOST = 20
_BARE_LIMIT = 3
_JSON = {"Content-Type": "application/json"}


@dataclass(kw_only=True)
class Batch:
    """The requests of one batch and what became of them so far."""

    asks: Sequence[Ask]
    endpoint: str
    now: Callable[[], datetime]
    _ended: dict[int, Answer | EndpointError] = field(default_factory=dict)
    _bare: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse more than Graph takes."""
        if not 0 < len(self.asks) <= MOST:
            raise ValueError(f"a batch has 1 to {MOST} requests, not {len(self.asks)}")

    def envelope(self) -> Ask:
        """Return the request that carries all that have not ended."""
        requests = [_request(number, self.asks[number]) for number in self._open()]
        writes = any(self.asks[number].writes for number in self._open())
        # A batch of readings is a POST that may be repeated all the same.
        return _Envelope(method="POST", path="/$batch", body={"requests": requests}, changes=writes)

    def take(self, answer: Answer) -> None:
        """Sort the answers; raise `Throttled` or `Unavailable` when some have to be sent again."""
        found = {int(one.id): one.answer for one in parts(answer.body) if one.id.isdecimal()}
        again = [error for number in self._open() if (error := self._judged(number, found.get(number)))]
        waits = [error for error in again if isinstance(error, Throttled)]
        if waits:
            asked = [error.retry_after for error in waits if error.retry_after is not None]
            raise Throttled(
                waits[0].detail, endpoint=self.endpoint, retry_after=max(asked) if asked else None
            )
        if again:
            raise again[0]

    def give_up(self, error: Transient) -> None:
        """End all that are open with the error that stopped the batch.

        When the answer to the whole is lost, readings in it have simply failed; only of writes nobody knows.
        """
        for number in self._open():
            lost = isinstance(error, OutcomeUnknown) and not self.asks[number].writes
            self._ended[number] = Unavailable(error.detail, endpoint=self.endpoint) if lost else error

    def results(self) -> list[Answer | EndpointError]:
        """Return how each ended, in the order given; raise what stops everything."""
        ended = [self._ended[number] for number in range(len(self.asks))]
        for one in ended:
            if isinstance(one, Fatal):
                raise one
        return ended

    def _open(self) -> list[int]:
        return [number for number in range(len(self.asks)) if number not in self._ended]

    def _judged(self, number: int, answer: Answer | None) -> EndpointError | None:
        """Note a final answer; return the error of one that has to be sent again."""
        ask = self.asks[number]
        if answer is None:
            error: EndpointError | None = self._missing(ask)
        else:
            error = refusal(ask, answer, endpoint=self.endpoint, now=self.now())
        if isinstance(error, Throttled) and answer is not None and error.retry_after is None:
            self._bare[number] = self._bare.get(number, 0) + 1
            if self._bare[number] >= _BARE_LIMIT:
                error = threshold(answer, endpoint=self.endpoint)
        if isinstance(error, Throttled | Unavailable):
            return error
        self._ended[number] = error or answer or Answer(status=0)
        return None

    def _missing(self, ask: Ask) -> EndpointError:
        words = "a request inside a batch was not answered"
        make = OutcomeUnknown if ask.writes else Unavailable
        return make(words, endpoint=self.endpoint)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One answer inside a batch."""

    id: str
    answer: Answer


def parts(body: Any) -> list[Part]:
    """Read the answers inside a batch; what has no id or status is left out."""
    responses = body.get("responses") if isinstance(body, dict) else None
    found = responses if isinstance(responses, list) else []
    return [part for one in found if (part := _part(one))]


def _part(one: Any) -> Part | None:
    if not isinstance(one, dict) or not isinstance(one.get("status"), int):
        return None
    headers = one.get("headers")
    named: Mapping[str, Any] = headers if isinstance(headers, dict) else {}
    lower = {str(name).lower(): str(text) for name, text in named.items()}
    return Part(
        id=str(one.get("id")), answer=Answer(status=one["status"], body=one.get("body"), headers=lower)
    )


@dataclass(frozen=True, kw_only=True)
class _Envelope(Ask):
    changes: bool

    @property
    def writes(self) -> bool:
        return self.changes


def _request(number: int, ask: Ask) -> dict[str, Any]:
    request: dict[str, Any] = {"id": str(number), "method": ask.method, "url": ask.path}
    headers = {**(_JSON if ask.body is not None else {}), **ask.headers}
    if headers:
        request["headers"] = headers
    if ask.body is not None:
        request["body"] = ask.body
    return request
