"""What mails and meetings have in common: the way to Exchange behind Graph, and our mark on what we sent.

Our own mark is a named property, because Exchange can be asked for those: the x-header that a message carries is not on its
copy in Sent Items (Microsoft, msgraph docs #2716; seen so in 2018, 2022, 2025 and 2026), and cannot be filtered by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.sharepoint.wire import Answer, Ask, Json, segment
from syncbot.errors import EndpointError, Forbidden, NotFound, VersionChanged

PUBLIC_STRINGS = "00020329-0000-0000-c000-000000000046"
"""The set in which applications name properties of their own (MS-OXPROPS, PS_PUBLIC_STRINGS)."""
PUBLICATION = f"String {{{PUBLIC_STRINGS}}} Name SyncbotPublication"
"""Holds the identity of what was published."""
_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """One mailbox, and the calendar in it."""

    name: str
    """The outlet's, for messages."""
    graph: GraphConnection = field(repr=False)
    mailbox: str
    """Its address or id."""
    needs: str
    """The permission that is missing when access is denied."""
    connection: ClassVar[str] = "outlook"

    def ask(self, ask: Ask) -> Answer:
        """Send one request; what it means when it is refused is said in words of mailboxes."""
        try:
            return self.graph.ask(ask)
        except (Forbidden, NotFound, VersionChanged) as error:
            raise self._worded(error) from None

    def path(self, rest: str) -> str:
        """Return the path of something in the mailbox."""
        return f"/users/{segment(self.mailbox)}/{rest}"

    def all(self, path: str) -> Iterator[Json]:
        """Read a collection whole, page by page."""
        try:
            for page in self.graph.pages(path):
                yield from page["value"]
        except (Forbidden, NotFound, VersionChanged) as error:
            raise self._worded(error) from None

    def _worded(self, error: EndpointError) -> EndpointError:
        said = error.detail.partition("(")[2].rstrip(")") or error.detail
        if isinstance(error, Forbidden):
            told = f"the application may not reach {self.mailbox}: it needs {self.needs} ({said})"
            return Forbidden(told, endpoint=self.name)
        if isinstance(error, NotFound):
            return NotFound(
                f"{self.mailbox} or what is looked for in it is not there ({said})", endpoint=self.name
            )
        return VersionChanged(f"somebody changed it in this very moment ({said})", endpoint=self.name)


def options(**given: str) -> str:
    """Return "?$filter=..&$top=.." with a page size, percent-encoded."""
    pairs = [f"${name}={quote(text, safe='$(),/')}" for name, text in {"top": str(_PAGE), **given}.items()]
    return "?" + "&".join(pairs)


def marked(identity: str) -> str:
    """Return the filter for what carries our mark with this identity."""
    value = identity.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{PUBLICATION}' and ep/value eq '{value}')"


def expanded(name: str) -> str:
    """Return what `$expand` asks for to see a named property."""
    return f"singleValueExtendedProperties($filter=id eq '{name}')"


def property_of(given: Json, name: str) -> str | None:
    """Return the value of a named property that was expanded."""
    found = given.get("singleValueExtendedProperties")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and str(one.get("id", "")).lower() == name.lower():
            return str(one.get("value", ""))
    return None
