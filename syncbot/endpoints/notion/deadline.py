"""A total time for an answer; httpx's time-outs only bound each single wait, so a trickle could hold us for ever."""

from collections.abc import Callable, Iterator

import httpx


class DeadlineTransport(httpx.BaseTransport):
    """Passes requests on and breaks off answers that are still coming in after `seconds`."""

    def __init__(self, inner: httpx.BaseTransport, *, seconds: float, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._seconds = seconds
        self._monotonic = monotonic

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        end = self._monotonic() + self._seconds
        answer = self._inner.handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        return httpx.Response(
            status_code=answer.status_code,
            headers=answer.headers,
            stream=_Watched(answer.stream, end, self._monotonic),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Watched(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, end: float, monotonic: Callable[[], float]) -> None:
        self._inner, self._end, self._monotonic = inner, end, monotonic

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            if self._monotonic() > self._end:
                raise httpx.ReadTimeout("the answer as a whole took too long")
            yield part

    def close(self) -> None:
        self._inner.close()
