"""The thin layer that talks to Microsoft Graph: one queue, one place where answers are judged."""

import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx

from syncbot.endpoints.traffic import Traffic
from syncbot.errors import EndpointError, Fatal, OutcomeUnknown, Transient, Unavailable

from . import batch
from .asks import ids_of
from .refusals import refusal, threshold
from .wire import Answer, Ask

USER_AGENT = "NONISV|NetZeroCities|syncbot/0.1"
"""Decorated traffic is served first (Microsoft's throttling guide for SharePoint Online)."""
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_BARE_LIMIT = 3
"""So many 429 without Retry-After on one address mean the list view threshold."""


class Token(Protocol):
    """Where bearer tokens come from."""

    def __call__(self) -> str:
        """Return a token that should be good; raise `AuthFailed` or `Unavailable`."""

    def forget(self) -> None:
        """Drop what is remembered: the service refused it."""


def open_client(*, ca_bundle: Path | None = None) -> httpx.Client:
    """Return the HTTP client of a connection; with a CA bundle it ignores proxies and bundles of the environment."""
    verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
    return httpx.Client(verify=verify, timeout=_TIMEOUT, trust_env=ca_bundle is None)


@dataclass(kw_only=True)
class GraphConnection:
    """Sends requests below one base URL, in turn, with a token; raises errors of `syncbot.errors`."""

    token: Token = field(repr=False)
    base_url: str
    """With the version: "https://graph.microsoft.com/v1.0"."""
    traffic: Traffic
    client: httpx.Client
    new_id: Callable[[], str]
    """Makes a GUID for each request's client-request-id."""
    now: Callable[[], datetime]
    """Read where Retry-After is a date, and for the age of what is remembered."""
    name: str = "sharepoint"
    """For messages and for `Endpoint.connection`."""
    user_agent: str = USER_AGENT

    def ask(self, ask: Ask) -> Answer:
        """Send one request until it is answered for good; raise what its refusal means."""
        bare = _Bare()

        def send() -> Answer:
            answer = self._authorised(ask)
            self._check(ask, answer, bare)
            return answer

        # What may not be repeated raises OutcomeUnknown here, which the queue never repeats.
        return self.traffic.call(send, units=ask.units, repeatable=True)

    def get(self, path: str, *, units: float = 1.0) -> Any:
        """Read something and return its JSON."""
        return self.ask(Ask(path=path, units=units)).body

    def ids(self, ask: Ask) -> list[str]:
        """Search and return the ids of the items found."""
        try:
            return ids_of(self.ask(ask).body)
        except ValueError as error:
            raise Unavailable(str(error), endpoint=self.name) from None

    def pages(self, path: str, *, units: float = 1.0) -> Iterable[dict[str, Any]]:
        """Read page after page, following the service's own links as they are."""
        seen = set()
        following: str | None = path
        while following is not None:
            if following in seen:
                raise Fatal("the pages of an answer lead in a circle", endpoint=self.name)
            seen.add(following)
            page = self.get(following, units=units)
            if not isinstance(page, dict) or not isinstance(page.get("value"), list):
                raise Unavailable("an answer has no list of values", endpoint=self.name)
            yield page
            link = page.get("@odata.nextLink")
            following = None if link is None else self.path_of(link)

    def batch(self, asks: Sequence[Ask]) -> list[Answer | EndpointError]:
        """Send at most 20 requests as one; return for each its answer, or what its refusal means.

        Only those that were throttled (or, of readings, that met a broken server) are sent again. What stops
        everything is raised.
        """
        state, bare = batch.Batch(asks=asks, endpoint=self.name, now=self.now), _Bare()

        def send() -> None:
            outer = state.envelope()
            answer = self._authorised(outer)
            self._check(outer, answer, bare)
            state.take(answer)

        try:
            self.traffic.call(send, units=sum(ask.units for ask in asks), repeatable=True)
        except Transient as error:
            state.give_up(error)
        return state.results()

    def path_of(self, link: object) -> str:
        """Return a link's path below the base URL; a link that leads elsewhere is hostile."""
        base = self.base_url.rstrip("/") + "/"
        if not isinstance(link, str) or not link.startswith(base):
            raise Fatal("an answer links to another server; nothing is sent there", endpoint=self.name)
        return "/" + link.removeprefix(base)

    def close(self) -> None:
        """Close the HTTP client."""
        self.client.close()

    def _authorised(self, ask: Ask) -> Answer:
        """Send with a token; when it is refused, once more with a new one (a 401 was not carried out)."""
        answer = self._sent(ask)
        if answer.status == 401:
            self.token.forget()
            answer = self._sent(ask)
        return answer

    def _sent(self, ask: Ask) -> Answer:
        headers = {
            "Authorization": f"Bearer {self.token()}",
            "User-Agent": self.user_agent,
            "Accept": "application/json",
            "client-request-id": self.new_id(),
            **ask.headers,
        }
        url = self.base_url.rstrip("/") + ask.path
        try:
            response = self.client.request(
                ask.method, url, json=ask.body, content=ask.content, headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"cannot be reached ({_kind(error)})", endpoint=self.name) from None
        except httpx.RequestError as error:
            raise self._cut(ask, error) from None
        return _answer(response)

    def _cut(self, ask: Ask, error: httpx.RequestError) -> EndpointError:
        if ask.writes:
            return OutcomeUnknown(f"the answer got lost ({_kind(error)})", endpoint=self.name)
        return Unavailable(f"no answer ({_kind(error)})", endpoint=self.name)

    def _check(self, ask: Ask, answer: Answer, bare: "_Bare") -> None:
        error = refusal(ask, answer, endpoint=self.name, now=self.now())
        if error is None:
            return
        if answer.status == 429 and bare.again(answer):
            raise threshold(answer, endpoint=self.name)
        raise error


class _Bare:
    """Counts the 429 without Retry-After of one address."""

    def __init__(self) -> None:
        self._count = 0

    def again(self, answer: Answer) -> bool:
        """Note a 429 and say whether it was one too many."""
        self._count = 0 if "retry-after" in answer.headers else self._count + 1
        return self._count >= _BARE_LIMIT


def _answer(response: httpx.Response) -> Answer:
    headers: Mapping[str, str] = {name.lower(): text for name, text in response.headers.items()}
    if not response.content:
        return Answer(status=response.status_code, headers=headers)
    try:
        body = response.json()
    except ValueError:
        return Answer(status=response.status_code, headers=headers, readable=False)
    return Answer(status=response.status_code, body=body, headers=headers)


def _kind(error: Exception) -> str:
    """Name a failure of the network; its text may hold addresses and is left out."""
    return type(error).__name__
