"""Cards into a Teams channel, through the webhook of a Workflow.

Its address is a secret: whoever has it can post. It is taken apart here so that the part that counts stands in no request
object, log line, error or repr. 202 means that the flow was queued; whether the card is shown nobody tells
(msteams-docs #11274), so nothing is ever proven.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from syncbot.endpoints.sharepoint.wire import Answer
from syncbot.endpoints.traffic import Traffic
from syncbot.errors import (
    AuthFailed,
    EndpointError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from syncbot.publish.card import card, message

from .base import Parcel, Receipt

HOSTS = ("environment.api.powerplatform.com",)
"""Where workflows live since the addresses at logic.azure.com stopped (2025-11); hosts below one of these count too."""
_HERE = ("127.0.0.1", "localhost", "::1")
_TYPE = "application/json; charset=utf-8"


def address_fault(address: str, hosts: Collection[str] = HOSTS) -> str | None:
    """Return what is wrong with an address, in words that do not repeat it; None = nothing."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return "an address with blanks or letters outside ASCII"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "no address"
    if host in _HERE and parts.scheme in ("http", "https"):
        return None
    if parts.scheme != "https" or "@" in parts.netloc:
        return "no https address"
    if not any(host == one or host.endswith(f".{one}") for one in hosts):
        return "an address at a host that is not allowed"
    return None if port in (None, 443) else "an address with an odd port"


class Sealed(httpx.BaseTransport):
    """Puts the secret part of an address in at the last moment: httpx writes each request's address into its log."""

    def __init__(self, inner: httpx.BaseTransport, address: SecretStr) -> None:
        """Send everything to `address`."""
        self._inner = inner
        self._address = address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the same to the real address."""
        address = self._address.get_secret_value()
        headers = [pair for pair in request.headers.raw if pair[0].lower() != b"host"]
        real = httpx.Request(
            request.method, address, headers=headers, content=request.read(), extensions=request.extensions
        )
        return self._inner.handle_request(real)

    def close(self) -> None:
        """Close what sends."""
        self._inner.close()


@dataclass(frozen=True, kw_only=True)
class TeamsOutlet:
    """One channel."""

    name: str
    client: httpx.Client = field(repr=False)
    """Sends through `Sealed`."""
    traffic: Traffic = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    connection: ClassVar[str] = "teams"
    can_look: ClassVar[bool] = False
    appears_within: ClassVar[timedelta] = timedelta(0)
    renews: ClassVar[bool] = False

    def send(self, parcel: Parcel) -> Receipt:
        """Post the card."""
        made = message(card(parcel.publication, whole=parcel.whole))
        content = json.dumps(made, ensure_ascii=False).encode()
        self.traffic.call(lambda: self._post(content), repeatable=True)
        return Receipt(ref="", proven=False)

    def look(self, identity: str) -> Receipt | None:  # noqa: ARG002
        """Nobody can look."""
        return None

    def _post(self, content: bytes) -> None:
        try:
            response = self.client.post(
                "https://teams.invalid/", content=content, headers={"Content-Type": _TYPE}
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"cannot be reached ({type(error).__name__})", endpoint=self.name) from None
        except httpx.RequestError as error:
            raise OutcomeUnknown(
                f"the answer got lost ({type(error).__name__})", endpoint=self.name
            ) from None
        refusal = self._refusal(response)
        if refusal is not None:
            raise refusal

    def _refusal(self, response: httpx.Response) -> EndpointError | None:
        status = response.status_code
        if status == 202:
            return None
        if status == 429:
            headers = {name.lower(): text for name, text in response.headers.items()}
            wait = Answer(status=status, headers=headers).wait(self.now())
            return Throttled("429: too many cards", endpoint=self.name, retry_after=wait)
        if status >= 500 or status < 300:  # also a 200 of a proxy in between
            return OutcomeUnknown(f"{status}: that is no answer of a workflow's host", endpoint=self.name)
        if status in (401, 403):
            return AuthFailed(
                f"{status}: the address is not (or no longer) the workflow's", endpoint=self.name
            )
        if status == 404:
            return NotFound("404: the workflow was deleted or switched off", endpoint=self.name)
        return Invalid(f"{status}: the workflow's host refuses the request", endpoint=self.name)


def open_webhook(address: SecretStr, transport: httpx.BaseTransport) -> httpx.Client:
    """Return a client that reaches one address and nothing else; a redirection is not followed."""
    return httpx.Client(
        transport=Sealed(transport, address), timeout=httpx.Timeout(60.0, connect=10.0), trust_env=False
    )
